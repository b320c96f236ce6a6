import { found } from './found';
import { LOCAL, VOLUME, withJobs } from './jobs';

describe('the rule that the job database does what the plant wishes', () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
  test.each<[string, (jobs: any) => void, string]>([
    [
      'a database bound to its node is not back before somebody restored it',
      (jobs) => {
        jobs.backWithin = '2h';
      },
      'error: plants.york.jobs.backWithin: "2h" is not what the job database does when its node is gone for good: it loses at most 1min and is back within 4h, once somebody restores the backup on another node; give york a second general-purpose node, which then has a replica, or put the volume on storage that every node reaches (diesWithNode: false): either loses nothing and is back within 1h; or set backWithin: 4h or more',
    ],
    [
      'the copy of the log is a little behind',
      (jobs) => {
        jobs.loseAtMost = '10s';
      },
      'error: plants.york.jobs.loseAtMost: "10s" is not what the job database does when its node is gone for good: it loses at most 1min and is back within 4h, once somebody restores the backup on another node; give york a second general-purpose node, which then has a replica, or put the volume on storage that every node reaches (diesWithNode: false): either loses nothing and is back within 1h; or set loseAtMost: 1min or more',
    ],
    [
      'nothing moves without a person',
      (jobs) => {
        jobs.database.volume = VOLUME;
        jobs.backWithin = '30min';
      },
      'error: plants.york.jobs.backWithin: "30min" is not what the job database does when its node is gone for good: it loses nothing and is back within 1h, once somebody takes the node out of service; the pod moves and finds its volume; set backWithin: 1h or more: nothing is back sooner than 1h, because somebody must take a dead node out of service',
    ],
    [
      'a volume of a node without backups is lost with it',
      (jobs) => {
        jobs.database.backups = { off: true, reason: 'trial' };
      },
      'error: plants.york.jobs.backWithin: "4h" is not what the job database does when its node is gone for good: everything is lost, because there is no copy elsewhere; state backups with a volume on another node, or storage that every node reaches',
    ],
    [
      'backups on the only node are none',
      (jobs) => {
        jobs.database.backups.volume = LOCAL;
      },
      'error: plants.york.jobs.backWithin: "4h" is not what the job database does when its node is gone for good: everything is lost, because there is no copy elsewhere; back up to storage that every node reaches or to a store, or give york a second general-purpose node',
    ],
  ])('%s', (_, change, message) => {
    expect(found('job-database-design', withJobs(change))).toEqual([message]);
  });

  test('a second node has a replica, which nobody promotes sooner than within an hour', () => {
    const estate = (backWithin: string) =>
      withJobs((jobs, york) => {
        Object.assign(jobs, { loseAtMost: '1s', backWithin });
        york.racks.b = { b1: { type: 'box' } };
      });
    expect(found('job-database-design', estate('1h'))).toEqual([]);
    expect(found('job-database-design', estate('30min'))).toEqual([
      'error: plants.york.jobs.backWithin: "30min" is not what the job database does when its node is gone for good: it loses at most 1min and is back within 4h, once somebody restores the backup on another node; set backWithin: 1h or more, for which the second node has a replica: nothing is back sooner than 1h, because somebody must take a dead node out of service',
    ]);
  });

  test('a second node takes the backups', () => {
    const estate = withJobs((jobs, york) => {
      jobs.database.backups.volume = LOCAL;
      york.racks.b = { b1: { type: 'box' } };
    });
    expect(found('job-database-design', estate)).toEqual([]);
  });
});
