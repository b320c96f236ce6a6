import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Identity, KDC_USER } from '../../../constructs/central/identity';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../../infra/model/central-services';
import { serviceHost } from '../../../infra/model/services';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { GiveUp } from '../../support/wait';
import { installDebianPackages } from '../programs/debian';
import { type Ended, run } from './debian-pod';
import type { Disk } from './disk';
import { type Host, type Network, onHost } from './network';

/** Debian's programs of MIT Kerberos, and k5start. */
const PACKAGES = {
  '/usr/sbin/krb5kdc': 'krb5-kdc',
  '/usr/sbin/kadmind': 'krb5-admin-server',
  '/usr/bin/kadmin': 'krb5-user',
  '/usr/bin/k5start': 'kstart',
};

interface Container {
  readonly name: string;
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
  readonly readinessProbe?: { readonly tcpSocket: { readonly port: number } };
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
}

/** What a test has of the KDC's pod. */
interface PodSpec {
  readonly initContainers: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[];
}

/** What {@link KdcOnTrial.make} takes. */
export interface KdcOptions {
  readonly group: ProcessGroup;
  readonly network: Network;
  readonly central: CentralCluster;
  /** Names its host and its folder. @default 'kdc' */
  readonly name?: string;
  /** Address of its pod and of its Services. @default '10.99.88.1' */
  readonly address?: string;
  /** Where its volume lies. @default - in its own folder */
  readonly disk?: Disk;
}

/** What a command of {@link KdcOnTrial.client} takes. */
export interface ClientOptions {
  /** Host on which it runs. @default - that of the KDC */
  readonly host?: Host;
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads from its standard input. */
  readonly input?: string;
}

/**
 * The rendered pod of the KDC with Debian's MIT Kerberos: its containers' commands, environment, mounts and user as they stand, on a volume that
 * belongs to root and the pod's group, as a kubelet gives it. Its Services' names and ports hold on the network.
 */
export class KdcOnTrial {
  readonly realm: string;
  /** Folder of the volume. */
  readonly data: string;
  /** File `krb5.conf` as rendered, for clients. */
  readonly krb5Conf: string;
  /** What is in it. */
  readonly clientConfiguration: string;
  /** Lines of /etc/hosts that a client needs. */
  readonly hosts: string;
  readonly #folder: string;
  readonly #pod: PodSpec;
  readonly #configMaps: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly #running = new Map<string, RunningProcess>();
  #starts = 0;

