import { App, Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { CentrePermissions } from '../../../constructs/central/centre-permissions';
import { ServiceSetup } from '../../../constructs/central/service-setup';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { FACTORY_PLUS } from '../../../infra/factory-plus/mqtt-permissions';
import { type CentralCluster, componentsOf } from '../../../infra/model/central-cluster';
import { podComplaints } from '../../../stacks/manifest/pod-admission';
import { exampleCentral } from '../../support/centre';
import { examplePlant } from '../../support/plants';

function rendered(stated: Parameters<typeof exampleCentral>[0] = {}, more: Partial<CentralCluster> = {}) {
  const central = { ...exampleCentral(stated), ...more };
  const chart = new Chart(new App(), 'centre');
  const { configurations } = new CentrePermissions(chart, 'permissions', { central });
  const setup = new ServiceSetup(chart, 'setup', { central, dumps: configurations });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const of = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  const pod = of('Job', setup.job).spec.template.spec;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  const container = (name: string) => [...pod.initContainers, ...pod.containers].find((one: any) => one.name === name);
  const variable = (name: string) => container('service-setup').env.find((one: { name: string }) => one.name === name)?.value;
  return { objects, of, pod, container, variable, setup, central, secrets: requiredSecrets(chart) };
}

/** What acs-service-setup 6.8.1 makes of a folder of dumps (lib/dumps.js), as far as order and documents go. */
function loaded(files: Readonly<Record<string, string>>, early: boolean) {
  return Object.entries(files)
    .filter(([name, text]) => name.endsWith('.yaml') && /^#-EARLY/m.test(text) === early)
    .map(([name, text]) => ({
      name,
      requires: /^#-REQUIRE:\s+(.*)/m.exec(text)?.[1]?.split(/\s+/) ?? [],
      documents: parseAllDocuments(text).map((document) => {
        expect(document.errors).toEqual([]);
        return document.toJS() as Record<string, unknown>;
      }),
    }));
}

describe('the Job service-setup', () => {
  const plants = [examplePlant(), { ...examplePlant(), name: 'centre' }];

  test('runs its programs in the order of ACS, as no root and on a read-only root, and pods with its spec are admitted', () => {
    const { pod, of, setup } = rendered();
    expect(pod.initContainers.map(({ name }: { name: string }) => name)).toEqual(['service-setup', 'copy-charts']);
    expect(pod.containers.map(({ name }: { name: string }) => name)).toEqual(['edge-helm-charts']);
    expect(podComplaints(of('Job', setup.job))).toEqual([]);
    for (const { securityContext, image, resources } of [...pod.initContainers, ...pod.containers]) {
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsUser: 1000, runAsNonRoot: true });
      expect(image).toMatch(/^ghcr\.io\/amrc-factoryplus\/[a-z-]+:v6\.8\.1$/);
      expect(Object.keys(resources.limits)).toEqual(expect.arrayContaining(['cpu', 'memory']));
    }
    expect(pod.restartPolicy).toBe('OnFailure');
  });

  test('has another name when anything that it is given changes, and the same one otherwise', () => {
    const first = rendered();
    expect(rendered().setup.job).toBe(first.setup.job);
    const others = [rendered({ leavesOut: ['i3x'] }), rendered({ images: { registry: 'registry.example.com' } })];
    expect(new Set([first, ...others].map(({ setup }) => setup.job)).size).toBe(3);
    // It does not run again for a plant that comes: it holds nothing of plants.
    expect(rendered({}, { plants }).setup.job).toBe(first.setup.job);
    expect(first.setup.job).toMatch(/^service-setup-[0-9a-f]{8}$/);
  });

  test('may list KerberosKeys of its namespace and nothing else, with the token that it needs for it', () => {
    const { of, pod, objects, container } = rendered();
    expect(of('Role', 'service-setup').rules).toEqual([
      { apiGroups: ['factoryplus.app.amrc.co.uk'], resources: ['kerberos-keys'], verbs: ['list'] },
    ]);
    expect(pod.automountServiceAccountToken).toBe(true);
    // Only the program that uses it sees it.
    const hides = (name: string) =>
      container(name).volumeMounts.some(({ mountPath }: { mountPath: string }) => mountPath.endsWith('/serviceaccount'));
    expect(['service-setup', 'copy-charts', 'edge-helm-charts'].map(hides)).toEqual([false, true, true]);
    expect(objects.filter(({ kind }) => kind.startsWith('ClusterRole'))).toEqual([]);
  });

  test('loads every dump: names are distinct, end in .yaml and are in one folder', () => {
    const { of, pod } = rendered({}, { plants });
    const sources: string[] = pod.volumes
      .find(({ name }: { name: string }) => name === 'dumps')
      .projected.sources.map((source: { configMap: { name: string } }) => source.configMap.name);
    expect(sources).toEqual(['service-setup-dumps', 'mqtt-permissions-centre']);
    const keys = sources.flatMap((name) => Object.keys(of('ConfigMap', name).data));
    expect(new Set(keys).size).toBe(keys.length);
    const files = Object.assign({}, ...sources.map((name) => of('ConfigMap', name).data));
    const [urls, ...no] = loaded(files, true);
    expect([urls?.name, no]).toEqual(['service-urls.yaml', []]);
    const permissions = loaded(files, false);
    expect(permissions).toHaveLength(1);
    for (const { requires, documents } of permissions) {
      expect(requires).toEqual(['auth', 'acs-v2']);
      expect(documents.map(({ service, version }) => [service, version])).toEqual([
        [FACTORY_PLUS.service.configDb, 2],
        [FACTORY_PLUS.service.auth, 2],
      ]);
    }
  });

  test('advertises the services that the centre has, without ports, and Git by its public name', () => {
    const urls = (stated = {}) => {
      const files = rendered(stated).of('ConfigMap', 'service-setup-dumps').data;
      const [document] = loaded(files, true)[0]?.documents ?? [];
      return ((document?.advertisements ?? []) as { url: string; service: string }[]).map(({ url }) => url).sort();
    };
    const inside = (name: string, scheme = 'http') => `${scheme}://${name}.factory-plus.svc.cluster.local`;
    const always = [
      ...['auth', 'clusters', 'configdb', 'directory'].map((name) => inside(name)),
      'https://git.factory.example.com',
      inside('mqtt', 'mqtt'),
    ];
    expect(urls()).toEqual([...always, ...['cmdesc', 'data-access', 'files', 'i3x'].map((name) => inside(name))].sort());
    expect(urls({ leavesOut: ['cmdescd', 'data-access', 'files', 'i3x'] })).toEqual(always.sort());
  });

  test('gets the password of the administrator from its Secret, and says nothing secret itself', () => {
    const { container, objects } = rendered();
    for (const name of ['service-setup', 'edge-helm-charts']) {
      expect(container(name).env).toContainEqual({
        name: 'SERVICE_PASSWORD',
        valueFrom: { secretKeyRef: { name: 'admin-password', key: 'password' } },
      });
    }
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('sets up the identity provider where there is one, with a client for each user interface', () => {
    const all = rendered();
    expect(componentsOf(all.central)).toContain('openid');
    expect(all.variable('OPENID_URL')).toBe('https://openid.factory.example.com');
    const clients = ({ variable }: typeof all) => JSON.parse(variable('SS_CONFIG')).openidClients;
    expect(Object.keys(clients(all))).toEqual(['grafana', 'visualiser', 'acs-cli']);
    expect(all.secrets).toContainEqual({
      namespace: 'factory-plus',
      name: 'keycloak-clients',
      type: 'Opaque',
      keys: ['_bootstrap', 'grafana'],
      content: expect.objectContaining({ kind: 'passwords' }),
    });
    expect(Object.keys(clients(rendered({ leavesOut: ['grafana'] })))).toEqual(['visualiser', 'acs-cli']);
    const without = rendered({ leavesOut: ['openid', 'grafana', 'visualiser'] });
    expect([without.variable('OPENID_URL'), clients(without)]).toEqual([undefined, undefined]);
    expect(without.secrets.map(({ name }) => name)).not.toContain('keycloak-clients');
    expect(JSON.stringify(without.pod)).not.toContain('keycloak-clients');
    // No tokens for web sites of others.
    expect(JSON.stringify(clients(all))).not.toMatch(/https:\/\//);
  });

  test('is told whether the installation is secure', () => {
    const secure = JSON.parse(rendered().variable('ACS_CONFIG'));
    expect(secure).toEqual({
      organisation: 'Example',
      namespace: 'factory-plus',
      domain: 'factory.example.com',
      k8sdomain: 'cluster.local',
      secure: 's',
      realm: 'FACTORY.EXAMPLE.COM',
      directory: 'https://directory.factory.example.com',
    });
    const { contract } = exampleCentral();
    const insecure = rendered({}, { contract: { ...contract, tls: false } });
    expect(JSON.parse(insecure.variable('ACS_CONFIG'))).toMatchObject({ secure: '', directory: 'http://directory.factory.example.com' });
  });

  test('trusts the authority that signs the public names, in both programs that ask by them', () => {
    const { contract } = exampleCentral();
    const { container } = rendered({}, { contract: { ...contract, certificateAuthority: 'PEM' } });
    for (const name of ['service-setup', 'edge-helm-charts']) {
      expect(container(name).env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/run/central-ca/ca.crt' });
      expect(container(name).volumeMounts).toContainEqual(expect.objectContaining({ mountPath: '/run/central-ca' }));
    }
    expect(JSON.stringify(rendered().pod)).not.toContain('NODE_EXTRA_CA_CERTS');
  });
});
