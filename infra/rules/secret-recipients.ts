import type { Rule } from './rule';

/** Secrets in Git are encrypted to somebody. */
export const secretRecipients: Rule = {
  id: 'secret-recipients',
  invariant: 'A plant that Flux delivers says who may read its secrets, and the cluster has a key of its own.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const path = ['plants', plant.name, 'secrets'];
      if (plant.delivery !== 'flux' || !isWhole(...path) || !isWhole('plants', plant.name, 'delivery')) return [];
      if (!plant.secrets) {
        return [
          {
            path,
            message: 'is missing: Flux reads secrets from Git, where they must be encrypted',
            remedy: 'make a key with age-keygen for the cluster and name it and your own: { clusterKey, ownerKeys }',
          },
        ];
      }
      if (!plant.secrets.ownerKeys.includes(plant.secrets.clusterKey)) return [];
      return [
        {
          path: [...path, 'ownerKeys'],
          value: plant.secrets.clusterKey,
          message: "is the cluster's own key: whoever takes a node would hold the owner's key",
          remedy: 'name a key whose private half never enters the plant',
        },
      ];
    }),
};
