import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readEstate } from '../../cli/estate-file';
import { EXAMPLE_ESTATE } from '../../cli/program';
import { checkEstate } from '../../infra/estate/check';
import { HEADER } from '../../stacks/flux/yaml';
import { wholeExample } from '../support/estates';
import { millwright } from './fake-terminal';
import { contents, put, temporaryFolder } from './folder';
import { smallEstate } from './small-estate';

const fs: typeof import('node:fs') = jest.requireActual('node:fs');
const root = temporaryFolder();
/** No test can see that a file is on the disk and not only in memory, and to wait for it takes half of their time. */
const withoutDisk = () => jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {});
beforeAll(withoutDisk);
afterAll(() => jest.restoreAllMocks());
let count = 0;

// biome-ignore lint/suspicious/noExplicitAny: a change to plain data
function estateFile(change: (estate: any) => void = () => {}): string {
  const file = join(root, `estate-${++count}.json`);
  put(root, { [`estate-${count}.json`]: JSON.stringify(smallEstate(change)) });
  return file;
}
const newFolder = () => {
  const folder = join(root, `out-${++count}`);
  mkdirSync(folder);
  return folder;
};
const SMALL = estateFile();
const BAD = estateFile(({ plants }) => Object.assign(plants.leeds.machines['press-1'], { address: '10.99.0.1' }));
const TWO = estateFile((estate) => {
  estate.plants.york = structuredClone(estate.plants.leeds);
});

/** Renders the small estate. */
const synth = (out: string, ...args: string[]) => millwright('synth', '--out', out, '--estate', SMALL, ...args);

