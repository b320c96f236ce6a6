import type { Jobs } from '../model/jobs';
import { isGeneralPurpose } from '../model/node';
import type { Plant } from '../model/plant';
import { COPY_BEHIND, keeps, MISHAP_TEXTS, PERSON_ACTS, PERSON_RESTORES, type Promised, planJobDatabase } from '../placement/job-database';
import type { Rule } from './rule';

/** What the job database does when a node dies is what the plant wishes. */
export const jobDatabaseDesign: Rule = {
  id: 'job-database-design',
  invariant: 'The job database loses no more than `loseAtMost` and is back within `backWithin` when its process, node or disk fails.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const { jobs } = plant;
      const path = ['plants', plant.name, 'jobs'];
      // What does not say where its storage is has another problem first.
      if (!jobs || !isWhole(...path) || !isWhole('plants', plant.name, 'racks') || unsaid(jobs)) return [];
      const plan = planJobDatabase(plant, jobs);
      const [mishap] = plan.fallsShort;
      if (mishap === undefined) return [];
      const promised = plan.promises[mishap];
      const late = !keeps({ ...promised, loses: 'nothing' }, jobs);
      return [
        {
          path: [...path, late ? 'backWithin' : 'loseAtMost'],
          value: late ? jobs.backWithin : jobs.loseAtMost,
          message: `is not what the job database does when ${MISHAP_TEXTS[mishap]}: ${told(promised)}`,
          remedy: remedy(plant, jobs, promised),
        },
      ];
    }),
};

function unsaid({ database: { volume, backups } }: Jobs): boolean {
  return volume.diesWithNode === undefined || (!('off' in backups) && backups.volume.diesWithNode === undefined);
}

function told({ loses, back, by }: Promised): string {
  if (loses === 'all') return 'everything is lost, because there is no copy elsewhere';
  return `it loses ${loses === 'nothing' ? loses : `at most ${loses}`} and is back within ${back}, once ${by}`;
}

/** What would do. */
function remedy(plant: Plant, { loseAtMost, database: { volume, backups } }: Jobs, { loses, back }: Promised): string {
  if (loses === 'all') {
    return 'off' in backups
      ? 'state backups with a volume on another node, or storage that every node reaches'
      : `back up to storage that every node reaches or to a store, or give ${plant.name} a second general-purpose node`;
  }
  const soon = `nothing is back sooner than ${PERSON_ACTS}, because somebody must take a dead node out of service`;
  if (volume.diesWithNode === false) return `set backWithin: ${back} or more: ${soon}`;
  const twoNodes = plant.nodes.filter(isGeneralPurpose).length > 1;
  // With two nodes a replica would have been chosen, were it soon enough.
  if (twoNodes) return `set backWithin: ${PERSON_ACTS} or more, for which the second node has a replica: ${soon}`;
  const better = `give ${plant.name} a second general-purpose node, which then has a replica, or put the volume on storage that every node reaches (diesWithNode: false): either loses nothing and is back within ${PERSON_ACTS}`;
  const wishes = keeps({ loses, back: '1min', by: '' }, { loseAtMost, backWithin: '1min' })
    ? `backWithin: ${PERSON_RESTORES}`
    : `loseAtMost: ${COPY_BEHIND}`;
  return `${better}; or set ${wishes} or more`;
}
