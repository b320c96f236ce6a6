import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '../../stacks/flux/tree';
import { UserError } from '../user-error';
import type { TreeChange } from './change';

/** Folder in which a new tree is made ready; it is gone when a run has ended. */
export const STAGING = '.millwright-synth';

interface Plan {
  readonly write: readonly string[];
  readonly remove: readonly string[];
}

/**
 * Brings a cluster's folder from its present tree to the new one. Everything is written and flushed beside the tree first, with a
 * plan; only then are files moved into place. Whatever fails before the plan is complete leaves the old tree as it was; what is
 * interrupted after that is finished by {@link finishInterrupted} at the next run.
 *
 * @param folder the cluster's folder; made when it does not exist
 */
export function writeTree(folder: string, tree: Tree, change: TreeChange): void {
  const plan: Plan = { write: [...change.added, ...change.changed].sort(), remove: change.removed };
  if (plan.write.length === 0 && plan.remove.length === 0) return;
  const staging = join(folder, STAGING);
  mkdirSync(folder, { recursive: true });
  try {
    mkdirSync(staging);
  } catch {
    throw new UserError(`${staging} exists: another run is writing this tree. Wait for it.`, 1);
  }
  try {
    writeFileSync(join(staging, 'pid'), `${process.pid}\n`);
    for (const path of plan.write) flushed(join(staging, 'new', path), tree.get(path) ?? '');
    flushed(join(staging, 'plan.part'), JSON.stringify(plan));
    renameSync(join(staging, 'plan.part'), join(staging, 'plan.json'));
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  carryOut(folder, plan);
}

/**
 * Finishes, or clears away, what an interrupted run left in a cluster's folder.
 *
 * @returns what was done, for people; undefined when there was nothing
 * @throws UserError when that run is still going on
 */
export function finishInterrupted(folder: string): 'finished' | 'cleared' | undefined {
  const staging = join(folder, STAGING);
  if (!existsSync(staging)) return undefined;
  const pid = Number(readIfThere(join(staging, 'pid')) ?? Number.NaN);
  if (isRunning(pid)) throw new UserError(`${folder} is being written by process ${pid}; wait for it to end.`, 1);
  const plan = readIfThere(join(staging, 'plan.json'));
  if (plan === undefined) {
    rmSync(staging, { recursive: true, force: true });
    return 'cleared';
  }
  carryOut(folder, JSON.parse(plan) as Plan);
  return 'finished';
}

/** Moves files into place and removes what left the tree. Doing it again after an interruption gives the same result. */
function carryOut(folder: string, plan: Plan): void {
  const staging = join(folder, STAGING);
  for (const path of plan.write) {
    const ready = join(staging, 'new', path);
    if (!existsSync(ready)) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    renameSync(ready, join(folder, path));
  }
  for (const path of plan.remove) {
    rmSync(join(folder, path), { force: true });
    removeEmpty(folder, dirname(path));
  }
  rmSync(staging, { recursive: true, force: true });
}

function removeEmpty(folder: string, path: string): void {
  if (path === '.' || !existsSync(join(folder, path)) || readdirSync(join(folder, path)).length > 0) return;
  rmdirSync(join(folder, path));
  removeEmpty(folder, dirname(path));
}

/** Writes a file and waits until it is on disk, so that a plan never names a file that a power cut emptied. */
function flushed(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
