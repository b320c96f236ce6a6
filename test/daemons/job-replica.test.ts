import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverFiles } from '../../infra/mysql/pod-files';
import { isCampaign, seeds } from '../support/campaign';
import { eventually, pause } from '../support/wait';
import { makeWorkDir } from '../support/work-dir';
import { installDebianPackages } from './programs/debian';
import { examplePlant } from './support/example';
import { inStep } from './support/job-database';
import { type Ordinal, ReplicatedOnTrial, type Roles } from './support/job-replica';
import { seededRandom } from './support/random';

const LOCAL = { gib: 1, diesWithNode: true };
const plantOf = (roles: Roles) =>
  examplePlant(({ plants: { leeds } }) => {
    Object.assign(leeds, {
      jobs: {
        database: { engine: 'mariadb', memoryMiB: 512, connections: 32, volume: LOCAL, backups: { volume: LOCAL }, ...roles },
        orchestrator: leeds.jobs.orchestrator,
        loseAtMost: '1s',
        backWithin: '1h',
      },
    });
  });

const insert = (id: string) =>
  `INSERT INTO jobs.jobs (id, machine, recipe, payload, requested_by) VALUES ('${id}', 'press-1', 'flange', '{}', 'erp');`;
/** Rows that a load would write, were it let. */
const LOAD = 20_000;

test('the scripts of two servers have no fault that shellcheck knows', async () => {
  await installDebianPackages(() => {});
  const workDir = await makeWorkDir();
  const scripts = Object.entries(serverFiles(plantOf({ primary: 0 }).jobs as never, true)).filter(([name]) => name.endsWith('.sh'));
  expect(scripts.map(([name]) => name).sort()).toEqual(['ask.sh', 'common.sh', 'keep.sh', 'role.sh', 'serve.sh', 'start.sh']);
  for (const [name, text] of scripts) writeFileSync(join(workDir.path, name), text);
  const asked = promisify(execFile)('shellcheck', ['--shell=sh', ...scripts.map(([name]) => join(workDir.path, name))]);
  expect((await asked.catch((error) => error)).stdout).toBe('');
  await workDir.remove();
});

