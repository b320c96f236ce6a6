import { z } from 'zod';
import type { ConfigTable } from './config';
import type { DataPoint } from './data-point';
import { nameSchema } from './name';
import { addressSchema } from './network';
import { lineOfText } from './text';

/** A machine as the estate states it: a type at an address, with what differs. Its name is its key. */
export const machineSchema = z.strictObject({
  type: nameSchema.describe('Name of a machine type'),
  address: addressSchema.describe("IP address of the machine's controller"),
  description: lineOfText().optional().describe('What the machine is, for people'),
  runsOn: nameSchema.optional().describe('Node that the gateway must run on; without it the scheduler chooses'),
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

/** One input plugin of a Telegraf gateway: `[[inputs.<plugin>]]` with these settings. */
export interface GatewayInput {
  /** Telegraf's name of the plugin, such as `s7comm`. */
  readonly plugin: string;
  readonly settings: ConfigTable;
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
  readonly formerNames: readonly string[];
  /** Data points, ordered by name. */
  readonly points: readonly DataPoint[];
  readonly conduits: readonly MachineConduit[];
  readonly inputs: readonly GatewayInput[];
}
