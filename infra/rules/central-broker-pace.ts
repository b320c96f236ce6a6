import { planCentralBroker } from '../placement/central-broker';
import type { Rule } from './rule';

/**
 * Messages per second that the central broker carried with its data folder written at once, on a disk that takes 5 ms for a flush: 52 to
 * 92 were seen (docs/central-broker.md).
 */
const SLOW_DISK_PACE = 50;

/** Flushes of the disk, one after the other, that a message costs the central broker at most. */
const FLUSHES = 3;

/** What all plants of a centre send is not more than a slow disk lets its broker carry, or its owner knows. */
export const centralBrokerPace: Rule = {
  id: 'central-broker-pace',
  invariant:
    'Where the plants of a centre send more than an ordinary disk lets the central broker carry, somebody is told how fast the disk must be.',
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap((central) => {
      const path = ['centrals', central.name, 'cluster', 'storage', 'class'];
      const { messagesPerSecond } = planCentralBroker(central);
      if (!isWhole(...path) || messagesPerSecond <= SLOW_DISK_PACE) return [];
      return [
        {
          severity: 'warning' as const,
          path,
          value: central.storage.class,
          message: `holds what its plants send, up to ${Math.ceil(messagesPerSecond)} messages/s, and the central broker writes each to the disk at once`,
          remedy: `see that its disks flush within ${(1000 / messagesPerSecond / FLUSHES).toFixed(1)} ms, as those with protection against power loss do (docs/central-broker.md)`,
        },
      ];
    }),
};
