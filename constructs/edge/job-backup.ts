import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { BackupStore, Backups } from '../../infra/model/backup';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Jobs } from '../../infra/model/jobs';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS, LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { JOB_BACKUP, JOB_DATABASE, MOUNTS } from '../../infra/model/services';
import { backupRuns } from '../../infra/monitoring/backups';
import type { AccountName } from '../../infra/mysql/accounts';
import { BACKUP_FILES, BACKUP_PATHS, clientEnvironment, watchEnvironment } from '../../infra/mysql/pod-files';
import { planJobDatabase } from '../../infra/placement/job-database';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Conduit, type Peer, WorkloadPolicy } from '../kube/network-policy';
import type { HardenedPodProps, HealthCommands, Mount, Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { ScheduledJob } from '../kube/scheduled-job';
import { WorkloadAccount } from '../kube/service-account';
import { SinglePod } from '../kube/single-pod';
import { databaseLogin, JOB_DATABASE_PEER } from './job-database';

const ZONE = JOB_DATABASE.zone;
const COMPONENT = JOB_BACKUP.name;
/** Volume claim, ConfigMap and the pod that copies the binary log. */
const NAME = JOB_BACKUP.name;
const labelsOf = (name: string) => ({ name, component: COMPONENT });

/** What copying the binary log uses, and what a dump, a restore or a copy to the store uses. */
export const BACKUP_RESOURCES = {
  follow: { cpuMillis: [20, 500], memoryMiB: [64, 192] },
  run: { cpuMillis: [100, 1000], memoryMiB: [128, 512] },
} as const satisfies Record<string, Resources>;

/** Names of the pods that connect to the database. */
const CLIENTS = { follow: NAME, dump: JOB_BACKUP.dump, restore: 'job-restore' } as const;

/** The pods that connect to the database. */
export const BACKUP_PEERS: readonly Peer[] = Object.values(CLIENTS).map((name) => ({
  namespace: ZONE,
  labels: selectorLabels(labelsOf(name)),
}));

/** What {@link JobBackup} takes. */
export interface JobBackupProps {
  readonly plant: Plant;
  readonly jobs: Jobs;
  readonly backups: Backups;
}

/**
 * Backups of the job database: a pod that copies the binary log as it is written, a full dump by schedule, a copy of both in a store where
 * one is stated, and what restores them, which only a person starts. All of it lies on a volume that is on another node than the database.
 */
export class JobBackup extends Construct {
  readonly #configuration: Configuration;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: JobBackupProps,
  ) {
    super(scope, id);
    const { plant, jobs, backups } = props;
    this.#configuration = new Configuration(this, 'configuration', {
      name: NAME,
      namespace: ZONE,
      labels: labelsOf(NAME),
      files: { ...BACKUP_FILES },
    });
    new k8s.KubePersistentVolumeClaim(this, 'claim', {
      metadata: { name: NAME, namespace: ZONE, labels: objectLabels(labelsOf(NAME)) },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: backups.volume.class ?? plant.storage.class,
        resources: { requests: { storage: k8s.Quantity.fromString(`${backups.volume.gib}Gi`) } },
      },
    });
    const database: Conduit = { peer: JOB_DATABASE_PEER, ports: [JOB_DATABASE.port] };
    const environment = clientEnvironment(jobs);
    const watching = { ...environment, ...watchEnvironment(plant, jobs) };
    this.#follower(database, watching);
    this.#cronJob(CLIENTS.dump, {
      script: 'dump.sh',
      schedule: backups.schedule,
      environment: { ...environment, KEEP_DAYS: String(backups.keepDays) },
      egress: [database],
      mounts: this.#clientMounts('backup'),
    });
    this.#cronJob(CLIENTS.restore, {
      script: 'restore.sh',
      environment: { ...watching, DUMP_OLD_AFTER: String(this.#dumpOldAfterSeconds()) },
      egress: [database],
      mounts: this.#clientMounts('restore'),
    });
    if (backups.store) this.#store(backups.store);
  }

  /** As long after a dump as an alert tells that it is old, a restore refuses it. */
  #dumpOldAfterSeconds(): number {
    const { plant, jobs } = this.props;
    const dump = backupRuns({ ...plant, jobs }).find(({ cronJob }) => cronJob === CLIENTS.dump);
    if (!dump) throw new Error(`${plant.name} makes no dumps, and cannot restore any`);
    return dump.oldAfterSeconds;
  }

  #follower(database: Conduit, environment: Record<string, string>): void {
    const labels = labelsOf(CLIENTS.follow);
    new WorkloadPolicy(this, 'follow-conduits', { namespace: ZONE, labels, ingress: [], egress: [database] });
    new SinglePod(this, 'follow', {
      namespace: ZONE,
      labels,
      podAnnotations: this.#configuration.podAnnotations,
      pod: this.#pod(CLIENTS.follow, {
        script: 'follow.sh',
        environment,
        mounts: this.#clientMounts('backup'),
        resources: BACKUP_RESOURCES.follow,
        health: {
          // It marks each turn of its loop; a server that is away is no reason to restart it.
          liveness: ['/bin/sh', '-c', `find ${BACKUP_PATHS.run}/beat -mmin -2 | grep -q beat`],
          readiness: ['/bin/sh', `${BACKUP_PATHS.scripts}/followed.sh`],
          timeoutSeconds: 10,
          readinessSeconds: 20,
        },
      }),
    });
  }

  /** Copies to the store by schedule, and from it on request. */
  #store(store: BackupStore): void {
    const { plant } = this.props;
    const login = `${NAME}-store`;
    const seal = `${NAME}-seal`;
    requireSecret(this, {
      namespace: ZONE,
      name: login,
      type: 'Opaque',
      keys: LOGIN_KEYS,
      content: { kind: 'login', purpose: `the store of backups at ${store.host}: access key and secret key` },
    });
    requireSecret(this, {
      namespace: ZONE,
      name: seal,
      type: 'Opaque',
      keys: LOGIN_KEYS,
      content: { kind: 'password', username: 'seal', purpose: 'encrypting backups: keep a copy, nothing opens them without it' },
    });
    const environment = {
      BACKUPS: BACKUP_PATHS.backups,
      HOME: BACKUP_PATHS.run,
      KEEP_DAYS: String(store.keepDays),
      LOGIN: BACKUP_PATHS.login,
      RCLONE_CONFIG: `${BACKUP_PATHS.run}/rclone.conf`,
      RCLONE_CONFIG_STORE_ENDPOINT: `https://${store.host}:${store.port}`,
      RCLONE_CONFIG_STORE_FORCE_PATH_STYLE: 'true',
      RCLONE_CONFIG_STORE_PROVIDER: 'Other',
      RCLONE_CONFIG_STORE_REGION: store.region,
      RCLONE_CONFIG_STORE_TYPE: 's3',
      SEAL: BACKUP_PATHS.seal,
      TARGET: `store:${store.bucket}/${plant.name}`,
    };
    const run = (name: string, what: 'copy' | 'fetch', schedule?: string) =>
      this.#cronJob(name, {
        script: 'copy.sh',
        arguments: [what],
        ...(schedule === undefined ? {} : { schedule }),
        environment,
        egress: [{ peer: { networks: [...store.addresses].sort() }, ports: [store.port] }],
        image: IMAGES.rclone,
        mounts: [
          { name: 'login', path: BACKUP_PATHS.login, from: { secret: login } },
          { name: 'seal', path: BACKUP_PATHS.seal, from: { secret: seal } },
        ],
      });
    run(JOB_BACKUP.copy, 'copy', store.schedule);
    run(`${NAME}-fetch`, 'fetch');
  }

  /** A Job by schedule; without one it is suspended, and a person makes a Job from it. */
  #cronJob(name: string, options: RunOptions & { readonly schedule?: string; readonly egress: readonly Conduit[] }): void {
    const labels = labelsOf(name);
    new WorkloadPolicy(this, `${name}-conduits`, { namespace: ZONE, labels, ingress: [], egress: options.egress });
    new ScheduledJob(this, name, {
      namespace: ZONE,
      labels,
      ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
      pod: this.#pod(name, options),
    });
  }

  #pod(name: string, options: RunOptions): HardenedPodProps {
    const { plant, jobs, backups } = this.props;
    const labels = labelsOf(name);
    const account = new WorkloadAccount(this, `${name}-account`, { namespace: ZONE, labels, images: plant.images });
    const image = options.image ?? (jobs.database.engine === 'mysql' ? IMAGES.mysqlTools : IMAGES.mariadb);
    return {
      containerName: 'backup',
      image: imageReference(image, plant.images.registry),
      command: ['/bin/sh', `${BACKUP_PATHS.scripts}/${options.script}`],
      args: options.arguments ?? [],
      env: Object.entries(options.environment).map(([variable, value]) => ({ name: variable, value })),
      ports: [],
      ...(options.health ? { health: options.health } : {}),
      resources: options.resources ?? BACKUP_RESOURCES.run,
      mounts: [
        { name: 'scripts', path: BACKUP_PATHS.scripts, from: { configMap: this.#configuration.name } },
        ...options.mounts,
        { name: 'backups', path: BACKUP_PATHS.backups, from: { claim: NAME } },
        { name: 'tmp', path: BACKUP_PATHS.run, from: { scratchMiB: 64 } },
      ],
      serviceAccount: account.name,
      priorityClass: 'plant-data',
      affinity: apart(name === CLIENTS.follow && planJobDatabase(plant, jobs).design === 'bound' && backups.volume.diesWithNode !== false),
    };
  }

  #clientMounts(user: AccountName): Mount[] {
    const login = databaseLogin(user);
    const certificate = `${NAME}-tls`;
    requireSecret(this, login);
    requireSecret(this, {
      namespace: ZONE,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: NAME, dnsNames: [], usages: ['client'] },
    });
    return [
      { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
      { name: 'login', path: BACKUP_PATHS.login, from: { secret: login.name } },
    ];
  }
}

interface RunOptions {
  readonly script: string;
  readonly arguments?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly image?: string;
  readonly resources?: Resources;
  readonly health?: HealthCommands;
}

/**
 * Not on the database's node, and in another rack where there is one. Where one server and the backups lie on nodes it must hold for the pod that always
 * runs, because that decides for ever where the volume of the backups is. A Job goes where that volume is, also to the node that a
 * database was restored on because no other was left.
 */
function apart(mustBe: boolean): k8s.Affinity {
  const labelSelector = { matchLabels: { ...selectorLabels({ name: JOB_DATABASE.name, component: JOB_DATABASE.name }) } };
  const term = (topologyKey: string) => ({ topologyKey, labelSelector });
  const wished = (weight: number, topologyKey: string) => ({ weight, podAffinityTerm: term(topologyKey) });
  return {
    podAntiAffinity: {
      ...(mustBe ? { requiredDuringSchedulingIgnoredDuringExecution: [term('kubernetes.io/hostname')] } : {}),
      preferredDuringSchedulingIgnoredDuringExecution: [
        wished(100, 'topology.kubernetes.io/zone'),
        ...(mustBe ? [] : [wished(50, 'kubernetes.io/hostname')]),
      ],
    },
  };
}
