import { MANAGED_BY, PART_OF } from '../../constructs/kube/labels';
import { pullsAsPrincipal } from '../../infra/factory-plus/git-repositories';
import { FLUX_NAMESPACE } from '../../infra/flux/names';
import { shellVariables } from '../../infra/formats/shell';
import { FIRST_KEYS_FILE, FIRST_KEYS_FOLDER } from '../../infra/kerberos/first-keys';
import { edgePrincipals } from '../../infra/kerberos/principals';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { centralGit } from '../../infra/model/central-git';
import { areSealed } from '../../infra/model/delivery';
import { type EdgeCluster, type FactoryPlusCluster, isUnderFactoryPlus } from '../../infra/model/edge-cluster';
import { EDGE_KEYS_OPERATOR, SEALED_SECRETS } from '../../infra/model/edge-services';
import { type SealingCertificate, sealingCertificates } from '../../infra/sealed-secrets/certificate';
import { delivered, wiredComponents } from '../flux/tree';
import { CLUSTER, fluxWiring, isApart } from '../flux/wiring';
import { yamlText } from '../flux/yaml';
import type { KubeObject, ManifestEntry, ManifestSet } from '../manifest/manifest-set';
import { BOOTSTRAP_OPTIONS_SCRIPT } from './bootstrap-options-script';
import { BOOTSTRAP_SCRIPT } from './bootstrap-script';
import { COMMON_SCRIPT } from './common-script';
import { KEYS_POD, keysObjects } from './keys-chart';
import { README } from './readme';
import { REMOVE_SCRIPT } from './remove-script';

/** A cluster that can be brought under Flux. */
export type BootstrapCluster = EdgeCluster | CentralCluster;

/** First lines of a script: by the second one a folder is known to be Millwright's to replace. */
export const SCRIPT_HEADER = `#!/bin/sh
# Rendered by millwright from the estate. Edits here are lost: change the estate and run millwright bootstrap.
`;

/** First line of a file of objects. */
const MANIFEST_HEADER = '# Rendered by millwright bootstrap from the estate: what Flux applies from the tree, for its first start.\n';

/** Names of the files of scripts, which may be run. */
export const SCRIPTS: readonly string[] = ['bootstrap.sh', 'remove.sh'];

/**
 * What brings a bare cluster under Flux, and takes it out again: path → text, ordered by path. Holds nothing secret. What is applied are the objects of the
 * cluster's tree with the labels that kustomize-controller adds, so that Flux finds them as it would have made them.
 *
 * @param set the objects of the cluster, as its tree has them
 * @throws RangeError when the set has no namespace for what is made there
 */
