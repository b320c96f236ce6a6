import type { CentralCluster } from '../model/central-cluster';
import { type HbaRule, type PostgresValue, toHbaConf, toPostgresConf } from './format';
import { FIRST_ROLES, PREPARE_SCRIPT } from './prepare';

/** Where things lie in the pod of PostgreSQL. */
export const POSTGRES_PATHS = {
  /** The volume, at the place that the image declares. */
  volume: '/var/lib/postgresql/data',
  /** The data folder: below the volume's root, where file systems have a folder of their own (`lost+found`). */
  data: '/var/lib/postgresql/data/pgdata',
  configuration: '/etc/postgres',
  /** Folder of the socket, which only the pod sees. */
  run: '/var/run/postgresql',
  /** Key of the server, as the file `server`. */
  keytabs: '/keytabs',
} as const;

/** Port of PostgreSQL. */
const POSTGRES_PORT = 5432;

/** Role of what makes the databases of components: a principal of the same name (ACS 6.8.1). */
export const DATABASE_ADMINISTRATOR = 'op1pgadmin';

/**
 * Connections at a time: ten of each of the four programs of Factory+ that have a database (node-postgres 8, `max`), those of the identity
 * provider, whose pool takes up to 100 (Keycloak 26, `db-pool-max-size`), and room for backups and people.
 */
const MAX_CONNECTIONS = 200;

/** Settings that differ from PostgreSQL's own, and those on which it depends that nothing acknowledged is lost. */
export function postgresSettings({ storage }: Pick<CentralCluster, 'storage'>): Readonly<Record<string, PostgresValue>> {
  const { configuration, keytabs, run } = POSTGRES_PATHS;
  return {
    hba_file: `${configuration}/pg_hba.conf`,
    listen_addresses: '*',
    port: POSTGRES_PORT,
    unix_socket_directories: run,
    max_connections: MAX_CONNECTIONS,
    krb_server_keyfile: `FILE:${keytabs}/server`,
    // GSS encrypts instead.
    ssl: false,
    // A commit is answered when it is on the disk, and a page that was half written is made whole from the log.
    fsync: true,
    full_page_writes: true,
    synchronous_commit: 'on',
    // Of the 1 GiB of memory that its container has.
    shared_buffers: '256MB',
    huge_pages: 'off',
    // The log between two checkpoints stays a part of the volume.
    max_wal_size: `${Math.min(1024, storage.databaseGiB * 128)}MB`,
    // A client whose node is gone holds its locks for two minutes, not two hours.
    tcp_keepalives_idle: 60,
    tcp_keepalives_interval: 10,
    tcp_keepalives_count: 6,
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_destination: 'stderr',
    logging_collector: false,
    log_line_prefix: '%m [%p] %u@%d ',
    log_statement: 'ddl',
  };
}

/**
 * Who may log in: principals of the realm under the role of their name, by Kerberos over a connection that it encrypts, and inside the pod
 * the owner of the server's process. Nothing else: no password, no replication, and over the network never the first superuser.
 */
export function hbaRules(realm: string): HbaRule[] {
  const all = { keyword: 'all' };
  return [
    { type: 'local', database: all, user: 'postgres', method: 'peer' },
    { type: 'hostgssenc', database: all, user: 'postgres', address: all, method: 'reject' },
    { type: 'hostgssenc', database: all, user: all, address: all, method: 'gss', options: { include_realm: '0', krb_realm: realm } },
  ];
}

/** Files of its pod, by name. */
export function postgresFiles(central: Pick<CentralCluster, 'contract' | 'storage'>): Record<string, string> {
  return {
    'postgresql.conf': toPostgresConf(postgresSettings(central)),
    'pg_hba.conf': toHbaConf(hbaRules(central.contract.realm)),
    'prepare.sh': PREPARE_SCRIPT,
    'first-roles.sql': FIRST_ROLES,
  };
}
