import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { type ObjectLabels, objectLabels } from './labels';
import { type HardenedPodProps, hardenedPod } from './pod';

/** A schedule that never comes: of what only a person starts. */
const NEVER = '0 0 31 2 *';

/** What {@link ScheduledJob} takes. */
export interface ScheduledJobProps {
  readonly namespace: string;
  /** Labels of its objects and pods: they select its policy. */
  readonly labels: ObjectLabels;
  /** Name of the CronJob. @default - the name of the labels */
  readonly name?: string;
  /** When it runs, as a cron line in UTC. @default - never: it is suspended, and a person makes a Job from it */
  readonly schedule?: string;
  readonly podAnnotations?: Readonly<Record<string, string>>;
  readonly pod: Omit<HardenedPodProps, 'restartPolicy' | 'health' | 'ports'>;
}

/** A Job by schedule, never twice at a time; or one that waits for a person to start it. A failed one stays to be looked at. */
export class ScheduledJob extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledJobProps) {
    super(scope, id);
    const { namespace, labels, name = labels.name, schedule, podAnnotations } = props;
    new k8s.KubeCronJob(this, 'cron-job', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        schedule: schedule ?? NEVER,
        timeZone: 'Etc/UTC',
        suspend: schedule === undefined,
        concurrencyPolicy: 'Forbid',
        // A node that was off when the time came makes up for it.
        startingDeadlineSeconds: 6 * 3600,
        successfulJobsHistoryLimit: 3,
        failedJobsHistoryLimit: 3,
        jobTemplate: {
          metadata: { labels: objectLabels(labels) },
          spec: {
            backoffLimit: schedule === undefined ? 0 : 2,
            activeDeadlineSeconds: 6 * 3600,
            template: {
              metadata: { labels: objectLabels(labels), ...(podAnnotations ? { annotations: { ...podAnnotations } } : {}) },
              spec: hardenedPod({ ...props.pod, ports: [], restartPolicy: 'Never' }),
            },
          },
        },
      },
    });
  }
}
