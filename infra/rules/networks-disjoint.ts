import { overlaps } from '../model/network';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/**
 * Networks that must be told apart do not share an address. Soft gateways may stand in the network of the centre, and read systems there:
 * theirs are the same computers' neighbours, and nothing of a shop floor.
 */
export const networksDisjoint: Rule = {
  id: 'networks-disjoint',
  invariant:
    'Pods, Services, the plant (nodes, machines, hosts) and the central cluster have networks that do not overlap; soft gateways may stand beside the central cluster.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { networks, hosts = [], contract }, stated, is, at }) => {
      const centre = contract.addresses.map((network) => ({
        path: ['centrals', contract.central, 'addresses'],
        network,
        is: `the central cluster ${contract.central}`,
      }));
      const own = [
        { path: at('networks', 'nodes'), network: networks.nodes, is: 'the network of the nodes' },
        ...(stated.networks.machines ?? []).map((network, index) => ({
          path: at('networks', 'machines', index),
          network,
          is: 'a network of machines',
        })),
        ...hosts.map((host) => ({ path: at('hosts', host.name, 'address'), network: host.address, is: `host ${host.name}` })),
      ];
      const pods = { path: at('networks', 'pods'), network: networks.pods, is: 'the network of the pods' };
      const services = { path: at('networks', 'services'), network: networks.services, is: 'the network of the Services' };
      const problems: RuleProblem[] = [];
      const compare = (a: typeof pods, b: typeof pods) => {
        if (context.isWhole(...b.path) && overlaps(a.network, b.network))
          problems.push({
            path: a.path,
            value: a.network,
            message: `overlaps ${b.is}, ${b.network}`,
            remedy: 'choose a network that nothing else uses',
          });
      };
      compare(pods, services);
      for (const a of [pods, services]) for (const b of [...own, ...centre]) compare(a, b);
      if (is === 'plant') for (const b of centre) for (const a of own) compare(a, b);
      return problems;
    }),
};
