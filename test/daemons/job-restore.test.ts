import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccountName } from '../../infra/mysql/accounts';
import { BACKUP_FILES } from '../../infra/mysql/pod-files';
import { isCampaign, seeds } from '../support/campaign';
import { eventually, pause } from '../support/wait';
import { makeWorkDir } from '../support/work-dir';
import { installDebianPackages } from './programs/debian';
import { run } from './support/debian-pod';
import { examplePlant } from './support/example';
import { inStep, JobDatabaseOnTrial } from './support/job-database';
import { seededRandom } from './support/random';

const plant = () =>
  examplePlant(({ plants: { leeds } }) => {
    const volume = { gib: 1, diesWithNode: true };
    const database = {
      engine: 'mariadb',
      memoryMiB: 512,
      connections: 32,
      volume,
      backups: { volume },
      nodePort: { reason: 'ERP', networks: ['10.20.9.0/24'] },
    };
    const erp = { external: { addresses: ['10.20.9.9/32'], purpose: 'ERP' } };
    Object.assign(leeds, { jobs: { database, loseAtMost: '5min', backWithin: '4h', orchestrator: leeds.jobs.orchestrator, erp } });
  });

const USERS: readonly AccountName[] = ['orchestrator', 'erp', 'backup', 'restore'];
const insertJob = (id: string) =>
  `INSERT INTO jobs.jobs (id, machine, recipe, payload, requested_by) VALUES ('${id}', 'press-1', 'flange', '{"a": "O''Neil"}', 'erp');`;

/** Copies a file with its owner. */
const copy = (from: string, to: string) => execFileSync('cp', ['--preserve=all', from, to]);

/** Statements of a plant at work: jobs and their events in one transaction, orders, leases; changed and removed again. */
function work(name: string, random: () => number): string {
  const statement = (n: number) => {
    const [id, other] = [`${name}-${n}`, `${name}-${Math.floor(random() * n)}`];
    return [
      `BEGIN; ${insertJob(id)} INSERT INTO jobs.job_events (job_id, event_key, kind, sender, detail) VALUES ('${id}', 'first', 'queued', 'test', '{}'); COMMIT;`,
      `UPDATE jobs.jobs SET state = 'done', payload = '{"n": ${n}}' WHERE id = '${other}';`,
      `DELETE FROM jobs.job_events WHERE job_id = '${other}';`,
      `INSERT INTO jobs.erp_orders (order_number, machine, recipe) VALUES ('${id}', 'press-1', 'cap');`,
      `BEGIN; ${insertJob(id)} ROLLBACK;`,
    ][Math.floor(random() * 5)];
  };
  return Array.from({ length: 150 }, (_, n) => statement(n)).join('\n');
}

/** Checksums of all tables. */
async function checksumsOf(trial: JobDatabaseOnTrial): Promise<string[]> {
  const tables = await trial.rows('restore', `SELECT table_name FROM information_schema.tables WHERE table_schema = 'jobs' ORDER BY 1`);
  return trial.rows('restore', `CHECKSUM TABLE ${tables.map((table) => `jobs.${table}`).join(', ')}`);
}

/** All that the database has: tables with their checksums, whatever else there may be in a schema, and the rights of its users. */
async function contents(trial: JobDatabaseOnTrial) {
  const inSchema = (what: string, column: string) => `SELECT '${what}', COUNT(*) FROM information_schema.${what} WHERE ${column} = 'jobs'`;
  const grants: string[] = [];
  for (const user of USERS) grants.push(...(await trial.rows(user, 'SHOW GRANTS')));
  return {
    checksums: await checksumsOf(trial),
    other: await trial.rows(
      'restore',
      [inSchema('views', 'table_schema'), inSchema('routines', 'routine_schema'), inSchema('triggers', 'trigger_schema')].join(
        ' UNION ALL ',
      ),
    ),
    grants,
  };
}

