import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import type { KubernetesObject } from './support/api';
import { type DeliveredPlant, deliverPlant } from './support/delivered-plant';
import { exampleWith } from './support/example-plant';
import { changeObject } from './support/tree-files';

const run = promisify(execFile);

/** The page that people have on site. */
const page = readFileSync(join(__dirname, '../../docs/break-glass.md'), 'utf8');

/** Commands of the page: each block of code, with the list's indentation taken away. */
const blocks = [...page.matchAll(/^( *)```sh\n(.*?)^ *```$/gms)].map(([, indent = '', text = '']) =>
  text.replaceAll(`\n${indent}`, '\n').slice(indent.length).trim(),
);

/** Blocks that were run. */
const ran = new Set<string>();

// A commit takes seconds to arrive on a free machine, and a minute or more on one that is busy with other things.
jest.setTimeout(300_000);

let workDir: WorkDir;
let plant: DeliveredPlant;

/** Three presses of the example, without what they need beyond, and its cluster. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  plant = await deliverPlant({
    programs,
    workDir: workDir.path,
    estate: ({ cluster, owner }) =>
      exampleWith(cluster, owner, ({ machines }) => {
        for (const name of Object.keys(machines)) if (!['press-1', 'press-2', 'press-3'].includes(name)) delete machines[name];
      }),
  });
}, 40 * 60_000);

afterAll(async () => {
  await plant?.stop();
  await workDir?.remove();
});

/** Runs the one block of the page that has a text in it, as somebody does who copies it into a shell. */
async function asThePageSays(has: string): Promise<string> {
  const found = blocks.filter((block) => block.includes(has));
  expect(found).toHaveLength(1);
  const [block = ''] = found;
  ran.add(block);
  const { kubeconfig, programs, workDir: home } = plant.controlPlane;
  const env = { PATH: `${dirname(programs.path('kubectl'))}:${process.env.PATH}`, HOME: home, KUBECONFIG: kubeconfig };
  const { stdout } = await run('/bin/sh', ['-euc', block], { env });
  return stdout.trim();
}

interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas: number;
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

const gateway = (name = 'press-1') => plant.controlPlane.api.get<Deployment>(`/apis/apps/v1/namespaces/machines/deployments/${name}`);
const imageOf = ({ spec }: Deployment) => spec.template.spec.containers[0]?.image;
const kustomization = (name: string) =>
  plant.controlPlane.api.get<
    KubernetesObject & { spec: { suspend?: boolean; interval: string }; status: { lastHandledReconcileAt?: string } }
  >(`/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/flux-system/kustomizations/${name}`);

/** Has Kustomizations look now, and waits until they have. */
async function reconciled(...names: string[]): Promise<void> {
  for (const name of names) await plant.flux.reconcile(name);
  for (const name of names) await plant.flux.waitForReady(name);
}

const NEWER = 'telegraf=registry.factory.example.com/library/telegraf:9.9.9-alpine';

