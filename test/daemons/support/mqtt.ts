import { connect as connectTls } from 'node:tls';
import { MqttClient } from 'mqtt';
import { eventually } from '../../support/wait';
import type { Gate } from './gate';

/** Whom to connect to, and as whom. */
export interface MqttLogin {
  readonly address: string;
  readonly port: number;
  /** The name that the server's certificate must have. */
  readonly serverName: string;
  readonly clientId: string;
  /** PEM of the authorities that the client trusts. */
  readonly ca: string;
  /** PEM of the client's certificate. @default - it shows none */
  readonly cert?: string;
  readonly key?: string;
  readonly username?: string;
  readonly password?: string;
  /** Whether the server forgets the session at the end. @default true */
  readonly clean?: boolean;
}

/** A message as it came. */
export interface Received {
  readonly topic: string;
  readonly payload: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An MQTT 3.1.1 client of a test, independent of the programs under test. It never reconnects by itself. */
export class TestClient {
  readonly received: Received[] = [];
  /** Why the connection ended, once it has. */
  ended: string | undefined;
  readonly #client: MqttClient;

  private constructor(gate: Gate, login: MqttLogin) {
    const { address, port, serverName, ca, cert, key, clean = true, ...rest } = login;
    this.#client = new MqttClient(
      () => {
        const socket = connectTls({ socket: gate.connect(address, port), servername: serverName, ca, cert, key, minVersion: 'TLSv1.2' });
        socket.on('error', (error) => {
          this.ended ??= error.message;
        });
        return socket;
      },
      {
        protocolVersion: 4,
        reconnectPeriod: 0,
        connectTimeout: 10_000,
        keepalive: 30,
        clean,
        resubscribe: false,
        queueQoSZero: false,
        ...rest,
      },
    );
    this.#client.setMaxListeners(0);
    this.#client.on('message', (topic, payload) => this.received.push({ topic, payload: payload.toString(), at: Date.now() }));
    this.#client.on('error', (error) => {
      this.ended ??= error.message;
    });
    this.#client.on('close', () => {
      this.ended ??= 'the server closed the connection';
    });
  }

  /**
   * Connects. Also tells whether the server still had the session.
   *
   * @throws with the server's reason when it refuses
   */
  static async connect(gate: Gate, login: MqttLogin): Promise<TestClient> {
    const client = new TestClient(gate, login);
    await new Promise<void>((resolve, reject) => {
      client.#client.once('connect', () => resolve());
      client.#client.once('close', () => reject(new Error(client.ended ?? 'the server closed the connection')));
    });
    return client;
  }

  /** Publishes with QoS 1; returns when the server has acknowledged. Throws when it has not after five seconds, or hangs up. */
  async publish(topic: string, payload: string): Promise<void> {
    await this.#within(`acknowledgement of a message on ${topic}`, this.#client.publishAsync(topic, payload, { qos: 1 }));
  }

  /** Subscribes with QoS 1; returns whether the server granted it. Throws when it hangs up. */
  async subscribe(filter: string): Promise<boolean> {
    try {
      const granted = await this.#within(`answer to the subscription of ${filter}`, this.#client.subscribeAsync(filter, { qos: 1 }));
      return granted.every(({ qos }) => qos === 1);
    } catch (error) {
      // The client reports the code 128 of a refused subscription so.
      if ((error as Error).message.startsWith('Subscribe error')) return false;
      throw error;
    }
  }

  /** Waits for a message that the probe accepts. */
  async waitFor(what: string, timeoutMs: number, accepts: (message: Received) => boolean): Promise<Received> {
    return eventually(what, timeoutMs, () => {
      const found = this.received.find(accepts);
      if (!found) throw new Error(`${this.received.length} other messages came${this.ended ? `, then: ${this.ended}` : ''}`);
      return found;
    });
  }

  /** Acknowledges nothing that it receives until the function that this returns is called. */
  holdBack(): () => void {
    const waiting: (() => void)[] = [];
    let holds = true;
    this.#client.handleMessage = (_, done) => (holds ? void waiting.push(done) : done());
    return () => {
      holds = false;
      for (const done of waiting.splice(0)) done();
    };
  }

  /** Disconnects properly. */
  async end(): Promise<void> {
    await this.#client.endAsync(this.ended !== undefined).catch(() => {});
  }

  /** Breaks the connection without a word. */
  drop(): void {
    this.#client.end(true);
    this.#client.stream.destroy();
  }

  #within<T>(what: string, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const hungUp = () => reject(new Error(`no ${what}: ${this.ended ?? 'the server closed the connection'}`));
      const late = setTimeout(() => reject(new Error(`no ${what} within 5 s`)), 5_000);
      if (this.ended !== undefined) hungUp();
      this.#client.once('close', hungUp);
      answer.then(resolve, reject).finally(() => {
        clearTimeout(late);
        this.#client.removeListener('close', hungUp);
      });
    });
  }
}
