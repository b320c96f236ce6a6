import { isUnderFactoryPlus } from '../model/edge-cluster';
import { edgeClustersOf } from './edge-clusters';
import type { Rule } from './rule';

/** Nodes whose clocks nobody keeps drift apart. */
export const clocksKept: Rule = {
  id: 'clocks-kept',
  invariant:
    'Each edge cluster says which time servers its nodes ask, or how its clocks are kept instead; one under Factory+ must, because Kerberos refuses who is five minutes off.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, is, at }) => {
      if (cluster.time !== undefined || !context.isWhole(...at('time'))) return [];
      const needs = 'certificates, leases of job agents, the expiry of commands and the times of readings need clocks that agree';
      const strict = isUnderFactoryPlus(cluster);
      return [
        {
          severity: strict ? ('error' as const) : ('warning' as const),
          path: at('time'),
          message: strict
            ? `is missing: Kerberos gives no tickets to a node whose clock is five minutes off; ${needs}`
            : `is missing: ${needs}`,
          remedy: `name the ${is === 'plant' ? 'plant’s' : 'cluster’s'} NTP servers: { servers: [10.20.1.1] }, or state { none: true, reason: … }`,
        },
      ];
    }),
};
