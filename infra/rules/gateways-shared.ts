import { planGateways } from '../placement/gateways';
import type { Rule } from './rule';

/** Who wants gateways to be shared should see them shared. */
export const gatewaysShared: Rule = {
  id: 'gateways-shared',
  invariant: 'Where gateways are shared by node or rack, a machine states one; else there is a warning.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const { name, gateways } = plant;
      if (gateways === 'machine' || !isWhole('plants', name, 'machines') || planGateways(plant).some(({ shared }) => shared)) return [];
      return [
        {
          severity: 'warning' as const,
          path: ['plants', name, 'gateways'],
          value: gateways,
          message:
            gateways === 'node'
              ? 'shares nothing: no machine that Telegraf reads states runsOn, and each has a gateway of its own'
              : 'shares nothing: no machine that Telegraf reads states a rack without runsOn, and each has a gateway of its own',
          remedy: gateways === 'node' ? 'state runsOn at machines, or leave gateways out' : 'state rack at machines, or leave gateways out',
        },
      ];
    }),
};
