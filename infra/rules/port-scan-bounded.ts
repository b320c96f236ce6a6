import { milliseconds } from '../model/duration';
import { contains } from '../model/network';
import { leastScanSeconds, SCAN_PACKETS_PER_SECOND } from '../model/port-scan';
import { listed, type Rule, type RuleProblem } from './rule';

/** A port scan is a decision, and ends. */
export const portScanBounded: Rule = {
  id: 'port-scan-bounded',
  invariant: 'A port scan can end before its deadline; while one is stated, and where it leaves the plant, it is warned of.',
  check: ({ plants, isWhole }) =>
    plants.flatMap(({ name, portScan, networks }): RuleProblem[] => {
      const path = ['plants', name, 'portScan'];
      if (!portScan || !isWhole(...path)) return [];
      const least = leastScanSeconds(portScan);
      const own = [...new Set([networks.nodes, ...networks.machines])];
      return [
        {
          severity: 'warning',
          path,
          value: portScan,
          message: 'a port scan is stated: controllers have stopped at less, and its pod may reach what it scans as long as it is stated',
          remedy: 'remove it when it has run',
        },
        ...(least > milliseconds(portScan.deadline) / 1000
          ? [
              {
                path: [...path, 'deadline'],
                value: portScan.deadline,
                message: `is too short: at ${SCAN_PACKETS_PER_SECOND} packets a second the scan takes at least ${Math.ceil(least / 60)} minutes`,
                remedy: 'name fewer targets or ports, or a longer deadline, at most 12h',
              },
            ]
          : []),
        ...(isWhole('plants', name, 'networks')
          ? portScan.targets
              .filter((target) => !own.some((network) => contains(network, target)))
              .map((target) => ({
                severity: 'warning' as const,
                path: [...path, 'targets'],
                value: target,
                message: `reaches beyond the plant’s networks (${listed(own)})`,
                remedy: 'correct it, unless its owner agreed',
              }))
          : []),
      ];
    }),
};
