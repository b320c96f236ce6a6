import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load } from 'js-yaml';
import { BOOTSTRAP_SECRETS, FLUX_NAMESPACE } from '../../infra/flux/names';
import { EDGE_KEYS_OPERATOR, EDGE_SYNC, SEALED_SECRETS } from '../../infra/model/edge-services';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { SEALING_KEY_LABEL, type SealingCertificate, sealingCertificates } from '../../infra/sealed-secrets/certificate';
import { plantManifests } from '../../stacks/manifest/build';
import type { KeyedCertificate } from '../../stacks/secrets/certificate';
import { readExisting } from '../../stacks/secrets/existing';
import { keepingOf } from '../../stacks/secrets/keeping';
import { type SealedSecretObject, sealedSecret } from '../../stacks/secrets/seal';
import { edgeEstate } from '../support/edge-estate';
import { makeSealingPair, unsealed } from '../support/sealing';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms, type Programs } from './programs/build';
import { ApiError, type Condition } from './support/api';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { commandsIn, onlyPlant } from './support/example-plant';
import { type Flux, startFlux } from './support/flux';
import { kubectlFor } from './support/kubectl';
import { type RunningSealedSecrets, startSealedSecrets } from './support/sealed-secrets';
import { type AgeKey, makeAgeKey } from './support/sops';

const run = promisify(execFile);
const PLANT = 'rotherham';
const { zone: NAMESPACE, name: CONTROLLER } = SEALED_SECRETS;
const PRESS = { namespace: 'machines', name: 'press-1-client-tls' };

interface LiveSecret {
  readonly metadata: SealedSecretObject['metadata'] & { readonly uid: string; readonly ownerReferences?: unknown };
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
}
interface LiveSealedSecret extends SealedSecretObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

let programs: Programs;
let workDir: WorkDir;
let controlPlane: ControlPlane;
let flux: Flux;
let controller: RunningSealedSecrets;
let pair: KeyedCertificate;
let certificate: SealingCertificate;
let owner: AgeKey;
/** The plant's folder of the tree. */
let folder: string;
let required: readonly SecretRequirement[];

/** A bare cluster with the owner's key, which Flux fills from a tree that the commands wrote. */
beforeAll(async () => {
  programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  pair = makeSealingPair();
  owner = await makeAgeKey(programs);
  const [found] = sealingCertificates(pair.certificate);
  if (!found) throw new Error('the pair has no certificate');
  certificate = found;

  const estate = edgeEstate((data) => {
    delete data.softGateways;
    data.plants[PLANT].secrets = { sealedWith: pair.certificate, ownerKeys: [owner.recipient] };
    data.plants[PLANT].factoryPlus = { sealedSecrets: true };
    data.plants[PLANT].images = { registry: 'registry.example.com', login: true };
  });
  const commands = commandsIn(workDir.path);
  await writeFile(commands.estateFile, JSON.stringify(estate));
  const { secrets } = plantManifests(onlyPlant(JSON.parse(JSON.stringify(estate))));
  required = secrets.filter(({ source }) => source === 'sealed');
  await commands.millwright('synth');
  await commands.fillSecrets(PLANT, secrets, owner, programs.path('sops'));
  folder = join(commands.out, PLANT);

  // No kubelet tells that its node lives.
  controlPlane = await startControlPlane({ programs, workDir: join(workDir.path, 'first'), scheduler: false, nodeGraceSeconds: 3600 });
  flux = await startFlux({ controlPlane });
  await controlPlane.apply(...ownersKey(), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: BOOTSTRAP_SECRETS.git, namespace: FLUX_NAMESPACE },
    stringData: { username: PLANT, password: 'a test' },
  });
  await controlPlane.kubectl(['apply', '--server-side', '-k', join(folder, 'flux')]);
  await flux.deliver(folder, { gitRepositoryName: 'cluster' });
  await flux.waitForReady('secrets', 180_000);
  controller = await startSealedSecrets(controlPlane, await containerOf(controlPlane));
}, 40 * 60_000);

afterAll(async () => {
  await controller?.stop();
  await flux?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

/** What is there before Flux: the owner's key, in its namespace. */
function ownersKey(): object[] {
  const metadata = { name: certificate.secretName, namespace: NAMESPACE, labels: SEALING_KEY_LABEL };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/tls',
      metadata,
      stringData: { 'tls.crt': certificate.pem, 'tls.key': pair.key },
    },
  ];
}

interface Template {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly [
      { readonly args: readonly string[]; readonly env: readonly { readonly name: string; readonly value: string }[] },
    ];
  };
}

