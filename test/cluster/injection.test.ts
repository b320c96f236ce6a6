import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { type RenderedCluster, renderCluster } from '../../cli/commands/synth';
import { unexpanded } from '../../constructs/kube/unexpanded';
import { checkEstate } from '../../infra/estate/check';
import { renderedFile } from '../../stacks/flux/yaml';
import { inadmissible } from '../../stacks/manifest/admission';
import type { KubeObject } from '../../stacks/manifest/manifest-set';
import { isCampaign, seeds } from '../support/campaign';
import { HOSTILE_COUNT, hostileTexts, shown } from '../support/hostile';
import { hostileEstate } from '../support/hostile-estates';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { ageSecret, wiring } from './harness-objects';
import { buildPrograms } from './programs/build';
import { ApiError } from './support/api';
import { type ControlPlane, startControlPlane } from './support/control-plane';
import { type Flux, startFlux } from './support/flux';
import { makeAgeKey } from './support/sops';

let workDir: WorkDir;
let controlPlane: ControlPlane;
let flux: Flux;

beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  workDir = await makeWorkDir();
  controlPlane = await startControlPlane({ programs, workDir: workDir.path, scheduler: false, controllerManager: false });
  flux = await startFlux({ controlPlane });
  // cert-manager is in the cluster already where an estate says so; here only its kind is, which takes any field.
  const names = { kind: 'Certificate', plural: 'certificates', singular: 'certificate', listKind: 'CertificateList' };
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  await controlPlane.apply({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'certificates.cert-manager.io' },
    spec: { group: 'cert-manager.io', scope: 'Namespaced', names, versions: [{ name: 'v1', served: true, storage: true, schema }] },
  } as KubeObject);
}, 40 * 60_000);

afterAll(async () => {
  await flux?.stop();
  await controlPlane?.stop();
  await workDir?.remove();
});

/** Whether an object with this data and these annotations is admitted. */
function isAdmitted(annotations: Record<string, string>, data: Record<string, string> = {}): boolean {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', annotations, namespace: 'b' }, data };
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'b' } };
  const entries = [object, namespace].map((one) => ({ component: 'a', phase: 'data' as const, protect: false, object: one }));
  return inadmissible('a', entries).length === 0;
}

const all = hostileTexts(HOSTILE_COUNT, 3);
const texts = all.filter((text) => isAdmitted({}, { a: text }));

/** Texts as they may stand in objects, in groups of 400: files, annotations, environment and arguments. */
function objectsOf(namespace: string): KubeObject[] {
  const object = (kind: string, apiVersion: string, index: number, rest: object, annotations: object = {}) =>
    ({ apiVersion, kind, metadata: { name: `hostile-${index}`, namespace, annotations }, ...rest }) as unknown as KubeObject;
  const groups = Array.from({ length: Math.ceil(texts.length / 400) }, (_, index) => texts.slice(400 * index, 400 * (index + 1)));
  return groups.flatMap((group, index) => {
    const named = Object.fromEntries(group.map((text, place) => [`k${place}`, text]));
    // Annotations of an object have 256 KiB together.
    const short = Object.fromEntries(Object.entries(named).filter(([, text]) => text.length < 300));
    const annotations = Object.fromEntries(Object.entries(short).filter(([, text]) => isAdmitted({ a: text })));
    const env = Object.entries(short).map(([name, text]) => ({ name, value: text }));
    const container = { name: 'hostile', image: 'example.com/hostile:1', env, args: Object.values(short), command: Object.values(short) };
    return [
      object('ConfigMap', 'v1', index, { data: named }, annotations),
      object('PodTemplate', 'v1', index, { template: { metadata: { annotations: short }, spec: { containers: [container] } } }),
    ];
  });
}

/** Writes objects as files of a tree, with what kustomize needs. */
function writeTree(folder: string, objects: readonly KubeObject[]): void {
  mkdirSync(folder, { recursive: true });
  const files = objects.map((object) => `${object.kind.toLowerCase()}.${object.metadata.name}.yaml`);
  for (const [index, object] of objects.entries()) writeFileSync(join(folder, files[index] ?? ''), renderedFile(object));
  writeFileSync(
    join(folder, 'kustomization.yaml'),
    renderedFile({ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: files }),
  );
}

/** Where quantities stand: the API server writes each in one form, `1000m` as `1`. */
const QUANTITY = /\.(?:limits|requests|hard|capacity)\.[a-z./-]+$|\.sizeLimit$/;

