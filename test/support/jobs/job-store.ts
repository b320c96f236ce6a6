import type { Dispatch, Outcome } from '../../../infra/jobs/contract';
import type { Answer, Command } from '../../../infra/jobs/messages';

/** How a job ends. */
export type End = Extract<Answer, { kind: 'ended' }>['state'];

/** A job as the store keeps it. */
export interface StoredJob {
  readonly id: string;
  readonly machine: string;
  readonly recipe: string;
  readonly parameters: Dispatch['parameters'];
  readonly state: 'queued' | 'dispatched' | End;
  readonly cancelWanted: boolean;
  /** Given when it is dispatched, with the controller's memory at that moment. */
  readonly sequence?: number;
  readonly memory?: number;
}

/** Who was granted the last lease of a machine. */
export interface Holder {
  readonly epoch: number;
  readonly instance: string | null;
}

/** This orchestrator is no longer the one: another was started. */
export class Superseded extends Error {}

/**
 * What the orchestrator must not forget: each call is one transaction. A call with a term that is not the latest one changes nothing
 * and throws {@link Superseded}.
 */
export interface JobStore {
  /** Begins a new term: from now on every earlier orchestrator is superseded. */
  beginTerm(): Promise<number>;
  /** Decides on a command that came; one that was here before keeps its answer, which is to be given once more. */
  receive(term: number, command: Command, machines: readonly string[], now: Date): Promise<void>;
  /** Holder of a machine's last lease. */
  holder(term: number, machine: string): Promise<Holder>;
  /** A new epoch for an instance. */
  newEpoch(term: number, machine: string, instance: string): Promise<number>;
  /** The job that a machine is at: the one that was dispatched, else the next one that is queued. */
  openJob(term: number, machine: string): Promise<StoredJob | undefined>;
  /** Gives a queued job its sequence. */
  dispatch(term: number, jobId: string, memory: number): Promise<StoredJob>;
  /** Ends a job, once: a job that has ended stays as it ended. */
  end(term: number, jobId: string, state: End, details: { readonly outcome?: Outcome; readonly text?: string }, now: Date): Promise<void>;
  /** Answers that the centre may not have yet, the oldest first. */
  unsent(term: number): Promise<readonly Answer[]>;
  /** The broker has an answer. */
  sent(term: number, answerId: string): Promise<void>;
}

/** What is decided of a command that was not here before. */
export interface Decision {
  readonly answer: Extract<Answer, { kind: 'accepted' | 'refused' }>;
  /** What to do, when it is accepted. */
  readonly effect?: 'queue' | 'cancel';
}
