import { byCodeUnits } from '../../model/order';
import { defineProtocol } from '../protocol';
import { agentCheck, agentConnection } from './agent';
import { connections, inputs } from './gateway';
import { processors } from './processor';
import { scansOf } from './reading';
import { modbusRules } from './rules/all';
import { modbusSettings } from './settings';

/** Machines and devices that are read over Modbus TCP, or RTU over TCP. What an OT person needs to know is in docs/protocols/modbus.md. */
export const modbus = defineProtocol({
  id: 'modbus',
  title: 'Modbus',
  settings: modbusSettings,
  check: (machine, pathOf) => modbusRules.flatMap((rule) => rule(machine, pathOf)),
  conduits: ({ settings }) => [
    { protocol: 'TCP', port: settings.port, purpose: settings.transport === 'tcp' ? 'Modbus TCP' : 'Modbus RTU over TCP' },
  ],
  points: ({ settings }) =>
    scansOf(settings)
      .flatMap((scan) =>
        scan.readings.map(({ name, type, valueType, unit }) => ({
          name,
          valueType,
          sourceType: type.name,
          ...(unit === undefined ? {} : { unit }),
          scanMs: scan.intervalMs,
          ...(type.maxBytes === undefined ? {} : { maxBytes: type.maxBytes }),
        })),
      )
      .sort((a, b) => byCodeUnits(a.name, b.name)),
  connections,
  inputs,
  processors,
  agentConnection,
  agentCheck,
});
