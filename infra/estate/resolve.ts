import type { CentralCluster } from '../model/central-cluster';
import type { Contract } from '../model/contract';
import type { EdgeCluster } from '../model/edge-cluster';
import type { FluxSettings } from '../model/flux';
import { byName } from '../model/order';
import type { PathStep } from '../model/path';
import type { Plant } from '../model/plant';
import type { Problem } from '../model/problem';
import { SIGNALS } from '../model/signal';
import type { SoftGateways } from '../model/soft-gateways';
import { named, resolveMembers } from './members';
import type { EstateData } from './schema';

/** What the central cluster promises to its plants. Hosts and ports as ACS 6.8.1 advertises them, in a secure or an insecure installation. */
export function contractOf(name: string, central: EstateData['centrals'][string]): Contract {
  return {
    central: name,
    organisation: central.organisation,
    domain: central.domain,
    realm: central.realm ?? central.domain.toUpperCase(),
    addresses: [...central.addresses].sort(),
    // Without TLS nobody is shown a certificate.
    ...(central.certificateAuthority === undefined || central.transport !== 'tls'
      ? {}
      : { certificateAuthority: central.certificateAuthority }),
    tls: central.transport === 'tls',
    mqtt: { host: `mqtt.${central.domain}`, port: central.transport === 'tls' ? 8883 : 1883 },
    git:
      central.transport === 'tls' ? { url: `https://git.${central.domain}`, port: 443 } : { url: `http://git.${central.domain}`, port: 80 },
    serves: SIGNALS.filter((signal) => central.serves.includes(signal)),
    ...(central.installed === undefined ? {} : { ids: central.installed }),
  };
}

function fluxOf({ gitAddresses, ...flux }: FluxSettings): FluxSettings {
  return gitAddresses === undefined ? flux : { ...flux, gitAddresses: [...gitAddresses].sort() };
}

/** The central clusters that are rendered, ordered by name, each with its plants and soft gateways. */
export function resolveCentrals(estate: EstateData, plants: readonly Plant[], softGateways: readonly SoftGateways[]): CentralCluster[] {
  return Object.entries(estate.centrals)
    .flatMap(([name, { cluster, ...central }]): CentralCluster[] => {
      if (!cluster) return [];
      const contract = contractOf(name, { ...central, cluster });
      const { repository, secrets, ...settings } = cluster;
      return [
        {
          name,
          contract,
          ...settings,
          repository: { ...repository, url: repository.url ?? `${contract.git.url}/git/centrals/${name}` },
          ...(secrets === undefined ? {} : { secrets: { ...secrets, ownerKeys: [...secrets.ownerKeys].sort() } }),
          flux: fluxOf(settings.flux),
          plants: plants.filter((plant) => plant.contract.central === name),
          softGateways: softGateways.filter((cluster) => cluster.contract.central === name),
        },
      ];
    })
    .sort(byName);
}

/** A plant as far as it can be resolved, and what stands in the way of the rest. */
export interface ResolvedPlant {
  /** Holds only the nodes and machines whose types exist and fit. */
  readonly plant: Plant;
  readonly problems: readonly Problem[];
  /** Paths of the nodes and machines that it does not hold. */
  readonly omitted: readonly (readonly PathStep[])[];
}

/** In place of a central cluster that does not exist, so that the plant itself is still checked. */
const NO_CENTRAL = { organisation: 'None', domain: 'none.invalid', addresses: [], transport: 'tls' as const, serves: [...SIGNALS] };

/**
 * Follows every reference of a plant. References that lead nowhere are left out here and told by the rule references-exist.
 *
 * @param typeProblems what is wrong with each machine type by itself, by its name: it is not told again for each machine
 */
