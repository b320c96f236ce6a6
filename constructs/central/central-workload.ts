import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { type CentralComponentName, componentFacts, servicesOf } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { ACS_AFFINITY } from '../kube/acs-image';
import { type ObjectLabels, objectLabels, selectorLabels } from '../kube/labels';
import { type Conduit, type Peer, WorkloadPolicy } from '../kube/network-policy';
import { type HardenedPodProps, hardenedPod } from '../kube/pod';
import { WorkloadAccount } from '../kube/service-account';
import { SinglePod } from '../kube/single-pod';
import { CENTRAL_PRIORITY } from './central-namespace';
import { componentPeer, conduitsOf } from './conduits';

/** StatefulSets of 0.3.0, whose policy cannot be changed while they exist. */
const ORDERED: ReadonlySet<CentralComponentName> = new Set(['historian', 'mqtt']);

/** What {@link CentralWorkload} takes. */
export interface CentralWorkloadProps {
  readonly central: CentralCluster;
  /** Which component it is: its names, ports and conduits follow from `CENTRAL_COMPONENTS`. */
  readonly name: CentralComponentName;
  /** Its pod. The ports of the component come by themselves. */
  readonly pod: Omit<HardenedPodProps, 'serviceAccount' | 'priorityClass' | 'ports'> & Partial<Pick<HardenedPodProps, 'ports'>>;
  /** Annotations that start it again when they change: a configuration's. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /**
   * Size of its one volume, in GiB, which containers mount by `{ name: 'data', from: { claim: true } }`: it is a StatefulSet then, and the
   * volume outlives it. @default - it has none and is a Deployment
   */
  readonly volumeGiB?: number;
  /** Who comes in beside those of the table. @default - nobody */
  readonly ingress?: readonly Conduit[];
  /** What it reaches beside what the table says. @default - nothing */
  readonly egress?: readonly Conduit[];
}

/**
 * A component of the centre: one pod that is never there twice (Recreate, or a StatefulSet of one), its Services, its service account
 * without a token, and just the conduits of the table.
 */
export class CentralWorkload extends Construct {
  readonly labels: ObjectLabels;
  /** Its pods, for what is not in the table. */
  readonly peer: Peer;
  /** Name of its service account. */
  readonly account: string;

  constructor(scope: Construct, id: string, props: CentralWorkloadProps) {
    super(scope, id);
    const { central, name, volumeGiB } = props;
    const namespace = CENTRAL_NAMESPACE;
    const { component, ports = {} } = componentFacts(name);
    this.labels = { name, component };
    this.peer = componentPeer(name);
    const account = new WorkloadAccount(this, 'account', { namespace, labels: this.labels, images: central.images });
    this.account = account.name;
    for (const [service, names] of Object.entries(servicesOf(name))) {
      new k8s.KubeService(this, `service-${service}`, {
        metadata: { name: service, namespace, labels: objectLabels(this.labels) },
        spec: {
          selector: selectorLabels(this.labels),
          ports: names.map((port) => ({
            name: port,
            port: ports[port]?.service ?? 0,
            targetPort: k8s.IntOrString.fromString(port),
            protocol: 'TCP',
          })),
        },
      });
    }
    const { ingress, egress } = conduitsOf(central, name);
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels: this.labels,
      ingress: [...ingress, ...(props.ingress ?? [])],
      egress: [...egress, ...(props.egress ?? [])],
    });
    const pod: HardenedPodProps = {
      ports: Object.entries(ports).map(([port, { pod: number }]) => ({ name: port, port: number })),
      ...(ofAcs(props.pod) ? { affinity: ACS_AFFINITY } : {}),
      ...props.pod,
      serviceAccount: account.name,
      priorityClass: CENTRAL_PRIORITY,
    };
    const annotations = props.podAnnotations ?? {};
    if (volumeGiB === undefined) {
      const { startSeconds = 0 } = pod.health ?? {};
      // Kubernetes gives a Deployment up after ten minutes, and Flux with it.
      const patience = startSeconds < 600 ? {} : { progressDeadlineSeconds: startSeconds + 600 };
      new SinglePod(this, 'pod', { namespace, labels: this.labels, podAnnotations: annotations, pod, ...patience });
      return;
    }
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { name, namespace, labels: objectLabels(this.labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: selectorLabels(this.labels) },
        template: { metadata: { labels: objectLabels(this.labels), annotations: { ...annotations } }, spec: hardenedPod(pod) },
        serviceName: Object.keys(servicesOf(name))[0] ?? name,
        // A pod that never becomes ready would not be replaced by a corrected one.
        ...(ORDERED.has(name) ? {} : { podManagementPolicy: 'Parallel' }),
        updateStrategy: { type: 'RollingUpdate' },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', labels: objectLabels(this.labels) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: central.storage.class,
              resources: { requests: { storage: k8s.Quantity.fromString(`${volumeGiB}Gi`) } },
            },
          },
        ],
      },
    });
  }
}

/** Whether a pod runs an image of ACS, from wherever it is pulled. */
function ofAcs({ image, before = [], beside = [] }: Pick<HardenedPodProps, 'image' | 'before' | 'beside'>): boolean {
  return [image, ...[...before, ...beside].map((further) => further.image ?? '')].some((one) => one.includes('/amrc-factoryplus/'));
}
