import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { kubeNode } from '../../infra/placement/kube-node';
import { FLUX_NAMESPACE } from '../../stacks/flux/wiring';
import { plantManifests } from '../../stacks/manifest/build';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { pod } from './harness-objects';
import { buildPrograms } from './programs/build';
import type { KubernetesObject } from './support/api';
import { bootstrapSecrets, storageClass } from './support/before-git';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { dryRun } from './support/dry-run';
import { type RenderedExample, type TreeOnDisk, treeOnDisk } from './support/example-plant';
import { type ExpectedWorkload, expectedWorkloads } from './support/expected-pods';
import { type Flux, startFlux } from './support/flux';
import { type KwokNodes, startKwok } from './support/kwok-nodes';
import type { Pod } from './support/pods';
import { makeAgeKey } from './support/sops';
import { startVolumeProvisioner, type VolumeProvisioner } from './support/volumes';

const buildMinutes = 40;
/** Kustomizations: `machines` is ready when what applies each machine is. */
const phases = ['cluster', 'flux-controllers', 'platform', 'secrets', 'data', 'machine-press-1', 'machines'];

/** What each phase needs before it. */
const needs: Readonly<Record<string, string>> = {
  secrets: 'platform',
  data: 'platform',
  'machine-press-1': 'data',
  machines: 'machine-press-1',
};

let workDir: WorkDir;
let controlPlane: ControlPlane;
let kwok: KwokNodes;
let volumes: VolumeProvisioner;
let flux: Flux;
let tree: TreeOnDisk;
let rendered: RenderedExample;
let zones: string[];
let workloads: readonly ExpectedWorkload[];
/** Phases that were seen ready, and whether what they need was ready then. */
const seenReady: Record<string, boolean> = {};

