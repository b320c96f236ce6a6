import { z } from 'zod';
import type { ConfigTable } from './config';
import type { ConnectionBudget } from './connections';
import type { OwnContainer } from './container';
import type { DataPoint } from './data-point';
import { EDGE_AGENT_PROTOCOL, type EdgeAgent } from './edge-agent';
import type { JobAgent } from './job-agent';
import { nameSchema } from './name';
import { addressSchema } from './network';
import type { Oee } from './oee';
import type { SecretContent } from './secret-requirement';
import { lineOfText } from './text';

/** A machine as the estate states it: a type at an address, with what differs. Its name is its key. */
export const machineSchema = z.strictObject({
  type: nameSchema.describe('Name of a machine type'),
  address: addressSchema.describe("IP address of the machine's controller"),
  description: lineOfText().optional().describe('What the machine is, for people'),
  runsOn: nameSchema.optional().describe('Node that the gateway must run on; without it the scheduler chooses'),
  rack: nameSchema.optional().describe('Rack whose nodes may run the gateway; without it any rack may'),
  differs: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Settings of the machine type that differ at this machine; points are merged by name, and null leaves one out'),
  formerNames: z.array(nameSchema).max(16).default([]).describe('Names that this machine had before'),
});

/** A connection that a gateway must be able to open to its machine. */
export interface MachineConduit {
  readonly protocol: 'TCP' | 'UDP';
  /** 1–65535. */
  readonly port: number;
  /** What runs over it, for people: `S7 communication (RFC 1006)`. */
  readonly purpose: string;
}

/** One input plugin of a Telegraf gateway: `[[inputs.<plugin>]]` with these settings. The tags `plant` and `machine` are added to it. */
export interface GatewayInput {
  /** Telegraf's name of the plugin, such as `s7comm`. */
  readonly plugin: string;
  readonly settings: ConfigTable;
  /**
   * Names of the points that it reads: what is told to be bad when its scans fail. What can fail by itself is best an input of its own.
   * @default - the points whose rate is the setting `interval`; all of the machine when it has none
   */
  readonly points?: readonly string[];
  /**
   * Whether readings have times of the machine's own, which may lie before the time at which a scan failed: then it is said when scans
   * succeed again, since the values cannot say it. @default false
   */
  readonly ownTimes?: boolean;
}

/**
 * One processor plugin of a Telegraf gateway: `[[processors.<plugin>]]`. It sees the readings of its own machine only, and before those
 * that every gateway has; the order among a machine's own is theirs. It has no `tagpass`: a shared gateway tells machines apart by that.
 */
export interface GatewayProcessor {
  /** Telegraf's name of the plugin, such as `converter`. */
  readonly plugin: string;
  readonly settings: ConfigTable;
}

/** A user name and a password that a machine asks for. */
export interface MachineSecret {
  /** What it is, unique in its machine: `login`. The Secret is `<machine>-<id>`. */
  readonly id: string;
  /** What it opens, for people. */
  readonly purpose: string;
  /** What the Secret holds; see `SecretContent`. */
  readonly content: MachineSecretContent;
  /** Keys of the Secret. */
  readonly keys: readonly string[];
}

/** What a machine's Secret may hold. */
export type MachineSecretContent = Extract<SecretContent, { kind: 'login' | 'certificate' | 'other' }>;

/** A public text that an input of a machine reads from a file, such as certificates: mounted with the gateway's configuration. */
export interface MachineFile {
  /** What it is, unique in its machine: `authority.pem`. It lies at `machineFilePath` (services.ts). */
  readonly id: string;
  readonly text: string;
  /**
   * PEM certificates that the whole process trusts, for a driver that cannot be told a file. Where a gateway has one, public authorities
   * are not trusted by its drivers. @default false
   */
  readonly trusted?: boolean;
}

/** A share of files that a gateway reads and writes: a volume that exists before its pod, since restricted pods mount no share. */
export interface MachineShare {
  /** `nfs`: the node's own client. `smb`: the CSI driver smb.csi.k8s.io, with the Secret `<machine>-<secret>` of the namespace. */
  readonly kind: 'nfs' | 'smb';
  /** IP address of the server. */
  readonly server: string;
  /** NFS: exported path. SMB: name of the share, and a folder in it. */
  readonly path: string;
  /** Where the container sees it. */
  readonly mountPath: string;
  readonly readOnly: boolean;
  /** Id of the {@link MachineSecret} that opens it. */
  readonly secret?: string;
}

/** A machine with everything known of it: plain data, whatever its protocol. */
export interface Machine {
  readonly name: string;
  readonly type: string;
  /** The protocol that its gateway speaks: the id of a slice in infra/protocols. */
  readonly protocol: string;
  readonly address: string;
  readonly description?: string;
  /** Node that the gateway must run on. */
  readonly runsOn?: string;
  /** Rack whose nodes may run the gateway. */
  readonly rack?: string;
  readonly formerNames: readonly string[];
  /** Data points, ordered by name. */
  readonly points: readonly DataPoint[];
  readonly conduits: readonly MachineConduit[];
  readonly inputs: readonly GatewayInput[];
  readonly processors: readonly GatewayProcessor[];
  readonly secrets: readonly MachineSecret[];
  readonly shares: readonly MachineShare[];
  /** Files beside the gateway's configuration. @default - none */
  readonly files?: readonly MachineFile[];
  /** Who takes the connections of its controller; absent where its protocol does not count them. */
  readonly connections?: ConnectionBudget;
  /** The gateway is this container of the plant's own, and not Telegraf. */
  readonly program?: OwnContainer;
  /** The gateway is this edge agent of Factory+, and not Telegraf. */
  readonly edgeAgent?: EdgeAgent;
  /** What its availability, performance and quality are computed from; absent when they are not. */
  readonly oee?: Oee;
  /** Its job agent; absent when nobody gives it jobs. */
  readonly agent?: JobAgent;
}

/** Whether a machine's gateway publishes to the plant broker: all but edge agents, which publish to the central broker by themselves. */
export function readByPlantBroker({ protocol }: Pick<Machine, 'protocol'>): boolean {
  return protocol !== EDGE_AGENT_PROTOCOL;
}
