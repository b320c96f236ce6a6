import { Construct } from 'constructs';
import { IMAGES, imageReference } from '../../infra/model/image';
import { TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import type { Configuration } from './configuration';
import type { ObjectLabels } from './labels';
import type { HardenedPodProps, Mount, Resources } from './pod';
import { SinglePod } from './single-pod';

/** What {@link TelegrafDeployment} takes. */
export interface TelegrafDeploymentProps {
  readonly namespace: string;
  readonly labels: ObjectLabels;
  /** Registry of the image. @default - its public one */
  readonly registry?: string | undefined;
  /** Its configuration folder; `telegraf.conf` is in it. */
  readonly configuration: Configuration;
  /** Annotations that start it again when they change, beside that of the configuration. @default - none */
  readonly restartsWith?: Readonly<Record<string, string>>;
  readonly account: string;
  readonly resources: Resources;
  readonly priorityClass: string;
  /** Whether it is started again when its own health output says that it does not work. @default - it is alive while it accepts connections */
  readonly judgesItself?: boolean;
  readonly env?: HardenedPodProps['env'];
  /** What runs to its end before it. @default - nothing */
  readonly before?: HardenedPodProps['before'];
  /** What it sees beside its configuration. */
  readonly mounts: readonly Mount[];
  /** Ports beside that of its health. @default - none */
  readonly ports?: HardenedPodProps['ports'];
  /** Seconds that it must be ready before it counts. @default 0 */
  readonly minReadySeconds?: number;
  /** Where it may run. @default - the scheduler chooses */
  readonly place?: Pick<HardenedPodProps, 'node' | 'rack' | 'spread' | 'affinity'>;
}

/** A Telegraf in one pod, which is recreated rather than rolled, because two would take each other's sessions. */
export class TelegrafDeployment extends Construct {
  constructor(scope: Construct, id: string, props: TelegrafDeploymentProps) {
    super(scope, id);
    const { namespace, labels } = props;
    new SinglePod(this, 'pod', {
      namespace,
      labels,
      ...(props.minReadySeconds === undefined ? {} : { minReadySeconds: props.minReadySeconds }),
      podAnnotations: { ...props.configuration.podAnnotations, ...props.restartsWith },
      pod: {
        containerName: 'telegraf',
        image: imageReference(IMAGES.telegraf, props.registry),
        args: ['telegraf', '--config', '/etc/telegraf/telegraf.conf'],
        ...(props.env ? { env: props.env } : {}),
        ...(props.before ? { before: props.before } : {}),
        ports: [{ name: 'health', port: TELEGRAF_HEALTH_PORT }, ...(props.ports ?? [])],
        health: { port: TELEGRAF_HEALTH_PORT, ...(props.judgesItself ? { livenessPath: '/' } : {}), readinessPath: '/' },
        resources: props.resources,
        mounts: [{ name: 'configuration', path: '/etc/telegraf', from: { configMap: props.configuration.name } }, ...props.mounts],
        serviceAccount: props.account,
        priorityClass: props.priorityClass,
        ...props.place,
      },
    });
  }
}
