import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { HEADER } from '../../stacks/flux/yaml';
import { exampleEstate, withChange } from '../support/estates';
import { millwright } from './fake-terminal';
import { contents, put, temporaryFolder } from './folder';

const root = temporaryFolder();
let count = 0;

// biome-ignore lint/suspicious/noExplicitAny: a change to plain data
function estateFile(change: (estate: any) => void = () => {}): string {
  const file = join(root, `estate-${++count}.json`);
  put(root, { [`estate-${count}.json`]: JSON.stringify(withChange(change)) });
  return file;
}
const newFolder = () => {
  const folder = join(root, `out-${++count}`);
  mkdirSync(folder);
  return folder;
};
const BAD = estateFile(({ plants }) => Object.assign(plants.leeds.machines['press-1'], { address: '10.99.0.1' }));
const TWO = estateFile((estate) => {
  estate.plants.york = structuredClone(estate.plants.leeds);
});

describe('check', () => {
  test('sums up each plant on standard output and tells problems on standard error', async () => {
    const { exitCode, out, err } = await millwright('check', '--estate', TWO, '--only', 'leeds');
    expect(exitCode).toBe(0);
    expect(out.replace(/[0-9.]+ KiB/, 'N KiB')).toMatchInlineSnapshot(`
"leeds
  machines  6 (6 s7), 43 data points
  nodes     4 in 2 racks, 1 specialised
  broker    3 servers with 16 GiB each; 72h at N KiB/s needs 5 GiB"
`);
    expect(err.split('\n')[0]).toBe('2 warnings');
  });

  test('ends with 1 and tells where, what and what to do when the estate is not in order', async () => {
    const { exitCode, out, err } = await millwright('check', '--estate', BAD);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toContain('1 error\n  plants.leeds.machines.press-1.address: "10.99.0.1" is not in a network of machines (10.20.1.0/24); ');
    expect(err.split('\n').at(-1)).toBe('The estate is not in order; nothing can be rendered from it.');
  });

  test('tells a program the same as JSON, on standard output alone', async () => {
    const good = await millwright('check', '--json');
    expect([good.exitCode, good.err]).toEqual([0, '']);
    expect(JSON.parse(good.out)).toEqual({
      ok: true,
      problems: [
        expect.objectContaining({ severity: 'warning', rule: 'control-plane-quorum', path: 'plants.leeds.kubernetes.controlPlane' }),
      ],
      plants: [
        {
          ...{ plant: 'leeds', delivery: 'flux', machines: { s7: 6 }, dataPoints: 43, racks: 2, nodes: 4, specialisedNodes: 1 },
          broker: { replicas: 3, volumeGiB: 16, neededGiB: 5, bytesPerSecond: expect.any(Number), bridges: '72h' },
        },
      ],
    });
    const bad = await millwright('check', '--json', '--estate', BAD);
    expect([bad.exitCode, bad.err]).toEqual([1, '']);
    expect(JSON.parse(bad.out)).toMatchObject({ ok: false, plants: [] });
    const error = JSON.parse(bad.out).problems.find(({ severity }: { severity: string }) => severity === 'error');
    expect(Object.keys(error)).toEqual(['severity', 'rule', 'path', 'value', 'message', 'remedy']);
  });

  test('says what is missing in an empty estate', async () => {
    put(root, { 'empty.yaml': '{}\n' });
    const { exitCode, err } = await millwright('check', '--estate', join(root, 'empty.yaml'));
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^2 errors\n {2}centrals: is missing.*\n {2}plants: is missing/);
  });
});

