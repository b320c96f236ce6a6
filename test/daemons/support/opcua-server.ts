import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { RunningProcess } from '../../support/process';
import { getPrograms } from '../programs/programs';
import type { PlantOnTrial } from './plant';

/** A node of a simulated server. Numbers are texts, so that 64 bits and NaN are carried; a list is an array, null no value. */
export interface OpcUaNode {
  readonly ns: number;
  readonly kind: 'i' | 's' | 'g' | 'b';
  readonly id: string;
  /** Type of the value, as OPC UA calls it. */
  readonly type: string;
  readonly value: string | boolean | null | readonly string[];
  /** Status code of the value. @default 0, good */
  readonly status?: number;
}

/** How a simulated server is set up. */
export interface OpcUaServerSettings {
  readonly port: number;
  readonly path: string;
  /** Security policies with modes, as asyncua calls them: `Basic256Sha256_SignAndEncrypt`. */
  readonly policies: readonly string[];
  /** Kinds of login that it takes. */
  readonly tokens: readonly ('AnonymousIdentityToken' | 'UserNameIdentityToken' | 'X509IdentityToken')[];
  /** Passwords by user. */
  readonly users?: Readonly<Record<string, string>>;
  /** Its own certificate and key. */
  readonly keyed?: { readonly certificate: string; readonly key: string; readonly applicationUri: string };
  /** PEM of the authority whose applications it trusts; they must keep to all that OPC UA says of their certificates. */
  readonly trusts?: string;
  /** The time after which it ends a session in which nothing happens, whatever the client asks for. @default - what the client asks for */
  readonly sessionTimeoutMs?: number;
  readonly namespaces: readonly string[];
  readonly nodes: readonly OpcUaNode[];
}

/** A simulated OPC UA server where a machine is. */
export class OpcUaServer {
  #process: RunningProcess | undefined;
  readonly #control: string;
  readonly #settings: string;

  /** @param folder where its files go */
  constructor(
    private readonly trial: PlantOnTrial,
    private readonly machine: string,
    folder: string,
    settings: OpcUaServerSettings,
  ) {
    const { keyed, trusts, ...others } = settings;
    const file = (name: string, text: string) => {
      const path = join(folder, `${machine}-${name}`);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const trustFolder = (pem: string) => {
      const path = join(folder, `${machine}-trusts`);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'ca.pem'), pem);
      return path;
    };
    this.#control = join(folder, `${machine}.sock`);
    this.#settings = file(
      'settings.json',
      JSON.stringify({
        ...others,
        ...(keyed
          ? { certificate: file('cert.pem', keyed.certificate), key: file('key.pem', keyed.key), applicationUri: keyed.applicationUri }
          : {}),
        ...(trusts === undefined ? {} : { trusts: trustFolder(trusts) }),
      }),
    );
  }

  /** Switches it on; returns when it listens. */
  async start(): Promise<void> {
    const { python } = await getPrograms();
    const script = join(__dirname, 'opcua-server.py');
    const host = this.trial.machineHost(this.machine);
    const server = this.trial.startOn(host, `opcua-${this.machine}`, python, ['-u', script, this.#settings, this.#control]);
    this.#process = server;
    await server.ready(() => this.sessions(), 90_000);
  }

  /** Switches it off: connections break. */
  async stop(): Promise<void> {
    this.#signal('SIGKILL');
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** It hangs: connections stay, and nothing is answered. */
  hang(): void {
    this.#signal('SIGSTOP');
  }

  /** It goes on where it hung. */
  goOn(): void {
    this.#signal('SIGCONT');
  }

  /** Gives a node another value, or another status. */
  async write(node: OpcUaNode): Promise<void> {
    await this.#send({ write: node });
  }

  /** How many sessions clients have. */
  async sessions(): Promise<number> {
    return ((await this.#send({})) as { sessions: number }).sessions;
  }

  /** Its last log lines. */
  log(): string {
    return this.#process?.log(40) ?? '';
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#process) process.kill(this.#process.pid, signal);
  }

  #send(command: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.#control);
      let answer = '';
      socket.on('error', reject);
      socket.on('data', (data) => {
        answer += data;
        if (answer.endsWith('\n')) socket.end();
      });
      socket.on('close', () => (answer ? resolve(JSON.parse(answer)) : reject(new Error('the server gave no answer'))));
      socket.write(`${JSON.stringify(command)}\n`);
    });
  }
}
