import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { CORE_SCHEMA, load } from 'js-yaml';
import type { Extension } from '../stacks/charts/extension-chart';
import { UserError } from './user-error';

const MODULES = ['.ts', '.cts', '.mts', '.js', '.cjs', '.mjs'];
const DATA = ['.yaml', '.yml', '.json'];

/** What a file of an estate holds. */
export interface EstateFile {
  /** The estate, not validated. */
  readonly estate: unknown;
  /** Objects of the owner's own, by cluster: what a module exports as `extensions`. */
  readonly extensions: Readonly<Record<string, Extension>>;
  /** Folder of the file: what the estate names by a path is in it. */
  readonly folder: string;
}

/**
 * Reads an estate: the default export of a module, or the content of a YAML or JSON file. Nothing of it is validated here.
 *
 * @param path a file, or a folder that holds a file `estate` with one of these endings
 * @throws UserError when there is no such file (2), or it cannot be read (1)
 */
export function readEstate(path: string): EstateFile {
  const file = estateFile(resolve(path), path);
  const kind = extname(file);
  const folder = dirname(file);
  try {
    if (DATA.includes(kind)) return { estate: load(readUtf8(file, path), { filename: path, schema: CORE_SCHEMA }), extensions: {}, folder };
    const module = require(file) as Record<string, unknown>;
    const exported = module.default ?? module.estate;
    // A module that was compiled twice hides its default one level deeper.
    const estate = (exported as { default?: unknown } | undefined)?.default ?? exported;
    if (estate === undefined) throw new UserError(`${path} exports no estate; write export default defineEstate({ … }).`, 1);
    return { estate, extensions: extensionsOf(module, path), folder };
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message.split('\n\nRequire stack')[0] : String(error);
    throw new UserError(`${path} cannot be read: ${message}`, 1);
  }
}

function extensionsOf(module: Record<string, unknown>, path: string): Record<string, Extension> {
  const found = (module.extensions ?? {}) as Record<string, Extension>;
  for (const [cluster, extension] of Object.entries(found)) {
    if (typeof extension !== 'function') throw new UserError(`${path}: extensions.${cluster} is not a function (chart, plant) => …`, 1);
  }
  return found;
}

/** Text of a file. Other encodings are refused, because what they mean would be guessed. */
function readUtf8(file: string, given: string): string {
  const bytes = readFileSync(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(`${given} is not UTF-8; save it in that encoding.`, 1);
  }
}

function estateFile(absolute: string, given: string): string {
  if (!existsSync(absolute))
    throw new UserError(`there is no estate at ${given}; name a file, or a folder that holds estate.ts or estate.yaml.`, 2);
  if (!statSync(absolute).isDirectory()) {
    if ([...MODULES, ...DATA].includes(extname(absolute))) return absolute;
    throw new UserError(`${given} is not an estate; it must end in ${[...MODULES, ...DATA].join(', ')}.`, 2);
  }
  const found = [...MODULES, ...DATA].map((ending) => join(absolute, `estate${ending}`)).filter((file) => existsSync(file));
  const [only] = found;
  if (only === undefined)
    throw new UserError(`${given} holds no file estate with one of the endings ${[...MODULES, ...DATA].join(', ')}.`, 2);
  if (found.length > 1)
    throw new UserError(
      `${given} holds more than one estate (${found.map((file) => `estate${extname(file)}`).join(', ')}); name the one that counts.`,
      2,
    );
  return only;
}
