/** Name of the one database on the server: tables of the job manager, and those that are exchanged with the ERP. */
export const DATABASE = 'jobs';

/** States of a job, in the order of its life. The last four are final. */
export const JOB_STATES = ['queued', 'dispatched', 'running', 'done', 'failed', 'cancelled', 'expired'] as const;

/** States of an order that the ERP placed: `new` is what it inserts, all others are the plant's to set. */
export const ORDER_STATES = ['new', 'accepted', 'refused', 'done', 'failed', 'cancelled'] as const;

/** What a report to the ERP says. */
export const REPORT_KINDS = ['accepted', 'refused', 'started', 'done', 'failed', 'cancelled'] as const;

/** One step of the schema. Released steps are never changed: a later one alters what they made. */
export interface Migration {
  /** From 1, without gaps. */
  readonly version: number;
  /** What it brings, for people. */
  readonly title: string;
  /**
   * Statements without the final semicolon, the same for MySQL 8.4 and MariaDB. Each may run again on what it made: definitions are not
   * transactions in either server, so a step that was broken off is run from its beginning.
   */
  readonly statements: readonly string[];
}

const states = (names: readonly string[]) => `ENUM(${names.map((name) => `'${name}'`).join(', ')})`;
/** A name of the model, an identifier, a key: compared byte by byte. */
const key = (length: number) => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin`;
/** Every time is UTC, to the millisecond. */
const TIME = 'DATETIME(3)';
const NOW = `${TIME} NOT NULL DEFAULT (UTC_TIMESTAMP(3))`;

const table = (name: string, lines: readonly string[]) =>
  `CREATE TABLE IF NOT EXISTS ${DATABASE}.${name} (${lines.join(', ')}) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4`;

/** Which steps the server has gone: what the readiness probe asks for. */
export const VERSIONS_TABLE = table('schema_versions', [
  'version INT UNSIGNED NOT NULL PRIMARY KEY',
  'title VARCHAR(100) NOT NULL',
  `applied_at ${NOW}`,
]);

/** All steps, in their order. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    title: 'jobs, commands, agents',
    statements: [
      table('jobs', [
        // Whoever asks for a job chooses its id (ULID or UUID), so that asking twice makes one job.
        `id ${key(36)} NOT NULL PRIMARY KEY`,
        `machine ${key(40)} NOT NULL`,
        'recipe VARCHAR(200) NOT NULL',
        'payload JSON NOT NULL',
        `state ${states(JOB_STATES)} NOT NULL DEFAULT 'queued'`,
        // 0 first, 255 last.
        'priority TINYINT UNSIGNED NOT NULL DEFAULT 128',
        // Who asked: `centre`, `erp` or a person's name.
        'requested_by VARCHAR(100) NOT NULL',
        `created_at ${NOW}`,
        `updated_at ${NOW}`,
        `not_before ${TIME} NULL`,
        `expires_at ${TIME} NULL`,
        'attempt INT UNSIGNED NOT NULL DEFAULT 0',
        // Who may command the machine for it, until when, and the number that fences out former holders.
        `lease_holder ${key(100)} NULL`,
        'lease_token BIGINT UNSIGNED NOT NULL DEFAULT 0',
        `lease_until ${TIME} NULL`,
        'progress TINYINT UNSIGNED NOT NULL DEFAULT 0',
        'result JSON NULL',
        'error VARCHAR(2000) NULL',
        `started_at ${TIME} NULL`,
        `ended_at ${TIME} NULL`,
        // When the centre and the ERP had been told of its end.
        `reported_at ${TIME} NULL`,
        'revision INT UNSIGNED NOT NULL DEFAULT 0',
        'CONSTRAINT jobs_progress CHECK (progress <= 100)',
        'KEY jobs_next (state, machine, priority, created_at, id)',
        'KEY jobs_leases (state, lease_until)',
        'KEY jobs_unreported (reported_at, ended_at)',
      ]),
      table('job_events', [
        'id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY',
        `job_id ${key(36)} NOT NULL`,
        // Chosen by who tells it, so that telling it twice records it once.
        `event_key ${key(100)} NOT NULL`,
        `kind ${key(40)} NOT NULL`,
        'attempt INT UNSIGNED NOT NULL DEFAULT 0',
        `sender ${key(100)} NOT NULL`,
        'detail JSON NULL',
        `happened_at ${TIME} NULL`,
        `recorded_at ${NOW}`,
        'UNIQUE KEY job_events_once (job_id, event_key)',
        `CONSTRAINT job_events_job FOREIGN KEY (job_id) REFERENCES ${DATABASE}.jobs (id)`,
      ]),
      table('commands', [
        // Chosen by the centre: a command that comes again is the same one.
        `id ${key(64)} NOT NULL PRIMARY KEY`,
        `kind ${key(40)} NOT NULL`,
        `job_id ${key(36)} NULL`,
        'issuer VARCHAR(100) NOT NULL',
        'payload JSON NOT NULL',
        `issued_at ${TIME} NULL`,
        `expires_at ${TIME} NULL`,
        `received_at ${NOW}`,
        "outcome ENUM('received', 'accepted', 'refused', 'expired') NOT NULL DEFAULT 'received'",
        'reason VARCHAR(2000) NULL',
        `answered_at ${TIME} NULL`,
        'KEY commands_open (outcome, received_at)',
        'KEY commands_job (job_id)',
      ]),
      table('agents', [
        `machine ${key(40)} NOT NULL PRIMARY KEY`,
        // Another one after each start of the agent.
        `instance ${key(64)} NOT NULL`,
        'contract VARCHAR(20) NOT NULL',
        'base_url VARCHAR(200) NULL',
        `registered_at ${NOW}`,
        `seen_at ${NOW}`,
        'lease_token BIGINT UNSIGNED NOT NULL DEFAULT 0',
        `lease_until ${TIME} NULL`,
        'detail JSON NULL',
      ]),
      table('leases', [
        // What one of several may do at a time, such as `orchestrator`.
        `name ${key(40)} NOT NULL PRIMARY KEY`,
        `holder ${key(100)} NOT NULL`,
        'token BIGINT UNSIGNED NOT NULL DEFAULT 0',
        `lease_until ${TIME} NOT NULL`,
      ]),
    ],
  },
  {
    version: 2,
    title: 'exchange with the ERP',
    statements: [
      table('erp_orders', [
        // The ERP's own number: placing an order twice is refused as a duplicate key.
        'order_number VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY',
        `machine ${key(40)} NOT NULL`,
        'recipe VARCHAR(200) NOT NULL',
        'quantity INT UNSIGNED NOT NULL DEFAULT 1',
        'payload JSON NULL',
        'priority TINYINT UNSIGNED NOT NULL DEFAULT 128',
        `not_before ${TIME} NULL`,
        `due_at ${TIME} NULL`,
        'cancel_requested BOOLEAN NOT NULL DEFAULT FALSE',
        `state ${states(ORDER_STATES)} NOT NULL DEFAULT 'new'`,
        'state_reason VARCHAR(2000) NULL',
        `job_id ${key(36)} NULL`,
        `created_at ${NOW}`,
        `updated_at ${NOW}`,
        'KEY erp_orders_open (state, created_at)',
        'KEY erp_orders_job (job_id)',
      ]),
      table('erp_reports', [
        'id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY',
        // Order, kind and attempt: a report is written once, whatever dies in between.
        'report_key VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
        'order_number VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL',
        `job_id ${key(36)} NULL`,
        `kind ${states(REPORT_KINDS)} NOT NULL`,
        'quantity_good INT UNSIGNED NULL',
        'quantity_scrap INT UNSIGNED NULL',
        'detail JSON NULL',
        `created_at ${NOW}`,
        // Set by the ERP once it has it.
        `read_at ${TIME} NULL`,
        'UNIQUE KEY erp_reports_once (report_key)',
        'KEY erp_reports_unread (read_at, id)',
        `CONSTRAINT erp_reports_order FOREIGN KEY (order_number) REFERENCES ${DATABASE}.erp_orders (order_number)`,
      ]),
    ],
  },
];

/** The step that a server must have gone to be ready. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Columns of `erp_orders` that the ERP fills when it places an order; the rest are the plant's. */
export const ORDER_COLUMNS_OF_ERP = [
  'order_number',
  'machine',
  'recipe',
  'quantity',
  'payload',
  'priority',
  'not_before',
  'due_at',
] as const;
