import { policyEnforcer } from '../model/kubernetes';
import { edgeClustersOf } from './edge-clusters';
import type { Rule } from './rule';

/**
 * Network policies name the API server by the addresses of its nodes. Cilium compares such blocks with nothing inside the cluster unless it is told
 * to (its setting `policyCIDRMatchMode`; cilium/cilium issue 20550): then Flux, operators and the monitor never reach it.
 */
export const ciliumKnowsNodes: Rule = {
  id: 'cilium-knows-nodes',
  invariant: 'Where Cilium enforces network policies, it is known that it must be told to match nodes by their addresses.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster: { kubernetes }, at }) => {
      if (!context.isWhole(...at('kubernetes')) || policyEnforcer(kubernetes) !== 'cilium') return [];
      return [
        {
          severity: 'warning' as const,
          path: at('kubernetes', 'podNetwork'),
          value: kubernetes.podNetwork,
          message:
            'enforces policies by Cilium, which lets no pod reach the API server by its address unless it is told to: Flux would never start',
          remedy: 'install Cilium with policyCIDRMatchMode: nodes',
        },
      ];
    }),
};
