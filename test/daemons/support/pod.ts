import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { POD_USER } from '../../../constructs/kube/pod';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { type Host, onHost } from './network';

/** The part of a generated pod template that a test plays kubelet for; all generated pods have one container. */
export interface PodTemplate {
  readonly containers: readonly [
    {
      readonly name: string;
      readonly command?: readonly string[];
      readonly args: readonly string[];
      readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
      readonly livenessProbe: Probe;
      readonly startupProbe: Probe;
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly: boolean }[];
    },
  ];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
    readonly projected?: {
      readonly sources: readonly { readonly configMap?: { readonly name: string }; readonly secret?: { readonly name: string } }[];
    };
  }[];
}

/** How a kubelet finds out whether a container is well. */
export interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: number };
  readonly tcpSocket?: { readonly port: number };
  readonly periodSeconds: number;
  readonly failureThreshold: number;
}

/** What {@link Pod} needs beside the template. */
export interface PodOptions {
  readonly name: string;
  readonly template: PodTemplate;
  readonly host: Host;
  /** Real program for each name that a template's first argument may have. */
  readonly programs: Readonly<Record<string, string>>;
  /** Files of a ConfigMap or Secret of the pod's namespace. */
  readonly files: (kind: 'configMap' | 'secret', name: string) => Readonly<Record<string, string>>;
  /** Content of /etc/hosts: the cluster's names. */
  readonly hosts: string;
  /** PEM of the public authorities of the image. */
  readonly publicAuthorities: string;
}

/**
 * A generated pod, run without a container runtime: the template's arguments, environment and mounts as they stand, around the real
 * program, as the pod's user on a read-only root. Its volume outlives it.
 */
export class Pod {
  readonly volume: string;
  readonly #folder: string;
  #process: RunningProcess | undefined;

