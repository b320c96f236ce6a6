import { z } from 'zod';
import { EDGE_AGENT_PROTOCOL } from '../../model/edge-agent';
import { machineTypeBase } from '../../model/machine-type';
import { modbusAgentSettings } from '../modbus/agent';
import { opcuaAgentSettings } from '../opcua/agent';
import type { ProtocolMachine } from '../protocol';
import { s7AgentSettings } from '../s7/agent';
import { driverSettings } from './driver';

/** What an edge agent can read: with the settings, addresses and points of the protocol's own gateways, or through a driver. */
const deviceSchema = z
  .discriminatedUnion('protocol', [s7AgentSettings, modbusAgentSettings, opcuaAgentSettings, driverSettings])
  .describe('The machine, with the settings and points of its protocol: s7, modbus, opcua, or driver');

/** Settings of a machine type that an edge agent of Factory+ reads. */
export const factoryPlusSettings = z
  .strictObject({
    protocol: z
      .literal(EDGE_AGENT_PROTOCOL)
      .describe('An edge agent of Factory+ reads the machine, and publishes to the central broker by itself (Sparkplug)'),
    ...machineTypeBase,
    device: deviceSchema,
  })
  .describe('Machine type that an edge agent of Factory+ reads');

/** Settings of a machine type as {@link factoryPlusSettings} returns them. */
export type FactoryPlusSettings = z.output<typeof factoryPlusSettings>;

/** A machine that an edge agent reads. */
export type FactoryPlusMachine = ProtocolMachine<FactoryPlusSettings>;