/** Everything below was made on a real API server by Flux's real controller, from what the commands wrote to disk. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path });
  const keys = { cluster: await makeAgeKey(programs), owner: await makeAgeKey(programs) };
  tree = await treeOnDisk(workDir.path, keys, programs.path('sops'));
  rendered = await tree.synth();
  const objects = plantManifests(rendered.plant).entries.map((entry) => entry.object);
  zones = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  workloads = expectedWorkloads(objects, rendered.plant.nodes.length);
  await tree.fillSecrets();

  kwok = await startKwok(controlPlane, rendered.plant.nodes.map(kubeNode));
  volumes = startVolumeProvisioner(controlPlane.api, 'rancher.io/local-path');
  flux = await startFlux({ controlPlane });
  // What a plant's cluster has before Git: a storage class, the cluster's own key and the repository's credentials.
  await controlPlane.apply(storageClass('rancher.io/local-path'), ...bootstrapSecrets(keys.cluster.identity, 'leeds'));
  await controlPlane.kubectl(['apply', '--server-side', '--validate=strict', '-k', join(tree.folder, 'flux')]);
  await flux.deliver(tree.folder, { gitRepositoryName: 'cluster' });
  await Promise.all(
    phases.map(async (name) => {
      await flux.waitForReady(name, 180_000);
      const before = needs[name];
      seenReady[name] = before === undefined || (await wasReady(before));
    }),
  );
}, buildMinutes * 60_000);

afterAll(async () => {
  await flux?.stop();
  await volumes?.stop();
  await kwok?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

test('every object passes a server-side dry run with strict validation', async () => {
  const objects = plantManifests(rendered.plant).entries.map((entry) => entry.object);
  expect(await dryRun(controlPlane, objects)).toHaveLength(objects.length);
  const misspelt = { ...objects[0], spec: { millwrightMisspelt: true } };
  await expect(
    controlPlane.kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'], {
      stdin: JSON.stringify(misspelt),
    }),
  ).rejects.toThrow(/field not declared in schema/);
});

test('every Kustomization becomes ready, each after those it depends on', () => {
  expect(seenReady).toEqual(Object.fromEntries(phases.map((name) => [name, true])));
});

test("every pod runs on a node of the model, the broker's servers apart, and only what names the specialised node is on it", async () => {
  const pods = await allRun();
  const brokers = pods
    .filter((candidate) => candidate.metadata.name.startsWith('plant-broker-'))
    .map((candidate) => candidate.spec.nodeName);
  expect(brokers.sort()).toEqual(['a1', 'a2', 'b1']);
  const onPanel = pods.filter((candidate) => candidate.spec.nodeName === 'b2').map(workloadOf);
  const meant = workloads
    .filter(({ kind, node }) => kind === 'DaemonSet' || node === 'b2')
    .map(({ namespace, name }) => `${namespace}/${name}`);
  expect(onPanel.sort()).toEqual(meant.sort());
  expect(meant).toContain('machines/lathe-2');
});

test('the namespaces refuse a privileged pod', async () => {
  for (const zone of zones.filter((name) => name !== 'logs')) {
    await expect(controlPlane.apply(pod(zone, 'privileged', { securityContext: { privileged: true } }))).rejects.toThrow(
      /violates PodSecurity "restricted:v1.34"/,
    );
  }
});

test('Secrets arrive decrypted with every key that the model requires', async () => {
  for (const secret of rendered.secrets) {
    const { type, data } = await controlPlane.api.get<{ type: string; data: Record<string, string> }>(
      `/api/v1/namespaces/${secret.namespace}/secrets/${secret.name}`,
    );
    expect({ type, keys: Object.keys(data).sort() }).toEqual({ type: secret.type, keys: [...secret.keys].sort() });
    for (const value of Object.values(data)) expect(Buffer.from(value, 'base64').toString()).not.toContain('ENC[');
  }
});

test('viewers see no Secret, operators restart pods, and neither changes anything else', async () => {
  const may = async (group: string, verb: string, resource: string, namespace = 'machines') => {
    const [kind = '', subresource] = resource.split('/');
    const answer = await controlPlane
      .kubectl([
        'auth',
        'can-i',
        verb,
        kind,
        ...(subresource ? ['--subresource', subresource] : []),
        '--namespace',
        namespace,
        '--as',
        'somebody',
        '--as-group',
        group,
      ])
      .catch((error: Error) => error.message);
    return answer.trim() === 'yes';
  };
  const cases: [string, string, string, boolean][] = [
    ['leeds-viewers', 'get', 'pods', true],
    ['leeds-viewers', 'get', 'pods/log', true],
    ['leeds-viewers', 'delete', 'pods', false],
    ['leeds-viewers', 'get', 'secrets', false],
    ['leeds-operators', 'delete', 'pods', true],
    ['leeds-operators', 'create', 'pods/eviction', true],
    ['leeds-operators', 'get', 'secrets', false],
    ['leeds-operators', 'patch', 'deployments', false],
    ['leeds-operators', 'create', 'pods/exec', false],
    ['leeds-operators', 'patch', 'kustomizations.kustomize.toolkit.fluxcd.io', false],
    ['strangers', 'get', 'pods', false],
  ];
  const answers = await Promise.all(
    cases.map(async ([group, verb, resource]) => [group, verb, resource, await may(group, verb, resource)]),
  );
  expect(answers).toEqual(cases);
  expect(await may('leeds-operators', 'get', 'pods', 'kube-system')).toBe(false);
});

test('a second reconciliation changes no object', async () => {
  // A server that has been ready for ten seconds is written down as available.
  await eventually('every server of the broker to be available', 60_000, async () => {
    const { status } = await controlPlane.api.get<{ status: { availableReplicas?: number } }>(
      '/apis/apps/v1/namespaces/messaging/statefulsets/plant-broker',
    );
    expect(status.availableReplicas).toBe(3);
  });
  const before = await versions();
  expect(Object.keys(before).length).toBeGreaterThan(60);
  for (const name of phases) await flux.reconcile(name);
  for (const name of phases) await flux.waitForReady(name);
  expect(await versions()).toEqual(before);
});

test('when the node of the data publisher is lost everything that may move runs elsewhere, and the broker keeps its majority', async () => {
  const before = await allRun();
  const { nodeName: lost = '' } = before.find((candidate) => candidate.metadata.name.startsWith('data-publisher'))?.spec ?? {};
  // A pod stays with its volume, and one of a StatefulSet until somebody says that the node will not return.
  const stuck = before.filter((candidate) => candidate.spec.nodeName === lost).map(workloadOf);
  const wanted = workloads.flatMap(({ kind, namespace, name, pods: count, node, bound }) => {
    const moves = kind === 'Deployment' && !bound && node !== lost;
    const gone = moves ? 0 : stuck.filter((text) => text === `${namespace}/${name}`).length;
    return Array<string>(count - gone).fill(`${namespace}/${name}`);
  });
  expect(wanted.filter((text) => text === 'messaging/plant-broker')).toHaveLength(2);
  await kwok.loseNode(lost);
  await eventually('everything that may move to run on another node', 120_000, async () => {
    const alive = (await pods()).filter((candidate) => candidate.spec.nodeName !== lost && isRunning(candidate)).map(workloadOf);
    if (JSON.stringify(alive.sort()) !== JSON.stringify([...wanted].sort())) throw new Error(`there run ${alive.join(', ')}`);
  });
  await kwok.returnNode(lost);
  await allRun();
}, 300_000);

test('a removed machine is pruned, its Secret stays, and nothing that holds data is touched', async () => {
  const kept = await identities();
  await tree.synth((leeds) => {
    delete leeds.machines['press-4'];
  });
  await flux.deliver(tree.folder, { gitRepositoryName: 'cluster' });
  for (const name of phases) await flux.waitForReady(name, 180_000);

  const left = () =>
    controlPlane.kubectl(['get', 'deployments,configmaps,serviceaccounts,networkpolicies', '-n', 'machines', '-o', 'name']);
  await eventually('the objects of the removed machine to go with their Kustomization', 60_000, async () => {
    if ((await left()).includes('press-4')) throw new Error('they are still there');
  });
  expect(await left()).toContain('press-3');
  expect(await identities()).toEqual(kept);
  await eventually('the pod of the removed machine to end', 60_000, async () => {
    if ((await pods()).some((candidate) => candidate.metadata.name.startsWith('press-4'))) throw new Error('it is still there');
  });
});

test('namespaces, the broker and its volumes stay even when their files leave the tree', async () => {
  const kept = await identities();
  const without = join(workDir.path, 'without');
  await cp(tree.folder, without, { recursive: true });
  await rm(join(without, 'components/plant-broker'), { recursive: true });
  await withoutResources(join(without, 'flux/phases/data/kustomization.yaml'), (resource) => resource.endsWith('plant-broker'));
  await withoutResources(join(without, 'components/platform/kustomization.yaml'), (resource) => resource.includes('/namespace.'));
  await rm(join(without, 'secrets'), { recursive: true });
  await cp(join(tree.folder, 'secrets/uplink'), join(without, 'secrets/uplink'), { recursive: true });
  await flux.deliver(without, { gitRepositoryName: 'cluster' });
  for (const name of phases) await flux.waitForReady(name, 180_000);

  expect(await identities()).toEqual(kept);
  // What holds nothing did go: the test would see it if Flux had done nothing at all.
  await expect(controlPlane.kubectl(['get', 'service', 'plant-broker', '-n', 'messaging'])).rejects.toThrow(/not found/);
});

/** Whether a Kustomization has been ready, though it may be at work anew. */
async function wasReady(name: string): Promise<boolean> {
  const { status } = await controlPlane.api.get<{ status?: { lastAppliedRevision?: string } }>(
    `/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${FLUX_NAMESPACE}/kustomizations/${name}`,
  );
  return status?.lastAppliedRevision !== undefined;
}