/** The controller's pod, as soon as its Deployment is applied. */
async function templateOf({ api }: ControlPlane): Promise<Template> {
  const path = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/${CONTROLLER}`;
  const { spec } = await eventually('the controller to be applied', 180_000, () => api.get<{ spec: { template: Template } }>(path));
  return spec.template;
}

const containerOf = async (where: ControlPlane) => (await templateOf(where)).spec.containers[0];

interface Id {
  readonly namespace: string;
  readonly name: string;
}
const sealedPath = ({ namespace, name }: Id) => `/apis/bitnami.com/v1alpha1/namespaces/${namespace}/sealedsecrets/${name}`;
const secretPath = ({ namespace, name }: Id) => `/api/v1/namespaces/${namespace}/secrets/${name}`;
const inTree = ({ namespace, name }: Id) =>
  load(readFileSync(join(folder, 'secrets', namespace, `${name}.yaml`), 'utf8')) as SealedSecretObject;
const valuesOf = ({ data }: LiveSecret) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

/** Waits until the controller has said how a SealedSecret went, in its present form. */
const synced = (id: Id, status: 'True' | 'False', { api } = controlPlane) =>
  eventually(`${id.namespace}/${id.name} to be Synced=${status}`, 60_000, async () => {
    const { status: said } = await api.get<LiveSealedSecret>(sealedPath(id));
    const condition = said?.conditions?.find(({ type }) => type === 'Synced');
    if (condition?.status !== status) throw new Error(JSON.stringify(said));
    return condition;
  });

/** A Secret, once it is there and holds what is meant. */
const holding = (id: Id, values: Readonly<Record<string, string>>, { api } = controlPlane) =>
  eventually(`Secret ${id.namespace}/${id.name}`, 60_000, async () => {
    const secret = await api.get<LiveSecret>(secretPath(id));
    if (JSON.stringify(Object.entries(valuesOf(secret)).sort()) !== JSON.stringify(Object.entries(values).sort())) {
      throw new Error(`it has other values, under ${Object.keys(secret.data)}`);
    }
    return secret;
  });

/** What an account may do. */
const may = (account: Id, verb: string, resource: string, namespace: string): Promise<string> => {
  const as = `--as=system:serviceaccount:${account.namespace}:${account.name}`;
  return controlPlane.kubectl(['auth', 'can-i', verb, ...resource.split(' '), as, '-n', namespace]).then(
    (text) => text.trim(),
    // It ends with 1 where the answer is no.
    () => 'no',
  );
};

test('every sealed file of the tree becomes the Secret that is required, with what is said of it', async () => {
  expect(required.length).toBeGreaterThan(6);
  const files = readdirSync(join(folder, 'secrets'), { recursive: true }).filter((name) => String(name).endsWith('.yaml'));
  expect(files.sort()).toEqual(required.map(({ namespace, name }) => join(namespace, `${name}.yaml`)).sort());
  for (const requirement of required) {
    const file = inTree(requirement);
    await synced(requirement, 'True');
    const secret = await holding(requirement, unsealed(file, pair.key));
    expect(secret.type).toBe(requirement.type);
    expect(Object.keys(secret.data).sort()).toEqual([...requirement.keys].sort());
    expect(secret.metadata.labels).toEqual(file.metadata.labels);
    expect(secret.metadata.annotations).toEqual(file.metadata.annotations);
    // It stays when the file, or the definition of its kind, goes.
    expect(secret.metadata.ownerReferences).toBeUndefined();
  }
});

test('what a Secret is sealed for is its name and namespace alone', async () => {
  const { metadata, spec } = inTree(PRESS);
  const elsewhere = [
    { namespace: 'messaging', name: PRESS.name },
    { namespace: PRESS.namespace, name: 'press-9-client-tls' },
  ];
  for (const id of elsewhere) {
    const moved = { ...metadata, ...id };
    const template = { ...spec.template, metadata: moved };
    await controlPlane.apply({ ...inTree(PRESS), metadata: moved, spec: { ...spec, template } });
    expect((await synced(id, 'False')).message).toContain('no key could decrypt secret');
    await expect(controlPlane.api.get(secretPath(id))).rejects.toThrow(ApiError);
    await controlPlane.api.delete(sealedPath(id));
  }
});

test('a Secret that somebody removed comes back, and one whose file changes follows it', async () => {
  const values = unsealed(inTree(PRESS), pair.key);
  const { metadata, type } = await controlPlane.api.get<LiveSecret>(secretPath(PRESS));
  await controlPlane.api.delete(secretPath(PRESS));
  const { metadata: again } = await holding(PRESS, values);
  expect(again.uid).not.toBe(metadata.uid);
  const renewed = { ...values, 'ca.crt': `${values['ca.crt']}# another\n` };
  const { name, namespace, labels, annotations } = inTree(PRESS).metadata;
  const document = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels, annotations },
    type,
    stringData: renewed,
  } as const;
  await controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    stdin: JSON.stringify(sealedSecret(document, certificate)),
  });
  expect((await holding(PRESS, renewed)).metadata.uid).toBe(again.uid);
});

