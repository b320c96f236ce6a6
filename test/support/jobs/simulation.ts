import { Agent, type Controller, ControllerAway, type HeldJob, type RetentiveArea } from './agent';
import { type JobStore, Superseded } from './job-store';
import { MemoryStore } from './memory-store';
import { type AgentClient, Orchestrator } from './orchestrator';

/** The process that an effect belongs to has died. */
class Dead extends Error {}

/** No answer came. */
class NoAnswer extends Error {}

/** Chooses what happens next, in a way that can be repeated: numbers from 0 to below 1. */
export type Chance = () => number;

/** What {@link simulate} takes. */
export interface Scenario {
  readonly chance: Chance;
  /** How often something dies, is lost or waits, 0 to 1. */
  readonly trouble: number;
  /** Commands as they come to the plant, some of them more than once. */
  readonly commands: readonly string[];
  readonly machines: readonly string[];
  /** What dies at exactly this effect, counted from 0, and nothing else does. @default - chance and trouble alone */
  readonly dieAt?: readonly number[];
}

/** What was seen. */
export interface Seen {
  readonly store: MemoryStore;
  /** How often the controllers began each job. */
  readonly executions: ReadonlyMap<string, number>;
  /** Payloads of answers that the broker acknowledged, in their order. */
  readonly answers: readonly string[];
  /** Two instances that commanded one machine at once. */
  readonly conflicts: readonly string[];
  /** Effects that took place. */
  readonly effects: number;
}

/** After so many turns nothing dies any more, so that the rest can come to its end; after so many in all it should have. */
const [TROUBLED_TURNS, TURNS] = [500, 8_000];

const LEASE_MS = 12_000;
const HOLD_MS = 4_000;
const DAY = Date.parse('2026-11-22T08:00:00Z');

/** A controller that keeps its retentive area, begins a job once, and ends it after a while. */
class SimulatedController {
  #area: RetentiveArea = { memory: 7, sequence: 0, job: null };
  #endsAt = 0;

  constructor(
    private readonly world: { now: number },
    private readonly executions: Map<string, number>,
  ) {}

  read(): RetentiveArea {
    const { job } = this.#area;
    if (job?.state === 'running' && this.world.now >= this.#endsAt)
      this.#end({ ...job, state: 'done', progress: 100, outcome: { good: 1 } });
    return this.#area;
  }

  take({ jobId, sequence, digest }: Pick<HeldJob, 'jobId' | 'sequence' | 'digest'>): void {
    const { job, memory, sequence: last } = this.read();
    if (sequence <= last || job?.state === 'running') return;
    this.executions.set(jobId, (this.executions.get(jobId) ?? 0) + 1);
    this.#area = { memory, sequence, job: { jobId, sequence, digest, state: 'running', progress: 0 } };
    this.#endsAt = this.world.now + 3_000;
  }

  cancel(sequence: number): void {
    const { job } = this.read();
    if (job?.sequence === sequence && job.state === 'running') this.#end({ ...job, state: 'cancelled' });
  }

  #end(job: HeldJob): void {
    this.#area = { ...this.#area, job };
  }
}

/** A process: what it still wants to do ends with it. */
class Process {
  alive = true;
  /** How fast its clock runs. */
  readonly rate: number;

  constructor(
    readonly name: string,
    private readonly world: { now: number },
    chance: Chance,
  ) {
    this.rate = 0.996 + chance() * 0.008;
  }

  readonly clock = (): number => this.world.now * this.rate;
}

interface RunningAgent {
  readonly process: Process;
  readonly agent: Agent;
}

interface RunningOrchestrator {
  readonly process: Process;
  /** The agents on its side of the network. */
  reached: ReadonlyMap<string, RunningAgent>;
}

/**
 * Runs orchestrators and agents against each other in one thread, effect by effect: before and after each one chance decides who goes on
 * next, what dies, what is late, what is lost and what is cut off. Ends when all commands are answered and all jobs have ended and been reported.
 *
 * @throws when that is not so after many steps
 */
