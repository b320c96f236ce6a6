import type { z } from 'zod';
import type { ConnectionsUsed } from '../model/connections';
import type { OwnContainer } from '../model/container';
import type { DataPoint } from '../model/data-point';
import type { EdgeAgent } from '../model/edge-agent';
import type { GatewayInput, GatewayProcessor, MachineConduit, MachineFile, MachineSecret, MachineShare } from '../model/machine';
import type { PathStep, Problem } from '../model/problem';
import type { AgentConnection } from './agent-connection';

export type { ConfigTable, ConfigValue } from '../model/config';
export type { GatewayInput, GatewayProcessor, MachineConduit, MachineFile, MachineSecret, MachineShare } from '../model/machine';

/** A machine as a protocol sees it: a type at an address, what differs already merged in. */
export interface ProtocolMachine<Settings> {
  /** Name of the machine. */
  readonly name: string;
  /** IP address of the machine. */
  readonly address: string;
  /** Settings of the machine type with what differs at this machine, as the protocol's schema returned them. */
  readonly settings: Settings;
}

/** Finds the path of a setting: in the machine's own `differs` when it is stated there, else in its machine type. */
export type PathOf = (...steps: PathStep[]) => readonly PathStep[];

/**
 * A machine protocol: a whole vertical slice. Everything that Millwright knows of a protocol stands behind this interface; a new
 * protocol is one new slice and one line in registry.ts.
 */
export interface Protocol<Id extends string = string, Schema extends z.ZodObject = z.ZodObject> {
  /** How a machine type names it: `protocol: 's7'`. */
  readonly id: Id;
  /** Its name for people. */
  readonly title: string;
  /** Schema of a machine type's settings; an object with `protocol: z.literal(id)`. */
  readonly settings: Schema;
  /** Everything that the schema cannot say. The rule of a problem is `<id>/<name>`. */
  check(machine: ProtocolMachine<z.output<Schema>>, pathOf: PathOf): Problem[];
  /** What the gateway connects to. */
  conduits(machine: ProtocolMachine<z.output<Schema>>): MachineConduit[];
  /** The data points, ordered by name. */
  points(machine: ProtocolMachine<z.output<Schema>>): DataPoint[];
  /**
   * The gateway's inputs. Every reading becomes a metric of measurement `point` with tags `point`, `type` and, where given, `unit`,
   * and one field whose key is the value's type; the tags `plant` and `machine` are added by the caller. Each input names itself by a
   * setting `alias`: `<machine>/<scan>`.
   */
  inputs(machine: ProtocolMachine<z.output<Schema>>): GatewayInput[];
  /** Who takes the connections of the controller; the rule connections-fit adds them up. @default - they are not counted */
  connections?(machine: ProtocolMachine<z.output<Schema>>): ConnectionsUsed;
  /** What the readings of this machine go through until they are as `inputs` promises. @default - nothing */
  processors?(machine: ProtocolMachine<z.output<Schema>>): GatewayProcessor[];
  /** Logins that the machine asks for; `secretText` (../model/secret-store) names them in an input. @default - none */
  secrets?(machine: ProtocolMachine<z.output<Schema>>): MachineSecret[];
  /** Shares of files that the gateway mounts. @default - none */
  shares?(machine: ProtocolMachine<z.output<Schema>>): MachineShare[];
  /** Files that the inputs name, beside the gateway's configuration. @default - none */
  files?(machine: ProtocolMachine<z.output<Schema>>): MachineFile[];
  /** The plant's own program in place of Telegraf. @default - Telegraf with `inputs` */
  program?(machine: ProtocolMachine<z.output<Schema>>): OwnContainer;
  /** An edge agent of Factory+ in place of Telegraf. @default - Telegraf with `inputs` */
  edgeAgent?(machine: ProtocolMachine<z.output<Schema>>): EdgeAgent;
  /** How an edge agent of Factory+ reads such a machine. @default - it cannot */
  agentConnection?(machine: ProtocolMachine<z.output<Schema>>): AgentConnection;
  /** What of the settings and points an edge agent cannot do, and why. @default - it can do all */
  agentCheck?(machine: ProtocolMachine<z.output<Schema>>, pathOf: PathOf): Problem[];
}

/** Types a slice: the settings that its functions take are what its schema returns. */
export function defineProtocol<const Id extends string, Schema extends z.ZodObject>(protocol: Protocol<Id, Schema>): Protocol<Id, Schema> {
  return protocol;
}

/** A slice of which only the interface matters: settings are what its own schema returned. */
// biome-ignore lint/suspicious/noExplicitAny: the registry holds slices of different settings, and each function gets its own back
export type AnyProtocol = Protocol<string, any>;