  constructor(
    private readonly group: ProcessGroup,
    private readonly options: PodOptions,
  ) {
    this.#folder = join(group.workDir, 'pods', options.name);
    this.volume = join(this.#folder, 'volume');
    mkdirSync(this.#folder, { recursive: true });
    this.emptyVolume();
  }

  get name(): string {
    return this.options.name;
  }

  get host(): Host {
    return this.options.host;
  }

  get template(): PodTemplate {
    return this.options.template;
  }

  /** Whether its process is there. */
  get runs(): boolean {
    try {
      return this.#process !== undefined && process.kill(this.#process.pid, 0);
    } catch {
      return false;
    }
  }

  get address(): string {
    return this.options.host.address;
  }

  /** Identity of the process that runs. Throws when none does. */
  get pid(): number {
    return this.#running().pid;
  }

  /**
   * Starts the container; the files of ConfigMaps and Secrets are written anew.
   *
   * @param moreArgs come behind the template's arguments. @default - none
   */
  start(moreArgs: readonly string[] = []): void {
    this.#process = this.group.start({ name: this.name, ...this.#command((args) => [...args, ...moreArgs]) });
  }

  /** Runs the program with other arguments to its end, with the template's files. Tells its exit code and what it said. */
  async runToEnd(otherArgs: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
    const { program, args, env } = this.#command(() => otherArgs);
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: 30_000 };
    return new Promise((resolve, reject) => {
      execFile(program, args, options, (error, stdout, stderr) => {
        const code = error ? error.code : 0;
        if (typeof code === 'number') resolve({ code, said: `${stdout}${stderr}` });
        else reject(error);
      });
    });
  }

  #command(argsFrom: (args: readonly string[]) => readonly string[]) {
    const { template, host, programs, files, name } = this.options;
    const [container] = template.containers;
    const mounts = container.volumeMounts.map(({ name: volumeName, mountPath, readOnly }) => {
      const volume = template.volumes.find((candidate) => candidate.name === volumeName);
      if (volume?.configMap) return `${this.#write(volumeName, files('configMap', volume.configMap.name))} ${mountPath} ro`;
      if (volume?.projected) {
        const together = volume.projected.sources.map(({ configMap, secret }) =>
          configMap ? files('configMap', configMap.name) : files('secret', secret?.name ?? ''),
        );
        return `${this.#write(volumeName, Object.assign({}, ...together))} ${mountPath} ro`;
      }
      if (volume?.secret) return `${this.#write(volumeName, files('secret', volume.secret.secretName))} ${mountPath} ro`;
      return `${this.volume} ${mountPath} ${readOnly ? 'ro' : 'rw'}`;
    });
    const etc = this.#write('etc', { hosts: this.options.hosts, 'ca-certificates.crt': this.options.publicAuthorities });
    mounts.push(`${etc}/..data/hosts /etc/hosts ro`, `${etc}/..data/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt ro`);

    const env = Object.fromEntries(
      (container.env ?? []).map(({ name: variable, value, valueFrom }) => {
        const key = (valueFrom as { secretKeyRef?: { name: string; key: string } } | undefined)?.secretKeyRef;
        if (key) return [variable, files('secret', key.name)[key.key] ?? ''];
        return [variable, valueFrom ? name : (value ?? '')];
      }),
    );
    const expanded = container.args.map((arg) => arg.replace(/\$\((\w+)\)/g, (_, variable: string) => env[variable] ?? ''));
    // An image whose entry point is the program gets its arguments alone, and the container bears the program's name.
    const started = container.command ?? (expanded[0]?.startsWith('-') ? [container.name] : []);
    const [programName = '', ...args] = [...started, ...expanded];
    const program = programs[programName];
    if (program === undefined) throw new Error(`${name} starts ${programName}, for which the test has no program`);
    const root = mkdtempSync(join(this.#folder, 'root-'));
    const podArgs = [
      '--mount',
      '--propagation',
      'private',
      '--',
      '/bin/sh',
      join(__dirname, 'pod.sh'),
      root,
      program,
      mounts.join('\n'),
      '--',
    ];
    return { env, ...onHost(host, '/usr/bin/unshare', [...podArgs, ...argsFrom(args)]) };
  }

  /** Waits until the probe returns; throws with the log's end when the container ends before. */
  ready(probe: () => Promise<unknown>, timeoutMs = 30_000): Promise<void> {
    return this.#running().ready(probe, timeoutMs);
  }

  /** Its last log lines, those of earlier containers included. */
  log(lines = 40): string {
    return this.#running().log(lines);
  }

  /** Ends the container as a kubelet does, with SIGTERM first. */
  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  /** Ends the container as a crash does: SIGKILL, no time for anything. */
  async kill(): Promise<void> {
    process.kill(this.#running().pid, 'SIGKILL');
    await this.stop();
  }

  /** Replaces the volume by an empty one, as after a lost disk. Only while the container is down. */
  emptyVolume(): void {
    rmSync(this.volume, { recursive: true, force: true });
    mkdirSync(this.volume, { mode: 0o770 });
    chownSync(this.volume, 0, POD_USER);
    chmodSync(this.volume, 0o2770);
  }

  /** Writes files as a kubelet does: into a folder behind a link, so that all change at once; readable by the pod's group only. */
  #write(volumeName: string, files: Readonly<Record<string, string>>): string {
    const folder = join(this.#folder, volumeName);
    mkdirSync(folder, { recursive: true });
    const content = mkdtempSync(`${folder}/..content-`);
    chmodSync(content, 0o755);
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(join(content, file), text, { mode: 0o440 });
      chownSync(join(content, file), 0, POD_USER);
      rmSync(join(folder, file), { force: true });
      symlinkSync(join('..data', file), join(folder, file));
    }
    symlinkSync(basename(content), `${folder}/..next`);
    renameSync(`${folder}/..next`, `${folder}/..data`);
    return folder;
  }

  #running(): RunningProcess {
    if (!this.#process) throw new Error(`${this.options.name} does not run`);
    return this.#process;
  }
}
