import { App, Chart } from 'cdk8s';
import { Identity } from '../../constructs/central/identity';
import { KerberosKeysOperator } from '../../constructs/central/kerberos-keys-operator';
import { FactoryPlusCrds } from '../../constructs/kube/factory-plus-crds';
import { WITHOUT_TOKEN } from '../../constructs/kube/without-token';
import { CUSTOM_RESOURCES, FACTORY_PLUS_GROUP } from '../../infra/factory-plus/crds';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { exampleCentral } from '../support/centre';
import { eventually } from '../support/wait';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms } from './programs/build';
import { ApiError, type KubernetesObject } from './support/api';
import { type ControlPlane, startControlPlane } from './support/control-plane';

const namespace = CENTRAL_NAMESPACE;
const central = exampleCentral();
const chart = new Chart(new App(), 'identity');
new FactoryPlusCrds(chart, 'crds');
new Identity(chart, 'identity', { central });
new KerberosKeysOperator(chart, 'operator', { central });
// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
const objects: any[] = chart.toJson();
const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');

let workDir: WorkDir;
let controlPlane: ControlPlane;

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false });
  await controlPlane.apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } },
    { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'central-data' }, value: 900_000 },
    ...definitions,
  );
  for (const { metadata } of definitions) {
    await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${metadata.name}`]);
  }
}, 40 * 60_000);

afterAll(async () => {
  await controlPlane?.stop();
  await workDir?.remove();
});

const pathOf = (kind: string) => {
  const plural = CUSTOM_RESOURCES.find((resource) => resource.kind === kind)?.plural;
  return `/apis/${FACTORY_PLUS_GROUP}/v1/namespaces/${namespace}/${plural}`;
};
let count = 0;
const create = (kind: string, spec: object) =>
  controlPlane.api.post<KubernetesObject & { spec: object }>(pathOf(kind), {
    apiVersion: `${FACTORY_PLUS_GROUP}/v1`,
    kind,
    metadata: { name: `sample-${count++}`, namespace },
    spec,
  });

const uuid = '8b3e8f35-78e5-4f93-bf21-7238bcb2ba9d';
const key = (rest: object) => ({ type: 'Random', principal: 'a@EXAMPLE.COM', ...rest });

test('the API server takes the definitions as they are: nothing of a schema is dropped', async () => {
  for (const definition of definitions) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${definition.metadata.name}`;
    const live = await controlPlane.api.get<{ spec: { versions: [object] }; status: { conditions: { type: string; status: string }[] } }>(
      path,
    );
    expect(live.spec.versions[0]).toMatchObject(definition.spec.versions[0]);
    const untrue = live.status.conditions.filter(({ status }) => status !== 'True').map(({ type }) => type);
    expect(untrue).toEqual([]);
  }
});

describe.each([
  ['Random', 'KerberosKey', key({})],
  [
    'Random, of a server with several names',
    'KerberosKey',
    key({ additionalPrincipals: ['b@EXAMPLE.COM'], keepOldKeys: true, secret: 'a-b.c/D_e.f' }),
  ],
  ['Disabled with further principals', 'KerberosKey', key({ type: 'Disabled', additionalPrincipals: ['b@EXAMPLE.COM'] })],
  [
    'Password',
    'KerberosKey',
    key({ type: 'Password', secret: 'a/b', account: { class: uuid, name: 'a', groups: [uuid], sparkplug: { node: 'n' } } }),
  ],
  ['PresetPassword', 'KerberosKey', key({ type: 'PresetPassword', account: { uuid, aces: [{ permission: uuid, target: uuid }] } })],
  ['Trust', 'KerberosKey', key({ type: 'Trust', secret: 'a/b' })],
  ['PresetTrust', 'KerberosKey', key({ type: 'PresetTrust', secret: 'a/b' })],
  ['for an edge cluster', 'KerberosKey', key({ secret: 'a/b', cluster: { uuid, namespace: 'edge' } })],
  ['sealed', 'KerberosKey', key({ secret: 'a/b', sealWith: 'certificate/tls.crt' })],
  ['of a password', 'LocalSecret', { secret: 'a', key: 'b', format: 'Password' }],
  ['of an edge agent', 'SparkplugNode', { uuid, edgeAgent: true, interval: '3m', secrets: ['a'] }],
  ['by its address', 'SparkplugNode', { address: 'Group/Node' }],
  ['by its id', 'SparkplugNode', { uuid }],
] as const)('%s', (_, kind, spec) => {
  test(`a ${kind} is taken, whole`, async () => {
    const { spec: live } = await create(kind, spec);
    expect(live).toMatchObject(spec);
  });
});

