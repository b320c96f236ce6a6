import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A cgroup in one of the kernel's hierarchies. */
export interface Cgroup {
  /** Its folder, as this process sees it. */
  readonly folder: string;
  /** Where the hierarchy is mounted. */
  readonly mountpoint: string;
  /** Options that mount the hierarchy; `cgroup2` for the one of version 2. */
  readonly options: string;
}

// Removes the cgroups below and including those named by its arguments once its input ends, however that came about. Those that wait
// for a process to vanish are tried again.
const SWEEP = `
cat > /dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
  left=
  for cgroup in "$@"; do
    [ -d "$cgroup" ] || continue
    find "$cgroup" -depth -type d -exec rmdir {} + 2> /dev/null
    [ -d "$cgroup" ] && left=1
  done
  [ "$left" ] || exit 0
  sleep 1
done
`;

/** Cgroups of one name in all hierarchies, and what removes them. */
export interface CgroupSet {
  readonly cgroups: readonly Cgroup[];
  /** Removes them with all that is in them; returns when they are gone. Their processes must have ended. */
  remove(): Promise<void>;
}

/**
 * Makes a cgroup below this process's own in every hierarchy of version 1, and in that of version 2 beside them. They are removed when this
 * process ends, at the latest.
 *
 * @throws when the memory is not counted by a hierarchy of version 1, as on a computer that has version 2 alone
 */
export function makeCgroups(name: string): CgroupSet {
  const cgroups = hierarchies().map(({ mountpoint, options, own }) => {
    const parent = join(mountpoint, own);
    const folder = join(parent, name);
    mkdirSync(folder);
    // A new cgroup of this controller takes no process before it is told its processors and memory.
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if (existsSync(join(folder, file))) writeFileSync(join(folder, file), readFileSync(join(parent, file)));
    }
    return { folder, mountpoint, options };
  });
  const folders = cgroups.map(({ folder }) => folder);
  const sweeper = spawn('/bin/sh', ['-c', SWEEP, 'sweep', ...folders], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  sweeper.unref();
  return {
    cgroups,
    remove: () =>
      new Promise((resolve) => {
        sweeper.ref();
        sweeper.once('exit', () => resolve());
        sweeper.stdin.end();
      }),
  };
}

function hierarchies(): { mountpoint: string; options: string; own: string }[] {
  const mounted = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type = '']) => type === 'cgroup' || type === 'cgroup2');
  const found = readFileSync('/proc/self/cgroup', 'utf8')
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [, controllers = '', own = ''] = line.split(':');
      const mount = mounted.find(([, , type, options = '']) =>
        controllers === ''
          ? type === 'cgroup2'
          : type === 'cgroup' && controllers.split(',').every((one) => options.split(',').includes(one)),
      );
      return mount ? [{ mountpoint: mount[1] ?? '', options: controllers === '' ? 'cgroup2' : named(controllers), own }] : [];
    });
  if (!found.some(({ options }) => options.split(',').includes('memory'))) {
    throw new Error('the node tests need the memory controller of cgroup version 1; boot with systemd.unified_cgroup_hierarchy=0');
  }
  return found;
}

/** A hierarchy without a controller is mounted by its name alone. */
function named(controllers: string): string {
  return controllers.startsWith('name=') ? `none,${controllers}` : controllers;
}