describe('a restore of the job database', () => {
  let trial: JobDatabaseOnTrial;
  const backups = (...parts: string[]) => join(trial.volume('job-backup'), ...parts);
  const dumps = () =>
    readdirSync(backups('full'))
      .filter((name) => name.endsWith('.sql.gz'))
      .sort();
  const logs = () =>
    readdirSync(backups('log'))
      .filter((name) => !name.endsWith('.kept'))
      .sort();
  const restore = (environment: Readonly<Record<string, string>> = {}) => trial.job('job-restore', { REPLACE: 'yes', ...environment });
  const refuses = async (reason: string | RegExp, environment: Readonly<Record<string, string>> = {}) => {
    const before = await checksumsOf(trial);
    const { code, said } = await restore(environment);
    expect([code, said]).toEqual([1, typeof reason === 'string' ? expect.stringContaining(reason) : expect.stringMatching(reason)]);
    expect(said).toMatch(/[Nn]othing was changed/);
    expect(await checksumsOf(trial)).toEqual(before);
  };
  const restores = async (environment: Readonly<Record<string, string>>) => {
    const { code, said } = await restore(environment);
    expect([code, said]).toEqual([0, expect.stringContaining('restored; it holds')]);
    return said;
  };
  const loseDisk = async () => {
    await trial.database.kill();
    trial.emptyVolume('data');
    await trial.start();
  };
  const countOf = (id: string) => trial.rows('orchestrator', `SELECT COUNT(*) FROM jobs.jobs WHERE id = '${id}'`);

  beforeAll(async () => {
    trial = await JobDatabaseOnTrial.of(plant());
    await trial.start();
  });
  afterAll(() => trial?.end());

  test('refuses a volume that is empty, and one that holds a log and no dump', async () => {
    await refuses('the volume of the backups is empty');
    trial.follower.start();
    await trial.follower.ready();
    await refuses('the backup holds no dump');
  });

  test(
    'brings to an empty server all tables, users and rights as they were at the last event, and the tables as they were at moments of chance',
    async () => {
      expect(await trial.job('job-backup-dump')).toMatchObject({ code: 0 });
      const random = seededRandom(20_267_122);
      const moments: { until: string; checksums: string[] }[] = [];
      for (const seed of seeds(2, 10)) {
        const { code, said } = await trial.query('orchestrator', work(`work-${seed}`, random));
        expect([code, said]).toEqual([0, expect.not.stringContaining('ERROR')]);
        await pause(random() * 1_500);
        const checksums = await checksumsOf(trial);
        // The log counts in seconds: those of the moment are after it.
        const until = Math.floor(Date.now() / 1000) + 1;
        await pause(until * 1000 + random() * 500 - Date.now());
        moments.push({ until: `${new Date(until * 1000).toISOString().slice(0, 19)}Z`, checksums });
      }
      await trial.rows('orchestrator', work('last', random));
      const last = await contents(trial);
      expect(last.checksums).toHaveLength(8);
      expect(last.grants.length).toBeGreaterThan(USERS.length);
      expect(new Set([...moments, last].map(({ checksums }) => checksums.join())).size).toBe(moments.length + 1);
      await inStep(backups());

      await loseDisk();
      expect(await checksumsOf(trial)).not.toEqual(last.checksums);
      expect(await trial.job('job-restore')).toMatchObject({ code: 0, said: expect.stringContaining('to the last event') });
      expect(await contents(trial)).toEqual(last);
      for (const { until, checksums } of [...moments].sort(() => random() - 0.5)) {
        const restored = await restore({ UNTIL: until });
        expect([restored.code, restored.said]).toEqual([0, expect.stringContaining(`to ${until}`)]);
        expect([until, await checksumsOf(trial)]).toEqual([until, checksums]);
      }
      console.log(`restored to the last event and to ${moments.length} moments with equal checksums of ${last.checksums.length} tables`);
    },
    isCampaign ? 600_000 : 180_000,
  );

  test('does not take a dump of the very server that was lost its content for a backup of what it held', async () => {
    await trial.rows('orchestrator', insertJob('before-loss'));
    expect(await trial.job('job-backup-dump')).toMatchObject({ code: 0 });
    await inStep(backups());
    const before = await checksumsOf(trial);
    await loseDisk();
    await pause(1_100);
    expect(await trial.job('job-backup-dump')).toMatchObject({ code: 0 });
    const ended = await restore();
    expect(ended).toMatchObject({ code: 1, said: expect.stringContaining('is of this very server, which holds nothing; set UNTIL=') });
    const [, until = ''] = /set UNTIL=(\S+)/.exec(ended.said) ?? [];
    await restores({ UNTIL: until });
    expect(await checksumsOf(trial)).toEqual(before);
    const empty = dumps().at(-1)?.replace('.sql.gz', '');
    for (const kind of ['sql.gz', 'place']) rmSync(backups('full', `${empty}.${kind}`));
  });

  test('takes neither a quiet night nor a server that was away for a gap', async () => {
    await trial.follower.stop();
    trial.follower.start();
    await trial.follower.ready();
    await inStep(backups());
    await pause(17_000);
    await restores({ LOSE_AT_MOST: '15' });
    await inStep(backups());
    const before = await checksumsOf(trial);
    await trial.database.kill();
    await pause(17_000);
    trial.emptyVolume('data');
    await trial.start();
    await restores({ LOSE_AT_MOST: '15', REPLACE: '' });
    expect(await checksumsOf(trial)).toEqual(before);
    await eventually('the log of the new server', 30_000, () => expect(logs().length).toBeGreaterThan(2));
    await inStep(backups());
  }, 180_000);

  test('refuses a log that stopped before the server did, says since when, and restores what there is when that is accepted', async () => {
    await trial.follower.stop();
    // The server takes writes, and the follower cannot look.
    trial.passwords.set('backup', 'wrong');
    trial.follower.start();
    await trial.rows('orchestrator', insertJob('not-copied'));
    await pause(6_000);
    await refuses(
      // Whether the follower had seen the server answer since, or had not looked, is a matter of seconds.
      /(?:nobody looked at the server of \S+ from 2\S+Z to 2\S+Z: what it acknowledged after 2\S+Z|was in step with its server until 2\S+Z, and the server was there until 2\S+Z: what it acknowledged in between) is missing[\s\S]*set ACCEPT_LOSS=yes/,
      {
        LOSE_AT_MOST: '4',
      },
    );
    expect(await countOf('not-copied')).toEqual(['1']);
    expect(await restore({ LOSE_AT_MOST: '4', ACCEPT_LOSS: 'yes' })).toMatchObject({
      code: 0,
      said: expect.stringContaining('is missing'),
    });
    expect([await countOf('not-copied'), await countOf('before-loss')]).toEqual([['0'], ['1']]);
    await trial.follower.stop();
    trial.passwords.clear();
    trial.follower.start();
    await trial.follower.ready();
    await inStep(backups());
  }, 180_000);

  test('refuses a backup in which no dump was made for longer than its schedule allows', async () => {
    const [dump = ''] = dumps().slice(-1);
    const younger = dumps().slice(0, -1);
    expect(younger).toHaveLength(1);
    const old = `${new Date(Date.now() - 28 * 3_600_000).toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
    for (const name of younger) renameSync(backups('full', name), backups('full', `${name}.away`));
    const move = (from: string, to: string) => {
      for (const kind of ['sql.gz', 'place']) renameSync(backups('full', `${from}.${kind}`), backups('full', `${to}.${kind}`));
    };
    const name = dump.replace('.sql.gz', '');
    move(name, old);
    await refuses(/no dump was made since 2\S+Z, though the server was there until 2\S+Z and one is due 27 h after another at the latest/);
    const before = await checksumsOf(trial);
    await restores({ ACCEPT_LOSS: 'yes' });
    expect(await checksumsOf(trial)).toEqual(before);
    move(old, name);
    for (const one of younger) renameSync(backups('full', `${one}.away`), backups('full', one));
    await inStep(backups());
  });

  test('refuses a backup of another plant, and logs that are cut, changed, gone or of another server', async () => {
    // Finished logs, and one that is being written.
    await trial.database.stop();
    await trial.start();
    await eventually('the next log', 30_000, () => expect(logs().at(-1)).toMatch(/\.000002$/));
    await inStep(backups());
    await refuses(/the log of \S+ is of the plant leeds, and this is york; set PLANT=leeds/, { PLANT: 'york' });
    const [finished = '', current = ''] = logs().slice(-2);
    const whole = readFileSync(backups('log', finished));
    const damage = async (file: string, change: (file: string) => void, reason: RegExp) => {
      const keeps = backups('log', file);
      // What is being written now would heal.
      await trial.follower.stop();
      copy(keeps, backups('held'));
      const kept = `${keeps}.kept`;
      rmSync(kept, { force: true });
      change(keeps);
      await refuses(reason);
      copy(backups('held'), keeps);
      rmSync(backups('held'));
    };
    await damage(
      finished,
      (file) => writeFileSync(file, whole.subarray(0, whole.length - 60)),
      /holds \d+ bytes, of which \d+ were copied/,
    );
    await damage(finished, (file) => writeFileSync(file, Buffer.from(whole).fill(0x41, 900, 910)), /is not as it was copied; remove it/);
    await damage(finished, (file) => copyFileSync(backups('log', logs()[0] ?? ''), file), /bytes, of which|is not as it was copied/);
    await damage(current, (file) => writeFileSync(file, readFileSync(file).subarray(0, 120)), /holds 120 bytes, of which \d+ were copied/);
    await damage(current, (file) => rmSync(file), /the binary log \S+ is missing, of which \d+ bytes were copied/);
    const foreign = backups('log', '20990101T000000Z.000001');
    copy(backups('log', finished), foreign);
    await refuses(
      /no follower has marked how far the log of 20990101T000000Z is copied: nobody knows what is missing of it, nor whose it is/,
    );
    rmSync(foreign);
    trial.follower.start();
    await trial.follower.ready();
    await inStep(backups());
    await restores({});
  }, 180_000);
});

describe('the copy in a store', () => {
  test('is encrypted with its names, comes back into an empty volume as it was, and is not opened by another key', async () => {
    await installDebianPackages(() => {});
    const workDir = await makeWorkDir();
    const at = (...parts: string[]) => join(workDir.path, ...parts);
    for (const folder of ['backups/full', 'backups/log', 'backups/watched', 'fresh/log', 'login', 'seal', 'other', 'store', 'fresh'])
      mkdirSync(at(folder), { recursive: true });
    const files = {
      'full/20261122T021500Z.sql.gz': 'a dump',
      'full/20261122T021500Z.place': 'log 4',
      'log/20261101T000000Z.000007': 'a log',
      'watched/20261101T000000Z': 'plant leeds\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(at('backups', name), text);
    writeFileSync(at('backups/full/.partial'), 'half a dump');
    // The follower is there before anybody fetches.
    writeFileSync(at('fresh/log/20261122T090000Z.000001'), 'a log of the new server');
    for (const name of ['username', 'password']) writeFileSync(at('login', name), 'key');
    writeFileSync(at('seal/password'), 'mjX-3_secret-of-the-plant');
    writeFileSync(at('other/password'), 'another');
    writeFileSync(at('copy.sh'), BACKUP_FILES['copy.sh'] ?? '');
    const copy = (what: string, backups: string, seal: string) =>
      run('/bin/sh', [at('copy.sh'), what], {
        BACKUPS: at(backups),
        HOME: workDir.path,
        KEEP_DAYS: '90',
        LOGIN: at('login'),
        RCLONE_CONFIG: at('rclone.conf'),
        // A folder stands for the store: the test is of what is copied, not of S3.
        RCLONE_CONFIG_STORE_REMOTE: at('store'),
        RCLONE_CONFIG_STORE_TYPE: 'alias',
        SEAL: at(seal),
        TARGET: 'store:bucket/leeds',
      });
    expect(await copy('copy', 'backups', 'seal')).toMatchObject({ code: 0 });
    const stored = (await promisify(execFile)('grep', ['-rlE', 'a dump|a log|sql|place', at('store')]).catch(() => ({ stdout: '' })))
      .stdout;
    expect(stored).toBe('');
    expect((await promisify(execFile)('find', [at('store'), '-type', 'f'])).stdout.trim().split('\n')).toHaveLength(4);

    await copy('fetch', 'fresh', 'other');
    expect((await promisify(execFile)('find', [at('fresh'), '-type', 'f'])).stdout.trim().split('\n')).toHaveLength(1);
    expect(await copy('fetch', 'fresh', 'seal')).toMatchObject({ code: 0 });
    for (const [name, text] of Object.entries(files)) expect([name, readFileSync(at('fresh', name), 'utf8')]).toEqual([name, text]);
    expect(await copy('fetch', 'fresh', 'seal')).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') });
    await workDir.remove();
  });
});
