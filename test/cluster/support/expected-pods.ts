import type { KubeObject } from '../../../stacks/manifest/manifest-set';

/** A workload of rendered objects, and how many pods of it there should be. */
export interface ExpectedWorkload {
  /** `Deployment machines/press-1`. */
  readonly text: string;
  readonly kind: string;
  readonly namespace: string;
  /** Value of `app.kubernetes.io/name` on its pods. */
  readonly name: string;
  readonly pods: number;
  /** The node that it must run on. */
  readonly node?: string;
  /** Whether its pods stay where their volume is: it is of a class, whose volumes lie on a disk of a node in the example. */
  readonly bound: boolean;
}

interface Spec {
  readonly replicas?: number;
  readonly volumeClaimTemplates?: readonly unknown[];
  readonly template: {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: {
      readonly nodeSelector?: Readonly<Record<string, string>>;
      readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
    };
  };
}

/** Everything that runs as long as the plant does: not what a CronJob or Job starts. */
export function expectedWorkloads(objects: readonly KubeObject[], nodes: number): ExpectedWorkload[] {
  const ofClass = objects
    .filter(({ kind, spec }) => kind === 'PersistentVolumeClaim' && (spec as { storageClassName?: string }).storageClassName !== '')
    .map(({ metadata }) => metadata.name);
  return objects.flatMap((object) => {
    const { kind, metadata } = object;
    if (!['DaemonSet', 'Deployment', 'StatefulSet'].includes(kind)) return [];
    const { replicas = 1, template, volumeClaimTemplates = [] } = object.spec as Spec;
    const claims = (template.spec.volumes ?? []).map(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? '');
    const node = template.spec.nodeSelector?.['kubernetes.io/hostname'];
    return [
      {
        text: `${kind} ${metadata.namespace}/${metadata.name}`,
        kind,
        namespace: metadata.namespace ?? 'default',
        name: template.metadata.labels['app.kubernetes.io/name'] ?? '',
        pods: kind === 'DaemonSet' ? nodes : replicas,
        bound: volumeClaimTemplates.length > 0 || claims.some((claim) => ofClass.includes(claim)),
        ...(node === undefined ? {} : { node }),
      },
    ];
  });
}