describe('what somebody changes by hand', () => {
  /** Changes and deletes objects of all three machines. */
  async function drift(): Promise<void> {
    const { kubectl } = plant.controlPlane;
    await kubectl(['-n', 'machines', 'set', 'image', 'deployment/press-1', NEWER]);
    await kubectl([
      '-n',
      'machines',
      'label',
      '--overwrite',
      'deployment/press-2',
      'app.kubernetes.io/part-of=something-else',
      'example.com/mine=yes',
    ]);
    await kubectl(['-n', 'machines', 'delete', 'deployment/press-3', 'networkpolicy/press-3', '--wait=false']);
  }

  /** What of it is still so. */
  async function drifted(): Promise<string[]> {
    const found = await plant.controlPlane.kubectl(['-n', 'machines', 'get', 'deployments,networkpolicies', '-o', 'name']);
    const [first, second] = [await gateway('press-1'), await gateway('press-2')];
    return [
      ...(imageOf(first)?.includes('9.9.9') ? ['image'] : []),
      ...(second.metadata.labels?.['app.kubernetes.io/part-of'] === 'plant' ? [] : ['label']),
      ...(second.metadata.labels?.['example.com/mine'] === undefined ? [] : ['label that the tree does not have']),
      ...(found.includes('deployment.apps/press-3') ? [] : ['deployment']),
      ...(found.includes('networkpolicy.networking.k8s.io/press-3') ? [] : ['policy']),
    ];
  }

  const machines = ['machine-press-1', 'machine-press-2', 'machine-press-3'];

  test('is undone by one reconciliation, also when it is something deleted', async () => {
    await drift();
    expect(await drifted()).toEqual(['image', 'label', 'label that the tree does not have', 'deployment', 'policy']);
    await reconciled(...machines);
    expect(await drifted()).toEqual([]);
  });

  test('is undone at the interval, without anybody asking', async () => {
    for (const name of [...machines, 'platform', 'data', 'secrets', 'cluster'])
      expect((await kustomization(name)).spec.interval).toBe('10m');
    // Minutes become seconds; by another hand than kubectl's, which Flux would undo.
    for (const name of machines)
      await plant.controlPlane.kubectl([
        '-n',
        'flux-system',
        'patch',
        'kustomization',
        name,
        '--type=merge',
        '--field-manager=test',
        '-p',
        '{"spec":{"interval":"5s"}}',
      ]);
    await Promise.all(machines.map((name) => plant.flux.waitForReady(name)));
    await drift();
    await eventually('what was changed to be undone', 60_000, async () => expect(await drifted()).toEqual([]));
    await reconciled('cluster');
    expect((await kustomization('machine-press-1')).spec.interval).toBe('10m');
  });
});

