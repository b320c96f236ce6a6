import { milliseconds } from '../../model/duration';
import type { ConfigTable, GatewayInput, GatewayProcessor } from '../protocol';
import { goDuration } from '../table/columns';
import { columnConstants } from '../table/script';
import { dataSourceName } from './dsn';
import { engineFacts } from './engines';
import { ID_COLUMN, ROW_PREFIX, SQL_SCRIPT, TIME_COLUMN } from './script';
import { isLog, type SqlMachine, type SqlSettings } from './settings';
import { rowsInSight, type SqlTable, tablesOf } from './tables';

/** Telegraf's names of the formats of times; it takes a date and time as the driver gives it. */
const TELEGRAF_TIMES = { datetime: 'unix', unix: 'unix', 'unix-ms': 'unix_ms' } as const;

/** Readings that one scan of a log hands on at most, unless the machine writes more: half of what the gateway holds at least. */
const READINGS_AT_ONCE = 500;

/** How many times faster than the machine writes a gateway catches up. */
const CATCH_UP = 4;

/** One `[[inputs.sql]]` for each table, ordered by name, and for logs the input that tells when readings were dropped. */
export function inputs(machine: SqlMachine): GatewayInput[] {
  const { name, settings } = machine;
  const tables = tablesOf(settings);
  return [
    ...tables.map((table) => ({
      plugin: 'sql',
      settings: {
        // Names the input in Telegraf's log.
        alias: `${name}/${table.name}`,
        interval: goDuration(table.intervalMs),
        driver: engineFacts(settings.engine).driver,
        dsn: dataSourceName(machine),
        timeout: settings.timeout,
        connection_max_open: 1,
        connection_max_life_time: '1h',
        // A database that is down must not stop the readings of others in the same gateway: it is tried again at every scan.
        disconnected_servers_behavior: 'ignore',
        startup_error_behavior: 'retry',
        query: [{ query: statementOf(settings, table), measurement: `${ROW_PREFIX}${table.name}`, ...timeOf(table) }],
      },
      points: table.points.map(([point]) => point),
      ...(isLog(table.source) ? { ownTimes: true } : {}),
    })),
    ...(tables.some(({ source }) => isLog(source))
      ? [
          {
            plugin: 'internal',
            settings: { alias: `${name}/dropped`, interval: '10s', collect_memstats: false, namepass: ['internal_write'] },
            points: [],
          },
        ]
      : []),
  ];
}

/** The processor that makes readings of rows. */
export function processors({ name, settings }: SqlMachine): GatewayProcessor[] {
  const sources = tablesOf(settings).map((table) => [`${ROW_PREFIX}${table.name}`, sourceConstants(table)] as const);
  return [
    {
      plugin: 'starlark',
      settings: {
        namepass: [...sources.map(([measurement]) => measurement), 'internal_write'],
        source: SQL_SCRIPT,
        constants: { machine: name, DECIMAL: '.', sources: Object.fromEntries(sources) },
      },
    },
  ];
}

function sourceConstants({ source, points, intervalMs }: SqlTable): ConfigTable {
  if (!isLog(source)) return { log: false, points: columnConstants(points) };
  const usual = (source.rowsPerHour * intervalMs) / 3_600_000;
  return {
    log: true,
    // Columns of a log bear the names of the points.
    points: columnConstants(points.map(([name, point]) => [name, { ...point, column: name }])),
    once: Math.max(Math.ceil(CATCH_UP * usual), Math.floor(READINGS_AT_ONCE / points.length)),
    pause: (intervalMs / 2) * 1_000_000,
  };
}

function timeOf({ source }: SqlTable): ConfigTable {
  return isLog(source) ? { time_column: TIME_COLUMN, time_format: TELEGRAF_TIMES[source.timeFormat] } : {};
}

/** The statement that reads a table. Of more rows than were stated the oldest come first, so that none is left behind. */
export function statementOf({ engine }: Pick<SqlSettings, 'engine'>, { source, points }: Pick<SqlTable, 'source' | 'points'>): string {
  if (!isLog(source)) return source.query;
  const { quoted, since, limit } = engineFacts(engine);
  const most = 2 * rowsInSight(source) + 1000;
  const columns = [
    ...points.map(([name, { column }]) => [column, name] as const),
    [source.time, TIME_COLUMN] as const,
    [source.id, ID_COLUMN] as const,
  ].map(([column, as]) => `${quoted(column)} AS ${quoted(as)}`);
  const seconds = milliseconds(source.lookBack) / 1000;
  return [
    'SELECT',
    ...(limit === 'first' ? [`TOP (${most})`] : []),
    `${columns.join(', ')} FROM ${source.table.map(quoted).join('.')}`,
    `WHERE ${quoted(source.time)} >= ${since(seconds, source.timeFormat)}`,
    `ORDER BY ${quoted(source.time)}, ${quoted(source.id)}`,
    ...(limit === 'last' ? [`LIMIT ${most}`] : []),
  ].join(' ');
}
