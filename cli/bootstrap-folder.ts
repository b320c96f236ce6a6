import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SCRIPT_HEADER, SCRIPTS } from '../stacks/bootstrap/files';
import { UserError } from './user-error';

/**
 * Writes the files of a cluster's bootstrap into a folder of their own, all or none: they are made ready beside it, and take its place at once.
 *
 * @param files path below the folder → text
 * @throws UserError when something that Millwright did not make stands in the folder's place
 */
export function writeBootstrapFolder(folder: string, files: ReadonlyMap<string, string>): void {
  if (!mayReplace(folder)) {
    throw new UserError(
      `${folder} is not a folder that millwright bootstrap made; move it away, or name another one with --out. Nothing was written.`,
    );
  }
  const parent = dirname(folder);
  mkdirSync(parent, { recursive: true });
  const staging = `${folder}.millwright-${process.pid}`;
  const former = `${staging}-former`;
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(staging, path)), { recursive: true });
      writeFileSync(join(staging, path), text);
      if (SCRIPTS.includes(path)) chmodSync(join(staging, path), 0o755);
    }
    if (existsSync(folder)) renameSync(folder, former);
    renameSync(staging, folder);
  } finally {
    if (existsSync(former) && !existsSync(folder)) renameSync(former, folder);
    for (const path of [staging, former]) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether nothing is there, an empty folder, or one that an earlier run made. */
function mayReplace(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) return true;
  if (!stat.isDirectory()) return false;
  if (readdirSync(folder).length === 0) return true;
  const script = join(folder, SCRIPTS[0] ?? '');
  return existsSync(script) && readFileSync(script, 'utf8').startsWith(SCRIPT_HEADER);
}
