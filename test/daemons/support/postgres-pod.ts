import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { Postgres } from '../../../constructs/central/postgres';
import type { CentralCluster } from '../../../infra/model/central-cluster';
import { componentAddress } from '../../../infra/model/central-components';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { guard, release } from '../../support/reaper';
import { eventually } from '../../support/wait';
import { type Ended, run } from './debian-pod';
import type { KdcOnTrial } from './kdc';
import { type Host, type Network, onHost } from './network';

interface Container {
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
  readonly livenessProbe?: { readonly exec: { readonly command: readonly string[] } };
  readonly readinessProbe?: { readonly exec: { readonly command: readonly string[] } };
}

interface PodSpec {
  readonly initContainers: readonly [Container];
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
  }[];
}

/** Where Debian keeps the programs of its PostgreSQL. */
export function postgresPrograms(): string {
  const [version = ''] = readdirSync('/usr/lib/postgresql').sort().reverse();
  return join('/usr/lib/postgresql', version, 'bin');
}

/** What {@link PostgresPod} takes. */
export interface PostgresPodOptions {
  readonly group: ProcessGroup;
  readonly network: Network;
  readonly central: CentralCluster;
  readonly kdc: KdcOnTrial;
  /** Names its host and its folder. @default 'postgres' */
  readonly name?: string;
  /** @default '10.99.88.2' */
  readonly address?: string;
}

/**
 * The rendered pod of PostgreSQL with Debian's PostgreSQL: its containers' commands, environment, mounts and process numbers as they stand, on a
 * volume that belongs to root and the pod's group. Debian's user `postgres` has another number than the image's. Its name holds on
 * the network, for the KDC's clients too.
 */
export class PostgresPod {
  readonly host: Host;
  /** Folder of the volume. */
  readonly data: string;
  /** Folder of the files of its ConfigMap, which tests may change. */
  readonly configuration: string;
  readonly #folder: string;
  readonly #pod: PodSpec;
  readonly #user: number;
  readonly #run: string;
  #running: RunningProcess | undefined;
  #starts = 0;

