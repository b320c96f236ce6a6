import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { load } from 'js-yaml';
import type { SecretRequirement } from '../../infra/model/secret-requirement';
import { SECRETS_FOLDER, secretPath } from '../../stacks/flux/tree';
import type { Keeping } from '../../stacks/secrets/encryption';
import { readExisting } from '../../stacks/secrets/existing';
import type { Place } from '../../stacks/secrets/plan';
import { readIfThere } from './encrypted-file';

/** A cluster's encrypted Secrets as they lie in its folder. Paths are below that folder, with forward slashes. */
export interface TreeSecrets {
  /** What is in the place of each requirement. */
  readonly places: readonly Place[];
  /** YAML files that no requirement asks for, ordered. */
  readonly others: readonly string[];
  /** Those of them that must not lie there, and why: the end of a sentence. */
  readonly misplaced: readonly { readonly path: string; readonly text: string }[];
}

/** Looks at the Secrets in a cluster's folder, without any key. */
export async function readTreeSecrets(
  clusterFolder: string,
  requirements: readonly SecretRequirement[],
  keeping: Keeping,
): Promise<TreeSecrets> {
  const places = await Promise.all(
    requirements.map(async (requirement): Promise<Place> => {
      const text = await readIfThere(join(clusterFolder, secretPath(requirement)));
      return { requirement, ...(text === undefined ? {} : { existing: readExisting(requirement, text, keeping) }) };
    }),
  );
  const required = new Set(requirements.map(secretPath));
  const others = (await yamlFiles(clusterFolder)).filter((path) => !required.has(path));
  const misplaced = await Promise.all(
    others.map(async (path) => {
      const text = keeping.misplaced(loaded((await readIfThere(join(clusterFolder, path))) ?? ''));
      return text === undefined ? [] : [{ path, text }];
    }),
  );
  return { places, others, misplaced: misplaced.flat() };
}

/** All that Flux would read as a manifest. */
async function yamlFiles(clusterFolder: string): Promise<string[]> {
  const names = await readdir(join(clusterFolder, SECRETS_FOLDER), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => `${SECRETS_FOLDER}/${name.split(sep).join('/')}`)
    .sort();
}

function loaded(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}
