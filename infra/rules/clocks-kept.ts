import type { Rule } from './rule';

/** Nodes whose clocks nobody keeps drift apart. */
export const clocksKept: Rule = {
  id: 'clocks-kept',
  invariant: 'Each plant says which time servers its nodes ask, or how its clocks are kept instead.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      if (plant.time !== undefined || !isWhole('plants', plant.name, 'time')) return [];
      return [
        {
          severity: 'warning' as const,
          path: ['plants', plant.name, 'time'],
          message:
            'is missing: certificates, leases of job agents, the expiry of commands and the times of readings need clocks that agree',
          remedy: 'name the plant’s NTP servers: { servers: [10.20.1.1] }, or state { none: true, reason: … }',
        },
      ];
    }),
};
