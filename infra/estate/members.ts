import { type ConnectionBudget, type ConnectionsStated, type ConnectionsUsed, connectionBudget } from '../model/connections';
import type { DataPoint } from '../model/data-point';
import type { JobAgent } from '../model/job-agent';
import type { Machine } from '../model/machine';
import { type Node, taintsOf } from '../model/node';
import { type Oee, type OeeSettings, resolveOee } from '../model/oee';
import { byName } from '../model/order';
import type { PathStep } from '../model/path';
import type { Problem } from '../model/problem';
import type { AnyProtocol } from '../protocols/protocol';
import { protocolById } from '../protocols/registry';
import { checkMachine, settingsOfMachine } from './machine-settings';
import type { EstateData } from './schema';

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

/** The thing of a name, and nothing that JavaScript's objects have by themselves: `constructor` is a name as good as any. */
export function named<T>(things: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(things, name) ? things[name] : undefined;
}

/** The nodes and machines of a cluster, as far as they can be resolved. */
export interface ResolvedMembers {
  /** Ordered by name, as the machines. */
  readonly nodes: readonly Node[];
  readonly machines: readonly Machine[];
  readonly problems: readonly Problem[];
  /** Paths of those that it does not hold. */
  readonly omitted: readonly (readonly PathStep[])[];
}

/** What {@link resolveMembers} follows the references of. */
export interface Members {
  /** Path of the cluster. */
  readonly path: readonly PathStep[];
  readonly racks: EstateData['plants'][string]['racks'];
  readonly machines: EstateData['plants'][string]['machines'];
  /** Key of the machines below the path. */
  readonly machinesKey: 'machines' | 'agents';
}

/** Follows the references of nodes and machines to their types. Those that lead nowhere are left out, and told by a rule. */
export function resolveMembers(
  members: Members,
  estate: EstateData,
  typeProblems: ReadonlyMap<string, readonly Problem[]>,
): ResolvedMembers {
  const problems: Problem[] = [];
  const omitted: PathStep[][] = [];
  const nodes: Node[] = [];
  for (const [rack, its] of Object.entries(members.racks)) {
    for (const [nodeName, node] of Object.entries(its)) {
      const hardware = named(estate.nodeTypes, node.type);
      if (!hardware) {
        omitted.push([...members.path, 'racks', rack, nodeName]);
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
  for (const [machineName, machine] of Object.entries(members.machines)) {
    const path = [...members.path, members.machinesKey, machineName];
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
      ...(readable && protocol.edgeAgent ? { edgeAgent: protocol.edgeAgent(subject) } : {}),
      ...(readable && protocol.program ? { program: protocol.program(subject) } : {}),
      ...(readable ? oeeOf(settings.data, protocol.points(subject)) : {}),
      ...agentOf(settings.data),
      ...(readable ? connectionsOf(settings.data, protocol.connections?.(subject)) : {}),
    });
  }
  return { nodes: nodes.sort(byName), machines: machines.sort(byName), problems, omitted };
}
