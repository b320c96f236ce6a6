import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type ObjectLabels, objectLabels, selectorLabels } from './labels';
import { type HardenedPodProps, hardenedPod } from './pod';

/** What {@link SinglePod} takes. */
export interface SinglePodProps {
  readonly namespace: string;
  /** Also the name of the Deployment. */
  readonly labels: ObjectLabels;
  /** Annotations that start it again when they change, such as a configuration's. @default - none */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /** Seconds that it must be ready before it counts. @default 0 */
  readonly minReadySeconds?: number;
  /** Seconds until it counts as failed when it does not become ready. @default 600 */
  readonly progressDeadlineSeconds?: number;
  readonly pod: HardenedPodProps;
}

/** A Deployment of one pod that is recreated rather than rolled: two of it would do each other's work, or take each other's sessions. */
export class SinglePod extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { namespace, labels, podAnnotations, minReadySeconds, progressDeadlineSeconds, pod }: SinglePodProps,
  ) {
    super(scope, id);
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name: labels.name, namespace, labels: objectLabels(labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: { type: 'Recreate' },
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        ...(progressDeadlineSeconds === undefined ? {} : { progressDeadlineSeconds }),
        selector: { matchLabels: selectorLabels(labels) },
        template: { metadata: { labels: objectLabels(labels), annotations: { ...podAnnotations } }, spec: hardenedPod(pod) },
      },
    });
  }
}
