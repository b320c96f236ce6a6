import type { ConfigTable } from '../model/config';
import type { EdgeDriver } from '../model/edge-agent';

/**
 * Types of a metric as an edge agent's configuration names them (acs-edge 6.8.1, schema/schema.json): those of Sparkplug, and for what has
 * several bytes their order: BE the most significant first, LE last.
 */
export const AGENT_TYPES = [
  'Boolean',
  'Int8',
  'UInt8',
  'Int16BE',
  'Int16LE',
  'UInt16BE',
  'UInt16LE',
  'Int32BE',
  'Int32LE',
  'UInt32BE',
  'UInt32LE',
  'Int64BE',
  'Int64LE',
  'UInt64BE',
  'UInt64LE',
  'FloatBE',
  'FloatLE',
  'DoubleBE',
  'DoubleLE',
  'String',
] as const;

/** @see {@link AGENT_TYPES} */
export type AgentType = (typeof AGENT_TYPES)[number];

/** How an edge agent takes values from what a connection delivers (acs-edge 6.8.1, lib/helpers/typeHandler.ts). */
export const PAYLOAD_FORMATS = ['Defined by Protocol', 'Buffer', 'JSON', 'JSON (Batched)', 'XML'] as const;

/** @see {@link PAYLOAD_FORMATS} */
export type PayloadFormat = (typeof PAYLOAD_FORMATS)[number];

/** A data point as an edge agent reads it. */
export interface AgentMetric {
  /** Name of the point. */
  readonly name: string;
  readonly type: AgentType;
  /** In the words of the connection. No two metrics of a machine have the same address and path. */
  readonly address: string;
  /** Where the value stands in what the address delivers. @default - it is all of it */
  readonly path?: string;
  readonly unit?: string;
}

/** How an edge agent reads a machine. */
export interface AgentConnection {
  /** The agent's name of the kind of connection (acs-edge 6.8.1, lib/translator.ts, chooseDeviceInfo). */
  readonly type: 'S7' | 'OPC UA' | 'Driver';
  /** Name of the connection; that of its driver, where it has one. */
  readonly name: string;
  readonly details: ConfigTable;
  readonly payloadFormat: PayloadFormat;
  /** Ordered by name. */
  readonly metrics: readonly AgentMetric[];
  /** @default - the agent speaks the protocol itself */
  readonly driver?: EdgeDriver;
}

/** What a machine type of an edge agent states itself, and not its device: taken out of a slice's settings. */
export const WITHOUT_BASE = { description: true, scans: true, connections: true, oee: true, agent: true } as const;
