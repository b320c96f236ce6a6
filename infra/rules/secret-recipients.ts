import type { Plant } from '../model/plant';
import type { Rule, RuleContext, RuleProblem } from './rule';

/** Secrets in Git are encrypted to somebody. */
export const secretRecipients: Rule = {
  id: 'secret-recipients',
  invariant: 'A plant or central cluster that Flux delivers says who may read its secrets, and the cluster has a key of its own.',
  check: ({ plants, centralClusters, isWhole }) => [
    ...plants.flatMap((plant) => problemsOf(plant, ['plants', plant.name], isWhole)),
    ...centralClusters.flatMap((central) => problemsOf(central, ['centrals', central.name, 'cluster'], isWhole)),
  ],
};

function problemsOf(cluster: Pick<Plant, 'delivery' | 'secrets'>, at: readonly string[], isWhole: RuleContext['isWhole']): RuleProblem[] {
  const path = [...at, 'secrets'];
  if (cluster.delivery !== 'flux' || !isWhole(...path) || !isWhole(...at, 'delivery')) return [];
  if (!cluster.secrets) {
    return [
      {
        path,
        message: 'is missing: Flux reads secrets from Git, where they must be encrypted',
        remedy: 'make a key with age-keygen for the cluster and name it and your own: { clusterKey, ownerKeys }',
      },
    ];
  }
  if (!cluster.secrets.ownerKeys.includes(cluster.secrets.clusterKey)) return [];
  return [
    {
      path: [...path, 'ownerKeys'],
      value: cluster.secrets.clusterKey,
      message: "is the cluster's own key: whoever takes a node would hold the owner's key",
      remedy: 'name a key whose private half never enters the plant',
    },
  ];
}
