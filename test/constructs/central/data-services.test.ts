import { App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { DataAccess } from '../../../constructs/central/data-access';
import { Files } from '../../../constructs/central/files';
import { Historian } from '../../../constructs/central/historian';
import { I3x } from '../../../constructs/central/i3x';
import { SparkplugHistorian } from '../../../constructs/central/sparkplug-historian';
import { UnsIngester } from '../../../constructs/central/uns-ingester';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { componentAccounts, HISTORIAN_TOKENS, setupLists } from '../../../infra/influxdb/setup';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { exampleCentral } from '../../support/centre';

const PEM = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;

/** One construct alone, as objects by kind and name. */
function rendered(
  Service: new (scope: Construct, id: string, props: { central: CentralCluster }) => Construct,
  central = exampleCentral(),
) {
  const chart = new Chart(new App(), 'centre');
  new Service(chart, 'service', { central });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  const pod = (name: string) => (of('Deployment', name) ?? of('StatefulSet', name)).spec.template.spec;
  const env = (name: string): Record<string, unknown> =>
    Object.fromEntries(
      pod(name).containers[0].env.map((one: { name: string; value?: string; valueFrom?: { secretKeyRef: object } }) => [
        one.name,
        one.value ?? one.valueFrom?.secretKeyRef,
      ]),
    );
  return { objects, of, pod, env, secrets: requiredSecrets(chart) };
}

const privateAuthority = (): CentralCluster => {
  const central = exampleCentral();
  return { ...central, contract: { ...central.contract, certificateAuthority: PEM } };
};

test.each([
  [SparkplugHistorian, 'historian-sparkplug', 'sv1warehouse', undefined],
  [UnsIngester, 'uns-ingester-sparkplug', 'sv1sparkplugingester', undefined],
  [Files, 'files', 'sv1files', 'http.files'],
  [DataAccess, 'data-access', 'sv1dataaccess', 'http.data-access'],
  [I3x, 'i3x', 'sv1i3x', 'http.i3x'],
] as const)('%p stands alone, in one pod, with the keys of its own principals', (Service, name, client, server) => {
  const { objects, pod } = rendered(Service);
  const keys = objects.filter(({ kind }) => kind === 'KerberosKey');
  expect(keys.map(({ metadata }) => metadata.name)).toEqual([client, ...(server ? [server] : [])]);
  expect(keys.every(({ spec }) => spec.secret.startsWith(`${name}-keytabs/`))).toBe(true);
  // Each key is named, so that a pod waits until the operator has made all of them.
  const items = ['client', ...(server ? ['server'] : [])].map((key) => ({ key, path: key }));
  expect(pod(name).volumes).toContainEqual({ name: 'keytabs', secret: { secretName: `${name}-keytabs`, defaultMode: 0o440, items } });
  const workload = objects.find(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  expect(workload.spec).toMatchObject({ replicas: 1, ...(workload.kind === 'Deployment' ? { strategy: { type: 'Recreate' } } : {}) });
});

test('each program that knows only tokens gets its own of them', () => {
  expect(rendered(SparkplugHistorian).env('historian-sparkplug').INFLUX_TOKEN).toEqual({
    name: HISTORIAN_TOKENS,
    key: 'historian-sparkplug',
  });
  expect(rendered(I3x).env('i3x').INFLUX_TOKEN).toEqual({ name: HISTORIAN_TOKENS, key: 'i3x' });
  expect(rendered(DataAccess).env('data-access').INFLUXDB_TOKEN).toEqual({ name: HISTORIAN_TOKENS, key: 'data-access' });
});

test('the Sparkplug historian speaks without TLS on its loopback only, and a container beside it with TLS to the historian', () => {
  const { env, pod } = rendered(SparkplugHistorian);
  expect(env('historian-sparkplug').INFLUX_URL).toBe('http://127.0.0.1:8087');
  const [, forward] = pod('historian-sparkplug').containers;
  expect(forward.env).toContainEqual({ name: 'FORWARD_HOST', value: 'historian.factory-plus.svc.cluster.local' });
  expect(forward).not.toHaveProperty('ports');
  expect(forward.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(['configuration', 'historian-ca']);
});

test('with a private authority of the public names two authorities are put together before the program starts', () => {
  const own = rendered(DataAccess);
  expect(own.env('data-access').NODE_EXTRA_CA_CERTS).toBe('/run/central-tls/ca.crt');
  expect(own.pod('data-access')).not.toHaveProperty('initContainers.0');
  const { env, pod } = rendered(DataAccess, privateAuthority());
  expect(env('data-access').NODE_EXTRA_CA_CERTS).toBe('/run/authorities/ca.crt');
  const [before] = pod('data-access').initContainers;
  expect(before.command.slice(-2)).toEqual(['/run/central-tls/ca.crt', '/run/central-ca/ca.crt']);
  expect(before.volumeMounts.map(({ name }: { name: string }) => name)).toEqual(['historian-ca', 'public-authority', 'authorities']);
});

test('Data Access takes tokens of the identity provider, unless there is none', () => {
  expect(rendered(DataAccess).env('data-access').OIDC_DISCOVERY_URL).toBe(
    'https://openid.factory.example.com/realms/factory_plus/.well-known/openid-configuration',
  );
  expect(rendered(DataAccess, exampleCentral({ leavesOut: ['openid', 'grafana'] })).env('data-access').OIDC_DISCOVERY_URL).toBe('');
});

test('Files keeps its files on a volume of the stated size', () => {
  const { of, env } = rendered(Files, exampleCentral({ storage: { filesGiB: 33 } }));
  const [claim] = of('StatefulSet', 'files').spec.volumeClaimTemplates;
  expect(claim.spec.resources.requests.storage).toBe('33Gi');
  expect(env('files')).toMatchObject({ FILES_STORAGE: '/data', BODY_LIMIT: '1GB' });
});

test('i3X answers one path without a login, and is ready when it does', () => {
  const [container] = rendered(I3x).pod('i3x').containers;
  expect(container.readinessProbe.httpGet.path).toBe('/v1/info');
  expect(container.livenessProbe).toHaveProperty('tcpSocket');
});

describe('the accounts of the historian', () => {
  const lists = (central: CentralCluster) => {
    const { accounts, tokens } = componentAccounts(central);
    return setupLists(central, [{ name: 'writer', may: 'write' }, ...accounts], tokens);
  };

  test('who writes what plants send writes nothing else, and only who needs a token gets one', () => {
    const part = { image: 'registry.example.com/x:1' };
    expect(lists(exampleCentral({ webApplication: { frontEnd: part, backEnd: part } }))).toEqual({
      buckets: 'default 315360000\nplant-data 315360000\nplant-figures 315360000\nplant-logs 2592000\nplant-refused 315360000\n',
      accounts: [
        'writer write plant-data plant-figures plant-logs plant-refused\n',
        'grafana read default plant-data plant-figures plant-logs plant-refused\n',
        'web-application read plant-data plant-figures\n',
      ].join(''),
      tokens: 'data-access read default\nhistorian-sparkplug write default\ni3x read default\n',
    });
  });

  test('a component that is left out gets none', () => {
    const { accounts, tokens } = lists(exampleCentral({ leavesOut: ['grafana', 'i3x', 'data-access'] }));
    expect(accounts).toBe('writer write plant-data plant-figures plant-logs plant-refused\n');
    expect(tokens).toBe('historian-sparkplug write default\n');
  });

  test('a signal that the centre does not serve has no bucket, and nobody may read one', () => {
    const central = exampleCentral({
      webApplication: { frontEnd: { image: 'r.example.com/x:1' }, backEnd: { image: 'r.example.com/x:1' } },
    });
    const { accounts } = lists({ ...central, contract: { ...central.contract, serves: ['data/v1'] } });
    expect(accounts.split('\n')).toContain('web-application read plant-data');
    expect(accounts).not.toContain('plant-figures');
  });

  test('the setup may make and change the Secret of the tokens, and do nothing else at the API server', () => {
    const { of, secrets } = rendered(Historian);
    expect(of('Role', 'historian-setup').rules).toEqual([
      { apiGroups: [''], resources: ['secrets'], resourceNames: [HISTORIAN_TOKENS], verbs: ['create', 'patch'] },
    ]);
    expect(of('Job', 'historian-setup').spec.template.spec).toMatchObject({
      serviceAccountName: 'historian-setup',
      automountServiceAccountToken: true,
    });
    expect(of('StatefulSet', 'historian').spec.template.spec).toMatchObject({
      serviceAccountName: 'historian',
      automountServiceAccountToken: false,
    });
    expect(secrets).toContainEqual(
      expect.objectContaining({ name: HISTORIAN_TOKENS, source: 'localSecret', keys: ['data-access', 'historian-sparkplug', 'i3x'] }),
    );
  });
});
