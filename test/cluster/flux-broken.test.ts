import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { edgeEstate } from '../support/edge-estate';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import type { KubernetesObject } from './support/api';
import { appliedOrder } from './support/applied-order';
import { type DeliveredPlant, deliverPlant } from './support/delivered-plant';
import { makeKeys } from './support/key-operator';
import { changeObject, type EditedObject } from './support/tree-files';

// A commit takes seconds to arrive on a free machine, and a minute or more on one that is busy with other things.
jest.setTimeout(300_000);

let workDir: WorkDir;
let plant: DeliveredPlant;

/** A small plant under Factory+: a machine that Telegraf reads, and two with edge agents. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  plant = await deliverPlant({
    programs,
    workDir: workDir.path,
    estate: ({ cluster, owner }) =>
      edgeEstate((estate) => {
        estate.plants.rotherham.secrets = { clusterKey: cluster, ownerKeys: [owner] };
      }),
  });
  await plant.controlPlane.apply(...policy);
  await eventually('the policy to be in force', 60_000, async () => {
    const refused = ['label', 'deployment/press-1', '-n', 'machines', 'example.com/refused=yes', '--dry-run=server'];
    await expect(plant.controlPlane.kubectl(refused)).rejects.toThrow(/the plant refuses this/);
  });
}, 40 * 60_000);

afterAll(async () => {
  await plant?.stop();
  await workDir?.remove();
});

/** A policy of the cluster's owner, which Millwright knows nothing of. */
const policy = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'owner' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }],
      },
      validations: [
        {
          expression: "!has(object.metadata.labels) || !('example.com/refused' in object.metadata.labels)",
          message: 'the plant refuses this',
        },
      ],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'owner' },
    spec: { policyName: 'owner', validationActions: ['Deny'] },
  },
];

const BROKEN = 'components/machine-cell-1/factory-plus/deployment.edge-agent-cell-1.yaml';

const AGENT = '/apis/apps/v1/namespaces/factory-plus/deployments/edge-agent-cell-1';

/** What the same commit changes elsewhere: an object of each phase. */
const ELSEWHERE = [
  {
    kustomization: 'platform',
    path: 'components/platform/machines/resourcequota.zone-quota.yaml',
    live: '/api/v1/namespaces/machines/resourcequotas/zone-quota',
  },
  {
    kustomization: 'data',
    path: 'components/plant-broker/messaging/service.plant-broker.yaml',
    live: '/api/v1/namespaces/messaging/services/plant-broker',
  },
  {
    kustomization: 'factory-plus',
    path: 'components/factory-plus-operators/factory-plus/kerberoskey.op1sync.yaml',
    live: '/apis/factoryplus.app.amrc.co.uk/v1/namespaces/factory-plus/kerberos-keys/op1sync',
  },
  {
    kustomization: 'machine-press-1',
    path: 'components/machine-press-1/machines/deployment.press-1.yaml',
    live: '/apis/apps/v1/namespaces/machines/deployments/press-1',
  },
  {
    kustomization: 'machine-meter-1',
    path: 'components/machine-meter-1/factory-plus/deployment.edge-agent-meter-1.yaml',
    live: '/apis/apps/v1/namespaces/factory-plus/deployments/edge-agent-meter-1',
  },
];

test('everything is applied after all that it depends on', async () => {
  const { needs, early } = await appliedOrder(plant);
  expect(early).toEqual([]);
  expect([needs['machine-cell-1'], needs['factory-plus']]).toEqual([['data'], ['platform']]);
});

