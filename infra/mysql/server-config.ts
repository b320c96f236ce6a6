import type { MyCnf, MyCnfGroup } from '../formats/my-cnf';
import type { JobDatabase } from '../model/job-database';
import { JOB_DATABASE, MOUNTS } from '../model/services';

/** Where things lie in the pod of the server. */
export const SERVER_PATHS = {
  /** Volume: `db` holds the data, `log` the binary logs, `identity` the name that the logs bear. */
  data: '/var/lib/job-database',
  /** Socket and process id. */
  run: '/run/mysqld',
  /** Temporary tables. */
  temporary: '/tmp',
  configuration: '/etc/job-database',
  /** One folder a user, with its password. */
  logins: '/run/job-database-logins',
  /** Which server is the primary; changes while the servers run. */
  role: '/etc/job-database-role',
} as const;

const MiB = 1024 ** 2;
/** What the server takes without buffer pool and connections, with the performance schema off. */
const BASE_MIB = 256;
/** What a connection may take: thread stack, and buffers for sort, join and network at their defaults. */
const CONNECTION_MIB = 2;
/** InnoDB's buffer pool comes in chunks of this size (default of innodb_buffer_pool_chunk_size). */
const CHUNK_MIB = 128;
/** Size at which a binary log is closed and the next begun. */
const LOG_MIB = 64;

/** InnoDB's buffer pool: what the memory leaves beside the server itself and its connections, in whole chunks of 128 MiB; 0 when it leaves none. */
export function bufferPoolMiB({ memoryMiB, connections }: Pick<JobDatabase, 'memoryMiB' | 'connections'>): number {
  const left = memoryMiB - BASE_MIB - CONNECTION_MIB * connections;
  return Math.max(0, Math.floor(left / CHUNK_MIB)) * CHUNK_MIB;
}

/**
 * The configuration of the server. An acknowledged transaction is on disk, in the redo log and in the binary log alike
 * (innodb_flush_log_at_trx_commit and sync_binlog are 1), and a page that a power cut tore is mended from the doublewrite buffer.
 *
 * `log_bin` is not in it: the start script adds it, because the name of the logs is that of the data that they belong to.
 */
export function serverConfiguration(database: JobDatabase): MyCnf {
  const { data, run, temporary } = SERVER_PATHS;
  return {
    mysqld: {
      datadir: `${data}/db`,
      socket: `${run}/mysqld.sock`,
      pid_file: `${run}/mysqld.pid`,
      tmpdir: temporary,
      port: JOB_DATABASE.port,
      bind_address: '*',
      skip_name_resolve: true,
      host_cache_size: 0,
      max_connections: database.connections,
      max_connect_errors: 1_000_000,
      max_allowed_packet: 16 * MiB,
      wait_timeout: 3600,
      local_infile: false,
      secure_file_priv: temporary,
      event_scheduler: 'OFF',
      default_storage_engine: 'InnoDB',
      character_set_server: 'utf8mb4',
      collation_server: 'utf8mb4_unicode_ci',
      default_time_zone: '+00:00',
      sql_mode: 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
      innodb_buffer_pool_size: bufferPoolMiB(database) * MiB,
      innodb_flush_log_at_trx_commit: 1,
      innodb_doublewrite: true,
      innodb_lock_wait_timeout: 10,
      server_id: 1,
      sync_binlog: 1,
      binlog_format: 'ROW',
      binlog_row_image: 'FULL',
      max_binlog_size: LOG_MIB * MiB,
      binlog_expire_logs_seconds: database.logDays * 86_400,
      ssl_ca: `${MOUNTS.tls}/ca.crt`,
      ssl_cert: `${MOUNTS.tls}/tls.crt`,
      ssl_key: `${MOUNTS.tls}/tls.key`,
      tls_version: 'TLSv1.2,TLSv1.3',
      require_secure_transport: true,
      table_open_cache: 400,
      table_definition_cache: 400,
      performance_schema: false,
      ...ENGINE_OPTIONS[database.engine],
    },
  };
}

/** What each server has and the other has not, or calls otherwise. */
const ENGINE_OPTIONS: Readonly<Record<JobDatabase['engine'], MyCnfGroup>> = {
  mysql: { innodb_redo_log_capacity: 128 * MiB, mysqlx: false },
  mariadb: { innodb_log_file_size: 128 * MiB, aria_pagecache_buffer_size: 16 * MiB, key_buffer_size: 8 * MiB },
};
