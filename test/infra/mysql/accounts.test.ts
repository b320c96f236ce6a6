import { createHash } from 'node:crypto';
import type { Jobs } from '../../../infra/model/jobs';
import { accountsOf, startStatements } from '../../../infra/mysql/accounts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../../infra/mysql/schema';

const volume = { gib: 20, diesWithNode: true };
const jobs = (more: object = {}) =>
  ({
    database: { engine: 'mysql', backups: { volume, keepDays: 14, schedule: '0 0 * * *' } },
    loseAtMost: '5min',
    backWithin: '4h',
    ...more,
  }) as unknown as Jobs;

test('a user exists only where something uses it, and the others are removed', () => {
  expect(accountsOf(jobs(), false)).toEqual(['backup', 'monitor', 'orchestrator', 'restore']);
  const off = jobs({
    database: { engine: 'mysql', backups: { off: true, reason: 'trial' } },
    erp: { external: { addresses: [], purpose: 'x' } },
  });
  expect(accountsOf(off, false)).toEqual(['erp', 'monitor', 'orchestrator']);
  expect(startStatements(off, false).schema).toEqual(
    expect.arrayContaining(["DROP USER IF EXISTS 'backup'@'%'", "DROP USER IF EXISTS 'restore'@'%'"]),
  );
});

test('what is executed at each start neither drops nor empties a table, and nobody gets all rights on everything', () => {
  for (const engine of ['mysql', 'mariadb']) {
    const { schema, users } = startStatements(jobs({ database: { engine, backups: { volume } } }), true);
    const all = [...schema, ...Object.values(users).flat()];
    expect(
      all.filter((sql) => /\b(DROP (TABLE|DATABASE)|TRUNCATE|DELETE FROM|ALL PRIVILEGES ON \*|WITH GRANT OPTION)\b/.test(sql)),
    ).toEqual([]);
    expect(all.filter((sql) => /^CREATE/.test(sql) && !sql.includes('IF NOT EXISTS'))).toEqual([]);
    expect(all).toContain("ALTER USER 'root'@'localhost' ACCOUNT LOCK");
  }
});

test('everybody over the network needs TLS, and a password stands in no statement', () => {
  const { users } = startStatements(jobs(), true);
  for (const [user, statements] of Object.entries(users)) {
    const host = user === 'monitor' || user === 'keeper' ? 'localhost' : '%';
    expect(statements.slice(0, 2)).toEqual([
      `CREATE USER IF NOT EXISTS '${user}'@'${host}' IDENTIFIED BY @PASSWORD@`,
      `ALTER USER '${user}'@'${host}' IDENTIFIED BY @PASSWORD@ REQUIRE ${host === '%' ? 'SSL' : 'NONE'} ACCOUNT UNLOCK`,
    ]);
  }
});

test('a replica follows with a user of its own, which writes nothing, and is told whom to follow by one that reads nothing of the jobs', () => {
  const granted = (engine: string, user: string) =>
    startStatements(jobs({ database: { engine, backups: { volume } } }), true).users[user]?.filter((sql) => sql.startsWith('GRANT'));
  expect(granted('mariadb', 'replication')).toEqual([
    "GRANT RELOAD, REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO 'replication'@'%'",
    "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES ON jobs.* TO 'replication'@'%'",
  ]);
  expect(granted('mariadb', 'keeper')).toEqual([
    "GRANT SELECT ON jobs.schema_versions TO 'keeper'@'localhost'",
    "GRANT REPLICATION SLAVE ADMIN, REPLICA MONITOR ON *.* TO 'keeper'@'localhost'",
  ]);
  expect(granted('mysql', 'keeper')?.at(-1)).toBe("GRANT REPLICATION_SLAVE_ADMIN, REPLICATION CLIENT ON *.* TO 'keeper'@'localhost'");
  expect(startStatements(jobs(), false).schema).toEqual(
    expect.arrayContaining(["DROP USER IF EXISTS 'keeper'@'localhost'", "DROP USER IF EXISTS 'replication'@'%'"]),
  );
});

test('the ERP sees the exchange tables alone, and sets no state', () => {
  const { users } = startStatements(jobs({ erp: { external: { addresses: [], purpose: 'x' } } }), false);
  expect(users.erp?.filter((sql) => sql.startsWith('GRANT'))).toEqual([
    "GRANT SELECT, INSERT (order_number, machine, recipe, quantity, payload, priority, not_before, due_at), UPDATE (cancel_requested) ON jobs.erp_orders TO 'erp'@'%'",
    "GRANT SELECT, UPDATE (read_at) ON jobs.erp_reports TO 'erp'@'%'",
  ]);
});

test('a step of the schema that was released stays as it is: a change is a new step', () => {
  expect(MIGRATIONS.map(({ version }) => version)).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, i) => i + 1));
  expect(MIGRATIONS.map(({ statements }) => createHash('sha256').update(statements.join('\n')).digest('hex').slice(0, 12))).toEqual(
    RELEASED,
  );
});

const RELEASED = ['c3e825b116a9', 'c6824a275b64'];
