import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { FLUX_NAMESPACE } from '../../../infra/flux/names';
import type { Plant } from '../../../infra/model/plant';
import { type ObjectLabels, objectLabels } from '../labels';
import { type Conduit, WorkloadPolicy } from '../network-policy';
import { type HealthCheck, hardenedPod, type Mount, type Resources } from '../pod';
import { WorkloadAccount } from '../service-account';

/** What {@link FluxController} takes. */
export interface FluxControllerProps {
  /** Name of the program and of its objects, as upstream has them. */
  readonly name: string;
  /** Where its image comes from. */
  readonly images: Plant['images'];
  /** Full reference of its image. */
  readonly image: string;
  readonly args: readonly string[];
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly health: HealthCheck;
  readonly resources: Resources;
  readonly mounts: readonly Mount[];
  /** Seconds between the signal to end and the end. */
  readonly terminationGraceSeconds: number;
  readonly ingress: readonly Conduit[];
  readonly egress: readonly Conduit[];
}

/** Name of the container of each program, as upstream has it. */
const CONTAINER = 'manager';

/**
 * A program of Flux: its account, its conduits and a Deployment of one pod. Names, selector, container, volumes and variables are called as
 * upstream calls them, so that a server-side apply takes an installation of another kind over: a selector cannot be changed, and two
 * sources of one variable are refused.
 *
 * A new version must work before the old one goes: where its image cannot be pulled, the old one is still there to be told so through Git.
 * Its priority is that of the cluster's own programs, as upstream has it: it brings the others, and their classes.
 */
export class FluxController extends Construct {
  readonly labels: ObjectLabels;

  constructor(scope: Construct, id: string, props: FluxControllerProps) {
    super(scope, id);
    const { name, images, image, args, ports, health, resources, mounts, terminationGraceSeconds, ingress, egress } = props;
    const labels: ObjectLabels = { name, component: name };
    this.labels = labels;
    const account = new WorkloadAccount(this, 'account', { namespace: FLUX_NAMESPACE, labels, images });
    new WorkloadPolicy(this, 'policy', { namespace: FLUX_NAMESPACE, labels, ingress, egress });
    const app = { app: name };
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name, namespace: FLUX_NAMESPACE, labels: objectLabels(labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
        },
        selector: { matchLabels: app },
        template: {
          metadata: { labels: { ...objectLabels(labels), ...app } },
          spec: hardenedPod({
            containerName: CONTAINER,
            image,
            args,
            env: [
              { name: 'RUNTIME_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
              // Go gives memory back rather than be ended by the kernel.
              { name: 'GOMEMLIMIT', valueFrom: { resourceFieldRef: { containerName: CONTAINER, resource: 'limits.memory' } } },
            ],
            ports,
            health,
            resources,
            mounts,
            serviceAccount: account.name,
            priorityClass: 'system-cluster-critical',
            terminationGraceSeconds,
            token: true,
          }),
        },
      },
    });
  }
}
