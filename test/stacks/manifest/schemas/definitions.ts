import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A JSON Schema as Kubernetes publishes its types. */
export type Schema = { readonly [keyword: string]: unknown };

/** One type of Kubernetes, as it is in some of its minor versions. */
export interface Definition {
  /** `io.k8s.api.apps.v1.Deployment`. */
  readonly name: string;
  /** Minor versions of Kubernetes in which the type is exactly this. */
  readonly versions: readonly string[];
  readonly schema: Schema;
}

/**
 * The types that rendered objects are made of, one to a line and a set of versions: the published schemas of Kubernetes (Apache-2.0) in
 * their strict form, which knows no other fields than those listed, without descriptions. Written by write.ts.
 */
export const DEFINITIONS_FILE = join(__dirname, 'definitions.jsonl');

/** Reads {@link DEFINITIONS_FILE}. */
export function readDefinitions(): Definition[] {
  return readFileSync(DEFINITIONS_FILE, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Definition);
}

/** The types of one version of Kubernetes by name. */
export function definitionsOf(version: string, all: readonly Definition[]): Record<string, Schema> {
  return Object.fromEntries(all.filter(({ versions }) => versions.includes(version)).map(({ name, schema }) => [name, schema]));
}