describe('while the link is down', () => {
  beforeAll(() => plant.git.cut());

  test('what was fetched last is still held', async () => {
    expect(await asThePageSays('get gitrepositories,kustomizations')).toMatch(/gitrepository\S+cluster.*False.*failed to checkout/);
    await plant.controlPlane.kubectl(['-n', 'machines', 'set', 'image', 'deployment/press-1', NEWER]);
    await asThePageSays('requestedAt');
    await plant.flux.waitForReady('machine-press-1');
    expect(imageOf(await gateway())).not.toContain('9.9.9');
  });

  test('a part that is suspended as the page says is left alone, whatever else Flux does', async () => {
    await asThePageSays('"suspend":true');
    await asThePageSays('set image');
    expect(await asThePageSays('suspend==true')).toBe('machine-press-1');
    // Told to look, it takes note of that and does no more.
    await asThePageSays('requestedAt');
    const asked = (await kustomization('machine-press-1')).metadata.annotations?.['reconcile.fluxcd.io/requestedAt'];
    await eventually('Flux to have taken note', 60_000, async () => {
      expect((await kustomization('machine-press-1')).status.lastHandledReconcileAt).toBe(asked);
    });
    await reconciled('cluster', 'platform', 'machine-press-2');
    expect((await kustomization('machine-press-1')).spec.suspend).toBe(true);
    expect(imageOf(await gateway())).toMatch(/:1\.36\.4-alpine$/);
  });

  test('what is resumed before the tree has the change is undone', async () => {
    await asThePageSays('--replicas 0');
    expect((await gateway()).spec.replicas).toBe(0);
    await asThePageSays('"suspend":null');
    await plant.flux.waitForReady('machine-press-1');
    const { spec } = await gateway();
    expect(spec.replicas).toBe(1);
    expect(spec.template.spec.containers[0]?.image).not.toContain('1.36.4');
  });

  test('a suspension by kubectl in its own name is undone by the wiring, which is why the page gives another', async () => {
    const patch = ['-n', 'flux-system', 'patch', 'kustomization', 'machine-press-2', '--type=merge', '-p', '{"spec":{"suspend":true}}'];
    await plant.controlPlane.kubectl(patch);
    expect((await kustomization('machine-press-2')).spec.suspend).toBe(true);
    await reconciled('cluster');
    expect((await kustomization('machine-press-2')).spec.suspend).toBeUndefined();
  });

  test('a source-controller that starts anew has nothing, and then Flux changes nothing', async () => {
    await plant.git.restart();
    await plant.git.isCut();
    await plant.controlPlane.kubectl([
      '-n',
      'machines',
      'label',
      '--overwrite',
      'deployment/press-3',
      'app.kubernetes.io/part-of=something-else',
    ]);
    await plant.flux.reconcile('machine-press-3');
    await eventually('Flux to say that it has nothing to apply', 60_000, async () => {
      const said = await plant.controlPlane.kubectl(['-n', 'flux-system', 'get', 'kustomization', 'machine-press-3']);
      expect(said).toMatch(/False.*artifact not found/);
    });
    const { metadata } = await gateway('press-3');
    expect(metadata.labels?.['app.kubernetes.io/part-of']).toBe('something-else');
    expect(metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('when the link is back', () => {
  test('what was changed on site and is in the tree by then stays as it is, without a restart', async () => {
    await asThePageSays('"suspend":true');
    await asThePageSays('set image');
    const changed = await gateway();
    await changeObject(plant.folder, 'components/machine-press-1/machines/deployment.press-1.yaml', (object) => {
      const { containers } = (object.spec as unknown as Deployment['spec']).template.spec as { containers: { image: string }[] };
      for (const container of containers) container.image = imageOf(changed) ?? '';
    });
    const revision = await plant.git.push('press-1 as it was mended on site');
    await plant.git.mend();
    // All but what is suspended, and what waits for all.
    await plant.settled(['platform', 'data', 'machine-press-2', 'machine-press-3']);
    expect(await asThePageSays('artifact.revision')).toBe(revision);
    expect((await gateway('press-3')).metadata.labels?.['app.kubernetes.io/part-of']).toBe('plant');
    await asThePageSays('"suspend":null');
    await plant.settled(['machine-press-1']);
    const { metadata, spec } = await gateway();
    expect(metadata.generation).toBe(changed.metadata.generation);
    expect(imageOf({ metadata, spec } as Deployment)).toMatch(/:1\.36\.4-alpine$/);
  });

  test('a suspended phase holds up what depends on it from the next commit on', async () => {
    const suspend = (value: boolean | null) =>
      plant.controlPlane.kubectl([
        '-n',
        'flux-system',
        'patch',
        'kustomization',
        'data',
        '--type=merge',
        '--field-manager=break-glass',
        '-p',
        JSON.stringify({ spec: { suspend: value } }),
      ]);
    await suspend(true);
    await changeObject(plant.folder, 'components/machine-press-2/machines/deployment.press-2.yaml', ({ metadata }) => {
      metadata.annotations = { 'example.com/mark': 'later' };
    });
    await plant.git.push('press-2 is marked');
    await plant.settled(['platform']);
    await eventually('press-2 to wait', 60_000, async () => {
      const said = await plant.controlPlane.kubectl(['-n', 'flux-system', 'get', 'kustomization', 'machine-press-2']);
      expect(said).toMatch(/False.*dependency 'flux-system\/data' (?:is not ready|revision is not up to date)/);
    });
    expect((await gateway('press-2')).metadata.annotations?.['example.com/mark']).toBeUndefined();
    await suspend(null);
    await plant.settled(['machine-press-2']);
    expect((await gateway('press-2')).metadata.annotations?.['example.com/mark']).toBe('later');
  });
});

test('an operator of the plant may do none of it', async () => {
  const may = (verb: string, resource: string, namespace: string) =>
    plant.controlPlane
      .kubectl(['auth', 'can-i', verb, resource, '-n', namespace, '--as', 'anna', '--as-group', 'leeds-operators'])
      .then((said) => said.trim())
      .catch((error: Error) => (/no$/.test(error.message) ? 'no' : Promise.reject(error)));
  expect(await may('patch', 'kustomizations.kustomize.toolkit.fluxcd.io', 'flux-system')).toBe('no');
  expect(await may('patch', 'deployments', 'machines')).toBe('no');
  expect(await may('get', 'kustomizations.kustomize.toolkit.fluxcd.io', 'flux-system')).toBe('yes');
});

test('every command of the page was run', () => {
  expect(blocks.length).toBeGreaterThan(6);
  expect(blocks.filter((block) => !ran.has(block))).toEqual([]);
});
