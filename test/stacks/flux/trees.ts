import { checkEstate } from '../../../infra/estate/check';
import { fluxTree } from '../../../stacks/flux/tree';
import { centralManifests, plantManifests, softGatewaysManifests } from '../../../stacks/manifest/build';

/** Every rendered file of an estate, which need not be one that Flux delivers: `leeds/flux/kustomization.yaml` → text. */
export function filesOf(estate: unknown): Map<string, string> {
  const { plants, centralClusters, softGateways, problems } = checkEstate(estate);
  if (plants.length === 0) throw new Error(JSON.stringify(problems.filter(({ severity }) => severity === 'error')));
  const sets = [
    ...plants.map((plant) => ({ cluster: plant, set: plantManifests(plant) })),
    ...softGateways.map((cluster) => ({ cluster, set: softGatewaysManifests(cluster) })),
    ...centralClusters.map((central) => ({ cluster: central, set: centralManifests(central) })),
  ];
  return new Map(
    sets
      .flatMap(({ cluster, set }) => [...fluxTree(set, cluster)].map(([path, text]) => [`${cluster.name}/${path}`, text] as const))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Every rendered file of an estate's soft gateways, as {@link filesOf} gives them. */
export function softFilesOf(estate: unknown): Map<string, string> {
  const { softGateways, problems } = checkEstate(estate);
  if (softGateways.length === 0) throw new Error(JSON.stringify(problems.filter(({ severity }) => severity === 'error')));
  return new Map(
    softGateways.flatMap((cluster) =>
      [...fluxTree(softGatewaysManifests(cluster), cluster)].map(([path, text]) => [`${cluster.name}/${path}`, text] as const),
    ),
  );
}

/** Files that differ between two estates, or that only one of them has. */
export function touched(before: Map<string, string>, after: Map<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path)).sort();
}