describe('synth', () => {
  test('renders every plant that Flux delivers, and says what it does not', async () => {
    const out = newFolder();
    const estate = estateFile((data) => {
      data.plants.york = { ...structuredClone(data.plants.leeds), delivery: 'pulumi' };
    });
    const { exitCode, out: told, err } = await millwright('synth', '--estate', estate, '--out', out);
    expect(exitCode).toBe(0);
    expect(Object.keys(contents(out)).every((path) => path.startsWith('leeds/'))).toBe(true);
    expect(told).toMatch(/^leeds\n/);
    expect(told).toMatch(/objects {3}\d+ in \d+ files under .*leeds\n {2}files {5}\d+ new, 0 changed, 0 removed, 0 as before$/);
    expect(err).toContain('york is delivered by Pulumi; no Git tree is rendered for it.');
    expect(err).toMatch(/leeds: \d+ encrypted Secrets are not in the tree yet; run millwright secrets leeds --out /);
    expect(err).toContain('sheffield is a central cluster: ');
  });

  test('changes nothing the second time, and keeps what is not its own', async () => {
    const out = newFolder();
    await millwright('synth', '--out', out);
    put(out, {
      'leeds/README.md': 'mine',
      'leeds/secrets/machines/press-1-client-tls.yaml': 'sops: encrypted',
      'leeds/components/mine/x.yaml': 'kind: Mine',
    });
    const before = contents(out);
    const { out: told, err } = await millwright('synth', '--out', out);
    expect(told).toContain('0 new, 0 changed, 0 removed, ');
    expect(contents(out)).toEqual(before);
    expect(err).toMatch(/leeds: 11 encrypted Secrets are not/);
  });

  test('puts back what was edited by hand, and removes what left the estate with its folders', async () => {
    const out = newFolder();
    await millwright('synth', '--out', out);
    const rendered = contents(out);
    const edited = 'leeds/flux/kustomization.yaml';
    put(out, { [edited]: `${rendered[edited]}# by hand\n` });
    const { out: told } = await millwright('synth', '--out', out);
    expect(told).toContain('0 new, 1 changed, 0 removed, ');
    expect(contents(out)).toEqual(rendered);
    await millwright(
      'synth',
      '--out',
      out,
      '--estate',
      estateFile(({ plants }) => delete plants.leeds.machines['press-4']),
    );
    expect(Object.keys(contents(out)).filter((path) => path.includes('press-4'))).toEqual([]);
    expect(Object.keys(contents(out)).filter((path) => path.endsWith('/'))).toEqual([]);
  });

  test('with --dry-run lists every file and writes nothing', async () => {
    const out = newFolder();
    await millwright('synth', '--out', out);
    const before = contents(out);
    const estate = estateFile(({ plants }) => {
      delete plants.leeds.machines['press-4'];
      plants.leeds.machines['press-5'] = { type: 'press', address: '10.20.1.15' };
    });
    const { out: told } = await millwright('synth', '--out', out, '--estate', estate, '--dry-run');
    expect(contents(out)).toEqual(before);
    expect(told).toContain('(dry run: nothing was written)');
    expect(told).toContain('    + components/machine-press-5/machines/deployment.press-5.yaml\n');
    expect(told).toContain('    ~ flux/phases/machines/kustomization.yaml\n');
    expect(told).toContain('    - components/machine-press-4/kustomization.yaml\n');
  });

  test('writes nothing when the estate is not in order', async () => {
    const out = newFolder();
    const { exitCode, out: told, err } = await millwright('synth', '--out', out, '--estate', BAD);
    expect([exitCode, told]).toEqual([1, '']);
    expect(err.split('\n').at(-1)).toBe('The estate is not in order; nothing was written.');
    const json = await millwright('synth', '--out', out, '--estate', BAD, '--json');
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, clusters: [] });
    expect(contents(out)).toEqual({});
  });

  test('writes nothing in any cluster when something is in the way in one', async () => {
    const out = newFolder();
    put(out, { 'york/flux/kustomization.yaml': 'mine\n' });
    const { exitCode, err } = await millwright('synth', '--out', out, '--estate', TWO);
    expect(exitCode).toBe(1);
    expect(err).toContain("york/flux/kustomization.yaml is not Millwright's and would be overwritten; move it away. Nothing was written.");
    expect(contents(out)).toEqual({ 'york/flux/kustomization.yaml': 'mine\n' });
  });

  test('writes nothing in any cluster when the disk is full before all are ready', async () => {
    const fs: typeof import('node:fs') = jest.requireActual('node:fs');
    const out = newFolder();
    const real = fs.fsyncSync;
    let files = 0;
    const spy = jest.spyOn(fs, 'fsyncSync').mockImplementation((file) => {
      const error = { code: 'ENOSPC', syscall: 'fsync', path: 'a file', message: "ENOSPC: no space left on device, fsync 'a file'" };
      if (++files > 100) throw Object.assign(new Error(), error);
      real(file);
    });
    const { exitCode, err } = await millwright('synth', '--out', out, '--estate', TWO);
    spy.mockRestore();
    expect([exitCode, files]).toEqual([1, 101]);
    expect(err).toContain("millwright: the file system refused: no space left on device, fsync 'a file' (ENOSPC).");
    expect(contents(out)).toEqual({ 'leeds/': '', 'york/': '' });
  });

  test('with --only renders one plant and leaves the others as they are', async () => {
    const out = newFolder();
    const { out: told } = await millwright('synth', '--out', out, '--estate', TWO, '--only', 'york');
    expect(told).toMatch(/^york\n/);
    expect(Object.keys(contents(out)).filter((path) => !path.startsWith('york/'))).toEqual([]);
  });

  test('tells of a tree whose cluster is not in the estate, and removes nothing there', async () => {
    const out = newFolder();
    put(out, { 'hull/flux/x.yaml': `${HEADER}\n`, 'notes/x.yaml': '' });
    const { err } = await millwright('synth', '--out', out);
    expect(err).toContain(`${join(out, 'hull')} holds a tree of a cluster that is not in the estate; nothing was removed there.`);
    expect(err).not.toContain('notes');
    expect(contents(out)).toHaveProperty(['hull/flux/x.yaml']);
  });

  test('tells a program the same as JSON', async () => {
    const out = newFolder();
    const { exitCode, out: told, err } = await millwright('synth', '--out', out, '--json');
    expect([exitCode, err]).toEqual([0, '']);
    const result = JSON.parse(told);
    expect(Object.keys(result)).toEqual(['ok', 'problems', 'clusters', 'notInEstate']);
    expect(result.clusters).toHaveLength(1);
    expect(result.clusters[0]).toMatchObject({
      plant: 'leeds',
      folder: join(out, 'leeds'),
      files: { changed: [], removed: [], unchanged: [] },
    });
    expect(result.clusters[0].files.added).toEqual(Object.keys(contents(join(out, 'leeds'))).sort());
    expect(result.clusters[0].missingSecrets).toContain('secrets/machines/press-1-client-tls.yaml');
  });

  test('shows its progress as texts that are cleared at the end', async () => {
    const { progress } = await millwright('synth', '--out', newFolder(), '--estate', TWO);
    expect(progress).toEqual([
      'rendering leeds (1 of 2)',
      'rendering york (2 of 2)',
      '',
      'writing leeds (1 of 2)',
      'writing york (2 of 2)',
      '',
    ]);
  });

  test('finishes what an interrupted run left, and says so', async () => {
    const out = newFolder();
    put(out, { 'leeds/.millwright-synth/pid-0': '', 'leeds/.millwright-synth/new/flux/kustomization.yaml': 'half' });
    const { exitCode, err } = await millwright('synth', '--out', out);
    expect(exitCode).toBe(0);
    expect(err).toContain('leeds: an earlier run was interrupted; this one finishes its work.');
    expect(Object.keys(contents(out)).filter((path) => path.includes('.millwright-synth'))).toEqual([]);
  });
});

