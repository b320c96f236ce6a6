import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/cache';
import { installDebianPackages } from './debian';

const run = promisify(execFile);

/** Depends on the newest kernel of Debian for virtual machines. */
const KERNEL = 'linux-image-cloud-amd64';

/** What a virtual machine boots. Absolute paths. */
export interface GuestSystem {
  readonly kernel: string;
  /** Folder of the kernel's modules, which holds `kernel/drivers`. */
  readonly modules: string;
  /** BusyBox, linked statically. */
  readonly busybox: string;
}

/**
 * Debian's kernel and BusyBox for virtual machines, unpacked into the cache: neither is installed on this computer. Installs QEMU with the other
 * packages of the daemon tests.
 *
 * @throws when the packages cannot be had, or this is no x86-64
 */
export async function guestSystem(log: (line: string) => void = () => {}): Promise<GuestSystem> {
  if (process.arch !== 'x64') throw new Error(`the virtual machines of the power cuts are x86-64; this computer is ${process.arch}`);
  await installDebianPackages(log);
  const parent = cacheFolder('programs');
  const finished = join(parent, 'guest-debian');
  if (!existsSync(finished)) {
    log(`downloading ${KERNEL} and busybox-static from Debian`);
    await mkdir(parent, { recursive: true });
    const unfinished = await mkdtemp(join(parent, 'unfinished-guest-'));
    try {
      await unpackPackages(unfinished);
      await rename(unfinished, finished).catch((error) => {
        // Another test run was quicker.
        if (!existsSync(finished)) throw error;
      });
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  const [version = ''] = await readdir(join(finished, 'lib/modules'));
  return {
    kernel: join(finished, 'boot', `vmlinuz-${version}`),
    modules: join(finished, 'lib/modules', version),
    busybox: join(finished, 'bin/busybox'),
  };
}

async function unpackPackages(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  await run('apt-get', ['update']);
  const { stdout } = await run('apt-cache', ['depends', KERNEL]);
  const [, kernel] = /Depends: (linux-image-\S+)/.exec(stdout) ?? [];
  if (kernel === undefined) throw new Error(`${KERNEL} depends on no kernel: ${stdout}`);
  // As the user that downloads: apt's own may not write here.
  await run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', kernel, 'busybox-static'], { cwd: folder });
  for (const file of await readdir(folder)) {
    await run('dpkg-deb', ['--extract', join(folder, file), folder]);
    await rm(join(folder, file));
  }
}