test('a Secret that was there before is left alone until it is handed over', async () => {
  const id = { namespace: 'uplink', name: 'earlier' };
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { ...id, labels: {}, annotations: {} } } as const;
  await controlPlane.apply({ ...secret, stringData: { password: 'from before' } });
  await controlPlane.apply(sealedSecret({ ...secret, stringData: { password: 'sealed' } }, certificate));
  expect((await synced(id, 'False')).message).toContain('already exists and is not managed');
  await holding(id, { password: 'from before' });
  await controlPlane.kubectl(['annotate', 'secret', '-n', id.namespace, id.name, 'sealedsecrets.bitnami.com/managed=true']);
  // Any change of the file has it looked at again.
  await controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    stdin: JSON.stringify(sealedSecret({ ...secret, stringData: { password: 'sealed' } }, certificate)),
  });
  await holding(id, { password: 'sealed' });
});

test('kubeseal opens what millwright seals, and the cluster opens what kubeseal seals with the same certificate', async () => {
  const files = {
    key: join(workDir.path, 'sealing.key'),
    certificate: join(workDir.path, 'sealing.crt'),
    secret: join(workDir.path, 's.yaml'),
  };
  await writeFile(files.key, pair.key, { mode: 0o600 });
  await writeFile(files.certificate, pair.certificate);
  const kubeseal = programs.path('kubeseal');
  const opened = await run('/bin/sh', [
    '-c',
    '"$1" --recovery-unseal --recovery-private-key "$2" -o json < "$3"',
    'sh',
    ...[kubeseal, files.key, join(folder, 'secrets', PRESS.namespace, `${PRESS.name}.yaml`)],
  ]);
  expect(valuesOf(JSON.parse(opened.stdout) as LiveSecret)).toEqual(unsealed(inTree(PRESS), pair.key));

  const id = { namespace: 'uplink', name: 'by-hand' };
  await writeFile(
    files.secret,
    JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: id, type: 'Opaque', stringData: { a: 'by hand' } }),
  );
  const { stdout } = await run('/bin/sh', ['-c', '"$1" --cert "$2" -o yaml < "$3"', 'sh', kubeseal, files.certificate, files.secret]);
  const requirement: SecretRequirement = {
    ...id,
    type: 'Opaque',
    keys: ['a'],
    source: 'sealed',
    content: { kind: 'other', purpose: 'a test' },
  };
  const keeping = keepingOf({ sealedWith: pair.certificate, ownerKeys: [owner.recipient] });
  expect(readExisting(requirement, stdout, keeping)).toEqual({ managed: false, recipients: [] });
  await controlPlane.kubectl(['apply', '--server-side', '--validate=strict', '-f', '-'], { stdin: stdout });
  await holding(id, { a: 'by hand' });
});

