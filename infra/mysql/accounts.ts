import { sqlString } from '../formats/sql';
import type { JobDatabase } from '../model/job-database';
import type { Jobs } from '../model/jobs';
import { DATABASE, MIGRATIONS, ORDER_COLUMNS_OF_ERP, VERSIONS_TABLE } from './schema';

/** Tables that the orchestrator works on. */
const JOB_TABLES = ['jobs', 'job_events', 'commands', 'agents', 'leases', 'erp_orders', 'erp_reports'] as const;

/** A user of the database: what it is for, where it may come from, and what it may do. */
export interface Account {
  readonly user: string;
  readonly purpose: string;
  /** `%`: over the network, and then over TLS only; `localhost`: over the socket in the server's own pod. */
  readonly host: '%' | 'localhost';
  /** Privileges and what they are on, for GRANT. */
  readonly grants: readonly string[];
}

const on = (table: string) => `${DATABASE}.${table}`;

/** Every user that there may be. Nobody is root: its account is locked, also in the pod. */
export const ACCOUNTS = {
  orchestrator: {
    user: 'orchestrator',
    purpose: 'the job orchestrator at the job database',
    host: '%',
    grants: [...JOB_TABLES.map((table) => `SELECT, INSERT, UPDATE, DELETE ON ${on(table)}`), `SELECT ON ${on('schema_versions')}`],
  },
  erp: {
    user: 'erp',
    purpose: 'the ERP link at the job database',
    host: '%',
    grants: [
      `SELECT, INSERT (${ORDER_COLUMNS_OF_ERP.join(', ')}), UPDATE (cancel_requested) ON ${on('erp_orders')}`,
      `SELECT, UPDATE (read_at) ON ${on('erp_reports')}`,
    ],
  },
  backup: {
    user: 'backup',
    purpose: 'backups of the job database',
    host: '%',
    // RELOAD: a dump that names its place in the binary log flushes tables for a moment.
    grants: ['RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.*', `SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON ${DATABASE}.*`],
  },
  restore: {
    user: 'restore',
    purpose: 'restoring the job database',
    host: '%',
    grants: [`ALL PRIVILEGES ON ${DATABASE}.*`],
  },
  replication: {
    user: 'replication',
    purpose: 'the replica of the job database',
    host: '%',
    // To follow the primary, and to copy it first.
    grants: ['RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.*', `SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON ${DATABASE}.*`],
  },
  keeper: {
    user: 'keeper',
    purpose: 'what has the replica of the job database follow',
    host: 'localhost',
    grants: [`SELECT ON ${on('schema_versions')}`],
  },
  monitor: {
    user: 'monitor',
    purpose: 'the probes of the job database',
    host: 'localhost',
    grants: [`SELECT ON ${on('schema_versions')}`],
  },
} as const satisfies Record<string, Account>;

/** Name of a user. */
export type AccountName = keyof typeof ACCOUNTS;

/** What lets binary logs be played back, which each server calls otherwise. */
const REPLAY: Readonly<Record<JobDatabase['engine'], string>> = {
  mysql: 'BINLOG_ADMIN, REPLICATION_APPLIER, SESSION_VARIABLES_ADMIN, SET_ANY_DEFINER ON *.*',
  mariadb: 'BINLOG REPLAY ON *.*',
};

/** What lets a replica be told whom to follow. */
const FOLLOW: Readonly<Record<JobDatabase['engine'], string>> = {
  mysql: 'REPLICATION_SLAVE_ADMIN, REPLICATION CLIENT ON *.*',
  mariadb: 'REPLICATION SLAVE ADMIN, REPLICA MONITOR ON *.*',
};

/**
 * The users of a plant's job database, ordered by name.
 *
 * @param replicated whether it has a replica
 */
export function accountsOf(jobs: Jobs, replicated: boolean): AccountName[] {
  const backedUp = !('off' in jobs.database.backups);
  const used: Readonly<Record<AccountName, boolean>> = {
    orchestrator: true,
    erp: jobs.erp !== undefined,
    backup: backedUp,
    restore: backedUp,
    replication: replicated,
    keeper: replicated,
    monitor: true,
  };
  return (Object.keys(ACCOUNTS) as AccountName[]).filter((name) => used[name]).sort();
}

/** Place in a statement where the start script writes a password as a literal. */
export const PASSWORD_PLACE = '@PASSWORD@';

/**
 * What the server executes at each start before anybody connects: it brings the schema to the newest step, and the users to just these
 * rights. It may run any number of times, and never drops a table or a row. Passwords are not in it: the start script puts them in.
 *
 * @param replicated whether the database has a replica
 */
export function startStatements(
  jobs: Jobs,
  replicated: boolean,
): {
  readonly schema: readonly string[];
  readonly users: Readonly<Record<string, readonly string[]>>;
} {
  const used = accountsOf(jobs, replicated);
  const { engine } = jobs.database;
  const nameOf = ({ user, host }: Account) => `${sqlString(user)}@${sqlString(host)}`;
  const rights = (name: AccountName): readonly string[] => {
    const account: Account = ACCOUNTS[name];
    const granted = [...account.grants, ...(name === 'restore' ? [REPLAY[engine]] : []), ...(name === 'keeper' ? [FOLLOW[engine]] : [])];
    const who = nameOf(account);
    return [
      `CREATE USER IF NOT EXISTS ${who} IDENTIFIED BY ${PASSWORD_PLACE}`,
      `ALTER USER ${who} IDENTIFIED BY ${PASSWORD_PLACE} REQUIRE ${account.host === '%' ? 'SSL' : 'NONE'} ACCOUNT UNLOCK`,
      // What a former version granted goes.
      `REVOKE ALL PRIVILEGES, GRANT OPTION FROM ${who}`,
      ...granted.map((what) => `GRANT ${what} TO ${who}`),
    ];
  };
  return {
    schema: [
      // The structure is part of the binary log, so that a restore to a moment knows it; accounts are not.
      'SET SESSION sql_log_bin = 1',
      `CREATE DATABASE IF NOT EXISTS ${DATABASE} CHARACTER SET utf8mb4`,
      VERSIONS_TABLE,
      ...MIGRATIONS.flatMap(({ version, title, statements }) => [
        ...statements,
        // Not in the log: it would come a second time when logs of two data folders are played back.
        'SET SESSION sql_log_bin = 0',
        `INSERT IGNORE INTO ${on('schema_versions')} (version, title) VALUES (${version}, ${sqlString(title)})`,
        'SET SESSION sql_log_bin = 1',
      ]),
      'SET SESSION sql_log_bin = 0',
      `ALTER USER 'root'@'localhost' ACCOUNT LOCK`,
      ...(Object.keys(ACCOUNTS) as AccountName[])
        .filter((name) => !used.includes(name))
        .sort()
        .map((name) => `DROP USER IF EXISTS ${nameOf(ACCOUNTS[name])}`),
    ],
    users: Object.fromEntries(used.map((name) => [name, rights(name)])),
  };
}
