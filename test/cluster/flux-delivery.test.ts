import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { plantManifests } from '../../stacks/manifest/build';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import type { KubernetesObject } from './support/api';
import { appliedOrder } from './support/applied-order';
import { type DeliveredPlant, deliverPlant } from './support/delivered-plant';
import { exampleWith, type LeedsData, onlyPlant } from './support/example-plant';
import { encryptSecrets, makeAgeKey } from './support/sops';
import { changeObject, objectFiles, objectIn, removeObject } from './support/tree-files';

// A commit takes seconds to arrive on a free machine, and a minute or more on one that is busy with other things.
jest.setTimeout(300_000);

let workDir: WorkDir;
let plant: DeliveredPlant;

/** The example's cluster, bare until Flux pulled it from a Git repository. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  plant = await deliverPlant({ programs, workDir: workDir.path, estate: (keys) => exampleWith(keys.cluster, keys.owner) });
}, 40 * 60_000);

afterAll(async () => {
  await plant?.stop();
  await workDir?.remove();
});

/** Objects as they are in the cluster. */
async function live(...args: string[]): Promise<KubernetesObject[]> {
  const answer = JSON.parse(await plant.controlPlane.kubectl(['get', ...args, '-o', 'json'])) as KubernetesObject & {
    items?: KubernetesObject[];
  };
  return answer.items ?? [answer];
}

const textOf = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** Kinds that hold data, or hold what does. */
const KEPT = [
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Secret',
  'StatefulSet',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];

/** Identity of all objects of the kinds that hold data. */
async function identities(): Promise<Record<string, string>> {
  const found = await live(KEPT.join(','), '-A');
  return Object.fromEntries(found.map((object) => [textOf(object), `${object.metadata.uid} ${object.metadata.deletionTimestamp ?? ''}`]));
}

/** The example with another set of machines. */
function leedsWith(change: (machines: LeedsData['machines']) => void): unknown {
  const estate = structuredClone(plant.estate) as { plants: { leeds: LeedsData } };
  change(estate.plants.leeds.machines);
  return estate;
}

const DEPLOYMENT = (machine: string) => `components/machine-${machine}/machines/deployment.${machine}.yaml`;

/** Marks a machine's Deployment in the tree, without touching its pods. */
const mark = (machine: string, as: string) =>
  changeObject(plant.folder, DEPLOYMENT(machine), ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, 'example.com/mark': as };
  });

/** Kustomizations of the machines that are marked. */
const marked = ['machine-press-1', 'machine-press-2'];

const markOf = async (machine: string) =>
  (await live('deployment', machine, '-n', 'machines'))[0]?.metadata.annotations?.['example.com/mark'];

test('everything is applied after all that it depends on', async () => {
  const { needs, early } = await appliedOrder(plant);
  expect(early).toEqual([]);
  // One Kustomization a machine, so that this says something of each.
  const { machines } = (plant.estate as { plants: { leeds: LeedsData } }).plants.leeds;
  for (const machine of Object.keys(machines)) expect(needs[`machine-${machine}`]).toEqual(['data']);
  expect(needs.data).toContain('platform');
});

test('every Secret of the tree arrives decrypted', async () => {
  const wanted: readonly SecretRequirement[] = plantManifests(onlyPlant(structuredClone(plant.estate))).secrets;
  const found = (await live('secrets', '-A')) as (KubernetesObject & { data?: Record<string, string> })[];
  for (const { namespace, name, keys } of wanted) {
    const secret = found.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    expect({ name, keys: Object.keys(secret?.data ?? {}).sort() }).toEqual({ name, keys: [...keys].sort() });
    for (const value of Object.values(secret?.data ?? {})) expect(Buffer.from(value, 'base64').toString()).not.toContain('ENC[');
  }
  expect(wanted.length).toBeGreaterThan(20);
});

test('two commits in quick succession both arrive, whether Flux saw the first or not', async () => {
  await mark('press-1', 'one');
  await plant.git.push('press-1 is marked');
  await mark('press-2', 'two');
  await plant.git.push('press-2 is marked');
  await plant.settled(marked);
  expect([await markOf('press-1'), await markOf('press-2')]).toEqual(['one', 'two']);
});

test('a commit that is reverted leaves nothing behind', async () => {
  await plant.git.revert();
  await plant.settled(marked);
  expect([await markOf('press-1'), await markOf('press-2')]).toEqual(['one', undefined]);
});

test('a branch that was pushed by force is followed, back and sideways', async () => {
  await plant.git.git('reset', '--quiet', '--hard', 'HEAD~1');
  await plant.git.pushByForce();
  await plant.settled(marked);
  expect([await markOf('press-1'), await markOf('press-2')]).toEqual(['one', 'two']);

  await mark('press-2', 'three');
  await plant.git.git('commit', '--quiet', '--all', '--amend', '--message', 'another history');
  await plant.git.pushByForce();
  await plant.settled(marked);
  expect([await markOf('press-1'), await markOf('press-2')]).toEqual(['one', 'three']);
});

