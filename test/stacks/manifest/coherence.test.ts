import * as fc from 'fast-check';
import type { Plant } from '../../../infra/model/plant';
import { plantManifests } from '../../../stacks/manifest/build';
import { type ManifestSet, objectText } from '../../../stacks/manifest/manifest-set';
import { estateArbitrary } from '../../support/estates';
import { fullEstate } from '../../support/full-estate';
import { selects } from './reachability';
import { examplePlant, type Fields, ofKind, plantsOf, watchedPlant, workloadsOf } from './rendered';

const key = (namespace: unknown, name: unknown) => `${namespace}/${name}`;
const keys = (set: ManifestSet, kind: string) => ofKind(set, kind).map(({ metadata }) => key(metadata.namespace, metadata.name));

/** Names and labels that Kubernetes would refuse. */
function refusedNames({ entries }: ManifestSet): string[] {
  const label = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
  return entries.flatMap(({ object }) => {
    const { name, labels = {} } = object.metadata;
    const nameIsValid = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(name) && name.length <= 253;
    // A Service's name is a label of DNS; so is the name of a pod of a StatefulSet, with its number.
    const isShort = !['Service', 'StatefulSet', 'Namespace'].includes(object.kind) || name.length <= 60;
    const badLabels = Object.values(labels).filter((value) => !label.test(value));
    return nameIsValid && isShort && badLabels.length === 0 ? [] : [objectText(object)];
  });
}

/** Objects in a namespace that the set does not make. */
function homeless(set: ManifestSet): string[] {
  const namespaces = ofKind(set, 'Namespace').map(({ metadata }) => metadata.name);
  return set.entries
    .filter(({ object: { metadata } }) => metadata.namespace !== undefined && !namespaces.includes(metadata.namespace))
    .map(({ object }) => objectText(object));
}

/** Namespaces that Pod Security does not restrict, and the level that it enforces: log collectors read a folder of the node. */
const LEVELS: Readonly<Record<string, string>> = { logs: 'privileged' };

/** Namespaces that lack what closes them. */
function openNamespaces(set: ManifestSet): string[] {
  return ofKind(set, 'Namespace')
    .filter(({ metadata: { name, labels } }) => {
      const deny = ofKind(set, 'NetworkPolicy').some(
        ({ metadata, spec }: Fields) =>
          metadata.namespace === name && JSON.stringify(spec) === '{"podSelector":{},"policyTypes":["Ingress","Egress"]}',
      );
      return (
        !deny ||
        labels?.['pod-security.kubernetes.io/enforce'] !== (LEVELS[name] ?? 'restricted') ||
        !keys(set, 'ResourceQuota').includes(key(name, 'zone-quota'))
      );
    })
    .map(({ metadata }) => metadata.name);
}

/** Objects that select pods, and select none, or select by a label that may change. */
function blindSelectors(set: ManifestSet): string[] {
  const fixed = ['app.kubernetes.io/component', 'app.kubernetes.io/name'];
  const pods = workloadsOf(set);
  return set.entries.flatMap(({ object }) => {
    const spec = object.spec as Fields;
    const selector =
      object.kind === 'NetworkPolicy' ? spec.podSelector : object.kind === 'Service' ? { matchLabels: spec.selector } : spec?.selector;
    const labels = Object.keys(selector?.matchLabels ?? {});
    if (labels.length === 0) return [];
    const selected = pods.filter((pod) => pod.namespace === object.metadata.namespace && selects(selector, pod.labels));
    // A workload that selected another's pods would fight over them.
    const right = ['DaemonSet', 'Deployment', 'StatefulSet'].includes(object.kind) ? selected.length === 1 : selected.length > 0;
    return right && labels.sort().join() === fixed.join() ? [] : [objectText(object)];
  });
}

