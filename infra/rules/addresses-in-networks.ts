import { contains } from '../model/network';
import { listed, type Rule } from './rule';

/** What stands in the plant has an address of the plant. */
export const addressesInNetworks: Rule = {
  id: 'addresses-in-networks',
  invariant: "Every node lies in the network of the nodes, and every machine in one of the machines' networks.",
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => [
      ...plant.nodes
        .filter(({ address }) => isWhole('plants', plant.name, 'networks', 'nodes') && address && !contains(plant.networks.nodes, address))
        .map((node) => ({
          path: ['plants', plant.name, 'racks', node.rack, node.name, 'address'],
          value: node.address,
          message: `is not in the network of the nodes, ${plant.networks.nodes}`,
          remedy: `correct it, or widen plants.${plant.name}.networks.nodes`,
        })),
      ...plant.machines
        .filter(
          (machine) =>
            isWhole('plants', plant.name, 'networks', 'nodes') &&
            isWhole('plants', plant.name, 'networks', 'machines') &&
            !plant.networks.machines.some((network) => contains(network, machine.address)),
        )
        .map((machine) => ({
          path: ['plants', plant.name, 'machines', machine.name, 'address'],
          value: machine.address,
          message: `is not in a network of machines (${listed(plant.networks.machines)})`,
          remedy: `correct it, or add its network to plants.${plant.name}.networks.machines`,
        })),
    ]),
};
