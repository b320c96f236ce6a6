import type { EdgeCluster } from '../model/edge-cluster';

/** Where the API server is: behind its Service lie the addresses of the control plane; where a node states none, it is in the network of the nodes. */
export function apiServerNetworks({ kubernetes, nodes, networks }: Pick<EdgeCluster, 'kubernetes' | 'nodes' | 'networks'>): string[] {
  const addresses = kubernetes.controlPlane.map((name) => nodes.find((node) => node.name === name)?.address);
  return addresses.every((address) => address !== undefined) ? (addresses as string[]).sort() : [networks.nodes];
}
