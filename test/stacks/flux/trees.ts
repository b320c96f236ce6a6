import { fluxTree } from '../../../stacks/flux/tree';
import { plantManifests } from '../../../stacks/manifest/build';
import { plantsOf } from '../manifest/rendered';

/** Every rendered file of an estate: `leeds/flux/kustomization.yaml` → text. */
export function filesOf(estate: unknown): Map<string, string> {
  return new Map(
    plantsOf(estate).flatMap((plant) =>
      [...fluxTree(plantManifests(plant), plant)].map(([path, text]) => [`${plant.name}/${path}`, text] as const),
    ),
  );
}

/** Files that differ between two estates, or that only one of them has. */
export function touched(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).sort();
}