  private constructor(
    private readonly options: PostgresPodOptions,
    host: Host,
    name: string,
  ) {
    const { group, central, kdc } = options;
    this.#user = Number(execFileSync('/usr/bin/id', ['-u', 'postgres'], { encoding: 'utf8' }));
    this.host = host;
    this.#folder = join(group.workDir, name);
    mkdirSync(this.#folder, { recursive: true });
    const chart = new Chart(new App(), 'postgres');
    new Postgres(chart, 'postgres', { central });
    // biome-ignore lint/suspicious/noExplicitAny: objects as they are applied
    const objects: any[] = chart.toJson();
    this.#pod = objects.find(({ kind }) => kind === 'StatefulSet').spec.template.spec;
    this.configuration = this.#ofGroup('configuration', 0o755);
    for (const [file, text] of Object.entries<string>(objects.find(({ kind }) => kind === 'ConfigMap').data)) this.configure(file, text);
    this.data = this.#ofGroup('volume', 0o2775);
    this.#run = this.#ofGroup('run', 0o2777);
    appendFileSync(kdc.file('hosts'), `${host.address} ${componentAddress('postgres', 'postgres').host}\n`);
  }

  /** Lays out the pod; nothing of it runs yet. */
  static async make(options: PostgresPodOptions): Promise<PostgresPod> {
    const { network, name = 'postgres', address = '10.99.88.2' } = options;
    return new PostgresPod(options, await network.host(name, address), name);
  }

  /** Writes a file of its ConfigMap. */
  configure(file: string, text: string): void {
    writeFileSync(join(this.configuration, file), text, { mode: 0o444 });
  }

  /** Runs its init container to its end. */
  prepare(): Promise<Ended> {
    const { program, args, env } = this.#command(this.#pod.initContainers[0]);
    return run(program, args, env);
  }

  /** Starts its init container, and returns what ends every process in it at once. */
  startPreparing(): { kill(): Promise<void> } {
    const running = this.options.group.start({ name: `prepare-${this.#starts++}`, ...this.#command(this.#pod.initContainers[0]) });
    return { kill: () => killed(running) };
  }

  /** Starts the server and waits until it is ready. */
  async start(): Promise<void> {
    this.#running = this.options.group.start({ name: `postgres-${this.#starts++}`, ...this.#command(this.#pod.containers[0]) });
    await this.#running.ready(async () => {
      const { code, said } = await this.exec(this.#pod.containers[0].readinessProbe?.exec.command ?? []);
      if (code !== 0) throw new Error(`${code} ${said}`);
    }, 60_000);
    // What ends with this test is the process that made the namespace, and the first one in it outlives that.
    guard(this.#first());
  }

  /** Exit code of the command by which a kubelet sees whether it is alive. */
  async alive(): Promise<number> {
    return (await this.exec(this.#pod.containers[0].livenessProbe?.exec.command ?? [])).code;
  }

  /** Runs a command in the running container. */
  async exec(command: readonly string[]): Promise<Ended> {
    const enter = ['--target', String(this.#first()), '--mount', '--net', '--pid', '--root', '--wd=/'];
    const who = ['--setuid', String(this.#user), '--setgid', String(this.#user), '--'];
    return await run('/usr/bin/nsenter', [...enter, ...who, ...command], { PATH: `${postgresPrograms()}:/usr/bin:/bin` });
  }

  /** Every process of the pod is gone at once. */
  async kill(): Promise<void> {
    if (this.#running) await killed(this.#running);
    this.#running = undefined;
  }

  /** Ends it as the image states, by SIGINT. */
  async stop(): Promise<void> {
    const first = this.#first();
    process.kill(first, 'SIGINT');
    await gone(first);
    await this.#running?.stop();
    this.#running = undefined;
  }

  log(lines = 40): string {
    return this.#running?.log(lines) ?? '';
  }

  /** Number of its first process outside of its namespace. */
  #first(): number {
    const first = this.#running && firstOf(this.#running);
    if (first === undefined) throw new Error('the container does not run');
    return first;
  }

  #command(container: Container) {
    const mounts = container.volumeMounts.map(({ name, mountPath, readOnly }) => {
      const { configMap, secret } = this.#pod.volumes.find((volume) => volume.name === name) ?? {};
      return `${configMap ? this.configuration : secret ? this.#keytab() : this.#volume(name)} ${mountPath} ${readOnly ? 'ro' : 'rw'}`;
    });
    // A container runtime gives every container a /dev/shm.
    mounts.push(`${this.#ofGroup(`shm-${this.#starts}`, 0o1777)} /dev/shm rw`);
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
    const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--'];
    const script = ['/bin/sh', join(__dirname, 'debian-pod.sh'), mkdtempSync(join(this.#folder, 'root-')), mounts.join('\n'), '--'];
    const command = onHost(this.host, '/usr/bin/unshare', [...apart, ...script, ...container.command, ...(container.args ?? [])]);
    return { ...command, env: { ...env, PATH: `${postgresPrograms()}:/usr/sbin:/usr/bin:/sbin:/bin`, POD_USER: String(this.#user) } };
  }

  #volume(name: string): string {
    if (name === 'data') return this.data;
    return name === 'run' ? this.#run : this.#ofGroup(`scratch-${name}-${this.#starts}`, 0o2770);
  }

  #keytab(): string {
    const folder = this.#ofGroup('keytabs', 0o755);
    writeFileSync(join(folder, 'server'), readFileSync(this.options.kdc.file('postgres')));
    chownSync(join(folder, 'server'), this.#user, this.#user);
    chmodSync(join(folder, 'server'), 0o440);
    return folder;
  }

  /** Makes a folder as a kubelet does: of root and the pod's group. */
  #ofGroup(name: string, mode: number): string {
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    chownSync(folder, 0, this.#user);
    chmodSync(folder, mode);
    return folder;
  }
}

/** The first process in the namespace that a process made: its end is that of all others in it. */
function firstOf({ pid }: RunningProcess): number | undefined {
  const children = `/proc/${pid}/task/${pid}/children`;
  const [first] = existsSync(children) ? readFileSync(children, 'utf8').trim().split(' ') : [];
  return first ? Number(first) : undefined;
}

async function killed(running: RunningProcess): Promise<void> {
  const first = firstOf(running);
  if (first !== undefined) {
    process.kill(first, 'SIGKILL');
    await gone(first);
  }
  await running.stop();
}

async function gone(pid: number): Promise<void> {
  release(pid);
  await eventually(
    'a container to end',
    30_000,
    () => {
      if (existsSync(`/proc/${pid}`)) throw new Error(`process ${pid} still runs`);
    },
    10,
  );
}
