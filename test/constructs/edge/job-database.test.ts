import { plantManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';
import { type Fields, objectNamed, ofKind, plantsOf, workloadsOf } from '../../stacks/manifest/rendered';
import { withChange, withoutJobs } from '../../support/estates';

const LOCAL = { gib: 20, diesWithNode: true };
const SYNCHRONISER = {
  image: 'registry.example.com/erp/sync:2.1.0',
  health: { port: 8080 },
  reaches: [{ address: '192.0.2.40', port: 443, purpose: 'SAP' }],
};

// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
function rendered(change: (jobs: any) => void = () => {}): ManifestSet {
  const estate = withChange((data) => {
    const { machineTypes } = data;
    const { leeds } = data.plants;
    withoutJobs(data);
    for (const type of ['press', 'lathe']) delete machineTypes[type].agent;
    for (const name of Object.keys(leeds.machines)) if (name !== 'press-1') delete leeds.machines[name];
    leeds.jobs = { database: { volume: LOCAL, backups: { volume: LOCAL } }, loseAtMost: '5min', backWithin: '4h' };
    change(leeds.jobs);
  });
  const [plant] = plantsOf(estate);
  if (!plant) throw new Error('there is no plant');
  return plantManifests(plant);
}

const podOf = (set: ManifestSet, text: string): Fields => {
  const found = workloadsOf(set).find((workload) => workload.text === text);
  if (!found) throw new Error(`there is no ${text}`);
  return found.pod;
};
const images = (set: ManifestSet) =>
  workloadsOf(set)
    .filter(({ namespace }) => namespace === 'jobs')
    .map(({ text, pod }) => `${text} ${pod.containers[0].image.replace(/^[^/]+\//, '')}`);

describe('the job database', () => {
  const set = rendered();

  test('is one server of the article’s make with its clients, or MariaDB with its own', () => {
    expect(images(set)).toEqual([
      'CronJob jobs/job-backup-dump percona/percona-server:8.4.10-10.1',
      'CronJob jobs/job-restore percona/percona-server:8.4.10-10.1',
      'Deployment jobs/job-backup percona/percona-server:8.4.10-10.1',
      'StatefulSet jobs/job-database library/mysql:8.4.10',
    ]);
    const mariadb = images(rendered(({ database }) => Object.assign(database, { engine: 'mariadb' })));
    expect(mariadb.every((line) => line.endsWith('library/mariadb:11.4.10'))).toBe(true);
  });

  test('asks the server itself, gives a recovery a quarter of an hour, and an end two minutes', () => {
    const { containers, terminationGracePeriodSeconds } = podOf(set, 'StatefulSet jobs/job-database');
    const { startupProbe, livenessProbe, readinessProbe, resources } = containers[0];
    expect(startupProbe.exec.command).toEqual(['/bin/sh', '/etc/job-database/ask.sh', 'alive']);
    expect(livenessProbe.exec.command.at(-1)).toBe('alive');
    expect(readinessProbe.exec.command.at(-1)).toBe('ready');
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(900);
    expect(terminationGracePeriodSeconds).toBe(120);
    expect(resources.requests.memory).toBe(resources.limits.memory);
  });

  test('keeps its volume whatever is removed, and no password in what is rendered', () => {
    const { spec } = objectNamed(set, 'StatefulSet jobs/job-database');
    expect(spec.persistentVolumeClaimRetentionPolicy).toEqual({ whenDeleted: 'Retain', whenScaled: 'Retain' });
    expect(set.entries.filter(({ protect }) => protect).map(({ object }) => `${object.kind} ${object.metadata.name}`)).toEqual(
      expect.arrayContaining(['PersistentVolumeClaim job-backup', 'StatefulSet job-database']),
    );
    expect(objectNamed(set, 'ConfigMap jobs/job-database').data['users-orchestrator.sql']).toContain('IDENTIFIED BY @PASSWORD@');
    expect(set.secrets.filter(({ content }) => content.kind === 'password').map(({ name }) => name)).toEqual([
      'job-database-backup',
      'job-database-monitor',
      'job-database-orchestrator',
      'job-database-restore',
    ]);
  });

  test('has no port on the nodes, which the quota refuses, until the model asks for one', () => {
    expect(ofKind(set, 'Service').filter(({ spec }: Fields) => spec.type === 'NodePort')).toEqual([]);
    expect(objectNamed(set, 'ResourceQuota jobs/zone-quota').spec.hard['services.nodeports']).toBe(0);
    const open = rendered(({ database }) => Object.assign(database, { nodePort: { reason: 'SAP', networks: ['10.20.9.9/32'] } }));
    expect(objectNamed(open, 'Service jobs/job-database-outside').spec).toMatchObject({
      type: 'NodePort',
      externalTrafficPolicy: 'Local',
      ports: [{ nodePort: 30_006, port: 3306 }],
    });
    expect(objectNamed(open, 'ResourceQuota jobs/zone-quota').spec.hard['services.nodeports']).toBe(1);
    expect(JSON.stringify(objectNamed(open, 'NetworkPolicy jobs/job-database').spec.ingress)).toContain('"cidr":"10.20.9.9/32"');
    expect(JSON.stringify(open.entries)).not.toContain('hostPort');
  });
});

describe('a job database with a replica', () => {
  const replicated = (database: object = {}) =>
    rendered((jobs) => {
      jobs.loseAtMost = '1s';
      Object.assign(jobs.database, database);
    });
  const set = replicated();
  const selectorOf = (rendering: ManifestSet) => objectNamed(rendering, 'Service jobs/job-database').spec.selector;

  test('is two servers that keep to two nodes, each with a volume, of which neither waits for the other to start', () => {
    const { spec } = objectNamed(set, 'StatefulSet jobs/job-database');
    expect([spec.replicas, spec.podManagementPolicy]).toEqual([2, 'Parallel']);
    const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: may } =
      spec.template.spec.affinity.podAntiAffinity;
    expect([must[0].topologyKey, may[0].podAffinityTerm.topologyKey]).toEqual(['kubernetes.io/hostname', 'topology.kubernetes.io/zone']);
    // The pod of the backups need not find a third node.
    const { affinity } = podOf(set, 'Deployment jobs/job-backup');
    expect(affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution).toBeUndefined();
  });

  test('is reached at its primary alone, and another primary changes that and what the servers read, without a restart of either', () => {
    const promoted = replicated({ primary: 1, alone: { reason: 'a1 is gone' } });
    expect(selectorOf(set)['statefulset.kubernetes.io/pod-name']).toBe('job-database-0');
    expect(selectorOf(promoted)['statefulset.kubernetes.io/pod-name']).toBe('job-database-1');
    expect(objectNamed(set, 'ConfigMap jobs/job-database-role').data).toEqual({ primary: '0', alone: 'no' });
    expect(objectNamed(promoted, 'ConfigMap jobs/job-database-role').data).toEqual({ primary: '1', alone: 'yes' });
    expect(objectNamed(promoted, 'StatefulSet jobs/job-database')).toEqual(objectNamed(set, 'StatefulSet jobs/job-database'));
  });

  test('lets each server reach the other one, which a single server has not', () => {
    const policyOf = (rendering: ManifestSet) => objectNamed(rendering, 'NetworkPolicy jobs/job-database').spec;
    const own = '"app.kubernetes.io/name":"job-database"';
    const { egress, ingress } = policyOf(set);
    expect(egress).toHaveLength(1);
    for (const rule of [egress[0], ingress.at(-1)]) expect(JSON.stringify(rule)).toContain(own);
    expect(policyOf(rendered()).egress).toEqual([]);
  });

  test('has a user for the replica, and names of both servers in its certificate', () => {
    expect(set.secrets.map(({ name }) => name)).toEqual(expect.arrayContaining(['job-database-replication', 'job-database-keeper']));
    const certificate = set.secrets.find(({ name }) => name === 'job-database-tls')?.content;
    expect(certificate).toMatchObject({
      dnsNames: ['job-database', 'job-database-0', 'job-database-1'].map((name) => `${name}.jobs.svc.cluster.local`),
    });
    for (const name of ['job-database-0', 'job-database-1']) {
      expect(objectNamed(set, `Service jobs/${name}`).spec.publishNotReadyAddresses).toBe(true);
    }
  });
});