describe('check', () => {
  test('sums up each plant on standard output and tells problems on standard error', async () => {
    const { exitCode, out, err } = await millwright('check', '--estate', TWO, '--only', 'leeds');
    expect(exitCode).toBe(0);
    expect(out.replace(/[0-9.]+ KiB/, 'N KiB')).toMatchInlineSnapshot(`
"leeds
  machines  2 (1 sql, 1 s7), 14 data points
  nodes     4 in 2 racks, 1 specialised
  conduits  of each node: 10.20.1.1 UDP 123, time (NTP)
  broker    3 servers with 16 GiB each; 72h at N KiB/s needs 2 GiB
  jobs      job database: bound to the node that holds its volume, with dumps and the running copy of its binary log elsewhere
            when the server process ends: loses nothing, back within 10min; the kubelet starts the server again, which recovers from its own log
            when the power of its node fails and comes back: loses nothing, back within 30min; the node starts again, and the server recovers from its own log
            when its node is gone for good: loses at most 1min, back within 4h; somebody restores the backup on another node
            when the disk that holds its volume is gone: loses at most 1min, back within 4h; somebody restores the backup on another node
            when its whole rack is gone: loses at most 1min, back within 4h; somebody restores the backup on another node"
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
    const good = await millwright('check', '--json', '--estate', SMALL);
    expect([good.exitCode, good.err]).toEqual([0, '']);
    expect(JSON.parse(good.out)).toEqual({
      ok: true,
      problems: [
        expect.objectContaining({ severity: 'warning', rule: 'control-plane-quorum', path: 'plants.leeds.kubernetes.controlPlane' }),
      ],
      clusters: [
        {
          ...{ plant: 'leeds', delivery: 'flux', machines: { s7: 1, sql: 1 }, dataPoints: 14, racks: 2, nodes: 4, specialisedNodes: 1 },
          nodeConduits: [{ address: '10.20.1.1', port: 123, protocol: 'UDP', purpose: 'time (NTP)' }],
          broker: { replicas: 3, volumeGiB: 16, neededGiB: 2, bytesPerSecond: expect.any(Number), bridges: '72h' },
          jobDatabase: expect.arrayContaining([expect.stringMatching(/^job database: /), expect.stringMatching(/^when its node is gone/)]),
        },
      ],
    });
    const bad = await millwright('check', '--json', '--estate', BAD);
    expect([bad.exitCode, bad.err]).toEqual([1, '']);
    expect(JSON.parse(bad.out)).toMatchObject({ ok: false, clusters: [] });
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
    expect(err).toContain('sheffield is a central cluster that states no cluster of its own');
  });

  test('renders a central cluster that states a cluster of its own, and says what it is', async () => {
    const out = newFolder();
    const estate = estateFile((data) => {
      data.centrals.sheffield.cluster = { apiServer: { addresses: ['10.0.0.0/28'] }, secrets: data.plants.leeds.secrets };
    });
    const { exitCode, out: told, err } = await millwright('synth', '--only', 'sheffield', '--estate', estate, '--out', out);
    expect(exitCode).toBe(0);
    expect(Object.keys(contents(out)).every((path) => path.startsWith('sheffield/'))).toBe(true);
    expect(told).toMatch(
      /^sheffield\n {2}plants {4}1, which send at most \d+ messages\/s, [\d.]+ KiB\/s\n {2}broker {4}32 GiB; 72h without the historian needs \d+ GiB\n {2}historian 256 GiB; production data is kept for 3650d\n {2}objects/,
    );
    expect(err).toMatch(/sheffield: \d+ encrypted Secrets are not in the tree yet; run millwright secrets sheffield --out /);
    expect(err).not.toContain('states no cluster of its own');
    const checked = JSON.parse((await millwright('check', '--json', '--estate', estate)).out);
    expect(checked.clusters).toMatchObject([{ plant: 'leeds' }, { central: 'sheffield', delivery: 'flux', plants: 1 }]);
  });

  test('changes nothing the second time, and keeps what is not its own', async () => {
    const out = newFolder();
    const missing = (told: string) => Number(/leeds: (\d+) encrypted Secrets are not/.exec(told)?.[1]);
    const first = missing((await synth(out)).err);
    put(out, {
      'leeds/README.md': 'mine',
      'leeds/secrets/machines/press-1-client-tls.yaml': 'sops: encrypted',
      'leeds/components/mine/x.yaml': 'kind: Mine',
    });
    const before = contents(out);
    const { out: told, err } = await synth(out);
    expect(told).toContain('0 new, 0 changed, 0 removed, ');
    expect(contents(out)).toEqual(before);
    expect(missing(err)).toBe(first - 1);
  });

  test('puts back what was edited by hand, and removes what left the estate with its folders', async () => {
    const out = newFolder();
    await synth(out);
    const rendered = contents(out);
    const edited = 'leeds/flux/kustomization.yaml';
    put(out, { [edited]: `${rendered[edited]}# by hand\n` });
    const { out: told } = await synth(out);
    expect(told).toContain('0 new, 1 changed, 0 removed, ');
    expect(contents(out)).toEqual(rendered);
    await millwright(
      'synth',
      '--out',
      out,
      '--estate',
      estateFile(({ plants }) => delete plants.leeds.machines['furnace-1']),
    );
    expect(Object.keys(rendered).filter((path) => path.includes('furnace-1'))).not.toEqual([]);
    expect(Object.keys(contents(out)).filter((path) => path.includes('furnace-1'))).toEqual([]);
    expect(Object.keys(contents(out)).filter((path) => path.endsWith('/'))).toEqual([]);
  });

  test('with --dry-run lists every file and writes nothing', async () => {
    const out = newFolder();
    await synth(out);
    const before = contents(out);
    const estate = estateFile(({ plants }) => {
      delete plants.leeds.machines['furnace-1'];
      plants.leeds.machines['press-5'] = { type: 'press', address: '10.20.1.15' };
    });
    const { out: told } = await millwright('synth', '--out', out, '--estate', estate, '--dry-run');
    expect(contents(out)).toEqual(before);
    expect(told).toContain('(dry run: nothing was written)');
    expect(told).toContain('    + components/machine-press-5/machines/deployment.press-5.yaml\n');
    expect(told).toContain('    + flux/kustomization.machine-press-5.yaml\n');
    expect(told).toContain('    ~ flux/kustomization.yaml\n');
    expect(told).toContain('    - components/machine-furnace-1/kustomization.yaml\n');
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
    const out = newFolder();
    // Somewhere in the second of the two plants.
    await synth(newFolder());
    const full = Object.keys(contents(join(root, `out-${count}`))).length + 10;
    let files = 0;
    jest.spyOn(fs, 'fsyncSync').mockImplementation(() => {
      const error = { code: 'ENOSPC', syscall: 'fsync', path: 'a file', message: "ENOSPC: no space left on device, fsync 'a file'" };
      if (++files > full) throw Object.assign(new Error(), error);
    });
    const { exitCode, err } = await millwright('synth', '--out', out, '--estate', TWO);
    withoutDisk();
    expect([exitCode, files]).toEqual([1, full + 1]);
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
    const { err } = await synth(out);
    expect(err).toContain(`${join(out, 'hull')} holds a tree of a cluster that is not in the estate; nothing was removed there.`);
    expect(err).not.toContain('notes');
    expect(contents(out)).toHaveProperty(['hull/flux/x.yaml']);
  });

  test('tells a program the same as JSON', async () => {
    const out = newFolder();
    const { exitCode, out: told, err } = await synth(out, '--json');
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
    const { exitCode, err } = await synth(out);
    expect(exitCode).toBe(0);
    expect(err).toContain('leeds: an earlier run was interrupted; this one finishes its work.');
    expect(Object.keys(contents(out)).filter((path) => path.includes('.millwright-synth'))).toEqual([]);
  });
});

test('an estate is read as it is written: the example in JSON gives the plants of the example, and so the same tree', async () => {
  put(root, { 'example.json': JSON.stringify(wholeExample()) });
  const plantsOf = (path: string) => {
    const { plants, problems } = checkEstate(readEstate(path).estate);
    expect([plants.length, problems.filter(({ severity }) => severity === 'error')]).toEqual([2, []]);
    return plants;
  };
  const fromModule = plantsOf(EXAMPLE_ESTATE);
  const fromJson = plantsOf(join(root, 'example.json'));
  expect(fromJson).toEqual(fromModule);
  // The order of entries too, which the tree is rendered in.
  expect(JSON.stringify(fromJson)).toBe(JSON.stringify(fromModule));
});

test('objects of an owner that cannot be applied are told all together, and nothing is written', async () => {
  const out = newFolder();
  const bad = "{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Bad', namespace: 'nowhere' } }";
  put(root, {
    'extended.ts': `import { ApiObject } from '${require.resolve('cdk8s')}';
export const extensions = { leeds: (chart: never) => void new ApiObject(chart, 'bad', ${bad}) };
export default ${JSON.stringify(smallEstate())};
`,
  });
  const { exitCode, err } = await millwright('synth', '--out', out, '--estate', join(root, 'extended.ts'));
  expect(exitCode).toBe(1);
  expect(err).toContain('2 errors\n');
  expect(err.split('\n').at(-1)).toBe('These objects cannot be applied; nothing was written.');
  expect(contents(out)).toEqual({});
});
