import { overlaps } from '../model/network';
import type { Rule, RuleProblem } from './rule';

/** Networks that must be told apart do not share an address. */
export const networksDisjoint: Rule = {
  id: 'networks-disjoint',
  invariant: 'Pods, Services, the plant (nodes, machines, hosts) and the central cluster have networks that do not overlap.',
  check: ({ plants, data, isWhole }) =>
    plants.flatMap((plant) => {
      const at = (...rest: (string | number)[]) => ['plants', plant.name, 'networks', ...rest];
      const stated = data.plants[plant.name]?.networks.machines;
      const outside = [
        { path: at('nodes'), network: plant.networks.nodes, is: 'the network of the nodes' },
        ...(stated ?? []).map((network, index) => ({ path: at('machines', index), network, is: 'a network of machines' })),
        ...plant.hosts.map((host) => ({
          path: ['plants', plant.name, 'hosts', host.name, 'address'],
          network: host.address,
          is: `host ${host.name}`,
        })),
        ...plant.contract.addresses.map((network) => ({
          path: ['centrals', plant.contract.central, 'addresses'],
          network,
          is: `the central cluster ${plant.contract.central}`,
        })),
      ];
      const inside = [
        { path: at('pods'), network: plant.networks.pods, is: 'the network of the pods' },
        { path: at('services'), network: plant.networks.services, is: 'the network of the Services' },
      ];
      const problems: RuleProblem[] = [];
      const compare = (a: (typeof inside)[number], b: (typeof outside)[number]) => {
        if (isWhole(...b.path) && overlaps(a.network, b.network))
          problems.push({
            path: a.path,
            value: a.network,
            message: `overlaps ${b.is}, ${b.network}`,
            remedy: 'choose a network that nothing else uses',
          });
      };
      const [pods, services] = inside;
      if (pods && services) compare(pods, services);
      for (const a of inside) for (const b of outside) compare(a, b);
      for (const central of plant.contract.addresses) {
        for (const own of outside.filter((other) => !other.is.startsWith('the central'))) {
          compare(own, {
            path: ['centrals', plant.contract.central, 'addresses'],
            network: central,
            is: `the central cluster ${plant.contract.central}`,
          });
        }
      }
      return problems;
    }),
};
