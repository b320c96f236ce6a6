import type { MyCnfGroup } from '../formats/my-cnf';
import type { JobDatabase } from '../model/job-database';
import { SERVER_PATHS } from './server-config';

/**
 * How long a primary waits for its replica before it would go on without it, in milliseconds: 49 days, the most that MySQL 8.4 takes
 * (rpl_semi_sync_source_timeout, 4294967295). To go on alone is for a person to say.
 */
const WAIT_MS = 4_294_967_295;
/** Seconds without a word from the primary after which the replica connects anew. */
const SILENT_SECONDS = 10;

/**
 * Options of a server of two: an acknowledged transaction is in the relay log on the disk of the replica (AFTER_SYNC, sync_relay_log 1) before
 * anybody sees it. Which of the two is the primary is not in it: the start script says it. MySQL's semi-synchronous replication is a plug-in,
 * which `--initialize` does not load: hence `loose_`.
 */
export const REPLICATION_OPTIONS: Readonly<Record<JobDatabase['engine'], MyCnfGroup>> = {
  mysql: {
    gtid_mode: 'ON',
    enforce_gtid_consistency: 'ON',
    log_replica_updates: true,
    relay_log: `${SERVER_PATHS.data}/log/relay`,
    relay_log_recovery: false,
    sync_relay_log: 1,
    skip_replica_start: true,
    replica_net_timeout: SILENT_SECONDS,
    plugin_load_add: 'semisync_source.so;semisync_replica.so',
    loose_rpl_semi_sync_replica_enabled: true,
    loose_rpl_semi_sync_source_timeout: WAIT_MS,
    loose_rpl_semi_sync_source_wait_no_replica: true,
    loose_rpl_semi_sync_source_wait_point: 'AFTER_SYNC',
  },
  mariadb: {
    gtid_strict_mode: true,
    log_slave_updates: true,
    relay_log: `${SERVER_PATHS.data}/log/relay`,
    relay_log_recovery: false,
    sync_relay_log: 1,
    skip_slave_start: true,
    slave_net_timeout: SILENT_SECONDS,
    rpl_semi_sync_slave_enabled: true,
    rpl_semi_sync_master_timeout: WAIT_MS,
    rpl_semi_sync_master_wait_no_slave: true,
    rpl_semi_sync_master_wait_point: 'AFTER_SYNC',
  },
};

const FOLLOWS_NOBODY: Readonly<Record<JobDatabase['engine'], readonly string[]>> = {
  mysql: ['STOP REPLICA', 'RESET REPLICA ALL'],
  mariadb: ['STOP SLAVE', 'RESET SLAVE ALL'],
};
const WAITING: Readonly<Record<JobDatabase['engine'], string>> = {
  mysql: 'rpl_semi_sync_source_enabled',
  mariadb: 'rpl_semi_sync_master_enabled',
};

/**
 * What a server executes in each role before anybody connects, after schema and users. Only then a primary begins to wait for the replica: the replica is made from a primary that is
 * there.
 */
export function roleStatements(engine: JobDatabase['engine']): Readonly<Record<'primary' | 'alone' | 'replica', readonly string[]>> {
  const waits = (on: 0 | 1) => `SET GLOBAL ${WAITING[engine]} = ${on}`;
  return {
    primary: [...FOLLOWS_NOBODY[engine], waits(1)],
    alone: [...FOLLOWS_NOBODY[engine], waits(0)],
    replica: [waits(0)],
  };
}
