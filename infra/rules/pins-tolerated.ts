import { type Node, SPECIALISED_TAINT } from '../model/node';
import { type EdgeClusterOf, edgeClustersOf } from './edge-clusters';
import { listed, type Rule } from './rule';

/** Taints that keep a pod away which names the node: all but the one of specialised nodes, which such a pod tolerates. */
function repelling({ taints }: Node) {
  return taints.filter(({ key, effect }) => key !== SPECIALISED_TAINT && effect !== 'PreferNoSchedule');
}

/** What names a node, and where it does so. */
function pins({ cluster: { machines, portScan }, at, machinesAt }: EdgeClusterOf) {
  return [
    ...machines.flatMap((machine) =>
      machine.runsOn === undefined ? [] : [{ node: machine.runsOn, path: machinesAt(machine.name, 'runsOn'), what: 'the gateway' }],
    ),
    ...(portScan?.runsOn === undefined ? [] : [{ node: portScan.runsOn, path: at('portScan', 'runsOn'), what: 'the scan' }]),
  ];
}

/** A pod that names a node must be let in there. */
export const pinsTolerated: Rule = {
  id: 'pins-tolerated',
  invariant: 'What names the node that it must run on tolerates the taints of that node.',
  check: (context) =>
    edgeClustersOf(context).flatMap((edge) =>
      pins(edge).flatMap(({ node: name, path, what }) => {
        const node = edge.cluster.nodes.find((candidate) => candidate.name === name);
        if (!node || !context.isWhole(...edge.at('racks', node.rack, name))) return [];
        const taints = repelling(node);
        if (taints.length === 0) return [];
        return [
          {
            path,
            value: name,
            message: `has the taint ${listed(taints.map(({ key, effect }) => `${key}:${effect}`))}, which ${what} does not tolerate: it would never start`,
            remedy: `name another node, or take the taint from ${name}; for a node that is kept for machines, state specialised instead`,
          },
        ];
      }),
    ),
};
