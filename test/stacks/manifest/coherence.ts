import { type ManifestSet, objectText } from '../../../stacks/manifest/manifest-set';
import { selects } from './reachability';
import { type Fields, ofKind, workloadsOf } from './rendered';
import { excessiveRights, RIGHTS_EXCUSED } from './rights';

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
    return nameIsValid && isShort && badLabels.length === 0 ? [] : [`${objectText(object)} has a name or a label that is refused`];
  });
}

/** Objects in a namespace that the set does not make. */
function homeless(set: ManifestSet): string[] {
  const namespaces = ofKind(set, 'Namespace').map(({ metadata }) => metadata.name);
  return set.entries
    .filter(({ object: { metadata } }) => metadata.namespace !== undefined && !namespaces.includes(metadata.namespace))
    .map(({ object }) => `${objectText(object)} is in a namespace that nobody makes`);
}

/** Namespaces that Pod Security does not restrict, and the level that it enforces: log collectors read a folder of the node. */
const LEVELS: Readonly<Record<string, string>> = { logs: 'privileged' };

/** Namespaces that lack what closes them. */
function openNamespaces(set: ManifestSet): string[] {
  return ofKind(set, 'Namespace').flatMap(({ metadata: { name, labels } }) => {
    const denies = ofKind(set, 'NetworkPolicy').some(
      ({ metadata, spec }: Fields) =>
        metadata.namespace === name && JSON.stringify(spec) === '{"podSelector":{},"policyTypes":["Ingress","Egress"]}',
    );
    const level = labels?.['pod-security.kubernetes.io/enforce'];
    return [
      ...(denies ? [] : [`Namespace ${name} is open`]),
      ...(level === (LEVELS[name] ?? 'restricted') ? [] : [`Namespace ${name} admits pods that are ${level}`]),
      ...(keys(set, 'ResourceQuota').includes(key(name, 'zone-quota')) ? [] : [`Namespace ${name} has no quota`]),
    ];
  });
}

/** Objects that select pods, and select none, or select by a label that may change. */
function blindSelectors(set: ManifestSet): string[] {
  const fixed = ['app.kubernetes.io/component', 'app.kubernetes.io/name'];
  const pods = workloadsOf(set);
  return set.entries.flatMap(({ object }) => {
    const spec = object.spec as Fields;
    const selector =
      object.kind === 'NetworkPolicy' ? spec.podSelector : object.kind === 'Service' ? { matchLabels: spec.selector } : spec?.selector;
    const labels = Object.keys(selector?.matchLabels ?? {}).sort();
    if (labels.length === 0) return [];
    const selected = pods.filter((pod) => pod.namespace === object.metadata.namespace && selects(selector, pod.labels));
    // A workload that selected another's pods would fight over them.
    const right = ['DaemonSet', 'Deployment', 'StatefulSet'].includes(object.kind) ? selected.length === 1 : selected.length > 0;
    return [
      ...(right ? [] : [`${objectText(object)} selects the pods of ${selected.length} workloads`]),
      ...(labels.join() === fixed.join() ? [] : [`${objectText(object)} selects by ${labels.join(', ')}`]),
    ];
  });
}

/** All containers of a pod, those too that run to their end before. */
const containersOf = (pod: Fields): Fields[] => [...(pod.initContainers ?? []), ...pod.containers];

/** What pods need and is not there, and what is there and no pod needs. */
function unmatched(set: ManifestSet, kind: 'ConfigMap' | 'Secret', there: readonly string[]): string[] {
  const needed = new Set([
    ...(kind === 'Secret' ? volumeSecrets(set) : []),
    ...workloadsOf(set).flatMap(({ namespace, pod }) => [
      ...[...mounted(kind, pod), ...inEnvironment(kind, pod)].map((name) => key(namespace, name)),
      ...(kind === 'Secret' ? pullSecrets(set, namespace, pod.serviceAccountName) : []),
    ]),
  ]);
  return [
    ...[...needed].filter((name) => !there.includes(name)).map((name) => `${kind} ${name} is not there`),
    ...there.filter((name) => !needed.has(name)).map((name) => `${kind} ${name} is needed by no pod`),
  ];
}

/** What a pod does not start without, of what it mounts. */
function mounted(kind: 'ConfigMap' | 'Secret', pod: Fields): string[] {
  return pod.volumes
    .flatMap((volume: Fields) => [volume, ...(volume.projected?.sources ?? [])])
    .flatMap(({ secret, configMap }: Fields) => (kind === 'Secret' ? secret : configMap) ?? [])
    .flatMap(({ optional, name, secretName }: Fields) => (optional ? [] : (secretName ?? name)));
}

/** What a container sees keys of as environment variables. */
function inEnvironment(kind: 'ConfigMap' | 'Secret', pod: Fields): string[] {
  return containersOf(pod)
    .flatMap(({ env = [] }) => env)
    .flatMap(({ valueFrom }: Fields) => (kind === 'Secret' ? valueFrom?.secretKeyRef : valueFrom?.configMapKeyRef)?.name ?? []);
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
    ...named.filter((claim: string) => !there.includes(claim)).map((claim: string) => `claim ${claim} is not there`),
    ...there.filter((claim) => !named.includes(claim)).map((claim) => `claim ${claim} is needed by no pod`),
    ...pairs.filter((pair) => !volumes.includes(pair)).map((pair) => `claim ${pair} has no such volume`),
    ...volumes.filter((pair) => !pairs.includes(pair)).map((pair) => `volume of ${pair} has no such claim`),
  ];
}

/** Mounts that name no volume, and volumes and claims of a template that no container mounts. */
function danglingMounts(set: ManifestSet): string[] {
  return workloadsOf(set).flatMap(({ text, pod, claims }) => {
    const volumes = [...pod.volumes.map(({ name }: Fields) => name), ...claims].sort();
    const mounts = new Set(containersOf(pod).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }: Fields) => name)));
    return JSON.stringify(volumes) === JSON.stringify([...mounts].sort()) ? [] : [`${text} mounts what it has not, or not all that it has`];
  });
}

/** Everything that is wrong with a set as a whole, in sentences: excused or not. */
export function findings(set: ManifestSet): string[] {
  return [
    ...refusedNames(set),
    ...homeless(set),
    ...openNamespaces(set),
    ...blindSelectors(set),
    ...unmatched(
      set,
      'Secret',
      set.secrets.map(({ namespace, name }) => key(namespace, name)),
    ),
    ...unmatched(set, 'ConfigMap', keys(set, 'ConfigMap')),
    ...danglingMounts(set),
    ...looseClaims(set),
    ...excessiveRights(set),
  ];
}

/** What is excused of {@link findings}, with the reason: nothing else of these objects is. */
export const EXCUSED: readonly string[] = [
  // The selectors of upstream, which cannot be changed: an installation by other means is taken over, not doubled.
  ...[
    'Deployment flux-system/kustomize-controller',
    'Deployment flux-system/source-controller',
    'NetworkPolicy flux-system/kustomize-controller',
    'NetworkPolicy flux-system/source-controller',
    'Service flux-system/source-controller',
  ].map((text) => `${text} selects by app`),
  // What ran there before it was taken over would count, and Flux that a quota keeps from starting could not be told otherwise through Git.
  'Namespace flux-system has no quota',
  // Flux reads it by the name that its GitRepository has, which is part of the tree and not of the set.
  'Secret flux-system/git-credentials is needed by no pod',
  ...RIGHTS_EXCUSED,
];

/** What is wrong with a set as a whole and nothing excuses. */
export function incoherent(set: ManifestSet): string[] {
  return findings(set).filter((finding) => !EXCUSED.includes(finding));
}