/** Pods of the plant's own, without those that a Job started. */
async function pods(): Promise<Pod[]> {
  const lists = await Promise.all(zones.map((zone) => controlPlane.api.get<{ items: Pod[] }>(`/api/v1/namespaces/${zone}/pods`)));
  return lists.flatMap((list) => list.items).filter(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === undefined);
}

function isRunning(candidate: Pod): boolean {
  return candidate.status?.phase === 'Running' && candidate.metadata.deletionTimestamp === undefined;
}

const workloadOf = ({ metadata }: Pod) => `${metadata.namespace}/${metadata.labels?.['app.kubernetes.io/name']}`;

/** Waits until just the pods run that the rendered workloads ask for. */
async function allRun(): Promise<Pod[]> {
  const wanted = workloads.flatMap(({ namespace, name, pods: count }) => Array<string>(count).fill(`${namespace}/${name}`)).sort();
  return await eventually(`${wanted.length} pods to run`, 120_000, async () => {
    const found = await pods();
    const running = found.filter(isRunning).map(workloadOf).sort();
    if (JSON.stringify(running) !== JSON.stringify(wanted)) throw new Error(`of ${wanted.join(', ')} there run ${running.join(', ')}`);
    return found;
  });
}

/** Version of everything that Flux applied, but for what its controllers write into its status. */
async function versions(): Promise<Record<string, string>> {
  const kinds =
    'clusterroles,clusterrolebindings,priorityclasses,namespaces,configmaps,secrets,serviceaccounts,services,deployments,daemonsets,statefulsets,networkpolicies,poddisruptionbudgets,resourcequotas,rolebindings';
  const { items } = JSON.parse(await controlPlane.kubectl(['get', kinds, '-A', '-o', 'json', '--show-managed-fields=false'])) as {
    items: (KubernetesObject & { spec?: unknown })[];
  };
  const own = items.filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'millwright');
  return Object.fromEntries(
    own.map((object) => [
      `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
      object.metadata.resourceVersion ?? '',
    ]),
  );
}

/** Identity of everything that holds data, or holds what does. */
async function identities(): Promise<Record<string, string>> {
  const { items } = JSON.parse(
    await controlPlane.kubectl(['get', 'namespaces,persistentvolumeclaims,persistentvolumes,statefulsets,secrets', '-A', '-o', 'json']),
  ) as { items: KubernetesObject[] };
  const own = items.filter(({ kind, metadata }) => zones.includes(metadata.namespace ?? metadata.name) || kind === 'PersistentVolume');
  expect(own.filter(({ kind }) => kind === 'PersistentVolumeClaim').length).toBeGreaterThanOrEqual(3);
  return Object.fromEntries(
    own
      .map((object) => [
        `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
        `${object.metadata.uid} ${object.metadata.deletionTimestamp ?? ''}`,
      ])
      .sort(),
  );
}

async function withoutResources(file: string, leave: (resource: string) => boolean): Promise<void> {
  const content = load(await readFile(file, 'utf8')) as { resources: string[] };
  const resources = content.resources.filter((resource) => !leave(resource));
  expect(resources.length).toBeLessThan(content.resources.length);
  await writeFile(file, dump({ ...content, resources }));
}
