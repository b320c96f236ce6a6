import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/cache';

const run = promisify(execFile);
const requirements = join(__dirname, 'requirements.txt');

/**
 * Makes a virtual environment with the pinned packages of requirements.txt unless it is there already, and returns its interpreter.
 *
 * @throws when Python is missing or a package cannot be had
 */
export async function pythonInterpreter(log: (line: string) => void): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import sys; print(sys.version, sys.executable)']).catch(() => {
    throw new Error('Python 3.9 or newer with venv must be on the PATH: the simulated controllers run in it');
  });
  const key = createHash('sha256')
    .update(stdout)
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 16);
  const parent = cacheFolder('python');
  const finished = join(parent, key);
  const interpreter = join(finished, 'bin', 'python');
  if (existsSync(interpreter)) return interpreter;

  log('installing the simulated controllers into a virtual environment');
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, 'unfinished-'));
  try {
    await run('python3', ['-m', 'venv', unfinished]);
    const install = ['-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '-r', requirements];
    await run(join(unfinished, 'bin', 'python'), install);
    // The interpreter finds its packages by its own place, so that it may be moved; only the scripts beside it could not be.
    await rename(unfinished, finished).catch((error) => {
      if (!existsSync(interpreter)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return interpreter;
}