  private constructor(
    private readonly group: ProcessGroup,
    readonly host: Host,
    central: CentralCluster,
    name: string,
    private readonly disk: Disk | undefined,
  ) {
    this.realm = central.contract.realm;
    this.#folder = join(group.workDir, name);
    mkdirSync(this.#folder, { recursive: true });
    // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
    const objects: any[] = identityObjects(central);
    this.#pod = objects.find(({ kind, metadata }) => kind === 'StatefulSet' && metadata.name === 'kdc').spec.template.spec;
    this.#configMaps = new Map(objects.filter(({ kind }) => kind === 'ConfigMap').map(({ metadata, data }) => [metadata.name, data]));
    this.data = this.disk ? join(this.disk.path, 'volume') : this.emptyVolume('volume');
    this.krb5Conf = join(this.#folder, 'krb5.conf');
    this.clientConfiguration = this.#configMaps.get('krb5-conf')?.['krb5.conf'] ?? '';
    writeFileSync(this.krb5Conf, this.clientConfiguration);
    const names = ['kdc', 'kadmin'].map((service) => serviceHost({ name: service, zone: CENTRAL_NAMESPACE }));
    this.hosts = `127.0.0.1 localhost\n${host.address} ${names.join(' ')}\n`;
    writeFileSync(join(this.#folder, 'hosts'), this.hosts);
  }

  /** Lays out the pod and its Services; nothing of the pod runs yet. */
  static async make({ group, network, central, name = 'kdc', address = '10.99.88.1', disk }: KdcOptions): Promise<KdcOnTrial> {
    await installDebianPackages(() => {}, PACKAGES);
    const kdc = new KdcOnTrial(group, await network.host(name, address), central, name, disk);
    await disk?.run('/bin/sh', '-ec', 'mkdir "$1" && chown "0:$2" "$1" && chmod 2775 "$1"', 'sh', kdc.data, String(KDC_USER));
    const services = kdc.#servicePorts(identityObjects(central));
    const forward = group.start({
      name: `${name}-services`,
      ...onHost(kdc.host, process.execPath, [join(__dirname, 'service-ports.cjs'), address, ...services]),
    });
    await forward.ready(async () => {
      if (!forward.log().includes('open')) throw new Error('the Services are not there yet');
    }, 20_000);
    return kdc;
  }

  /** Runs what makes the database, in place of the bootstrap's Python `kadmin.local`, then the KDC and kadmind. */
  async start(): Promise<void> {
    await this.makeDatabase();
    await this.resume();
  }

  /** Runs the container that makes the database. @throws with what it said when it fails */
  async makeDatabase(): Promise<string> {
    const { code, said } = await this.runInit('make-database');
    if (code !== 0) throw new Error(said);
    return said;
  }

  /** Runs an init container to its end. */
  async runInit(name: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const found = this.#pod.initContainers.find((container) => container.name === name);
    if (!found) throw new Error(`the pod has no container ${name}`);
    const { program, args, env: its } = this.#command(found, [...found.command, ...(found.args ?? [])]);
    return await run(program, args, { ...its, ...env });
  }

  /** Starts an init container with process ids of its own, and returns what kills it: all of its processes at once, as a container's. */
  startInit(name: string): () => Promise<void> {
    const found = this.#pod.initContainers.find((container) => container.name === name);
    if (!found) throw new Error(`the pod has no container ${name}`);
    const command = this.#command(found, [...found.command, ...(found.args ?? [])], ['--pid', '--fork']);
    const parent = this.group.start({ name: `${name}-${this.#starts++}`, ...command });
    return async () => {
      const list = `/proc/${parent.pid}/task/${parent.pid}/children`;
      const children = existsSync(list) ? readFileSync(list, 'utf8').trim() : '';
      for (const child of children.split(' ').filter(Boolean)) process.kill(Number(child), 'SIGKILL');
      await parent.stop();
    };
  }

  /** Starts the KDC and kadmind on the volume as it is, and waits until both are ready. */
  async resume(): Promise<void> {
    for (const { name } of this.#pod.containers) await this.resumeOne(name);
  }

  /** Starts one of `kdc` and `kadmind`, and waits until its probe succeeds. */
  async resumeOne(name: string): Promise<void> {
    const container = this.#pod.containers.find((candidate) => candidate.name === name);
    if (!container) throw new Error(`the pod has no container ${name}`);
    const started = this.group.start({
      name: `${name}-${this.#starts++}`,
      ...this.#command(container, [...container.command, ...(container.args ?? [])]),
    });
    this.#running.set(name, started);
    const port = container.readinessProbe?.tcpSocket.port;
    await started.ready(async () => {
      const ask = onHost(this.host, '/bin/bash', ['-c', `: < /dev/tcp/${this.host.address}/${port}`]);
      const { code, said } = await run(ask.program, ask.args);
      if (code !== 0) throw new Error(said);
    }, 30_000);
  }

  /** SIGKILL to one of `kdc` and `kadmind`: no time for anything. */
  async kill(name: string): Promise<void> {
    const process_ = this.#running.get(name);
    if (!process_) throw new GiveUp(`${name} does not run`);
    process.kill(process_.pid, 'SIGKILL');
    await process_.stop();
    this.#running.delete(name);
  }

  /** SIGTERM to both, as a kubelet ends a pod. */
  async stop(): Promise<void> {
    for (const running of [...this.#running.values()].reverse()) await running.stop();
    this.#running.clear();
  }

  /** Last lines that a container said. */
  log(name: string, lines = 40): string {
    return this.#running.get(name)?.log(lines) ?? '';
  }

  /** Runs a program beside the KDC, as its user and on its volume: `kadmin.local -q …`, `kdb5_util dump …`. */
  async local(...command: readonly string[]): Promise<string> {
    return await this.#local(command);
  }

  /** Runs queries of `kadmin.local` in one session. */
  async kadminLocal(...queries: readonly string[]): Promise<string> {
    return await this.#local(['kadmin.local'], `${queries.join('\n')}\n`);
  }

  async #local(command: readonly string[], input?: string): Promise<string> {
    const [container] = this.#pod.containers;
    if (!container) throw new Error('the pod has no container');
    const { program, args, env } = this.#command(container, command);
    const { code, said } = await run(program, args, env, input);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${said}`);
    return said;
  }

  /** Runs a program as a client, which finds the Services by their names. */
  async client(command: readonly string[], { host = this.host, env = {}, input }: ClientOptions = {}): Promise<Ended> {
    const script = 'mount --bind "$1" /etc/hosts; shift; exec "$@"';
    const words = [
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      '-ec',
      script,
      'client',
      join(this.#folder, 'hosts'),
      ...command,
    ];
    const { program, args } = onHost(host, '/usr/bin/unshare', words);
    return await run(program, args, { KRB5_CONFIG: this.krb5Conf, HOME: this.#folder, LC_ALL: 'C', ...env }, input);
  }

  /** A file in which a client keeps something: a keytab, tickets. */
  file(name: string): string {
    return join(this.#folder, name);
  }

  /** Makes a principal with a random key if it is not there, and puts a new key of it into a keytab, as the bootstrap does. */
  async bootstrapKey(principal: string, keytab: string): Promise<void> {
    const file = `/var/lib/krb5kdc/${keytab}.new`;
    await this.local('kadmin.local', '-q', `addprinc -randkey ${principal}`);
    await this.local('kadmin.local', '-q', `ktadd -k ${file} ${principal}`);
    const encoded = await this.local('base64', file);
    writeFileSync(this.file(keytab), Buffer.from(encoded, 'base64'));
    await this.local('rm', file);
  }

  /** Makes an empty volume as a kubelet gives it to a pod with this fsGroup: of root and the group, which may write. */
  emptyVolume(name: string): string {
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    chownSync(folder, 0, KDC_USER);
    chmodSync(folder, 0o2775);
    return folder;
  }

  /** Services' ports and the pod's, as `SERVICE:POD`. */
  #servicePorts(objects: readonly { kind: string; spec: { ports: { port: number; targetPort: string }[] } }[]): string[] {
    const ports = new Map(
      this.#pod.containers.flatMap(({ ports: its = [] }) => its.map(({ name, containerPort }) => [name, containerPort] as const)),
    );
    return objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap(({ spec }) => spec.ports.map(({ port, targetPort }) => `${port}:${ports.get(targetPort)}`));
  }

  #command(container: Container, command: readonly string[], unshare: readonly string[] = []) {
    const mounts = container.volumeMounts.map(({ name, mountPath, readOnly }) => {
      const configMap = this.#pod.volumes.find((volume) => volume.name === name)?.configMap?.name;
      const folder = configMap !== undefined ? this.#configMap(configMap) : name === 'data' ? this.data : this.#scratch();
      return `${folder} ${mountPath} ${readOnly ? 'ro' : 'rw'}`;
    });
    mounts.push(`${join(this.#folder, 'hosts')} /etc/hosts ro`);
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    const unshared = [...unshare, '--mount', '--propagation', 'private', '--', '/bin/sh', join(__dirname, 'debian-pod.sh')];
    const { program, args } = onHost(this.host, '/usr/bin/unshare', [...unshared, this.#scratch(), mounts.join('\n'), '--', ...command]);
    const [enter = '', ...words] = this.disk?.enter ?? [];
    return {
      env: { ...env, POD_USER: String(KDC_USER), LC_ALL: 'C' },
      ...(this.disk ? { program: join('/usr/bin', enter), args: [...words, program, ...args] } : { program, args }),
    };
  }

  #configMap(name: string): string {
    const folder = join(this.#folder, `config-${name}`);
    if (existsSync(folder)) return folder;
    mkdirSync(folder);
    for (const [file, text] of Object.entries(this.#configMaps.get(name) ?? {})) {
      writeFileSync(join(folder, file), text, { mode: 0o440 });
      chownSync(join(folder, file), 0, KDC_USER);
    }
    return folder;
  }

  #scratch(): string {
    const folder = mkdtempSync(join(this.#folder, 'scratch-'));
    chownSync(folder, 0, KDC_USER);
    chmodSync(folder, 0o2770);
    return folder;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
function identityObjects(central: CentralCluster): any[] {
  const chart = new Chart(new App(), 'identity', { disableResourceNameHashes: true });
  new Identity(chart, 'identity', { central });
  return chart.toJson();
}