export function resolvePlant(
  name: string,
  data: EstateData['plants'][string],
  estate: EstateData,
  typeProblems: ReadonlyMap<string, readonly Problem[]>,
): ResolvedPlant {
  const { shared, problems, omitted } = resolveShared(
    { path: ['plants', name], members: 'machines', folder: 'plants' },
    { ...data, name, members: data.machines },
    estate,
    typeProblems,
  );
  const plant: Plant = {
    ...shared,
    ...(data.site === undefined ? {} : { site: data.site }),
    hosts: Object.entries(data.hosts)
      .map(([hostName, host]) => ({ name: hostName, ...host }))
      .sort(byName),
    ...(data.jobs === undefined ? {} : { jobs: data.jobs }),
    calendar: data.calendar,
    uplink: data.uplink,
    storage: data.storage,
    gateways: data.gateways,
    ...(data.logs === undefined ? {} : { logs: data.logs }),
    ...(data.monitoring === undefined ? {} : { monitoring: data.monitoring }),
    ...(data.portScan === undefined ? {} : { portScan: { ...data.portScan, targets: [...data.portScan.targets].sort() } }),
  };
  return { plant, problems, omitted };
}

/** A cluster of soft gateways as far as it can be resolved, and what stands in the way of the rest. */
export interface ResolvedSoftGateways extends Omit<ResolvedPlant, 'plant'> {
  readonly cluster: SoftGateways;
}

/**
 * Follows every reference of a cluster of soft gateways, as {@link resolvePlant} does.
 *
 * @param typeProblems what is wrong with each machine type by itself, by its name
 */
export function resolveSoftGateways(
  name: string,
  data: EstateData['softGateways'][string],
  estate: EstateData,
  typeProblems: ReadonlyMap<string, readonly Problem[]>,
): ResolvedSoftGateways {
  const { shared, problems, omitted } = resolveShared(
    { path: ['softGateways', name], members: 'agents', folder: 'soft-gateways' },
    { ...data, name, members: data.agents },
    estate,
    typeProblems,
  );
  return { cluster: { ...shared, factoryPlus: data.factoryPlus }, problems, omitted };
}

/** Where an edge cluster stands in the estate: its path, its key for machines, and the folder of its repository on the centre's Git server. */
interface Place {
  readonly path: readonly PathStep[];
  readonly members: 'machines' | 'agents';
  readonly folder: string;
}

/** What every edge cluster states, as the schema returned it. */
type SharedData = Omit<EstateData['softGateways'][string], 'agents' | 'factoryPlus'> &
  Pick<EstateData['plants'][string], 'factoryPlus'> & {
    readonly name: string;
    readonly members: EstateData['plants'][string]['machines'];
  };

/** What plants and soft gateways share, with every reference followed. */
function resolveShared(
  { path, members: machinesKey, folder }: Place,
  data: SharedData,
  estate: EstateData,
  typeProblems: ReadonlyMap<string, readonly Problem[]>,
): { readonly shared: EdgeCluster } & Omit<ResolvedPlant, 'plant'> {
  const { name, central, kubernetes, networks, access, repository, secrets, racks } = data;
  const contract = contractOf(central, named(estate.centrals, central) ?? NO_CENTRAL);
  const { nodes, machines, problems, omitted } = resolveMembers({ path, racks, machines: data.members, machinesKey }, estate, typeProblems);
  const shared: EdgeCluster = {
    name,
    ...(data.description === undefined ? {} : { description: data.description }),
    delivery: data.delivery,
    contract,
    kubernetes: { ...kubernetes, controlPlane: [...kubernetes.controlPlane].sort() },
    networks: { ...networks, machines: [...(networks.machines ?? [networks.nodes])].sort() },
    nodes,
    machines,
    ...(data.time === undefined ? {} : { time: timeOf(data.time) }),
    images: data.images,
    ...(data.factoryPlus === undefined ? {} : { factoryPlus: data.factoryPlus }),
    flux: fluxOf(data.flux),
    access: { operators: [...access.operators].sort(), viewers: [...access.viewers].sort() },
    repository: { ...repository, url: repository.url ?? `${contract.git.url}/git/${folder}/${name}` },
    ...(secrets === undefined ? {} : { secrets: { ...secrets, ownerKeys: [...secrets.ownerKeys].sort() } }),
  };
  return { shared, problems, omitted };
}

function timeOf(time: NonNullable<Plant['time']>): NonNullable<Plant['time']> {
  return 'servers' in time ? { servers: [...time.servers].sort() } : time;
}
