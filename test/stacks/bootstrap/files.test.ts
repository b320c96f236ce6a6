import { loadAll } from 'js-yaml';
import { checkEstate } from '../../../infra/estate/check';
import { bootstrapFiles } from '../../../stacks/bootstrap/files';
import { KEYS_POD, keysObjects } from '../../../stacks/bootstrap/keys-chart';
import { fluxTree } from '../../../stacks/flux/tree';
import { inadmissible } from '../../../stacks/manifest/admission';
import { plantManifests } from '../../../stacks/manifest/build';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';

const [plant] = checkEstate(edgeEstate()).plants;
if (!plant?.factoryPlus) throw new Error('the estate has no plant under Factory+');
const cluster = { ...plant, factoryPlus: plant.factoryPlus };
const set = plantManifests(plant);

/** Objects of a file of YAML, less the labels that kustomize-controller adds. */
function objectsOf(text = ''): KubeObject[] {
  return (loadAll(text) as KubeObject[])
    .filter((object) => object.metadata !== undefined)
    .map(({ metadata, ...object }) => {
      const labels = Object.fromEntries(
        Object.entries(metadata.labels ?? {}).filter(([name]) => !name.startsWith('kustomize.toolkit.fluxcd.io/')),
      );
      const { labels: _, ...rest } = metadata;
      return { ...object, metadata: { ...rest, ...(Object.keys(labels).length > 0 ? { labels } : {}) } } as KubeObject;
    });
}

test('what is applied first are objects of the tree as they stand in it, but for rules that are empty', () => {
  const tree = [...fluxTree(set, plant).values()].flatMap(objectsOf);
  const files = bootstrapFiles(set, plant);
  const first = ['namespaces', 'flux-definitions', 'flux', 'wiring'].flatMap((name) => objectsOf(files.get(`manifests/${name}.yaml`)));
  expect(first.length).toBeGreaterThan(20);
  const nothing = (key: string, value: unknown) =>
    (key === 'ingress' || key === 'egress') && Array.isArray(value) && value.length === 0 ? undefined : value;
  const texts = new Set(tree.map((object) => JSON.stringify(sorted(object), nothing)));
  expect(first.filter((object) => !texts.has(JSON.stringify(sorted(object), nothing)))).toEqual([]);
});

/** Data with its keys in one order. */
function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  ) as T;
}

test('the pod that makes the first principals is admitted like every other, may nothing in the cluster, and reaches the KDC alone', () => {
  const objects = keysObjects(cluster);
  const namespaces = set.entries.filter(({ object }) => object.kind === 'Namespace');
  const entries = objects.map((object) => ({ component: 'keys', phase: 'platform' as const, protect: false, object }));
  expect(inadmissible('rotherham', [...namespaces, ...entries])).toEqual([]);
  expect(objects.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'NetworkPolicy', 'Pod', 'ServiceAccount']);
  expect(objects.every(({ metadata }) => metadata.namespace === KEYS_POD.namespace && metadata.name === KEYS_POD.name)).toBe(true);
  const of = (kind: string) => objects.find((object) => object.kind === kind) as KubeObject & { spec: Record<string, unknown> };
  expect(of('Pod').spec).toMatchObject({ automountServiceAccountToken: false, restartPolicy: 'Never', activeDeadlineSeconds: 3600 });
  const { egress } = of('NetworkPolicy').spec as { egress: { to: { ipBlock?: { cidr: string } }[]; ports: { port: number }[] }[] };
  const outside = egress.filter(({ to }) => to.some(({ ipBlock }) => ipBlock));
  expect(outside.map(({ to, ports }) => [to.map(({ ipBlock }) => ipBlock?.cidr), ports.map(({ port }) => port)])).toEqual([
    [['192.0.2.0/28'], [88, 749]],
  ]);
});

test('a login of the image registry is asked for in each namespace that pulls before Flux can decrypt, and only where there is one', () => {
  const variable = (login: boolean) => {
    const changed = { ...plant, images: { ...plant.images, login } };
    return /^REGISTRY_NAMESPACES=.*$/m.exec(bootstrapFiles(plantManifests(changed), changed).get('bootstrap.sh') ?? '')?.[0];
  };
  expect(variable(true)).toBe("REGISTRY_NAMESPACES='factory-plus flux-system'");
  expect(variable(false)).toBe("REGISTRY_NAMESPACES=''");
});

test('taking it out begins with the machines and ends with the platform; Flux, secrets and the wiring are looked after by themselves', () => {
  const script = bootstrapFiles(set, plant).get('remove.sh') ?? '';
  const order = (/^REMOVAL_ORDER='(.*)'$/m.exec(script)?.[1] ?? '').split(' ');
  expect(order).not.toContain('cluster');
  expect(order).not.toContain('flux-system');
  expect(order.at(-1)).toBe('platform');
  expect(order.indexOf('machine-press-1')).toBeLessThan(order.indexOf('data'));
  // Every Kustomization of the tree has its turn.
  expect([...order, 'cluster', 'flux-system'].sort()).toEqual(
    [...fluxTree(set, plant).keys()].flatMap((path) => /^flux\/kustomization\.(.+)\.yaml$/.exec(path)?.[1] ?? []).sort(),
  );
});
