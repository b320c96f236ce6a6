import { execFile } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccountName } from '../../infra/mysql/accounts';
import { BACKUP_FILES, serverFiles } from '../../infra/mysql/pod-files';
import { isCampaign, seeds } from '../support/campaign';
import { eventually, pause } from '../support/wait';
import { makeWorkDir } from '../support/work-dir';
import { installDebianPackages } from './programs/debian';
import { examplePlant } from './support/example';
import { inStep, JobDatabaseOnTrial } from './support/job-database';
import { seededRandom } from './support/random';

const JOBS = {
  database: {
    engine: 'mariadb',
    memoryMiB: 512,
    connections: 32,
    volume: { gib: 1, diesWithNode: true },
    backups: { volume: { gib: 1, diesWithNode: true } },
  },
  loseAtMost: '5min',
  backWithin: '4h',
  erp: { external: { addresses: ['10.20.9.9/32'], purpose: 'ERP' } },
};

const plant = (change: (jobs: typeof JOBS) => void = () => {}) =>
  examplePlant(({ plants: { leeds } }) => {
    const jobs = {
      ...structuredClone(JOBS),
      database: { ...structuredClone(JOBS.database), nodePort: { reason: 'ERP', networks: ['10.20.9.0/24'] } },
    };
    change(jobs);
    Object.assign(leeds, { jobs: { ...jobs, orchestrator: leeds.jobs.orchestrator } });
  });

const insertJob = (id: string, recipe = 'flange') =>
  `INSERT INTO jobs.jobs (id, machine, recipe, payload, requested_by) VALUES ('${id}', 'press-1', '${recipe}', '{"a": "O''Neil"}', 'erp');`;
const place = (number: string, state = '') =>
  `INSERT INTO jobs.erp_orders (order_number, machine, recipe${state && ', state'}) VALUES ('${number}', 'press-1', 'flange'${state && `, '${state}'`})`;
const TABLES = ['jobs', 'job_events', 'commands', 'agents', 'leases', 'erp_orders', 'erp_reports'];
const checksums = (trial: JobDatabaseOnTrial) =>
  trial.rows('restore', `CHECKSUM TABLE ${TABLES.map((table) => `jobs.${table}`).join(', ')}`);

/** Rows that a load would write, were it let. */
const LOAD = 20_000;

/** Kills the server while a client writes row after row, so long after the first. Tells how many rows were acknowledged, and how many are there when it is back. */
async function killedUnderLoad(trial: JobDatabaseOnTrial, prefix: string, afterMs: number): Promise<[acknowledged: number, found: number]> {
  const sql = Array.from({ length: LOAD }, (_, n) => `${insertJob(`${prefix}-${n}`)} SELECT '${prefix}-${n}';`).join('\n');
  const load = trial.query('orchestrator', sql);
  const written = `SELECT EXISTS(SELECT 1 FROM jobs.jobs WHERE id = '${prefix}-0')`;
  await eventually('the first row', 20_000, async () => expect(await trial.rows('orchestrator', written)).toEqual(['1']), 20);
  await pause(afterMs);
  await trial.database.kill();
  const acknowledged = (await load).said.split('\n').filter((line) => line.startsWith(prefix)).length;
  await trial.start();
  const [found] = await trial.rows('orchestrator', `SELECT COUNT(*) FROM jobs.jobs WHERE id LIKE '${prefix}-%'`);
  return [acknowledged, Number(found)];
}

test('a server that is told to write later loses acknowledged rows under the same load', async () => {
  const later = (text: string) =>
    text.replace('innodb_flush_log_at_trx_commit = 1', 'innodb_flush_log_at_trx_commit = 0').replace('sync_binlog = 1', 'sync_binlog = 0');
  const trial = await JobDatabaseOnTrial.of(plant(), later);
  try {
    await trial.start();
    const [acknowledged, found] = await killedUnderLoad(trial, 'load', 1_200);
    console.log(`with innodb_flush_log_at_trx_commit = 0: acknowledged ${acknowledged}, found ${found}`);
    expect(found).toBeLessThan(acknowledged);
  } finally {
    await trial.end();
  }
});

describe('the scripts', () => {
  test('have no fault that shellcheck knows', async () => {
    await installDebianPackages(() => {});
    const workDir = await makeWorkDir();
    const files = { ...BACKUP_FILES, ...serverFiles(plant().jobs as never, false) };
    const scripts = Object.entries(files).filter(([name]) => name.endsWith('.sh'));
    expect(scripts.length).toBe(10);
    for (const [name, text] of scripts) writeFileSync(join(workDir.path, name), text);
    const { stdout } = await promisify(execFile)('shellcheck', ['--shell=sh', ...scripts.map(([name]) => join(workDir.path, name))]);
    expect(stdout).toBe('');
    await workDir.remove();
  });
});

