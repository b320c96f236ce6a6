import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { DeliveredPlant } from './delivered-plant';

/** In which order Flux made what is in a cluster. */
export interface AppliedOrder {
  /** What each Kustomization of the tree waits for. */
  readonly needs: Readonly<Record<string, readonly string[]>>;
  /** Kustomizations whose first object is older than the last one of what they wait for. Seconds are all that Kubernetes keeps. */
  readonly early: readonly string[];
}

interface Made {
  readonly metadata: { readonly creationTimestamp: string };
}

/** Compares when the objects of the tree were made with what their Kustomizations wait for. */
export async function appliedOrder({ controlPlane, folder, kustomizations }: DeliveredPlant): Promise<AppliedOrder> {
  const wired = await Promise.all(
    (await kustomizations()).map(async (name) => {
      const { spec } = load(await readFile(join(folder, 'flux', `kustomization.${name}.yaml`), 'utf8')) as {
        spec: { path: string; dependsOn?: { name: string }[] };
      };
      // The folder of the Secrets holds nothing of kustomize.
      const how = name === 'secrets' ? ['-R', '-f'] : ['-k'];
      const answer = JSON.parse(await controlPlane.kubectl(['get', ...how, join(folder, spec.path), '-o', 'json'])) as Made & {
        items?: readonly Made[];
      };
      // kubectl answers with a list unless there is just one.
      const made = (answer.items ?? [answer]).map(({ metadata }) => metadata.creationTimestamp).sort();
      return { name, made, needs: (spec.dependsOn ?? []).map((dependency) => dependency.name) };
    }),
  );
  return {
    needs: Object.fromEntries(wired.map(({ name, needs }) => [name, needs])),
    early: wired.flatMap(({ name, made, needs }) =>
      wired
        .filter((other) => needs.includes(other.name) && made[0] !== undefined && made[0] < (other.made.at(-1) ?? ''))
        .map((other) => `${name} began at ${made[0]}, ${other.name} ended at ${other.made.at(-1)}`),
    ),
  };
}
