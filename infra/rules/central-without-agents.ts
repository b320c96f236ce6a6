import { contains } from '../model/network';
import { type PathStep, pathText } from '../model/problem';
import { CENTRE_WITHOUT_AGENTS } from '../model/soft-gateways';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/**
 * Nobody joins the centre by the back door. That a centre states no agents itself says its schema; this rule finds plants and soft gateways
 * that are the central cluster under another name: on its nodes, or made from its tree.
 */
export const centralWithoutAgents: Rule = {
  id: 'central-without-agents',
  invariant: 'No plant and no cluster of soft gateways is a central cluster itself: none has its nodes, its API server or its Git tree.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { nodes, kubernetes, repository, delivery }, at }) =>
      context.centralClusters.flatMap((central): RuleProblem[] => {
        const centre = (...rest: PathStep[]) => ['centrals', central.name, 'cluster', ...rest];
        const addresses = centre('apiServer', 'addresses');
        const places = [
          ...nodes.map(({ rack, name, address }) => ({ path: at('racks', rack, name, 'address'), address })),
          { path: at('kubernetes', 'endpoint'), address: kubernetes.endpoint },
        ];
        const sameTree =
          delivery === 'flux' &&
          central.delivery === 'flux' &&
          treeOf(repository) === treeOf(central.repository) &&
          context.isWhole(...at('repository')) &&
          context.isWhole(...centre('repository'));
        return [
          ...places.flatMap(({ path, address }) => {
            const network = address && central.apiServer.addresses.find((candidate) => contains(candidate, address));
            if (!network || !context.isWhole(...addresses) || !context.isWhole(...path)) return [];
            return [
              {
                path,
                value: address,
                message: `is a node of the central cluster ${central.name}, whose API server is in ${network}; ${CENTRE_WITHOUT_AGENTS}`,
                remedy: `use nodes that are none of the central cluster, or narrow ${pathText(addresses)} to the addresses of its nodes`,
              },
            ];
          }),
          ...(sameTree
            ? [
                {
                  path: at('repository'),
                  message: `is the Git tree of the central cluster ${central.name}, ${repository.folder} of ${repository.url}; ${CENTRE_WITHOUT_AGENTS}`,
                  remedy: 'name a repository of its own, or another folder',
                },
              ]
            : []),
        ];
      }),
    ),
};

/** What Flux reads of a repository, spelt in one way. */
function treeOf({ url, branch, folder }: { readonly url: string; readonly branch: string; readonly folder: string }): string {
  const { protocol, username, host, pathname } = new URL(url);
  return [protocol, username, host, pathname.replace(/(?:\.git)?\/?$/, ''), branch, folder.replace(/\/$/, '')].join(' ');
}
