import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that come from Debian, and the packages that hold them. */
const PACKAGES: Readonly<Record<string, string>> = {
  '/usr/sbin/mosquitto': 'mosquitto',
  '/usr/bin/javac': 'default-jdk-headless',
  '/sbin/ip': 'iproute2',
  '/usr/bin/unshare': 'util-linux',
  '/usr/bin/openssl': 'openssl',
  '/usr/bin/curl': 'curl',
  '/usr/bin/nmap': 'nmap',
  '/usr/bin/pg_ctlcluster': 'postgresql',
  '/usr/sbin/mariadbd': 'mariadb-server',
  '/usr/bin/shellcheck': 'shellcheck',
  '/usr/bin/rclone': 'rclone',
  '/usr/bin/busybox': 'busybox',
  '/usr/lib/python3/dist-packages/yaml/__init__.py': 'python3-yaml',
  '/usr/bin/qemu-system-x86_64': 'qemu-system-x86',
  '/sbin/mke2fs': 'e2fsprogs',
};

/**
 * Installs what is missing with apt-get.
 *
 * @param packages path of a program → the package that holds it. @default - what the daemon tests run
 * @throws a sentence that names the packages, when they are missing and apt-get is not there or this is not root
 */
export async function installDebianPackages(log: (line: string) => void, packages = PACKAGES): Promise<void> {
  const missing = Object.entries(packages).flatMap(([program, name]) => (existsSync(program) ? [] : [name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`the tests need the Debian packages ${missing.join(', ')}: install them, or run the tests as root on Debian`);
  }
  log(`installing ${missing.join(', ')} with apt-get`);
  // RUNLEVEL: Debian starts a service when it installs it, unless the system is in single-user mode. The tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], { env, maxBuffer: 16 << 20 });
}