/** What pods need and is not there, and what is there and no pod needs. */
function unmatched(set: ManifestSet, kind: 'ConfigMap' | 'Secret', there: readonly string[]): string[] {
  const needed = new Set([
    ...(kind === 'Secret' ? volumeSecrets(set) : []),
    ...workloadsOf(set).flatMap(({ namespace, pod }) => [
      ...pod.volumes
        .flatMap((volume: Fields) => (kind === 'Secret' ? volume.secret?.secretName : volume.configMap?.name) ?? [])
        .map((name: string) => key(namespace, name)),
      ...(kind === 'Secret' ? environmentSecrets(namespace, pod) : []),
      ...(kind === 'Secret' ? pullSecrets(set, namespace, pod.serviceAccountName) : []),
    ]),
  ]);
  return [...[...needed].filter((name) => !there.includes(name)), ...there.filter((name) => !needed.has(name))];
}

/** Secrets of which a container sees a key as an environment variable. */
function environmentSecrets(namespace: string, pod: Fields): string[] {
  return pod.containers
    .flatMap(({ env = [] }: Fields) => env.flatMap(({ valueFrom }: Fields) => valueFrom?.secretKeyRef?.name ?? []))
    .map((name: string) => key(namespace, name));
}

function pullSecrets(set: ManifestSet, namespace: string, account: string): string[] {
  return ofKind(set, 'ServiceAccount')
    .filter(({ metadata }) => metadata.namespace === namespace && metadata.name === account)
    .flatMap((found: Fields) => (found.imagePullSecrets ?? []).map(({ name }: Fields) => key(namespace, name)));
}

/** Secrets by which a node opens a volume. */
function volumeSecrets(set: ManifestSet): string[] {
  return ofKind(set, 'PersistentVolume').flatMap(({ spec }: Fields) => {
    const secret = spec.csi?.nodeStageSecretRef;
    return secret ? [key(secret.namespace, secret.name)] : [];
  });
}

/** Claims that a pod names and nobody makes, claims that no pod names, and volumes and claims that are not each other's. */
function looseClaims(set: ManifestSet): string[] {
  const named = workloadsOf(set).flatMap(({ namespace, pod }) =>
    pod.volumes.flatMap((volume: Fields) => (volume.persistentVolumeClaim ? [key(namespace, volume.persistentVolumeClaim.claimName)] : [])),
  );
  const claims = ofKind(set, 'PersistentVolumeClaim') as Fields[];
  const there = claims.map(({ metadata }) => key(metadata.namespace, metadata.name));
  const pairs = claims.flatMap(({ metadata, spec }) =>
    spec.volumeName ? [`${key(metadata.namespace, metadata.name)} ${spec.volumeName}`] : [],
  );
  const volumes = (ofKind(set, 'PersistentVolume') as Fields[]).map(
    ({ metadata, spec }) => `${key(spec.claimRef.namespace, spec.claimRef.name)} ${metadata.name}`,
  );
  return [
    ...named.filter((claim: string) => !there.includes(claim)),
    ...there.filter((claim) => !named.includes(claim)),
    ...pairs.filter((pair) => !volumes.includes(pair)),
    ...volumes.filter((pair) => !pairs.includes(pair)),
  ];
}

/** Mounts that name no volume, and volumes of a claim that no template makes. */
function danglingMounts(set: ManifestSet): string[] {
  return workloadsOf(set).flatMap(({ text, pod, claims }) => {
    const volumes = [...pod.volumes.map(({ name }: Fields) => name), ...claims];
    const mounts = pod.containers.flatMap(({ volumeMounts }: Fields) => volumeMounts.map(({ name }: Fields) => name));
    return JSON.stringify([...volumes].sort()) === JSON.stringify([...mounts].sort()) ? [] : [text];
  });
}

