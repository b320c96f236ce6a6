import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { compareTree } from '../../../cli/tree/change';
import { clearInterrupted, STAGING, stageTree } from '../../../cli/tree/write';
import { HEADER } from '../../../stacks/flux/yaml';
import { contents, put, temporaryFolder } from '../folder';

const fs: typeof import('node:fs') = jest.requireActual('node:fs');
const root = temporaryFolder();
// No test can see that a file is on the disk and not only in memory, and to wait for it takes most of their time.
beforeAll(() => jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {}));
afterAll(() => jest.restoreAllMocks());

const ours = (text: string) => `${HEADER}\n${text}`;
const OLD = {
  'components/a/x.yaml': ours('x: 1\n'),
  'components/b/deep/y.yaml': ours('y: 1\n'),
  'components/c/z.yaml': ours('z: 1\n'),
  'flux/k.yaml': ours('k: 1\n'),
};
const FOREIGN = {
  'README.md': 'mine\n',
  'components/a/own.yaml': 'kind: Mine\n',
  'components/c/notes.txt': 'mine\n',
  'flux/patches/p.yaml': 'mine\n',
  'secrets/machines/x.yaml': 'sops: encrypted\n',
  'authority/ca.yaml': 'sops: encrypted\n',
};
/** New in a folder of its own, changed, removed with its folder, removed beside a file of the owner, and as before. */
const NEW = new Map([
  ['.sops.yaml', ours('s: 1\n')],
  ['components/a/x.yaml', ours('x: 2\n')],
  ['components/d/deep/w.yaml', ours('w: 1\n')],
  ['flux/k.yaml', ours('k: 1\n')],
]);

function oldFolder(): string {
  const folder = mkdtempSync(join(root, 'cluster-'));
  put(folder, { ...OLD, ...FOREIGN });
  return folder;
}

/** What one run does to a folder. */
function write(folder: string, tree = NEW): void {
  clearInterrupted(folder);
  stageTree(folder, tree, compareTree(folder, tree)).commit();
}

describe('writing a tree', () => {
  test('replaces, adds and removes what is ours, with the folders that become empty, and keeps everything else', () => {
    const folder = oldFolder();
    write(folder);
    expect(contents(folder)).toEqual({ ...FOREIGN, ...Object.fromEntries(NEW) });
  });

  test('makes the folder when there is none', () => {
    const folder = join(root, 'new', 'cluster');
    write(folder);
    expect(contents(folder)).toEqual(Object.fromEntries(NEW));
  });

  test('touches nothing when nothing changed', () => {
    const folder = join(root, 'untouched');
    stageTree(folder, NEW, { added: [], changed: [], removed: [], unchanged: [...NEW.keys()] }).commit();
    expect(() => contents(folder)).toThrow('ENOENT');
  });

  test('leaves the old tree as it was until it is committed, and after it was discarded', () => {
    const folder = oldFolder();
    const before = contents(folder);
    const staged = stageTree(folder, NEW, compareTree(folder, NEW));
    expect(contents(folder)).toMatchObject(before);
    staged.discard();
    expect(contents(folder)).toEqual(before);
  });
});

const MUTATING = ['mkdirSync', 'openSync', 'renameSync', 'rmSync', 'rmdirSync', 'writeFileSync'] as const;

