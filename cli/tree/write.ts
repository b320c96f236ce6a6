import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tree } from '../../stacks/flux/tree';
import { UserError } from '../user-error';
import { RENDERED, type TreeChange } from './change';

/** Folder in which a new tree is made ready, in the cluster's folder; it is gone when a run has ended. */
export const STAGING = '.millwright-synth';

/** A tree that lies ready beside the old one. */
export interface StagedTree {
  /** Moves the files into place, and removes those that left the tree. */
  commit(): void;
  /** Clears away what was made ready. Nothing is left of it after a commit. */
  discard(): void;
}

/**
 * Makes a cluster's new tree ready: everything is written and flushed beside the old one, so that what fails here leaves that as it
 * was. What is interrupted later is finished by the next run, which compares again; by its first line a file is known to be
 * Millwright's, so that nothing else needs to be remembered.
 *
 * @param folder the cluster's folder; made when it does not exist
 * @throws UserError when another run is writing this tree
 */
export function stageTree(folder: string, tree: Tree, change: TreeChange): StagedTree {
  const write = [...change.added, ...change.changed].sort();
  if (write.length === 0 && change.removed.length === 0) return { commit: () => {}, discard: () => {} };
  const staging = claim(folder);
  const discard = () => rmSync(staging, { recursive: true, force: true });
  try {
    for (const path of write) flushed(join(staging, 'new', path), tree.get(path) ?? '');
  } catch (error) {
    discard();
    throw error;
  }
  const commit = () => {
    for (const path of write) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      renameSync(join(staging, 'new', path), join(folder, path));
    }
    for (const path of change.removed) {
      rmSync(join(folder, path), { force: true });
      removeEmpty(folder, dirname(path));
    }
    discard();
  };
  return { commit, discard };
}

/**
 * Clears away what an interrupted run left in a cluster's folder: files that were never moved into place, and folders it had emptied.
 *
 * @returns whether there was anything
 * @throws UserError when that run is still going on
 */
export function clearInterrupted(folder: string): boolean {
  const left = existsSync(folder) ? readdirSync(folder).filter((name) => name === STAGING || name.startsWith(`${STAGING}-`)) : [];
  for (const name of left) {
    const staging = join(folder, name);
    const owner = readdirSync(staging).find((file) => file.startsWith('pid-'));
    const pid = Number(owner?.slice('pid-'.length) ?? Number.NaN);
    if (isRunning(pid)) throw inTheWay(staging, `by process ${pid}`);
    if (owner !== undefined && !moved(join(staging, owner), join(staging, `pid-${process.pid}`))) throw inTheWay(staging, 'by another run');
    // Out of the way at once: while it is removed file by file, nobody must take it for the claim of a run.
    const own = `${join(folder, STAGING)}-${process.pid}`;
    if (staging !== own) renameSync(staging, own);
    for (const path of RENDERED) removeEmptyBelow(join(folder, path));
    rmSync(own, { recursive: true, force: true });
  }
  return left.length > 0;
}

function removeEmptyBelow(folder: string): void {
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  for (const name of readdirSync(folder)) removeEmptyBelow(join(folder, name));
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Makes the staging folder, in one step with the sign of who owns it: a file whose name holds the process's number. */
function claim(folder: string): string {
  const staging = join(folder, STAGING);
  const own = `${staging}-${process.pid}`;
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, `pid-${process.pid}`), '');
  try {
    renameSync(own, staging);
  } catch (error) {
    rmSync(own, { recursive: true, force: true });
    if (['EEXIST', 'ENOTEMPTY', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw inTheWay(staging, 'by another run');
    throw error;
  }
  return staging;
}

function inTheWay(staging: string, by: string): UserError {
  return new UserError(
    `${dirname(staging)} is being written ${by}; wait for it to end. If no millwright is running, remove ${staging}.`,
    1,
  );
}

/** Renames a file, and tells whether it was there. */
function moved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function removeEmpty(folder: string, path: string): void {
  if (path === '.' || !existsSync(join(folder, path)) || readdirSync(join(folder, path)).length > 0) return;
  rmdirSync(join(folder, path));
  removeEmpty(folder, dirname(path));
}

/** Writes a file and waits until it is on disk, so that a power cut leaves no empty file in the tree. */
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

function isRunning(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
