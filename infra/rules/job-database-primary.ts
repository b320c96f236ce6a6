import { planJobDatabase } from '../placement/job-database';
import type { Rule } from './rule';

/** Which server is the primary is said where there are two. */
export const jobDatabasePrimary: Rule = {
  id: 'job-database-primary',
  invariant: 'Only a job database with a replica has a primary other than 0; a primary that is alone is warned of.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const { jobs } = plant;
      const path = ['plants', plant.name, 'jobs', 'database'];
      if (!jobs || !isWhole('plants', plant.name, 'jobs') || !isWhole('plants', plant.name, 'racks')) return [];
      const { primary, alone } = jobs.database;
      if (planJobDatabase(plant, jobs).design === 'replica') {
        if (!alone) return [];
        return [
          {
            severity: 'warning' as const,
            path: [...path, 'alone'],
            value: alone,
            message: 'the job database acknowledges work that is on one disk alone, which is lost with it: loseAtMost is not kept',
            remedy: 'take it away as soon as the other server is ready',
          },
        ];
      }
      const remedy =
        'take it away; or keep the wishes and nodes with which there was a replica, because the server 0 may not hold what the other one does';
      return [
        ...(primary === 0
          ? []
          : [
              {
                path: [...path, 'primary'],
                value: primary,
                message: 'names a server that there is not: nothing here calls for a replica',
                remedy,
              },
            ]),
        ...(alone
          ? [
              {
                severity: 'warning' as const,
                path: [...path, 'alone'],
                value: alone,
                message: 'says nothing here: there is no replica to wait for',
                remedy: 'take it away',
              },
            ]
          : []),
      ];
    }),
};
