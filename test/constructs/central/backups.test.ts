import { App, Chart } from 'cdk8s';
import { CENTRAL_BACKUP_RESOURCES, CentralBackups } from '../../../constructs/central/central-backups';
import { requiredSecrets } from '../../../constructs/kube/requirements';
import { BACKED_UP, type BackedUp, backupNames } from '../../../infra/central-backup/plan';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { exampleCentral } from '../../support/centre';

const STORE = { host: 's3.example.com', addresses: ['198.51.100.0/28'], bucket: 'backups' };

function rendered(central: CentralCluster = exampleCentral(), of?: readonly BackedUp[]) {
  if ('off' in central.backups) throw new Error('it makes no backups');
  const chart = new Chart(new App(), 'centre');
  new CentralBackups(chart, 'backups', { central, backups: central.backups, ...(of ? { of } : {}) });
  // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied, looked into by name
  const objects: any[] = chart.toJson();
  const find = (kind: string, name: string) => objects.find((object) => object.kind === kind && object.metadata.name === name);
  const pod = (name: string) => find('CronJob', name).spec.jobTemplate.spec.template.spec;
  const names = (kind: string) =>
    objects
      .filter((object) => object.kind === kind)
      .map(({ metadata }) => metadata.name)
      .sort();
  return { find, pod, names, secrets: requiredSecrets(chart) };
}

const variable = (pod: { containers: [{ env: { name: string; value: string }[] }] }, name: string) =>
  pod.containers[0].env.find((one) => one.name === name)?.value;
// biome-ignore lint/suspicious/noExplicitAny: as above
const volumeOf = (pod: any, mountPath: string) => {
  const mount = pod.containers[0].volumeMounts.find((one: { mountPath: string }) => one.mountPath === mountPath);
  return { mount, volume: pod.volumes.find((one: { name: string }) => one.name === mount.name) };
};

test('each of the four is backed up by schedule on a volume of its own, and restored by a person alone', () => {
  const { find, names } = rendered(exampleCentral({ backups: { schedule: '5 3 * * *', class: 'far', gib: 20, historianGiB: 300 } }));
  expect(names('CronJob')).toEqual(BACKED_UP.flatMap((of) => [backupNames(of).backup, backupNames(of).restore]).sort());
  expect(names('PersistentVolumeClaim')).toEqual(BACKED_UP.map((of) => backupNames(of).backup).sort());
  for (const of of BACKED_UP) {
    const { backup, restore } = backupNames(of);
    expect(find('CronJob', backup).spec).toMatchObject({
      schedule: '5 3 * * *',
      suspend: false,
      concurrencyPolicy: 'Forbid',
      timeZone: 'Etc/UTC',
    });
    expect(find('CronJob', restore).spec).toMatchObject({ suspend: true, jobTemplate: { spec: { backoffLimit: 0 } } });
    expect(find('PersistentVolumeClaim', backup).spec).toMatchObject({
      storageClassName: 'far',
      resources: { requests: { storage: of === 'historian' ? '300Gi' : '20Gi' } },
    });
  }
});

