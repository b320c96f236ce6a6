import { PART_OF } from '../../constructs/kube/labels';
import { requiredSecrets } from '../../constructs/kube/requirements';
import { FLUX_NAMESPACE } from '../../infra/flux/names';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { areSealed } from '../../infra/model/delivery';
import { SEALED_SECRETS } from '../../infra/model/edge-services';
import type { Plant } from '../../infra/model/plant';
import type { SecretRequirement, SecretSource } from '../../infra/model/secret-requirement';
import type { SoftGateways } from '../../infra/model/soft-gateways';
import { centralCharts } from '../charts/central-charts';
import { type ComponentChart, PHASES } from '../charts/component-chart';
import type { Extension } from '../charts/extension-chart';
import { plantCharts } from '../charts/plant-charts';
import { softGatewaysCharts } from '../charts/soft-gateways-charts';
import { InadmissibleObjects, inadmissible } from './admission';
import type { KubeObject, ManifestEntry, ManifestSet } from './manifest-set';

/**
 * Kinds that hold data, or all of something: a definition takes its objects along, a namespace everything in it. And the policies that hold an account:
 * what runs under it may outlive its part of the tree, and must not outlive them.
 */
const PROTECTED_KINDS: ReadonlySet<string> = new Set([
  'CustomResourceDefinition',
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Secret',
  'StatefulSet',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

/**
 * Renders a plant's cluster: every object of its charts, checked for what no delivery could apply.
 *
 * @param extension an owner's own objects for this cluster
 * @throws InadmissibleObjects with all that is wrong with them
 */
export function plantManifests(plant: Plant, extension?: Extension): ManifestSet {
  return manifestsOf(plant, plantCharts(plant, extension));
}

/**
 * Renders a central cluster: every object of its charts, checked for what no delivery could apply.
 *
 * @throws InadmissibleObjects with all that is wrong with them
 */
export function centralManifests(central: CentralCluster): ManifestSet {
  return manifestsOf(central, centralCharts(central));
}

/**
 * Renders a cluster of soft gateways: every object of its charts, checked for what no delivery could apply.
 *
 * @throws InadmissibleObjects with all that is wrong with them
 */
export function softGatewaysManifests(cluster: SoftGateways): ManifestSet {
  // Nothing in it is a plant's: what it shares with plants is part of Factory+ here.
  return manifestsOf(cluster, softGatewaysCharts(cluster), 'factory-plus');
}

function manifestsOf(
  { name, delivery, secrets: kept }: Pick<Plant, 'name' | 'delivery' | 'secrets'>,
  charts: readonly ComponentChart[],
  whole?: ComponentChart['partOf'],
): ManifestSet {
  const entries = charts.flatMap((chart) => entriesOf(chart, whole ?? chart.partOf)).sort(compareEntries);
  // Flux is there before it applies anything, whoever installed it.
  const problems = inadmissible(name, entries, delivery === 'flux' ? [FLUX_NAMESPACE] : []);
  if (problems.length > 0) throw new InadmissibleObjects(problems);
  const secrets = charts.flatMap((chart) =>
    requiredSecrets(chart).map(
      (secret): SecretRequirement => ({ ...secret, source: secret.source ?? filledBy(delivery, kept, secret.namespace) }),
    ),
  );
  return { cluster: name, entries, secrets: distinctSecrets(secrets) };
}

/**
 * Namespaces in which nothing is unsealed: what opens sealed Secrets is not there itself without its Secrets, and who may make Secrets beside
 * Flux, an administrator of the whole cluster, can be it.
 */
const NOT_UNSEALED: readonly string[] = [FLUX_NAMESPACE, SEALED_SECRETS.zone];

function filledBy(delivery: Plant['delivery'], kept: Plant['secrets'], namespace: string): SecretSource {
  if (delivery === 'pulumi') return 'pulumi';
  if (!areSealed(kept)) return 'sops';
  return NOT_UNSEALED.includes(namespace) ? 'given' : 'sealed';
}

function entriesOf(chart: ComponentChart, whole: ComponentChart['partOf']): ManifestEntry[] {
  const objects = (chart.toJson() as KubeObject[]).map((object) => (whole === 'plant' ? object : partOf(object, whole)));
  return objects.map(inOneOrder).map((object) => ({
    component: chart.component,
    phase: chart.phase,
    protect: PROTECTED_KINDS.has(object.kind),
    object,
  }));
}

/** An object whose own labels, and those of its pods, say what it is part of; claims of a StatefulSet cannot be changed, and keep theirs. */
function partOf<T>(value: T, whole: string): T {
  if (Array.isArray(value)) return value.map((inner) => partOf(inner, whole)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === PART_OF ? whole : key === 'volumeClaimTemplates' ? inner : partOf(inner, whole),
    ]),
  ) as T;
}

/**
 * An object whose keys stand in one order: what it is, then the rest by name. cdk8s orders them as well, but not where the environment
 * sets CDK8S_DISABLE_SORT, and the bytes must not depend on that.
 */
function inOneOrder({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata: sorted(metadata), ...sorted(rest) };
}

function sorted<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sorted) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  ) as T;
}

/** By phase, then component, then where the object lies: the same whatever the order in which charts were made. */
function compareEntries(a: ManifestEntry, b: ManifestEntry): number {
  const phase = PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase);
  if (phase !== 0) return phase;
  const key = ({ component, object: { kind, metadata } }: ManifestEntry) =>
    [component, metadata.namespace ?? '', kind, metadata.name].join('\u0000');
  return key(a) < key(b) ? -1 : 1;
}

function distinctSecrets(secrets: readonly SecretRequirement[]): SecretRequirement[] {
  const found = new Map<string, SecretRequirement>();
  for (const secret of secrets) {
    const key = `${secret.namespace}/${secret.name}`;
    const other = found.get(key);
    if (other && JSON.stringify(other) !== JSON.stringify(secret)) throw new Error(`two components need different Secrets named ${key}`);
    found.set(key, secret);
  }
  return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, secret]) => secret);
}
