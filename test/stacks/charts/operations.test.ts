import { backupRuns } from '../../../infra/monitoring/backups';
import { plantManifests } from '../../../stacks/manifest/build';
import { withChange } from '../../support/estates';
import { fullEstate } from '../../support/full-estate';
import { type Fields, objectNamed, plantsOf } from '../manifest/rendered';

const withLogsAndScan = withChange(({ plants: { leeds } }) => {
  leeds.logs = { mebibytesPerDay: 96 };
  leeds.portScan = { reason: 'Inventory for the insurer', targets: ['10.20.1.0/24'], ports: [1, 100], runsOn: 'b2' };
});
const [plant] = plantsOf(withLogsAndScan);
if (!plant) throw new Error('the example has no plant');
const set = plantManifests(plant);
const podOf = (object: Fields) => object.spec.template.spec;

describe('log collection', () => {
  const daemonSet = objectNamed(set, 'DaemonSet logs/log-collector');

  test('runs on every node, whatever its taints', () => {
    expect(podOf(daemonSet).tolerations).toEqual([{ operator: 'Exists' }]);
    expect(podOf(daemonSet).nodeSelector).toBeUndefined();
  });

  test('reads the log files of the node as root without a capability, and writes nowhere', () => {
    const { volumes, containers } = podOf(daemonSet);
    expect(volumes).toContainEqual({ name: 'pod-logs', hostPath: { path: '/var/log/pods', type: 'Directory' } });
    expect(containers[0].securityContext).toMatchObject({ runAsUser: 0, capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true });
    expect(containers[0].volumeMounts.every(({ readOnly }: Fields) => readOnly)).toBe(true);
  });

  test('is the one zone that Pod Security does not restrict, and warns of it all the same', () => {
    const levels = set.entries
      .filter(({ object }) => object.kind === 'Namespace')
      .map(({ object: { metadata } }: Fields) => [metadata.name, metadata.labels['pod-security.kubernetes.io/enforce']]);
    expect(levels.filter(([, level]) => level !== 'restricted')).toEqual([['logs', 'privileged']]);
    expect(objectNamed(set, 'Namespace logs').metadata.labels['pod-security.kubernetes.io/warn']).toBe('restricted');
  });

  test('gives each of the four nodes a quarter of the plant’s budget, by the hour', () => {
    const toml = objectNamed(set, 'ConfigMap logs/log-collector').data['telegraf.conf'];
    expect(toml).toContain(`bytes_per_hour = ${1024 ** 2}\n`);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what Telegraf replaces
    expect(toml).toContain('node = "${NODE_NAME}"');
  });

  test('reaches the central broker alone', () => {
    expect(objectNamed(set, 'NetworkPolicy logs/log-collector').spec).toMatchObject({
      ingress: [],
      egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/28' } }], ports: [{ port: 8883, protocol: 'TCP' }] }],
    });
  });
});

describe('a port scan', () => {
  const job = objectNamed(set, 'Job debug/port-scan');

  test('runs nmap once, without privileges, and is ended at its deadline', () => {
    expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 1800 });
    expect(podOf(job)).toMatchObject({ restartPolicy: 'Never', nodeSelector: { 'kubernetes.io/hostname': 'b2' } });
    expect(podOf(job).containers[0].args.join(' ')).toBe('-sT -Pn -n --open --max-rate 100 --max-retries 1 -p 1-100 10.20.1.0/24');
  });

  test('is made anew by Flux when anything of it changes', () => {
    expect(job.metadata.annotations['kustomize.toolkit.fluxcd.io/force']).toBe('enabled');
  });

  test('reaches its targets on its ports and nothing else', () => {
    expect(objectNamed(set, 'NetworkPolicy debug/port-scan').spec.egress).toEqual([
      { to: [{ ipBlock: { cidr: '10.20.1.0/24' } }], ports: [{ port: 1, endPort: 100, protocol: 'TCP' }] },
    ]);
  });
});

test('a plant that asks for neither has neither namespace', () => {
  const [plain] = plantsOf(
    withChange(({ plants: { leeds } }) => {
      delete leeds.logs;
      delete leeds.portScan;
    }),
  );
  const namespaces = plain && plantManifests(plain).entries.filter(({ object }) => object.kind === 'Namespace');
  expect(namespaces?.map(({ object }) => object.metadata.name)).not.toEqual(expect.arrayContaining(['logs']));
  expect(namespaces?.map(({ object }) => object.metadata.name)).not.toEqual(expect.arrayContaining(['debug']));
});

describe('monitoring', () => {
  const [york] = plantsOf(fullEstate()).filter(({ name }) => name === 'york');
  if (!york) throw new Error('the full estate has no york');
  const watched = plantManifests(york);

  test('knows the CronJobs that make backups by their names', () => {
    const scheduled = watched.entries
      .filter(({ object }) => object.kind === 'CronJob' && (object as Fields).spec.suspend !== true)
      .map(({ object }) => object.metadata.name);
    expect(
      backupRuns(york)
        .map(({ cronJob }) => cronJob)
        .sort(),
    ).toEqual(scheduled.sort());
  });

  test('gives kube-state-metrics the right to list and watch what it tells of, and nothing else a token', () => {
    expect(objectNamed(watched, 'ClusterRole plant-kube-state-metrics').rules).toEqual([
      { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list', 'watch'] },
      { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'statefulsets'], verbs: ['list', 'watch'] },
      { apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['list', 'watch'] },
    ]);
    const tokens = ['alertmanager', 'kube-state-metrics', 'plant-monitor', 'prometheus'].map((name) => [
      name,
      podOf(objectNamed(watched, `Deployment monitoring/${name}`)).automountServiceAccountToken,
    ]);
    expect(tokens).toEqual([
      ['alertmanager', false],
      ['kube-state-metrics', true],
      ['plant-monitor', false],
      ['prometheus', false],
    ]);
  });

  test('lets Alertmanager reach its receivers alone, and nobody reach Prometheus', () => {
    expect(
      objectNamed(watched, 'NetworkPolicy monitoring/alertmanager').spec.egress.map(({ to, ports }: Fields) => [
        to[0].ipBlock.cidr,
        ports[0].port,
      ]),
    ).toEqual([
      ['192.0.2.48/29', 443],
      ['192.0.2.40/32', 443],
      ['192.0.2.41/32', 587],
    ]);
    expect(objectNamed(watched, 'NetworkPolicy monitoring/prometheus').spec.ingress).toEqual([]);
  });

  test('asks for a Secret of each receiver that needs one', () => {
    const asked = watched.secrets.filter(({ namespace, name }) => namespace === 'monitoring' && name.startsWith('alert-'));
    expect(asked.map(({ name }) => name).sort()).toEqual(['alert-dead-man', 'alert-on-call', 'alert-shift']);
  });

  test('is not there where nobody is paged', () => {
    const [hull] = plantsOf(fullEstate()).filter(({ name }) => name === 'hull');
    const namespaces = hull && plantManifests(hull).entries.filter(({ object }) => object.kind === 'Namespace');
    expect(namespaces?.map(({ object }) => object.metadata.name)).not.toContain('monitoring');
  });
});
