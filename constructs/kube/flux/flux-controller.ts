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
  /** Whether a new pod must work before the old one goes: of what elects a leader. Otherwise the old one goes first, as upstream's does. */
  readonly overlaps: boolean;
  readonly ingress: readonly Conduit[];
  readonly egress: readonly Conduit[];
}

/** Labels by which a program's Deployment knows its pods, as upstream has them. */
export function fluxPods(name: string): Record<string, string> {
  return { app: name };
}

/** Name of the container of each program, as upstream has it. */
const CONTAINER = 'manager';

/**
 * A program of Flux: its account, its conduits and a Deployment of one pod. Names, selector, container, volumes and variables are called as
 * upstream calls them, so that a server-side apply takes an installation of another kind over: a selector cannot be changed, and two
 * sources of one variable are refused.
 *
 * Its priority is that of the cluster's own programs, as upstream has it: it brings the others, and their classes.
 */
export class FluxController extends Construct {
  readonly labels: ObjectLabels;

  constructor(scope: Construct, id: string, props: FluxControllerProps) {
    super(scope, id);
    const { name, images, image, args, ports, health, resources, mounts, terminationGraceSeconds, overlaps, ingress, egress } = props;
    const labels: ObjectLabels = { name, component: name };
    this.labels = labels;
    const account = new WorkloadAccount(this, 'account', { namespace: FLUX_NAMESPACE, labels, images });
    // By upstream's label: it also opens the pods of an installation that is being taken over, which must work until the new ones do.
    const app = fluxPods(name);
    new WorkloadPolicy(this, 'policy', { namespace: FLUX_NAMESPACE, labels, selector: app, ingress, egress });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name, namespace: FLUX_NAMESPACE, labels: objectLabels(labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: overlaps
          ? {
              type: 'RollingUpdate',
              rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
            }
          : { type: 'Recreate' },
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
