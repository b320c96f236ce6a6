import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** A folder for one test file; it is removed when its tests have run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by their paths. */
export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Everything below a folder: path → text; a folder ends in a slash when it is empty, and a link says so. */
export function contents(folder: string): Record<string, string> {
  const walk = (path: string): [string, string][] => {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return [[relative(folder, path), 'a link']];
    if (!stat.isDirectory()) return [[relative(folder, path), readFileSync(path, 'utf8')]];
    const names = readdirSync(path).sort();
    return names.length === 0 && path !== folder ? [[`${relative(folder, path)}/`, '']] : names.flatMap((name) => walk(join(path, name)));
  };
  return Object.fromEntries(walk(folder));
}