describe('backups', () => {
  const set = rendered(({ database }) =>
    Object.assign(database.backups, { store: { host: 's3.example.com', addresses: ['192.0.2.32/32'], bucket: 'backups' } }),
  );
  const jobs = ofKind(set, 'CronJob').map(({ metadata, spec }: Fields) => [metadata.name, spec.schedule, spec.suspend]);

  test('run by schedule, and what restores is started by a person alone', () => {
    expect(jobs).toEqual([
      ['job-backup-copy', '45 * * * *', false],
      ['job-backup-dump', '15 2 * * *', false],
      ['job-backup-fetch', '0 0 31 2 *', true],
      ['job-restore', '0 0 31 2 *', true],
    ]);
  });

  test('keep away from the node of the database: the pod that always runs must, and the Jobs go where its volume is', () => {
    const required = (affinity: Fields) => affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    const mounting = workloadsOf(set).filter(({ pod }) =>
      pod.volumes.some(({ persistentVolumeClaim }: Fields) => persistentVolumeClaim?.claimName === 'job-backup'),
    );
    expect(mounting).toHaveLength(5);
    expect(mounting.filter(({ pod }) => required(pod.affinity)).map(({ text }) => text)).toEqual(['Deployment jobs/job-backup']);
    expect(required(podOf(set, 'Deployment jobs/job-backup').affinity)).toEqual([
      {
        topologyKey: 'kubernetes.io/hostname',
        labelSelector: { matchLabels: { 'app.kubernetes.io/component': 'job-database', 'app.kubernetes.io/name': 'job-database' } },
      },
    ]);
    for (const { pod } of mounting) {
      const [wished] = pod.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution;
      expect(wished.podAffinityTerm.topologyKey).toBe('topology.kubernetes.io/zone');
    }
    const network = rendered(({ database }) => Object.assign(database, { volume: { class: 'nfs', gib: 20, diesWithNode: false } }));
    expect(required(podOf(network, 'Deployment jobs/job-backup').affinity)).toBeUndefined();
  });

  test('see neither the key of the server nor a password but their own', () => {
    const secretsOf = (text: string) => podOf(set, text).volumes.flatMap(({ secret }: Fields) => secret?.secretName ?? []);
    expect(secretsOf('CronJob jobs/job-backup-dump')).toEqual(['job-backup-tls', 'job-database-backup']);
    expect(secretsOf('CronJob jobs/job-restore')).toEqual(['job-backup-tls', 'job-database-restore']);
    expect(secretsOf('CronJob jobs/job-backup-copy')).toEqual(['job-backup-store', 'job-backup-seal']);
    expect(JSON.stringify(objectNamed(set, 'NetworkPolicy jobs/job-backup-copy').spec.egress)).toContain('192.0.2.32/32');
  });

  test('are not there where the model says that they are off', () => {
    const off = rendered(({ database }) =>
      Object.assign(database, { volume: { class: 'nfs', gib: 20, diesWithNode: false }, backups: { off: true, reason: 'trial' } }),
    );
    expect(images(off).map((line) => line.split(' ')[1])).toEqual(['jobs/job-database']);
  });
});

