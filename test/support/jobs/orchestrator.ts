import { type AgentState, type Cancel, type Dispatch, type JobState, type Lease, REFUSALS } from '../../../infra/jobs/contract';
import { commandingEndsWithin } from '../../../infra/jobs/lease';
import { type Answer, COMMAND_REFUSALS, commandSchema } from '../../../infra/jobs/messages';
import { type MonotonicClock, Refused } from './agent';
import type { JobStore, StoredJob } from './job-store';

/** An agent as the orchestrator calls it. Each throws {@link Refused}, or anything else when there is no answer. */
export interface AgentClient {
  readState(): Promise<AgentState>;
  grantLease(lease: Lease): Promise<AgentState>;
  dispatchJob(jobId: string, dispatch: Dispatch): Promise<JobState>;
  cancelJob(jobId: string, cancel: Cancel): Promise<JobState>;
}

/** What {@link Orchestrator} takes. */
export interface OrchestratorOptions {
  readonly store: JobStore;
  /** Machines that have an agent, at this moment. */
  readonly machines: () => readonly string[];
  readonly agent: (machine: string) => AgentClient;
  /** Gives an answer to the broker; returns when the broker has acknowledged it. */
  readonly publish: (answer: Answer) => Promise<void>;
  readonly clock: MonotonicClock;
  /** The time of day, for commands that expire. */
  readonly now: () => Date;
  readonly leaseMs: number;
  readonly holdMs: number;
}

/** The reference implementation of the orchestrator's side of the contract. Whoever runs it calls its steps again and again. */
export class Orchestrator {
  /** Until when an agent may command each machine, by our clock: before that no other instance is granted a lease. */
  readonly #commandingUntil = new Map<string, number>();

  private constructor(
    private readonly options: OrchestratorOptions,
    private readonly term: number,
    /** When our term began: what an orchestrator before us granted has ended so long after it. */
    private readonly since: number,
  ) {}

  /** Begins a term. */
  static async start(options: OrchestratorOptions): Promise<Orchestrator> {
    const term = await options.store.beginTerm();
    return new Orchestrator(options, term, options.clock());
  }

  /** Takes a message of the command topic. Whoever calls acknowledges it to the broker after this has returned. */
  async receive(payload: string): Promise<void> {
    const { store, machines, publish, now } = this.options;
    const command = commandSchema.safeParse(parsed(payload));
    if (command.success) return store.receive(this.term, command.data, machines(), now());
    // It has no id under which it could be kept: a message that comes again is refused again.
    const at = now().toISOString();
    const text = `${COMMAND_REFUSALS.malformed}: ${command.error.issues[0]?.message ?? ''}`.slice(0, 2_000);
    await publish({ answerId: `malformed:${at}`, at, kind: 'refused', commandId: null, reason: 'malformed', text });
  }

  /** Gives the broker what the centre may not have yet. */
  async report(): Promise<void> {
    for (const answer of await this.options.store.unsent(this.term)) {
      await this.options.publish(answer);
      await this.options.store.sent(this.term, answer.answerId);
    }
  }

  /** Renews the lease of a machine's agent, and brings its job one step on. */
  async attend(machine: string): Promise<void> {
    const { store, now } = this.options;
    const agent = this.options.agent(machine);
    const state = await agent.readState();
    const epoch = await this.#lead(machine, agent, state);
    if (epoch === undefined || !state.controller) return;

    let job = await store.openJob(this.term, machine);
    if (!job) return;
    if (job.state === 'queued') {
      if (job.cancelWanted) return store.end(this.term, job.id, 'cancelled', {}, now());
      job = await store.dispatch(this.term, job.id, state.controller.memory);
    }
    if (job.memory !== state.controller.memory) {
      const text = 'in doubt: the controller has forgotten its jobs, and may or may not have begun this one';
      return store.end(this.term, job.id, 'failed', { text }, now());
    }
    const held = await this.#carriedOut(agent, state, job, epoch).catch((error: unknown) => {
      if (needsPerson(error)) return error as Refused;
      throw error;
    });
    if (held instanceof Refused) return store.end(this.term, job.id, 'failed', { text: `in doubt: ${REFUSALS[held.code].meaning}` }, now());
    if (held.state === 'running') return;
    await store.end(this.term, job.id, held.state, held.outcome ? { outcome: held.outcome } : {}, now());
  }

  /** Grants or renews the lease; the epoch, or undefined while a former instance may still command. */
  async #lead(machine: string, agent: AgentClient, state: AgentState): Promise<number | undefined> {
    const { store, clock, leaseMs, holdMs } = this.options;
    const endsWithin = commandingEndsWithin({ leaseMs, holdMs });
    // After the state was read: a term that had ended by now would be noticed here.
    const holder = await store.holder(this.term, machine);
    let { epoch } = holder;
    if (holder.instance !== state.instance) {
      const until = this.#commandingUntil.get(machine) ?? this.since + endsWithin;
      if (holder.instance !== null && clock() < until) return undefined;
      epoch = await store.newEpoch(this.term, machine, state.instance);
    }
    // Before it is sent: whether it arrives may never be known.
    this.#commandingUntil.set(machine, clock() + endsWithin);
    await agent.grantLease({ instance: state.instance, epoch, fromMs: state.clockMs, leaseMs });
    return epoch;
  }

  async #carriedOut(agent: AgentClient, state: AgentState, job: StoredJob, epoch: number): Promise<JobState> {
    const { id, sequence = 0, recipe, parameters, cancelWanted } = job;
    const known = state.controller?.job;
    const held = known?.jobId === id ? known : await agent.dispatchJob(id, { epoch, sequence, recipe, parameters });
    return held.state === 'running' && cancelWanted ? agent.cancelJob(id, { epoch }) : held;
  }
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/** True for a refusal after which nothing is left but to ask a person. */
function needsPerson(error: unknown): boolean {
  return error instanceof Refused && ['content-differs', 'stale-sequence', 'too-large', 'malformed'].includes(error.code);
}
