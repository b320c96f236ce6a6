import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KeyedCertificate } from '../../../stacks/secrets/certificate';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import type { Gate } from './gate';
import { type Host, onHost } from './network';

/** What {@link CentralBroker} takes. */
export interface CentralBrokerOptions {
  readonly host: Host;
  readonly gate: Gate;
  readonly port: number;
  readonly mosquitto: string;
  readonly certificate: KeyedCertificate;
  /** PEM of who signed it. */
  readonly authority: string;
  /** User name → password. */
  readonly users: Readonly<Record<string, string>>;
  /** User name → filters of the topics that it may publish on and subscribe to. @default - each may do everything */
  readonly grants?: Readonly<Record<string, { readonly publish: readonly string[]; readonly subscribe: readonly string[] }>>;
}

/** A stand-in for the central broker: mosquitto with TLS and passwords, which keeps sessions and messages when it is stopped. */
export class CentralBroker {
  #process: RunningProcess | undefined;
  readonly #folder: string;

  constructor(
    private readonly group: ProcessGroup,
    private readonly options: CentralBrokerOptions,
  ) {
    this.#folder = join(group.workDir, 'central');
  }

  get address(): string {
    return this.options.host.address;
  }

  /** PEM of who signed its certificate. */
  get authority(): string {
    return this.options.authority;
  }

  /** Starts it; returns when it takes connections. */
  async start(): Promise<void> {
    const { host, gate, port, mosquitto } = this.options;
    await this.#configure();
    const broker = this.group.start({ name: 'mosquitto', ...onHost(host, mosquitto, ['-c', join(this.#folder, 'mosquitto.conf')]) });
    this.#process = broker;
    await broker.ready(async () => {
      if (!(await gate.accepts(host.address, port))) throw new Error('it refuses connections');
    }, 20_000);
  }

  /** Stops it properly: it writes its sessions and messages to disk. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Ends it with SIGKILL: it writes nothing any more. */
  async kill(): Promise<void> {
    if (this.#process) process.kill(this.#process.pid, 'SIGKILL');
    await this.stop();
  }

  async #configure(): Promise<void> {
    const { port, certificate, users, grants } = this.options;
    mkdirSync(this.#folder, { recursive: true });
    const file = (name: string, text: string) => {
      const path = join(this.#folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const passwords = file(
      'passwords',
      Object.entries(users)
        .map(([name, password]) => `${name}:${password}\n`)
        .join(''),
    );
    await promisify(execFile)('mosquitto_passwd', ['-U', passwords]);
    file(
      'mosquitto.conf',
      [
        'user root',
        `listener ${port}`,
        `certfile ${file('tls.crt', certificate.certificate)}`,
        `keyfile ${file('tls.key', certificate.key)}`,
        `password_file ${passwords}`,
        'allow_anonymous false',
        ...(grants ? [`acl_file ${file('grants', grantsText(grants))}`] : []),
        'persistence true',
        `persistence_location ${this.#folder}/`,
        // A reader that is away loses nothing.
        'max_queued_messages 0',
        'max_inflight_messages 100',
        '',
      ].join('\n'),
    );
    chmodSync(this.#folder, 0o700);
    chownSync(this.#folder, 0, 0);
  }
}

/** Grants as Mosquitto reads them. */
function grantsText(grants: NonNullable<CentralBrokerOptions['grants']>): string {
  return Object.entries(grants)
    .map(([user, { publish, subscribe }]) =>
      [`user ${user}`, ...publish.map((topic) => `topic write ${topic}`), ...subscribe.map((topic) => `topic read ${topic}`), ''].join(
        '\n',
      ),
    )
    .join('\n');
}