describe('the ERP link', () => {
  const set = rendered((jobs) => Object.assign(jobs, { erp: { synchroniser: SYNCHRONISER } }));

  test('reaches the database and what the model names, and is told where the database is', () => {
    const { env } = podOf(set, 'Deployment jobs/erp-link').containers[0];
    expect(Object.fromEntries(env.map(({ name, value }: Fields) => [name, value]))).toEqual({
      MILLWRIGHT_CA_FILE: '/run/plant-tls/ca.crt',
      MILLWRIGHT_DATABASE_HOST: 'job-database.jobs.svc.cluster.local',
      MILLWRIGHT_DATABASE_LOGIN: '/run/job-database-login',
      MILLWRIGHT_DATABASE_NAME: 'jobs',
      MILLWRIGHT_DATABASE_PORT: '3306',
      MILLWRIGHT_PLANT: 'leeds',
    });
    const { ingress, egress } = objectNamed(set, 'NetworkPolicy jobs/erp-link').spec;
    expect(ingress).toEqual([]);
    expect(egress.flatMap(({ ports }: Fields) => ports.map(({ port }: Fields) => port))).toEqual([3306, 443]);
    const admitted = JSON.stringify(objectNamed(set, 'NetworkPolicy jobs/job-database').spec.ingress);
    expect(admitted).toContain('"app.kubernetes.io/name":"erp-link"');
  });

  test('is not there for a program outside the cluster, whose user is', () => {
    const external = rendered((jobs) => {
      jobs.erp = { external: { addresses: ['10.20.9.9/32'], purpose: 'SAP' } };
      jobs.database.nodePort = { reason: 'SAP', networks: ['10.20.9.0/24'] };
    });
    expect(ofKind(external, 'Deployment').filter(({ metadata }) => metadata.name === 'erp-link')).toEqual([]);
    expect(external.secrets.map(({ name }) => name)).toContain('job-database-erp');
  });
});
