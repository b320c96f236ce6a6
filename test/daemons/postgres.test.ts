import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { Auth } from '../../constructs/central/auth';
import { ConfigDb } from '../../constructs/central/configdb';
import { componentAddress } from '../../infra/model/central-components';
import { DATABASE_ADMINISTRATOR, hbaRules, postgresFiles } from '../../infra/postgres/configuration';
import { toHbaConf, toPostgresConf } from '../../infra/postgres/format';
import { exampleCentral } from '../support/centre';
import { processGroup } from '../support/process-group';
import { eventually, pause } from '../support/wait';
import { makeWorkDir } from '../support/work-dir';
import { installDebianPackages } from './programs/debian';
import type { Ended } from './support/debian-pod';
import { KdcOnTrial } from './support/kdc';
import { makeNetwork, onHost } from './support/network';
import { PostgresPod, postgresPrograms } from './support/postgres-pod';

jest.setTimeout(300_000);

const central = exampleCentral();
const { realm } = central.contract;
const { host: server } = componentAddress('postgres', 'postgres');

/** A migration of the shape of those of ACS 6.8.1: it makes a database and a role by the names in its environment, again and again. */
const MIGRATION = String.raw`\set ON_ERROR_STOP
\set db ${'`echo $SRV_DATABASE`'}
\set role ${'`echo $SRV_USER`'}
select exists(select 1 from pg_database where datname = :'db') has_db,
       exists(select 1 from pg_roles where rolname = :'role') has_role
\gset
\if :has_db
\else
  create database :"db" allow_connections false;
  revoke all on database :"db" from public;
  alter database :"db" allow_connections true;
\endif
\c :"db"
begin;
\if :has_role
  drop owned by :"role";
\else
  create user :"role";
\endif
create table if not exists entry (id bigint primary key, text text not null);
create table if not exists version (version int not null);
revoke all on schema public from public;
grant connect on database :"db" to :"role";
grant usage on schema public to :"role";
grant select on version to :"role";
grant select, insert on entry to :"role";
commit;
`;

let started: Awaited<ReturnType<typeof start>>;

async function start() {
  await installDebianPackages(() => {}, { '/usr/bin/pg_ctlcluster': 'postgresql', '/usr/bin/shellcheck': 'shellcheck' });
  const work = await makeWorkDir();
  execFileSync('chmod', ['755', work.path]);
  const group = processGroup(work.path);
  const network = await makeNetwork(group);
  const kdc = await KdcOnTrial.make({ group, network, central });
  await kdc.start();
  await kdc.bootstrapKey(`postgres/${server}`, 'postgres');
  for (const principal of [DATABASE_ADMINISTRATOR, 'sv1auth', 'sv1configdb', 'sv1nobody', 'postgres-login', 'admin-evil']) {
    const name = { 'postgres-login': 'postgres', 'admin-evil': `${DATABASE_ADMINISTRATOR}/evil` }[principal] ?? principal;
    await kdc.bootstrapKey(name, principal);
  }
  const pod = await PostgresPod.make({ group, network, central, kdc });
  const client = await network.host('client', '10.99.88.9');
  return { work, group, network, kdc, pod, client };
}

beforeAll(async () => {
  started = await start();
});
afterAll(async () => {
  await started?.group.stop();
  await started?.work.remove();
});

/** Runs psql on another computer, with the tickets of a principal; by default as a role of its name. */
async function psql(
  keytab: string,
  args: readonly string[],
  { env = {}, input }: { readonly env?: Readonly<Record<string, string>>; readonly input?: string } = {},
): Promise<Ended> {
  const { kdc, client } = started;
  const command = [
    '/usr/bin/k5start',
    '-qUf',
    kdc.file(keytab),
    '--',
    join(postgresPrograms(), 'psql'),
    '--no-psqlrc',
    '--tuples-only',
    '--no-align',
    '-w',
  ];
  const variables = { PGHOST: server, PGUSER: keytab, PGDATABASE: 'postgres', PGGSSENCMODE: 'require', PGCONNECT_TIMEOUT: '10', ...env };
  return await kdc.client([...command, ...args], { host: client, env: variables, ...(input === undefined ? {} : { input }) });
}

/** What a query gives to a principal; an error when it is refused. */
async function ask(keytab: string, query: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { code, said } = await psql(keytab, ['-v', 'ON_ERROR_STOP=1', '-c', query], { env });
  if (code !== 0) throw new Error(said);
  return said.trim();
}