export async function simulate({ chance, trouble, commands, machines, dieAt }: Scenario): Promise<Seen> {
  const world = { now: 0 };
  const executions = new Map<string, number>();
  const answers: string[] = [];
  const conflicts: string[] = [];
  const store = new MemoryStore();
  const queue = [...commands];
  const waiting: { readonly process: Process; readonly go: (dies: boolean) => void; readonly notBefore: number }[] = [];
  let effects = 0;
  let calm = false;
  const unlucky = (share: number) => !calm && chance() < trouble * share;

  /** Waits until it is chosen, which may take long; then goes on or dies. */
  const step = (process: Process) =>
    new Promise<void>((resolve, reject) => {
      const go = (dies: boolean) => {
        if (dies) process.alive = false;
        if (process.alive) resolve();
        else reject(new Dead(process.name));
      };
      waiting.push({ process, go, notBefore: unlucky(0.1) ? world.now + chance() * 4 * LEASE_MS : 0 });
    });
  const effect = async <T>(process: Process, act: () => T | Promise<T>): Promise<T> => {
    await step(process);
    const result = await act();
    await step(process);
    return result;
  };
  /** Every call of an object as an effect of a process. */
  const effectsOf = <T extends object>(process: Process, target: T): T =>
    new Proxy(target, {
      get: (object, key) => {
        const value = Reflect.get(object, key) as unknown;
        return typeof value === 'function' ? (...args: unknown[]) => effect(process, () => Reflect.apply(value, object, args)) : value;
      },
    });

  const controllers = new Map(machines.map((machine) => [machine, new SimulatedController(world, executions)]));
  const agents = new Map<string, RunningAgent>();
  const network = new Process('network', world, chance);
  const former: { readonly machine: string; readonly agent: Agent }[] = [];
  let born = 0;
  const uuid = () => `00000000-0000-4000-8000-${`${++born}`.padStart(12, '0')}`;

  const startAgent = (machine: string) => {
    const process = new Process(`agent of ${machine}`, world, chance);
    const simulated = controllers.get(machine);
    if (!simulated) throw new Error(`there is no ${machine}`);
    /** An exchange with the controller: one that takes longer than the hold is given up, as the contract asks. */
    const exchange = async <T>(act: () => T, writes: boolean): Promise<T> => {
      const begun = process.clock();
      await step(process);
      if (process.clock() - begun > HOLD_MS / 2) throw new ControllerAway('too late');
      if (writes) {
        const others = [agents.get(machine)?.agent, ...former.filter((one) => one.machine === machine).map((one) => one.agent)];
        const rivals = others.filter((other) => other && other !== agent && other.epoch > agent.epoch);
        for (const other of rivals) conflicts.push(`${machine}: ${agent.instance} wrote after ${other?.instance} was granted a lease`);
      }
      const result = act();
      await step(process);
      return result;
    };
    const controller: Controller = {
      read: () => exchange(() => simulated.read(), false),
      take: (job) => exchange(() => simulated.take(job), true),
      cancel: (sequence) => exchange(() => simulated.cancel(sequence), true),
      hold: async () => {},
    };
    const agent = new Agent({ machine, instance: uuid(), clock: process.clock, controller });
    const before = agents.get(machine);
    // A former one may live on behind a network that was cut.
    if (before?.process.alive) former.push({ machine, agent: before.agent });
    agents.set(machine, { process, agent });
  };
  for (const machine of machines) startAgent(machine);

  /** How an orchestrator reaches an agent: a request that nobody waits for any more still arrives, at the agent that it was sent to. */
  const client = (caller: Process, reached: ReadonlyMap<string, RunningAgent>, machine: string): AgentClient => {
    const call = async <T>(ask: (agent: Agent) => Promise<T>): Promise<T> => {
      await step(caller);
      const served = reached.get(machine);
      const arrives = async () => {
        await step(network);
        if (!served?.process.alive) throw new NoAnswer();
        return ask(served.agent);
      };
      const answer = arrives().catch((error: unknown) => {
        throw error instanceof Dead ? new NoAnswer() : error;
      });
      answer.catch(() => {});
      if (unlucky(0.5)) throw new NoAnswer();
      const result = await answer;
      await step(caller);
      return result;
    };
    return {
      readState: () => call((agent) => agent.state()),
      grantLease: (lease) => call((agent) => agent.grant(lease)),
      dispatchJob: (id, dispatch) => call((agent) => agent.dispatch(id, dispatch)),
      cancelJob: (id, cancel) => call((agent) => agent.cancel(id, cancel)),
    };
  };

  const startOrchestrator = (reached: ReadonlyMap<string, RunningAgent> = agents): RunningOrchestrator => {
    const process = new Process('orchestrator', world, chance);
    const running = { process, reached };
    const options = {
      store: effectsOf<JobStore>(process, store),
      machines: () => machines,
      agent: (machine: string) => client(process, running.reached, machine),
      publish: (answer: object) =>
        effect(process, () => {
          answers.push(JSON.stringify(answer));
        }),
      clock: process.clock,
      now: () => new Date(DAY + world.now),
      leaseMs: LEASE_MS,
      holdMs: HOLD_MS,
    };
    const again = async (task: (orchestrator: Orchestrator) => Promise<void>, orchestrator: Orchestrator) => {
      while (process.alive) {
        await step(process);
        await task(orchestrator).catch((error: unknown) => {
          // One that was superseded ends; if it was the last that was started, it is started again.
          if (error instanceof Superseded) process.alive = false;
          if (error instanceof Dead || error instanceof Superseded) throw error;
        });
      }
    };
    const run = async () => {
      const orchestrator = await Orchestrator.start(options);
      const tasks = [
        ...machines.map((machine) => again((o) => o.attend(machine), orchestrator)),
        again(async (o) => {
          const [payload] = queue;
          if (payload === undefined) return;
          await o.receive(payload);
          await step(process);
          if (queue[0] === payload) queue.shift();
        }, orchestrator),
        again((o) => o.report(), orchestrator),
      ];
      await Promise.allSettled(tasks);
    };
    run().catch(() => {});
    return running;
  };
  let orchestrator = startOrchestrator();

  const finished = () =>
    queue.length === 0 &&
    [...store.jobs.values()].every(({ state }) => state !== 'queued' && state !== 'dispatched') &&
    store.unsentCount === 0;
  for (let turn = 0; turn < TURNS; turn++) {
    // All that follows from the last effect without another one.
    await new Promise((resolve) => setImmediate(resolve));
    if (finished()) return { store, executions, answers, conflicts, effects };
    // The dead go first, so that nothing of them is left.
    for (const dead of waiting.filter(({ process }) => !process.alive)) {
      waiting.splice(waiting.indexOf(dead), 1);
      dead.go(true);
    }
    for (const machine of machines) if (!agents.get(machine)?.process.alive) startAgent(machine);
    if (!orchestrator.process.alive) orchestrator = startOrchestrator();
    calm ||= turn > TROUBLED_TURNS;

    // A network is cut: what was on one side of it lives on there, and others take its place on this one.
    if (unlucky(0.1)) {
      if (chance() < 0.5) {
        orchestrator.reached = new Map(agents);
        orchestrator = startOrchestrator();
      }
      startAgent(machines[Math.floor(chance() * machines.length)] ?? '');
    }
    if (chance() < 0.2) world.now += Math.floor(chance() * 1_000);

    const ready = waiting.filter(({ notBefore }) => notBefore <= world.now);
    const chosen = ready[Math.floor(chance() * ready.length)];
    if (!chosen) {
      world.now += 1_000;
      continue;
    }
    waiting.splice(waiting.indexOf(chosen), 1);
    const dies = chosen.process !== network && (dieAt ? dieAt.includes(effects) : unlucky(0.1));
    effects++;
    chosen.go(dies);
  }
  throw new Error(`not finished: ${queue.length} commands wait, jobs are ${[...store.jobs.values()].map(({ state }) => state).join(', ')}`);
}
