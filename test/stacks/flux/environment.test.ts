import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { wholeExample } from '../../support/estates';
import { filesOf } from './trees';

const PROGRAM = join(__dirname, '..', '..', '..', 'bin', 'millwright.cjs');
const work = mkdtempSync(join(tmpdir(), 'millwright-'));
afterAll(() => rmSync(work, { recursive: true }));

/** Path and digest of every file below a folder. */
function digests(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => `${relative(folder, file)} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
    .sort();
}

/** Renders the example in a process of its own, with another umask and working directory. */
async function rendered(name: string, environment: NodeJS.ProcessEnv): Promise<string[]> {
  const out = join(work, name);
  const command = `umask 077 && exec "${process.execPath}" "${PROGRAM}" synth --out "${out}"`;
  const child = spawn('sh', ['-c', command], { cwd: work, env: { ...process.env, ...environment }, stdio: 'ignore' });
  const exitCode = await new Promise((resolve) => child.on('close', resolve));
  expect(exitCode).toBe(0);
  return digests(out);
}

const expected = [...filesOf(wholeExample())].map(([path, text]) => `${path} ${createHash('sha256').update(text).digest('hex')}`).sort();

const ENVIRONMENTS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
  'at the date line in Turkish with settings of cdk8s': {
    TZ: 'Pacific/Kiritimati',
    LC_ALL: 'tr_TR.UTF-8',
    LANG: 'tr_TR.UTF-8',
    CDK8S_DISABLE_SORT: '1',
    CDK8S_LEGACY_HASH: '1',
    CDK8S_OUTDIR: join(work, 'elsewhere'),
    CDK8S_RECORD_CONSTRUCT_METADATA: 'true',
  },
  'in the locale C': { TZ: 'UTC', LC_ALL: 'C', LANG: 'C' },
};

test.each(Object.entries(ENVIRONMENTS))(
  'the same bytes are rendered %s',
  async (name, environment) => {
    expect(await rendered(name.replaceAll(' ', '-'), environment)).toEqual(expected);
  },
  60_000,
);

test('nothing but the trees was written', () => {
  expect(readdirSync(work).sort()).toEqual(
    Object.keys(ENVIRONMENTS)
      .map((name) => name.replaceAll(' ', '-'))
      .sort(),
  );
});