/** Runs the container that makes the database of a component, with the migration of this test in place of the image's. */
async function migrate(Component: typeof Auth | typeof ConfigDb): Promise<Ended> {
  const chart = new Chart(new App(), 'component');
  new Component(chart, 'component', { central });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
  const { template } = (chart.toJson() as any[]).find(({ kind }) => kind === 'Deployment').spec;
  const [init] = template.spec.initContainers;
  const file = join(started.work.path, 'migrate.sql');
  writeFileSync(file, MIGRATION);
  const env = Object.fromEntries(init.env.map(({ name, value }: { name: string; value: string }) => [name, value]));
  const words: string[] = [...init.command, ...init.args];
  const real: Readonly<Record<string, string>> = {
    '/keytabs/dbadmin': started.kdc.file(DATABASE_ADMINISTRATOR),
    '/usr/local/bin/psql': join(postgresPrograms(), 'psql'),
    '/home/node/app/sql/migrate.sql': file,
  };
  const { KRB5_CONFIG: _, ...rest } = env;
  return await started.kdc.client(
    // Debian's k5start takes options from behind the command too, Alpine's, which the image has, does not.
    words.flatMap((word) => (word === '/usr/local/bin/psql' ? ['--', real[word] ?? word] : [real[word] ?? word])),
    { host: started.client, env: rest },
  );
}

test('the script that prepares the volume is one that shellcheck takes', () => {
  const file = join(started.work.path, 'prepare.sh');
  writeFileSync(file, postgresFiles(central)['prepare.sh'] ?? '');
  execFileSync('/usr/bin/shellcheck', [file], { encoding: 'utf8' });
});

test('what is killed while it makes the data folder begins again, and what is whole stays as it is', async () => {
  const { pod } = started;
  const folder = join(pod.data, 'pgdata');
  mkdirSync(join(pod.data, 'lost+found'));
  const cut: string[] = [];
  for (let wait = 200; !existsSync(folder) && wait < 20_000; wait *= 2) {
    const preparing = pod.startPreparing();
    const deadline = Date.now() + wait;
    while (Date.now() < deadline && !existsSync(folder)) await pause(10);
    if (existsSync(folder)) break;
    await preparing.kill();
    cut.push(existsSync(join(pod.data, 'pgdata.new')) ? 'half' : 'nothing');
  }
  expect(cut.filter((what) => what === 'half').length).toBeGreaterThan(1);
  const again = await pod.prepare();
  expect(again).toMatchObject({ code: 0 });
  expect(readdirSync(pod.data).sort()).toEqual(['lost+found', 'pgdata']);
  await pod.start();
  expect(await ask(DATABASE_ADMINISTRATOR, 'select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = current_user')).toBe(
    't|t|t',
  );
});

test('the administrator of databases is logged in by Kerberos over an encrypted connection, and every setting holds', async () => {
  const query = 'select gss_authenticated, encrypted, principal from pg_stat_gssapi where pid = pg_backend_pid()';
  expect(await ask(DATABASE_ADMINISTRATOR, query)).toBe(`t|t|${DATABASE_ADMINISTRATOR}@${realm}`);
  expect(await ask(DATABASE_ADMINISTRATOR, 'select name, error from pg_file_settings where error is not null or not applied')).toBe('');
  expect(await ask(DATABASE_ADMINISTRATOR, 'select line_number, error from pg_hba_file_rules where error is not null')).toBe('');
  const settings = "select string_agg(name || '=' || setting, ' ' order by name) from pg_settings where name in ";
  expect(
    await ask(DATABASE_ADMINISTRATOR, `${settings} ('data_checksums', 'fsync', 'full_page_writes', 'ssl', 'synchronous_commit')`),
  ).toBe('data_checksums=on fsync=on full_page_writes=on ssl=off synchronous_commit=on');
  expect(await started.pod.alive()).toBe(0);
});

test('a component gets its database and role by the names in its environment, as often as it starts', async () => {
  for (const Component of [Auth, ConfigDb, Auth]) expect(await migrate(Component)).toEqual({ code: 0, said: expect.any(String) });
  const databases = "select string_agg(datname, ' ' order by datname) from pg_database where not datistemplate";
  expect(await ask(DATABASE_ADMINISTRATOR, databases)).toBe('auth configdb postgres');
  expect(await ask('sv1auth', "insert into entry values (1, 'one') returning id", { PGDATABASE: 'auth' })).toContain('1');
});

