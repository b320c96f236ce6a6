import { join } from 'node:path';
import { isCampaign, seeds } from '../support/campaign';
import { eventually, pause } from '../support/wait';
import { getPrograms } from './programs/programs';
import { examplePlant, withOneBroker } from './support/example';
import { parseLines, type Reading } from './support/line-protocol';
import type { TestClient } from './support/mqtt';
import { PlantOnTrial } from './support/plant';
import { seededRandom } from './support/random';
import { SqlServer } from './support/sql-server';

/** What breaks a URL, a data source name, a configuration or a query when it is not escaped. */
const LOGINS = {
  mariadb: { username: `ga'te"way@x/y`, password: `p:@/tcp(1)/x?a=b#[]%20 '"\\$HOME @{saw_1_login:username}&+;ä😀` },
  postgresql: { username: `ga'te"way@x/y:z`, password: `%2F:@/?#[]%20 '"\\$HOME @{kiln_1_login:username}&+;ä😀` },
};

const TEXT = `Öl "7" \\ $HOME {{x}} ;--`;
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const escaped = (text: string) => quoted(text.replaceAll('\\', '\\\\'));

const points = {
  running: { from: 'state', column: 'running', type: 'boolean' },
  state: { from: 'state', column: 'state', type: 'integer' },
  temperature: { from: 'state', column: 'temperature', type: 'real', unit: '°C' },
  'set-point': { from: 'state', column: 'Sollwert °C', type: 'real', unit: '°C' },
  total: { from: 'state', column: 'total', type: 'integer' },
  program: { from: 'state', column: 'program', type: 'text', maxBytes: 12 },
  missing: { from: 'state', column: 'missing', type: 'integer' },
  wrong: { from: 'state', column: 'wrong', type: 'integer' },
  weight: { from: 'parts', column: 'weight', type: 'real', unit: 'kg' },
  good: { from: 'parts', column: 'good', type: 'boolean' },
  serial: { from: 'parts', column: 'Serien"Nr', type: 'text' },
};

const machineType = (engine: 'mariadb' | 'postgresql', authority: string) => ({
  protocol: 'sql',
  engine,
  database: 'line',
  tls: { mode: 'verify', authority },
  timeout: '1s',
  scans: { normal: '500ms', log: '1s' },
  states: { state: { query: 'SELECT * FROM machine_state WHERE id = 1' } },
  logs: { parts: { table: ['part_log'], time: 'finished at', id: 'nr', rowsPerHour: 36_000, lookBack: '10min', scan: 'log' } },
  points,
});

/** The same table in both engines, with what each calls its types. */
async function fill(server: SqlServer, engine: 'mariadb' | 'postgresql'): Promise<void> {
  const { username, password } = LOGINS[engine];
  if (engine === 'mariadb') {
    await server.ask('CREATE DATABASE line CHARACTER SET utf8mb4', 'mysql');
    await server.ask(`CREATE TABLE machine_state (id INT PRIMARY KEY, running BIT(1), state INT, temperature DECIMAL(6,2), \`Sollwert °C\` DOUBLE,
        total BIGINT UNSIGNED, program VARCHAR(40), missing INT, wrong VARCHAR(10));
      INSERT INTO machine_state VALUES (1, b'1', -7, 812.50, 0.1, 9223372036854775807, ${escaped(TEXT)}, NULL, 'abc');
      CREATE TABLE part_log (nr BIGINT AUTO_INCREMENT PRIMARY KEY, \`finished at\` DATETIME(6) NOT NULL, weight DECIMAL(8,3), good TINYINT(1),
        \`Serien"Nr\` VARCHAR(20), KEY (\`finished at\`));
      CREATE USER ${escaped(username)}@'%' IDENTIFIED BY ${escaped(password)} REQUIRE SSL; GRANT SELECT ON line.* TO ${escaped(username)}@'%'`);
    return;
  }
  await server.ask('CREATE DATABASE line', 'postgres');
  await server.ask(`CREATE TABLE machine_state (id int PRIMARY KEY, running boolean, state int, temperature numeric(6,2), "Sollwert °C" double precision,
      total bigint, program text, missing int, wrong text);
    INSERT INTO machine_state VALUES (1, true, -7, 812.50, 0.1, 9223372036854775807, ${quoted(TEXT)}, NULL, 'abc');
    CREATE TABLE part_log (nr bigserial PRIMARY KEY, "finished at" timestamptz NOT NULL, weight numeric(8,3), good boolean, "Serien""Nr" text);
    CREATE INDEX ON part_log ("finished at");
    CREATE ROLE "${username.replaceAll('"', '""')}" LOGIN PASSWORD ${quoted(password)};
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO "${username.replaceAll('"', '""')}"`);
}

