import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../../infra/formats/toml';
import { dataSourceName } from '../../../../infra/protocols/sql/dsn';
import { ENGINES, type Engine, engineFacts } from '../../../../infra/protocols/sql/engines';
import { inputs, processors, statementOf } from '../../../../infra/protocols/sql/gateway';
import { tablesOf } from '../../../../infra/protocols/sql/tables';
import { asTelegrafReads, plainTextArbitrary } from '../../formats/tables';
import { KILN, machineOf } from './machine';

const statements = (raw: object) => {
  const { settings } = machineOf(raw);
  return Object.fromEntries(tablesOf(settings).map((table) => [table.name, statementOf(settings, table)]));
};

describe('the inputs of a machine with an SQL database', () => {
  test('are one for each state and log, with the columns of a log under the names of their points', () => {
    const [parts, state, dropped] = inputs(machineOf());
    expect(state).toEqual({
      plugin: 'sql',
      settings: {
        alias: 'kiln-1/state',
        interval: '1s',
        driver: 'mysql',
        dsn: dataSourceName(machineOf()),
        timeout: '5s',
        connection_max_open: 1,
        connection_max_life_time: '1h',
        disconnected_servers_behavior: 'ignore',
        startup_error_behavior: 'retry',
        query: [{ query: KILN.states.state.query, measurement: 'sql:state' }],
      },
      points: ['state', 'temperature'],
    });
    expect(parts).toMatchObject({
      settings: {
        alias: 'kiln-1/parts',
        interval: '30s',
        query: [{ time_column: '_time', time_format: 'unix', measurement: 'sql:parts' }],
      },
      points: ['good', 'serial'],
    });
    expect(dropped).toMatchObject({ plugin: 'internal', settings: { namepass: ['internal_write'] }, points: [] });
    expect(inputs(machineOf({ logs: {}, points: { state: KILN.points.state } })).map(({ plugin }) => plugin)).toEqual(['sql']);
  });

  test.each<[Engine, string, string]>([
    [
      'mariadb',
      'datetime',
      'SELECT `good` AS `good`, `serial` AS `serial`, `finished_at` AS `_time`, `nr` AS `_id` FROM `line`.`part_log` WHERE `finished_at` >= UTC_TIMESTAMP(6) - INTERVAL 3600 SECOND ORDER BY `finished_at`, `nr` LIMIT 2200',
    ],
    [
      'postgresql',
      'unix',
      'SELECT "good" AS "good", "serial" AS "serial", "finished_at" AS "_time", "nr" AS "_id" FROM "line"."part_log" WHERE "finished_at" >= (floor(extract(epoch from now()))::bigint - 3600) * 1 ORDER BY "finished_at", "nr" LIMIT 2200',
    ],
    [
      'sqlserver',
      'unix-ms',
      "SELECT TOP (2200) [good] AS [good], [serial] AS [serial], [finished_at] AS [_time], [nr] AS [_id] FROM [line].[part_log] WHERE [finished_at] >= (DATEDIFF_BIG(second, '1970-01-01', SYSUTCDATETIME()) - 3600) * 1000 ORDER BY [finished_at], [nr]",
    ],
  ])('a log of %s whose time is %s is read so', (engine, timeFormat, statement) => {
    expect(statements({ engine, logs: { parts: { ...KILN.logs.parts, timeFormat } } }).parts).toBe(statement);
  });

  test('the look back of each engine is in its own words', () => {
    const since = (engine: Engine) => engineFacts(engine).since(60, 'datetime');
    expect(ENGINES.map(since)).toEqual([
      'UTC_TIMESTAMP(6) - INTERVAL 60 SECOND',
      'UTC_TIMESTAMP(6) - INTERVAL 60 SECOND',
      "now() - interval '60 seconds'",
      'DATEADD(second, -60, SYSUTCDATETIME())',
    ]);
    expect(engineFacts('mysql').since(60, 'unix-ms')).toBe('(UNIX_TIMESTAMP() - 60) * 1000');
  });

  test('a gateway catches up four times as fast as the machine writes, and with half its buffer at least', () => {
    const constants = (rowsPerHour: number) => {
      const found = processors(machineOf({ logs: { parts: { ...KILN.logs.parts, rowsPerHour, lookBack: '10min' } } }));
      return found.map(({ settings }) => (settings.constants as { sources: Record<string, object> }).sources['sql:parts'])[0];
    };
    expect(constants(600)).toMatchObject({ log: true, once: 250, pause: 15_000_000_000 });
    expect(constants(60_000)).toMatchObject({ once: 2000 });
  });

  test('no name of a column, a table or a database leaves its quotes, its URL or its configuration', () => {
    const name = plainTextArbitrary.filter((text) => text.trim() === text && text !== '' && text.length <= 60);
    fc.assert(
      fc.property(name, fc.constantFrom(...ENGINES), (text, engine) => {
        const rawOf = (called: string) => ({
          engine,
          database: called,
          states: {},
          logs: { parts: { ...KILN.logs.parts, table: [called], time: called } },
          points: { serial: { from: 'parts', column: called, type: 'text' } },
        });
        const machine = machineOf(rawOf(text));
        // Written apart from the code under test: a name between its marks, the closing one doubled inside.
        const [open, close] = { mysql: '``', mariadb: '``', postgresql: '""', sqlserver: '[]' }[engine] as unknown as [string, string];
        const bare = (called: string) =>
          statements(rawOf(called)).parts?.replaceAll(`${open}${called.replaceAll(close, close + close)}${close}`, () => '?');
        expect(bare(text)).toBe(bare('plain'));
        const dsn = dataSourceName(machine);
        const databaseOf = (url: string) => {
          const parameter = { mysql: '', mariadb: '', postgresql: 'dbname', sqlserver: 'database' }[engine];
          return parameter === ''
            ? decodeURIComponent(url.slice(url.indexOf('/', url.lastIndexOf(':') + 1) + 1, url.indexOf('?')))
            : new URL(url.replace(/^[a-z]+:/, 'http:')).searchParams.get(parameter);
        };
        expect(databaseOf(dsn.replaceAll(/@\{[^}]*\}/g, 'x'))).toBe(text);
        const table = {
          inputs: inputs(machine).map(({ settings }) => settings),
          processors: processors(machine).map(({ settings }) => settings),
        };
        expect(parse(asTelegrafReads(toToml(table)))).toEqual(table);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a data source name', () => {
  test.each<[Engine, object, string]>([
    [
      'mysql',
      {},
      "@{kiln_1_login:username}:@{kiln_1_login:password}@tcp(10.20.1.41:3306)/line?charset=utf8mb4&parseTime=true&loc=UTC&time_zone='%2B00%3A00'&transaction_read_only=1&timeout=5s&readTimeout=5s&writeTimeout=5s&tls=true",
    ],
    [
      'mariadb',
      { tls: { mode: 'encrypt', reason: 'x' }, timeout: '1500ms' },
      "@{kiln_1_login:username}:@{kiln_1_login:password}@tcp(10.20.1.41:3306)/line?charset=utf8mb4&parseTime=true&loc=UTC&time_zone='%2B00%3A00'&tx_read_only=1&timeout=2s&readTimeout=2s&writeTimeout=2s&tls=skip-verify",
    ],
    [
      'postgresql',
      {},
      'postgres://@{kiln_1_login:username_url}:@{kiln_1_login:password_url}@10.20.1.41:5432/?dbname=line&application_name=millwright-gateway&timezone=UTC&default_transaction_read_only=on&statement_timeout=5s&connect_timeout=5&sslmode=verify-full&sslrootcert=%2Fetc%2Ftelegraf%2Fkiln-1.authority.pem',
    ],
    [
      'sqlserver',
      {},
      'sqlserver://@{kiln_1_login:username_url}:@{kiln_1_login:password_url}@10.20.1.41:1433?database=line&app%20name=millwright-gateway&ApplicationIntent=ReadOnly&dial%20timeout=5&connection%20timeout=5&encrypt=true&TrustServerCertificate=false&certificate=%2Fetc%2Ftelegraf%2Fkiln-1.authority.pem',
    ],
    [
      'sqlserver',
      { tls: { mode: 'off', reason: 'x' } },
      'sqlserver://@{kiln_1_login:username_url}:@{kiln_1_login:password_url}@10.20.1.41:1433?database=line&app%20name=millwright-gateway&ApplicationIntent=ReadOnly&dial%20timeout=5&connection%20timeout=5&encrypt=disable',
    ],
  ])('of %s with %j', (engine, raw, dsn) => {
    expect(dataSourceName(machineOf({ engine, ...raw }))).toBe(dsn);
  });

  test('has an IPv6 address in brackets', () => {
    expect(dataSourceName(machineOf({ engine: 'postgresql' }, 'fd00::1'))).toContain('@[fd00::1]:5432/');
  });
});
