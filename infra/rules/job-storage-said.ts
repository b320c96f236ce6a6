import type { Plant } from '../model/plant';
import type { Volume } from '../model/volume';
import type { Rule } from './rule';

/** Storage that dies with its node must be called that. */
export const jobStorageSaid: Rule = {
  id: 'job-storage-said',
  invariant: 'Each volume of the job database and its backups says whether it dies with its node.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) =>
      volumes(plant)
        .filter(({ path, volume }) => isWhole(...path) && volume.diesWithNode === undefined)
        .map(({ path, volume }) => ({
          path,
          message: `does not say whether a volume of class ${volume.class ?? plant.storage.class} dies with its node`,
          remedy: 'state diesWithNode: true for a disk of one node, such as local-path, or false for a server that all nodes reach',
        })),
    ),
};

function volumes({ name, jobs }: Plant): { path: string[]; volume: Volume }[] {
  if (!jobs) return [];
  const { volume, backups } = jobs.database;
  const path = ['plants', name, 'jobs', 'database'];
  return [
    { path: [...path, 'volume'], volume },
    ...('off' in backups ? [] : [{ path: [...path, 'backups', 'volume'], volume: backups.volume }]),
  ];
}
