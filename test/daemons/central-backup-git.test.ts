import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { POD_USER } from '../../constructs/kube/pod';
import { seeds } from '../support/campaign';
import { eventually } from '../support/wait';
import { BackupsOnTrial, busyboxFolder, refusesBadBackups, survivesKills } from './support/central-backup';
import { seededRandom } from './support/random';

/** Names as the Git server of ACS 6.8.1 gives them. */
const uuid = (n: number) => `2c9e3d9a-0000-4000-8000-${String(n).padStart(12, '0')}`;

/**
 * Pushes to a repository without a pause until it is ended: commits to main and branches, tags, a branch that is deleted, one that is forced. Says each
 * push that was acknowledged.
 */
const PUSHER = `
set -eu
cd "$1"
n=0
while [ ! -e "$1/../stop" ]; do
  n=$((n + 1))
  head -c 3000 /dev/urandom | base64 > "file-$((n % 7))"
  git add . && git commit -qm "change $n"
  git push -q origin HEAD:refs/heads/main "HEAD:refs/tags/v$n" "+HEAD:refs/heads/branch-$((n % 3))"
  if [ $((n % 4)) = 0 ]; then git push -q origin ":refs/heads/branch-$((n % 3))" || true; fi
  echo "v$n $(git rev-parse HEAD)"
done
`;

