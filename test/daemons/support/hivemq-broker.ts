import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { toXml, type XmlElement } from '../../../infra/formats/xml';
import { HIVEMQ_JAVA_OPTIONS } from '../../../infra/hivemq/command';
import { type CentralBrokerSettings, centralBrokerConfiguration } from '../../../infra/hivemq/configuration';
import type { KeyedCertificate } from '../../../stacks/secrets/certificate';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { HIVEMQ_MAIN } from '../programs/hivemq/hivemq';
import type { CentralBrokerOptions } from './central-broker';
import type { Disk } from './disk';
import type { Gate } from './gate';
import { type Host, onHost } from './network';

const KEY_STORE_PASSWORD = 'key-store';

/** Grants and templates as acs-mqtt finds them in Auth and in the ConfigDB. */
export interface BrokerPermissions {
  readonly grants: readonly { readonly user: string; readonly permission: string; readonly target?: string }[];
  /** Permission → MQTT filter → access: `r`, `w` or both. */
  readonly templates: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** What {@link HiveMqBroker} takes. */
export interface HiveMqBrokerOptions {
  /** Names its folder and its logs. @default - its host's name */
  readonly name?: string;
  readonly host: Host;
  readonly gate: Gate;
  /** Port of its TLS listener; 1883 and 9001 are there as well. */
  readonly port: number;
  /** Folder of HiveMQ. */
  readonly hiveMq: string;
  readonly certificate: KeyedCertificate;
  /** PEM of who signed it. */
  readonly authority: string;
  /** User name → password. */
  readonly users: Readonly<Record<string, string>>;
  /** What each user may do: by user, or as Factory+ keeps it. @default - each may do everything */
  readonly grants?: CentralBrokerOptions['grants'] | BrokerPermissions;
  /** @default - 100 000 messages a session, packets of a megabyte, 100 connections */
  readonly settings?: Partial<CentralBrokerSettings>;
  /** Changes the generated configuration. @default - it stays */
  readonly configure?: (generated: XmlElement) => XmlElement;
  /** Where it keeps sessions and messages. @default - a folder of the group */
  readonly data?: string;
  /** Disk that it must be started with to reach its data. @default - none */
  readonly on?: Disk;
  /** Largest heap of Java, in MiB. @default 384 */
  readonly heapMiB?: number;
}

/**
 * The central broker as Factory+ runs it: HiveMQ Community Edition with the generated configuration, which keeps sessions and messages
 * in its data folder. TLS ends in a listener of its own, where ACS has Traefik; logins and permissions come from an extension of ours,
 * where ACS has Kerberos, Auth and the ConfigDB.
 */
export class HiveMqBroker {
  #process: RunningProcess | undefined;
  #starts = 0;
  #grants: HiveMqBrokerOptions['grants'];
  readonly #name: string;
  readonly #folder: string;

  constructor(
    private readonly group: ProcessGroup,
    private readonly options: HiveMqBrokerOptions,
  ) {
    this.#name = `hivemq-${options.name ?? options.host.name}`;
    this.#folder = join(group.workDir, this.#name);
    this.#grants = options.grants;
  }

  get address(): string {
    return this.options.host.address;
  }

  /** PEM of who signed its certificate. */
  get authority(): string {
    return this.options.authority;
  }

