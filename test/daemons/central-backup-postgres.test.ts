import { execFileSync, spawn } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POD_USER } from '../../constructs/kube/pod';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import { componentAddress } from '../../infra/model/central-components';
import { hbaRules } from '../../infra/postgres/configuration';
import { toHbaConf } from '../../infra/postgres/format';
import { seeds } from '../support/campaign';
import type { RunningProcess } from '../support/process';
import { eventually } from '../support/wait';
import { BackupsOnTrial, refusesBadBackups, survivesKills } from './support/central-backup';
import { run } from './support/debian-pod';
import { type Host, onHost } from './support/network';
import { seededRandom } from './support/random';

const ADDRESS = '192.0.2.70';
const { host: NAME } = componentAddress('postgres', 'postgres');
const KDC = componentAddress('kdc', 'kerberos').host;
const ACCOUNTS = 50;

describe('backups of PostgreSQL', () => {
  let trial: BackupsOnTrial;
  let host: Host;
  let server: RunningProcess;
  let bin: string;
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('/usr/bin/id', [flag, 'postgres'], { encoding: 'utf8' })));
  // Not in the folder of the tests, which that user may not see.
  const asPostgres = ['/usr/bin/env', '--chdir=/', '/usr/bin/setpriv', '--reuid', `${uid}`, '--regid', `${gid}`, '--clear-groups', '--'];

  /** Runs a program of PostgreSQL as the owner of the server's process, through its socket. */
  const local = async (program: string, args: readonly string[], input?: string) => {
    const [first = '', ...rest] = [...asPostgres, join(bin, program), ...args];
    const { code, said } = await run(first, rest, { PGHOST: trial.at('postgres'), HOME: trial.at('postgres') }, input);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${said}`);
    return said;
  };
  const sql = (database: string, text: string) => local('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', database, '-f', '-'], text);
  const start = async () => {
    const settings = [
      `listen_addresses=${ADDRESS}`,
      `unix_socket_directories=${trial.at('postgres')}`,
      `hba_file=${trial.at('postgres/pg_hba.conf')}`,
      `krb_server_keyfile=FILE:${trial.at('postgres/server')}`,
    ];
    const args = [
      ...asPostgres.slice(1),
      join(bin, 'postgres'),
      '-D',
      trial.at('postgres/data'),
      ...settings.flatMap((one) => ['-c', one]),
    ];
    server = trial.group.start({
      name: 'postgres',
      ...onHost(host, asPostgres[0] ?? '', args),
      env: { KRB5_CONFIG: trial.at('krb5.conf') },
    });
    await server.ready(() => sql('postgres', 'SELECT 1'));
  };
  const initialise = async () => {
    await local('initdb', ['-D', trial.at('postgres/data'), '--auth=peer', '--encoding=UTF8', '--no-locale', '--no-sync']);
    await start();
    // The administrator of the databases, as the server's own preparation makes it.
    await sql('postgres', 'CREATE ROLE op1pgadmin LOGIN SUPERUSER CREATEDB CREATEROLE;');
  };
  const loseDisk = async () => {
    await server.stop();
    rmSync(trial.at('postgres/data'), { recursive: true });
    await initialise();
  };
  const databases = async () =>
    (await sql('postgres', "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1"))
      .split('\n')
      .filter(Boolean);
  /** All that the server has: roles and what they are members of, databases with owners and rights, their tables, rows and rights. */
  const contents = async () => {
    // The key that newer releases put around a dump is one of chance.
    const text = (dump: string) => dump.replace(/^\\(un)?restrict .*\n/gm, '');
    const all: Record<string, string> = { roles: text(await local('pg_dumpall', ['--roles-only', '--no-role-passwords'])) };
    for (const one of await databases()) all[one] = text(await local('pg_dump', ['--create', one]));
    return all;
  };

  beforeAll(async () => {
    trial = await BackupsOnTrial.of('postgres', {
      packages: {
        '/usr/sbin/krb5kdc': 'krb5-kdc',
        '/usr/sbin/kadmin.local': 'krb5-admin-server',
        '/usr/bin/pg_ctlcluster': 'postgresql',
        '/usr/bin/psql': 'postgresql-client',
      },
      names: [`${ADDRESS} ${NAME}`, `${ADDRESS} ${KDC}`],
    });
    const [version = ''] = readdirSync('/usr/lib/postgresql').sort().reverse();
    bin = join('/usr/lib/postgresql', version, 'bin');
    const { contract } = trial.central;
    const { realm } = contract;
    mkdirSync(trial.at('postgres'));
    mkdirSync(trial.at('kdc'));
    host = await trial.network.host('postgres', ADDRESS);
    writeFileSync(trial.at('krb5.conf'), toKrb5Conf(centralKerberosConfiguration(contract)));
    const relations = {
      database_name: trial.at('kdc/principal'),
      key_stash_file: trial.at('kdc/stash'),
      kdc_tcp_listen: '88',
      kdc_listen: '',
    };
    writeFileSync(trial.at('kdc.conf'), toKrb5Conf({ realms: { [realm]: relations }, logging: { default: 'STDERR' } }));
    const env = { KRB5_CONFIG: trial.at('krb5.conf'), KRB5_KDC_PROFILE: trial.at('kdc.conf') };
    const kerberos = async (program: string, args: readonly string[], input: string) => {
      const { code, said } = await run(program, args, env, input);
      if (code !== 0) throw new Error(said);
    };
    await kerberos('/usr/sbin/kdb5_util', ['create', '-s'], 'password\npassword\n');
    const keys = { [`postgres/${NAME}`]: trial.at('postgres/server'), op1pgadmin: join(trial.volume('keytabs'), 'dbadmin') };
    for (const [principal, file] of Object.entries(keys)) {
      await kerberos('/usr/sbin/kadmin.local', ['-p', 'test'], `addprinc -randkey ${principal}\nktadd -k ${file} ${principal}\n`);
    }
    chownSync(keys.op1pgadmin ?? '', 0, POD_USER);
    execFileSync('/bin/chmod', ['440', keys.op1pgadmin ?? '']);
    writeFileSync(trial.at('postgres/pg_hba.conf'), toHbaConf(hbaRules(realm)));
    for (const name of ['', 'server', 'pg_hba.conf']) chownSync(trial.at('postgres', name), uid ?? 0, gid ?? 0);
    trial.group.start({ name: 'krb5kdc', ...onHost(host, '/usr/sbin/krb5kdc', ['-n']), env });
    await initialise();
    await sql(
      'postgres',
      `CREATE ROLE sv1auth LOGIN; CREATE ROLE sv1configdb LOGIN; CREATE ROLE "we're" NOLOGIN; GRANT "we're" TO sv1auth;
       ALTER ROLE sv1auth SET statement_timeout = '5min';
       CREATE DATABASE auth OWNER sv1auth; CREATE DATABASE configdb; REVOKE ALL ON DATABASE configdb FROM PUBLIC; GRANT CONNECT ON DATABASE configdb TO sv1configdb;`,
    );
    await sql(
      'auth',
      `CREATE TABLE account (id int PRIMARY KEY, amount int NOT NULL); INSERT INTO account SELECT n, 100 FROM generate_series(1, ${ACCOUNTS}) n;
       CREATE TABLE moved (id bigserial PRIMARY KEY, source int REFERENCES account, target int REFERENCES account);
       GRANT SELECT ON account TO "we're"; ALTER TABLE moved ENABLE ROW LEVEL SECURITY;`,
    );
    await sql(
      'configdb',
      `CREATE EXTENSION pgcrypto; CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE config (app uuid, object uuid, json jsonb, etag uuid DEFAULT gen_random_uuid(), PRIMARY KEY (app, object));
       INSERT INTO config (app, object, json) SELECT gen_random_uuid(), gen_random_uuid(), jsonb_build_object('text', repeat('é"''\\', n), 'n', n) FROM generate_series(1, 200) n;
       CREATE VIEW large AS SELECT * FROM config WHERE (json->>'n')::int > 100; GRANT SELECT, INSERT ON config TO sv1configdb;
       CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n';`,
    );
  }, 120_000);
  afterAll(() => trial?.end());

  test('made while amounts are moved, it brings to an empty server all databases, each as it was at one moment, and all roles and rights', async () => {
    const random = seededRandom(20_261_124);
    const moments: { name: string; acknowledged: number }[] = [];
    const moves = Array.from({ length: 40_000 }, () => {
      const [source, target] = [1 + Math.floor(random() * ACCOUNTS), 1 + Math.floor(random() * ACCOUNTS)];
      return `BEGIN; UPDATE account SET amount = amount - 1 WHERE id = ${source}; UPDATE account SET amount = amount + 1 WHERE id = ${target}; INSERT INTO moved (source, target) VALUES (${source}, ${target}) RETURNING id; COMMIT;`;
    }).join('\n');
    for (const _ of seeds(2, 8)) {
      let acknowledged = 0;
      const [first = '', ...rest] = [...asPostgres, join(bin, 'psql'), '-XqAt', '-d', 'auth', '-f', '-'];
      const writer = spawn(first, rest, {
        env: { PATH: process.env.PATH, PGHOST: trial.at('postgres') },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const ended = new Promise((resolve) => writer.on('close', resolve));
      writer.stdin.on('error', () => {});
      writer.stdout.on('data', (text: Buffer) => (acknowledged = Number(text.toString().trim().split('\n').at(-1)) || acknowledged));
      writer.stdin.end(moves);
      const enough = acknowledged + 20 + random() * 300;
      await eventually('amounts to be moved', 20_000, () => expect(acknowledged).toBeGreaterThan(enough), 5);
      const known = acknowledged;
      const name = await trial.backsUp();
      expect(acknowledged).toBeGreaterThan(known);
      writer.kill('SIGKILL');
      await ended;
      moments.push({ name, acknowledged: known });
    }
    await eventually('the last transaction', 10_000, async () =>
      expect(await sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = 'auth'")).toBe('0\n'),
    );
    const last = await contents();
    expect(Object.keys(last)).toEqual(['roles', 'auth', 'configdb']);
    await trial.backsUp();

    const began = Date.now();
    await loseDisk();
    const { code, said } = await trial.restore();
    expect([code, said]).toEqual([0, expect.stringContaining('restored all')]);
    const took = Date.now() - began;
    expect(await contents()).toEqual(last);

    for (const moment of moments) {
      await loseDisk();
      const restored = await trial.restore({ FROM: moment.name });
      expect([restored.code, restored.said]).toEqual([0, expect.stringContaining('restored all')]);
      expect(await sql('auth', 'SELECT sum(amount) FROM account')).toBe(`${ACCOUNTS * 100}\n`);
      expect(Number(await sql('auth', 'SELECT count(*) FROM moved'))).toBeGreaterThan(0);
      expect(await sql('auth', `SELECT count(*) FROM moved WHERE id = ${moment.acknowledged}`)).toBe('1\n');
      // Every amount is what was moved to it less what was moved away: the rows of two tables are of one moment.
      const wrong = `SELECT count(*) FROM account a WHERE amount <> 100 + (SELECT count(*) FROM moved WHERE target = a.id) - (SELECT count(*) FROM moved WHERE source = a.id)`;
      expect(await sql('auth', wrong)).toBe('0\n');
    }
    await loseDisk();
    expect(await trial.restore()).toMatchObject({ code: 0 });
    console.log(`restored ${moments.length + 1} moments; disk lost to all databases read again in ${took} ms`);
  }, 180_000);

  test('replaces databases only when told to and while nobody uses them, and renames them', async () => {
    const before = await contents();
    expect(await trial.restore()).toMatchObject({
      code: 1,
      said: expect.stringMatching(/the database auth holds 2 tables; set REPLACE=yes/),
    });
    expect(await contents()).toEqual(before);
    const [first = '', ...rest] = [...asPostgres, join(bin, 'psql'), '-Xqd', 'configdb', '-c', 'SELECT pg_sleep(60)'];
    const reader = spawn(first, rest, { env: { PATH: process.env.PATH, PGHOST: trial.at('postgres') }, stdio: 'ignore' });
    await eventually('a connection', 10_000, async () =>
      expect(await sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = 'configdb'")).toBe('1\n'),
    );
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({
      code: 1,
      said: expect.stringContaining('the database configdb is in use by postgres'),
    });
    expect(await contents()).toEqual(before);
    await sql('postgres', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'configdb'");
    reader.kill();
    await sql('auth', 'INSERT INTO account VALUES (1000, 1)');
    await sql('configdb', 'DELETE FROM config');
    expect(await trial.restore({ REPLACE: 'yes', ONLY: 'configdb' })).toMatchObject({ code: 0 });
    const after = await contents();
    expect(after.configdb).toBe(before.configdb);
    expect(await sql('auth', 'SELECT count(*) FROM account WHERE id = 1000')).toBe('1\n');
    const [renamed = ''] = (await databases()).filter((name) => name.startsWith('configdb-before_'));
    expect(await sql(renamed, 'SELECT count(*) FROM config')).toBe('0\n');
    await sql('auth', 'DELETE FROM account WHERE id = 1000');
    await sql('postgres', `DROP DATABASE "${renamed}"`);
    expect(await contents()).toEqual(before);
  }, 60_000);

  test('does not take backups of a server that was made anew for backups of what was lost', async () => {
    const [lost = ''] = trial.made().slice(-1);
    const before = await contents();
    await trial.backsUp();
    const name = await trial.backsUp();
    const { code, said } = await trial.restore({ REPLACE: 'yes' });
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(new RegExp(`${lost} is of the server \\d+, and the newest is not: set FROM=${lost} .* set FROM=${name}`)),
    ]);
    expect(await contents()).toEqual(before);
    for (const older of trial.made().slice(0, -2)) rmSync(join(trial.backups, 'made', `${older}.manifest`));
    expect(await trial.restore({ REPLACE: 'yes', ONLY: 'configdb' })).toMatchObject({ code: 0 });
    const [renamed = ''] = (await databases()).filter((one) => one.startsWith('configdb-before_'));
    await sql('postgres', `DROP DATABASE "${renamed}"`);
  });

  test('a dump that cannot be restored leaves the database as it was', async () => {
    const name = await trial.backsUp();
    const before = await contents();
    // Of another database, so that what is created is not what was renamed.
    trial.rewrite(name, (all) => {
      const roles = /^file (\S+ \S+) roles\.sql$/m.exec(all)?.[1] ?? '';
      return all.replace(/^file \S+ \S+ configdb\.dump$/m, `file ${roles} configdb.dump`);
    });
    const { code, said } = await trial.restore({ REPLACE: 'yes', ONLY: 'configdb' });
    expect([code, said]).toEqual([1, expect.stringContaining('configdb could not be restored, and is as it was')]);
    expect(await contents()).toEqual(before);
    rmSync(join(trial.backups, 'made', `${name}.manifest`));
  });

  test('refuses what is no whole backup of this server, and changes nothing', async () => {
    await sql('configdb', "UPDATE config SET json = '{}' WHERE (json->>'n')::int < 10");
    await trial.backsUp();
    await refusesBadBackups(trial, contents, { REPLACE: 'yes' });
  }, 180_000);

  test('makes no backup with the key of another principal', async () => {
    const file = join(trial.volume('keytabs'), 'dbadmin');
    copyFileSync(file, trial.at('kept'));
    copyFileSync(trial.at('postgres/server'), file);
    const before = trial.made();
    expect(await trial.backup()).toMatchObject({ code: 1, said: expect.stringContaining('no backup was made') });
    expect(trial.made()).toEqual(before);
    copyFileSync(trial.at('kept'), file);
  });

  test('killed at moments of chance, it leaves nothing that looks like a backup', async () => {
    const random = seededRandom(5);
    await survivesKills(
      trial,
      seeds(8, 60).map(() => 50 + random() * 700),
    );
  }, 180_000);
});
