import type { Rule } from './rule';

/** A job database without backups is told, with its reason. */
export const jobBackupsOff: Rule = {
  id: 'job-backups-off',
  invariant: 'A job database without backups is warned of: a mistake, or the loss of its storage, is for ever.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const path = ['plants', plant.name, 'jobs', 'database', 'backups'];
      const backups = plant.jobs?.database.backups;
      if (!backups || !('off' in backups) || !isWhole(...path)) return [];
      return [
        {
          severity: 'warning' as const,
          path,
          value: backups,
          message: 'the job database is not backed up: what somebody deletes, or storage that breaks, does not come back',
          remedy: 'state backups with a volume, unless the reason holds',
        },
      ];
    }),
};
