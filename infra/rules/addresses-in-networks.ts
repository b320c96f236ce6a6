import { contains } from '../model/network';
import { pathText } from '../model/problem';
import { edgeClustersOf } from './edge-clusters';
import { listed, type Rule } from './rule';

/** What stands in a cluster has an address of its networks. */
export const addressesInNetworks: Rule = {
  id: 'addresses-in-networks',
  invariant: "Every node lies in the network of the nodes, and every machine in one of the machines' networks.",
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { nodes, machines, networks }, at, machinesAt }) => {
      const nodesWhole = context.isWhole(...at('networks', 'nodes'));
      return [
        ...nodes
          .filter(({ address }) => nodesWhole && address && !contains(networks.nodes, address))
          .map((node) => ({
            path: at('racks', node.rack, node.name, 'address'),
            value: node.address,
            message: `is not in the network of the nodes, ${networks.nodes}`,
            remedy: `correct it, or widen ${pathText(at('networks', 'nodes'))}`,
          })),
        ...machines
          .filter(
            ({ address }) =>
              nodesWhole &&
              context.isWhole(...at('networks', 'machines')) &&
              !networks.machines.some((network) => contains(network, address)),
          )
          .map((machine) => ({
            path: machinesAt(machine.name, 'address'),
            value: machine.address,
            message: `is not in a network of machines (${listed(networks.machines)})`,
            remedy: `correct it, or add its network to ${pathText(at('networks', 'machines'))}`,
          })),
      ];
    }),
};
