import { byCodeUnits } from '../../model/order';
import { defineProtocol } from '../protocol';
import { agentCheck, agentConnection } from './agent';
import { connections, inputs } from './gateway';
import { scansOf } from './reading';
import { s7Rules } from './rules/all';
import { s7Settings } from './settings';

/**
 * Machines with a SIMATIC S7 controller, read by absolute address over S7 communication (ISO on TCP, RFC 1006). What an OT person needs
 * to know is in docs/protocols/s7.md; what must be set in the controller is told by `s7Notes` (notes.ts).
 */
export const s7 = defineProtocol({
  id: 's7',
  title: 'Siemens S7',
  settings: s7Settings,
  check: (machine, pathOf) => s7Rules.flatMap((rule) => rule(machine, pathOf)),
  conduits: ({ settings }) => [{ protocol: 'TCP', port: settings.port, purpose: 'S7 communication (RFC 1006)' }],
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
  connections,
  inputs,
  agentConnection,
  agentCheck,
});
