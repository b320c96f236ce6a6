import type { z } from 'zod';
import type { Contract } from '../model/contract';
import type { Machine } from '../model/machine';
import { type Node, taintsOf } from '../model/node';
import type { Plant } from '../model/plant';
import type { PathStep, Problem } from '../model/problem';
import type { AnyProtocol } from '../protocols/protocol';
import { protocolById } from '../protocols/registry';
import type { EstateData } from './schema';
import { schemaProblems } from './schema-problems';

/** Orders by name with the same result on every machine: by UTF-16 unit, not by locale. */
export const byName = <T extends { readonly name: string }>(a: T, b: T): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** What the central cluster promises to its plants. Hosts and ports as ACS 6.8.1 advertises them in a secure installation. */
export function contractOf(name: string, central: EstateData['centrals'][string]): Contract {
  return {
    central: name,
    organisation: central.organisation,
    domain: central.domain,
    realm: central.realm ?? central.domain.toUpperCase(),
    addresses: [...central.addresses].sort(),
    ...(central.certificateAuthority === undefined ? {} : { certificateAuthority: central.certificateAuthority }),
    mqtt: { host: `mqtt.${central.domain}`, port: 8883 },
    git: { url: `https://git.${central.domain}`, port: 443 },
  };
}

/** A machine's settings: those of its type, with what differs laid over them; points are merged by name, null leaves one out. */
export function mergedSettings(type: Record<string, unknown>, differs: Record<string, unknown> = {}): Record<string, unknown> {
  const isRecord = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const merged = { ...type, ...differs };
  if (isRecord(type.points) && isRecord(differs.points)) {
    merged.points = Object.fromEntries(Object.entries({ ...type.points, ...differs.points }).filter(([, point]) => point !== null));
  }
  return merged;
}

/** A plant as far as it can be resolved, and what stands in the way of the rest. */
export interface ResolvedPlant {
  /** Absent when its central cluster does not exist. Holds only the nodes and machines whose types exist and fit. */
  readonly plant?: Plant;
  readonly problems: readonly Problem[];
}

/** Follows every reference of a plant. References that lead nowhere are left out here and told by the rule references-exist. */
export function resolvePlant(name: string, estate: EstateData): ResolvedPlant {
  const data = estate.plants[name];
  const central = data && estate.centrals[data.central];
  if (!data || !central) return { problems: [] };
  const problems: Problem[] = [];
  const contract = contractOf(data.central, central);

  const nodes: Node[] = [];
  for (const [rack, members] of Object.entries(data.racks)) {
    for (const [nodeName, node] of Object.entries(members)) {
      const hardware = estate.nodeTypes[node.type];
      if (!hardware) continue;
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
    const type = estate.machineTypes[machine.type];
    if (!type) continue;
    const protocol: AnyProtocol = protocolById(type.protocol);
    const path = ['plants', name, 'machines', machineName];
    if (machine.differs && 'protocol' in machine.differs) {
      problems.push({
        rule: 'schema',
        severity: 'error',
        path: [...path, 'differs', 'protocol'],
        value: machine.differs.protocol,
        message: 'must not differ: the protocol belongs to the machine type',
        remedy: 'write a machine type of that protocol',
      });
      continue;
    }
    const parsed = protocol.settings.safeParse(mergedSettings(type, machine.differs));
    if (!parsed.success) {
      problems.push(...schemaProblems(parsed.error.issues, machine.differs ?? {}, [...path, 'differs']));
      continue;
    }
    const pathOf = (...steps: PathStep[]): PathStep[] =>
      stated(machine.differs, steps) ? [...path, 'differs', ...steps] : ['machineTypes', machine.type, ...steps];
    const subject = { name: machineName, address: machine.address, settings: parsed.data };
    const found = protocol.check(subject, pathOf);
    problems.push(...found);
    if (found.some((problem) => problem.severity === 'error')) continue;
    machines.push({
      name: machineName,
      type: machine.type,
      protocol: type.protocol,
      address: machine.address,
      ...(machine.description === undefined ? {} : { description: machine.description }),
      ...(machine.runsOn === undefined ? {} : { runsOn: machine.runsOn }),
      formerNames: [...machine.formerNames].sort(),
      points: protocol.points(subject),
      conduits: protocol.conduits(subject),
      inputs: protocol.inputs(subject),
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
    uplink: data.uplink,
    storage: data.storage,
    images: data.images,
    access: { operators: [...data.access.operators].sort(), viewers: [...data.access.viewers].sort() },
    repository: { ...data.repository, url: data.repository.url ?? `${contract.git.url}/git/plants/${name}` },
    ...(data.secrets === undefined ? {} : { secrets: { ...data.secrets, ownerKeys: [...data.secrets.ownerKeys].sort() } }),
  };
  return { plant, problems: unique(problems) };
}

/** True when `steps` leads to something in what a machine states itself. */
function stated(differs: z.output<z.ZodUnknown>, steps: readonly PathStep[]): boolean {
  let value: unknown = differs;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Record<PathStep, unknown>)[step];
  }
  return steps.length > 0;
}

/** A mistake in a machine type is told once, not once for each machine of it. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.rule, problem.path, problem.message]), problem])).values()];
}
