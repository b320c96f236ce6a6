import { toMyCnf } from '../../infra/formats/my-cnf';
import { toNatsConf } from '../../infra/formats/nats-conf';
import { environmentVariable, toToml } from '../../infra/formats/toml';
import { isPlainText } from '../../infra/model/text';
import { dataSourceName } from '../../infra/protocols/sql/dsn';
import { type SqlMachine, type SqlSettings, sqlSettings } from '../../infra/protocols/sql/settings';
import { freePort } from '../cluster/support/ports';
import { HOSTILE_COUNT, hostileTexts, shown } from '../support/hostile';
import { processGroup } from '../support/process-group';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { run } from './support/debian-pod';
import { LEAKS, Readers, TELEGRAF_MODES } from './support/readers';

let workDir: WorkDir;
let readers: Readers;

beforeAll(async () => {
  workDir = await makeWorkDir();
  readers = await Readers.in(workDir.path);
});

afterAll(() => workDir?.remove());

const texts = hostileTexts(HOSTILE_COUNT, 1);

/** Texts that a writer takes, and those that it refuses. */
function sorted(write: (text: string) => unknown, all: readonly string[] = texts): { taken: string[]; refused: string[] } {
  const [taken, refused]: [string[], string[]] = [[], []];
  for (const text of all) {
    try {
      write(text);
      taken.push(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      refused.push(text);
    }
  }
  return { taken, refused };
}

/** Answer of a program on this machine, as JSON. */
const ask = async (port: number, path: string): Promise<unknown> => (await fetch(`http://127.0.0.1:${port}${path}`)).json();

/** Texts that came back as others, shown. */
const changed = (meant: readonly string[], read: readonly unknown[]) =>
  meant.flatMap((text, index) => (read[index] === text ? [] : [`${shown(text)} became ${shown(String(read[index]))}`]));

const tell = (format: string, { taken, refused }: { taken: readonly string[]; refused: readonly string[] }) =>
  console.log(`${format}: ${taken.length} texts read back unchanged, ${refused.length} refused`);

describe('a NATS configuration with hostile texts', () => {
  test('is read by the server as it was meant: values, lists, keys and what follows them', async () => {
    const values = sorted((text) => toNatsConf({ text }));
    const keys = sorted((text) => toNatsConf({ [text]: 1 }));
    expect(values.refused.filter((text) => isPlainText(text))).toEqual([]);
    const table = {
      users: values.taken.map((user) => ({ user, permissions: { publish: { allow: [user, user] } } })),
      texts: values.taken,
      keys: Object.fromEntries(keys.taken.map((key, index) => [key, index])),
      port: 4222,
    };
    const read = (await readers.nats(toNatsConf(table))) as typeof table;
    expect(Object.keys(read).sort()).toEqual(Object.keys(table).sort());
    expect(changed(values.taken, read.texts)).toEqual([]);
    expect(read).toEqual(table);
    tell('NATS values', values);
    tell('NATS keys', keys);
  });

  test('starts no server with another setting than was meant', async () => {
    const { taken } = sorted((text) => toNatsConf({ text }), texts.slice(0, 1_000));
    const users = taken.filter((user) => user !== '').map((user) => ({ user, password: user, permissions: { publish: { deny: ['>'] } } }));
    const check = (text: string) => run(readers.programs.natsServer, ['-t', '--config', readers.file('server.conf', text)], LEAKS);
    expect(await check(toNatsConf({ port: 4222, authorization: { users } }))).toMatchObject({ code: 0 });
    // So that the check can fail.
    expect(await check(toNatsConf({ port: 4222, authorization: { users }, no_such_setting: 'x' }))).toMatchObject({ code: 1 });
  });
});

describe('a configuration of Telegraf with hostile texts', () => {
  test.each(TELEGRAF_MODES)('is read as it was meant with %s: values, lists, keys and tables', async (mode) => {
    const values = sorted((text) => toToml({ text }));
    const keys = sorted((text) => toToml({ [text]: 1 }));
    expect(values.refused.filter((text) => isPlainText(text))).toEqual([]);
    const table = {
      texts: values.taken,
      keys: Object.fromEntries(keys.taken.map((key, index) => [key, index])),
      tables: values.taken.slice(0, 1_000).map((text) => ({ text, nested: { text } })),
      tagged: Object.fromEntries(values.taken.map((text, index) => [`t${index}`, text])),
      last: 1,
    };
    const { read, loaded } = await readers.telegraf(table, mode);
    expect(changed(values.taken, (read as typeof table).texts)).toEqual([]);
    expect(read).toEqual(table);
    expect(loaded).toMatchObject({ inputs: 'internal', processors: 'starlark', outputs: 'file' });
    tell(`TOML values ${mode}`, values);
    tell(`TOML keys ${mode}`, keys);
  });
});

test.each(TELEGRAF_MODES)('Telegraf puts a variable in where one is meant with %s, so that the check can fail', async (mode) => {
  const { read } = await readers.telegraf({ meant: environmentVariable('HOME'), text: '$HOME' }, mode, ['HOME']);
  expect(read).toEqual({ meant: LEAKS.HOME, text: '$HOME' });
});

describe('JSON with hostile texts', () => {
  const plain = texts.filter((text) => isPlainText(text));
  const group = () => processGroup(workDir.path);

  test('is read by Prometheus, as YAML, as it was meant', async () => {
    const labels = Object.fromEntries(plain.filter((text) => text !== '').map((text, index) => [`l${index}`, text]));
    const config = {
      global: { scrape_interval: '1h' },
      scrape_configs: [{ job_name: 'hostile', static_configs: [{ targets: ['127.0.0.1:1'], labels }] }],
    };
    const file = readers.file('prometheus.yml', `${JSON.stringify(config, null, 2)}\n`);
    expect(await run(readers.programs.promtool, ['check', 'config', file], LEAKS)).toMatchObject({ code: 0 });
    const programs = group();
    try {
      const port = await freePort();
      const prometheus = programs.start({
        name: 'prometheus',
        program: readers.programs.prometheus,
        args: [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, `--storage.tsdb.path=${workDir.path}/tsdb`],
        env: LEAKS,
      });
      await prometheus.ready(async () => {
        const { data } = (await ask(port, '/api/v1/targets')) as {
          data: { activeTargets: { discoveredLabels: Record<string, string> }[] };
        };
        const read = data.activeTargets.map(({ discoveredLabels }) => discoveredLabels);
        expect(read).toHaveLength(1);
        expect(
          changed(
            Object.values(labels),
            Object.keys(labels).map((name) => read[0]?.[name]),
          ),
        ).toEqual([]);
        const own = ['__address__', '__metrics_path__', '__scheme__', '__scrape_interval__', '__scrape_timeout__', 'job'];
        expect(Object.keys(read[0] ?? {}).sort()).toEqual([...Object.keys(labels), ...own].sort());
      });
      tell('JSON, as Prometheus reads it', { taken: Object.values(labels), refused: [] });
    } finally {
      await programs.stop();
    }
  });

  test('is read by Alertmanager, as YAML, as it was meant', async () => {
    const names = plain.filter((text) => text !== '');
    const config = { route: { receiver: names[0] }, receivers: names.map((name) => ({ name })) };
    const file = readers.file('alertmanager.yml', `${JSON.stringify(config, null, 2)}\n`);
    expect(await run(readers.programs.amtool, ['check-config', file], LEAKS)).toMatchObject({ code: 0 });
    const programs = group();
    try {
      const port = await freePort();
      const args = [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`, `--storage.path=${workDir.path}/alerts`];
      const alertmanager = programs.start({
        name: 'alertmanager',
        program: readers.programs.alertmanager,
        args: [...args, '--cluster.listen-address='],
        env: LEAKS,
      });
      await alertmanager.ready(async () => {
        const read = (await ask(port, '/api/v2/receivers')) as { name: string }[];
        expect(read.map(({ name }) => name).sort()).toEqual([...names].sort());
      });
      tell('JSON, as Alertmanager reads it', { taken: names, refused: [] });
    } finally {
      await programs.stop();
    }
  });

  test('is read by Starlark, from a constant of a configuration of Telegraf, as it was meant', async () => {
    const { read } = await readers.telegraf(JSON.stringify({ texts: plain }), TELEGRAF_MODES[0]);
    expect(changed(plain, (read as { texts: string[] }).texts)).toEqual([]);
    tell('JSON, as Starlark reads it', { taken: plain, refused: [] });
  });
});

describe('a data source name with hostile texts', () => {
  // With logins as their Secrets hold them; a MySQL login is not encoded, and its user name has no colon.
  const encoded = { mysql: (text: string) => text, postgresql: encodeURIComponent, sqlserver: encodeURIComponent };

  test.each(['mysql', 'postgresql', 'sqlserver'] as const)(
    'of %s leads where it was meant to, with the settings that were meant',
    async (engine) => {
      const names = texts.filter((text) => sqlSettings.shape.database.safeParse(text).success);
      const logins = texts.filter((text) => isPlainText(text) && text !== '');
      const nameOf = (database: string, user: string, password: string) => {
        const settings = { engine, database, tls: { mode: 'encrypt' }, timeout: '5s', port: 4000 } as unknown as SqlSettings;
        const dsn = dataSourceName({ name: 'kiln-1', address: '10.20.1.5', settings } as SqlMachine);
        const key = engine === 'mysql' ? '' : '_url';
        return dsn
          .replace(`@{kiln_1_login:username${key}}`, () => encoded[engine](user))
          .replace(`@{kiln_1_login:password${key}}`, () => encoded[engine](password));
      };
      const cases = logins.map((login, index) => ({
        database: names[index % names.length] ?? 'line',
        user: engine === 'mysql' ? login.replaceAll(':', '') || 'x' : login,
        password: logins[(index * 7 + 3) % logins.length] ?? 'x',
      }));
      const dsns = [{ database: 'line', user: 'x', password: 'x' }, ...cases].map(({ database, user, password }) => ({
        driver: engine === 'postgresql' ? 'pgx' : engine,
        dsn: nameOf(database, user, password),
      }));
      const [plainOne, ...read] = await readers.dataSources(dsns);
      expect(plainOne).toMatchObject({ database: 'line', user: 'x', password: 'x' });
      const wrong = cases.filter(
        (meant, index) => JSON.stringify(read[index]) !== JSON.stringify({ ...plainOne, ...meant, settings: plainOne?.settings }),
      );
      expect(wrong.slice(0, 10).map((meant) => [meant, read[cases.indexOf(meant)]])).toEqual([]);
      tell(`data source name of ${engine}`, { taken: names, refused: [] });
    },
  );
});

describe('an option file with hostile texts', () => {
  test('has just the options that were meant, each with its text', async () => {
    const all = sorted((text) => toMyCnf({ mysqld: { x0000: text } }));
    expect(all.refused.filter((text) => isPlainText(text) && text.length < 1_000)).toEqual([]);
    const file = toMyCnf({ mysqld: Object.fromEntries(all.taken.map((text, index) => [`x${index}`, text])), client: { port: 3306 } });
    const read = await readers.options(readers.file('my.cnf', file), 'mysqld');
    expect(read).toHaveLength(all.taken.length);
    expect(
      changed(
        all.taken,
        read.map((line, index) => line.replace(`x${index}=`, '')),
      ),
    ).toEqual([]);
    expect(read.every((line, index) => line.startsWith(`x${index}=`))).toBe(true);
    tell('my.cnf', all);
  });
});
