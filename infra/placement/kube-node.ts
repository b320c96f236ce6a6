import type { Node, Taint } from '../model/node';

/** Label of a node that names its rack: Kubernetes' own name for a failure domain, so that spreading needs no other. */
export const RACK_LABEL = 'topology.kubernetes.io/zone';

/** Largest number of pods on a node: the kubelet's default. */
const PODS_PER_NODE = 110;

/** A node as its kubelet registers it: what the model says, in Kubernetes' terms. */
export interface KubeNode {
  readonly apiVersion: 'v1';
  readonly kind: 'Node';
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: { readonly taints: Taint[] };
  readonly status: { readonly capacity: Readonly<Record<string, string>>; readonly allocatable: Readonly<Record<string, string>> };
}

/** Labels that a node registers with. */
export function nodeLabels(node: Node): Record<string, string> {
  return {
    'kubernetes.io/arch': node.hardware.architecture,
    'kubernetes.io/hostname': node.name,
    'kubernetes.io/os': 'linux',
    [RACK_LABEL]: node.rack,
  };
}

/** The node that a computer of the model becomes, with what its reservations leave for pods. */
export function kubeNode(node: Node): KubeNode {
  const { cpuCores, memoryMiB, reservedCpuMillis, reservedMemoryMiB, storageGiB } = node.hardware;
  const capacity = { cpu: `${cpuCores}`, memory: `${memoryMiB}Mi`, pods: `${PODS_PER_NODE}`, 'ephemeral-storage': `${storageGiB}Gi` };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: node.name, labels: nodeLabels(node) },
    spec: { taints: [...node.taints] },
    status: {
      capacity,
      allocatable: { ...capacity, cpu: `${cpuCores * 1000 - reservedCpuMillis}m`, memory: `${memoryMiB - reservedMemoryMiB}Mi` },
    },
  };
}