/** Texts of a rendered object that a live one has not at the same place. An empty text is left out of what the API server keeps. */
function lost(rendered: unknown, live: unknown, path = ''): string[] {
  if (typeof rendered !== 'object' || rendered === null) {
    return typeof rendered !== 'string' || rendered === (live ?? '') || QUANTITY.test(path)
      ? []
      : [`${path}: ${shown(rendered)} became ${shown(String(live))}`];
  }
  return Object.entries(rendered).flatMap(([key, value]) =>
    lost(value, typeof live === 'object' && live !== null && Object.hasOwn(live, key) ? live[key as never] : undefined, `${path}.${key}`),
  );
}

/** Where the API server keeps objects of a kind, as it says itself. */
async function pathsOfKinds(): Promise<(object: KubeObject) => string> {
  const plurals = new Map<string, string>();
  const said = await controlPlane.kubectl(['api-resources', '--no-headers']);
  for (const line of said.split('\n').filter(Boolean)) {
    const words = line.trim().split(/\s+/);
    const [kind = '', , apiVersion = ''] = words.toReversed();
    plurals.set(`${apiVersion} ${kind}`, words[0] ?? '');
  }
  return ({ apiVersion, kind, metadata }) => {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const inside = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
    return `${root}${inside}/${plurals.get(`${apiVersion} ${kind}`)}/${metadata.name}`;
  };
}

/** Reads objects back from the API server; returns what is lost of them. */
async function lostOf(objects: readonly KubeObject[]): Promise<string[]> {
  const pathOf = await pathsOfKinds();
  const found: string[] = [];
  for (const object of objects) {
    const live = await controlPlane.api.get<KubeObject>(pathOf(object));
    found.push(...lost(object, live, `${object.kind} ${object.metadata.name}`));
  }
  return found;
}

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe('hostile texts in objects of a tree', () => {
  test('come back from the API server byte for byte when kubectl applies its files', async () => {
    await controlPlane.apply(namespace('by-kubectl'));
    const objects = objectsOf('by-kubectl');
    const folder = join(workDir.path, 'by-kubectl');
    writeTree(folder, objects);
    await controlPlane.kubectl(['apply', '--server-side', '--validate=strict', '-k', folder]);
    expect(await lostOf(objects)).toEqual([]);
    console.log(`API server, by kubectl: ${texts.length} texts read back unchanged, ${all.length - texts.length} are not admitted`);
  }, 600_000);

  test('come back from the API server byte for byte when Flux applies its files', async () => {
    await controlPlane.apply(
      namespace('by-flux'),
      ageSecret((await makeAgeKey(controlPlane.programs)).identity),
      ...wiring('hostile', './hostile'),
    );
    const objects = objectsOf('by-flux');
    const tree = join(workDir.path, 'tree');
    writeTree(join(tree, 'hostile'), objects);
    await flux.deliver(tree, { gitRepositoryName: 'millwright' });
    await flux.waitForReady('hostile', 300_000);
    expect(await lostOf(objects)).toEqual([]);
    console.log(`API server, by Flux: ${texts.length} texts read back unchanged`);
  }, 600_000);

  test('are read by kubectl in a kubeconfig as they were meant', async () => {
    const names = texts.filter((text) => text !== '');
    const file = join(workDir.path, 'kubeconfig.yaml');
    const contexts = names.map((name) => ({ name, context: { cluster: name, user: name, namespace: name } }));
    writeFileSync(file, renderedFile({ apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts, 'current-context': names[0] }));
    const read = JSON.parse(await controlPlane.kubectl(['config', 'view', '--raw', '-o', 'json', '--kubeconfig', file]));
    const byName = ({ name: a }: { name: string }, { name: b }: { name: string }) => (a < b ? -1 : 1);
    expect(read.contexts.sort(byName)).toEqual(contexts.sort(byName));
  });

  test('are found changed, were they changed', () => {
    expect(lost({ data: { a: 'x', b: ['y'] } }, { data: { a: 'x', b: ['z'] } }, 'ConfigMap a')).toEqual([
      'ConfigMap a.data.b.0: "y" became "z"',
    ]);
  });

  test('get into a container as they are, though a kubelet expands variables in its environment and arguments', () => {
    const expanded = (given: readonly string[]): string[] =>
      JSON.parse(
        execFileSync(controlPlane.programs.path('expansion'), { input: JSON.stringify(given), maxBuffer: 64 << 20, encoding: 'utf8' }),
      );
    expect(expanded(texts.map(unexpanded))).toEqual(texts);
    // So that the check can fail.
    expect(expanded(['$(NAME) $$(NAME)'])).toEqual(['LEAKED $(NAME)']);
    console.log(`kubelet's expansion: ${texts.length} texts read back unchanged`);
  });
});