test('an estate is read as it is written: the example rendered from JSON gives the bytes of the example', async () => {
  const [fromModule, fromJson] = [newFolder(), newFolder()];
  await millwright('synth', '--out', fromModule);
  put(root, { 'example.json': JSON.stringify(exampleEstate()) });
  await millwright('synth', '--out', fromJson, '--estate', join(root, 'example.json'));
  expect(contents(fromJson)).toEqual(contents(fromModule));
});

test('objects of an owner that cannot be applied are told all together, and nothing is written', async () => {
  const out = newFolder();
  const bad = "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Bad', namespace: 'nowhere' } }";
  put(root, {
    'extended.ts': `import { ApiObject } from '${require.resolve('cdk8s')}';
import estate from '${join(__dirname, '..', '..', 'infra', 'sites', 'estate')}';
export const extensions = { leeds: (chart: never) => void new ApiObject(chart, 'bad', ${bad}) };
export default estate;
`,
  });
  const { exitCode, err } = await millwright('synth', '--out', out, '--estate', join(root, 'extended.ts'));
  expect(exitCode).toBe(1);
  expect(err).toContain('2 errors\n');
  expect(err.split('\n').at(-1)).toBe('These objects cannot be applied; nothing was written.');
  expect(contents(out)).toEqual({});
});
