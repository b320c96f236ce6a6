import type { PathStep } from '../../../../infra/model/problem';
import { problemText } from '../../../../infra/model/problem';
import { sql } from '../../../../infra/protocols/sql/index';
import { type SqlMachine, sqlSettings } from '../../../../infra/protocols/sql/settings';

/** Certificates as far as the schema looks. */
export const PEM = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;

/** The typical use: a kiln that keeps its state in one row and its parts in a log. */
export const KILN = {
  protocol: 'sql',
  engine: 'mariadb',
  database: 'line',
  tls: { mode: 'verify', authority: PEM },
  states: { state: { query: 'SELECT state, temperature FROM machine_state WHERE id = 1' } },
  logs: { parts: { table: ['line', 'part_log'], time: 'finished_at', id: 'nr', rowsPerHour: 600 } },
  points: {
    state: { from: 'state', column: 'state', type: 'integer' },
    temperature: { from: 'state', column: 'temperature', type: 'real', unit: '°C' },
    serial: { from: 'parts', column: 'serial', type: 'text', maxBytes: 20 },
    good: { from: 'parts', column: 'good', type: 'boolean' },
  },
};

/** A machine named kiln-1 at 10.20.1.41. */
export function machineOf(raw: object = {}, address = '10.20.1.41'): SqlMachine {
  return { name: 'kiln-1', address, settings: sqlSettings.parse({ ...KILN, ...raw }) };
}

/** What is wrong with a machine, as its owner reads it. */
export function told(raw: object): string[] {
  return sql
    .check(machineOf(raw), (...steps: PathStep[]) => steps)
    .map((problem) => `${problem.severity} ${problem.rule} ${problemText(problem)}`);
}