describe('the certificate', () => {
  beforeAll(async () => {
    // No kubelet runs the Deployment's pod. One beside it says where the controller listens, and Kubernetes finds it for the Service by its labels.
    const ready = { type: 'Ready', status: 'True' };
    const heartbeat = new Date().toISOString();
    await controlPlane.api.post('/api/v1/nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'here' },
      status: { conditions: [{ ...ready, lastHeartbeatTime: heartbeat, lastTransitionTime: heartbeat }] },
    });
    const { metadata, spec } = await templateOf(controlPlane);
    const [container] = spec.containers;
    const pods = `/api/v1/namespaces/${NAMESPACE}/pods`;
    await controlPlane.api.post(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'running', namespace: NAMESPACE, labels: metadata.labels },
      spec: {
        ...spec,
        nodeName: 'here',
        containers: [{ ...container, ports: [{ name: 'http', containerPort: controller.port, protocol: 'TCP' }] }],
      },
    });
    await controlPlane.api.patch(`${pods}/running/status`, {
      status: {
        phase: 'Running',
        podIP: controller.address,
        podIPs: [{ ip: controller.address }],
        conditions: [ready],
      },
    });
  });

  /** kubeseal as an account of the cluster, by the token of its pods. */
  const fetchAs = async ({ namespace, name }: Id): Promise<string> => {
    const token = (await controlPlane.kubectl(['create', 'token', name, '-n', namespace])).trim();
    const config = JSON.parse(await controlPlane.kubectl(['config', 'view', '--raw', '--flatten', '-o', 'json']));
    config.users[0].user = { token };
    const kubeconfig = join(workDir.path, `${name}.kubeconfig`);
    await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
    const args = ['--fetch-cert', '--controller-namespace', NAMESPACE, '--controller-name', CONTROLLER, '--kubeconfig', kubeconfig];
    return (await run(programs.path('kubeseal'), args, { env: { HOME: workDir.path, PATH: process.env.PATH ?? '' } })).stdout;
  };

  test("is what edge-sync's account gets with kubeseal: the one that the estate names", async () => {
    const account = { namespace: EDGE_SYNC.zone, name: EDGE_SYNC.name };
    const fetched = await eventually('the Service to find the controller', 60_000, () => fetchAs(account));
    expect(sealingCertificates(fetched).map(({ fingerprint }) => fingerprint)).toEqual([certificate.fingerprint]);
  });

  test('is given to no other account', async () => {
    const account = { namespace: EDGE_KEYS_OPERATOR.zone, name: EDGE_KEYS_OPERATOR.name };
    await expect(fetchAs(account)).rejects.toThrow(/cannot get resource .*services/);
  });

  test.each([
    ['get', 'secrets', 'no'],
    ['list', 'secrets', 'no'],
    ['get', 'services/sealed-secrets', 'yes'],
    ['get', 'services/other', 'no'],
    ['get', 'services/http:sealed-secrets:http --subresource=proxy', 'yes'],
    ['create', 'services/http:sealed-secrets:http --subresource=proxy', 'no'],
    ['get', 'services/sealed-secrets --subresource=proxy', 'no'],
    ['get', 'sealedsecrets.bitnami.com', 'no'],
  ])('is all: edge-sync may %s %s there: %s', async (verb, resource, answer) => {
    expect(await may({ namespace: EDGE_SYNC.zone, name: EDGE_SYNC.name }, verb, resource, NAMESPACE)).toBe(answer);
  });
});

test.each([
  ['create', 'secrets', 'machines', 'yes'],
  ['update', 'secrets', 'machines', 'yes'],
  ['delete', 'secrets', 'machines', 'no'],
  ['create', 'sealedsecrets.bitnami.com', 'machines', 'no'],
  ['update', 'sealedsecrets.bitnami.com', 'machines', 'no'],
  ['get', 'secrets', NAMESPACE, 'yes'],
  ['create', 'secrets', NAMESPACE, 'no'],
  ['update', 'secrets', NAMESPACE, 'no'],
  ['get', 'secrets', FLUX_NAMESPACE, 'no'],
  ['create', 'secrets', FLUX_NAMESPACE, 'no'],
  ['get', 'secrets', 'kube-system', 'no'],
  ['list', 'namespaces', 'default', 'no'],
])('the controller may %s %s in %s: %s', async (verb, resource, namespace, answer) => {
  expect(await may({ namespace: NAMESPACE, name: CONTROLLER }, verb, resource, namespace)).toBe(answer);
});

test("without the owner's key it does not start, and makes none of its own", async () => {
  await controller.stop();
  const keys = `/api/v1/namespaces/${NAMESPACE}/secrets?labelSelector=${Object.keys(SEALING_KEY_LABEL)[0]}`;
  const names = async () => (await controlPlane.api.get<{ items: LiveSecret[] }>(keys)).items.map(({ metadata }) => metadata.name);
  expect(await names()).toEqual([certificate.secretName]);
  await controlPlane.api.delete(secretPath({ namespace: NAMESPACE, name: certificate.secretName }));
  await expect(startSealedSecrets(controlPlane, await containerOf(controlPlane))).rejects.toThrow(/cannot create resource "secrets"/);
  expect(await names()).toEqual([]);
});

test("a cluster that is built again has all of it, by the owner's key and the tree", async () => {
  const second = await startControlPlane({ programs, workDir: join(workDir.path, 'second'), scheduler: false });
  let again: RunningSealedSecrets | undefined;
  try {
    const kubectl = kubectlFor(programs, second.kubeconfig, second.workDir);
    await second.apply(...ownersKey());
    for (const component of ['platform', 'sealed-secrets-crd', 'sealed-secrets']) {
      await kubectl(['apply', '--server-side', '--force-conflicts', '-k', join(folder, 'components', component)]);
    }
    await kubectl(['wait', '--for=condition=Established', '--timeout=60s', 'crd/sealedsecrets.bitnami.com']);
    again = await startSealedSecrets(second, await containerOf(second));
    await kubectl(['apply', '--server-side', '--validate=strict', '-R', '-f', join(folder, 'secrets')]);
    for (const requirement of required) await holding(requirement, unsealed(inTree(requirement), pair.key), second);
  } finally {
    await again?.stop();
    await second.stop();
  }
});
