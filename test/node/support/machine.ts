import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Host, onHost } from '../../daemons/support/network';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';
import { eventually } from '../../support/wait';
import { type CgroupSet, makeCgroups } from './cgroups';

const run = promisify(execFile);

/**
 * A computer of its own on a test's network, as far as a kubelet sees: it has a network, mounts, processes and cgroups that nobody else has,
 * and its own /run, /var/lib and /var/log. All that is in it ends with it.
 */
export class Machine {
  private constructor(
    private readonly group: ProcessGroup,
    readonly host: Host,
    /** What it keeps: `lib` and `log` are its /var/lib and /var/log. */
    readonly folder: string,
    private readonly init: number,
    private readonly cgroups: CgroupSet,
  ) {}

  /** Makes a computer of a host of the network. `init` is a static program that takes in the processes that lose their parent. */
  static async on(host: Host, group: ProcessGroup, init: string): Promise<Machine> {
    const folder = join(group.workDir, 'machines', host.name);
    mkdirSync(folder, { recursive: true });
    const cgroups = makeCgroups(`millwright-${process.pid}-${host.name}`);
    try {
      const lines = cgroups.cgroups.map(({ folder: cgroup, mountpoint, options }) => `${cgroup} ${mountpoint} ${options}`);
      const script = join(__dirname, 'machine.sh');
      const holder = group.start({
        name: `machine-${host.name}`,
        ...onHost(host, '/bin/sh', [script, folder, init, lines.join('\n')]),
      });
      let pid = 0;
      await holder.ready(() => {
        const [child] = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8').split(' ').map(Number);
        if (!child || !readFileSync(`/proc/${child}/cmdline`, 'utf8').startsWith(`${init}\0`)) throw new Error('it is being made');
        pid = child;
        return Promise.resolve();
      }, 20_000);
      return new Machine(group, host, folder, pid, cgroups);
    } catch (error) {
      await group.stop();
      await cgroups.remove();
      throw error;
    }
  }

  /** Starts a program in it; its output goes to the group's logs. */
  start(name: string, program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningProcess {
    const words = this.#enter([program, ...args]);
    return this.group.start({ name: `${name}-${this.host.name}`, program: '/usr/bin/nsenter', args: words, env });
  }

  /** Runs a program in it to its end and returns what it printed. Throws when it fails. */
  async run(program: string, args: readonly string[]): Promise<string> {
    return (await run('/usr/bin/nsenter', this.#enter([program, ...args]), { maxBuffer: 64 << 20 })).stdout;
  }

  /** Content of a file as its programs see it. */
  read(path: string): string {
    return readFileSync(join(`/proc/${this.init}/root`, path), 'utf8');
  }

  /** Switches it off: no process of it gets time for anything. Returns when nothing of it is left but its folder. */
  async switchOff(): Promise<void> {
    process.kill(this.init, 'SIGKILL');
    await eventually(`${this.host.name} to be off`, 20_000, () => {
      try {
        process.kill(this.init, 0);
      } catch {
        return;
      }
      throw new Error('its first process is still there');
    });
    await this.cgroups.remove();
  }

  #enter(words: readonly string[]): string[] {
    const namespaces = ['--mount', '--net', '--pid', '--cgroup', '--ipc', '--uts'];
    return ['--target', String(this.init), ...namespaces, '--', '/bin/sh', join(__dirname, 'enter.sh'), ...words];
  }
}
