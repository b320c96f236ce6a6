import type { PathStep, Problem } from '../../../../infra/model/problem';
import { custom } from '../../../../infra/protocols/custom/index';
import { type CustomMachine, customSettings } from '../../../../infra/protocols/custom/settings';

/** The typical use: a saw whose maker's own protocol only the plant's image speaks. */
export const SAW = {
  protocol: 'custom',
  image: 'registry.example.com/gateways/saw:1.4.0',
  health: { port: 8080 },
  ports: [{ port: 5000, purpose: 'the saw’s own protocol' }],
  points: {
    state: { type: 'string', maxBytes: 20, scan: 'slow' },
    'blade-speed': { type: 'real', unit: '1/min', scan: 'fast' },
    parts: { type: 'integer' },
  },
};

/** A machine named saw-1 at 10.20.1.51. */
export function machineOf(change: Record<string, unknown> = {}): CustomMachine {
  return { name: 'saw-1', address: '10.20.1.51', settings: customSettings.parse({ ...SAW, ...change }) };
}

/** What the protocol finds in a machine whose settings stand in its type. */
export function found(change: Record<string, unknown> = {}): Problem[] {
  return custom.check(machineOf(change), (...steps: PathStep[]) => ['machineTypes', 'saw', ...steps]);
}
