import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POD_USER } from '../../../constructs/kube/pod';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { type Host, onHost } from './network';

interface Probe {
  readonly exec?: { readonly command: readonly string[] };
}

/** The part of a generated pod that a test plays kubelet for, where the container's command is a script. */
export interface ScriptPodTemplate {
  readonly containers: readonly [
    {
      readonly command: readonly string[];
      readonly args: readonly string[];
      /** A variable without a value takes the name of the pod (fieldRef metadata.name). */
      readonly env: readonly { readonly name: string; readonly value?: string }[];
      readonly livenessProbe?: Probe;
      readonly readinessProbe?: Probe;
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
    },
  ];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
    readonly emptyDir?: unknown;
    readonly persistentVolumeClaim?: { readonly claimName: string };
  }[];
}

/** What {@link DebianPod} takes. */
export interface DebianPodOptions {
  readonly name: string;
  readonly template: ScriptPodTemplate;
  readonly host: Host;
  readonly hosts: string;
  readonly files: (kind: 'configMap' | 'secret', name: string) => Readonly<Record<string, string>>;
  /** Folder of a volume claim; a template's own claim bears its volume's name. */
  readonly claim: (name: string) => string;
}

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number;
  readonly said: string;
}

/** A generated pod whose programs are Debian's: its command, environment and mounts as they stand, as the pod's user on a read-only root. */
export class DebianPod {
  readonly #folder: string;
  #process: RunningProcess | undefined;
  #starts = 0;
  /** Folders of the ConfigMaps that the container sees, by name. */
  readonly #configMaps = new Map<string, string>();

  constructor(
    private readonly group: ProcessGroup,
    private readonly options: DebianPodOptions,
  ) {
    this.#folder = join(group.workDir, 'pods', options.name);
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Starts the container; files of ConfigMaps and Secrets are written anew, and scratch is empty. */
  start(): void {
    this.#process = this.group.start({ name: `${this.options.name}-${this.#starts++}`, ...this.#command() });
  }

  /** Runs the container to its end. */
  run(environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { program, args, env } = this.#command();
    return run(program, args, { ...env, ...environment });
  }

  /** Runs a command in the running container, as a kubelet's probe does. */
  exec(command: readonly string[]): Promise<Ended> {
    const user = String(POD_USER);
    const enter = ['--target', String(this.pid), '--mount', '--net', '--root', '--wd=/', '--setuid', user, '--setgid', user, '--'];
    return run('/usr/bin/nsenter', [...enter, ...command], this.#environment());
  }

  /** Waits until a kubelet would call it ready. */
  async ready(timeoutMs = 60_000): Promise<void> {
    const { readinessProbe } = this.options.template.containers[0];
    await this.#running().ready(async () => {
      const { code, said } = await this.exec(readinessProbe?.exec?.command ?? []);
      if (code !== 0) throw new Error(said);
    }, timeoutMs);
  }

  /** Whether its liveness probe succeeds. */
  async alive(): Promise<boolean> {
    return (await this.exec(this.options.template.containers[0].livenessProbe?.exec?.command ?? [])).code === 0;
  }

  get pid(): number {
    return this.#running().pid;
  }

  log(lines = 40): string {
    return this.#running().log(lines);
  }

  /** Whether its process still runs. */
  get running(): boolean {
    return this.#process !== undefined && existsSync(`/proc/${this.#process.pid}`);
  }

  /** Writes the files of a ConfigMap anew while the container runs, as a kubelet does. */
  update(configMap: string): void {
    const folder = this.#configMaps.get(configMap);
    if (folder === undefined) return;
    for (const [file, text] of Object.entries(this.options.files('configMap', configMap))) writeFileSync(join(folder, file), text);
  }

  /** SIGTERM, as a kubelet ends it. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** SIGKILL: no time for anything. */
  async kill(): Promise<void> {
    process.kill(this.pid, 'SIGKILL');
    await this.stop();
  }

  #environment(): Record<string, string> {
    return Object.fromEntries(this.options.template.containers[0].env.map(({ name, value = this.options.name }) => [name, value]));
  }

  #command() {
    const { template, host, hosts, files, claim } = this.options;
    const [container] = template.containers;
    const mounts = container.volumeMounts.map(({ name, mountPath, readOnly }) => {
      const volume = template.volumes.find((candidate) => candidate.name === name);
      const folder = volume?.configMap
        ? this.#configMap(volume.configMap.name)
        : volume?.secret
          ? this.#written(files('secret', volume.secret.secretName))
          : volume?.emptyDir
            ? this.#empty()
            : claim(volume?.persistentVolumeClaim?.claimName ?? name);
      return `${folder} ${mountPath} ${readOnly ? 'ro' : 'rw'}`;
    });
    mounts.push(`${join(this.#written({ hosts }), 'hosts')} /etc/hosts ro`);
    const podArgs = [
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      join(__dirname, 'debian-pod.sh'),
      this.#empty(),
      mounts.join('\n'),
      '--',
    ];
    return { env: this.#environment(), ...onHost(host, '/usr/bin/unshare', [...podArgs, ...container.command, ...container.args]) };
  }

  #configMap(name: string): string {
    const folder = this.#written(this.options.files('configMap', name));
    this.#configMaps.set(name, folder);
    return folder;
  }

  #written(content: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(this.#folder, 'files-'));
    chmodSync(folder, 0o755);
    for (const [file, text] of Object.entries(content)) {
      writeFileSync(join(folder, file), text, { mode: 0o440 });
      chownSync(join(folder, file), 0, POD_USER);
    }
    return folder;
  }

  #empty(): string {
    return volumeFolder(mkdtempSync(join(this.#folder, 'scratch-')));
  }

  #running(): RunningProcess {
    if (!this.#process) throw new Error(`${this.options.name} does not run`);
    return this.#process;
  }
}

/** Gives a folder to the pods' group, as fsGroup does. */
export function volumeFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, 0, POD_USER);
  chmodSync(folder, 0o2770);
  return folder;
}

/** Runs a program to its end. */
export function run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, input?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      program,
      args,
      { env: { PATH: process.env.PATH, ...env }, timeout: 90_000, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const code = error ? (error.code ?? -1) : 0;
        if (typeof code === 'number') resolve({ code, said: `${stdout}${stderr}` });
        else reject(error);
      },
    );
    // A program that ends before it has read all says why by its exit code.
    child.stdin?.on('error', () => {});
    if (input !== undefined) child.stdin?.end(input);
  });
}
