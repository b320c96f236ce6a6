import { createHash } from 'node:crypto';
import type { AgentState, Cancel, Dispatch, JobState, Lease, Refusal, Release } from '../../../infra/jobs/contract';

/** What the controller keeps of the last job that it took, in its retentive area. */
export interface HeldJob {
  readonly jobId: string;
  readonly sequence: number;
  /** Tells another content under the same id. */
  readonly digest: string;
  readonly state: JobState['state'];
  readonly progress: number;
  readonly outcome?: JobState['outcome'];
}

/** The retentive area of a controller. */
export interface RetentiveArea {
  readonly memory: number;
  readonly sequence: number;
  readonly job: HeldJob | null;
}

/** A controller as its agent sees it. Each call is one exchange: it takes effect as a whole, or not at all, within the plant's `hold`. */
export interface Controller {
  read(): Promise<RetentiveArea>;
  /** Takes the job if its sequence is above that of the area and no job runs, and does nothing otherwise. */
  take(job: Pick<HeldJob, 'jobId' | 'sequence' | 'digest'> & Pick<Dispatch, 'recipe' | 'parameters'>): Promise<void>;
  /** Ends the job of this sequence if it runs. */
  cancel(sequence: number): Promise<void>;
  /** Brings the machine to its safe hold. */
  hold(): Promise<void>;
}

/** A clock that never goes back, in milliseconds. */
export type MonotonicClock = () => number;

/** A request that the contract refuses. */
export class Refused extends Error {
  constructor(readonly code: Refusal) {
    super(code);
  }
}

/** The controller gives no answer. */
export class ControllerAway extends Error {}

/** What {@link Agent} takes. */
export interface AgentOptions {
  readonly machine: string;
  readonly instance: string;
  readonly clock: MonotonicClock;
  readonly controller: Controller;
}

/** The reference implementation of the agent's side of the contract: it keeps nothing that it must not forget. */
export class Agent {
  #epoch = 0;
  #leaseEndsAt = Number.NEGATIVE_INFINITY;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: AgentOptions) {}

  get instance(): string {
    return this.options.instance;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Whether it holds a lease that has not ended. */
  get commanding(): boolean {
    return this.options.clock() < this.#leaseEndsAt;
  }

  async state(): Promise<AgentState> {
    const { machine, instance, clock, controller } = this.options;
    // Before the controller is asked: a lease is counted from here.
    const clockMs = Math.floor(clock());
    const area = await controller.read().catch((error: unknown) => {
      if (error instanceof ControllerAway) return null;
      throw error;
    });
    return {
      machine,
      instance,
      clockMs,
      epoch: this.#epoch,
      commanding: this.commanding,
      controller: area && { memory: area.memory, sequence: area.sequence, job: area.job && told(area.job) },
    };
  }

  async grant({ instance, epoch, fromMs, leaseMs }: Lease): Promise<AgentState> {
    this.#concerns(instance, epoch);
    this.#epoch = epoch;
    // A grant that was long on its way, or one out of order, lengthens nothing.
    if (fromMs <= this.options.clock()) this.#leaseEndsAt = Math.max(this.#leaseEndsAt, fromMs + leaseMs);
    return this.state();
  }

  release({ instance, epoch }: Release): Promise<AgentState> {
    this.#concerns(instance, epoch);
    return this.stop();
  }

  /** Commands nothing any more, and brings the machine to its safe hold. */
  async stop(): Promise<AgentState> {
    this.#leaseEndsAt = Number.NEGATIVE_INFINITY;
    return this.#alone(async () => {
      await this.#asked(() => this.options.controller.hold());
      return this.state();
    });
  }

  dispatch(jobId: string, { epoch, sequence, recipe, parameters }: Dispatch): Promise<JobState> {
    return this.#alone(async () => {
      this.#mayCommand(epoch);
      const digest = digestOf(recipe, parameters);
      const { controller } = this.options;
      const before = await this.#asked(() => controller.read());
      const taken = takenAs(before, jobId, sequence, digest);
      if (taken) return taken;
      if (before.job?.state === 'running') throw new Refused('busy');
      // Directly before the write, whatever the time was before.
      this.#mayCommand(epoch);
      await this.#asked(() => controller.take({ jobId, sequence, digest, recipe, parameters }));
      const after = takenAs(await this.#asked(() => controller.read()), jobId, sequence, digest);
      if (!after) throw new Refused('controller-away');
      return after;
    });
  }

  async job(jobId: string): Promise<JobState> {
    const { job } = await this.#asked(() => this.options.controller.read());
    if (job?.jobId !== jobId) throw new Refused('unknown-job');
    return told(job);
  }

  cancel(jobId: string, { epoch }: Cancel): Promise<JobState> {
    return this.#alone(async () => {
      this.#mayCommand(epoch);
      const { sequence, state } = await this.job(jobId);
      if (state === 'running') {
        this.#mayCommand(epoch);
        await this.#asked(() => this.options.controller.cancel(sequence));
      }
      return this.job(jobId);
    });
  }

  #concerns(instance: string, epoch: number): void {
    if (instance !== this.options.instance) throw new Refused('other-instance');
    if (epoch < this.#epoch) throw new Refused('stale-epoch');
  }

  #mayCommand(epoch: number): void {
    if (epoch < this.#epoch) throw new Refused('stale-epoch');
    if (epoch > this.#epoch || !this.commanding) throw new Refused('no-lease');
  }

  async #asked<T>(exchange: () => Promise<T>): Promise<T> {
    try {
      return await exchange();
    } catch (error) {
      if (error instanceof ControllerAway) throw new Refused('controller-away');
      throw error;
    }
  }

  /** One command at a time. */
  #alone<T>(command: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(command);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

/** What the controller holds of a job that it took before; undefined when it has not come to it yet. */
function takenAs(area: RetentiveArea, jobId: string, sequence: number, digest: string): JobState | undefined {
  if (area.job?.jobId === jobId || area.sequence === sequence) {
    if (area.job?.jobId === jobId && area.sequence === sequence && area.job.digest === digest) return told(area.job);
    throw new Refused('content-differs');
  }
  if (area.sequence > sequence) throw new Refused('stale-sequence');
  return undefined;
}

function told({ digest: _, ...job }: HeldJob): JobState {
  return job;
}

/** Digest of a job's content, whatever the order of its parameters. */
export function digestOf(recipe: string, parameters: Dispatch['parameters']): string {
  return createHash('sha256')
    .update(JSON.stringify([recipe, Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex');
}