describe('hostile texts that the door accepts, wherever they stand in an estate', () => {
  /** Writes a cluster's tree as synth does, and applies what its phases hold, as Flux does; returns the objects in it. */
  async function applied({ tree, objects }: RenderedCluster, folder: string): Promise<KubeObject[]> {
    for (const [path, text] of tree) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    // What each Kustomization of the tree applies, phase or machine: the platform first, the others wait for nothing that runs here.
    const folders = [...tree.keys()]
      .filter((path) => /^flux\/kustomization\.[^/]+\.yaml$/.test(path))
      .map((path) => (load(tree.get(path) ?? '') as { spec: { path: string } }).spec.path.replace(/^(?:\.\/)+/, ''))
      .filter((path) => /(^|\/)(flux\/phases|components)\/[^/]+$/.test(path))
      .map((path) => path.replace(/^.*?((?:flux\/phases|components)\/[^/]+)$/, '$1'));
    const isPlatform = (path: string) => path.endsWith('/platform');
    for (const path of [...folders.filter(isPlatform), ...folders.filter((path) => !isPlatform(path))]) {
      await controlPlane.kubectl(['apply', '--server-side', '--force-conflicts', '--validate=strict', '-k', join(folder, path)]);
    }
    // What tells Flux to do so is only tried: it would go and fetch.
    const tried = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-k', join(folder, 'flux'), '-o', 'json'];
    const { items } = JSON.parse(await controlPlane.kubectl(tried)) as { items: KubeObject[] };
    const wired = [...tree]
      .filter(([path]) => /^flux\/[^/]+(?<!kustomization)\.yaml$/.test(path))
      .map(([, text]) => load(text) as KubeObject);
    const live = (object: KubeObject) => items.find(({ kind, metadata }) => kind === object.kind && metadata.name === object.metadata.name);
    expect(wired.flatMap((object) => lost(object, live(object), `${object.kind} ${object.metadata.name}`))).toEqual([]);
    expect(wired).toHaveLength(items.length);
    const paths = [...tree.keys()].filter((path) => /^components\/.*(?<!\/kustomization)\.yaml$/.test(path));
    expect(paths).toHaveLength(objects);
    return paths.map((path) => load(tree.get(path) ?? '') as KubeObject);
  }

  /** Removes what cannot be changed, only made anew, as another cluster would not have it. */
  async function removeUnchangeable(): Promise<void> {
    await controlPlane.kubectl(['delete', 'jobs,services,statefulsets', '--all', '--all-namespaces']);
    const { api } = controlPlane;
    for (const kind of ['persistentvolumeclaims', 'persistentvolumes']) {
      const { items } = await api.get<{ items: KubeObject[] }>(`/api/v1/${kind}`);
      for (const { metadata } of items) {
        const path = `/api/v1/${metadata.namespace === undefined ? '' : `namespaces/${metadata.namespace}/`}${kind}/${metadata.name}`;
        await api.delete(path);
        // Nothing runs that would see that nobody uses it.
        await api.patch(path, { metadata: { finalizers: null } }).catch((error) => {
          if (!(error instanceof ApiError && error.status === 404)) throw error;
        });
      }
    }
  }

  test.each(seeds(1, 10))(
    'come back from the API server byte for byte: estate %d',
    async (seed) => {
      const { estate, texts: placed } = hostileEstate(seed, isCampaign ? 60 : 15);
      const { plants, centralClusters } = checkEstate(estate);
      const clusters = [
        ...plants.map((cluster) => renderCluster({ is: 'plant', cluster })),
        ...centralClusters.map((cluster) => renderCluster({ is: 'central', cluster })),
      ];
      expect(clusters).toHaveLength(4);
      let [rendered, count] = ['', 0];
      for (const [index, cluster] of clusters.entries()) {
        await removeUnchangeable();
        const objects = await applied(cluster, join(workDir.path, `estate-${seed}`, `${index}`));
        expect(await lostOf(objects)).toEqual([]);
        rendered += JSON.stringify(objects);
        count += objects.length;
      }
      const found = placed.filter(({ text }) => rendered.includes(JSON.stringify(text).slice(1, -1))).length;
      expect(found).toBeGreaterThan(50);
      console.log(
        `estate ${seed}: ${placed.length} hostile texts accepted, ${found} of them literally in ${count} objects, all read back unchanged`,
      );
    },
    300_000,
  );
});
