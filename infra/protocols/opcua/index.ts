import { byCodeUnits } from '../../model/order';
import { defineProtocol } from '../protocol';
import { agentCheck, agentConnection } from './agent';
import { files, inputs } from './gateway';
import { processors } from './processor';
import { scansOf } from './reading';
import { opcuaRules } from './rules/all';
import { secrets } from './secrets';
import { opcuaSettings } from './settings';

/** Machines with an OPC UA server, read by node id. What an OT person needs to know is in docs/protocols/opcua.md. */
export const opcua = defineProtocol({
  id: 'opcua',
  title: 'OPC UA',
  settings: opcuaSettings,
  check: (machine, pathOf) => opcuaRules.flatMap((rule) => rule(machine, pathOf)),
  conduits: ({ settings }) => [{ protocol: 'TCP', port: settings.port, purpose: 'OPC UA (opc.tcp)' }],
  points: ({ settings }) =>
    scansOf(settings)
      .flatMap((scan) =>
        scan.readings.map(({ name, type, unit }) => ({
          name,
          valueType: type.valueType,
          sourceType: type.name,
          ...(unit === undefined ? {} : { unit }),
          scanMs: scan.intervalMs,
          ...(type.maxBytes === undefined ? {} : { maxBytes: type.maxBytes }),
        })),
      )
      .sort((a, b) => byCodeUnits(a.name, b.name)),
  inputs,
  processors,
  secrets,
  files,
  agentConnection,
  agentCheck,
});
