import { isGeneralPurpose } from '../model/node';
import { edgeClustersOf } from './edge-clusters';
import { listed, type Rule } from './rule';

/** A gateway must find a node where its machine says it runs. */
export const gatewaysInRack: Rule = {
  id: 'gateways-in-rack',
  invariant: 'A machine that states a node and a rack states a node of that rack; a rack that is stated alone has a general-purpose node.',
  check: (context) =>
    edgeClustersOf(context)
      .filter(({ at }) => context.isWhole(...at('racks')))
      .flatMap(({ cluster: { machines, nodes }, stated, machinesAt }) =>
        machines.flatMap(({ name, rack, runsOn }) => {
          if (rack === undefined || !Object.hasOwn(stated.racks, rack)) return [];
          const path = machinesAt(name, 'rack');
          const node = nodes.find((candidate) => candidate.name === runsOn);
          if (node && node.rack !== rack) {
            return [
              {
                path,
                value: rack,
                message: `is not the rack of ${node.name}, on which the gateway must run; ${node.name} is in rack ${node.rack}`,
                remedy: `write ${node.rack}, or name a node of rack ${rack} in runsOn`,
              },
            ];
          }
          const general = nodes.filter(isGeneralPurpose);
          if (runsOn !== undefined || general.some((candidate) => candidate.rack === rack)) return [];
          return [
            {
              path,
              value: rack,
              message: `has no general-purpose node, so the gateway could run nowhere; general-purpose nodes are in ${listed([...new Set(general.map((candidate) => candidate.rack))])}`,
              remedy: 'name another rack, or a node in runsOn',
            },
          ];
        }),
      ),
};