/** What the API server says, and what it says it of. */
const REFUSED = [
  [
    'additionalPrincipals are only for types Random and Disabled',
    'KerberosKey',
    key({ type: 'Password', additionalPrincipals: ['b@E.COM'] }),
  ],
  ['keepOldKeys is only for types Random and Disabled', 'KerberosKey', key({ type: 'Password', keepOldKeys: true })],
  ['sealWith and cluster need a secret', 'KerberosKey', key({ sealWith: 'a/b' })],
  ['sealWith and cluster need a secret', 'KerberosKey', key({ cluster: { uuid } })],
  ['types Trust and PresetTrust need a secret', 'KerberosKey', key({ type: 'Trust' })],
  ['types Trust and PresetTrust need a secret', 'KerberosKey', key({ type: 'PresetTrust' })],
  ['an account has one principal', 'KerberosKey', key({ additionalPrincipals: ['b@E.COM'], account: { uuid } })],
  ['an account needs a uuid or a class', 'KerberosKey', key({ account: {} })],
  ['an account needs a uuid or a class', 'KerberosKey', key({ account: { groups: [uuid] } })],
  ['the name of an account needs its class', 'KerberosKey', key({ account: { uuid, name: 'a' } })],
  ['spec.type: Unsupported value: "Nonsense"', 'KerberosKey', key({ type: 'Nonsense' })],
  ['spec.principal: Required value', 'KerberosKey', { type: 'Random' }],
  ['spec.type: Required value', 'KerberosKey', { principal: 'a@E.COM' }],
  ['spec.secret: Invalid value: "a"', 'KerberosKey', key({ secret: 'a' })],
  ['spec.secret: Invalid value: "A/b"', 'KerberosKey', key({ secret: 'A/b' })],
  ['spec.secret: Invalid value: "a/b/c"', 'KerberosKey', key({ secret: 'a/b/c' })],
  ['spec.sealWith: Invalid value: "a/b c"', 'KerberosKey', key({ secret: 'a/b', sealWith: 'a/b c' })],
  ['spec.cluster.uuid: Required value', 'KerberosKey', key({ secret: 'a/b', cluster: {} })],
  ['spec.cluster.uuid: Invalid value: "leeds"', 'KerberosKey', key({ secret: 'a/b', cluster: { uuid: 'leeds' } })],
  ['spec.account.uuid: Invalid value: "a"', 'KerberosKey', key({ account: { uuid: 'a' } })],
  ['spec.account.groups[0]: Invalid value: "a"', 'KerberosKey', key({ account: { uuid, groups: ['a'] } })],
  ['spec.account.sparkplug.node: Required value', 'KerberosKey', key({ account: { uuid, sparkplug: { group: 'a' } } })],
  ['spec.account.aces[0].target: Required value', 'KerberosKey', key({ account: { uuid, aces: [{ permission: uuid }] } })],
  ['spec.secret: Required value', 'LocalSecret', { key: 'b', format: 'Password' }],
  ['spec.key: Required value', 'LocalSecret', { secret: 'a', format: 'Password' }],
  ['spec.format: Required value', 'LocalSecret', { secret: 'a', key: 'b' }],
  ['spec.format: Unsupported value: "Uuid"', 'LocalSecret', { secret: 'a', key: 'b', format: 'Uuid' }],
  ['a node has either a uuid or an address', 'SparkplugNode', {}],
  ['a node has either a uuid or an address', 'SparkplugNode', { uuid, address: 'Group/Node' }],
  ['an edge agent needs a uuid', 'SparkplugNode', { address: 'Group/Node', edgeAgent: true }],
  ['only an edge agent has secrets', 'SparkplugNode', { uuid, secrets: ['a'] }],
  ['spec.interval: Invalid value: "soon"', 'SparkplugNode', { uuid, interval: 'soon' }],
  ['spec.uuid: Invalid value: "a"', 'SparkplugNode', { uuid: 'a' }],
] as const;

test.each(REFUSED)('refused: %s (%s %j)', async (message, kind, spec) => {
  await expect(create(kind, spec)).rejects.toThrow(ApiError);
  await expect(create(kind, spec)).rejects.toThrow(message);
});

