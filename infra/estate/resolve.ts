import type { CentralCluster } from '../model/central-cluster';
import { type ConnectionBudget, type ConnectionsStated, type ConnectionsUsed, connectionBudget } from '../model/connections';
import type { Contract } from '../model/contract';
import type { DataPoint } from '../model/data-point';
import type { JobAgent } from '../model/job-agent';
import type { Machine } from '../model/machine';
import { type Node, taintsOf } from '../model/node';
import { type Oee, type OeeSettings, resolveOee } from '../model/oee';
import type { PathStep } from '../model/path';
import type { Plant } from '../model/plant';
import type { Problem } from '../model/problem';
import { SIGNALS } from '../model/signal';
import type { AnyProtocol } from '../protocols/protocol';
import { protocolById } from '../protocols/registry';
import { checkMachine, settingsOfMachine } from './machine-settings';
import type { EstateData } from './schema';

/** Orders by name with the same result on every machine: by UTF-16 unit, not by locale. */
export const byName = <T extends { readonly name: string }>(a: T, b: T): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

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

/** The central clusters that are rendered, ordered by name, each with its plants. */
export function resolveCentrals(estate: EstateData, plants: readonly Plant[]): CentralCluster[] {
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
          plants: plants.filter((plant) => plant.contract.central === name),
        },
      ];
    })
    .sort(byName);
}

/** The job agent that a machine's settings state, whatever its protocol. */
function agentOf(settings: Record<string, unknown>): { readonly agent?: JobAgent } {
  const agent = settings.agent as JobAgent | null | undefined;
  return agent ? { agent } : {};
}

/** Who takes the connections of a machine's controller, as far as its protocol counts them. */
function connectionsOf(settings: Record<string, unknown>, used: ConnectionsUsed | undefined): { readonly connections?: ConnectionBudget } {
  if (!used) return {};
  return { connections: connectionBudget(used, (settings.connections ?? {}) as ConnectionsStated, agentOf(settings).agent !== undefined) };
}

/** What a machine's figures are computed from, as its settings state it, whatever its protocol. */
function oeeOf(settings: Record<string, unknown>, points: readonly DataPoint[]): { readonly oee?: Oee } {
  const stated = settings.oee as OeeSettings | null | undefined;
  const oee = stated ? resolveOee(stated, points) : undefined;
  return oee ? { oee } : {};
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

/** The thing of a name, and nothing that JavaScript's objects have by themselves: `constructor` is a name as good as any. */
function named<T>(things: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(things, name) ? things[name] : undefined;
}

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
  const problems: Problem[] = [];
  const omitted: PathStep[][] = [];
  const contract = contractOf(data.central, named(estate.centrals, data.central) ?? NO_CENTRAL);

  const nodes: Node[] = [];
  for (const [rack, members] of Object.entries(data.racks)) {
    for (const [nodeName, node] of Object.entries(members)) {
      const hardware = named(estate.nodeTypes, node.type);
      if (!hardware) {
        omitted.push(['plants', name, 'racks', rack, nodeName]);
        continue;
      }
      nodes.push({
        name: nodeName,
        rack,
        type: node.type,
        hardware,
        ...(node.address === undefined ? {} : { address: node.address }),
        taints: taintsOf(node),
      });
    }
  }

  const machines: Machine[] = [];
  for (const [machineName, machine] of Object.entries(data.machines)) {
    const path = ['plants', name, 'machines', machineName];
    const type = named(estate.machineTypes, machine.type);
    const settings = type && settingsOfMachine(type, machine, path);
    problems.push(...(settings?.problems ?? []));
    if (!type || !settings?.data) {
      omitted.push(path);
      continue;
    }
    const protocol: AnyProtocol = protocolById(type.protocol);
    const subject = { name: machineName, address: machine.address, settings: settings.data };
    const { problems: found, readable } = checkMachine(protocol, subject, machine, path, typeProblems.get(machine.type) ?? []);
    problems.push(...found);
    machines.push({
      name: machineName,
      type: machine.type,
      protocol: type.protocol,
      address: machine.address,
      ...(machine.description === undefined ? {} : { description: machine.description }),
      ...(machine.runsOn === undefined ? {} : { runsOn: machine.runsOn }),
      ...(machine.rack === undefined ? {} : { rack: machine.rack }),
      formerNames: [...machine.formerNames].sort(),
      // What the protocol refused is not computed with, but the machine stays: others must not have its name or address.
      points: readable ? protocol.points(subject) : [],
      conduits: protocol.conduits(subject),
      inputs: readable ? protocol.inputs(subject) : [],
      processors: readable ? (protocol.processors?.(subject) ?? []) : [],
      secrets: readable ? (protocol.secrets?.(subject) ?? []) : [],
      shares: readable ? (protocol.shares?.(subject) ?? []) : [],
      files: readable ? (protocol.files?.(subject) ?? []) : [],
      ...(readable && protocol.program ? { program: protocol.program(subject) } : {}),
      ...(readable ? oeeOf(settings.data, protocol.points(subject)) : {}),
      ...agentOf(settings.data),
      ...(readable ? connectionsOf(settings.data, protocol.connections?.(subject)) : {}),
    });
  }

  const plant: Plant = {
    name,
    ...(data.description === undefined ? {} : { description: data.description }),
    ...(data.site === undefined ? {} : { site: data.site }),
    delivery: data.delivery,
    contract,
    kubernetes: { ...data.kubernetes, controlPlane: [...data.kubernetes.controlPlane].sort() },
    networks: { ...data.networks, machines: [...(data.networks.machines ?? [data.networks.nodes])].sort() },
    nodes: nodes.sort(byName),
    machines: machines.sort(byName),
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
    ...(data.time === undefined ? {} : { time: 'servers' in data.time ? { servers: [...data.time.servers].sort() } : data.time }),
    images: data.images,
    access: { operators: [...data.access.operators].sort(), viewers: [...data.access.viewers].sort() },
    repository: { ...data.repository, url: data.repository.url ?? `${contract.git.url}/git/plants/${name}` },
    ...(data.secrets === undefined ? {} : { secrets: { ...data.secrets, ownerKeys: [...data.secrets.ownerKeys].sort() } }),
  };
  return { plant, problems, omitted };
}
