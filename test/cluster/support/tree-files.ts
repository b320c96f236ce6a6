import { existsSync, readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { load } from 'js-yaml';
import { renderedFile } from '../../../stacks/flux/yaml';
import type { KubeObject } from '../../../stacks/manifest/manifest-set';

/** Paths of a tree's objects, with forward slashes: not those of kustomize. */
export function objectFiles(tree: string): string[] {
  return readdirSync(join(tree, 'components'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml') && !path.endsWith('kustomization.yaml'))
    .map((path) => `components/${path}`)
    .sort();
}

/** Reads an object of a tree. */
export async function objectIn(tree: string, path: string): Promise<KubeObject> {
  return load(await readFile(join(tree, path), 'utf8')) as KubeObject;
}

/** An object that somebody edits, who may write what he likes. */
export interface EditedObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}

/** Changes an object of a tree, as somebody does who edits the repository by hand. */
export async function changeObject(tree: string, path: string, change: (object: EditedObject) => void): Promise<void> {
  const object = load(await readFile(join(tree, path), 'utf8')) as EditedObject;
  change(object);
  await writeFile(join(tree, path), renderedFile(object));
}

/** Removes an object from a tree: its file, and where its component lists it. */
export async function removeObject(tree: string, path: string): Promise<void> {
  await rm(join(tree, path));
  let folder = dirname(join(tree, path));
  while (!existsSync(join(folder, 'kustomization.yaml'))) folder = dirname(folder);
  const listing = join(folder, 'kustomization.yaml');
  const content = load(await readFile(listing, 'utf8')) as { resources: string[] };
  const gone = relative(folder, join(tree, path)).replaceAll('\\', '/');
  if (!content.resources.includes(gone)) throw new Error(`${listing} does not list ${gone}`);
  // Kustomize takes a file that says nothing at all for a mistake, so it says a name.
  const resources = content.resources.filter((resource) => resource !== gone);
  await writeFile(listing, renderedFile({ ...content, metadata: { name: 'left' }, resources }));
}
