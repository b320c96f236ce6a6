import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, pause } from '../support/wait';
import type { WorkDir } from '../support/work-dir';
import { makeWorkDir } from '../support/work-dir';
import { ageSecret, configMap, node, pod, secret, statefulSet, wiring } from './harness-objects';
import { buildPrograms } from './programs/build';
import type { KubernetesObject } from './support/api';
import { storageClass } from './support/before-git';
import type { ControlPlane } from './support/control-plane';
import { startControlPlane } from './support/control-plane';
import type { Flux } from './support/flux';
import { startFlux } from './support/flux';
import type { KwokNodes } from './support/kwok-nodes';
import { startKwok } from './support/kwok-nodes';
import { makeNamespace } from './support/namespaces';
import type { Pod } from './support/pods';
import { runningPod, unschedulablePod } from './support/pods';
import { encryptSecrets, makeAgeKey } from './support/sops';
import type { VolumeProvisioner } from './support/volumes';
import { startVolumeProvisioner } from './support/volumes';

const buildMinutes = 40;

let workDir: WorkDir;
let controlPlane: ControlPlane;
let kwok: KwokNodes;
let volumes: VolumeProvisioner;

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path });
  kwok = await startKwok(controlPlane, [node('press-shop'), node('paint-shop')]);
  volumes = startVolumeProvisioner(controlPlane.api, 'rancher.io/local-path');
  await controlPlane.apply(storageClass('rancher.io/local-path'));
}, buildMinutes * 60_000);

afterAll(async () => {
  await volumes?.stop();
  await kwok?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

test('a namespace that enforces Pod Security restricted refuses a privileged pod and takes a modest one', async () => {
  await makeNamespace(controlPlane, 'guarded', { 'pod-security.kubernetes.io/enforce': 'restricted' });
  await expect(controlPlane.apply(pod('guarded', 'privileged', { securityContext: { privileged: true } }))).rejects.toThrow(
    /violates PodSecurity "restricted:latest": privileged/,
  );
  await controlPlane.apply(pod('guarded', 'modest'));
  await runningPod(controlPlane, 'guarded', 'modest');
});

test('a pod with a volume claim runs on a node of the stated size, and one that is too large stays Pending', async () => {
  await makeNamespace(controlPlane, 'sized');
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace: 'sized', name: 'data' },
    spec: { storageClassName: 'local-path', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  };
  const fitting = pod('sized', 'fitting', { resources: { requests: { cpu: '3', memory: '6Gi' } } });
  const volume = { name: 'data', persistentVolumeClaim: { claimName: 'data' } };
  await controlPlane.apply(
    claim,
    { ...fitting, spec: { ...fitting.spec, volumes: [volume] } },
    pod('sized', 'too-large', { resources: { requests: { cpu: '5' } } }),
  );

  const { spec } = await runningPod(controlPlane, 'sized', 'fitting');
  const bound = await controlPlane.kubectl(['get', 'pv', '-o', 'jsonpath={.items[*].spec.nodeAffinity}']);
  expect(bound).toContain(spec.nodeName);
  expect(await unschedulablePod(controlPlane, 'sized', 'too-large')).toContain('2 Insufficient cpu');
});

describe('Flux', () => {
  let flux: Flux;
  let tree: string;

  beforeAll(async () => {
    flux = await startFlux({ controlPlane });
    tree = join(workDir.path, 'tree');
    await mkdir(join(tree, 'plant'), { recursive: true });
  });

  afterAll(async () => {
    await flux?.stop();
  });

  test('delivers a folder with an encrypted Secret, changes nothing twice, and prunes only what it may', async () => {
    const { api, programs } = controlPlane;
    const key = await makeAgeKey(programs);
    await makeNamespace(controlPlane, 'delivered');
    await controlPlane.apply(ageSecret(key.identity), ...wiring('plant', './plant'));
    await writeFile(join(tree, 'plant', 'kept.yaml'), configMap('kept', { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }));
    await writeFile(join(tree, 'plant', 'removed.yaml'), configMap('removed'));
    await writeFile(join(tree, 'plant', 'secret.yaml'), secret('broker', 'correct horse'));
    await encryptSecrets(programs, key.recipient, join(tree, 'plant', 'secret.yaml'));

    const revision = await flux.deliver(tree, { gitRepositoryName: 'millwright' });
    expect((await flux.waitForReady('plant')).message).toContain(revision);
    expect((await flux.inventory('plant')).map(({ id }) => id).sort()).toEqual([
      'delivered_broker__Secret',
      'delivered_kept__ConfigMap',
      'delivered_removed__ConfigMap',
    ]);
    const { data } = await api.get<{ data: { password: string } }>('/api/v1/namespaces/delivered/secrets/broker');
    expect(Buffer.from(data.password, 'base64').toString()).toBe('correct horse');

    const before = await versions();
    await flux.reconcile('plant');
    await flux.waitForReady('plant');
    expect(await versions()).toEqual(before);

    await rm(join(tree, 'plant', 'kept.yaml'));
    await rm(join(tree, 'plant', 'removed.yaml'));
    await flux.deliver(tree, { gitRepositoryName: 'millwright' });
    await flux.waitForReady('plant');
    expect(Object.keys(await versions())).toEqual(['ConfigMap/kept', 'Secret/broker']);
  });

  test('reports why a folder cannot be applied', async () => {
    await mkdir(join(tree, 'broken'), { recursive: true });
    await writeFile(join(tree, 'broken', 'UPPER.yaml'), configMap('UPPER'));
    await controlPlane.apply(...wiring('broken', './broken'));
    await flux.deliver(tree, { gitRepositoryName: 'millwright' });
    await expect(flux.waitForReady('broken')).rejects.toThrow(/failed at main@sha1:.*metadata.name: Invalid value: "UPPER"/s);
  });

  async function versions(): Promise<Record<string, string>> {
    const list = await controlPlane.kubectl(['get', 'configmaps,secrets', '-n', 'delivered', '-o', 'json']);
    const { items } = JSON.parse(list) as { items: KubernetesObject[] };
    const own = items.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt');
    return Object.fromEntries(own.map(({ kind, metadata }) => [`${kind}/${metadata.name}`, metadata.resourceVersion ?? '']));
  }
});

test('a lost node goes NotReady, and its StatefulSet pod stays until the node comes back', async () => {
  const { api } = controlPlane;
  await makeNamespace(controlPlane, 'stateful');
  await controlPlane.apply(statefulSet('stateful', 'historian'));
  const first = await runningPod(controlPlane, 'stateful', 'historian-0');
  const path = '/api/v1/namespaces/stateful/pods/historian-0';

  await kwok.loseNode(first.spec.nodeName ?? '');
  await eventually('the pod to be evicted', 30_000, async () => {
    if (!(await api.get<Pod>(path)).metadata.deletionTimestamp) throw new Error('it has no deletion timestamp');
  });
  // Longer than the pod's grace period: a played kubelet would have finished the deletion by now.
  await pause(5_000);
  expect((await api.get<Pod>(path)).metadata.uid).toBe(first.metadata.uid);

  await kwok.returnNode(first.spec.nodeName ?? '');
  await eventually('another pod of that name', 30_000, async () => {
    if ((await api.get<Pod>(path)).metadata.uid === first.metadata.uid) throw new Error('it is still the first');
  });
});
