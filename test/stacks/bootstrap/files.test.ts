import { execFileSync } from 'node:child_process';
import { loadAll } from 'js-yaml';
import { checkEstate } from '../../../infra/estate/check';
import { sealingCertificates } from '../../../infra/sealed-secrets/certificate';
import { bootstrapFiles } from '../../../stacks/bootstrap/files';
import { KEYS_POD, keysObjects } from '../../../stacks/bootstrap/keys-chart';
import { fluxTree } from '../../../stacks/flux/tree';
import { inadmissible } from '../../../stacks/manifest/admission';
import { plantManifests } from '../../../stacks/manifest/build';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';
import { edgeEstate } from '../../support/edge-estate';
import { AGE_KEYS } from '../../support/estates';
import { makeSealingPair } from '../../support/sealing';

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
  expect(order).not.toContain('flux-controllers');
  expect(order.at(-1)).toBe('platform');
  expect(order.indexOf('machine-press-1')).toBeLessThan(order.indexOf('data'));
  // Every Kustomization of the tree has its turn.
  expect([...order, 'cluster', 'flux-controllers'].sort()).toEqual(
    [...fluxTree(set, plant).keys()].flatMap((path) => /^flux\/kustomization\.(.+)\.yaml$/.exec(path)?.[1] ?? []).sort(),
  );
});

describe('a cluster whose secrets are sealed', () => {
  const pairs = [makeSealingPair(), makeSealingPair(new Date('2026-01-01T00:00:00Z'))];
  const certificates = pairs.flatMap(({ certificate }) => sealingCertificates(certificate));
  const names = certificates.map(({ secretName }) => secretName);
  const changed = {
    ...plant,
    images: { ...plant.images, login: true },
    secrets: { sealedWith: pairs.map(({ certificate }) => certificate).join(''), ownerKeys: [AGE_KEYS[1]] },
  };
  const sealedSet = plantManifests(changed);
  const files = bootstrapFiles(sealedSet, changed);
  const variable = (name: string) => new RegExp(`^${name}='(.*)'$`, 'm').exec(files.get('bootstrap.sh') ?? '')?.[1];

  test('names each certificate, and asks for no age key', () => {
    expect(variable('SEALING_CERTIFICATES')).toBe(names.join(' '));
    for (const { secretName, pem } of certificates) expect(files.get(`certificates/${secretName}.crt`)).toBe(pem);
    expect(variable('AGE_RECIPIENT')).toBe('');
    const asked = sealedSet.secrets.filter(
      ({ namespace, source, name }) => namespace === 'sealed-secrets' && source === 'given' && names.includes(name),
    );
    expect(asked.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test('has the namespace of the keys, closed as it is in the tree', () => {
    const [namespace] = objectsOf(files.get('manifests/namespaces.yaml')).filter(({ metadata }) => metadata.name === 'sealed-secrets');
    const inTree = sealedSet.entries.find(({ object }) => object.kind === 'Namespace' && object.metadata.name === 'sealed-secrets');
    expect(namespace?.metadata.labels).toMatchObject({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    expect(namespace?.metadata.labels).toEqual(inTree?.object.metadata.labels);
  });

  test('lets the controller take over the logins of the image registry that come sealed later, and no others', () => {
    expect(variable('REGISTRY_NAMESPACES')).toBe('factory-plus flux-system sealed-secrets');
    expect(variable('SEALED_LATER')).toBe('factory-plus');
    const sealed = sealedSet.secrets.filter(({ source, content }) => source === 'sealed' && content.kind === 'registryLogin');
    expect(sealed.map(({ namespace }) => namespace)).toContain('factory-plus');
  });

  test('has nothing of that where its secrets are encrypted to age keys', () => {
    const other = bootstrapFiles(set, plant);
    expect([...other.keys()].filter((path) => path.startsWith('certificates/'))).toEqual([]);
    expect(other.get('bootstrap.sh')).toContain("\nSEALING_CERTIFICATES=''\n");
    expect(other.get('manifests/namespaces.yaml')).not.toContain('name: sealed-secrets');
  });
});

test('whoever exported a variable of any name that a script uses does not make the script export its value', () => {
  const names = [
    'AGE_KEY',
    'ADMIN_PASSWORD',
    'GIT_PASSWORD',
    'SEALING_KEYS',
    'password',
    'key',
    'line',
    'object',
    'encoded',
    'answer',
    'value',
  ];
  const files = bootstrapFiles(set, plant);
  for (const script of ['bootstrap.sh', 'remove.sh']) {
    const [head = ''] = files.get(script)?.split('\n# What the estate says') ?? [];
    const echo = 'for name in "$@"; do eval "$name=told"; done; env';
    const used = script === 'bootstrap.sh' ? names : ['answer', 'name', 'principal', 'policy'];
    const env = Object.fromEntries([...used, 'OTHER'].map((name) => [name, 'exported']));
    const seen = execFileSync('/bin/sh', ['-c', `${head}\n${echo}`, 'sh', ...used], { env, encoding: 'utf8' });
    expect(seen).not.toContain('told');
    expect(seen).toContain('OTHER=exported');
  }
});

test('only the keys go that are rendered for the cluster: those of the tree bear what is selected by', () => {
  const selected = (/^RENDERED='(.*)'$/m.exec(bootstrapFiles(set, plant).get('remove.sh') ?? '')?.[1] ?? '').split(',');
  expect(selected).toEqual(['app.kubernetes.io/managed-by=millwright', 'app.kubernetes.io/part-of=plant']);
  const keys = set.entries.filter(({ object }) => ['KerberosKey', 'LocalSecret'].includes(object.kind));
  expect(keys.length).toBeGreaterThan(5);
  for (const { object } of keys)
    expect(Object.entries(object.metadata.labels ?? {}).map(([name, value]) => `${name}=${value}`)).toEqual(
      expect.arrayContaining(selected),
    );
});

test.each([
  ['https://git.factory.example.com/git/plants/rotherham', true],
  ['https://git.factory.example.com:443/git/plants/rotherham', true],
  ['https://git.factory.example.com:8443/git/plants/rotherham', false],
  ['https://git.factory.example.com/plants/rotherham', false],
  ['https://git.example.org/git/plants/rotherham', false],
])('at %s the script makes a password of Flux just when the tree has its key: %s', (url, expected) => {
  const changed = { ...plant, repository: { ...plant.repository, url } };
  const built = plantManifests(changed);
  expect(bootstrapFiles(built, changed).get('bootstrap.sh')).toContain(`\nGIT_LOGIN='${expected ? 'principal' : 'password'}'\n`);
  const key = built.entries.some(({ object }) => object.kind === 'KerberosKey' && object.metadata.name === 'op1flux');
  expect(key).toBe(expected);
});
