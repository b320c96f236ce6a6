import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

const person = 'anna';
const address = 'anna@example.com';

/** Nothing of the machine's own Git settings takes part, and nobody is asked for a password. */
const environment = {
  PATH: process.env.PATH,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: person,
  GIT_AUTHOR_EMAIL: address,
  GIT_COMMITTER_NAME: person,
  GIT_COMMITTER_EMAIL: address,
};

/** Git tidies up in the background otherwise, in a folder that may be gone by then. */
const quiet = ['-c', 'gc.auto=0', '-c', 'maintenance.auto=false'];

/** Runs the real git in a folder; returns what it prints, without white space at its ends. Throws with what it says when it fails. */
export async function gitIn(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', ['-C', folder, ...quiet, ...args], { env: environment, maxBuffer: 64 << 20 });
  return stdout.trim();
}

/** Packs the files of a commit as a tar.gz, without the commit's name in it, which Flux's reader does not know. */
export async function packCommit(repository: string, commit: string): Promise<Buffer> {
  const args = ['-C', repository, 'archive', '--format=tar.gz', `${commit}^{tree}`];
  return (await run('git', args, { env: environment, encoding: 'buffer', maxBuffer: 256 << 20 })).stdout;
}
