import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../stacks/flux/tree';
import { HEADER } from '../../stacks/flux/yaml';
import { UserError } from '../user-error';

/** Where rendered files lie in a cluster's folder; everything else there belongs to its owner. */
export const RENDERED: readonly string[] = ['.sops.yaml', 'components', 'flux'];

/** How many files a message names; the rest is counted. */
const MOST_NAMED = 5;

/** What writing a tree would do to a cluster's folder. Paths are relative to it, ordered, with forward slashes. */
export interface TreeChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
}

/**
 * Compares a rendered tree with a cluster's folder. A file is Millwright's when its first line says so; no other is replaced or
 * removed.
 *
 * @throws UserError when a file of somebody else, or a link, stands where a rendered file belongs
 */
export function compareTree(folder: string, tree: Tree): TreeChange {
  const present = new Map(renderedFiles(folder).map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  const strangers = [...tree.keys()].filter((path) => !present.has(path) && isOccupied(folder, path));
  if (strangers.length > 0) {
    const [it, is] = strangers.length === 1 ? ['it', 'is'] : ['them', 'are'];
    const named = strangers.slice(0, MOST_NAMED).map((path) => join(folder, path));
    const more = strangers.length > MOST_NAMED ? ` and ${strangers.length - MOST_NAMED} more` : '';
    throw new UserError(
      `${named.join(', ')}${more} ${is} not Millwright's and would be overwritten; move ${it} away. Nothing was written.`,
      1,
    );
  }
  const paths = [...tree.keys()];
  return {
    added: paths.filter((path) => !present.has(path)),
    changed: paths.filter((path) => present.has(path) && present.get(path) !== tree.get(path)),
    removed: [...present.keys()].filter((path) => !tree.has(path)).sort(),
    unchanged: paths.filter((path) => present.get(path) === tree.get(path)),
  };
}

/** True when a folder holds a rendered tree. */
export function holdsTree(folder: string): boolean {
  return renderedFiles(folder).length > 0;
}

/** True for a text whose first line says that Millwright rendered it. Git on Windows may have changed how its lines end. */
function isRendered(text: string): boolean {
  return text.startsWith(`${HEADER}\n`) || text.startsWith(`${HEADER}\r\n`);
}

/** The files below a cluster's folder that Millwright rendered. */
function renderedFiles(folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string) => {
    const absolute = join(folder, path);
    if (!existsSync(absolute)) return;
    const stat = lstatSync(absolute);
    if (stat.isDirectory()) for (const name of readdirSync(absolute)) walk(`${path}/${name}`);
    else if (stat.isFile() && path.endsWith('.yaml') && isRendered(readFileSync(absolute, 'utf8'))) found.push(path);
  };
  for (const path of RENDERED) walk(path);
  return found.sort();
}

/** True when something that is not a plain folder stands at a path or above it. */
function isOccupied(folder: string, path: string): boolean {
  const parts = path.split('/');
  return parts.some((_, index) => {
    const stat = lstatSync(join(folder, ...parts.slice(0, index + 1)), { throwIfNoEntry: false });
    return stat !== undefined && (index === parts.length - 1 || !stat.isDirectory());
  });
}
