import type { Rule, RuleProblem } from './rule';

/** The shortest length of a network that is still that of a few nodes, and not of everybody. */
const SHORTEST = { ipv4: 16, ipv6: 48 } as const;

/** What may ask the API server of the centre may not ask everybody. */
export const centralApiServerNarrow: Rule = {
  id: 'central-api-server-narrow',
  invariant: 'The networks of `apiServer.addresses` of a centre are no larger than a /16 (IPv6: /48).',
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap((central) => {
      const path = ['centrals', central.name, 'cluster', 'apiServer', 'addresses'];
      if (!isWhole(...path)) return [];
      return central.apiServer.addresses.flatMap((network, index): RuleProblem[] => {
        const length = Number(network.split('/')[1]);
        if (length >= (network.includes(':') ? SHORTEST.ipv6 : SHORTEST.ipv4)) return [];
        return [
          {
            path: [...path, index],
            value: network,
            message: 'is so large that the pods that hold the keys of Kerberos could connect to everybody',
            remedy: 'name the addresses of the nodes that run the API server, each with /32 or /128',
          },
        ];
      });
    }),
};
