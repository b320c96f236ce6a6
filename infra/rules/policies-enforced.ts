import { policyEnforcer } from '../model/kubernetes';
import type { Rule } from './rule';

/** Network policies that nothing enforces are a fence painted on the ground. */
export const policiesEnforced: Rule = {
  id: 'policies-enforced',
  invariant: 'A program enforces the network policies of each plant, or the estate says why none does.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      if (!isWhole('plants', plant.name, 'kubernetes', 'podNetwork')) return [];
      const enforcer = policyEnforcer(plant.kubernetes);
      const path = ['plants', plant.name, 'kubernetes', 'policyEnforcer'];
      if (enforcer === undefined) {
        return [
          {
            path,
            message: `is missing: ${plant.kubernetes.podNetwork} alone does not enforce network policies, so every gateway could reach everything`,
            remedy: 'set podNetwork: canal, or policyEnforcer: kube-router, or state { none: true, reason: … }',
          },
        ];
      }
      if (typeof enforcer === 'string') return [];
      return [
        {
          severity: 'warning' as const,
          path,
          value: enforcer,
          message: 'network policies are rendered but nothing enforces them',
          remedy: 'close the network by other means, or choose an enforcer',
        },
      ];
    }),
};
