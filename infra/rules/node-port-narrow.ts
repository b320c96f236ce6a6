import { contains, overlaps } from '../model/network';
import type { Rule, RuleProblem } from './rule';

/** The port of the nodes is for a few computers, outside the cluster. */
export const nodePortNarrow: Rule = {
  id: 'node-port-narrow',
  invariant: 'The networks of `database.nodePort` are no larger than a /16 (IPv6: /48), and hold neither pods nor machines.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const path = ['plants', plant.name, 'jobs', 'database', 'nodePort', 'networks'];
      const networks = plant.jobs?.database.nodePort?.networks ?? [];
      if (!isWhole(...path)) return [];
      return networks.flatMap((network, index): RuleProblem[] => {
        const at = { path: [...path, index], value: network };
        const length = Number(network.split('/')[1]);
        if (length < (network.includes(':') ? 48 : 16)) {
          return [
            { ...at, message: 'is so large that the port would be open to everybody', remedy: 'name the networks of those that connect' },
          ];
        }
        if (isWhole('plants', plant.name, 'networks') && overlaps(network, plant.networks.pods)) {
          return [
            {
              ...at,
              message: `overlaps the network of the pods, ${plant.networks.pods}, so that every pod could connect`,
              remedy: 'name the networks of those that connect from outside',
            },
          ];
        }
        const inside = plant.machines.find((machine) => contains(network, machine.address));
        if (!inside) return [];
        return [
          {
            ...at,
            message: `holds the controller of ${inside.name}, ${inside.address}, which has no business with the database`,
            remedy: 'name the addresses of those that connect',
          },
        ];
      });
    }),
};
