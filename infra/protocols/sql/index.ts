import { byCodeUnits } from '../../model/order';
import { DATABASE_LOGIN_KEYS } from '../../model/secret-requirement';
import { defineProtocol } from '../protocol';
import { columnDataPoint } from '../table/columns';
import { AUTHORITY, LOGIN } from './dsn';
import { engineFacts } from './engines';
import { inputs, processors } from './gateway';
import { sqlRules } from './rules';
import { portOf, sqlSettings } from './settings';
import { tablesOf } from './tables';

/** Machines that expose an SQL database: states of one row, and logs of which every row is read. For people: docs/protocols/sql.md. */
export const sql = defineProtocol({
  id: 'sql',
  title: 'SQL database',
  settings: sqlSettings,
  check: (machine, pathOf) => sqlRules.flatMap((rule) => rule(machine, pathOf)),
  conduits: ({ settings }) => [{ protocol: 'TCP', port: portOf(settings), purpose: `SQL (${settings.engine})` }],
  points: ({ settings }) =>
    tablesOf(settings)
      .flatMap(({ points, readingMs }) => points.map(([name, point]) => columnDataPoint(name, point, readingMs)))
      .sort((a, b) => byCodeUnits(a.name, b.name)),
  inputs,
  processors,
  secrets: ({ name }) => {
    const purpose = `user of the database of ${name} that may only read`;
    return [{ id: LOGIN, purpose, content: { kind: 'login', purpose }, keys: DATABASE_LOGIN_KEYS }];
  },
  files: ({ settings: { tls, engine } }) =>
    tls.mode === 'verify' ? [{ id: AUTHORITY, text: tls.authority, trusted: engineFacts(engine).driver === 'mysql' }] : [],
});
