import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { contents, put, temporaryFolder } from './folder';
import { smallEstate } from './small-estate';

// Each start of the program takes a second: only what a process of its own can show is shown here.
const ROOT = join(__dirname, '..', '..');
const PROGRAM = join(ROOT, 'bin', 'millwright.cjs');
const folder = temporaryFolder();

function start(program: string, args: readonly string[], cwd = folder, environment: NodeJS.ProcessEnv = {}) {
  const run = spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...process.env, ...environment } });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

describe('millwright as a program', () => {
  test('renders the same bytes as cdk8s synth', () => {
    put(folder, { 'estate.json': JSON.stringify(smallEstate()) });
    const ours = start(process.execPath, [PROGRAM, 'synth', '--estate', 'estate.json', '--out', 'ours']);
    expect(ours.status).toBe(0);
    // No progress in a pipe.
    expect(ours.stderr).not.toMatch(/rendering|\u001b/);
    const cdk8s = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
    const environment = { CI: '1', CDK8S_CHECK_UPGRADE: 'false', MILLWRIGHT_ESTATE: join(folder, 'estate.json') };
    const theirs = start(process.execPath, [cdk8s, 'synth', '-o', join(folder, 'theirs')], ROOT, environment);
    expect(theirs).toMatchObject({ status: 0 });
    const tree = contents(join(folder, 'ours'));
    expect(Object.keys(tree)).toContain('leeds/flux/kustomization.yaml');
    expect(contents(join(folder, 'theirs'))).toEqual(tree);
  });

  test('reads an estate in TypeScript, and tells a mistake in it by file and line', () => {
    put(folder, { 'bad.ts': "import { defineEstate } from 'nowhere';\nexport default defineEstate(\n" });
    const { status, stdout, stderr } = start(process.execPath, [PROGRAM, 'check', '--estate', 'bad.ts']);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^millwright: bad\.ts cannot be read: [\s\S]*bad\.ts:\d+:\d+/);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test('starts by its name from a checkout, and ends with the exit code of its command', () => {
    const { status, stderr } = start('npx', ['--no-install', 'millwright', 'check', '--only', 'york'], ROOT);
    expect(status).toBe(2);
    expect(stderr).toContain(
      'millwright: --only york: there is no such cluster; the estate has leeds, rotherham, sheffield, soft-gateways.',
    );
  });
});