test.each([
  ['sv1auth', 'configdb', /permission denied for database "configdb"/],
  ['sv1auth', 'postgres', /permission denied for database "postgres"/],
  ['sv1auth', 'template1', /permission denied for database "template1"/],
  ['sv1configdb', 'auth', /permission denied for database "auth"/],
  ['sv1nobody', 'auth', /role "sv1nobody" does not exist/],
])('%s does not reach the database %s', async (who, database, why) => {
  await expect(ask(who, 'select 1', { PGDATABASE: database })).rejects.toThrow(why);
});

test.each([
  ['create table mine (id int)', /permission denied for schema public/],
  ['update entry set id = 2', /permission denied for table entry/],
  ['insert into version values (99)', /permission denied for table version/],
  ["copy entry to program 'true'", /must be superuser|pg_execute_server_program/],
  ['create role other', /permission denied to create role/],
])('in its own database a component may not: %s', async (statement, why) => {
  await expect(ask('sv1auth', statement, { PGDATABASE: 'auth' })).rejects.toThrow(why);
});

test('what is granted to nobody stays closed in a database that a migration forgets to close', async () => {
  await ask(DATABASE_ADMINISTRATOR, 'create database forgotten');
  const table = 'create table public.mine (id int)';
  await expect(ask('sv1auth', table, { PGDATABASE: 'forgotten' })).rejects.toThrow(/permission denied for schema public/);
  await ask(DATABASE_ADMINISTRATOR, 'drop database forgotten');
});

test('a connection that Kerberos does not encrypt is refused, whatever it shows', async () => {
  await ask(DATABASE_ADMINISTRATOR, "create role person login password 'known'");
  const plain = { PGGSSENCMODE: 'disable' };
  for (const who of [DATABASE_ADMINISTRATOR, 'sv1auth']) {
    await expect(ask(who, 'select 1', { ...plain, PGDATABASE: 'auth' })).rejects.toThrow(/no pg_hba.conf entry .* no encryption/);
  }
  for (const PGUSER of ['person', 'postgres']) {
    await expect(ask('sv1auth', 'select 1', { ...plain, PGUSER, PGPASSWORD: 'known' })).rejects.toThrow(/no pg_hba.conf entry/);
    await expect(ask('sv1auth', 'select 1', { ...plain, PGUSER, PGPASSWORD: 'known', PGSSLMODE: 'require' })).rejects.toThrow(
      /does not support SSL/,
    );
  }
});

test('nobody is somebody else: a principal is the role of its whole name in this realm', async () => {
  await expect(ask('sv1auth', 'select 1', { PGUSER: DATABASE_ADMINISTRATOR })).rejects.toThrow(
    /GSSAPI authentication failed for user "op1pgadmin"/,
  );
  await expect(ask('admin-evil', 'select 1', { PGUSER: DATABASE_ADMINISTRATOR })).rejects.toThrow(/GSSAPI authentication failed/);
  await expect(ask('postgres-login', 'select 1', { PGUSER: 'postgres' })).rejects.toThrow(
    /pg_hba.conf rejects connection .* user "postgres"/,
  );
  const { pod } = started;
  pod.configure('pg_hba.conf', toHbaConf(hbaRules('OTHER.EXAMPLE.COM')));
  await ask(DATABASE_ADMINISTRATOR, 'select pg_reload_conf()');
  await eventually('the new file to hold', 10_000, () =>
    expect(ask(DATABASE_ADMINISTRATOR, 'select 1')).rejects.toThrow(/GSSAPI authentication failed/),
  );
  pod.configure('pg_hba.conf', toHbaConf(hbaRules(realm)));
  expect(
    await pod.exec(['psql', '--no-psqlrc', '-h', '/var/run/postgresql', '-U', 'postgres', '-c', 'select pg_reload_conf()']),
  ).toMatchObject({ code: 0 });
  await eventually('the first file to hold again', 10_000, () => ask(DATABASE_ADMINISTRATOR, 'select 1'));
});

