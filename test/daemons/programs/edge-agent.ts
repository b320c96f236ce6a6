import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/cache';

const run = promisify(execFile);
const pins = join(__dirname, 'edge-agent');

/**
 * Installs the libraries with which an edge agent and its driver for Modbus read machines, pinned, unless they are there already.
 *
 * @returns the folder that holds their `node_modules`
 * @throws when a package cannot be had
 */
export async function edgeAgentLibraries(log: (line: string) => void): Promise<string> {
  const key = createHash('sha256')
    .update(await readFile(join(pins, 'package-lock.json')))
    .update(process.version)
    .digest('hex')
    .slice(0, 16);
  const parent = cacheFolder('edge-agent');
  const finished = join(parent, key);
  if (existsSync(finished)) return finished;

  log('installing the libraries of the edge agent');
  await mkdir(parent, { recursive: true });
  const unfinished = await mkdtemp(join(parent, 'unfinished-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) await copyFile(join(pins, file), join(unfinished, file));
    // Serial lines are optional, and are compiled.
    await run('npm', ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: unfinished });
    await rename(unfinished, finished).catch((error) => {
      // Another test run was quicker; what it installed has the same key, so it is as good.
      if (!existsSync(finished)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return finished;
}
