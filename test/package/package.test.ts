import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '../..');
let owner: string;

/** An owner's repository beside Millwright's: its own estate, and the published package among its dependencies. */
beforeAll(() => {
  owner = mkdtempSync(join(tmpdir(), 'millwright-owner-'));
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  // What `prepack` does, without the check of types that is a step of its own.
  rmSync(join(root, 'build'), { recursive: true, force: true });
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--noCheck'], { cwd: root });
  npm('pack', '--pack-destination', owner);
  const archive = readdirSync(owner).find((name) => name.endsWith('.tgz')) ?? '';
  const modules = join(owner, 'node_modules');
  mkdirSync(modules);
  // The dependencies as npm would have installed them: those of this checkout, from the same lock file.
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== 'millwright') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  mkdirSync(join(modules, 'millwright'));
  execFileSync('tar', ['-xzf', join(owner, archive), '--strip-components=1', '-C', join(modules, 'millwright')]);
  writeFileSync(join(owner, 'estate.ts'), readFileSync(join(__dirname, 'owner-estate.ts.txt'), 'utf8'));
}, 120_000);

afterAll(() => rmSync(owner, { recursive: true, force: true }));

const millwright = (...args: string[]) =>
  spawnSync(process.execPath, [join(owner, 'node_modules/millwright/bin/millwright.cjs'), ...args], { cwd: owner, encoding: 'utf8' });

test('an estate in a repository of its own is rendered by the installed package', () => {
  const { status, stdout, stderr } = millwright('synth', '--estate', './estate.ts', '--out', 'tree');
  expect({ status, stderr }).toMatchObject({ status: 0 });
  expect(stdout).toContain('york');
  expect(readdirSync(join(owner, 'tree/york/components'))).toEqual([
    'data-publisher',
    'flux-controllers',
    'machine-mixer-1',
    'plant-broker',
    'platform',
  ]);
});

test("the package's own types accept that estate, and refuse one that names a node which does not exist", () => {
  writeFileSync(join(owner, 'package.json'), '{ "type": "commonjs" }');
  const options = { noEmit: true, strict: true, target: 'es2022', module: 'nodenext', types: [] };
  writeFileSync(join(owner, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['estate.ts', 'wrong.ts'] }));
  const estate = readFileSync(join(owner, 'estate.ts'), 'utf8');
  writeFileSync(join(owner, 'wrong.ts'), estate.replace("runsOn: 'n1'", "runsOn: 'n9'"));
  const { stdout } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.'], {
    cwd: owner,
    encoding: 'utf8',
  });
  const errors = stdout.split('\n').filter((line) => line.includes(': error '));
  expect(errors).toEqual([expect.stringMatching(/^wrong\.ts\(\d+,\d+\): error TS2322: .*"n9"/)]);
}, 60_000);

test('the package carries no source, no test and no example of another owner but the one that commands fall back to', () => {
  const files = readdirSync(join(owner, 'node_modules/millwright')).sort();
  expect(files).toEqual(['CHANGELOG.md', 'README.md', 'bin', 'build', 'package.json']);
  expect(millwright('check').stdout).toContain('leeds');
});
