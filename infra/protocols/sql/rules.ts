import { milliseconds } from '../../model/duration';
import { byCodeUnits } from '../../model/order';
import type { Problem } from '../../model/problem';
import type { PathOf } from '../protocol';
import { textLengthProblems } from '../table/columns';
import { isLog, type SqlMachine, type SqlSettings } from './settings';
import { refuseStatement } from './statement';
import { rowsInSight, sourcesOf, tablesOf } from './tables';

/** One invariant of a machine with an SQL database: what is wrong, nothing when all is well. Never throws. */
export type SqlRule = (machine: SqlMachine, pathOf: PathOf) => Problem[];

/** The most rows that one scan may bring: about 5 MB in the gateway, and a second of its processor. */
export const MAX_ROWS_IN_SIGHT = 20_000;

/** Where a state or log stands in the settings. */
const placeOf = (settings: SqlSettings, name: string) => (Object.hasOwn(settings.logs, name) ? 'logs' : 'states');

/** Every point names a state or log of the machine type, and each of those has points and a name of its own. */
export const sourceRule: SqlRule = ({ settings }, pathOf) => {
  const names = sourcesOf(settings).map(([name]) => name);
  return [
    ...Object.entries(settings.points)
      .filter(([, { from }]) => !names.includes(from))
      .map(
        ([name, { from }]): Problem => ({
          rule: 'sql/source',
          severity: 'error',
          path: pathOf('points', name, 'from'),
          value: from,
          message: `is no state or log of this machine type; it has ${names.join(', ') || 'none'}`,
          remedy: 'write one of them, or add it under states or logs',
        }),
      ),
    ...names
      .filter((name) => !Object.values(settings.points).some(({ from }) => from === name))
      .map(
        (name): Problem => ({
          rule: 'sql/source',
          severity: 'warning',
          path: pathOf(placeOf(settings, name), name),
          message: 'has no point, and is not read',
          remedy: 'give one of its columns a point, or remove it',
        }),
      ),
    ...Object.keys(settings.states)
      .filter((name) => Object.hasOwn(settings.logs, name))
      .sort(byCodeUnits)
      .map(
        (name): Problem => ({
          rule: 'sql/source',
          severity: 'error',
          path: pathOf('states', name),
          message: 'is also the name of a log',
          remedy: 'give one of them another name',
        }),
      ),
  ];
};

/** Every state and log names a scan class that the machine type has. */
export const scanRule: SqlRule = ({ settings }, pathOf) => {
  const scans = Object.keys(settings.scans).sort(byCodeUnits);
  return sourcesOf(settings)
    .filter(([, { scan }]) => !scans.includes(scan))
    .map(([name, { scan }]) => ({
      rule: 'sql/scan',
      severity: 'error',
      path: pathOf(placeOf(settings, name), name, 'scan'),
      value: scan,
      message: `is not a scan class of this machine type; it has ${scans.join(', ')}`,
      remedy: 'write one of them, or add the scan class under scans',
    }));
};

/** A query is one statement that reads. */
export const statementRule: SqlRule = ({ settings }, pathOf) =>
  Object.entries(settings.states).flatMap(([name, { query }]): Problem[] => {
    const refusal = refuseStatement(query, settings.engine);
    if (!refusal) return [];
    const path = pathOf('states', name, 'query');
    return [{ rule: 'sql/statement', severity: 'error', path, value: query, message: refusal.error, remedy: refusal.instead }];
  });

/** No two points read the same column. A warning: it works, but it is nearly always a line copied and not finished. */
export const duplicateRule: SqlRule = ({ settings }, pathOf) => {
  const first = new Map<string, string>();
  return Object.entries(settings.points)
    .sort(([a], [b]) => byCodeUnits(a, b))
    .flatMap(([name, { from, column }]): Problem[] => {
      const place = JSON.stringify([from, column]);
      const other = first.get(place);
      if (other === undefined) {
        first.set(place, name);
        return [];
      }
      return [
        {
          rule: 'sql/duplicate',
          severity: 'warning',
          path: pathOf('points', name, 'column'),
          value: column,
          message: `is read by the point ${other} already`,
          remedy: 'correct the column, or remove one of the two points',
        },
      ];
    });
};

/** The look back of a log spans several scans, and brings no more rows than a gateway and a database bear at every scan. */
export const lookBackRule: SqlRule = ({ settings }, pathOf) =>
  tablesOf(settings).flatMap(({ name, source, intervalMs }): Problem[] => {
    if (!isLog(source)) return [];
    const problem = { rule: 'sql/look-back', severity: 'error', path: pathOf('logs', name, 'lookBack'), value: source.lookBack } as const;
    const rows = rowsInSight(source);
    if (rows > MAX_ROWS_IN_SIGHT) {
      return [
        {
          ...problem,
          message: `spans ${rows} rows at ${source.rowsPerHour} an hour, and every scan reads them all; at most ${MAX_ROWS_IN_SIGHT} are allowed`,
          remedy: 'shorten it, or have the machine write fewer rows',
        },
      ];
    }
    if (milliseconds(source.lookBack) >= 4 * intervalMs) return [];
    return [
      {
        ...problem,
        message: `is shorter than four scans of ${intervalMs / 1000} s; a row that is missed once would be lost`,
        remedy: 'lengthen it, or read it in a faster scan class',
      },
    ];
  });

/** An answer may take as long as a scan at most. A warning: a database that is slow for once is not waited for. */
export const timeoutRule: SqlRule = ({ settings }, pathOf) =>
  tablesOf(settings)
    .filter(({ intervalMs }) => milliseconds(settings.timeout) > intervalMs * 10)
    .map(({ name, intervalMs }) => ({
      rule: 'sql/timeout',
      severity: 'warning',
      path: pathOf('timeout'),
      value: settings.timeout,
      message: `is more than ten scans of ${name}, which is read every ${intervalMs} ms; a database that hangs costs so many readings before anybody is told`,
      remedy: 'shorten it, or read it in a slower scan class',
    }));

/** The connection is encrypted, and the server known. A warning, because old machines cannot; the reason stands in the model. */
export const tlsRule: SqlRule = ({ settings: { tls } }, pathOf) =>
  tls.mode === 'verify'
    ? []
    : [
        {
          rule: 'sql/tls',
          severity: 'warning',
          path: pathOf('tls', 'mode'),
          value: tls.mode,
          message:
            tls.mode === 'off'
              ? `leaves the data, and with some engines the password, in clear on the machine network (${tls.reason})`
              : `encrypts, but believes whoever answers at the machine's address (${tls.reason})`,
          remedy: 'let the server show a certificate and write { mode: verify, authority: … }',
        },
      ];

/** Every rule of the protocol; the order does not matter, since problems are sorted where they are told. */
export const sqlRules: readonly SqlRule[] = [
  duplicateRule,
  lookBackRule,
  scanRule,
  sourceRule,
  statementRule,
  ({ settings }, pathOf) => textLengthProblems('sql', settings.points, pathOf),
  timeoutRule,
  tlsRule,
];