describe('backups of the Git server', () => {
  let trial: BackupsOnTrial;
  const data = () => trial.volume('data-git-0');
  const repository = (n: number) => join(data(), 'repo', uuid(n));
  const env = () => ({
    HOME: trial.at('home'),
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  });
  const git = (...args: string[]) => trial.asPod('/usr/bin/git', args, env());
  const refs = (folder: string) => git('--git-dir', folder, 'for-each-ref', '--format=%(refname) %(objectname)');
  const objects = (folder: string) => git('--git-dir', folder, 'rev-list', '--objects', '--all', '--no-object-names');
  /** All that matters of all repositories. */
  const state = async () => {
    const all: Record<string, unknown> = {};
    for (const name of existsSync(join(data(), 'repo')) ? readdirSync(join(data(), 'repo')).sort() : []) {
      const folder = join(data(), 'repo', name);
      const text = (file: string) => readFileSync(join(folder, file), 'utf8');
      const held = (await objects(folder)).split('\n').sort().join('\n');
      all[name] = [await refs(folder), createHash('sha256').update(held).digest('hex'), text('HEAD'), text('config')];
    }
    const hooks = join(data(), 'hook-state');
    return { all, hooks: existsSync(hooks) ? readFileSync(hooks, 'utf8') : undefined };
  };
  const empty = () => {
    for (const name of readdirSync(data())) rmSync(join(data(), name), { recursive: true });
  };
  const make = async (n: number, branch = 'main') => {
    await git('init', '--quiet', '--bare', '--initial-branch', branch, repository(n));
    await git('clone', '--quiet', repository(n), trial.at('clones', uuid(n))).catch(() => '');
  };
  const owned = (folder: string) => {
    mkdirSync(folder);
    chownSync(folder, POD_USER, POD_USER);
    chmodSync(folder, 0o755);
  };
  /** Pushes to some repositories while something is done; the acknowledged tags of each before and after. */
  const whilePushed = async (numbers: readonly number[], what: (acknowledged: () => string[][]) => Promise<void>) => {
    rmSync(trial.at('clones', 'stop'), { force: true });
    const tags: string[][] = numbers.map(() => []);
    const user = ['--reuid', `${POD_USER}`, '--regid', `${POD_USER}`, '--clear-groups', '--'];
    const pushers = numbers.map((n, i) => {
      const args = [...user, '/bin/sh', '-c', PUSHER, 'sh', trial.at('clones', uuid(n))];
      const pusher = spawn('/usr/bin/setpriv', args, { env: { PATH: process.env.PATH, ...env() }, stdio: ['ignore', 'pipe', 'ignore'] });
      pusher.stdout.on('data', (text: Buffer) => tags[i]?.push(...text.toString().split('\n').filter(Boolean)));
      return new Promise<number | null>((resolve) => pusher.on('close', resolve));
    });
    await eventually('pushes', 20_000, () => expect(Math.min(...tags.map(({ length }) => length))).toBeGreaterThan(3));
    try {
      await what(() => tags.map((one) => [...one]));
    } finally {
      writeFileSync(trial.at('clones', 'stop'), '');
      expect(await Promise.all(pushers)).toEqual(numbers.map(() => 0));
    }
  };

  beforeAll(async () => {
    trial = await BackupsOnTrial.of('git', { packages: { '/usr/bin/git': 'git' }, programs: busyboxFolder });
    owned(trial.at('clones'));
    owned(trial.at('home'));
    owned(join(data(), 'repo'));
    // main, a repository to which nothing was pushed, and one whose HEAD points elsewhere.
    await make(1);
    await make(2);
    await make(3);
    await make(4, 'stable');
    writeFileSync(join(data(), 'hook-state'), '[{"hook":"schemas","commit":"1"}]');
    // What else lies on the volume.
    mkdirSync(join(data(), 'checkouts/wd-1'), { recursive: true });
  });
  afterAll(() => trial?.end());

  test('made while it is pushed to, every ref has its whole history and no acknowledged push from before is missing', async () => {
    const moments: { name: string; acknowledged: string[][] }[] = [];
    for (const seed of seeds(2, 8)) {
      await whilePushed([1, 2, 4], async (acknowledged) => {
        const before = acknowledged();
        const name = await trial.backsUp();
        moments.push({ name, acknowledged: before });
        expect(acknowledged().flat().length).toBeGreaterThan(before.flat().length);
      });
      // The pushers begin anew, and tag anew.
      for (const n of [1, 2, 4]) {
        for (const tag of (await git('-C', repository(n), 'tag')).split('\n').filter(Boolean))
          await git('-C', repository(n), 'tag', `done-${seed}-${tag}`, tag);
        await git(
          '-C',
          repository(n),
          'tag',
          '--delete',
          ...(await git('-C', repository(n), 'tag', '--list', 'v*')).split('\n').filter(Boolean),
        );
      }
    }
    const last = await state();
    await trial.backsUp();
    for (const { name, acknowledged } of moments) {
      empty();
      const { code, said } = await trial.restore({ FROM: name });
      expect([code, said]).toEqual([0, expect.stringContaining('restored 4 repositories')]);
      for (const [i, n] of [1, 2, 4].entries()) {
        const there = await refs(repository(n));
        expect(acknowledged[i]?.filter((line) => !there.includes(`refs/tags/${line}\n`))).toEqual([]);
        await git('--git-dir', repository(n), 'fsck', '--full', '--strict');
      }
    }
    empty();
    const { code, said } = await trial.restore();
    expect([code, said]).toEqual([0, expect.stringContaining('restored 4 repositories')]);
    expect(await state()).toEqual(last);
    expect(statSync(repository(1)).mode & 0o077).toBe(0);
    // It can be pushed to.
    await git('-C', trial.at('clones', uuid(1)), 'push', 'origin', 'HEAD:refs/heads/after');
    console.log(
      `restored ${moments.length + 1} moments; ${moments.map(({ acknowledged }) => acknowledged.flat().length)} pushes were acknowledged before, none was missing`,
    );
  }, 180_000);

  test('a repository that did not change is not bundled again, and its content is held once', async () => {
    const first = trial.contents(await trial.backsUp());
    const inodes = readdirSync(join(trial.backups, 'files')).sort();
    const second = trial.contents(await trial.backsUp());
    expect(second).toEqual(first);
    expect(readdirSync(join(trial.backups, 'files')).sort()).toEqual(inodes);
  });

  test('replaces repositories only when told to, and moves them aside', async () => {
    const before = await state();
    expect(await trial.restore()).toMatchObject({ code: 1, said: expect.stringContaining('set REPLACE=yes') });
    expect(await state()).toEqual(before);
    await git('-C', repository(1), 'update-ref', 'refs/heads/later', 'refs/heads/main');
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({
      code: 0,
      said: expect.stringContaining('remove them when all is well'),
    });
    expect(await state()).toEqual(before);
    const aside = readdirSync(data()).find((name) => name.startsWith('before-')) ?? '';
    expect(await refs(join(data(), aside, 'repo', uuid(1)))).toContain('refs/heads/later');
    rmSync(join(data(), aside), { recursive: true });
  });

  test('a damaged repository keeps its last bundle, is told of, and does not keep the others from being backed up', async () => {
    const before = await state();
    const kept = trial.contents(trial.made().at(-1) ?? '');
    const held = trial.made();
    cpSync(repository(1), trial.at('whole'), { recursive: true, preserveTimestamps: true });
    const pack = readdirSync(join(repository(1), 'objects/pack')).find((name) => name.endsWith('.pack')) ?? '';
    const file = join(repository(1), 'objects/pack', pack);
    chmodSync(file, 0o644);
    writeFileSync(file, readFileSync(file).subarray(0, 200));
    await git('-C', repository(2), 'update-ref', 'refs/heads/later', 'refs/heads/main');
    const ended = await trial.backup();
    expect([ended.code, ended.said]).toEqual([
      1,
      expect.stringMatching(new RegExp(`the backup lacks what ${uuid(1)} got since[\\s\\S]*nothing older was removed`)),
    ]);
    expect(trial.made().slice(0, -1)).toEqual(held);
    const made = trial.contents(trial.made().at(-1) ?? '');
    expect(made[`repo/${uuid(1)}/bundle`]).toBe(kept[`repo/${uuid(1)}/bundle`]);
    expect(made[`repo/${uuid(2)}/refs`]).not.toBe(kept[`repo/${uuid(2)}/refs`]);
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({
      code: 1,
      said: expect.stringContaining(`it lacks what ${uuid(1)} got since`),
    });
    expect(await trial.restore({ REPLACE: 'yes', ACCEPT_LOSS: 'yes' })).toMatchObject({ code: 0 });
    expect((await state()).all[uuid(1)]).toEqual(before.all[uuid(1)]);
    for (const name of readdirSync(data())) if (name.startsWith('before-')) rmSync(join(data(), name), { recursive: true });
    await trial.backsUp();
  });

  test('refuses what is no whole backup of this Git server, and changes nothing', async () => {
    await git('-C', repository(2), 'update-ref', 'refs/heads/newest', 'refs/heads/main');
    await trial.backsUp();
    await refusesBadBackups(trial, state, { REPLACE: 'yes' });
  }, 180_000);

  test('refuses a bundle that lacks a ref, although its digest is right', async () => {
    const name = await trial.backsUp();
    const before = await state();
    const contents = trial.contents(name);
    trial.rewrite(name, (all) => {
      const of = (n: number) => new RegExp(`^file (\\S+ \\S+) repo/${uuid(n)}/bundle$`, 'm').exec(all)?.[1] ?? '';
      return all.replace(of(1), of(2));
    });
    expect(trial.contents(name)[`repo/${uuid(1)}/bundle`]).toBe(contents[`repo/${uuid(2)}/bundle`]);
    expect(await trial.restore({ REPLACE: 'yes' })).toMatchObject({
      code: 1,
      said: expect.stringContaining(`the bundle of ${uuid(1)} does not hold the refs that were backed up; nothing was changed`),
    });
    rmSync(join(data(), '.restoring'), { recursive: true });
    expect(await state()).toEqual(before);
    rmSync(join(trial.backups, 'made', `${name}.manifest`));
  });

  test('killed at moments of chance while it is pushed to, it leaves nothing that looks like a backup', async () => {
    const random = seededRandom(11);
    renameSync(trial.at('clones', uuid(2)), trial.at('clones', 'old'));
    await git('clone', '--quiet', repository(2), trial.at('clones', uuid(2)));
    for (const tag of (await git('-C', repository(2), 'tag', '--list', 'v*')).split('\n').filter(Boolean))
      await git('-C', repository(2), 'tag', '--delete', tag);
    await whilePushed([2], () =>
      survivesKills(
        trial,
        seeds(10, 80).map(() => 50 + random() * 1_200),
      ),
    );
  }, 180_000);
});