test('every pod is restricted, runs as the user of what it reads, and has no token', () => {
  const { pod, names } = rendered(exampleCentral({ backups: { store: STORE } }));
  const users = { kdc: 100, git: 1000, postgres: 999, historian: 10_001 };
  expect(names('CronJob')).toHaveLength(16);
  for (const of of BACKED_UP) {
    for (const name of Object.values(backupNames(of))) {
      const spec = pod(name);
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        restartPolicy: 'Never',
        securityContext: { runAsNonRoot: true, runAsUser: users[of], fsGroup: users[of], seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(spec.containers[0].securityContext).toMatchObject({ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
      expect(Object.keys(spec.containers[0].resources).sort()).toEqual(['limits', 'requests']);
    }
  }
  expect(pod('git-backup').containers[0].resources.limits.memory).toBe(`${CENTRAL_BACKUP_RESOURCES.git.memoryMiB[1]}Mi`);
});

test('the KDC and the Git server are read on their own node, and restored only while they do not run anywhere', () => {
  const { pod } = rendered();
  for (const [of, path] of [
    ['kdc', '/var/lib/krb5kdc'],
    ['git', '/data'],
  ] as const) {
    const labels = { 'app.kubernetes.io/name': of };
    expect(pod(`${of}-backup`).affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution).toMatchObject([
      { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
    ]);
    expect(pod(`${of}-restore`).affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toMatchObject([
      { topologyKey: 'kubernetes.io/os', labelSelector: { matchLabels: labels } },
    ]);
    // The KDC's is written to for its locks alone.
    const backup = volumeOf(pod(`${of}-backup`), path);
    expect(backup.volume.persistentVolumeClaim).toEqual({ claimName: `data-${of}-0`, ...(of === 'git' ? { readOnly: true } : {}) });
    expect(backup.mount.readOnly).toBe(of === 'git');
    expect(volumeOf(pod(`${of}-restore`), path).mount.readOnly).toBe(false);
  }
  expect(pod('postgres-backup').affinity.podAntiAffinity).toBeDefined();
  expect(pod('postgres-restore').affinity).toBeUndefined();
});

test('each reaches what it backs up and nothing else; what copies to the store reaches the store and nothing else', () => {
  const egress = (central: CentralCluster, name: string) =>
    rendered(central)
      .find('NetworkPolicy', name)
      // biome-ignore lint/suspicious/noExplicitAny: as above
      .spec.egress.map(({ to, ports }: any) => [
        to[0].ipBlock?.cidr ?? to[0].podSelector.matchLabels['app.kubernetes.io/name'],
        ...ports.map(({ port }: { port: number }) => port),
      ]);
  const central = exampleCentral({ backups: { store: STORE } });
  expect(egress(central, 'kdc-backup')).toEqual([]);
  expect(egress(central, 'git-backup')).toEqual([]);
  expect(egress(central, 'postgres-backup')).toEqual([
    ['kdc', 8888],
    ['postgres', 5432],
  ]);
  expect(egress(central, 'historian-backup')).toEqual([['historian', 8086]]);
  expect(egress(central, 'backup-copy')).toEqual([['198.51.100.0/28', 443]]);
  for (const name of rendered(central).names('NetworkPolicy'))
    expect(rendered(central).find('NetworkPolicy', name).spec.ingress).toEqual([]);
});

test('a store gets a copy of each, in a folder of the centre and of what it is, and its Secrets are stated', () => {
  const { find, pod, secrets } = rendered(exampleCentral({ backups: { store: { ...STORE, keepDays: 200, schedule: '7 * * * *' } } }));
  for (const of of BACKED_UP) {
    const { copy, fetch } = backupNames(of);
    expect(find('CronJob', copy).spec).toMatchObject({ schedule: '7 * * * *', suspend: false });
    expect(find('CronJob', fetch).spec.suspend).toBe(true);
    expect(pod(copy).containers[0].args).toEqual(['copy']);
    expect(pod(fetch).containers[0].args).toEqual(['fetch']);
    expect(variable(pod(copy), 'TARGET')).toBe(`store:backups/sheffield/${of}`);
    expect(variable(pod(copy), 'KEEP_DAYS')).toBe('200');
  }
  expect(secrets.map(({ name, content }) => [name, content.kind])).toEqual([
    ['central-backup-store', 'login'],
    ['central-backup-seal', 'password'],
  ]);
});

test('without a store nothing copies, and no Secret is asked for', () => {
  const { names, secrets } = rendered();
  expect(names('CronJob').filter((name) => /copy|fetch/.test(name))).toEqual([]);
  expect(names('NetworkPolicy')).toEqual(BACKED_UP.map((of) => backupNames(of).backup).sort());
  expect(secrets).toEqual([]);
});

test('one of them can be used alone', () => {
  const { names } = rendered(exampleCentral(), ['postgres']);
  expect(names('CronJob')).toEqual(['postgres-backup', 'postgres-restore']);
});

test('no password and no key stands in an object', () => {
  const { pod, names } = rendered(exampleCentral({ backups: { store: STORE } }));
  for (const name of names('CronJob')) {
    const { env } = pod(name).containers[0] as { env: { name: string; value?: string }[] };
    expect(env.filter(({ name: one, value }) => value === undefined || /PASSWORD|TOKEN|SECRET/.test(one))).toEqual([]);
  }
});
