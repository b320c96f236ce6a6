import { planGateways } from '../placement/gateways';
import type { Rule } from './rule';

/** A gateway that machines share must not meet a machine of the same name. */
export const gatewaysNamed: Rule = {
  id: 'gateways-named',
  invariant: 'No machine bears the name of a gateway that machines share.',
  check: ({ plants }) =>
    plants.flatMap((plant) => {
      const shared = planGateways(plant).filter((gateway) => gateway.shared);
      return plant.machines.flatMap(({ name }) => {
        // A machine's component in the tree is `machine-<name>`: that of `x-gateways` is the gateway's of a node or rack `machine-x`.
        const gateway = shared.find((candidate) => [name, `machine-${name}`].includes(candidate.name));
        if (!gateway) return [];
        return [
          {
            path: ['plants', plant.name, 'machines', name],
            value: name,
            message: `is taken by ${gateway.name}, the gateway that machines of one ${plant.gateways} share`,
            remedy: 'choose another name',
          },
        ];
      });
    }),
};
