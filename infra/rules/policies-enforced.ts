import { policyEnforcer } from '../model/kubernetes';
import { edgeClustersOf } from './edge-clusters';
import type { Rule } from './rule';

/** Network policies that nothing enforces are a fence painted on the ground. */
export const policiesEnforced: Rule = {
  id: 'policies-enforced',
  invariant: 'A program enforces the network policies of each plant and cluster of soft gateways, or the estate says why none does.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { kubernetes }, at }) => {
      if (!context.isWhole(...at('kubernetes', 'podNetwork'))) return [];
      const enforcer = policyEnforcer(kubernetes);
      const path = at('kubernetes', 'policyEnforcer');
      if (enforcer === undefined) {
        return [
          {
            path,
            message: `is missing: ${kubernetes.podNetwork} alone does not enforce network policies, so every gateway could reach everything`,
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