/** Rights that nobody should have, and bindings to roles that do not exist. */
function excessiveRights(set: ManifestSet): string[] {
  const forbidden = (rule: Fields) =>
    [...rule.apiGroups, ...rule.resources, ...rule.verbs].includes('*') ||
    rule.resources.some((resource: string) =>
      ['secrets', 'pods/exec', 'pods/attach', 'pods/portforward', 'serviceaccounts/token'].includes(resource),
    ) ||
    rule.verbs.some((verb: string) => ['bind', 'escalate', 'impersonate', 'patch', 'update'].includes(verb));
  const roles = ofKind(set, 'ClusterRole');
  return [
    ...roles.filter(({ rules }: Fields) => rules.some(forbidden)).map(objectText),
    ...[...ofKind(set, 'ClusterRoleBinding'), ...ofKind(set, 'RoleBinding')]
      .filter(({ roleRef }: Fields) => !roles.some(({ metadata }) => metadata.name === roleRef.name))
      .map(objectText),
  ];
}

/** Everything that is wrong with a set as a whole. */
function incoherent(plant: Plant, set = plantManifests(plant)): Record<string, string[]> {
  return {
    refusedNames: refusedNames(set),
    homeless: homeless(set),
    openNamespaces: openNamespaces(set),
    blindSelectors: blindSelectors(set),
    secrets: unmatched(
      set,
      'Secret',
      set.secrets.map(({ namespace, name }) => key(namespace, name)),
    ),
    configMaps: unmatched(set, 'ConfigMap', keys(set, 'ConfigMap')),
    danglingMounts: danglingMounts(set),
    looseClaims: looseClaims(set),
    excessiveRights: excessiveRights(set),
  };
}

const NOTHING = {
  refusedNames: [],
  homeless: [],
  openNamespaces: [],
  blindSelectors: [],
  secrets: [],
  configMaps: [],
  danglingMounts: [],
  looseClaims: [],
  excessiveRights: [],
};

const example = examplePlant();
const exampleObjects = plantManifests(example);
const watched = watchedPlant();
const watchedObjects = plantManifests(watched);

describe('the objects of a plant', () => {
  test('fit together in the example', () => {
    expect(incoherent(example, exampleObjects)).toEqual(NOTHING);
  });

  test('fit together in the example with monitoring, log collection and a port scan', () => {
    expect(incoherent(watched, watchedObjects)).toEqual(NOTHING);
  });

  test('fit together in an estate that states every setting', () => {
    for (const plant of plantsOf(fullEstate())) expect(incoherent(plant)).toEqual(NOTHING);
  });

  test('fit together in any estate', () => {
    fc.assert(
      fc.property(estateArbitrary, (estate) => {
        for (const plant of plantsOf(estate)) expect(incoherent(plant)).toEqual(NOTHING);
      }),
      { numRuns: 5, seed: 4 },
    );
  });

  test('hold no Secret, and no null or empty text anywhere', () => {
    const { entries } = exampleObjects;
    expect(entries.filter(({ object }) => object.kind === 'Secret')).toEqual([]);
    // A claim without a storage class says so by an empty text: without a word it would get the cluster's default.
    expect(JSON.stringify(entries)).not.toMatch(/(?<!"storageClassName"):(null|"")/);
  });

  test('give every Service ports that its pods have', () => {
    const set = exampleObjects;
    for (const service of ofKind(set, 'Service') as Fields[]) {
      const [pod] = workloadsOf(set).filter(({ labels }) => selects({ matchLabels: service.spec.selector }, labels));
      const names = pod?.pod.containers[0].ports.map(({ name }: Fields) => name);
      for (const port of service.spec.ports) expect(names).toContain(port.targetPort);
    }
    expect(ofKind(set, 'StatefulSet').map(({ spec }: Fields) => spec.serviceName)).toEqual(['job-database', 'plant-broker-peers']);
  });

  test('leave twice what runs free in the quota of each zone', () => {
    const set = watchedObjects;
    for (const quota of ofKind(set, 'ResourceQuota') as Fields[]) {
      const asked = workloadsOf(set)
        .filter(({ namespace }) => namespace === quota.metadata.namespace)
        .reduce((sum, { pods, pod }: Fields) => sum + pods(watched) * Number.parseInt(pod.containers[0].resources.limits.memory, 10), 0);
      expect(quota.spec.hard['limits.memory']).toBe(`${2 * asked}Mi`);
    }
  });
});
