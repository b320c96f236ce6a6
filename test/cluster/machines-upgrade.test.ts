import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { checkEstate } from '../../infra/estate/check';
import type { Plant } from '../../infra/model/plant';
import { kubeNode } from '../../infra/placement/kube-node';
import { fluxTree } from '../../stacks/flux/tree';
import { MACHINES } from '../../stacks/flux/wiring';
import { plantManifests } from '../../stacks/manifest/build';
import { exampleEstate } from '../support/estates';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import type { KubernetesObject } from './support/api';
import { storageClass } from './support/before-git';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { type Flux, startFlux } from './support/flux';
import { type KwokNodes, startKwok } from './support/kwok-nodes';
import { startVolumeProvisioner, type VolumeProvisioner } from './support/volumes';

/** The tree of the last version in which one Kustomization applied all machines. */
const BEFORE = join(__dirname, '../golden/0.4.0/leeds');

const KINDS = 'deployments,daemonsets,configmaps,services,serviceaccounts,networkpolicies,roles,rolebindings,persistentvolumeclaims';

let workDir: WorkDir;
let controlPlane: ControlPlane;
let kwok: KwokNodes;
let volumes: VolumeProvisioner;
let flux: Flux;
let plant: Plant;

/** The example without one of its machines, whose tree comes with the upgrade. */
function examplePlantWithout(machine?: string): Plant {
  const estate = exampleEstate();
  if (machine) delete estate.plants.leeds.machines[machine];
  const { plants, problems } = checkEstate(estate);
  const [found] = plants;
  if (!found) throw new Error(JSON.stringify(problems, null, 2));
  return found;
}

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path });
  plant = examplePlantWithout();
  kwok = await startKwok(controlPlane, plant.nodes.map(kubeNode));
  volumes = startVolumeProvisioner(controlPlane.api, 'rancher.io/local-path');
  flux = await startFlux({ controlPlane });
  await controlPlane.apply(storageClass('rancher.io/local-path'));
  await controlPlane.kubectl(['apply', '--server-side', '-k', join(BEFORE, 'flux')]);
  await flux.deliver(BEFORE, { gitRepositoryName: 'cluster' });
  await flux.waitForReady(MACHINES, 240_000);
}, 40 * 60_000);

afterAll(async () => {
  await flux?.stop();
  await volumes?.stop();
  await kwok?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

test('a plant whose machines were applied together is upgraded with a commit: nothing that runs is made anew, and what left the tree with it goes', async () => {
  const before = await identities();
  expect((await flux.inventory(MACHINES)).length).toBeGreaterThan(60);

  const smaller = examplePlantWithout('press-4');
  await deliver(smaller);
  // The object of the old version first knows a folder that is not there any more, and does nothing.
  await flux.waitForReady(MACHINES, 240_000);
  expect(await flux.inventory(MACHINES)).toEqual([]);

  const after = await identities();
  const gone = Object.keys(before).filter((name) => after[name] === undefined);
  expect(gone.sort()).toEqual(
    [
      ...['ConfigMap', 'Deployment', 'NetworkPolicy', 'ServiceAccount'].map((kind) => `${kind} machines/press-4`),
      ...['Deployment', 'NetworkPolicy', 'Service', 'ServiceAccount'].map((kind) => `${kind} agents/press-4`),
    ].sort(),
  );
  const kept = Object.keys(before).filter((name) => after[name] !== undefined);
  expect(Object.fromEntries(kept.map((name) => [name, after[name]]))).toEqual(Object.fromEntries(kept.map((name) => [name, before[name]])));
  expect((await flux.inventory('machine-press-1')).map(({ id }) => id).sort()).toEqual([
    'machines_press-1__ConfigMap',
    'machines_press-1__ServiceAccount',
    'machines_press-1_apps_Deployment',
    'machines_press-1_networking.k8s.io_NetworkPolicy',
  ]);
}, 300_000);

test('a machine that leaves the tree later goes with its Kustomization, and the others stay as they are', async () => {
  const before = await identities();
  await deliver(examplePlantWithout('furnace-1'));
  await flux.waitForReady(MACHINES, 240_000);
  await eventually('furnace-1 to be gone', 60_000, async () => {
    if (Object.keys(await identities()).some((name) => name.endsWith(' machines/furnace-1'))) throw new Error('it is still there');
  });
  const after = await identities();
  const kept = Object.keys(after).filter((name) => before[name] !== undefined);
  expect(Object.fromEntries(kept.map((name) => [name, after[name]]))).toEqual(Object.fromEntries(kept.map((name) => [name, before[name]])));
  expect(kept.length).toBeGreaterThan(60);
}, 300_000);

test('what waits for the machines takes nothing along when it is deleted', async () => {
  const before = await identities();
  await controlPlane.kubectl(['-n', 'flux-system', 'delete', 'kustomization', MACHINES, '--timeout=60s']);
  expect(await identities()).toEqual(before);
  await flux.reconcile('cluster');
  await flux.waitForReady('cluster');
  await flux.waitForReady(MACHINES, 120_000);
});

test('on the way back nothing is made anew either, once what applies each machine is suspended as docs/flux.md says', async () => {
  const before = await identities();
  const page = readFileSync(join(__dirname, '../../docs/flux.md'), 'utf8');
  const [, command = ''] = /## Back to 0\.4[\s\S]*?```sh\n([\s\S]*?)```/.exec(page) ?? [];
  const shell = promisify(execFile)('sh', ['-eu', '-c', `kubectl() { "$KUBECTL" --kubeconfig "$KUBECONFIG" "$@"; }\n${wrapped(command)}`], {
    env: { ...process.env, KUBECTL: controlPlane.programs.path('kubectl'), KUBECONFIG: controlPlane.kubeconfig },
  });
  expect((await shell).stdout.trim().split('\n').length).toBeGreaterThan(15);

  await flux.deliver(BEFORE, { gitRepositoryName: 'cluster' });
  await eventually('the Kustomizations of the machines to be gone', 120_000, async () => {
    const left = await controlPlane.kubectl(['-n', 'flux-system', 'get', 'kustomizations', '-o', 'name']);
    if (/machine-|agent-/.test(left)) throw new Error(left);
  });
  await flux.reconcile(MACHINES);
  await flux.waitForReady(MACHINES, 240_000);
  const after = await identities();
  expect(Object.fromEntries(Object.keys(before).map((name) => [name, after[name]]))).toEqual(before);
  expect((await flux.inventory(MACHINES)).length).toBeGreaterThan(60);
}, 300_000);

/** A command of the page, which calls kubectl by its name, also through xargs. */
function wrapped(command: string): string {
  return command.replace('xargs -I {} kubectl', 'xargs -I {} "$KUBECTL" --kubeconfig "$KUBECONFIG"');
}

/** Writes a plant's tree as a commit of its own. */
async function deliver(of: Plant): Promise<void> {
  const folder = join(workDir.path, 'tree');
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of fluxTree(plantManifests(of), of)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  await flux.deliver(folder, { gitRepositoryName: 'cluster' });
}

/** Identity of everything of the plant's own, and that nobody is deleting it. */
async function identities(): Promise<Record<string, string>> {
  const { items } = JSON.parse(await controlPlane.kubectl(['get', KINDS, '-A', '-o', 'json'])) as { items: KubernetesObject[] };
  return Object.fromEntries(
    items
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/managed-by'] === 'millwright')
      .map(({ kind, metadata }) => [
        `${kind} ${metadata.namespace}/${metadata.name}`,
        `${metadata.uid} ${metadata.deletionTimestamp === undefined ? '' : 'is being deleted'}`,
      ]),
  );
}
