import { gitServer, type PullingCluster } from '../flux/git-server';
import type { PathStep } from '../model/path';
import type { Problem } from '../model/problem';
import type { Rule } from './rule';

type Found = Omit<Problem, 'rule'>;

/** What a cluster's Flux may reach is stated where the model cannot know it. */
export const fluxGitAddresses: Rule = {
  id: 'flux-git-addresses',
  invariant: "Flux reaches the addresses of the Git server that it pulls from, and no others: those stated, or the centre's.",
  check({ plants, softGateways, centralClusters, isWhole }) {
    const complaintsOf = (at: readonly PathStep[], cluster: PullingCluster & { readonly delivery: string }): Found[] => {
      const path = [...at, 'flux', 'gitAddresses'];
      if (cluster.delivery !== 'flux' || cluster.flux.by !== 'millwright') return [];
      if (!isWhole(...at, 'flux') || !isWhole(...at, 'repository', 'url') || !gitServer(cluster).anywhere) return [];
      return [
        {
          severity: 'warning',
          path,
          message: `is missing, and ${new URL(cluster.repository.url).hostname} is not the Git server of the centre: network policies know addresses and not names, so Flux may reach every address`,
          remedy: 'name the networks of that Git server, such as gitAddresses: [203.0.113.10/32]',
        },
      ];
    };
    return [
      ...plants.flatMap((plant) => complaintsOf(['plants', plant.name], plant)),
      ...softGateways.flatMap((cluster) => complaintsOf(['softGateways', cluster.name], cluster)),
      ...centralClusters.flatMap((central) => complaintsOf(['centrals', central.name, 'cluster'], central)),
    ];
  },
};