describe('the job database', () => {
  let trial: JobDatabaseOnTrial;

  beforeAll(async () => {
    trial = await JobDatabaseOnTrial.of(plant());
    await trial.start();
  });
  afterAll(() => trial?.end());

  test('runs with the generated configuration, in which no option is unknown', async () => {
    const asked = ['/usr/sbin/mariadbd', '--defaults-file=/etc/job-database/my.cnf', '--help', '--verbose'];
    expect((await trial.database.exec(asked)).code).toBe(0);
    expect((await trial.database.exec([...asked.slice(0, 2), '--no-such-option', ...asked.slice(2)])).code).not.toBe(0);
    const names = [
      'innodb_flush_log_at_trx_commit',
      'sync_binlog',
      'binlog_format',
      'innodb_doublewrite',
      'local_infile',
      'skip_name_resolve',
    ];
    const values = await trial.rows(
      'orchestrator',
      `SELECT ${[...names, 'time_zone', 'innodb_buffer_pool_size DIV 1048576'].map((name) => `@@${name}`).join(', ')}`,
    );
    expect(values).toEqual(['1\t1\tROW\t1\t0\t1\t+00:00\t128']);
  });

  const denied = /ERROR (1044|1045|1142|1143|1227|1410)|ERROR 1698/;
  const MATRIX: [AccountName, string, boolean][] = [
    ['orchestrator', insertJob('matrix'), true],
    ['orchestrator', "UPDATE jobs.erp_orders SET state = 'accepted'", true],
    ['orchestrator', 'DELETE FROM jobs.agents', true],
    ['orchestrator', 'DROP TABLE jobs.agents', false],
    ['orchestrator', 'ALTER TABLE jobs.agents ADD x INT', false],
    ['orchestrator', 'CREATE TABLE jobs.x (a INT)', false],
    ['orchestrator', "INSERT INTO jobs.schema_versions (version, title) VALUES (99, 'x')", false],
    ['orchestrator', 'SELECT * FROM mysql.global_priv', false],
    ['orchestrator', "CREATE USER 'x'@'%'", false],
    ['orchestrator', "LOAD DATA INFILE '/etc/passwd' INTO TABLE jobs.agents", false],
    ['erp', place('4711'), true],
    ['erp', 'UPDATE jobs.erp_orders SET cancel_requested = TRUE', true],
    ['erp', 'SELECT state, job_id FROM jobs.erp_orders', true],
    ['erp', 'UPDATE jobs.erp_reports SET read_at = UTC_TIMESTAMP(3)', true],
    ['erp', place('4712', 'done'), false],
    ['erp', "UPDATE jobs.erp_orders SET state = 'done'", false],
    ['erp', 'DELETE FROM jobs.erp_orders', false],
    ['erp', 'SELECT * FROM jobs.jobs', false],
    ['erp', "INSERT INTO jobs.erp_reports (report_key, order_number, kind) VALUES ('a', '4711', 'done')", false],
    ['backup', 'SELECT COUNT(*) FROM jobs.jobs', true],
    ['backup', 'SHOW BINARY LOGS', true],
    ['backup', 'DELETE FROM jobs.jobs', false],
    ['backup', 'SELECT * FROM mysql.global_priv', false],
    ['restore', 'CREATE TABLE jobs.scratch (a INT)', true],
    ['restore', 'DROP TABLE jobs.scratch', true],
    ['restore', "CREATE USER 'x'@'%'", false],
    ['restore', 'SELECT * FROM mysql.global_priv', false],
    ['restore', 'SET GLOBAL read_only = 1', false],
  ];

  test.each(MATRIX)('lets %s %s: %s', async (user, sql, may) => {
    const { code, said } = await trial.query(user, sql);
    expect([code === 0, may ? '' : denied.test(said) ? '' : said]).toEqual([may, may ? said.replace(said, '') : '']);
  });

  test('lets nobody in without TLS, without the right password, as root or over the network as the user of the probes', async () => {
    for (const user of ['orchestrator', 'erp', 'backup', 'restore'] as const) {
      expect((await trial.query(user, 'SELECT 1')).code).toBe(0);
      expect((await trial.query(user, 'SELECT 1', { tls: false })).said).toMatch(/ERROR (1045|3159)/);
      expect((await trial.query(user, 'SELECT 1', { password: 'x' })).said).toMatch(/ERROR 1045/);
    }
    expect((await trial.query('root', 'SELECT 1')).said).toMatch(/ERROR 1045/);
    expect((await trial.query('monitor', 'SELECT 1')).said).toMatch(/ERROR 1045/);
    // In the pod itself root is locked as well.
    expect(
      (
        await trial.database.exec([
          '/usr/bin/mariadb',
          '--no-defaults',
          '--socket=/run/mysqld/mysqld.sock',
          '--user=root',
          '-e',
          'SELECT 1',
        ])
      ).said,
    ).toMatch(/ERROR/);
  });

  test('keeps nothing readable of the passwords in its scratch once it is ready', async () => {
    const { said } = await trial.database.exec(['/bin/ls', '/run/mysqld']);
    expect(said).not.toContain('start.sql');
  });

  test(
    'loses no acknowledged row when it is killed under load at moments of chance, and is ready again',
    async () => {
      const rounds: [acknowledged: number, found: number][] = [];
      for (const seed of seeds(3, 20)) rounds.push(await killedUnderLoad(trial, `load-${seed}`, 2_000 * seededRandom(20_265_122 + seed)()));
      const sum = (of: 0 | 1) => rounds.reduce((total, round) => total + round[of], 0);
      console.log(`acknowledged ${sum(0)} rows in ${rounds.length} rounds with kill -9, found ${sum(1)}: ${JSON.stringify(rounds)}`);
      for (const [acknowledged, found] of rounds) {
        expect(acknowledged).toBeGreaterThan(0);
        expect(acknowledged).toBeLessThan(LOAD);
        expect(found).toBeGreaterThanOrEqual(acknowledged);
      }
    },
    isCampaign ? 900_000 : 120_000,
  );

  test('takes a changed password at its next start, whatever characters are in it, and lets the former one in no more', async () => {
    const hostile = ["'; DROP DATABASE jobs; -- ", '\\', "\\'", '"#$(reboot) `x` %s &', '@PASSWORD@', 'a\\\\"b c'];
    const [before] = await trial.rows('orchestrator', 'SELECT COUNT(*) FROM jobs.jobs');
    const former = trial.password('orchestrator');
    for (const password of hostile) {
      trial.passwords.set('orchestrator', password);
      trial.passwords.set('monitor', password);
      await trial.database.stop();
      await trial.start();
      expect(await trial.rows('orchestrator', 'SELECT COUNT(*) FROM jobs.jobs')).toEqual([before]);
      expect((await trial.query('orchestrator', 'SELECT 1', { password: former })).said).toMatch(/ERROR 1045/);
    }
    trial.passwords.clear();
    trial.passwords.set('erp', 'two\nlines');
    await trial.database.stop();
    trial.database.start();
    await expect(trial.database.ready(20_000)).rejects.toThrow(/erp\/password holds something else than printable ASCII on one line/);
    trial.passwords.clear();
    await trial.start();
  });
});

