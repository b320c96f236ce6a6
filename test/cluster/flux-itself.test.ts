import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { load } from 'js-yaml';
import { FluxSystem } from '../../constructs/kube/flux/flux-system';
import { FLUX_KINDS, type FluxSchema } from '../../infra/flux/crds';
import { FLUX_NAMESPACE } from '../../infra/flux/names';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { buildPrograms, type Programs } from './programs/build';
import type { KubernetesObject } from './support/api';
import { type ControlPlane, startControlPlane } from './support/control-plane';

// biome-ignore lint/suspicious/noExplicitAny: a definition as YAML has it
type Fields = any;

const chart = new Chart(new App(), 'flux');
new FluxSystem(chart, 'flux', {
  images: { login: false },
  kubernetesVersion: '1.34',
  apiServer: { networks: ['10.20.0.0/24'], port: 6443 },
  git: { networks: ['203.0.113.10/32'], port: 443, anywhere: false },
  helmReleases: true,
});
const objects = chart.toJson() as KubernetesObject[];
const definitions = objects.filter(({ kind }) => kind === 'CustomResourceDefinition') as Fields[];

let programs: Programs;
let workDir: WorkDir;
let controlPlane: ControlPlane;
/** Upstream's own definitions, by name. */
let upstream: Map<string, Fields>;

beforeAll(async () => {
  programs = await buildPrograms(console.log);
  upstream = new Map(
    programs.crdFolders
      .flatMap((folder) => readdirSync(folder).map((file) => load(readFileSync(join(folder, file), 'utf8')) as Fields))
      .map((definition) => [definition.metadata.name, definition]),
  );
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false });
}, 40 * 60_000);

afterAll(async () => {
  await controlPlane?.stop();
  await workDir?.remove();
});

/** What of a schema of ours differs from upstream's: types, presets, values, required fields. */
function differences(ours: FluxSchema, theirs: Fields, path: string): string[] {
  if (theirs === undefined) return [`${path} is not upstream's`];
  const said = (['type', 'enum', 'pattern', 'format', 'default', 'required'] as const).flatMap((key) =>
    JSON.stringify(ours[key]) === JSON.stringify(theirs[key])
      ? []
      : [`${path}.${key} is ${JSON.stringify(ours[key])}, and upstream's ${JSON.stringify(theirs[key])}`],
  );
  return [
    ...said,
    ...Object.entries(ours.properties ?? {}).flatMap(([name, inner]) => differences(inner, theirs.properties?.[name], `${path}.${name}`)),
    ...(ours.items ? differences(ours.items, theirs.items, `${path}[]`) : []),
  ];
}

describe('the definitions', () => {
  test.each(FLUX_KINDS.map((kind) => [kind.kind, kind] as const))(
    "of %s say what upstream's say, as far as they say anything",
    (_, kind) => {
      const { spec } = upstream.get(`${kind.plural}.${kind.group}`);
      expect({ kind: spec.names.kind, plural: spec.names.plural, shortNames: spec.names.shortNames, scope: spec.scope }).toEqual({
        kind: kind.kind,
        plural: kind.plural,
        shortNames: kind.shortNames,
        scope: 'Namespaced',
      });
      const theirs = spec.versions.find((version: Fields) => version.storage);
      expect(theirs.name).toBe(kind.version);
      const { properties } = theirs.schema.openAPIV3Schema;
      const columns = theirs.additionalPrinterColumns.map(({ name, jsonPath }: Fields) => `${name} ${jsonPath}`);
      for (const [name, path] of Object.entries(kind.columns)) expect(columns).toContain(`${name} ${path}`);
      const typed = kind.spec.properties ? differences(kind.spec, properties.spec, 'spec') : [];
      expect([...typed, ...differences(kind.status, properties.status, 'status')]).toEqual([]);
    },
  );

  test('are of every kind of upstream that the two programs look for', () => {
    const known = FLUX_KINDS.map(({ plural, group }) => `${plural}.${group}`);
    expect([...upstream.keys()].filter((name) => !known.includes(name))).toEqual(['externalartifacts.source.toolkit.fluxcd.io']);
  });

  test('would be found to differ', () => {
    const [git] = FLUX_KINDS;
    const theirs = upstream.get('gitrepositories.source.toolkit.fluxcd.io').spec.versions[0].schema.openAPIV3Schema.properties.spec;
    expect(differences({ type: 'object', properties: { timeout: { type: 'string', default: '61s' } } }, theirs, 'spec')).toHaveLength(3);
    expect(git?.kind).toBe('GitRepository');
  });
});

