import type { Plant } from './plant';
import { JOB_DATABASE } from './services';

/** What a zone is for, and what Pod Security admits in it. */
export interface ZoneFacts {
  readonly purpose: string;
  /** Level of Pod Security that is enforced; another than `restricted` has its reason. */
  readonly level: 'restricted' | { readonly privileged: string };
}

/**
 * Zones of a plant in the sense of IEC 62443-3-2: parts with the same security needs. Each is a namespace; nothing crosses between
 * two of them, or leaves one, but the conduits that the model declares. A plant has those that it uses.
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
  uplink: { purpose: 'The pods that reach the central cluster', level: 'restricted' },
} as const satisfies Record<string, ZoneFacts>;

/** Name of a zone and of its namespace. */
export type Zone = keyof typeof ZONES;

/** All zones that there may be, ordered by name. */
export const ZONE_NAMES = Object.keys(ZONES).sort() as Zone[];

/** Which zones a plant has: each tells whether this one uses it. */
const USED: Readonly<Record<Zone, (plant: Plant) => boolean>> = {
  agents: (plant) => plant.machines.some(({ agent }) => agent !== undefined),
  'factory-plus': (plant) => plant.factoryPlus !== undefined,
  debug: (plant) => plant.portScan !== undefined,
  jobs: (plant) => plant.jobs !== undefined,
  logs: (plant) => plant.logs !== undefined,
  machines: () => true,
  messaging: () => true,
  monitoring: (plant) => plant.monitoring !== undefined && 'receivers' in plant.monitoring,
  processing: (plant) => plant.machines.some(({ oee }) => oee !== undefined),
  uplink: () => true,
};

/** The zones of a plant, ordered by name. */
export function zonesOf(plant: Plant): Zone[] {
  return ZONE_NAMES.filter((zone) => USED[zone](plant));
}

/** Services of a zone that may have a port on the nodes: that of the job database, where the model asks for it. */
export function nodePortsOf({ jobs }: Plant, zone: Zone): number {
  return zone === JOB_DATABASE.zone && jobs?.database.nodePort ? 1 : 0;
}