describe('a job database with a replica', () => {
  let trial: ReplicatedOnTrial;
  let primary: Ordinal = 0;
  const other = (): Ordinal => (primary === 0 ? 1 : 0);
  const ids = async (at: Ordinal, prefix = '') =>
    trial.rows('orchestrator', `SELECT id FROM jobs.jobs WHERE id LIKE '${prefix}%' ORDER BY id`, at);

  beforeAll(async () => {
    trial = await ReplicatedOnTrial.of(plantOf);
    for (const server of trial.servers) server.start();
    await trial.keptReady(0);
    await trial.keptReady(1);
  });
  afterAll(() => trial?.end());

  test('begins by itself on empty volumes, over TLS, and what is acknowledged is on the replica, which takes no writes', async () => {
    await trial.rows('orchestrator', insert('first'));
    await eventually('the row', 5_000, async () => expect(await ids(1)).toEqual(['first']));
    expect((await trial.query('orchestrator', insert('second'), 1)).said).toMatch(/ERROR 1290 .*read-only/);
    expect((await trial.query('restore', 'DELETE FROM jobs.jobs', 1)).said).toMatch(/ERROR 1290 .*read-only/);
  });

  test('acknowledges nothing while the replica is away, and goes on when it is back', async () => {
    await trial.servers[1].kill();
    const written = trial.query('orchestrator', insert('waiting'));
    expect(await Promise.race([written.then(() => 'acknowledged'), pause(2_000).then(() => 'waits')])).toBe('waits');
    expect(await ids(0, 'waiting')).toEqual([]);
    await trial.keptReady(1);
    expect((await written).code).toBe(0);
  });

  /** Somebody promotes the replica; it applies what it has, ends, and is started again. */
  const promote = async (seenBy?: Ordinal[]) => {
    primary = other();
    trial.apply({ primary }, seenBy);
    await trial.restarted(primary);
    await trial.keptReady(primary);
  };

  test(
    'loses no acknowledged row when its primary is killed under load and its disk is gone, and an empty server becomes the replica',
    async () => {
      const rounds = [];
      for (const seed of seeds(3, 20)) {
        const sql = Array.from({ length: LOAD }, (_, n) => `${insert(`load-${seed}-${n}`)} SELECT 'load-${seed}-${n}';`).join('\n');
        const load = trial.query('orchestrator', sql);
        await eventually('the first row', 20_000, async () => expect(await ids(primary, `load-${seed}-0`)).not.toEqual([]), 20);
        await pause(1_500 * seededRandom(20_266_122 + seed)());
        await trial.servers[primary].kill();
        const acknowledged = (await load).said.split('\n').filter((line) => line.startsWith('load-')).length;
        trial.emptyVolume(primary);
        const begun = Date.now();
        await promote();
        const found = (await ids(primary, `load-${seed}-`)).length;
        rounds.push({ acknowledged, found, promotedMs: Date.now() - begun });
        // A write that waits must not keep the new replica from being made.
        const written = trial.query('orchestrator', insert(`after-${seed}`));
        await trial.keptReady(other());
        expect((await written).code).toBe(0);
      }
      console.log(JSON.stringify(rounds));
      for (const { acknowledged, found } of rounds) {
        expect(acknowledged).toBeGreaterThan(0);
        expect(acknowledged).toBeLessThan(LOAD);
        expect(found).toBeGreaterThanOrEqual(acknowledged);
      }
    },
    isCampaign ? 1_800_000 : 180_000,
  );

  test('a former primary that did not hear of it acknowledges nothing, and is the replica when it does', async () => {
    const former = primary;
    await promote([other()]);
    const written = trial.query('orchestrator', insert('fenced'), former);
    expect(await Promise.race([written.then(({ said }) => said), pause(2_000).then(() => 'waits')])).toBe('waits');
    trial.apply({ primary });
    await trial.restarted(former);
    expect((await written).code).not.toBe(0);
    await trial.keptReady(former);
    expect(await ids(former, 'fenced')).toEqual([]);
    expect((await trial.query('orchestrator', insert('fenced'), former)).said).toMatch(/ERROR 1290 .*read-only/);
    expect(readdirSync(join(trial.volume(`job-database-${former}`), 'former'))).toEqual(['db', 'log']);
  });

  test('a primary that is told to be alone waits no more, and does again when it is not', async () => {
    await trial.servers[other()].kill();
    trial.apply({ primary, alone: { reason: 'The other node is gone' } });
    await trial.restarted(primary);
    await trial.keptReady(primary);
    expect((await trial.query('orchestrator', insert('alone'))).code).toBe(0);
    trial.apply({ primary });
    await trial.restarted(primary);
    await trial.keptReady(primary);
    await trial.keptReady(other());
    expect((await trial.query('orchestrator', insert('together'))).code).toBe(0);
    expect(await ids(other(), 'alone')).toEqual(['alone']);
  });

  test('backups are made of the primary, and what is restored into it is on the replica', async () => {
    trial.follower.start();
    await trial.follower.ready();
    expect(await trial.job('job-backup-dump')).toMatchObject({ code: 0 });
    await trial.rows('orchestrator', insert('after-dump'));
    const checksums = (at: Ordinal) => trial.rows('orchestrator', 'CHECKSUM TABLE jobs.jobs, jobs.schema_versions', at);
    const before = await checksums(primary);
    await inStep(trial.volume('job-backup'));
    expect(
      readdirSync(join(trial.volume('job-backup'), 'watched'))
        .sort()
        .at(-1),
    ).toContain('-promoted');
    expect(await trial.job('job-restore', { REPLACE: 'yes' })).toMatchObject({
      code: 0,
      said: expect.stringContaining('to the last event'),
    });
    expect(await checksums(primary)).toEqual(before);
    await eventually('the same on the replica', 10_000, async () => expect(await checksums(other())).toEqual(before));

    // The dump is of the former primary now, whose log may have been copied but in part.
    await promote();
    const copied = () => readdirSync(join(trial.volume('job-backup'), 'log')).length;
    const logs = copied();
    await trial.follower.stop();
    trial.follower.start();
    await eventually('the log of the new primary', 20_000, async () => expect(copied()).toBeGreaterThan(logs));
    expect((await trial.job('job-restore', { REPLACE: 'yes' })).said).toContain('and there is no dump after that');
  });
});