test('a removed machine goes with all that runs for it, and what holds its data and its Secrets stays', async () => {
  const kept = await identities();
  const volumes = Object.keys(kept).filter((text) => text.includes('station-3-files'));
  expect(volumes).toHaveLength(2);
  await plant.synth(
    leedsWith((machines) => {
      delete machines['press-4'];
      delete machines['station-3'];
    }),
  );
  await plant.git.push('press-4 and station-3 are gone');
  await plant.settled(['machine-press-3']);
  expect(await plant.kustomizations()).not.toEqual(expect.arrayContaining(['machine-press-4']));
  const kinds = 'deployments,configmaps,serviceaccounts,services,networkpolicies,poddisruptionbudgets';
  const left = (await live(kinds, '-A')).map(textOf);
  expect(left.filter((text) => text.includes('press-4') || text.includes('station-3'))).toEqual([]);
  expect(left).toEqual(
    expect.arrayContaining(['Deployment machines/press-3', 'ConfigMap machines/press-3', 'NetworkPolicy machines/press-3']),
  );
  expect(await identities()).toEqual(kept);
});

/** Kustomizations of what holds data. */
const holders = ['flux-controllers', 'platform', 'secrets', 'data', 'machine-station-1', 'machine-station-2'];

test('nothing that holds data is pruned when its file leaves the tree, and it is taken up again when it returns', async () => {
  const kept = await identities();
  const removed: string[] = [];
  for (const path of objectFiles(plant.folder)) {
    const object = await objectIn(plant.folder, path);
    if (!KEPT.includes(object.kind)) continue;
    await removeObject(plant.folder, path);
    removed.push(object.kind);
  }
  expect([...new Set(removed)].sort()).toEqual(
    expect.arrayContaining(['CustomResourceDefinition', 'Namespace', 'PersistentVolume', 'PersistentVolumeClaim', 'StatefulSet']),
  );
  await rm(join(plant.folder, 'secrets/machines'), { recursive: true });
  // What holds nothing goes in the same commit: Flux did prune.
  await removeObject(plant.folder, 'components/plant-broker/messaging/service.plant-broker.yaml');
  await plant.git.push('nothing that holds data');
  await plant.settled(holders);
  expect(await identities()).toEqual(kept);
  await expect(live('service', 'plant-broker', '-n', 'messaging')).rejects.toThrow(/not found/);
  const inventory = await plant.flux.inventory('data');
  expect(inventory.filter(({ id }) => id.endsWith('StatefulSet'))).toEqual([]);

  await plant.git.revert();
  await plant.settled(holders);
  expect(await identities()).toEqual(kept);
  expect((await plant.flux.inventory('data')).some(({ id }) => id.endsWith('StatefulSet'))).toBe(true);
});

describe('a Secret that cannot be decrypted', () => {
  const file = 'secrets/machines/press-1-client-tls.yaml';

  test.each(['damaged', 'encrypted for another key'])('holds up the Secrets and nothing else: %s', async (how) => {
    const path = join(plant.folder, file);
    expect(existsSync(path)).toBe(true);
    if (how === 'damaged') {
      const text = await readFile(path, 'utf8');
      await writeFile(path, text.replace(/ENC\[AES256_GCM,data:....../, 'ENC[AES256_GCM,data:AAAAAA'));
    } else {
      const { programs } = plant.controlPlane;
      await writeFile(
        path,
        JSON.stringify({
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'press-1-client-tls', namespace: 'machines' },
          stringData: { a: 'b' },
        }),
      );
      await encryptSecrets(programs, (await makeAgeKey(programs)).recipient, path);
    }
    await mark('press-1', how.slice(0, 7));
    const { metadata: before } = (await live('secret', 'press-1-client-tls', '-n', 'machines'))[0] as KubernetesObject;
    await plant.git.push(how);
    expect(await plant.failed('secrets')).toContain('press-1');
    await plant.settled(['platform', 'data', ...marked]);
    expect(await markOf('press-1')).toBe(how.slice(0, 7));
    const [after] = await live('secret', 'press-1-client-tls', '-n', 'machines');
    expect(after?.metadata.resourceVersion).toBe(before.resourceVersion);

    await plant.git.revert();
    await plant.settled(['secrets']);
  });
});

test('a renamed machine is another machine to Flux: the new one is made, the old one goes, its Secrets stay', async () => {
  const former = (await live('deployment', 'press-3', '-n', 'machines'))[0];
  await plant.synth(
    leedsWith((machines) => {
      const { 'press-3': renamed } = machines;
      if (!renamed) throw new Error('the example has no press-3');
      machines['press-33'] = { ...renamed, formerNames: ['press-3'] };
      delete machines['press-3'];
    }),
  );
  await plant.fillSecrets();
  await plant.git.push('press-3 is now press-33');
  await plant.settled();
  await expect(live('deployment', 'press-3', '-n', 'machines')).rejects.toThrow(/not found/);
  const [made] = await live('deployment', 'press-33', '-n', 'machines');
  expect(made?.metadata.uid).not.toBe(former?.metadata.uid);
  expect((await live('secrets', '-n', 'machines')).map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(['press-3-client-tls', 'press-33-client-tls']),
  );
});
