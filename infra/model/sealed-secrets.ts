import { areSealed } from './delivery';
import type { EdgeCluster } from './edge-cluster';
import { EDGE_ZONE, SEALED_SECRETS } from './edge-services';

/** Whether the controller of Sealed Secrets runs in an edge cluster: for its own secrets, or for what Factory+ seals for its agents. */
export function runsSealedSecrets({ secrets, factoryPlus }: Pick<EdgeCluster, 'secrets' | 'factoryPlus'>): boolean {
  return areSealed(secrets) || factoryPlus?.sealedSecrets === true;
}

/**
 * Namespaces in which the controller makes Secrets, ordered.
 *
 * @param zones those of the cluster
 */
export function unsealedNamespaces(
  { secrets, factoryPlus }: Pick<EdgeCluster, 'secrets' | 'factoryPlus'>,
  zones: readonly string[],
): string[] {
  const own = areSealed(secrets) ? zones.filter((zone) => zone !== SEALED_SECRETS.zone) : [];
  return [...new Set([...own, ...(factoryPlus?.sealedSecrets ? [EDGE_ZONE] : [])])].sort();
}
