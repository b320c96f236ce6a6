import { z } from 'zod';
import { nameSchema } from './name';
import { addressSchema } from './network';
import { lineOfText } from './text';

/** Minor versions of Kubernetes that the rendered objects are checked against (test/stacks; the cluster tests run 1.34). */
export const SUPPORTED_KUBERNETES = ['1.30', '1.31', '1.32', '1.33', '1.34', '1.35'] as const;

/** The plant's Kubernetes: what it runs and who enforces its network policies. */
export const kubernetesSchema = z.strictObject({
  version: z.enum(SUPPORTED_KUBERNETES).default('1.34').describe('Minor version of Kubernetes'),
  controlPlane: z.array(nameSchema).min(1, 'must name at least one node').max(7).describe('Nodes that run the control plane and etcd'),
  endpoint: addressSchema
    .optional()
    .describe('IP address of the API server: that of a load balancer before the control plane. Default: its first node that states one'),
  podNetwork: z
    .enum(['flannel', 'canal', 'calico', 'cilium'])
    .default('canal')
    .describe('Pod network; canal is Flannel with the policies of Calico'),
  policyEnforcer: z
    .union([
      z.enum(['calico', 'cilium', 'kube-router']),
      z.strictObject({
        none: z.literal(true).describe('Nothing enforces them'),
        reason: lineOfText().describe('Why policies need not be enforced here'),
      }),
    ])
    .optional()
    .describe('Program that enforces network policies. Default: calico with canal and calico, cilium with cilium; Flannel has none'),
});
/** A plant's Kubernetes as the schema returned it. */
export type KubernetesSettings = z.output<typeof kubernetesSchema>;

/** The program that enforces network policies, or why none does; undefined when the model says neither. */
export function policyEnforcer(kubernetes: KubernetesSettings): KubernetesSettings['policyEnforcer'] {
  const builtIn = { flannel: undefined, canal: 'calico', calico: 'calico', cilium: 'cilium' } as const;
  return kubernetes.policyEnforcer ?? builtIn[kubernetes.podNetwork];
}

/** Port of the Kubernetes API server: kubeadm's default. */
export const API_SERVER_PORT = 6443;
