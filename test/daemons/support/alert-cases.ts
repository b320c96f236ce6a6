import type { Plant } from '../../../infra/model/plant';
import { backupRuns } from '../../../infra/monitoring/backups';

/** Series by name, one value a minute, in the notation of promtool; an empty text leaves one out. */
type Series = Readonly<Record<string, string>>;

/** When one alert fires. */
interface AlertCase {
  readonly alert: string;
  readonly why: string;
  /** What differs from a plant that is well. */
  readonly series: Series;
  /** When it does not fire yet, and when it does; times of promtool. */
  readonly silentAt: string;
  readonly firesAt: string;
}

const BROKER = '{server="plant-broker-0"}';
const USED = `broker_store_used_bytes${BROKER}`;
const OWN_CERTIFICATE = 'certificate_expiry{source="/run/plant-tls/tls.crt",common_name="plant-monitor"}';
const READY = (node: string) => `kube_node_status_condition{node="${node}",condition="Ready",status="true"}`;
const LAST = (cronJob: string) => `kube_cronjob_status_last_successful_time{namespace="jobs",cronjob="${cronJob}"}`;
const CREATED = (cronJob: string) => `kube_cronjob_created{namespace="jobs",cronjob="${cronJob}"}`;
const AVAILABLE = 'kube_deployment_status_replicas_available{namespace="machines",deployment="press-1"}';
const OPERATOR = 'kube_deployment_status_replicas_available{namespace="factory-plus",deployment="krb-keys"}';
const SERVERS = 'kube_statefulset_status_replicas_ready{namespace="messaging",statefulset="plant-broker"}';
const COLLECTORS = 'kube_daemonset_status_number_unavailable{namespace="logs",daemonset="log-collector"}';
const RESTARTS = 'kube_pod_container_status_restarts_total{namespace="machines",pod="press-1-x",container="telegraf"}';

/** Minutes that all series last: longer than a backup may be old. */
const MINUTES = 1_700;
const always = (value: number) => `${value}x${MINUTES}`;
/** One value for so many minutes, then another one. */
const then = (minutes: number, before: number, after: number) => `${before}x${minutes - 1} ${after}x${MINUTES - minutes}`;
/** One value for so many minutes, then none. */
const gone = (minutes: number, value = 1) => `${value}x${minutes - 1} _x${MINUTES - minutes}`;

/** A plant that is well. */
const WELL: Series = {
  'up{job="plant-monitor"}': always(1),
  'up{job="kube-state-metrics"}': always(1),
  'machine_silent_seconds{machine="press-1"}': always(2),
  'machine_silent_limit_seconds{machine="press-1"}': always(300),
  [USED]: always(40),
  [`broker_store_limit_bytes${BROKER}`]: always(100),
  [`broker_stored_messages${BROKER}`]: always(900),
  [OWN_CERTIFICATE]: always(40 * 86_400),
  'kube_node_info{node="a1"}': always(1),
  'kube_node_info{node="a2"}': always(1),
  [READY('a1')]: always(1),
  [READY('a2')]: always(1),
  [SERVERS]: always(3),
  'kube_statefulset_replicas{namespace="messaging",statefulset="plant-broker"}': always(3),
  [AVAILABLE]: always(1),
  'kube_deployment_spec_replicas{namespace="machines",deployment="press-1"}': always(1),
  [OPERATOR]: always(1),
  'kube_deployment_spec_replicas{namespace="factory-plus",deployment="krb-keys"}': always(1),
  // Somebody else's: it pages nobody.
  'kube_deployment_status_replicas_available{namespace="trial",deployment="other"}': always(0),
  'kube_deployment_spec_replicas{namespace="trial",deployment="other"}': always(1),
  [COLLECTORS]: always(0),
  [RESTARTS]: `0+0.05x${MINUTES}`,
  [CREATED('job-backup-dump')]: always(0),
  [CREATED('job-backup-copy')]: always(0),
  [LAST('job-backup-dump')]: `0+60x${MINUTES}`,
  [LAST('job-backup-copy')]: `0+60x${MINUTES}`,
};

