import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that come from Debian, and the packages that hold them. */
const PACKAGES = {
  '/usr/sbin/mosquitto': 'mosquitto',
  '/sbin/ip': 'iproute2',
  '/usr/bin/unshare': 'util-linux',
  '/usr/bin/openssl': 'openssl',
  '/usr/bin/nmap': 'nmap',
  '/usr/bin/pg_ctlcluster': 'postgresql',
  '/usr/sbin/mariadbd': 'mariadb-server',
  '/usr/bin/shellcheck': 'shellcheck',
  '/usr/bin/rclone': 'rclone',
};

/**
 * Installs what is missing with apt-get.
 *
 * @throws a sentence that names the packages, when they are missing and apt-get is not there or this is not root
 */
export async function installDebianPackages(log: (line: string) => void): Promise<void> {
  const missing = Object.entries(PACKAGES).flatMap(([program, name]) => (existsSync(program) ? [] : [name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(`the daemon tests need the Debian packages ${missing.join(', ')}: install them, or run the tests as root on Debian`);
  }
  log(`installing ${missing.join(', ')} with apt-get`);
  // RUNLEVEL: Debian starts a service when it installs it, unless the system is in single-user mode. The tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await run('apt-get', ['update'], { env });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing], { env, maxBuffer: 16 << 20 });
}