describe('on an API server where Flux was installed by other means', () => {
  const apply = (manager: string, what: readonly object[]) =>
    controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '--validate=strict', `--field-manager=${manager}`, '-f', '-'], {
      stdin: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: what }),
    });

  beforeAll(async () => {
    await apply('flux', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: FLUX_NAMESPACE } }]);
    await apply('flux', [
      ...upstream.values(),
      upstreamDeployment('source-controller', 'Recreate'),
      upstreamDeployment('kustomize-controller'),
    ]);
  });

  test('all objects are taken over, and a second time changes nothing', async () => {
    await apply('kustomize-controller', objects);
    const generations = async () =>
      (await controlPlane.kubectl(['get', 'deployments', '-n', FLUX_NAMESPACE, '-o', 'json'])).match(/"generation": \d+/g);
    const before = await generations();
    expect(before).toHaveLength(2);
    await apply('kustomize-controller', objects);
    expect(await generations()).toEqual(before);
    const deployment = (name: string) => controlPlane.api.get<Fields>(`/apis/apps/v1/namespaces/${FLUX_NAMESPACE}/deployments/${name}`);
    const { spec } = await deployment('source-controller');
    const [container, ...others] = spec.template.spec.containers;
    expect(others).toEqual([]);
    expect(container.image).toBe('ghcr.io/fluxcd/source-controller:v1.7.4');
    expect(container.livenessProbe.httpGet.port).toBe(9090);
    expect(spec.strategy.type).toBe('Recreate');
    expect((await deployment('kustomize-controller')).spec.strategy.type).toBe('RollingUpdate');
  });

  test('objects of Flux are checked and completed as upstream does it', async () => {
    for (const { metadata } of definitions) {
      await controlPlane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${metadata.name}`]);
    }
    const path = `/apis/source.toolkit.fluxcd.io/v1/namespaces/${FLUX_NAMESPACE}/gitrepositories`;
    const repository = (name: string, spec: object) => ({
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata: { name, namespace: FLUX_NAMESPACE },
      spec: { interval: '3m', url: 'https://git.example.org/x', ...spec },
    });
    const made = await controlPlane.api.post<Fields>(path, repository('complete', { ignore: '/docs' }));
    expect(made.spec).toEqual({ interval: '3m', timeout: '60s', url: 'https://git.example.org/x', ignore: '/docs' });
    expect(made.status).toEqual({ observedGeneration: -1 });
    await expect(controlPlane.api.post(path, repository('scheme', { url: 'ftp://git.example.org' }))).rejects.toThrow(/spec.url/);
    await expect(controlPlane.api.post(path, repository('interval', { interval: 'often' }))).rejects.toThrow(/spec.interval/);
    const policy = { spec: { interval: '1m', prune: true, deletionPolicy: 'Never', sourceRef: { kind: 'GitRepository', name: 'x' } } };
    await expect(
      controlPlane.api.post(`/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/${FLUX_NAMESPACE}/kustomizations`, {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: 'x', namespace: FLUX_NAMESPACE },
        ...policy,
      }),
    ).rejects.toThrow(/deletionPolicy/);
  });

  test('what pulls reads one Secret and writes to no other kind; what applies may do everything, and nobody else', async () => {
    const may = async (account: string, verb: string, resource: string, namespace = FLUX_NAMESPACE) => {
      const as = `system:serviceaccount:${FLUX_NAMESPACE}:${account}`;
      const answer = await controlPlane
        .kubectl(['auth', 'can-i', verb, resource, '--namespace', namespace, '--as', as])
        .catch((error: Error) => error.message);
      return answer.trim() === 'yes';
    };
    const pulls = (verb: string, resource: string, namespace?: string) => may('source-controller', verb, resource, namespace);
    expect(await pulls('get', 'secret/git-credentials')).toBe(true);
    expect(await pulls('get', 'secret/sops-age')).toBe(false);
    expect(await pulls('list', 'secrets')).toBe(false);
    expect(await pulls('get', 'secret/git-credentials', 'default')).toBe(false);
    expect(await pulls('watch', 'gitrepositories.source.toolkit.fluxcd.io')).toBe(true);
    expect(await pulls('patch', 'kustomizations.kustomize.toolkit.fluxcd.io')).toBe(false);
    expect(await pulls('create', 'pods')).toBe(false);
    expect(await may('kustomize-controller', 'create', 'clusterrolebindings.rbac.authorization.k8s.io', 'default')).toBe(true);
    expect(await may('default', 'get', 'secrets')).toBe(false);
  });
});

/** A Deployment as upstream's install manifests have it, as far as a server-side apply of ours meets its fields. */
function upstreamDeployment(name: string, strategy?: string): KubernetesObject & { spec: object } {
  const volume = name === 'source-controller' ? 'tmp' : 'temp';
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: FLUX_NAMESPACE, labels: { 'control-plane': 'controller' } },
    spec: {
      replicas: 1,
      ...(strategy ? { strategy: { type: strategy } } : {}),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { 'prometheus.io/scrape': 'true' } },
        spec: {
          serviceAccountName: name,
          priorityClassName: 'system-cluster-critical',
          terminationGracePeriodSeconds: 10,
          securityContext: { fsGroup: 1337 },
          containers: [
            {
              name: 'manager',
              image: `ghcr.io/fluxcd/${name}:v1.6.0`,
              ports: [
                { name: 'http', containerPort: 9090, protocol: 'TCP' },
                { name: 'http-prom', containerPort: 8080, protocol: 'TCP' },
                { name: 'healthz', containerPort: 9440, protocol: 'TCP' },
              ],
              env: [
                { name: 'RUNTIME_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
                { name: 'GOMEMLIMIT', valueFrom: { resourceFieldRef: { containerName: 'manager', resource: 'limits.memory' } } },
              ],
              args: ['--watch-all-namespaces', '--enable-leader-election'],
              livenessProbe: { httpGet: { port: 'healthz', path: '/healthz' } },
              readinessProbe: { httpGet: { port: 'healthz', path: '/readyz' } },
              resources: { limits: { cpu: '1000m', memory: '1Gi' }, requests: { cpu: '50m', memory: '64Mi' } },
              volumeMounts: [{ name: volume, mountPath: '/tmp' }],
            },
          ],
          volumes: [{ name: volume, emptyDir: {} }],
        },
      },
    },
  };
}
