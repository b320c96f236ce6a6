import { AGENT_COMMON_NAME } from './job-agent';
import {
  COMMAND_RECEIVER,
  DATA_PUBLISHER,
  ERP_LINK,
  JOB_BACKUP,
  JOB_DATABASE,
  JOB_ORCHESTRATOR,
  MONITORING,
  OEE_CALCULATOR,
  PLANT_BROKER,
} from './services';

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
 * of the plant's authority: on the plant broker a certificate's name is the user.
 */
export const RESERVED_OBJECT_NAMES: readonly string[] = [
  ...Object.values(ZONE_OBJECTS),
  'default',
  'kube-root-ca',
  AGENT_COMMON_NAME,
  COMMAND_RECEIVER.name,
  DATA_PUBLISHER.name,
  ERP_LINK.name,
  JOB_BACKUP.name,
  JOB_DATABASE.name,
  JOB_ORCHESTRATOR.name,
  MONITORING.monitor.name,
  OEE_CALCULATOR.name,
  PLANT_BROKER.name,
].sort();

/**
 * Names that no plant may have: its operator of Kerberos keys, which administers the principals `NAME/PLANT`, would administer those of
 * Kerberos itself and of administrators, such as `kadmin/admin`.
 */
export const RESERVED_CLUSTER_NAMES: readonly string[] = ['admin', 'changepw', 'history'];
