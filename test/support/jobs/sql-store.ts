import { createHash, randomUUID } from 'node:crypto';
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import type { Answer, Command } from '../../../infra/jobs/messages';
import { COMMAND_REFUSALS, type CommandRefusal } from '../../../infra/jobs/messages';
import { commandDiffers, decide } from './decide';
import { type End, type Holder, type JobStore, type StoredJob, Superseded } from './job-store';

const read = (value: unknown) => (typeof value === 'string' ? JSON.parse(value) : value);

/** The store in the plant's job database, on the tables of infra/mysql/schema.ts. */
export class SqlStore implements JobStore {
  constructor(private readonly pool: Pool) {}

  beginTerm(): Promise<number> {
    return this.#transaction(undefined, async (sql) => {
      await sql.query(
        `INSERT INTO leases (name, holder, token, lease_until) VALUES ('orchestrator', ?, 1, UTC_TIMESTAMP(3))
         ON DUPLICATE KEY UPDATE token = token + 1, holder = VALUES(holder)`,
        [randomUUID()],
      );
      const [row] = await rows(sql, `SELECT token FROM leases WHERE name = 'orchestrator'`);
      return Number(row?.token);
    });
  }

  receive(term: number, command: Command, machines: readonly string[], now: Date): Promise<void> {
    return this.#transaction(term, async (sql) => {
      const { commandId, kind, body, issuedBy, issuedAt, expiresAt } = command;
      const text = JSON.stringify(command);
      const insert = (id: string, answer: Answer) =>
        sql.query(
          `INSERT INTO commands (id, kind, job_id, issuer, payload, issued_at, expires_at, received_at, outcome, reason)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE answered_at = NULL`,
          [
            ...[id, kind, body.jobId, issuedBy, text, new Date(issuedAt), new Date(expiresAt), now],
            answer.kind === 'accepted' ? 'accepted' : 'refused',
            answer.kind === 'refused' ? answer.reason : null,
          ],
        );
      const [known] = await rows(sql, 'SELECT payload FROM commands WHERE id = ? FOR UPDATE', [commandId]);
      if (known) {
        if (JSON.stringify(read(known.payload)) === text) {
          await sql.query('UPDATE commands SET answered_at = NULL WHERE id = ?', [commandId]);
          return;
        }
        const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
        await insert(`${commandId}:${digest}`, commandDiffers(command, now));
        return;
      }
      const job = await this.#job(sql, body.jobId);
      const { answer, effect } = decide(command, job, machines, now);
      if (effect === 'queue' && command.kind === 'start-job') {
        const { jobId, machine, recipe, parameters } = command.body;
        await sql.query('INSERT INTO jobs (id, machine, recipe, payload, requested_by) VALUES (?, ?, ?, ?, ?)', [
          ...[jobId, machine, recipe, JSON.stringify(parameters), issuedBy],
        ]);
      }
      if (effect === 'cancel') await this.#event(sql, body.jobId, 'cancel-wanted', issuedBy, {});
      await insert(commandId, answer);
    });
  }

  holder(term: number, machine: string): Promise<Holder> {
    return this.#transaction(term, async (sql) => {
      const [row] = await rows(sql, 'SELECT instance, lease_token FROM agents WHERE machine = ?', [machine]);
      return { epoch: Number(row?.lease_token ?? 0), instance: row?.instance ?? null };
    });
  }

  newEpoch(term: number, machine: string, instance: string): Promise<number> {
    return this.#transaction(term, async (sql) => {
      await sql.query(
        `INSERT INTO agents (machine, instance, contract, lease_token, detail) VALUES (?, ?, 'v1', 1, '{"sequence":0}')
         ON DUPLICATE KEY UPDATE lease_token = lease_token + 1, instance = VALUES(instance)`,
        [machine, instance],
      );
      const [row] = await rows(sql, 'SELECT lease_token FROM agents WHERE machine = ?', [machine]);
      return Number(row?.lease_token);
    });
  }

  openJob(term: number, machine: string): Promise<StoredJob | undefined> {
    return this.#transaction(term, async (sql) => {
      const [row] = await rows(
        sql,
        `SELECT id FROM jobs WHERE machine = ? AND state IN ('queued', 'dispatched')
         ORDER BY state = 'queued', priority, created_at, id LIMIT 1`,
        [machine],
      );
      return row && this.#job(sql, row.id);
    });
  }

  dispatch(term: number, jobId: string, memory: number): Promise<StoredJob> {
    return this.#transaction(term, async (sql) => {
      const job = await this.#job(sql, jobId);
      if (job?.state === 'queued') {
        const [agent] = await rows(sql, 'SELECT detail FROM agents WHERE machine = ? FOR UPDATE', [job.machine]);
        const sequence = read(agent?.detail).sequence + 1;
        await sql.query('UPDATE agents SET detail = ? WHERE machine = ?', [JSON.stringify({ sequence }), job.machine]);
        await sql.query(`UPDATE jobs SET state = 'dispatched', lease_token = ?, started_at = UTC_TIMESTAMP(3) WHERE id = ?`, [
          sequence,
          jobId,
        ]);
        await this.#event(sql, jobId, 'dispatched', 'orchestrator', { memory });
      }
      const dispatched = await this.#job(sql, jobId);
      if (!dispatched) throw new Error(`there is no job ${jobId}`);
      return dispatched;
    });
  }

  end(term: number, jobId: string, state: End, details: { readonly outcome?: unknown; readonly text?: string }, now: Date): Promise<void> {
    return this.#transaction(term, async (sql) => {
      const [ended] = await sql.query<ResultSetHeader>(
        `UPDATE jobs SET state = ?, result = ?, error = ?, ended_at = ?, revision = revision + 1 WHERE id = ? AND state IN ('queued', 'dispatched')`,
        [state, details.outcome === undefined ? null : JSON.stringify(details.outcome), details.text ?? null, now, jobId],
      );
      if (ended.affectedRows > 0) await this.#event(sql, jobId, 'ended', 'orchestrator', { state });
    });
  }

  unsent(term: number): Promise<readonly Answer[]> {
    return this.#transaction(term, async (sql) => {
      const commands = await rows(
        sql,
        `SELECT id, job_id, outcome, reason, received_at FROM commands WHERE outcome <> 'received' AND answered_at IS NULL ORDER BY received_at LIMIT 100`,
      );
      const jobs = await rows(
        sql,
        'SELECT id, machine, state, result, error, ended_at FROM jobs WHERE ended_at IS NOT NULL AND reported_at IS NULL ORDER BY ended_at LIMIT 100',
      );
      return [
        ...commands.map(({ id, job_id: jobId, outcome, reason, received_at: received }): Answer => {
          const envelope = { answerId: `${id}:received`, at: received.toISOString(), commandId: id.slice(0, 36) };
          if (outcome === 'accepted') return { ...envelope, kind: 'accepted', jobId };
          return { ...envelope, kind: 'refused', reason, text: COMMAND_REFUSALS[reason as CommandRefusal] };
        }),
        ...jobs.map(
          ({ id: jobId, machine, state, result, error, ended_at: ended }): Answer => ({
            ...{ answerId: `${jobId}:ended`, at: ended.toISOString(), kind: 'ended', jobId, machine, state },
            ...(result === null ? {} : { outcome: read(result) }),
            ...(error === null ? {} : { text: error }),
          }),
        ),
      ];
    });
  }

  sent(term: number, answerId: string): Promise<void> {
    return this.#transaction(term, async (sql) => {
      const id = answerId.slice(0, answerId.lastIndexOf(':'));
      const told = answerId.endsWith(':ended')
        ? 'UPDATE jobs SET reported_at = UTC_TIMESTAMP(3) WHERE id = ?'
        : 'UPDATE commands SET answered_at = UTC_TIMESTAMP(3) WHERE id = ?';
      await sql.query(told, [id]);
    });
  }

  async #job(sql: PoolConnection, id: string): Promise<StoredJob | undefined> {
    const [row] = await rows(
      sql,
      `SELECT jobs.*, (SELECT detail FROM job_events WHERE job_id = jobs.id AND event_key = 'dispatched') AS dispatched,
         EXISTS (SELECT 1 FROM job_events WHERE job_id = jobs.id AND event_key = 'cancel-wanted') AS cancel_wanted
       FROM jobs WHERE id = ? FOR UPDATE`,
      [id],
    );
    if (!row) return undefined;
    const dispatched = row.dispatched === null ? undefined : read(row.dispatched);
    return {
      ...{ id, machine: row.machine, recipe: row.recipe, parameters: read(row.payload), state: row.state },
      cancelWanted: row.cancel_wanted === 1,
      ...(dispatched ? { sequence: Number(row.lease_token), memory: dispatched.memory } : {}),
    };
  }

  async #event(sql: PoolConnection, jobId: string, key: string, sender: string, detail: object): Promise<void> {
    await sql.query('INSERT IGNORE INTO job_events (job_id, event_key, kind, sender, detail) VALUES (?, ?, ?, ?, ?)', [
      ...[jobId, key, key, sender, JSON.stringify(detail)],
    ]);
  }

  /** Runs as one transaction; with a term, only if no later one has begun, and none begins meanwhile. */
  async #transaction<T>(term: number | undefined, work: (sql: PoolConnection) => Promise<T>): Promise<T> {
    const sql = await this.pool.getConnection();
    try {
      await sql.beginTransaction();
      if (term !== undefined) {
        const [row] = await rows(sql, `SELECT token FROM leases WHERE name = 'orchestrator' LOCK IN SHARE MODE`);
        if (Number(row?.token) !== term) throw new Superseded(`term ${term} is over`);
      }
      const result = await work(sql);
      await sql.commit();
      return result;
    } catch (error) {
      await sql.rollback().catch(() => {});
      throw error;
    } finally {
      sql.release();
    }
  }
}

async function rows(sql: PoolConnection, text: string, values: readonly unknown[] = []): Promise<RowDataPacket[]> {
  const [found] = await sql.query<RowDataPacket[]>(text, [...values]);
  return found;
}
