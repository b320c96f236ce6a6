import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A line of /proc/PID/mountinfo. */
export interface Mounted {
  readonly path: string;
  /** Type of the file system, such as tmpfs. */
  readonly type: string;
  readonly readOnly: boolean;
}

/** A running container, seen from outside through its first process. */
export class Container {
  private constructor(readonly pid: number) {}

  /**
   * Finds the first process of a container by the container's id.
   *
   * @param id as a pod's status has it: `containerd://…`
   */
  static of(id: string): Container {
    const plain = id.replace('containerd://', '');
    if (plain === '') throw new Error('the container has not been started');
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(plain)) continue;
        const process = new Container(Number(pid));
        if (process.status('NSpid').split('\t').at(-1) === '1') return process;
      } catch (error) {
        // It ended while we looked.
        if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    throw new Error(`no process is in the container ${plain}`);
  }

  /** A field of /proc/PID/status. */
  status(field: string): string {
    const line = readFileSync(`/proc/${this.pid}/status`, 'utf8')
      .split('\n')
      .find((candidate) => candidate.startsWith(`${field}:`));
    if (line === undefined) throw new Error(`a process has no ${field}`);
    return line.slice(field.length + 1).trim();
  }

  /** What is mounted where, as the container sees it. */
  get mounts(): Mounted[] {
    return readFileSync(`/proc/${this.pid}/mountinfo`, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [before = '', after = ''] = line.split(' - ');
        const [, , , , path = '', options = ''] = before.split(' ');
        return { path, type: after.split(' ')[0] ?? '', readOnly: options.split(',').includes('ro') || / ro(,|$)/.test(after) };
      });
  }

  /** Path by which this computer sees a path of the container, through the container's mounts and as they are. */
  path(inside: string): string {
    return `/proc/${this.pid}/root${inside}`;
  }

  /** Runs a shell command of this computer as a user, without any capability; returns what it printed. Throws with what it said. */
  async as(user: number, command: string, ...args: string[]): Promise<string> {
    const identity = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--bounding-set=-all', '--no-new-privs'];
    const { stdout } = await run('setpriv', [...identity, '/bin/sh', '-c', command, 'sh', ...args]);
    return stdout;
  }

  /** Sends a signal to the first process. */
  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }
}
