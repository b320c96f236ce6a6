import type { EdgeCluster } from './edge-cluster';
import type { Plant } from './plant';
import { runsSealedSecrets } from './sealed-secrets';
import { JOB_DATABASE } from './services';

/** What a zone is for, and what Pod Security admits in it. */
export interface ZoneFacts {
  readonly purpose: string;
  /** Level of Pod Security that is enforced; another than `restricted` has its reason. */
  readonly level: 'restricted' | { readonly privileged: string };
}

/**
 * Zones of an edge cluster in the sense of IEC 62443-3-2: parts with the same security needs. Each is a namespace; nothing crosses between
 * two of them, or leaves one, but the conduits that the model declares. A cluster has those that it uses.
 */
export const ZONES = {
  agents: { purpose: 'Job agents: the only pods that command controllers', level: 'restricted' },
  'factory-plus': { purpose: 'Operators and edge agents of Factory+, which reach the centre by themselves', level: 'restricted' },
  debug: { purpose: 'A port scan, while one is asked for', level: 'restricted' },
  jobs: { purpose: 'The job manager: orchestrator, job database and ERP link', level: 'restricted' },
  logs: {
    purpose: 'Log collectors, one on each node',
    level: { privileged: 'they read the log files of the node, a folder of the host that belongs to root' },
  },
  machines: { purpose: 'Machine gateways: the only pods that read controllers', level: 'restricted' },
  messaging: { purpose: 'The plant broker, which keeps production data until the centre has it', level: 'restricted' },
  monitoring: { purpose: 'What watches the plant and pages somebody', level: 'restricted' },
  processing: { purpose: 'Programs that compute topics from topics', level: 'restricted' },
  'sealed-secrets': { purpose: 'What opens sealed Secrets, and its keys', level: 'restricted' },
  uplink: { purpose: 'The pods that reach the central cluster', level: 'restricted' },
} as const satisfies Record<string, ZoneFacts>;

/** Name of a zone and of its namespace. */
export type Zone = keyof typeof ZONES;

/** All zones that there may be, ordered by name. */
export const ZONE_NAMES = Object.keys(ZONES).sort() as Zone[];

/** What an edge cluster has that zones depend on: soft gateways have nothing of what a plant may have beside them. */
export type ZonedCluster = EdgeCluster & Partial<Pick<Plant, 'jobs' | 'logs' | 'monitoring' | 'portScan' | 'uplink'>>;

/** A cluster that keeps production data until the centre has it: a plant. */
const keepsData = ({ uplink }: ZonedCluster) => uplink !== undefined;

/** Which zones a cluster has: each tells whether this one uses it. */
const USED: Readonly<Record<Zone, (cluster: ZonedCluster) => boolean>> = {
  agents: ({ machines }) => machines.some(({ agent }) => agent !== undefined),
  'factory-plus': ({ factoryPlus }) => factoryPlus !== undefined,
  debug: ({ portScan }) => portScan !== undefined,
  jobs: ({ jobs }) => jobs !== undefined,
  logs: ({ logs }) => logs !== undefined,
  machines: keepsData,
  messaging: keepsData,
  monitoring: ({ monitoring }) => monitoring !== undefined && 'receivers' in monitoring,
  processing: ({ machines }) => machines.some(({ oee }) => oee !== undefined),
  'sealed-secrets': runsSealedSecrets,
  uplink: keepsData,
};

/** The zones of a plant or of a cluster of soft gateways, ordered by name. */
export function zonesOf(cluster: ZonedCluster): Zone[] {
  return ZONE_NAMES.filter((zone) => USED[zone](cluster));
}

/** Services of a zone that may have a port on the nodes: that of the job database, where the model asks for it. */
export function nodePortsOf({ jobs }: ZonedCluster, zone: Zone): number {
  return zone === JOB_DATABASE.zone && jobs?.database.nodePort ? 1 : 0;
}