/** Lets so many changes of files through and then none: what a process that is killed there leaves. */
function killedAfter(changes: number, act: () => void): { killed: boolean } {
  let left = changes;
  const spies = MUTATING.map((name) => {
    const real = fs[name] as (...args: unknown[]) => unknown;
    return jest.spyOn(fs, name).mockImplementation(((...args: unknown[]) => {
      if (left-- <= 0) throw new Error('killed');
      return real(...args);
    }) as never);
  });
  try {
    act();
    return { killed: false };
  } catch {
    return { killed: true };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe('a run that is killed', () => {
  test('at any step leaves whole files only, and the next run finishes the work', () => {
    let steps = 0;
    let leftOld = 0;
    for (let killed = true; killed; steps++) {
      const folder = oldFolder();
      const before = contents(folder);
      killed = killedAfter(steps, () => write(folder)).killed;
      const now = Object.entries(contents(folder)).filter(([path]) => !path.startsWith(STAGING));
      const whole = { ...before, ...Object.fromEntries(NEW) };
      for (const [path, text] of now) if (!path.endsWith('/')) expect([before[path as never], whole[path]]).toContain(text);
      if (JSON.stringify(Object.fromEntries(now)) === JSON.stringify(before)) leftOld++;
      write(folder);
      expect(contents(folder)).toEqual({ ...FOREIGN, ...Object.fromEntries(NEW) });
    }
    // Everything is made ready before the first file is moved: for most of its steps the old tree is there untouched.
    expect(steps).toBeGreaterThan(20);
    expect(leftOld).toBeGreaterThan(10);
  });

  test('before it moved the first file leaves the old tree as it was, even if the estate changed in between', () => {
    const folder = oldFolder();
    killedAfter(6, () => write(folder));
    write(folder, new Map(Object.entries(OLD)));
    expect(contents(folder)).toEqual({ ...FOREIGN, ...OLD });
  });

  test('is noticed by the next one', () => {
    const folder = oldFolder();
    killedAfter(8, () => write(folder));
    expect(clearInterrupted(folder)).toBe(true);
    expect(clearInterrupted(folder)).toBe(false);
  });

  test('while it cleared away what another had left, is cleared away as well', () => {
    for (let steps = 0; steps < 4; steps++) {
      const folder = oldFolder();
      const dead = spawnSync(process.execPath, ['--version']).pid;
      put(folder, { [`${STAGING}/pid-${dead}`]: '', [`${STAGING}/new/flux/k.yaml`]: 'half' });
      killedAfter(steps, () => clearInterrupted(folder));
      write(folder);
      expect(contents(folder)).toEqual({ ...FOREIGN, ...Object.fromEntries(NEW) });
    }
  });

  test.each(MUTATING)('by an error of %s while it makes the tree ready leaves the old one as it was', (name) => {
    const folder = oldFolder();
    const before = contents(folder);
    const change = compareTree(folder, NEW);
    const spy = jest.spyOn(fs, name).mockImplementationOnce(() => {
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    });
    try {
      stageTree(folder, NEW, change).discard();
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
    spy.mockRestore();
    clearInterrupted(folder);
    expect(contents(folder)).toEqual(before);
  });
});

describe('two runs at once', () => {
  test('the second says that the first is writing, and which process that is', async () => {
    const folder = oldFolder();
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { stdio: 'ignore' });
    put(folder, { [`${STAGING}/pid-${other.pid}`]: '' });
    expect(() => clearInterrupted(folder)).toThrow(
      `${folder} is being written by process ${other.pid}; wait for it to end. If no millwright is running, remove ${join(folder, STAGING)}.`,
    );
    const ended = new Promise((resolve) => other.on('close', resolve));
    other.kill();
    await ended;
    write(folder);
    expect(contents(folder)).toEqual({ ...FOREIGN, ...Object.fromEntries(NEW) });
  });

  test('the second stops when the first began in between, and leaves its staging alone', () => {
    const folder = oldFolder();
    const first = stageTree(folder, NEW, compareTree(folder, NEW));
    const staged = contents(folder);
    expect(() => stageTree(folder, NEW, compareTree(folder, NEW))).toThrow('is being written by another run');
    expect(contents(folder)).toEqual(staged);
    first.commit();
    expect(contents(folder)).toEqual({ ...FOREIGN, ...Object.fromEntries(NEW) });
  });

  test('a staging folder that names no process is cleared away', () => {
    const folder = oldFolder();
    mkdirSync(join(folder, STAGING));
    expect(clearInterrupted(folder)).toBe(true);
  });
});
