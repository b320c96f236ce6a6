import { found } from './found';
import { withJobs } from './jobs';

// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
const replicated = (change: (database: any) => void) =>
  withJobs((jobs, york) => {
    jobs.loseAtMost = '1s';
    york.racks.b = { b1: { type: 'box' } };
    change(jobs.database);
  });

describe('the rule of the primary of a job database', () => {
  test('either of two servers may be it, and one that is alone is warned of', () => {
    expect(
      found(
        'job-database-primary',
        replicated((database) => Object.assign(database, { primary: 1 })),
      ),
    ).toEqual([]);
    expect(
      found(
        'job-database-primary',
        replicated((database) => Object.assign(database, { alone: { reason: 'a2 is gone' } })),
      ),
    ).toEqual([
      'warning: plants.york.jobs.database.alone: {"reason":"a2 is gone"} the job database acknowledges work that is on one disk alone, which is lost with it: loseAtMost is not kept; take it away as soon as the other server is ready',
    ]);
  });

  test('one server has no other', () => {
    const estate = withJobs(({ database }) => Object.assign(database, { primary: 1, alone: { reason: 'trial' } }));
    expect(found('job-database-primary', estate)).toEqual([
      'warning: plants.york.jobs.database.alone: {"reason":"trial"} says nothing here: there is no replica to wait for; take it away',
      'error: plants.york.jobs.database.primary: 1 names a server that there is not: nothing here calls for a replica; take it away; or keep the wishes and nodes with which there was a replica, because the server 0 may not hold what the other one does',
    ]);
  });
});
