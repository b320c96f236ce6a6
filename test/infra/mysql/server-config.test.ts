import { toMyCnf } from '../../../infra/formats/my-cnf';
import type { Duration } from '../../../infra/model/duration';
import type { JobDatabase } from '../../../infra/model/job-database';
import { watchEnvironment } from '../../../infra/mysql/pod-files';
import { REPLICATION_OPTIONS, roleStatements } from '../../../infra/mysql/replication';
import { bufferPoolMiB, serverConfiguration } from '../../../infra/mysql/server-config';
import { MYSQL_84_OPTIONS } from './mysql-options';

const database = (engine: 'mysql' | 'mariadb', more: Partial<JobDatabase> = {}): JobDatabase => ({
  engine,
  memoryMiB: 768,
  connections: 64,
  volume: { gib: 20, diesWithNode: true },
  logDays: 3,
  backups: { off: true, reason: 'trial' },
  primary: 0,
  ...more,
});

test('every option of the configuration for MySQL is one that its manual lists', () => {
  const names = Object.keys(serverConfiguration(database('mysql')).mysqld ?? {});
  expect(names.length).toBeGreaterThan(35);
  expect(names.filter((name) => !MYSQL_84_OPTIONS.includes(name))).toEqual([]);
});

test('both servers are durable, encrypted, closed to files and root’s habits, and keep every change', () => {
  for (const engine of ['mysql', 'mariadb'] as const) {
    expect(serverConfiguration(database(engine)).mysqld).toMatchObject({
      innodb_flush_log_at_trx_commit: 1,
      sync_binlog: 1,
      innodb_doublewrite: true,
      binlog_format: 'ROW',
      binlog_expire_logs_seconds: 259_200,
      require_secure_transport: true,
      local_infile: false,
      skip_name_resolve: true,
      default_time_zone: '+00:00',
      character_set_server: 'utf8mb4',
      ssl_ca: '/run/plant-tls/ca.crt',
    });
  }
});

test('of two servers none acknowledges before the other has it on its disk, and an option of MySQL is one that its manual lists', () => {
  const names = Object.keys(REPLICATION_OPTIONS.mysql).map((name) => name.replace('loose_', ''));
  expect(names.filter((name) => !MYSQL_84_OPTIONS.includes(name))).toEqual([]);
  expect(REPLICATION_OPTIONS.mysql).toMatchObject({
    gtid_mode: 'ON',
    sync_relay_log: 1,
    loose_rpl_semi_sync_source_timeout: 4_294_967_295,
    loose_rpl_semi_sync_source_wait_no_replica: true,
    loose_rpl_semi_sync_source_wait_point: 'AFTER_SYNC',
  });
  expect(REPLICATION_OPTIONS.mariadb).toMatchObject({
    gtid_strict_mode: true,
    sync_relay_log: 1,
    rpl_semi_sync_master_timeout: 4_294_967_295,
    rpl_semi_sync_master_wait_no_slave: true,
    rpl_semi_sync_master_wait_point: 'AFTER_SYNC',
  });
  expect(roleStatements('mysql').primary).toEqual(['STOP REPLICA', 'RESET REPLICA ALL', 'SET GLOBAL rpl_semi_sync_source_enabled = 1']);
  expect(roleStatements('mariadb').primary).toEqual(['STOP SLAVE', 'RESET SLAVE ALL', 'SET GLOBAL rpl_semi_sync_master_enabled = 1']);
  expect(roleStatements('mariadb').alone.at(-1)).toBe('SET GLOBAL rpl_semi_sync_master_enabled = 0');
});

test('the SQL mode leaves a backslash an escape and a double quote no name, as the start script quotes', () => {
  const text = toMyCnf(serverConfiguration(database('mysql')));
  expect(text).toContain('sql_mode');
  expect(text).not.toMatch(/ANSI|NO_BACKSLASH_ESCAPES/);
});

test('the buffer pool is what the memory leaves, in chunks of 128 MiB', () => {
  expect([
    bufferPoolMiB({ memoryMiB: 768, connections: 64 }),
    bufferPoolMiB({ memoryMiB: 512, connections: 64 }),
    bufferPoolMiB({ memoryMiB: 512, connections: 65 }),
    bufferPoolMiB({ memoryMiB: 4096, connections: 100 }),
    bufferPoolMiB({ memoryMiB: 512, connections: 1000 }),
  ]).toEqual([384, 128, 0, 3584, 0]);
  expect(serverConfiguration(database('mariadb')).mysqld?.innodb_buffer_pool_size).toBe(384 * 1024 ** 2);
});

test('a restore takes for lost what the plant does not accept, but no less than the copy of the log may be behind', () => {
  const seconds = (loseAtMost: Duration) => watchEnvironment({ name: 'york' }, { loseAtMost }).LOSE_AT_MOST;
  expect([seconds('1s'), seconds('1min'), seconds('5min'), seconds('7d')]).toEqual(['60', '60', '300', '604800']);
});
