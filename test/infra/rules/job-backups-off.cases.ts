import { found } from './found';
import { VOLUME, withJobs } from './jobs';

test('a job database without backups is warned of', () => {
  const estate = withJobs(({ database }) => {
    database.volume = VOLUME;
    database.backups = { off: true, reason: 'trial bench' };
  });
  expect(found('job-backups-off', estate)).toEqual([
    'warning: plants.york.jobs.database.backups: {"off":true,"reason":"trial bench"} the job database is not backed up: what somebody deletes, or storage that breaks, does not come back; state backups with a volume, unless the reason holds',
  ]);
});
