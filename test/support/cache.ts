import { homedir } from 'node:os';
import { join } from 'node:path';

/** A folder of what tests build or download once: under `$MILLWRIGHT_CACHE`, or else `$XDG_CACHE_HOME`, or else `~/.cache`. */
export function cacheFolder(name: string): string {
  const root = process.env.MILLWRIGHT_CACHE || process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(root, 'millwright', name);
}
