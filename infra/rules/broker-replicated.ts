import { planBroker, REPLICATED_BROKERS } from '../placement/broker';
import type { Rule } from './rule';

/** A plant should keep its messages when any one node dies. */
export const brokerReplicated: Rule = {
  id: 'broker-replicated',
  invariant: `A plant with at least ${REPLICATED_BROKERS} general-purpose nodes keeps every message on ${REPLICATED_BROKERS} of them; others are warned.`,
  check: ({ plants, isWhole }) =>
    plants
      .filter((plant) => isWhole('plants', plant.name, 'racks') && planBroker(plant).replicas < REPLICATED_BROKERS)
      .map((plant) => ({
        severity: 'warning' as const,
        path: ['plants', plant.name, 'racks'],
        message: `has fewer than ${REPLICATED_BROKERS} general-purpose nodes, so the plant broker has one copy: when its node or disk dies, data that the centre does not have yet is lost`,
        remedy: `provide ${REPLICATED_BROKERS} general-purpose nodes`,
      })),
};
