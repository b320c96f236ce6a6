import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import { problemText } from '../../../infra/model/problem';
import example from '../../../infra/sites/estate';
import { plantManifests } from '../../../stacks/manifest/build';
import { type KubeObject, type ManifestSet, objectText } from '../../../stacks/manifest/manifest-set';
import { withChange, withoutJobs } from '../../support/estates';

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
  /** Whether it ends by itself. */
  readonly ends: boolean;
  /** Pods that it makes at most at one time. */
  readonly pods: (plant: Plant) => number;
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

/**
 * The plant of the example estate with one machine and what every plant has: what does not depend on how many there are is tried on it,
 * a fifth of the work.
 */
export function smallPlant(): Plant {
  const [leeds] = plantsOf(
    withChange((estate) => {
      const { machineTypes, plants } = estate;
      const data = plants.leeds;
      data.machines = { 'press-1': data.machines['press-1'] };
      data.monitoring = { off: true, reason: 'Trial bench' };
      delete data.logs;
      withoutJobs(estate);
      delete machineTypes.press.agent;
      delete machineTypes.press.oee;
    }),
  );
  if (!leeds) throw new Error('the example has no plant');
  return leeds;
}

/** The plant of the example estate with monitoring, log collection and a port scan. */
export function watchedPlant(): Plant {
  const [leeds] = plantsOf(
    withChange(({ plants: { leeds: data } }) => {
      data.monitoring = {
        receivers: {
          'dead-man': { by: 'webhook', addresses: ['198.51.100.41'], takes: 'heartbeat' },
          shift: {
            by: 'email',
            to: ['shift@example.com'],
            from: 'leeds@example.com',
            user: 'leeds',
            server: 'mail.example.com',
            addresses: ['198.51.100.40'],
          },
        },
      };
      data.logs = { mebibytesPerDay: 96 };
      data.portScan = { reason: 'Inventory for the insurer', targets: ['10.20.1.0/24'], ports: [1, 100], runsOn: 'b2' };
    }),
  );
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
    if (['Pod', 'ReplicaSet'].includes(object.kind)) throw new Error(`teach the tests ${object.kind}`);
    if (!['CronJob', 'DaemonSet', 'Deployment', 'Job', 'StatefulSet'].includes(object.kind)) return [];
    const spec = (object.kind === 'CronJob' ? (object.spec as Fields).jobTemplate.spec : object.spec) as Fields;
    return [
      {
        text: objectText(object),
        object,
        namespace: object.metadata.namespace ?? 'default',
        labels: spec.template.metadata.labels,
        claims: (spec.volumeClaimTemplates ?? []).map((claim: Fields) => claim.metadata.name),
        pod: spec.template.spec,
        ends: object.kind === 'CronJob' || object.kind === 'Job',
        pods: ({ nodes }) => (object.kind === 'DaemonSet' ? nodes.length : (spec.replicas ?? 1)),
      },
    ];
  });
}