/** Each alert but the heartbeat, which always fires. */
export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'MachineSilent',
    why: 'a machine says nothing',
    series: { 'machine_silent_seconds{machine="press-1"}': `0+60x${MINUTES}` },
    silentAt: '5m',
    firesAt: '6m',
  },
  { alert: 'BrokerStoreFilling', why: 'half the store is used', series: { [USED]: then(10, 40, 51) }, silentAt: '19m', firesAt: '20m' },
  {
    alert: 'BrokerStoreNearlyFull',
    why: 'the store jumps to 86 %, before the milder one has waited',
    series: { [USED]: then(10, 40, 86) },
    silentAt: '14m',
    firesAt: '15m',
  },
  {
    alert: 'CentreBehind',
    why: 'messages wait',
    series: { [`broker_stored_messages${BROKER}`]: then(10, 900, 1_001) },
    silentAt: '39m',
    firesAt: '40m',
  },
  {
    alert: 'CertificateEnding',
    why: 'less than thirty days are left, and looks fail now and then',
    series: {
      [OWN_CERTIFICATE]: `${then(10, 31 * 86_400, 29 * 86_400).replace(/x\d+$/, 'x9')} _x8 ${29 * 86_400}x20 _x8 ${29 * 86_400}x200`,
    },
    silentAt: '69m',
    firesAt: '70m',
  },
  {
    alert: 'CertificateEnds',
    why: 'six days are left, before the milder one has waited',
    series: { [OWN_CERTIFICATE]: then(10, 31 * 86_400, 6 * 86_400) },
    silentAt: '19m',
    firesAt: '20m',
  },
  { alert: 'NodeGone', why: 'a node is not ready', series: { [READY('a2')]: then(10, 1, 0) }, silentAt: '10m', firesAt: '11m' },
  {
    alert: 'NodesMissing',
    why: 'a node has not joined',
    series: { 'kube_node_info{node="a2"}': gone(10) },
    silentAt: '24m',
    firesAt: '30m',
  },
  { alert: 'ServersMissing', why: 'a server is not ready', series: { [SERVERS]: then(10, 3, 2) }, silentAt: '19m', firesAt: '20m' },
  { alert: 'WorkloadDown', why: 'a program does not run', series: { [AVAILABLE]: then(10, 1, 0) }, silentAt: '19m', firesAt: '20m' },
  {
    alert: 'FactoryPlusDown',
    why: 'an operator does not run, as while the centre is away, and nobody is paged',
    series: { [OPERATOR]: then(10, 1, 0) },
    silentAt: '69m',
    firesAt: '70m',
  },
  {
    alert: 'NodeProgramsMissing',
    why: 'a node lacks its collector',
    series: { [COLLECTORS]: then(10, 0, 1) },
    silentAt: '39m',
    firesAt: '40m',
  },
  { alert: 'RestartsOften', why: 'a program comes and goes', series: { [RESTARTS]: `0+0.15x${MINUTES}` }, silentAt: '20m', firesAt: '61m' },
  {
    alert: 'MonitoringBlind',
    why: 'a source does not answer',
    series: { 'up{job="kube-state-metrics"}': then(10, 1, 0) },
    silentAt: '14m',
    firesAt: '15m',
  },
  ...Object.entries({ 'machine_silent_seconds{machine="press-1"}': 2, [USED]: 40, [OWN_CERTIFICATE]: 40 * 86_400 }).map(
    ([series, value]) => ({
      alert: 'MonitoringBlind',
      why: `${series} is gone`,
      series: { [series]: gone(10, value) },
      silentAt: '14m',
      firesAt: '25m',
    }),
  ),
  {
    alert: 'BackupOld',
    why: 'no dump since the beginning',
    series: { [LAST('job-backup-dump')]: always(0) },
    silentAt: '27h',
    firesAt: '27h6m',
  },
  {
    alert: 'BackupOld',
    why: 'no copy since the beginning',
    series: { [LAST('job-backup-copy')]: always(0) },
    silentAt: '4h',
    firesAt: '4h6m',
  },
  { alert: 'BackupNever', why: 'no copy ever', series: { [LAST('job-backup-copy')]: '' }, silentAt: '4h', firesAt: '4h16m' },
  {
    alert: 'BackupNever',
    why: 'the CronJob is missing',
    series: { [CREATED('job-backup-dump')]: '', [LAST('job-backup-dump')]: '' },
    silentAt: '14m',
    firesAt: '15m',
  },
];

/** A test file of promtool: what fires at which time, in a plant that is well and in each case. */
export function alertTests(plant: Plant) {
  if (plant.nodes.length !== 2 || backupRuns(plant).length !== 2) throw new Error('the cases are written for two nodes and two backups');
  const test = (name: string, series: Series, at: readonly (readonly [time: string, alerts: readonly string[]])[]) => ({
    name,
    interval: '1m',
    input_series: Object.entries({ ...WELL, ...series }).flatMap(([text, values]) => (values === '' ? [] : [{ series: text, values }])),
    promql_expr_test: at.map(([time, alerts]) => ({
      expr: 'count by (alertname) (ALERTS{alertstate="firing",severity!="heartbeat"})',
      eval_time: time,
      exp_samples: alerts.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
    })),
  });
  return {
    rule_files: ['alerts.yml'],
    evaluation_interval: '1m',
    tests: [
      test('a plant that is well', {}, [
        ['1m', []],
        ['2h', []],
        ['28h', []],
      ]),
      {
        name: 'the heartbeat',
        interval: '1m',
        input_series: [],
        promql_expr_test: [
          {
            expr: 'ALERTS{severity="heartbeat"}',
            eval_time: '0m',
            exp_samples: [{ labels: 'ALERTS{alertname="Watchdog",alertstate="firing",severity="heartbeat"}', value: 1 }],
          },
        ],
      },
      ...ALERT_CASES.map(({ alert, why, series, silentAt, firesAt }) =>
        test(`${alert}: ${why}`, series, [
          [silentAt, []],
          [firesAt, [alert]],
        ]),
      ),
    ],
  };
}
