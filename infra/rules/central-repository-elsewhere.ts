import type { Rule } from './rule';

/** The tree from which a centre is made does not lie in that centre. */
export const centralRepositoryElsewhere: Rule = {
  id: 'central-repository-elsewhere',
  invariant:
    'The Git tree of a centre lies elsewhere than on its own Git server, which is not there before the first start, nor when the centre must be made again.',
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap(({ name, delivery, repository, contract: { git } }) => {
      const path = ['centrals', name, 'cluster', 'repository', 'url'];
      const own = new URL(git.url).hostname;
      if (delivery !== 'flux' || !isWhole(...path) || new URL(repository.url).hostname !== own) return [];
      return [
        {
          severity: 'warning' as const,
          path,
          value: repository.url,
          message: `is on ${own}, which is made from it: Flux has nothing to begin with, and nothing to restore the centre from`,
          remedy: 'name a repository on another Git server',
        },
      ];
    }),
};