/** Adds rows to the log of parts; two share each moment. */
function add(server: SqlServer, engine: 'mariadb' | 'postgresql', serials: readonly string[], secondsAgo = 0): Promise<string> {
  const now = engine === 'mariadb' ? `UTC_TIMESTAMP(6) - INTERVAL ${secondsAgo} SECOND` : `now() - interval '${secondsAgo} seconds'`;
  const rows = serials.map((serial) => `(${now}, 12.5, ${engine === 'mariadb' ? '1' : 'true'}, '${serial}')`).join(', ');
  const columns = engine === 'mariadb' ? '`finished at`, weight, good, `Serien"Nr`' : '"finished at", weight, good, "Serien""Nr"';
  return server.ask(`INSERT INTO part_log (${columns}) VALUES ${rows}`);
}

describe('machines with an SQL database, in a gateway that they share', () => {
  let trial: PlantOnTrial;
  let witness: TestClient;
  const machines = { 'kiln-1': 'mariadb', 'saw-1': 'postgresql' } as const;
  const servers = {} as Record<'mariadb' | 'postgresql', SqlServer>;
  const gateway = () => trial.gateway('a1-gateways');
  const readings = (): Reading[] => witness.received.flatMap(({ payload }) => parseLines(payload));
  const of = (machine: string, point: string) => readings().filter(({ tags }) => tags.machine === machine && tags.point === point);
  const serials = (machine: string) => of(machine, 'serial').flatMap(({ value }) => (value === undefined ? [] : [String(value)]));
  const newer = (machine: string, point: string, since: number) =>
    of(machine, point).filter(({ time, value }) => value !== undefined && time > BigInt(since) * 1_000_000n);

  beforeAll(async () => {
    servers.mariadb = await SqlServer.of('mariadb', '10.20.1.41');
    servers.postgresql = await SqlServer.of('postgresql', '10.20.1.42');
    const plant = examplePlant((estate) => {
      withOneBroker(estate);
      Object.assign(estate.plants.leeds, { gateways: 'node' });
      for (const engine of Object.values(machines)) estate.machineTypes[engine] = machineType(engine, servers[engine].authority);
      estate.plants.leeds.machines = {
        'kiln-1': { type: 'mariadb', address: '10.20.1.41', runsOn: 'a1' },
        'saw-1': { type: 'postgresql', address: '10.20.1.42', runsOn: 'a1' },
      };
    });
    trial = await PlantOnTrial.of(plant, {
      machines: Object.keys(machines),
      logins: { 'machines/kiln-1-login': LOGINS.mariadb, 'machines/saw-1-login': LOGINS.postgresql },
    });
    await Promise.all([
      trial.startBroker(),
      ...Object.entries(machines).map(async ([machine, engine]) => {
        await servers[engine].start(trial, trial.machineHost(machine));
        await fill(servers[engine], engine);
      }),
    ]);
    witness = await trial.client('data-publisher', { clientId: 'witness', clean: false });
    await witness.subscribe('data/v1/leeds/+');
    await trial.startTelegraf(gateway());
  }, 120_000);

  afterAll(async () => {
    await trial?.end();
    for (const server of Object.values(servers)) server.remove();
  });

  test.each(Object.keys(machines))('every point of %s arrives with its name, type, unit, value and quality', async (machine) => {
    await eventually('every point of the state', 20_000, () => {
      for (const name of Object.keys(points).slice(0, 8)) expect(of(machine, name).length).toBeGreaterThan(0);
    });
    const last = (name: string) => {
      const { measurement, tags, field, value, quality } = of(machine, name).at(-1) as Reading;
      return { measurement, tags, field, value, quality };
    };
    const reading = (name: keyof typeof points, field: string, value: unknown) => {
      const { type, unit } = points[name] as { type: string; unit?: string };
      const tags = { machine, plant: 'leeds', point: name, type, ...(unit ? { unit } : {}) };
      return { measurement: 'point', tags, ...(value === undefined ? { quality: 0n } : { field, value, quality: 192n }) };
    };
    expect(last('running')).toEqual(reading('running', 'boolean', true));
    expect(last('state')).toEqual(reading('state', 'integer', -7n));
    expect(last('temperature')).toEqual(reading('temperature', 'real', 812.5));
    expect(last('set-point')).toEqual(reading('set-point', 'real', 0.1));
    expect(last('total')).toEqual(reading('total', 'integer', 9_223_372_036_854_775_807n));
    expect(last('program')).toEqual(reading('program', 'string', Buffer.from(TEXT).subarray(0, 12).toString()));
    expect(last('missing')).toEqual(reading('missing', 'integer', undefined));
    expect(last('wrong')).toEqual(reading('wrong', 'integer', undefined));
  });

  test.each(Object.entries(machines))(
    'every row of the log of %s arrives once, at its own time, late ones too',
    async (machine, engine) => {
      await add(servers[engine], engine, ['a', 'b']);
      await eventually('the rows', 10_000, () => expect(serials(machine)).toEqual(['a', 'b']));
      // Committed after younger rows.
      await add(servers[engine], engine, ['late'], 60);
      await pause(3_000);
      expect(serials(machine)).toEqual(['a', 'b', 'late']);
      const [a, b, late] = of(machine, 'serial').map(({ time }) => time) as [bigint, bigint, bigint];
      expect(b - a).toBe(1n);
      expect(Number((a - late) / 1_000_000n) / 1000).toBeCloseTo(60, -1);
      expect(of(machine, 'weight').at(-1)).toMatchObject({ field: 'real', value: 12.5, quality: 192n, time: late });
      expect(Math.abs(Number(a / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    },
  );

  test(
    'no row of a log is lost when the gateway is killed at any moment, and what comes twice has the same time',
    async () => {
      const random = seededRandom(11);
      const written: string[] = [];
      let writes = true;
      const writing = Promise.all(
        Object.values(machines).map(async (engine) => {
          for (let i = 0; writes; i++) {
            await add(servers[engine], engine, [`${engine}-${i}`, `${engine}-${i}x`]);
            written.push(`${engine}-${i}`, `${engine}-${i}x`);
            await pause(100);
          }
        }),
      );
      for (const _ of seeds(3, 30)) {
        await pause(500 + 3_000 * random());
        await gateway().kill();
        await pause(1_000 * random());
        await trial.startTelegraf(gateway());
      }
      writes = false;
      await writing;
      const arrived = () => [...serials('kiln-1'), ...serials('saw-1')];
      await eventually('every row', 30_000, () => expect(written.filter((serial) => !arrived().includes(serial))).toEqual([]));
      const times = new Map<string, Set<bigint>>();
      for (const { tags, value, time } of readings().filter((reading) => reading.tags.point === 'serial')) {
        const key = `${tags.machine} ${value}`;
        times.set(key, (times.get(key) ?? new Set()).add(time));
      }
      expect([...times].filter(([, found]) => found.size !== 1)).toEqual([]);
      const moments = [...times].map(([key, [time]]) => `${key.split(' ')[0]} ${time}`);
      expect(new Set(moments).size).toBe(moments.length);
      expect(written.length).toBeGreaterThan(50);
    },
    isCampaign ? 900_000 : 90_000,
  );

  test('a database that hangs, dies or is away at the start stops nothing else, and is read again when it is back', async () => {
    const { mariadb, postgresql } = servers;
    const goesOn = async (machine: string, what: string) => {
      const since = Date.now();
      await eventually(`readings of ${machine} ${what}`, 20_000, () => expect(newer(machine, 'state', since).length).toBeGreaterThan(2));
    };
    mariadb.signal('SIGSTOP');
    await pause(3_000);
    await goesOn('saw-1', 'while the other hangs');
    mariadb.signal('SIGCONT');
    await goesOn('kiln-1', 'after it hung');

    postgresql.signal('SIGSTOP');
    await pause(3_000);
    await goesOn('kiln-1', 'while the other hangs');
    postgresql.signal('SIGCONT');
    await goesOn('saw-1', 'after it hung');

    await Promise.all([mariadb.kill(), postgresql.kill()]);
    await eventually('a word that the values are bad', 10_000, () => {
      for (const machine of Object.keys(machines)) expect(of(machine, 'state').at(-1)).toMatchObject({ field: undefined, quality: 0n });
    });
    await mariadb.start(trial, trial.machineHost('kiln-1'));
    await add(mariadb, 'mariadb', ['after']);
    await goesOn('kiln-1', 'after it was killed');
    await eventually('the new row', 10_000, () => expect(serials('kiln-1')).toContain('after'));

    await gateway().stop();
    await trial.startTelegraf(gateway());
    await goesOn('kiln-1', 'while the other is away');
    await postgresql.start(trial, trial.machineHost('saw-1'));
    await goesOn('saw-1', 'after it was away');
  }, 120_000);
});

test('rows that the gateway had to drop while the plant broker was away are read again', async () => {
  const server = await SqlServer.of('postgresql', '10.20.1.42');
  const plant = examplePlant((estate) => {
    withOneBroker(estate);
    const { states: _, logs, points: all, ...type } = machineType('postgresql', server.authority);
    // So few rows are announced that the gateway holds a thousand readings.
    estate.machineTypes.saw = {
      ...type,
      logs: { parts: { ...logs.parts, rowsPerHour: 600 } },
      points: { serial: all.serial, weight: all.weight },
    };
    estate.plants.leeds.machines = { 'saw-1': { type: 'saw', address: '10.20.1.42' } };
  });
  const trial = await PlantOnTrial.of(plant, { machines: ['saw-1'], logins: { 'machines/saw-1-login': LOGINS.postgresql } });
  try {
    await Promise.all([trial.startBroker(), server.start(trial, trial.machineHost('saw-1'))]);
    await fill(server, 'postgresql');
    const witness = () => trial.client('data-publisher', { clientId: 'witness', clean: false });
    await (await witness()).subscribe('data/v1/leeds/+');
    await trial.startTelegraf(trial.gateway('saw-1'));
    const [broker] = trial.brokers;
    await broker?.kill();
    const rows = Array.from({ length: 800 }, (_, i) => `row-${i}`);
    await add(server, 'postgresql', rows);
    const overflow = () => expect(trial.gateway('saw-1').log(400)).toMatch(/Metric buffer overflow; [0-9]+ metrics have been dropped/);
    await eventually('that the gateway drops readings', 60_000, overflow);
    await trial.startBroker();
    const reader = await witness();
    const arrived = () =>
      new Set(
        reader.received.flatMap(({ payload }) => parseLines(payload)).flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
      );
    await eventually('every row', 90_000, () => expect(rows.filter((row) => !arrived().has(row))).toHaveLength(0));
  } finally {
    await trial.end();
    server.remove();
  }
}, 150_000);

test('the driver of SQL Server finds user, password and database in their places, whatever is in them', async () => {
  // It counts characters where the server counts halves of those beyond U+FFFF (go-mssqldb 1.9.6): such a password is cut.
  const login = { username: `ga'te"way@x/y`, password: LOGINS.postgresql.password.replace('😀', '') };
  const plant = examplePlant((estate) => {
    withOneBroker(estate);
    estate.machineTypes.oven = {
      ...machineType('postgresql', ''),
      engine: 'sqlserver',
      database: 'Öfen & "Line";1',
      tls: { mode: 'off', reason: 'Trial bench' },
    };
    estate.plants.leeds.machines = { 'oven-1': { type: 'oven', address: '10.20.1.44' } };
  });
  const trial = await PlantOnTrial.of(plant, { machines: ['oven-1'], logins: { 'machines/oven-1-login': login } });
  try {
    const { python } = await getPrograms();
    const script = join(__dirname, 'support', 'sql-tds-login.py');
    const server = trial.startOn(trial.machineHost('oven-1'), 'sql-server', python, [script, '10.20.1.44', '1433']);
    await trial.startBroker();
    trial.gateway('oven-1').start();
    await eventually('a login', 20_000, () => {
      const [told = ''] = server.log().split('\n');
      expect(JSON.parse(told)).toEqual({ ...login, program: 'millwright-gateway', database: 'Öfen & "Line";1', readOnly: true });
    });
  } finally {
    await trial.end();
  }
}, 60_000);
