import { readByPlantBroker } from '../model/machine';
import type { Plant } from '../model/plant';
import { JOB_BACKUP } from '../model/services';
import { ZONE_NAMES } from '../model/zone';
import { backupRuns } from './backups';

/** How bad an alert is: `page` wakes somebody, `ticket` waits for the day, `heartbeat` says that paging works. */
export type AlertSeverity = 'page' | 'ticket' | 'heartbeat';

/** An alerting rule as Prometheus has it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the expression must hold. */
  readonly for?: string;
  readonly labels: { readonly severity: AlertSeverity };
  /** Templates of Prometheus: they hold no text of the model. */
  readonly annotations: { readonly summary: string; readonly action: string };
}

/** Zones whose programs are not ready while the centre is away, by their nature: nobody is paged for them. */
const CENTRE_BOUND: readonly string[] = ['factory-plus', 'sealed-secrets'];

/** Namespaces whose programs page somebody: those of the plant, and that of the cluster's own. */
const WATCHED_NAMESPACES = [...ZONE_NAMES.filter((zone) => !CENTRE_BOUND.includes(zone)), 'kube-system'].sort().join('|');

/** Messages in the store that are too many to be on their way: a minute's worth of all machines, a message each second. */
function manyMessages({ machines }: Pick<Plant, 'machines'>): number {
  return Math.max(1_000, 60 * machines.filter(readByPlantBroker).length);
}

