import type { ConfigTable } from '../../model/config';
import type { EdgeAgent } from '../../model/edge-agent';
import type { AgentConnection, AgentMetric } from '../agent-connection';
import { deviceOf } from './device';
import type { FactoryPlusMachine } from './settings';

/** Key of the details of each kind of connection (acs-edge 6.8.1, lib/translator.ts, chooseDeviceInfo). */
const DETAILS: Readonly<Record<AgentConnection['type'], string>> = {
  S7: 's7ConnDetails',
  'OPC UA': 'OPCUAConnDetails',
  Driver: 'DriverDetails',
};

/**
 * The edge agent of a machine: one connection, and on it one Sparkplug device of the machine's name with a metric for each point. As
 * acs-edge 6.8.1 reads it (utils/FormatConfig.ts, schema/schema.json).
 */
export function edgeAgent(machine: FactoryPlusMachine): EdgeAgent {
  const device = deviceOf(machine);
  const connection = device.connection();
  const rates = device.points().map(({ scanMs }) => scanMs);
  return {
    drivers: connection.driver ? [connection.driver] : [],
    configuration: {
      deviceConnections: [
        {
          name: connection.name,
          connType: connection.type,
          [DETAILS[connection.type]]: connection.details,
          // One rate by a rule.
          pollInt: Math.min(...rates),
          payloadFormat: connection.payloadFormat,
          devices: [{ deviceId: machine.name, templates: [], tags: connection.metrics.map(tag) }],
        },
      ],
    },
  };
}

/** A metric as the agent reads it: of every value that changes the historian is told. */
function tag({ name, type, address, path, unit }: AgentMetric): ConfigTable {
  return {
    Name: name,
    type,
    method: 'GET',
    address,
    ...(path === undefined ? {} : { path }),
    ...(unit === undefined ? {} : { engUnit: unit }),
    recordToDB: true,
  };
}
