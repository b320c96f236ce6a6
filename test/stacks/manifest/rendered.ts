import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import { problemText } from '../../../infra/model/problem';
import example from '../../../infra/sites/estate';
import { plantManifests } from '../../../stacks/manifest/build';
import { type KubeObject, type ManifestSet, objectText } from '../../../stacks/manifest/manifest-set';

/** What tests look at in an object: any field. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what a schema of Kubernetes describes
export type Fields = any;

/** A pod that a workload makes, and the workload. */
export interface Workload {
  readonly text: string;
  readonly object: KubeObject;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Names under which the pod sees a volume claim. */
  readonly claims: readonly string[];
  readonly pod: Fields;
}

/** The plants of an estate that must be in order. */
export function plantsOf(estate: unknown): readonly Plant[] {
  const { plants, problems } = checkEstate(estate);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(errors.map(problemText).join('\n'));
  return plants;
}

/** The plant of the example estate. */
export function examplePlant(): Plant {
  const [leeds] = plantsOf(example);
  if (!leeds) throw new Error('the example has no plant');
  return leeds;
}

/** All objects of the example. */
export function exampleSet(): ManifestSet {
  return plantManifests(examplePlant());
}

/** Objects of a kind. */
export function ofKind(set: ManifestSet, kind: string): KubeObject[] {
  return set.entries.map(({ object }) => object).filter((object) => object.kind === kind);
}

/** The object that `Deployment machines/press-1` names. */
export function objectNamed(set: ManifestSet, text: string): Fields {
  const found = set.entries.find(({ object }) => objectText(object) === text);
  if (!found) throw new Error(`there is no ${text}`);
  return found.object;
}

/** Every workload of a set. A kind that makes pods and is not known here would go untested, so it is refused. */
export function workloadsOf(set: ManifestSet): Workload[] {
  return set.entries.flatMap(({ object }): Workload[] => {
    if (['CronJob', 'DaemonSet', 'Job', 'Pod', 'ReplicaSet'].includes(object.kind)) throw new Error(`teach the tests ${object.kind}`);
    if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return [];
    const spec = object.spec as Fields;
    return [
      {
        text: objectText(object),
        object,
        namespace: object.metadata.namespace ?? 'default',
        labels: spec.template.metadata.labels,
        claims: (spec.volumeClaimTemplates ?? []).map((claim: Fields) => claim.metadata.name),
        pod: spec.template.spec,
      },
    ];
  });
}