export function bootstrapFiles(set: ManifestSet, cluster: BootstrapCluster): ReadonlyMap<string, string> {
  const of = (entries: readonly ManifestEntry[]) => entries.map((entry) => owned(delivered(entry), kustomizationOf(entry)));
  const edge = underFactoryPlus(cluster);
  const sealing = sealingOf(cluster);
  const byOwner = cluster.flux.by !== 'millwright';
  const flux = byOwner ? [] : set.entries.filter(({ phase, object }) => phase === 'flux' && object.kind !== 'Namespace');
  const definitions = flux.filter(({ object }) => object.kind === 'CustomResourceDefinition');
  const namespaces = [
    ...(byOwner ? [] : [FLUX_NAMESPACE]),
    ...(edge ? [KEYS_POD.namespace] : []),
    ...(sealing.length > 0 ? [SEALED_SECRETS.zone] : []),
  ].map((name) => entryOf(set, 'Namespace', name));
  const keys = edge ? keysObjects(edge) : [];
  const classes = [...new Set([...priorityClasses(flux.map(({ object }) => object)), ...(edge ? [KEYS_POD.priorityClass] : [])])].sort();
  const wiring = fluxWiring(cluster, wiredComponents(set)).filter(({ metadata }) => metadata.name === CLUSTER);

  const manifests: readonly (readonly [name: string, objects: readonly KubeObject[]])[] = [
    ['flux-definitions', of(definitions)],
    ['flux', of(flux.filter((entry) => !definitions.includes(entry)))],
    ['keys', keys],
    ['namespaces', of([...namespaces, ...classes.map((name) => entryOf(set, 'PriorityClass', name))])],
    ['wiring', wiring.map((object) => owned(object, CLUSTER))],
  ];
  const variables = Object.entries(variablesOf(set, cluster));
  const script = (text: string): string => {
    const used = variables.filter(([name]) => new RegExp(`\\$${name}\\b`).test(text));
    const names = [...new Set([...used.map(([name]) => name), ...assignedIn(text)])].sort();
    return [
      `${SCRIPT_HEADER}\n# A variable that came by the environment would go on to every program, whatever is put into it here.\nunset -v ${names.join(' ')}\n`,
      `\n# What the estate says of the cluster.\n${shellVariables(Object.fromEntries(used))}${text}`,
    ].join('');
  };
  return new Map(
    [
      ...manifests.flatMap(([name, objects]): [string, string][] =>
        objects.length === 0 ? [] : [[`manifests/${name}.yaml`, documents(objects)]],
      ),
      ...sealing.map(({ secretName, pem }) => [`certificates/${secretName}.crt`, pem] as const),
      ['README.md', README] as const,
      ['bootstrap.sh', script(COMMON_SCRIPT + BOOTSTRAP_OPTIONS_SCRIPT + BOOTSTRAP_SCRIPT)] as const,
      ['remove.sh', script(COMMON_SCRIPT + REMOVE_SCRIPT)] as const,
    ].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Who Flux is at the repository: the cluster's principal on the Git server of its own centre, else somebody who is given. */
function gitLogin(cluster: BootstrapCluster): 'principal' | 'ssh' | 'password' {
  if (cluster.repository.url.startsWith('ssh:')) return 'ssh';
  return 'factoryPlus' in cluster && pullsAsPrincipal(cluster) ? 'principal' : 'password';
}

/** The cluster as one under Factory+; undefined when it is not, as the centre itself is not. */
function underFactoryPlus(cluster: BootstrapCluster): FactoryPlusCluster | undefined {
  return 'factoryPlus' in cluster && isUnderFactoryPlus(cluster) ? cluster : undefined;
}

/** The certificates whose private halves the cluster is given: none where its secrets are not sealed. */
function sealingOf({ secrets }: BootstrapCluster): SealingCertificate[] {
  return areSealed(secrets) ? sealingCertificates(secrets.sealedWith) : [];
}

/**
 * Names of the variables that a script of a shell gives values to, and some that it does not; without those that are meant for the programs
 * that it calls, or that the shell itself reads.
 */
function assignedIn(text: string): string[] {
  const given = [...text.matchAll(/(?<![\w.$/-])([A-Za-z_]\w*)=/g)].map(([, name = '']) => name);
  const counted = [...text.matchAll(/\bfor (\w+) in\b/g)].map(([, name = '']) => name);
  const read = [...text.matchAll(/\bread -r ((?:[a-z_]\w* ?)+)/g)].flatMap(([, names = '']) => names.trim().split(' '));
  return [...given, ...counted, ...read].filter((name) => !['IFS', 'LC_ALL'].includes(name));
}

/** What the scripts must know, as variables of a shell. */
function variablesOf(set: ManifestSet, cluster: BootstrapCluster): Record<string, string | readonly string[]> {
  const { contract, repository } = cluster;
  const edge = underFactoryPlus(cluster);
  const principals = edge ? edgePrincipals(cluster.name, contract.realm) : undefined;
  const components = wiredComponents(set);
  const kustomizations = fluxWiring(cluster, components)
    .filter(({ kind }) => kind === 'Kustomization')
    .map(({ metadata }) => metadata.name);
  const fluxComponents = components
    .filter(({ phase }) => phase === 'flux')
    .map(({ name }) => name)
    .sort();
  const login = gitLogin(cluster);
  const sealing = sealingOf(cluster);
  const registry = registryNamespaces(set, cluster, edge !== undefined);
  const made = set.entries.flatMap(({ object }) =>
    object.kind === 'KerberosKey' ? [(object.spec as { principal: string }).principal] : [],
  );
  const ofCluster = ['CustomResourceDefinition', 'PersistentVolume', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];
  return {
    CLUSTER: cluster.name,
    CENTRAL: contract.central,
    KUBERNETES: cluster.kubernetes.version,
    NODES: 'nodes' in cluster ? cluster.nodes.map(({ name }) => name).sort() : [],
    FLUX_NAMESPACE,
    FLUX_BY: cluster.flux.by === 'millwright' ? 'millwright' : 'owner',
    FLUX_VERSIONS: cluster.flux.by === 'millwright' ? controllerVersions(set) : [],
    FLUX_COMPONENTS: fluxComponents,
    KUSTOMIZATIONS: kustomizations,
    REMOVAL_ORDER: kustomizations.filter((name) => name !== CLUSTER && !fluxComponents.includes(name)).reverse(),
    NAMESPACES: namesOf(set, ['Namespace']).filter((name) => name !== FLUX_NAMESPACE),
    KEPT_OBJECTS: set.entries
      .filter(({ phase, object }) => phase !== 'flux' && ofCluster.includes(object.kind))
      .map(({ object }) => `${object.kind.toLowerCase()}/${object.metadata.name}`)
      .sort(),
    REPOSITORY: repository.url,
    BRANCH: repository.branch,
    FOLDER: repository.folder,
    AGE_RECIPIENT: cluster.secrets && 'clusterKey' in cluster.secrets ? cluster.secrets.clusterKey : '',
    GIT_LOGIN: login,
    GIT_AUTHORITY: centralGit(cluster).path !== undefined ? Buffer.from(contract.certificateAuthority ?? '').toString('base64') : '',
    REGISTRY_NAMESPACES: registry,
    SEALED_LATER: sealing.length > 0 ? registry.filter((name) => name !== FLUX_NAMESPACE && name !== SEALED_SECRETS.zone) : [],
    SEALING_CERTIFICATES: sealing.map(({ secretName }) => secretName),
    SEALING_NAMESPACE: SEALED_SECRETS.zone,
    RENDERED: `${Object.entries(MANAGED_BY).map(([name, value]) => `${name}=${value}`)},${PART_OF}=${partOf(set)}`,
    KEYS_PRINCIPAL: principals?.keysOperator ?? '',
    FLUX_PRINCIPAL: login === 'principal' ? (principals?.flux ?? '') : '',
    KEYS_NAMESPACE: EDGE_KEYS_OPERATOR.zone,
    KEYS_SECRET: EDGE_KEYS_OPERATOR.secret,
    KEYS_KEY: EDGE_KEYS_OPERATOR.key,
    KEYS_POD: KEYS_POD.name,
    FIRST_KEYS: `${FIRST_KEYS_FOLDER}/${FIRST_KEYS_FILE}`,
    PRINCIPALS: principals ? [...new Set([...made, principals.keysOperator, principals.flux])].sort() : [],
  };
}

/** What the objects of a cluster say that they are part of. */
function partOf(set: ManifestSet): string {
  return set.entries.map(({ object }) => object.metadata.labels?.[PART_OF]).find((whole) => whole !== undefined) ?? 'plant';
}

/** Namespaces in which something is pulled before Flux can decrypt a login of the image registry. */
function registryNamespaces(set: ManifestSet, { images, flux }: BootstrapCluster, hasKeys: boolean): string[] {
  const given = set.secrets
    .filter(({ content, source }) => content.kind === 'registryLogin' && source === 'given')
    .map(({ namespace }) => namespace);
  const before = [...(flux.by === 'millwright' ? [FLUX_NAMESPACE] : []), ...(hasKeys ? [KEYS_POD.namespace] : [])];
  return images.login ? [...new Set([...given, ...before])].sort() : [];
}

/** `DEPLOYMENT=TAG` of each controller of Flux. */
function controllerVersions(set: ManifestSet): string[] {
  return set.entries.flatMap(({ phase, object }) => {
    if (phase !== 'flux' || object.kind !== 'Deployment') return [];
    const { template } = object.spec as { template: { spec: { containers: readonly { image: string }[] } } };
    const [image = ''] = template.spec.containers.map((container) => container.image.replace(/@.*$/, ''));
    return [`${object.metadata.name}=${image.slice(image.lastIndexOf(':') + 1)}`];
  });
}

/** Priority classes that the pods of Deployments name, but those of Kubernetes itself. */
function priorityClasses(objects: readonly KubeObject[]): string[] {
  return objects.flatMap(({ kind, spec }) => {
    const name =
      kind === 'Deployment' ? (spec as { template: { spec: { priorityClassName?: string } } }).template.spec.priorityClassName : undefined;
    return name === undefined || name.startsWith('system-') ? [] : [name];
  });
}

function namesOf(set: ManifestSet, kinds: readonly string[]): string[] {
  return set.entries
    .filter(({ object }) => kinds.includes(object.kind))
    .map(({ object }) => object.metadata.name)
    .sort();
}

function entryOf(set: ManifestSet, kind: string, name: string): ManifestEntry {
  const found = set.entries.find(({ object }) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new RangeError(`${set.cluster} has no ${kind} ${name}, which its bootstrap needs`);
  return found;
}

/** Name of the Kustomization that applies an object. */
function kustomizationOf({ component, phase }: ManifestEntry): string {
  return isApart(phase) ? component : phase;
}

/** An object with the labels by which kustomize-controller knows what it applied (1.7.3, fluxcd/pkg/ssa `SetOwnerLabels`). */
function owned(object: KubeObject, kustomization: string): KubeObject {
  const labels = {
    ...object.metadata.labels,
    'kustomize.toolkit.fluxcd.io/name': kustomization,
    'kustomize.toolkit.fluxcd.io/namespace': FLUX_NAMESPACE,
  };
  return { ...withoutEmptyRules(object), metadata: { ...object.metadata, labels } };
}

/**
 * A network policy without lists of rules that are empty. An API server leaves them out too, and takes every server-side apply that has one for a
 * change (Kubernetes 1.34): a further run would change an object for nothing.
 */
function withoutEmptyRules(object: KubeObject): KubeObject {
  if (object.kind !== 'NetworkPolicy') return object;
  const spec = Object.fromEntries(Object.entries(object.spec as object).filter(([, value]) => !Array.isArray(value) || value.length > 0));
  return { ...object, spec };
}

/** Objects as documents of one file. */
function documents(objects: readonly KubeObject[]): string {
  return `${MANIFEST_HEADER}${objects.map((object) => yamlText(object)).join('---\n')}`;
}
