import { FluxSystem } from '../../../constructs/kube/flux/flux-system';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { FLUX_KINDS } from '../../../infra/flux/crds';
import { rendered } from '../rendered';

const props = {
  images: { login: false },
  kubernetesVersion: '1.34',
  apiServer: { networks: ['10.20.0.11', '10.20.0.12'], port: 6443 },
  git: { networks: ['203.0.113.0/28'], port: 8443, anywhere: false },
  helmReleases: false,
};
const objects = rendered((chart) => new FluxSystem(chart, 'flux', props));
const named = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
const container = (name: string) => named('Deployment', name).spec.template.spec.containers[0];
const peer = (name: string) => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'flux-system' } },
  podSelector: { matchLabels: { app: name } },
});
const block = (...networks: string[]) => networks.map((cidr) => ({ ipBlock: { cidr } }));

describe('Flux', () => {
  test('is two programs under the names and selectors of upstream, of the versions of Flux 2.7.5', () => {
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec.selector.matchLabels])).toEqual([
      ['flux-system', 'source-controller', { app: 'source-controller' }],
      ['flux-system', 'kustomize-controller', { app: 'kustomize-controller' }],
    ]);
    for (const { spec } of deployments) expect(spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(container('source-controller').image).toBe('ghcr.io/fluxcd/source-controller:v1.7.4');
    expect(container('kustomize-controller').image).toBe('ghcr.io/fluxcd/kustomize-controller:v1.7.3');
  });

  test('looks into its own namespace alone', () => {
    for (const name of ['source-controller', 'kustomize-controller']) {
      expect(container(name).args).toContain('--watch-all-namespaces=false');
    }
    expect(container('kustomize-controller').args).toEqual(
      expect.arrayContaining(['--no-cross-namespace-refs=true', '--no-remote-bases=true']),
    );
  });

  test('hands out what it pulled where it says that it does', () => {
    expect(container('source-controller').args).toContain('--storage-adv-addr=source-controller.flux-system.svc.cluster.local.');
    const { spec } = named('Service', 'source-controller');
    expect(spec).toMatchObject({ selector: { app: 'source-controller' }, ports: [{ port: 80, targetPort: 'http' }] });
    expect(container('source-controller').ports).toEqual([{ name: 'http', containerPort: 9090, protocol: 'TCP' }]);
  });

  test('has what applies replaced only by what works, and what pulls go first; gives memory back at its limit', () => {
    expect(named('Deployment', 'kustomize-controller').spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(named('Deployment', 'source-controller').spec.strategy).toEqual({ type: 'Recreate' });
    for (const { spec } of objects.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec.template.spec.containers[0].env).toEqual([
        { name: 'RUNTIME_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
        { name: 'GOMEMLIMIT', valueFrom: { resourceFieldRef: { containerName: 'manager', resource: 'limits.memory' } } },
      ]);
      expect(spec.template.spec.priorityClassName).toBe('system-cluster-critical');
    }
  });

  test('is in a closed namespace, and reaches the Git server and the API server, and kustomize-controller what was pulled', () => {
    expect(named('Namespace', 'flux-system').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/enforce-version': 'v1.34',
    });
    expect(named('NetworkPolicy', 'default-deny').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    const port = (number: number) => [{ protocol: 'TCP', port: number }];
    const api = { to: block('10.20.0.11/32', '10.20.0.12/32'), ports: port(6443) };
    expect(named('NetworkPolicy', 'source-controller').spec).toMatchObject({
      ingress: [{ from: [peer('kustomize-controller')], ports: port(9090) }],
      egress: [{ to: block('203.0.113.0/28'), ports: port(8443) }, api],
    });
    expect(named('NetworkPolicy', 'kustomize-controller').spec).toMatchObject({
      ingress: [],
      egress: [{ to: [peer('source-controller')], ports: port(9090) }, api],
    });
  });

  test('has one account that may do everything, and one that reads a single Secret', () => {
    const bindings = objects.filter(({ kind }) => kind === 'ClusterRoleBinding');
    expect(bindings.map(({ metadata, roleRef, subjects }) => [metadata.name, roleRef.name, subjects])).toEqual([
      [
        'flux-system-kustomize-controller',
        'cluster-admin',
        [{ kind: 'ServiceAccount', name: 'kustomize-controller', namespace: 'flux-system' }],
      ],
    ]);
    expect(objects.filter(({ kind }) => kind === 'ClusterRole')).toEqual([]);
    const { rules } = named('Role', 'source-controller');
    const secrets = rules.filter(({ resources }: { resources: string[] }) => resources.includes('secrets'));
    expect(secrets).toEqual([{ apiGroups: [''], resources: ['secrets'], resourceNames: ['git-credentials'], verbs: ['get'] }]);
  });

  test('brings the definitions of its kinds, and that of HelmRelease where edge-sync lists them', () => {
    const of = (helmReleases: boolean) =>
      rendered((chart) => new FluxSystem(chart, 'flux', { ...props, helmReleases }))
        .filter(({ kind }) => kind === 'CustomResourceDefinition')
        .map(({ metadata }) => metadata.name);
    const known = FLUX_KINDS.map(({ plural, group }) => `${plural}.${group}`);
    expect(of(false)).toEqual(known);
    expect(of(true)).toEqual([...known, 'helmreleases.helm.toolkit.fluxcd.io']);
  });

  test("comes from the owner's registry, with a login where it asks for one", () => {
    rendered((chart) => {
      const images = { registry: 'registry.example.com/mirror', login: true };
      new FluxSystem(chart, 'flux', { ...props, images });
      expect(requiredSecrets(chart)).toMatchObject([
        { namespace: 'flux-system', name: 'registry-login' },
        { namespace: 'flux-system', name: 'registry-login' },
      ]);
      expect(JSON.stringify(chart.toJson())).toContain('registry.example.com/mirror/fluxcd/source-controller:v1.7.4');
    });
  });
});
