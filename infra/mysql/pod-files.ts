import { toMyCnf } from '../formats/my-cnf';
import { toSqlFile } from '../formats/sql';
import { milliseconds } from '../model/duration';
import type { Jobs } from '../model/jobs';
import type { Plant } from '../model/plant';
import { JOB_DATABASE, jobDatabaseServer, MOUNTS, serviceHost } from '../model/services';
import { COPY_BEHIND } from '../placement/job-database';
import { accountsOf, startStatements } from './accounts';
import { REPLICATION_OPTIONS, roleStatements } from './replication';
import { SCHEMA_VERSION } from './schema';
import { DUMP_SCRIPT, FOLLOW_SCRIPT, FOLLOWED_SCRIPT } from './scripts/backup';
import { COMMON_SCRIPT } from './scripts/common';
import { COPY_SCRIPT } from './scripts/copy';
import { KEEP_SCRIPT, ROLE_SCRIPT, SERVE_REPLICATED_SCRIPT } from './scripts/replicate';
import { RESTORE_SCRIPT } from './scripts/restore';
import { ASK_SCRIPT, SERVE_SCRIPT, START_SCRIPT } from './scripts/serve';
import { WATCH_SCRIPT } from './scripts/watch';
import { SERVER_PATHS, serverConfiguration } from './server-config';

/**
 * Files of the server's pod, by name: its configuration, what it executes at each start, and its scripts.
 *
 * @param replicated whether there are two servers
 */
export function serverFiles(jobs: Jobs, replicated: boolean): Record<string, string> {
  const { schema, users } = startStatements(jobs, replicated);
  const { engine } = jobs.database;
  const { mysqld } = serverConfiguration(jobs.database);
  return {
    'my.cnf': toMyCnf({ mysqld: { ...mysqld, ...(replicated ? REPLICATION_OPTIONS[engine] : {}) } }),
    'schema.sql': toSqlFile(schema),
    ...Object.fromEntries(Object.entries(users).map(([user, statements]) => [`users-${user}.sql`, toSqlFile(statements)])),
    'common.sh': COMMON_SCRIPT,
    'start.sh': START_SCRIPT,
    'serve.sh': replicated ? SERVE_REPLICATED_SCRIPT : SERVE_SCRIPT,
    'ask.sh': ASK_SCRIPT,
    ...(replicated
      ? {
          'role.sh': ROLE_SCRIPT,
          'keep.sh': KEEP_SCRIPT,
          ...Object.fromEntries(
            Object.entries(roleStatements(engine)).map(([role, statements]) => [`role-${role}.sql`, toSqlFile(statements)]),
          ),
        }
      : {}),
  };
}

/** Which server is the primary, and whether it waits for the other: files that the servers read again and again. */
export function roleFiles({ database: { primary, alone } }: Jobs): Record<'primary' | 'alone', string> {
  return { primary: String(primary), alone: alone ? 'yes' : 'no' };
}

/**
 * Environment of the server's pod, less POD, its name, where there are two.
 *
 * @param replicated whether there are two servers
 */
export function serverEnvironment({ database: { engine } }: Jobs, replicated: boolean): Record<string, string> {
  const { data, run, configuration, logins, role } = SERVER_PATHS;
  return {
    CONFIGURATION: configuration,
    DATA: data,
    ENGINE: engine,
    LOGINS: logins,
    RUN: run,
    SCHEMA_VERSION: String(SCHEMA_VERSION),
    ...(replicated
      ? { CA: `${MOUNTS.tls}/ca.crt`, PEERS: serviceHost(jobDatabaseServer('%')), PORT: String(JOB_DATABASE.port), ROLE: role }
      : {}),
  };
}

/** Users whose passwords the server's pod sees: all of them, since it sets them. */
export const serverLogins = accountsOf;

/** Where things lie in the pods that back up, copy and restore. */
export const BACKUP_PATHS = {
  /** Volume: `full` holds dumps, `log` binary logs. */
  backups: '/var/lib/job-backup',
  run: '/tmp',
  scripts: '/etc/job-backup',
  login: '/run/job-backup-login',
  /** Password of the encryption at the store. */
  seal: '/run/job-backup-seal',
} as const;

/** By how many bytes the copy of the binary log may be behind for a moment. */
const BEHIND_BYTES = 4 * 1024 ** 2;

/** Scripts of the pods that back up, copy and restore, by name. */
export const BACKUP_FILES: Readonly<Record<string, string>> = {
  'common.sh': COMMON_SCRIPT,
  'dump.sh': DUMP_SCRIPT,
  'follow.sh': FOLLOW_SCRIPT,
  'followed.sh': FOLLOWED_SCRIPT,
  'restore.sh': RESTORE_SCRIPT,
  'copy.sh': COPY_SCRIPT,
  'watch.sh': WATCH_SCRIPT,
};

/** Environment of a pod that is a client of the database. */
export function clientEnvironment({ database: { engine } }: Jobs): Record<string, string> {
  const { backups, run, scripts, login } = BACKUP_PATHS;
  return {
    BACKUPS: backups,
    BEHIND: String(BEHIND_BYTES),
    CA: `${MOUNTS.tls}/ca.crt`,
    ENGINE: engine,
    HOST: serviceHost(JOB_DATABASE),
    LOGIN: login,
    PORT: String(JOB_DATABASE.port),
    RUN: run,
    SCRIPTS: scripts,
  };
}

/**
 * Environment of a pod that marks or judges how far the copied log goes. What may be missing of it, in seconds, is what the plant says may be lost;
 * never less than the copy may be behind, since a plant that may lose less has something better than a copy.
 */
export function watchEnvironment(
  { name }: Pick<Plant, 'name'>,
  { loseAtMost }: Pick<Jobs, 'loseAtMost'>,
): Record<'LOSE_AT_MOST' | 'PLANT', string> {
  return { LOSE_AT_MOST: String(Math.max(milliseconds(loseAtMost), milliseconds(COPY_BEHIND)) / 1000), PLANT: name };
}
