import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import {
  BACKED_UP,
  type BackedUp,
  backupFiles,
  backupNames,
  CENTRAL_BACKUP_PATHS,
  type CentralBackupsMade,
  clientEnvironment,
  commonEnvironment,
  storeEnvironment,
} from '../../infra/central-backup/plan';
import type { BackupStore } from '../../infra/model/backup';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentFacts } from '../../infra/model/central-components';
import { CENTRAL_MOUNTS, CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { NODE_USER } from '../kube/acs-image';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { WorkloadPolicy } from '../kube/network-policy';
import { type Mount, POD_USER, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { ScheduledJob } from '../kube/scheduled-job';
import { WorkloadAccount } from '../kube/service-account';
import { variables } from '../kube/variables';
import { CENTRAL_PRIORITY } from './central-namespace';
import { conduitsOf } from './conduits';
import { DATABASE_ADMIN_KEYS } from './factory-plus-program';
import { accountSecret, HISTORIAN_TLS } from './historian';
import { KDC_USER } from './identity';
import { POSTGRES_USER } from './postgres';

const NAMESPACE = CENTRAL_NAMESPACE;
/** Who copies backups to the store. */
const COPY = { name: 'backup-copy', component: componentFacts('backup-copy').component };
const STORE_LOGIN = 'central-backup-store';
const STORE_SEAL = 'central-backup-seal';

/** What a backup, a restore or a copy uses; Git checks its objects in memory. */
export const CENTRAL_BACKUP_RESOURCES = {
  kdc: { cpuMillis: [100, 1000], memoryMiB: [64, 256] },
  git: { cpuMillis: [100, 1000], memoryMiB: [128, 1024] },
  postgres: { cpuMillis: [100, 1000], memoryMiB: [128, 512] },
  historian: { cpuMillis: [100, 2000], memoryMiB: [128, 512] },
  copy: { cpuMillis: [100, 1000], memoryMiB: [128, 512] },
} as const satisfies Record<BackedUp | 'copy', Resources>;

/** Images that have what reads each component, and the user who may read its files: that of the component. */
const PROGRAMS: Readonly<Record<BackedUp, { readonly image: string; readonly user: number }>> = {
  kdc: { image: IMAGES.acsIdentity, user: KDC_USER },
  git: { image: IMAGES.acsGit, user: NODE_USER },
  postgres: { image: IMAGES.postgres, user: POSTGRES_USER },
  historian: { image: IMAGES.influxdb, user: POD_USER },
};

/** What {@link CentralBackups} takes. */
export interface CentralBackupsProps {
  readonly central: CentralCluster;
  readonly backups: CentralBackupsMade;
  /** What is backed up. @default - all of the KDC, PostgreSQL, the Git server and the historian */
  readonly of?: readonly BackedUp[];
}

/**
 * Backups of what the centre cannot make again: a CronJob each, on a volume of its own, an encrypted copy of each in a store where one is stated, and
 * what restores them, which only a person starts.
 *
 * The KDC and the Git server are read from their volumes, on the node that they run on. Their restores write to these volumes, and are not placed while they run.
 */
export class CentralBackups extends Construct {
  readonly #central: CentralCluster & { readonly backups: CentralBackupsMade };

  constructor(scope: Construct, id: string, { central, backups, of = BACKED_UP }: CentralBackupsProps) {
    super(scope, id);
    this.#central = { ...central, backups };
    const { store } = backups;
    if (store) {
      new WorkloadPolicy(this, 'copy-conduits', { namespace: NAMESPACE, labels: COPY, ...conduitsOf(central, 'backup-copy') });
      new WorkloadAccount(this, 'copy-account', { namespace: NAMESPACE, labels: COPY, images: central.images });
      this.#storeSecrets(store);
    }
    for (const one of of) this.#backup(one, store);
  }

  #backup(of: BackedUp, store: BackupStore | undefined): void {
    const central = this.#central;
    const { backups } = central;
    const names = backupNames(of);
    const labels = { name: names.backup, component: componentFacts(names.backup).component };
    const scope = new Construct(this, of);
    new k8s.KubePersistentVolumeClaim(scope, 'claim', {
      metadata: { name: names.backup, namespace: NAMESPACE, labels: objectLabels(labels) },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: backups.class ?? central.storage.class,
        resources: { requests: { storage: k8s.Quantity.fromString(`${of === 'historian' ? backups.historianGiB : backups.gib}Gi`) } },
      },
    });
    const configuration = new Configuration(scope, 'configuration', {
      name: names.backup,
      namespace: NAMESPACE,
      labels,
      files: backupFiles(central, of),
    });
    new WorkloadPolicy(scope, 'conduits', { namespace: NAMESPACE, labels, ...conduitsOf(central, names.backup) });
    new WorkloadAccount(scope, 'account', { namespace: NAMESPACE, labels, images: central.images });
    const { user, image } = PROGRAMS[of];
    const pod = (script: string, options: Pick<RunOptions, 'environment' | 'mounts'>) => ({
      containerName: 'backup',
      image: imageReference(image, central.images.registry),
      command: ['/bin/sh', `${CENTRAL_BACKUP_PATHS.scripts}/${script}`],
      args: [] as string[],
      env: variables({ ...commonEnvironment(central, of), ...options.environment }),
      resources: CENTRAL_BACKUP_RESOURCES[of],
      mounts: [
        { name: 'scripts', path: CENTRAL_BACKUP_PATHS.scripts, from: { configMap: configuration.name } },
        { name: 'backups', path: CENTRAL_BACKUP_PATHS.backups, from: { claim: names.backup } },
        { name: 'tmp', path: CENTRAL_BACKUP_PATHS.run, from: { scratchMiB: 64 } },
        ...options.mounts,
      ] satisfies Mount[],
      serviceAccount: labels.name,
      priorityClass: CENTRAL_PRIORITY,
      user,
    });
    const environment = clientEnvironment(central, of);
    new ScheduledJob(scope, 'backup', {
      namespace: NAMESPACE,
      labels,
      schedule: backups.schedule,
      pod: {
        ...pod('backup.sh', {
          environment: { ...environment, KEEP_DAYS: String(backups.keepDays) },
          mounts: this.#mounts(of, true),
        }),
        affinity: readsVolume(of) ? beside(of) : apart(of),
      },
    });
    new ScheduledJob(scope, 'restore', {
      namespace: NAMESPACE,
      labels,
      name: names.restore,
      pod: {
        ...pod('restore.sh', { environment, mounts: this.#mounts(of, false) }),
        ...(readsVolume(of) ? { affinity: without(of) } : {}),
      },
    });
    if (!store) return;
    const copy = (what: 'copy' | 'fetch') => ({
      ...pod('copy.sh', {
        environment: storeEnvironment(central, store, of),
        mounts: [
          { name: 'login', path: CENTRAL_BACKUP_PATHS.login, from: { secret: STORE_LOGIN } },
          { name: 'seal', path: CENTRAL_BACKUP_PATHS.seal, from: { secret: STORE_SEAL } },
        ],
      }),
      args: [what],
      image: imageReference(IMAGES.rclone, central.images.registry),
      resources: CENTRAL_BACKUP_RESOURCES.copy,
      serviceAccount: COPY.name,
    });
    new ScheduledJob(scope, 'copy', {
      namespace: NAMESPACE,
      labels: COPY,
      name: names.copy,
      schedule: store.schedule,
      pod: copy('copy'),
    });
    new ScheduledJob(scope, 'fetch', { namespace: NAMESPACE, labels: COPY, name: names.fetch, pod: copy('fetch') });
  }

  #storeSecrets(store: BackupStore): void {
    requireSecret(this, {
      namespace: NAMESPACE,
      name: STORE_LOGIN,
      type: 'Opaque',
      keys: LOGIN_KEYS,
      content: { kind: 'login', purpose: `the store of backups at ${store.host}: access key and secret key` },
    });
    requireSecret(this, {
      namespace: NAMESPACE,
      name: STORE_SEAL,
      type: 'Opaque',
      keys: LOGIN_KEYS,
      content: { kind: 'password', username: 'seal', purpose: 'encrypting backups: keep a copy, nothing opens them without it' },
    });
  }

  /** What a backup or a restore sees of the component itself. Its Secrets are stated by the component. */
  #mounts(of: BackedUp, readOnly: boolean): Mount[] {
    const { data, keytabs, admin } = CENTRAL_BACKUP_PATHS;
    switch (of) {
      case 'kdc':
      case 'git':
        // Whoever dumps a Kerberos database locks it, in files that MIT Kerberos 1.20 opens for writing.
        return [{ name: 'data', path: data[of], from: { claim: `data-${of}-0`, readOnly: readOnly && of !== 'kdc' } }];
      case 'postgres':
        return [{ name: 'keytabs', path: keytabs, from: { secret: DATABASE_ADMIN_KEYS.secret } }];
      case 'historian':
        return [
          { name: 'tls', path: CENTRAL_MOUNTS.tls, from: { secret: HISTORIAN_TLS, items: { 'ca.crt': 'ca.crt' } } },
          { name: 'admin', path: admin, from: { secret: accountSecret('admin') } },
        ];
    }
  }
}

interface RunOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
}

const readsVolume = (of: BackedUp): of is 'kdc' | 'git' => of === 'kdc' || of === 'git';

const podsOf = (of: BackedUp, topologyKey: string) => ({
  topologyKey,
  labelSelector: { matchLabels: selectorLabels({ name: of, component: componentFacts(of).component }) },
});

/** On the node that the component runs on: one node at a time mounts its volume. */
const beside = (of: BackedUp): k8s.Affinity => ({
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podsOf(of, 'kubernetes.io/hostname')] },
});

/** Rather not on the node of the component, since the first backup decides where the volume of the backups is. */
const apart = (of: BackedUp): k8s.Affinity => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: podsOf(of, 'topology.kubernetes.io/zone') },
      { weight: 50, podAffinityTerm: podsOf(of, 'kubernetes.io/hostname') },
    ],
  },
});

/** Nowhere in the cluster while the component runs, and the component nowhere while this does (every node has a label for its operating system). */
const without = (of: BackedUp): k8s.Affinity => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [podsOf(of, 'kubernetes.io/os')] },
});
