import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import { alertRules } from '../../../infra/monitoring/alert-rules';
import { alertmanagerConfiguration } from '../../../infra/monitoring/alertmanager';
import { backupRuns } from '../../../infra/monitoring/backups';
import { OBJECT_KINDS, OBJECT_METRIC_NAMES } from '../../../infra/monitoring/object-metrics';
import { prometheusConfiguration } from '../../../infra/monitoring/prometheus';
import { plantMonitorConfiguration, silentAfterSeconds } from '../../../infra/telegraf/plant-monitor';
import { fullEstate } from '../../support/full-estate';

const { plants } = checkEstate(fullEstate());
const [hull, york] = plants as [Plant, Plant];
const text = (plant: Plant) => JSON.stringify(alertRules(plant));
const named = (plant: Plant, alert: string) => alertRules(plant).find((rule) => rule.alert === alert);

describe('alerts', () => {
  test('have the names that docs and routes go by, each once, and each says what to do', () => {
    const rules = alertRules(york);
    expect(rules.map(({ alert, labels }) => `${alert} ${labels.severity}`)).toEqual([
      'Watchdog heartbeat',
      'MachineSilent page',
      'BrokerStoreFilling ticket',
      'BrokerStoreNearlyFull page',
      'CentreBehind ticket',
      'CertificateEnding ticket',
      'CertificateEnds page',
      'NodeGone page',
      'NodesMissing ticket',
      'ServersMissing page',
      'WorkloadDown page',
      'FactoryPlusDown ticket',
      'NodeProgramsMissing ticket',
      'RestartsOften ticket',
      'MonitoringBlind page',
      'BackupOld page',
      'BackupNever page',
    ]);
    for (const { annotations } of rules)
      expect(annotations).toEqual({ summary: expect.stringMatching(/\S/), action: expect.stringMatching(/\S/) });
  });

  test('ask kube-state-metrics for what it is let to tell, and it tells nothing else', () => {
    expect([...new Set(text(york).match(/kube_[a-z_]+/g))].sort()).toEqual(OBJECT_METRIC_NAMES);
    expect(OBJECT_KINDS).toEqual(['cronjobs', 'daemonsets', 'deployments', 'nodes', 'pods', 'statefulsets']);
  });

  test('ask the plant monitor for what it tells', () => {
    const { outputs } = plantMonitorConfiguration(york) as { outputs: { prometheus_client: [{ namepass: string[] }] } };
    const own = [...new Set(text(york).match(/\b(?:machine|broker|certificate)_[a-z_]+/g))];
    expect(own.sort()).toEqual([
      'broker_store_limit_bytes',
      'broker_store_used_bytes',
      'broker_stored_messages',
      'certificate_expiry',
      'machine_silent_limit_seconds',
      'machine_silent_seconds',
    ]);
    expect(outputs.prometheus_client[0].namepass).toEqual(['machine', 'broker', 'certificate']);
  });

  test('hold no text of the estate', () => {
    const words = [york.name, ...york.machines.map(({ name }) => name), ...york.nodes.map(({ name }) => name)];
    expect(words.filter((word) => text(york).includes(word))).toEqual([]);
  });

  test('do not miss machines where a plant has none', () => {
    expect(hull.machines).toEqual([]);
    expect(named(hull, 'MonitoringBlind')?.expr).not.toContain('machine_silent_seconds');
    expect(named(york, 'MonitoringBlind')?.expr).toContain('absent(machine_silent_seconds)');
  });

  test('allow a machine three of its fastest scans, and never less than five minutes', () => {
    const limitOf = (...scans: number[]) => silentAfterSeconds({ points: scans.map((scanMs) => ({ scanMs })) as never });
    expect([limitOf(1_000, 3_600_000), limitOf(600_000, 900_000), limitOf()]).toEqual([300, 1_800, 300]);
  });

  test('give each backup its longest gap and three hours', () => {
    expect(backupRuns(york)).toEqual([
      { cronJob: 'job-backup-dump', oldAfterSeconds: 27 * 3600 },
      { cronJob: 'job-backup-copy', oldAfterSeconds: 4 * 3600 },
    ]);
  });

  test('of backups are none where the plant makes none, or has no job database', () => {
    const { jobs: _, ...bare } = york;
    expect([...backupRuns(hull), ...backupRuns(bare as Plant)]).toEqual([]);
    expect(text(hull)).not.toContain('Backup');
  });
});

// biome-ignore lint/suspicious/noExplicitAny: the test reads what a configuration has
const alertmanager = (york.monitoring ? alertmanagerConfiguration(york, york.monitoring) : {}) as any;

describe('Alertmanager', () => {
  test('sends alerts to each receiver that takes them, and the heartbeat to those that take it alone', () => {
    expect(
      alertmanager.route.routes.map(({ receiver, matchers }: { receiver: string; matchers: string[] }) => [receiver, ...matchers]),
    ).toEqual([
      ['on-call', 'severity="page"'],
      ['shift', 'severity="page"'],
      ['on-call', 'severity="ticket"'],
      ['shift', 'severity="ticket"'],
      ['dead-man', 'severity="heartbeat"'],
    ]);
    expect(alertmanager.route.receiver).toBe('Nobody');
    expect(alertmanager.receivers[0]).toEqual({ name: 'Nobody' });
  });

  test('keeps what authenticates the sender in files', () => {
    const [, deadMan, onCall, shift] = alertmanager.receivers;
    expect(deadMan.webhook_configs[0].url_file).toBe('/run/secrets/alert-dead-man/password');
    expect(onCall.webhook_configs).toEqual([{ url_file: '/run/secrets/alert-on-call/password', send_resolved: true, max_alerts: 50 }]);
    expect(shift.email_configs[0]).toMatchObject({
      to: 'shift@example.com',
      smarthost: 'mail.example.com:587',
      require_tls: true,
      auth_username: 'york',
      auth_password_file: '/run/secrets/alert-shift/password',
    });
  });

  test('shows a mail server no password where it asks for none', () => {
    const open = structuredClone(york.monitoring) as unknown as { receivers: { shift: { user?: string } } };
    delete open.receivers.shift.user;
    expect(JSON.stringify(alertmanagerConfiguration(york, open as never))).not.toContain('alert-shift');
  });
});

test('Prometheus asks the monitor, kube-state-metrics and itself, and names the plant to whom it tells', () => {
  // biome-ignore lint/suspicious/noExplicitAny: the test reads what a configuration has
  const { global, scrape_configs } = prometheusConfiguration(york) as any;
  expect(global.external_labels).toEqual({ plant: 'york' });
  expect(scrape_configs.map(({ job_name }: { job_name: string }) => job_name)).toEqual([
    'plant-monitor',
    'kube-state-metrics',
    'prometheus',
  ]);
});
