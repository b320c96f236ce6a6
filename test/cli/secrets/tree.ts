import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';
import estate from '../../../infra/sites/estate';
import { fluxTree, type Tree } from '../../../stacks/flux/tree';
import { plantManifests } from '../../../stacks/manifest/build';
import type { ManifestSet } from '../../../stacks/manifest/manifest-set';

/** A plant, rendered into a folder of its own. */
export interface RenderedPlant {
  readonly plant: Plant;
  /** The same, for the command. */
  readonly cluster: Plant;
  readonly manifests: ManifestSet;
  /** What `--out` names. */
  readonly treeFolder: string;
}

/** The example plant, with other keys where they are stated. */
export function examplePlant(secrets?: Plant['secrets']): Plant {
  const [plant] = checkEstate(estate).plants;
  if (!plant) throw new Error('the example estate has no plant');
  return { ...plant, ...(secrets ? { secrets } : {}) };
}

/** Renders a plant into a new temporary folder. The caller removes it. */
export function renderPlant(plant: Plant): RenderedPlant {
  return renderedOnce(plant)();
}

/** Renders a plant, and returns what writes it into a new temporary folder at each call. The caller removes the folders. */
export function renderedOnce(plant: Plant): () => RenderedPlant {
  const manifests = plantManifests(plant);
  const tree = fluxTree(manifests, plant);
  return () => {
    const treeFolder = mkdtempSync(join(tmpdir(), 'millwright-secrets-'));
    writeFiles(join(treeFolder, plant.name), tree);
    return { plant, cluster: plant, manifests, treeFolder };
  };
}

/** Writes a plant's rendered files, over those that are there. */
export function writeTree(treeFolder: string, plant: Plant, manifests: ManifestSet): void {
  writeFiles(join(treeFolder, plant.name), fluxTree(manifests, plant));
}

function writeFiles(folder: string, tree: Tree): void {
  for (const [path, text] of tree) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
