import { found } from './found';
import { withJobs } from './jobs';

describe('the rule that storage says whether it dies with its node', () => {
  test('names the class that the plant would use', () => {
    const estate = withJobs(({ database }) => {
      database.volume = { gib: 20 };
      database.backups.volume = { class: 'fast' };
    });
    expect(found('job-storage-said', estate)).toEqual([
      'error: plants.york.jobs.database.backups.volume: does not say whether a volume of class fast dies with its node; state diesWithNode: true for a disk of one node, such as local-path, or false for a server that all nodes reach',
      'error: plants.york.jobs.database.volume: does not say whether a volume of class local-path dies with its node; state diesWithNode: true for a disk of one node, such as local-path, or false for a server that all nodes reach',
    ]);
    // What it would mean for the wishes is not told before that.
    expect(found('job-database-design', estate)).toEqual([]);
  });
});