describe('backups of the job database', () => {
  let trial: JobDatabaseOnTrial;
  const dumps = () => readdirSync(join(trial.volume('job-backup'), 'full')).filter((name) => name.endsWith('.sql.gz'));
  const fileOf = (dump: string) => join(trial.volume('job-backup'), 'full', dump);
  const copied = () =>
    eventually('the copy of the binary log', 20_000, async () => {
      const [name = '', size = ''] = ((await trial.rows('backup', 'SHOW BINARY LOGS')).at(-1) ?? '').split('\t');
      const copy = statSync(join(trial.volume('job-backup'), 'log', name)).size;
      if (copy < Number(size)) throw new Error(`${copy} of ${size}`);
    });

  beforeAll(async () => {
    trial = await JobDatabaseOnTrial.of(plant());
    await trial.start();
    trial.follower.start();
    await trial.follower.ready();
  });
  afterAll(() => trial?.end());

  test('a dump names its place in the binary log, and the log after it is copied as it is written', async () => {
    await trial.rows('orchestrator', insertJob('before-dump'));
    expect(await trial.job('job-backup-dump')).toMatchObject({
      code: 0,
      said: expect.stringMatching(/made .*\.sql\.gz, \d+ bytes, at \S+\.000001 \d+/),
    });
    await trial.rows('orchestrator', insertJob('after-dump'));
    await trial.rows('erp', place('4711'));
    const begun = Date.now();
    await copied();
    console.log(`the binary log was copied within ${Date.now() - begun} ms`);
    expect(await trial.follower.alive()).toBe(true);
  });

  test('a dump that breaks off is none: the Job fails and leaves no file of its name', async () => {
    const before = dumps();
    trial.passwords.set('backup', 'wrong');
    const refused = await trial.job('job-backup-dump');
    trial.passwords.clear();
    expect(refused).toMatchObject({ code: 1, said: expect.stringMatching(/Access denied[\s\S]*no dump was made/) });
    expect(dumps()).toEqual(before);
  });

  test('a restore refuses a server that holds jobs, a moment before any dump, and one that is no moment', async () => {
    expect(await trial.job('job-restore')).toMatchObject({
      code: 1,
      said: expect.stringContaining('set REPLACE=yes to replace them with the backup. Nothing was changed'),
    });
    expect(await trial.job('job-restore', { UNTIL: '2020-01-01T00:00:00Z' })).toMatchObject({
      code: 1,
      said: expect.stringContaining('there is no dump from before'),
    });
    expect(await trial.job('job-restore', { UNTIL: "yesterday'; x" })).toMatchObject({
      code: 1,
      said: expect.stringContaining('must be a UTC time'),
    });
  });

  test('everything up to a moment comes back to a new server, and nothing after it', async () => {
    const until = await checksums(trial);
    await pause(1_100);
    const moment = new Date(Math.ceil(Date.now() / 1000) * 1000);
    await pause(moment.getTime() - Date.now() + 1_100);
    await trial.rows('orchestrator', `${insertJob('mistake')} DELETE FROM jobs.jobs WHERE id = 'before-dump';`);
    await copied();
    await inStep(trial.volume('job-backup'));
    const last = await checksums(trial);
    expect(last).not.toEqual(until);

    // The disk of the database is gone: the end of its log is in the copy alone.
    await trial.database.kill();
    trial.emptyVolume('data');
    await trial.start();
    expect(await trial.rows('orchestrator', 'SELECT COUNT(*) FROM jobs.jobs')).toEqual(['0']);
    const restored = await trial.job('job-restore', { UNTIL: moment.toISOString().replace('.000', '') });
    expect(restored).toMatchObject({ code: 0, said: expect.stringContaining('it holds 2 jobs') });
    expect(await checksums(trial)).toEqual(until);

    // And to the last event, over what is there: this restore is part of the log by now, and is not played back into itself.
    await inStep(trial.volume('job-backup'));
    const again = await trial.job('job-restore', { REPLACE: 'yes' });
    expect([again.code, again.said]).toEqual([0, expect.stringContaining('to the last event')]);
    expect(await checksums(trial)).toEqual(until);
  });

  test('a dump that was cut, emptied or changed is refused before anything is changed, and so is a gap in the log', async () => {
    const [name = ''] = dumps().sort();
    const file = fileOf(name);
    const whole = await promisify(execFile)('cat', [file], { encoding: 'buffer' });
    const damage = async (change: () => void, reason: RegExp) => {
      change();
      const ended = await trial.job('job-restore', { REPLACE: 'yes' });
      writeFileSync(file, whole.stdout);
      expect([ended.code, ended.said]).toEqual([1, expect.stringMatching(reason)]);
    };
    const before = await checksums(trial);
    await damage(() => truncate(file, whole.stdout.length - 40), /is damaged: /);
    await damage(() => truncate(file, 0), /is missing or empty/);
    await damage(() => writeFileSync(file, Buffer.from(whole.stdout).fill(0x41, 400, 420)), /is damaged: |is not complete/);
    const [log = ''] = readdirSync(join(trial.volume('job-backup'), 'log')).sort();
    const logFile = join(trial.volume('job-backup'), 'log', log);
    renameSync(logFile, `${logFile}.away`);
    const gap = await trial.job('job-restore', { REPLACE: 'yes' });
    renameSync(`${logFile}.away`, logFile);
    expect(gap).toMatchObject({
      code: 1,
      said: expect.stringMatching(/the binary log \S+ is missing, which goes on where \S+ ends; nothing was changed/),
    });
    expect(await checksums(trial)).toEqual(before);
  });

  test('what is older than the days to keep goes, with the logs that no dump needs, and the newest dump never', async () => {
    await trial.rows('orchestrator', insertJob('late'));
    const [old = ''] = dumps();
    await promisify(execFile)('touch', ['--date=30 days ago', fileOf(old)]);
    expect((await trial.job('job-backup-dump')).code).toBe(0);
    expect(dumps()).not.toContain(old);
    expect(dumps()).toHaveLength(1);
    const [left = ''] = dumps();
    await promisify(execFile)('touch', ['--date=30 days ago', fileOf(left)]);
    // Dumps of one second would bear one name.
    await pause(1_100);
    expect((await trial.job('job-backup-dump')).code).toBe(0);
    expect(dumps()).not.toContain(left);
  });

  test('the copy goes on by itself after the server was away', async () => {
    await trial.database.kill();
    await pause(1_000);
    await trial.start();
    await trial.rows('orchestrator', insertJob('after-absence'));
    await copied();
  });
});

function truncate(file: string, size: number): void {
  const opened = openSync(file, 'r+');
  ftruncateSync(opened, size);
  closeSync(opened);
}