/** What pages somebody, or waits for the day. Each names what to do; docs/alerts.md tells more. */
export function alertRules(plant: Plant): AlertRule[] {
  const rule = (
    alert: string,
    severity: AlertSeverity,
    expr: string,
    hold: string | undefined,
    summary: string,
    action: string,
  ): AlertRule => ({ alert, expr, ...(hold ? { for: hold } : {}), labels: { severity }, annotations: { summary, action } });
  // A look that failed must not begin the wait anew; the monitor looks each minute.
  const certificates = (days: number) => `min by (source, common_name) (last_over_time(certificate_expiry[6h])) < ${days * 86_400}`;
  const watched = `{namespace=~"${WATCHED_NAMESPACES}"}`;
  const centreBound = `{namespace=~"${CENTRE_BOUND.join('|')}"}`;
  const many = manyMessages(plant);
  const sources = [
    // A plant without machines on its broker has no such series, and misses nothing.
    ...(plant.machines.some(readByPlantBroker) ? ['absent(machine_silent_seconds)'] : []),
    'absent(broker_store_used_bytes)',
    'absent(kube_node_info)',
    'absent(certificate_expiry)',
  ];
  const backups = backupRuns(plant);
  const cronJob = (name: string) => `{namespace="${JOB_BACKUP.zone}",cronjob="${name}"}`;
  return [
    rule('Watchdog', 'heartbeat', 'vector(1)', undefined, 'Alerting works.', 'Nothing: when this stops coming, look at the plant.'),
    rule(
      'MachineSilent',
      'page',
      'machine_silent_seconds > machine_silent_limit_seconds',
      undefined,
      'No good reading of {{ $labels.machine }} for {{ $value | humanizeDuration }}.',
      'Look whether the machine is on, then at the gateway that reads it: kubectl -n machines get pods',
    ),
    rule(
      'BrokerStoreFilling',
      'ticket',
      'broker_store_used_bytes / broker_store_limit_bytes > 0.5',
      '10m',
      'The store of {{ $labels.server }} is {{ $value | humanizePercentage }} full.',
      'The centre takes less than the machines say: look at the link and the data publisher.',
    ),
    rule(
      'BrokerStoreNearlyFull',
      'page',
      'broker_store_used_bytes / broker_store_limit_bytes > 0.85',
      '5m',
      'The store of {{ $labels.server }} is {{ $value | humanizePercentage }} full: when it is full, gateways wait, and after their memory readings are lost.',
      'Bring the link to the centre back, or enlarge the store (docs/flux.md).',
    ),
    rule(
      'CentreBehind',
      'ticket',
      `max(broker_stored_messages) > ${many}`,
      '30m',
      '{{ $value }} messages wait in the plant broker, and for half an hour there have been too many.',
      'Look at the link to the centre and at the data publisher: kubectl -n uplink logs deploy/data-publisher',
    ),
    rule(
      'CertificateEnding',
      'ticket',
      certificates(30),
      '1h',
      'The certificate {{ $labels.common_name }} at {{ $labels.source }} ends in {{ $value | humanizeDuration }}.',
      'Run millwright secrets --renew and commit (docs/secrets.md); that of the centre is renewed there.',
    ),
    rule(
      'CertificateEnds',
      'page',
      certificates(7),
      '10m',
      'The certificate {{ $labels.common_name }} at {{ $labels.source }} ends in {{ $value | humanizeDuration }}.',
      'Run millwright secrets --renew and commit now (docs/secrets.md); that of the centre is renewed there.',
    ),
    rule(
      'NodeGone',
      'page',
      'kube_node_status_condition{condition="Ready",status="true"} == 0',
      '1m',
      'Node {{ $labels.node }} is not ready.',
      'Its pods move by themselves, but not those whose volume is there: docs/flux.md, “A node is lost”.',
    ),
    rule(
      'NodesMissing',
      'ticket',
      `count(kube_node_info) < ${plant.nodes.length}`,
      '15m',
      `Of ${plant.nodes.length} nodes that the estate states, {{ $value }} have joined the cluster.`,
      'Join the node, or take it out of the estate.',
    ),
    rule(
      'ServersMissing',
      'page',
      `kube_statefulset_status_replicas_ready${watched} < kube_statefulset_replicas${watched}`,
      '10m',
      '{{ $labels.statefulset }} in {{ $labels.namespace }} lacks servers: {{ $value }} are ready.',
      'kubectl -n {{ $labels.namespace }} describe pods',
    ),
    rule(
      'WorkloadDown',
      'page',
      `kube_deployment_status_replicas_available${watched} < kube_deployment_spec_replicas${watched}`,
      '10m',
      '{{ $labels.deployment }} in {{ $labels.namespace }} does not run.',
      'kubectl -n {{ $labels.namespace }} describe pods',
    ),
    ...(plant.factoryPlus
      ? [
          rule(
            'FactoryPlusDown',
            'ticket',
            `kube_deployment_status_replicas_available${centreBound} < kube_deployment_spec_replicas${centreBound}`,
            '1h',
            '{{ $labels.deployment }} of Factory+ does not run.',
            'Is the centre reached? Then kubectl -n {{ $labels.namespace }} describe pods, and docs/edge-operators.md',
          ),
        ]
      : []),
    rule(
      'NodeProgramsMissing',
      'ticket',
      `kube_daemonset_status_number_unavailable${watched} > 0`,
      '30m',
      '{{ $labels.daemonset }} in {{ $labels.namespace }} is missing on {{ $value }} nodes.',
      'kubectl -n {{ $labels.namespace }} get pods -o wide',
    ),
    rule(
      'RestartsOften',
      'ticket',
      `increase(kube_pod_container_status_restarts_total${watched}[1h]) > 5`,
      undefined,
      '{{ $labels.container }} of {{ $labels.pod }} was started again {{ $value | humanize }} times in an hour.',
      'kubectl -n {{ $labels.namespace }} logs --previous {{ $labels.pod }}',
    ),
    rule(
      'MonitoringBlind',
      'page',
      `up == 0 or ${sources.join(' or ')}`,
      '5m',
      'A source of metrics is gone{{ with $labels.job }}: {{ . }}{{ end }}. The alerts that need it cannot fire.',
      'kubectl -n monitoring get pods, then the log of the one that is missing',
    ),
    ...(backups.length === 0
      ? []
      : [
          rule(
            'BackupOld',
            'page',
            backups
              .map((run) => `time() - kube_cronjob_status_last_successful_time${cronJob(run.cronJob)} > ${run.oldAfterSeconds}`)
              .join(' or '),
            '5m',
            'The last good run of {{ $labels.cronjob }} is {{ $value | humanizeDuration }} old.',
            'kubectl -n jobs get jobs, and the log of the last one (docs/job-database.md).',
          ),
          rule(
            'BackupNever',
            'page',
            backups
              .flatMap((run) => [
                `(time() - kube_cronjob_created${cronJob(run.cronJob)} > ${run.oldAfterSeconds} unless on (cronjob) kube_cronjob_status_last_successful_time${cronJob(run.cronJob)})`,
                `(absent(kube_cronjob_created${cronJob(run.cronJob)}) and on () kube_node_info)`,
              ])
              .join(' or '),
            '15m',
            '{{ $labels.cronjob }} is missing, or has never had a good run.',
            'kubectl -n jobs get cronjobs,jobs, and the log of the last one (docs/job-database.md).',
          ),
        ]),
  ];
}
