import { areSealed } from '../model/delivery';
import type { PathStep } from '../model/path';
import type { Plant } from '../model/plant';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleContext, RuleProblem } from './rule';

/** Secrets in Git are encrypted to somebody. */
export const secretRecipients: Rule = {
  id: 'secret-recipients',
  invariant: 'A cluster that Flux delivers says who may read its secrets, and has a key of its own.',
  check: (context) => [
    ...edgeClustersOf(context).flatMap(({ cluster, at }) => problemsOf(cluster, at(), context.isWhole)),
    ...context.centralClusters.flatMap((central) => problemsOf(central, ['centrals', central.name, 'cluster'], context.isWhole)),
  ],
};

function problemsOf(cluster: Pick<Plant, 'delivery' | 'secrets'>, at: readonly PathStep[], isWhole: RuleContext['isWhole']): RuleProblem[] {
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
  // What is sealed has no age key of the cluster: nothing of the owners' can be it.
  if (areSealed(cluster.secrets) || !cluster.secrets.ownerKeys.includes(cluster.secrets.clusterKey)) return [];
  return [
    {
      path: [...path, 'ownerKeys'],
      value: cluster.secrets.clusterKey,
      message: "is the cluster's own key: whoever takes a node would hold the owner's key",
      remedy: 'name a key whose private half never enters the cluster',
    },
  ];
}
