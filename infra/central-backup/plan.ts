import { toKrb5Conf } from '../formats/krb5-conf';
import { centralKerberosConfiguration } from '../kerberos/client';
import { KDC_PATHS } from '../kerberos/kdc';
import type { BackupStore } from '../model/backup';
import type { CentralCluster } from '../model/central-cluster';
import { type CentralComponentName, componentAddress } from '../model/central-components';
import { CENTRAL_MOUNTS } from '../model/central-services';
import { oldAfterSeconds } from '../monitoring/backups';
import { DATABASE_ADMINISTRATOR } from '../postgres/configuration';
import { COMMON_SCRIPT } from './scripts/common';
import { COPY_SCRIPT } from './scripts/copy';
import { GIT_BACKUP_SCRIPT, GIT_RESTORE_SCRIPT } from './scripts/git';
import { HISTORIAN_BACKUP_SCRIPT, HISTORIAN_RESTORE_SCRIPT } from './scripts/historian';
import { KDC_BACKUP_SCRIPT, KDC_RESTORE_SCRIPT } from './scripts/kdc';
import { POSTGRES_BACKUP_SCRIPT, POSTGRES_RESTORE_SCRIPT } from './scripts/postgres';

/** What is backed up, in the order in which a whole centre is restored. */
export const BACKED_UP = ['kdc', 'postgres', 'git', 'historian'] as const satisfies readonly CentralComponentName[];
/** A component that is backed up. */
export type BackedUp = (typeof BACKED_UP)[number];

/** Backups that are made. */
export type CentralBackupsMade = Exclude<CentralCluster['backups'], { readonly off: true }>;

/** Names of the Jobs of a component; its volume of backups bears the name of the first. */
export const backupNames = (of: BackedUp) =>
  ({ backup: `${of}-backup`, restore: `${of}-restore`, copy: `${of}-backup-copy`, fetch: `${of}-backup-fetch` }) as const;

/** Where things lie in the pods that back up, restore and copy. */
export const CENTRAL_BACKUP_PATHS = {
  /** Volume of backups. */
  backups: '/var/lib/central-backup',
  /** Scratch. */
  run: '/tmp',
  scripts: '/etc/central-backup',
  /** Volume of the component, where a backup reads it or a restore writes it. */
  data: { kdc: KDC_PATHS.data, git: '/data' },
  /** Keys of the administrator of the databases. */
  keytabs: '/keytabs',
  /** Secret of the historian's first user. */
  admin: '/run/historian-admin',
  /** Access key of the store. */
  login: '/run/backup-store-login',
  /** Password of the encryption at the store. */
  seal: '/run/backup-store-seal',
} as const;

const SCRIPTS: Readonly<Record<BackedUp, Readonly<Record<'backup.sh' | 'restore.sh', string>>>> = {
  kdc: { 'backup.sh': KDC_BACKUP_SCRIPT, 'restore.sh': KDC_RESTORE_SCRIPT },
  git: { 'backup.sh': GIT_BACKUP_SCRIPT, 'restore.sh': GIT_RESTORE_SCRIPT },
  postgres: { 'backup.sh': POSTGRES_BACKUP_SCRIPT, 'restore.sh': POSTGRES_RESTORE_SCRIPT },
  historian: { 'backup.sh': HISTORIAN_BACKUP_SCRIPT, 'restore.sh': HISTORIAN_RESTORE_SCRIPT },
};

/** Files of the pods that back a component up, restore and copy it, by name. */
export function backupFiles({ contract }: Pick<CentralCluster, 'contract'>, of: BackedUp): Record<string, string> {
  return {
    'common.sh': COMMON_SCRIPT,
    'copy.sh': COPY_SCRIPT,
    ...SCRIPTS[of],
    ...(of === 'kdc' || of === 'postgres' ? { 'krb5.conf': toKrb5Conf(centralKerberosConfiguration(contract)) } : {}),
  };
}

/** Environment that all pods of a component's backups have. */
export function commonEnvironment(
  { name, backups }: Pick<CentralCluster, 'name'> & { readonly backups: CentralBackupsMade },
  of: BackedUp,
) {
  return {
    BACKUPS: CENTRAL_BACKUP_PATHS.backups,
    CENTRAL: name,
    OF: of,
    OLD_AFTER: String(oldAfterSeconds(backups.schedule)),
    RUN: CENTRAL_BACKUP_PATHS.run,
    SCRIPTS: CENTRAL_BACKUP_PATHS.scripts,
  };
}

/** Environment with which a component is backed up and restored, beside {@link commonEnvironment}. */
export function clientEnvironment({ contract }: Pick<CentralCluster, 'contract'>, of: BackedUp): Record<string, string> {
  const { data, keytabs, admin, run, scripts } = CENTRAL_BACKUP_PATHS;
  const KRB5_CONFIG = `${scripts}/krb5.conf`;
  switch (of) {
    case 'kdc':
      return { DATA: data.kdc, KRB5_CONFIG, REALM: contract.realm };
    case 'git':
      return { DATA: data.git, HOME: run };
    case 'postgres':
      return {
        HOME: run,
        KRB5CCNAME: `FILE:${run}/tickets`,
        // MIT Kerberos gets a ticket by itself with the key that lies there (1.11 and newer): the image has no k5start.
        KRB5_CLIENT_KTNAME: `FILE:${keytabs}/${DATABASE_KEY}`,
        KRB5_CONFIG,
        PGCONNECT_TIMEOUT: '30',
        PGDATABASE: 'postgres',
        PGGSSENCMODE: 'require',
        PGHOST: componentAddress('postgres', 'postgres').host,
        PGUSER: DATABASE_ADMINISTRATOR,
      };
    case 'historian': {
      const { host, port } = componentAddress('historian', 'https');
      return { ADMIN: admin, CA: `${CENTRAL_MOUNTS.tls}/ca.crt`, INFLUX_HOST: `https://${host}:${port}` };
    }
  }
}

/** Key of the Secret with the administrator of the databases. */
const DATABASE_KEY = 'dbadmin';

/** Environment of a copy of a component's backups to a store, and back. */
export function storeEnvironment({ name }: Pick<CentralCluster, 'name'>, store: BackupStore, of: BackedUp): Record<string, string> {
  const { login, seal, run } = CENTRAL_BACKUP_PATHS;
  return {
    HOME: run,
    KEEP_DAYS: String(store.keepDays),
    LOGIN: login,
    RCLONE_CONFIG: `${run}/rclone.conf`,
    RCLONE_CONFIG_STORE_ENDPOINT: `https://${store.host}:${store.port}`,
    RCLONE_CONFIG_STORE_FORCE_PATH_STYLE: 'true',
    RCLONE_CONFIG_STORE_PROVIDER: 'Other',
    RCLONE_CONFIG_STORE_REGION: store.region,
    RCLONE_CONFIG_STORE_TYPE: 's3',
    SEAL: seal,
    TARGET: `store:${store.bucket}/${name}/${of}`,
  };
}