  /** Where it keeps sessions and messages. */
  get data(): string {
    return this.options.data ?? join(this.#folder, 'data');
  }

  /** What it wrote to its log, over all its starts. */
  get log(): string {
    const path = join(this.#folder, 'log', 'hivemq.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** What it dropped and why, a line a message. */
  get events(): string {
    const path = join(this.#folder, 'log', 'event.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Id of its process; -1 when it does not run. */
  get pid(): number {
    return this.#process?.pid ?? -1;
  }

  /** Starts it; returns when it takes connections. */
  async start(): Promise<void> {
    const { host, hiveMq, on, heapMiB = 384 } = this.options;
    await this.#configure();
    const java = [
      `-Xmx${heapMiB}m`,
      ...HIVEMQ_JAVA_OPTIONS,
      `-Dhivemq.home=${this.#folder}`,
      `-Dhivemq.data.folder=${this.data}`,
      `-Dmillwright.permissions=${join(this.#folder, 'permissions.json')}`,
      '-cp',
      join(hiveMq, 'lib', '*'),
      HIVEMQ_MAIN,
    ];
    const [program = '', ...args] = [...(on?.enter ?? []), '/usr/bin/java', ...java];
    this.#starts += 1;
    const broker = this.group.start({ name: `${this.#name}-${this.#starts}`, ...onHost(host, program, args) });
    this.#process = broker;
    await broker.ready(async () => {
      if (!broker.log().includes('Started HiveMQ in')) throw new Error('it has not started all its listeners');
    }, 120_000);
  }

  /**
   * Stops it with SIGTERM, as a kubelet does: it closes its store first.
   *
   * @throws when it has not ended within a grace period of 30 seconds
   */
  async stop(): Promise<void> {
    await this.#end('SIGTERM');
  }

  /** Ends it with SIGKILL. What it had not given to the kernel is lost; what the kernel had not written to the disk is not. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Changes what users may do, from their next login on. */
  allow(grants: HiveMqBrokerOptions['grants']): void {
    this.#grants = grants;
    this.#writePermissions();
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const ending = this.#process;
    if (!ending) return;
    this.#process = undefined;
    process.kill(ending.pid, signal);
    await eventually('HiveMQ to end', 30_000, () => {
      if (existsSync(`/proc/${ending.pid}/exe`)) throw new Error(`it runs; its log ends with\n${ending.log()}`);
    });
    await ending.stop();
  }

  async #configure(): Promise<void> {
    const { port, certificate, hiveMq, settings, configure = (generated) => generated } = this.options;
    for (const folder of ['conf', 'log', 'tls', 'data']) mkdirSync(join(this.#folder, folder), { recursive: true });
    cpSync(join(hiveMq, 'extensions'), join(this.#folder, 'extensions'), { recursive: true });
    const file = (name: string, text: string) => {
      const path = join(this.#folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const keyStore = join(this.#folder, 'tls', 'server.p12');
    const [key, chain] = [file('tls/tls.key', certificate.key), file('tls/tls.crt', certificate.certificate)];
    const pack = ['pkcs12', '-export', '-inkey', key, '-in', chain, '-out', keyStore, '-passout', `pass:${KEY_STORE_PASSWORD}`];
    await promisify(execFile)('openssl', pack);
    const generated = centralBrokerConfiguration({
      queueMessages: 100_000,
      maxPacketBytes: 1 << 20,
      maxConnections: 100,
      tls: { port, keyStore, password: KEY_STORE_PASSWORD },
      ...settings,
    });
    file('conf/config.xml', toXml(configure(generated)));
    file('conf/logback.xml', LOGGING);
    this.#writePermissions();
  }

  #writePermissions(): void {
    const { users } = this.options;
    writeFileSync(join(this.#folder, 'permissions.json'), JSON.stringify({ passwords: users, ...permissionsOf(this.#grants, users) }), {
      mode: 0o600,
    });
  }
}

/** Grants by user as a permission each. */
function permissionsOf(grants: HiveMqBrokerOptions['grants'], users: Readonly<Record<string, string>>): BrokerPermissions {
  if (grants && 'templates' in grants && 'grants' in grants) return grants as BrokerPermissions;
  const byUser = (grants ??
    Object.fromEntries(Object.keys(users).map((user) => [user, { publish: ['#'], subscribe: ['#'] }]))) as NonNullable<
    CentralBrokerOptions['grants']
  >;
  return {
    grants: Object.keys(byUser).map((user) => ({ user, permission: user })),
    templates: Object.fromEntries(
      Object.entries(byUser).map(([user, { publish, subscribe }]) => {
        const access = new Map<string, string>();
        for (const filter of publish) access.set(filter, 'w');
        for (const filter of subscribe) access.set(filter, `${access.get(filter) ?? ''}r`);
        return [user, Object.fromEntries(access)];
      }),
    ),
  };
}

/** As the image's own, but for files that roll. */
const LOGGING = `<configuration>
  <appender name="FILE" class="ch.qos.logback.core.FileAppender">
    <file>\${hivemq.log.folder}/hivemq.log</file>
    <encoder><pattern>%-30(%d %level)- %msg%n%ex</pattern></encoder>
  </appender>
  <appender name="EVENT-FILE" class="ch.qos.logback.core.FileAppender">
    <file>\${hivemq.log.folder}/event.log</file>
    <encoder><pattern>%-24(%d)- %msg%n%ex</pattern></encoder>
  </appender>
  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%-30(%d %level)- %msg%n%ex</pattern></encoder>
  </appender>
  <logger name="event.message-dropped" level="DEBUG" additivity="false"><appender-ref ref="EVENT-FILE"/></logger>
  <root level="INFO"><appender-ref ref="FILE"/><appender-ref ref="CONSOLE"/></root>
  <logger name="jetbrains.exodus" level="WARN"/>
  <logger name="oshi" level="ERROR"/>
</configuration>
`;