test('with the keys that the operators make, every Secret that a pod needs is there, and Flux leaves those keys alone', async () => {
  const { api } = plant.controlPlane;
  const made = await makeKeys(api);
  expect(made.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(
    expect.arrayContaining(['factory-plus/edge-agent-secrets.cell-1', 'flux-system/git-credentials']),
  );
  const { items: pods } = await api.get<{ items: readonly PodWithSecrets[] }>('/api/v1/pods');
  const { items: secrets } = await api.get<{ items: readonly KubernetesObject[] }>('/api/v1/secrets');
  const there = secrets.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const needed = pods.flatMap(secretsOf);
  expect(needed).toEqual(expect.arrayContaining(['factory-plus/krb-keys-keytabs', 'machines/press-1-client-tls']));
  // The operators' own key is what bootstrap makes.
  expect([...new Set(needed.filter((secret) => !there.includes(secret)))]).toEqual(['factory-plus/krb-keys-keytabs']);

  for (const name of ['cluster', 'factory-plus', 'machine-cell-1']) await plant.flux.reconcile(name);
  for (const name of ['cluster', 'factory-plus', 'machine-cell-1']) await plant.flux.waitForReady(name);
  for (const { metadata } of made) {
    const now = await api.get<KubernetesObject>(`/api/v1/namespaces/${metadata.namespace}/secrets/${metadata.name}`);
    expect(now.metadata.resourceVersion).toBe(metadata.resourceVersion);
  }
});

test('a field that the cluster does not know is left out in silence: nothing but a strict dry run tells', async () => {
  const before = (await plant.controlPlane.api.get<KubernetesObject>(AGENT)).metadata;
  await changeObject(plant.folder, BROKEN, ({ spec }) => {
    spec.replicsa = 1;
  });
  await plant.git.push('a misspelt field');
  await plant.settled(['machine-cell-1']);
  const { metadata, spec } = await plant.controlPlane.api.get<KubernetesObject & { spec: object }>(AGENT);
  expect(spec).not.toHaveProperty('replicsa');
  expect(metadata.generation).toBe(before.generation);
  await expect(
    plant.controlPlane.kubectl(['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', join(plant.folder, BROKEN)]),
  ).rejects.toThrow(/replicsa.*field not declared in schema/);
  await plant.git.revert();
});

interface PodWithSecrets extends KubernetesObject {
  readonly spec: {
    readonly volumes?: readonly { readonly secret?: { readonly secretName: string; readonly optional?: boolean } }[];
    readonly containers: readonly {
      readonly env?: readonly { readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string; readonly optional?: boolean } } }[];
    }[];
  };
}

/** Secrets without which a pod does not start. */
function secretsOf({ metadata, spec }: PodWithSecrets): string[] {
  const mounted = (spec.volumes ?? []).flatMap(({ secret }) => (secret && !secret.optional ? [secret.secretName] : []));
  const read = spec.containers.flatMap(({ env = [] }) =>
    env.flatMap(({ valueFrom }) => (valueFrom?.secretKeyRef && !valueFrom.secretKeyRef.optional ? [valueFrom.secretKeyRef.name] : [])),
  );
  return [...mounted, ...read].map((name) => `${metadata.namespace}/${name}`);
}

/** Ways to break an object, and what its Kustomization must then say. */
const ways: { how: string; change?: (object: EditedObject) => void; text?: string; says: RegExp }[] = [
  { how: 'a file that is not YAML', text: 'kind: [Deployment\n', says: /edge-agent-cell-1/ },
  {
    how: 'a value that is not allowed',
    change: ({ spec }) => {
      spec.replicas = -1;
    },
    says: /Deployment\/factory-plus\/edge-agent-cell-1.*spec\.replicas.*must be greater than or equal to 0/s,
  },
  {
    how: 'a field that cannot be changed',
    change: ({ spec }) => {
      const { matchLabels } = spec.selector as { matchLabels: Record<string, string> };
      const { metadata } = spec.template as { metadata: { labels: Record<string, string> } };
      matchLabels['example.com/new'] = 'yes';
      metadata.labels['example.com/new'] = 'yes';
    },
    says: /Deployment\/factory-plus\/edge-agent-cell-1.*field is immutable/s,
  },
  {
    how: 'a kind that the cluster does not have',
    change: (object) => {
      object.apiVersion = 'example.com/v1';
      object.kind = 'Nothing';
    },
    says: /Nothing\/factory-plus\/edge-agent-cell-1.*no matches for kind "Nothing"/s,
  },
  {
    how: 'an object that a policy of the cluster refuses',
    change: ({ metadata }) => {
      metadata.labels = { ...metadata.labels, 'example.com/refused': 'yes' };
    },
    says: /Deployment\/factory-plus\/edge-agent-cell-1.*the plant refuses this/s,
  },
];

test.each(ways)(
  "$how holds up its machine's Kustomization and no other, and the next commit mends it",
  async ({ how, change, text, says }) => {
    const { api } = plant.controlPlane;
    const read = () => api.get<KubernetesObject>(AGENT);
    const before = (await read()).metadata;
    if (change) await changeObject(plant.folder, BROKEN, change);
    else await writeFile(join(plant.folder, BROKEN), text ?? '');
    const mark = how.replaceAll(' ', '-');
    for (const { path } of ELSEWHERE) {
      await changeObject(plant.folder, path, ({ metadata }) => {
        metadata.annotations = { ...metadata.annotations, 'example.com/mark': mark };
      });
    }
    await plant.git.push(how);
    await plant.settled(ELSEWHERE.map(({ kustomization }) => kustomization));
    for (const { live } of ELSEWHERE) expect((await api.get<KubernetesObject>(live)).metadata.annotations?.['example.com/mark']).toBe(mark);
    expect(await plant.failed('machine-cell-1')).toMatch(says);
    // The agent runs on as it was.
    const { metadata } = await read();
    expect({ uid: metadata.uid, generation: metadata.generation }).toEqual({ uid: before.uid, generation: before.generation });

    await plant.git.revert();
    await plant.settled(['machine-cell-1']);
  },
);
