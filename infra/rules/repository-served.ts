import { centralRepository } from '../factory-plus/git-repositories';
import { centralGit } from '../model/central-git';
import type { Contract } from '../model/contract';
import type { Repository } from '../model/delivery';
import type { PathStep } from '../model/path';
import type { Rule, RuleProblem } from './rule';

/** The part of a cluster that says where it is delivered from. */
interface Delivered {
  readonly delivery: string;
  readonly contract: Contract;
  readonly repository: Repository & { readonly url: string };
}

/** An address at the centre's Git server is one that it serves. */
export const repositoryServed: Rule = {
  id: 'repository-served',
  invariant: 'A repository on the Git server of the centre has an address that the server serves: /git/GROUP/NAME or /uuid/UUID.',
  check({ plants, softGateways, centralClusters, isWhole }) {
    const complaintsOf = (at: readonly PathStep[], cluster: Delivered): RuleProblem[] => {
      const path = [...at, 'repository', 'url'];
      if (cluster.delivery !== 'flux' || !isWhole(...path)) return [];
      if (centralGit(cluster).path === undefined || centralRepository(cluster) !== undefined) return [];
      const { url } = cluster.repository;
      const server = cluster.contract.git.url;
      return [
        {
          path,
          value: url,
          message: `is at the Git server of the centre, which serves ${server}/git/GROUP/NAME and ${server}/uuid/UUID and nothing else (ACS 6.8.1)`,
          remedy: `name one of these, such as ${server}/git/plants/${String(at[1])}, or a repository on another server`,
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