test('PostgreSQL reads back every text that the writers of its configuration take', async () => {
  const { pod } = started;
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).map((one) => one.replace(/\p{Cc}/gu, ''));
  const texts = fc.sample(
    fc.oneof(text, fc.constantFrom('', "'", '\\', "\\'", "''", '#', '"', '""', ' ', 'all', '+x', '@file', 'a,b', '\\n')),
    200,
  );
  const names = texts.filter((one) => one !== '' && !one.startsWith('/'));
  const settings = Object.fromEntries(texts.map((one, index) => [`trial.t${index}`, one]));
  const own = postgresFiles(central);
  pod.configure('postgresql.conf', `${own['postgresql.conf']}${toPostgresConf(settings)}`);
  const reject = { type: 'hostgssenc', address: { keyword: 'all' }, method: 'reject' } as const;
  pod.configure('pg_hba.conf', `${own['pg_hba.conf']}${toHbaConf(names.map((name) => ({ ...reject, database: 'x', user: name })))}`);
  const hex = (column: string) => `'=' || encode(convert_to(coalesce(${column}, ''), 'UTF8'), 'hex')`;
  const read = `select ${hex('setting')} from pg_file_settings where name like 'trial.%' order by substr(name, 8)::int`;
  const unhex = (said: string) => said.split('\n').map((line) => Buffer.from(line.slice(1), 'hex').toString());
  expect(unhex(await ask(DATABASE_ADMINISTRATOR, read))).toEqual(texts);
  const users = `select ${hex('user_name[1]')} from pg_hba_file_rules where database = '{x}' order by line_number`;
  expect(unhex(await ask(DATABASE_ADMINISTRATOR, users))).toEqual(names);
  for (const [file, content] of Object.entries(own)) pod.configure(file, content);
});

/** A client that writes one row after the other, each in a transaction of its own, until its connection ends. */
function writer(first: number) {
  const { kdc, client } = started;
  const words = [
    '/usr/bin/k5start',
    '-qUf',
    kdc.file('sv1auth'),
    '--',
    join(postgresPrograms(), 'psql'),
    '-qtAX',
    '-w',
    '-v',
    'ON_ERROR_STOP=1',
  ];
  const hosts = ['/bin/sh', '-ec', 'mount --bind "$1" /etc/hosts; shift; exec "$@"', 'client', kdc.file('hosts')];
  const { program, args } = onHost(client, '/usr/bin/unshare', ['--mount', '--propagation', 'private', '--', ...hosts, ...words]);
  const env = {
    PATH: process.env.PATH,
    KRB5_CONFIG: kdc.krb5Conf,
    PGHOST: server,
    PGUSER: 'sv1auth',
    PGDATABASE: 'auth',
    PGGSSENCMODE: 'require',
  };
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  child.stdin.on('error', () => {});
  let next = first;
  const write = () => {
    const ids = Array.from({ length: 200 }, () => next++);
    const lines = ids.map((id) => `insert into entry values (${id}, repeat('x', 200)) returning id;\n`);
    child.stdin.write(lines.join(''), (error) => !error && write());
  };
  write();
  let running = true;
  const ended = new Promise<void>((resolve) =>
    child.once('exit', () => {
      running = false;
      resolve();
    }),
  );
  return {
    ended,
    runs: () => running,
    /** What the server has answered; an answer that was cut off is none. */
    acknowledged: () => said.split('\n').slice(0, -1).map(Number),
  };
}

test('no commit that was acknowledged is lost when every process is killed at once under load', async () => {
  const { pod } = started;
  const [rounds, writersEach, rowsEach] = [4, 3, 250];
  const acknowledged = new Set<number>();
  for (let round = 0; round < rounds; round++) {
    const writers = Array.from({ length: writersEach }, (_, index) => writer(10 + (round * writersEach + index) * 1_000_000));
    while (writers.some((one) => one.acknowledged().length < rowsEach)) {
      expect(writers.every(({ runs }) => runs())).toBe(true);
      await pause(20);
    }
    await pod.kill();
    await Promise.all(writers.map(({ ended }) => ended));
    for (const id of writers.flatMap((one) => one.acknowledged())) acknowledged.add(id);
    expect(await pod.prepare()).toMatchObject({ code: 0 });
    await pod.start();
  }
  const there = new Set((await ask('sv1auth', 'select id from entry', { PGDATABASE: 'auth' })).split('\n').map(Number));
  expect([...acknowledged].filter((id) => !there.has(id))).toEqual([]);
  expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * writersEach * rowsEach);
  expect(await ask(DATABASE_ADMINISTRATOR, 'select sum(checksum_failures) from pg_stat_database')).toBe('0');
});

test('a folder of other data, or of another major version, is left alone', async () => {
  const { pod } = started;
  await pod.stop();
  const folder = join(pod.data, 'pgdata');
  execFileSync('chmod', ['0770', folder]);
  expect(await pod.prepare()).toMatchObject({ code: 0 });
  await pod.start();
  await pod.stop();
  writeFileSync(join(folder, 'PG_VERSION'), '13\n');
  expect(await pod.prepare()).toMatchObject({ code: 1, said: expect.stringContaining('is of PostgreSQL 13') });
  rmSync(join(folder, 'PG_VERSION'));
  expect(await pod.prepare()).toMatchObject({ code: 1, said: expect.stringContaining('no data folder of PostgreSQL') });
  expect(existsSync(join(folder, 'base'))).toBe(true);
});
