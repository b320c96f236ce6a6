import { pause } from '../../support/wait';
import type { TestClient } from './mqtt';
import type { PlantOnTrial } from './plant';

/** Points of a busy machine. */
export const BUSY_POINTS = ['p0', 'p1', 'p2'] as const;

/** Messages that it sends before the first of them is acknowledged. */
const WINDOW = 25;

/**
 * A machine that publishes as a gateway does: what is not acknowledged is published again, at whichever server of the plant broker takes
 * connections. Each message holds one reading of each point, with the message's number as value and a time stamp of its own.
 */
export class BusyMachine {
  /** Time stamp of the first message, in nanoseconds. */
  readonly start = BigInt(Date.now()) * 1_000_000n;
  /** Messages that were acknowledged; all before this number were. */
  acknowledged = 0;
  /** Messages that were published more than once, because no acknowledgement came. */
  repeated = 0;
  #client: TestClient | undefined;
  #turn = 0;
  #ends = false;
  #working: Promise<void> = Promise.resolve();

  constructor(
    private readonly trial: PlantOnTrial,
    readonly machine: string,
  ) {}

  /** Publishes so many further messages; returns when all were acknowledged. */
  publish(messages: number): Promise<void> {
    this.#working = this.#publish(this.acknowledged + messages);
    return this.#working;
  }

  /** Stops publishing, and hangs up. */
  async end(): Promise<void> {
    this.#ends = true;
    await this.#working.catch(() => {});
    this.#client?.drop();
  }

  /** Time stamp of a message, in nanoseconds. */
  timeOf(message: number): bigint {
    return this.start + BigInt(message) * 1_000_000n;
  }

  async #publish(until: number): Promise<void> {
    while (this.acknowledged < until && !this.#ends) {
      const count = Math.min(WINDOW, until - this.acknowledged);
      const first = this.acknowledged;
      try {
        const client = await this.#connected();
        await Promise.all(Array.from({ length: count }, (_, i) => client.publish(this.#topic, this.#payload(first + i))));
        this.acknowledged += count;
      } catch {
        this.repeated += count;
        this.#client?.drop();
        this.#client = undefined;
        await pause(250);
      }
    }
  }

  async #connected(): Promise<TestClient> {
    if (this.#client?.ended === undefined && this.#client) return this.#client;
    const broker = this.#turn++ % this.trial.brokers.length;
    this.#client = await this.trial.client(this.machine, { broker });
    return this.#client;
  }

  get #topic(): string {
    return `data/v1/${this.trial.plant.name}/${this.machine}`;
  }

  #payload(message: number): string {
    const tags = `machine=${this.machine},plant=${this.trial.plant.name}`;
    return BUSY_POINTS.map(
      (point) => `point,${tags},point=${point},type=INT integer=${message}i,quality=192i ${this.timeOf(message)}\n`,
    ).join('');
  }
}
