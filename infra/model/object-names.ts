import { DATA_PUBLISHER, PLANT_BROKER } from './services';

/** Names of objects that every zone's namespace has; a machine's own objects bear the machine's name in the zone `machines`. */
export const ZONE_OBJECTS = {
  /** NetworkPolicy that closes the namespace. */
  defaultDeny: 'default-deny',
  /** NetworkPolicy that lets its pods ask the cluster's DNS. */
  allowDns: 'allow-dns',
  /** ResourceQuota. */
  quota: 'zone-quota',
  /** Secret with the credentials of the image registry. */
  registryLogin: 'registry-login',
} as const;

/**
 * Names that no machine may have: those above, what Kubernetes makes in each namespace itself, and the other holders of a certificate
 * on the plant broker, where a certificate's name is the user.
 */
export const RESERVED_OBJECT_NAMES: readonly string[] = [
  ...Object.values(ZONE_OBJECTS),
  'default',
  'kube-root-ca',
  DATA_PUBLISHER.name,
  PLANT_BROKER.name,
].sort();
