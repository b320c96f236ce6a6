import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningProcess } from '../../support/process';
import type { ProcessGroup } from '../../support/process-group';

const run = promisify(execFile);

/**
 * Ends an ext4 file system at once: what it has not written by now it never will, neither data nor its journal (EXT4_IOC_SHUTDOWN with
 * EXT4_GOING_FLAGS_NOLOGFLUSH, linux/ext4.h; what xfstests uses to stand for a power cut).
 */
const SHUT_DOWN = 'open(my $folder, "<", $ARGV[0]) or die "$!"; my $how = pack("L", 2); ioctl($folder, 0x8004587d, $how) or die "$!"';

/**
 * A disk of its own with an ext4 file system, mounted where only programs see it that are started with {@link Disk.enter}. Its power can be
 * cut: what programs wrote and the kernel still kept in memory is lost then. It is a disk that never lies about a flush, and that keeps
 * what it was given to write also without one, which a real disk with a cache does not. The mount ends with the group.
 */
export class Disk {
  #holder: RunningProcess | undefined;
  #mounts = 0;

  private constructor(
    private readonly group: ProcessGroup,
    private readonly name: string,
    /** Where it is mounted. */
    readonly path: string,
  ) {}

  /** Makes an empty disk; space is taken when it is used. */
  static async make(group: ProcessGroup, name: string, mebibytes = 4096): Promise<Disk> {
    const disk = new Disk(group, name, join(group.workDir, `disk-${name}`));
    mkdirSync(disk.path);
    await run('truncate', ['-s', `${mebibytes}M`, disk.#image]);
    await run('/sbin/mke2fs', ['-q', '-t', 'ext4', '-F', disk.#image]);
    await disk.#mount();
    return disk;
  }

  /** The words that run a program where the disk is mounted. */
  get enter(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.#holder?.pid}/ns/mnt`, '--'];
  }

  /** Runs a program where the disk is mounted; returns what it wrote. */
  async run(...words: readonly string[]): Promise<string> {
    const [program = '', ...args] = [...this.enter, ...words];
    return (await run(program, args)).stdout;
  }

  /** Cuts its power, and mounts it again as it is then. Programs that use it must have ended. */
  async cutPower(): Promise<void> {
    await this.run('perl', '-e', SHUT_DOWN, this.path);
    await this.#holder?.stop();
    await this.#mount();
  }

  get #image(): string {
    return join(this.group.workDir, `disk-${this.name}.img`);
  }

  async #mount(): Promise<void> {
    this.#mounts += 1;
    const script = 'mount -o loop "$1" "$2" && echo mounted && exec sleep infinity';
    const holder = this.group.start({
      name: `disk-${this.name}-${this.#mounts}`,
      program: '/usr/bin/unshare',
      args: ['--mount', '--', '/bin/sh', '-ec', script, 'sh', this.#image, this.path],
    });
    await holder.ready(async () => {
      if (!holder.log().includes('mounted')) throw new Error('not mounted yet');
    }, 30_000);
    this.#holder = holder;
  }
}
