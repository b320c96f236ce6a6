import type { Answer, Command } from '../../../infra/jobs/messages';
import { commandDiffers, decide } from './decide';
import { type End, type Holder, type JobStore, type StoredJob, Superseded } from './job-store';

/** A store that outlives orchestrators within one process, for simulations: each call is a transaction because nothing runs in between. */
export class MemoryStore implements JobStore {
  readonly jobs = new Map<string, StoredJob>();
  /** How often each job was ended: more than once would be a fault. */
  readonly ends = new Map<string, number>();
  readonly #commands = new Map<string, { readonly text: string; readonly answer: Answer }>();
  readonly #answers = new Map<string, Answer>();
  readonly #holders = new Map<string, Holder>();
  readonly #sequences = new Map<string, number>();
  #term = 0;

  /** Answers that the broker has not acknowledged. */
  get unsentCount(): number {
    return this.#answers.size;
  }

  async beginTerm(): Promise<number> {
    return ++this.#term;
  }

  async receive(term: number, command: Command, machines: readonly string[], now: Date): Promise<void> {
    this.#check(term);
    const { commandId, body } = command;
    const known = this.#commands.get(commandId);
    if (known) {
      const answer = known.text === JSON.stringify(command) ? known.answer : commandDiffers(command, now);
      this.#answers.set(answer.answerId, answer);
      return;
    }
    const job = this.jobs.get(body.jobId);
    const { answer, effect } = decide(command, job, machines, now);
    if (effect === 'queue' && command.kind === 'start-job') {
      const { jobId: id, machine, recipe, parameters } = command.body;
      this.jobs.set(id, { id, machine, recipe, parameters, state: 'queued', cancelWanted: false });
    }
    if (effect === 'cancel' && job) this.jobs.set(job.id, { ...job, cancelWanted: true });
    this.#commands.set(commandId, { text: JSON.stringify(command), answer });
    this.#answers.set(answer.answerId, answer);
  }

  async holder(term: number, machine: string): Promise<Holder> {
    this.#check(term);
    return this.#holders.get(machine) ?? { epoch: 0, instance: null };
  }

  async newEpoch(term: number, machine: string, instance: string): Promise<number> {
    const { epoch } = await this.holder(term, machine);
    this.#holders.set(machine, { epoch: epoch + 1, instance });
    return epoch + 1;
  }

  async openJob(term: number, machine: string): Promise<StoredJob | undefined> {
    this.#check(term);
    const of = [...this.jobs.values()].filter((job) => job.machine === machine);
    return of.find(({ state }) => state === 'dispatched') ?? of.find(({ state }) => state === 'queued');
  }

  async dispatch(term: number, jobId: string, memory: number): Promise<StoredJob> {
    this.#check(term);
    const job = this.#job(jobId);
    if (job.state !== 'queued') return job;
    const sequence = (this.#sequences.get(job.machine) ?? 0) + 1;
    this.#sequences.set(job.machine, sequence);
    const dispatched: StoredJob = { ...job, state: 'dispatched', sequence, memory };
    this.jobs.set(jobId, dispatched);
    return dispatched;
  }

  async end(term: number, jobId: string, state: End, details: object, now: Date): Promise<void> {
    this.#check(term);
    const job = this.#job(jobId);
    if (job.state !== 'queued' && job.state !== 'dispatched') return;
    this.jobs.set(jobId, { ...job, state });
    this.ends.set(jobId, (this.ends.get(jobId) ?? 0) + 1);
    const answerId = `${jobId}:ended`;
    this.#answers.set(answerId, { answerId, at: now.toISOString(), kind: 'ended', jobId, machine: job.machine, state, ...details });
  }

  async unsent(term: number): Promise<readonly Answer[]> {
    this.#check(term);
    return [...this.#answers.values()];
  }

  async sent(term: number, answerId: string): Promise<void> {
    this.#check(term);
    this.#answers.delete(answerId);
  }

  #check(term: number): void {
    if (term !== this.#term) throw new Superseded(`term ${term} is over`);
  }

  #job(jobId: string): StoredJob {
    const job = this.jobs.get(jobId);
    if (!job) throw new Error(`there is no job ${jobId}`);
    return job;
  }
}
