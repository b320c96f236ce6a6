import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BACKED_UP, backupFiles } from '../../infra/central-backup/plan';
import { exampleCentral } from '../support/centre';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { installDebianPackages } from './programs/debian';
import { run } from './support/debian-pod';

test('shellcheck finds nothing in the scripts of the backups', async () => {
  await installDebianPackages(() => {}, { '/usr/bin/shellcheck': 'shellcheck' });
  for (const of of BACKED_UP) {
    for (const [name, text] of Object.entries(backupFiles(exampleCentral(), of)).filter(([file]) => file.endsWith('.sh'))) {
      expect([of, name, await run('/usr/bin/shellcheck', ['--shell', 'sh', '-'], {}, text)]).toEqual([of, name, { code: 0, said: '' }]);
    }
  }
});

describe('the copy of backups in a store', () => {
  let workDir: WorkDir;
  const at = (...parts: string[]) => join(workDir.path, ...parts);
  const day = 24 * 3600;
  const base = (backups: string) => ({
    BACKUPS: at(backups),
    CENTRAL: 'sheffield',
    HOME: workDir.path,
    KEEP_DAYS: '90',
    OF: 'kdc',
    OLD_AFTER: String(27 * 3600),
    RUN: at('run'),
    SCRIPTS: at('scripts'),
  });
  const copy = (what: string, backups: string, seal = 'seal') =>
    run('/bin/sh', [at('scripts/copy.sh'), what], {
      ...base(backups),
      LOGIN: at('login'),
      RCLONE_CONFIG: at('rclone.conf'),
      // A folder stands for the store: the test is of what is copied, not of S3.
      RCLONE_CONFIG_STORE_REMOTE: at('store'),
      RCLONE_CONFIG_STORE_TYPE: 'alias',
      SEAL: at(seal),
      TARGET: 'store:bucket/sheffield/kdc',
    });
  /** Makes a backup of these contents, or restores one, with a script that does nothing else. */
  const script = (name: string, env: Readonly<Record<string, string>> = {}) =>
    run('/bin/sh', [at('scripts', name)], { ...base('backups'), ...env });
  const make = async (text: string) => {
    writeFileSync(at('content'), text);
    const { code, said } = await script('make.sh');
    if (code !== 0) throw new Error(said);
  };
  const stored = () =>
    execFileSync('find', [at('store'), '-type', 'f'], { encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);
  const made = (backups: string) => readdirSync(at(backups, 'made')).sort();

  beforeEach(async () => {
    await installDebianPackages(() => {}, { '/usr/bin/rclone': 'rclone' });
    workDir = await makeWorkDir();
    for (const folder of ['run', 'scripts', 'login', 'seal', 'other', 'store', 'backups']) mkdirSync(at(folder));
    for (const name of ['username', 'password']) writeFileSync(at('login', name), 'key');
    writeFileSync(at('seal/password'), 'mjX-3_secret-of-the-centre');
    writeFileSync(at('other/password'), 'another');
    for (const [name, text] of Object.entries(backupFiles(exampleCentral(), 'kdc'))) writeFileSync(at('scripts', name), text);
    const begin = '. "$SCRIPTS/common.sh"\n';
    writeFileSync(at('scripts/make.sh'), `${begin}begin\ncp "${at('content')}" "$MAKING/content"\nprintf same > "$MAKING/same"\nfinish\n`);
    writeFileSync(at('scripts/show.sh'), `${begin}choose\ncat "$RESTORING/content" "$RESTORING/same"\n`);
  });
  afterEach(() => workDir.remove());

  test('is encrypted with its names, comes back into an empty volume as it was, and is not opened by another password', async () => {
    expect(await copy('copy', 'backups')).toMatchObject({ code: 1, said: expect.stringContaining('there is no backup to copy') });
    await make('the keys of the first day');
    await make('the keys of the second day');
    expect(await copy('copy', 'backups')).toMatchObject({ code: 0, said: expect.stringContaining('copied; the newest is') });
    // Two manifests, two contents, and one that both have.
    expect(stored()).toHaveLength(5);
    expect(stored().join()).not.toMatch(/manifest|made|files|[0-9a-f]{64}/);
    for (const file of stored()) expect(readFileSync(file, 'latin1')).not.toMatch(/keys of|millwright|sheffield/);

    mkdirSync(at('fresh'));
    expect(await copy('fetch', 'fresh', 'other')).toMatchObject({ code: 1, said: expect.stringContaining('the password opens none') });
    expect(made('fresh')).toEqual([]);
    expect(await copy('fetch', 'fresh')).toMatchObject({ code: 0 });
    expect(made('fresh')).toEqual(made('backups'));
    expect(await script('show.sh', { BACKUPS: at('fresh') })).toMatchObject({
      code: 0,
      said: expect.stringContaining('the keys of the second daysame'),
    });
    const [first = ''] = made('fresh').map((name) => name.replace('.manifest', ''));
    expect((await script('show.sh', { BACKUPS: at('fresh'), FROM: first })).said).toContain('the keys of the first daysame');
    expect(await copy('fetch', 'fresh')).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') });
  });

  test('copies only what is new, and removes what is old there with the contents that nothing names any more', async () => {
    await make('first');
    await copy('copy', 'backups');
    const before = new Map(stored().map((file) => [file, readFileSync(file)]));
    const [old = ''] = made('backups');
    await make('second');
    // As if the first had been made so long ago.
    const [manifest = ''] = stored().filter((file) => !file.includes('/files/') && before.has(file) && readFileSync(file).length > 250);
    expect(await copy('copy', 'backups')).toMatchObject({ code: 0 });
    expect(stored()).toHaveLength(5);
    for (const [file, bytes] of before) expect(readFileSync(file).equals(bytes)).toBe(true);
    const then = Date.now() / 1000 - 91 * day;
    utimesSync(manifest, then, then);
    utimesSync(at('backups/made', old), then, then);
    execFileSync('rm', [at('backups/made', old)]);
    expect(await copy('copy', 'backups')).toMatchObject({ code: 0 });
    // The manifest of the second, its content, and the one that both had.
    expect(stored()).toHaveLength(3);
    mkdirSync(at('fresh'));
    expect(await copy('fetch', 'fresh')).toMatchObject({ code: 0 });
    expect((await script('show.sh', { BACKUPS: at('fresh') })).said).toContain('secondsame');
  });

  test('fails when backups are no longer made, and removes nothing then', async () => {
    await make('first');
    expect(await copy('copy', 'backups')).toMatchObject({ code: 0 });
    for (const file of stored()) utimesSync(file, 0, 0);
    const [name = ''] = made('backups');
    const manifest = at('backups/made', name);
    writeFileSync(
      manifest,
      readFileSync(manifest, 'utf8').replace(/^began (\d+)/m, (_, began: string) => `began ${Number(began) - 28 * 3600}`),
    );
    const { code, said } = await copy('copy', 'backups');
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/the newest backup began at 2\S+Z, 28 h ago, and one is due 27 h after another at the latest/),
    ]);
    expect(stored()).toHaveLength(3);
  });

  test('a manifest that is copied has all of its contents in the store, although a backup is made meanwhile', async () => {
    await make('first');
    writeFileSync(
      at('rclone'),
      `#!/bin/sh\n[ "$1 $3" != "copy sealed:files" ] || [ -e "${at('once')}" ] || { : > "${at('once')}"; sh "${at('scripts/make.sh')}" >&2; }\nexec /usr/bin/rclone "$@"\n`,
      {
        mode: 0o755,
      },
    );
    writeFileSync(at('content'), 'second');
    const { code, said } = await run('/bin/sh', [at('scripts/copy.sh'), 'copy'], {
      ...base('backups'),
      LOGIN: at('login'),
      PATH: `${workDir.path}:/usr/bin:/bin`,
      RCLONE_CONFIG: at('rclone.conf'),
      RCLONE_CONFIG_STORE_REMOTE: at('store'),
      RCLONE_CONFIG_STORE_TYPE: 'alias',
      SEAL: at('seal'),
      TARGET: 'store:bucket/sheffield/kdc',
    });
    expect([code, said]).toEqual([0, expect.stringContaining('copied')]);
    expect(made('backups')).toHaveLength(2);
    mkdirSync(at('fresh'));
    expect(await copy('fetch', 'fresh')).toMatchObject({ code: 0 });
    expect(made('fresh')).toEqual(made('backups').slice(0, 1));
    expect((await script('show.sh', { BACKUPS: at('fresh') })).said).toContain('firstsame');
  });
});