test('every rule of the definitions is broken by an object above', () => {
  const messages = [...JSON.stringify(definitions).matchAll(/"message":"([^"]+)"/g)].map(([, message = '']) => message);
  expect(messages.filter((message) => !REFUSED.some(([said]) => message.startsWith(said)))).toEqual([]);
  expect(messages).toHaveLength(10);
});

test('the operator keeps its progress in the status of any object, however it looks', async () => {
  for (const kind of ['KerberosKey', 'LocalSecret']) {
    const spec = kind === 'KerberosKey' ? key({}) : { secret: 'a', key: 'b', format: 'Password' };
    const { metadata } = await create(kind, spec);
    const status = { kopf: { progress: { rekey: { started: '2026-01-01', retries: 3 } } }, rekey: { keys: [1, 'a'] } };
    const path = `${pathOf(kind)}/${metadata.name}`;
    await controlPlane.api.patch(`${path}/status`, { status });
    expect((await controlPlane.api.get<{ status: object }>(path)).status).toEqual(status);
  }
});

test('KDC and operator are admitted under Pod Security restricted, and only the containers that ask the API server get a token', async () => {
  await controlPlane.apply(...objects.filter(({ kind }) => kind !== 'CustomResourceDefinition'));
  const tokens = async (kind: string, name: string) => {
    const { spec } = objects.find((object) => object.kind === kind && object.metadata.name === name).spec.template;
    // A StatefulSet's own volumes are claims.
    const volumes =
      kind === 'StatefulSet' ? [...spec.volumes, { name: 'data', persistentVolumeClaim: { claimName: 'data' } }] : spec.volumes;
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: { ...spec, volumes } };
    // The service account is there a moment after its namespace.
    const { spec: live } = await eventually('the pod to be admitted', 60_000, () =>
      controlPlane.api.post<{ spec: typeof spec }>(`/api/v1/namespaces/${namespace}/pods`, pod),
    );
    // biome-ignore lint/suspicious/noExplicitAny: containers as the API server keeps them
    const containers: any[] = [...live.initContainers, ...live.containers];
    return containers
      .filter(({ volumeMounts }) =>
        volumeMounts.some(
          ({ mountPath, name: volume }: { mountPath: string; name: string }) =>
            mountPath === WITHOUT_TOKEN.path && volume !== WITHOUT_TOKEN.name,
        ),
      )
      .map(({ name: container }) => container);
  };
  expect(await tokens('StatefulSet', 'kdc')).toEqual(['bootstrap']);
  expect(await tokens('Deployment', 'krb-keys-operator')).toEqual(['operator']);
});

test.each([
  ['kdc', 'get', 'secrets/krb5-keytabs', 'yes'],
  ['kdc', 'patch', 'secrets/krb5-passwords', 'yes'],
  ['kdc', 'create', 'secrets', 'yes'],
  ['kdc', 'get', 'secrets/admin-password', 'no'],
  ['kdc', 'list', 'secrets', 'no'],
  ['kdc', 'delete', 'secrets/krb5-keytabs', 'no'],
  ['kdc', 'list', `kerberos-keys.${FACTORY_PLUS_GROUP}`, 'no'],
  ['krb-keys-operator', 'watch', `kerberos-keys.${FACTORY_PLUS_GROUP}`, 'yes'],
  ['krb-keys-operator', 'patch', `localsecrets.${FACTORY_PLUS_GROUP}`, 'yes'],
  ['krb-keys-operator', 'create', `kerberos-keys.${FACTORY_PLUS_GROUP}`, 'no'],
  ['krb-keys-operator', 'delete', `kerberos-keys.${FACTORY_PLUS_GROUP}`, 'no'],
  ['krb-keys-operator', 'list', 'secrets', 'no'],
  ['krb-keys-operator', 'list', 'namespaces', 'no'],
  ['krb-keys-operator', 'list', 'customresourcedefinitions.apiextensions.k8s.io', 'no'],
] as const)('%s may %s %s: %s', async (account, verb, resource, answer) => {
  const as = `system:serviceaccount:${namespace}:${account}`;
  const asked = ['auth', 'can-i', verb, resource, `--as=${as}`];
  const said = (inside: readonly string[]) =>
    controlPlane.kubectl([...asked, ...inside]).then(
      (text) => text.trim(),
      // It ends with 1 where the answer is no.
      () => 'no',
    );
  expect(await said(['-n', namespace])).toBe(answer);
  // Nothing reaches beyond its namespace.
  expect(await said(['-n', 'kube-system'])).toBe('no');
});
