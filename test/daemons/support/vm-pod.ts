import { POD_USER } from '../../../constructs/kube/pod';
import type { ProcessGroup } from '../../support/process-group';
import type { GuestSystem } from '../programs/guest';
import type { Host } from './network';
import { VirtualMachine } from './vm';
import { BootArchive } from './vm-archive';
import type { Drive } from './vm-drive';

/** The part of a generated pod that a machine plays kubelet for. */
export interface MachinePodTemplate {
  readonly containers: readonly [
    {
      readonly command?: readonly string[];
      readonly args: readonly string[];
      /** A variable without a value takes the name of the pod (fieldRef metadata.name). */
      readonly env?: readonly { readonly name: string; readonly value?: string }[];
      readonly readinessProbe?: { readonly exec?: { readonly command: readonly string[] } };
      readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
    },
  ];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
    readonly emptyDir?: unknown;
  }[];
}

/** What {@link MachinePod} takes. */
export interface MachinePodOptions {
  readonly name: string;
  readonly template: MachinePodTemplate;
  readonly host: Host;
  /** Content of /etc/hosts: the cluster's names. */
  readonly hosts: string;
  readonly files: (kind: 'configMap' | 'secret', name: string) => Readonly<Record<string, string>>;
  /** The image, unpacked to `/pod` (see `imageRoot`). */
  readonly image: Buffer;
  /** Holds the pod's one volume that lasts. */
  readonly drive: Drive;
  readonly guest: GuestSystem;
  readonly memoryMiB: number;
}

/**
 * A generated pod on a computer of its own that can lose its power: its command, environment and mounts as they stand, as the pod's user on a
 * read-only root. It starts with the machine.
 */
export class MachinePod {
  readonly machine: VirtualMachine;

  constructor(
    group: ProcessGroup,
    private readonly options: MachinePodOptions,
  ) {
    const { name, host, drive, guest, memoryMiB, image } = options;
    this.machine = new VirtualMachine(group, { name, host, drive, guest, memoryMiB, archives: () => [image, this.#files()] });
  }

  get name(): string {
    return this.options.name;
  }

  get address(): string {
    return this.options.host.address;
  }

  /** Waits until its readiness probe, a command, succeeds. Tells after how many seconds since the machine was switched on, by its own clock. */
  async ready(timeoutMs: number): Promise<number> {
    let seconds = Number.NaN;
    await this.machine.ready(async () => {
      const [, found] = /the container is ready after ([\d.]+) s/.exec(this.machine.console()) ?? [];
      if (found === undefined) throw new Error('not ready yet');
      seconds = Number(found);
    }, timeoutMs);
    return seconds;
  }

  #files(): Buffer {
    const { template, host, hosts, files, name } = this.options;
    const [{ command = [], args, env = [], readinessProbe, volumeMounts }] = template.containers;
    const archive = new BootArchive();
    const scratch: string[] = [];
    let data = '';
    for (const { name: volumeName, mountPath } of volumeMounts) {
      const volume = template.volumes.find((candidate) => candidate.name === volumeName);
      if (volume?.emptyDir) scratch.push(mountPath);
      else if (volume?.configMap) this.#mount(archive, mountPath, files('configMap', volume.configMap.name));
      else if (volume?.secret) this.#mount(archive, mountPath, files('secret', volume.secret.secretName));
      else data = mountPath;
    }
    const environment = env.map((variable) => [variable.name, variable.value ?? name] as const);
    const expanded = [...command, ...args].map((word) =>
      word.replace(/\$\((\w+)\)/g, (_, wanted: string) => environment.find(([variable]) => variable === wanted)?.[1] ?? ''),
    );
    const probe = readinessProbe?.exec?.command;
    archive
      .file('/machine', `ADDRESS=${host.address}\nDATA=${data}\nSCRATCH=${quoted(scratch.join(' '))}\nUSER=${POD_USER}\n`)
      .file('/environment', environment.map(([variable, value]) => `export ${variable}=${quoted(value)}\n`).join(''))
      .file('/pod/start.sh', `exec ${expanded.map(quoted).join(' ')}\n`)
      .file('/pod/etc/hosts', hosts);
    if (probe) archive.file('/pod/probe.sh', `exec ${probe.map(quoted).join(' ')}\n`);
    return archive.bytes();
  }

  /** Readable by the pod's group only, as a kubelet writes them. */
  #mount(archive: BootArchive, mountPath: string, content: Readonly<Record<string, string>>): void {
    for (const [file, text] of Object.entries(content)) archive.file(`/pod${mountPath}/${file}`, text, 0o440, POD_USER);
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
