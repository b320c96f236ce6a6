import { found } from './found';
import { withJobs } from './jobs';

describe('the rule that the job database fits', () => {
  test('its memory holds its connections and a buffer pool', () => {
    const estate = withJobs(({ database }) => Object.assign(database, { memoryMiB: 512, connections: 100 }));
    expect(found('job-database-fits', estate)).toEqual([
      'error: plants.york.jobs.database.memoryMiB: 512 leaves no buffer pool beside the server and 100 connections; set it to 584 or more, or allow fewer connections',
    ]);
  });

  test('a node has its memory and the disk for its volume', () => {
    const estate = withJobs(({ database }) => {
      database.memoryMiB = 3400;
      database.volume = { gib: 56, diesWithNode: true };
    });
    expect(found('job-database-fits', estate)).toEqual([
      'error: plants.york.jobs.database.memoryMiB: 3400 is more than the general-purpose nodes have beside what is reserved: a1 has 3328 MiB; set it lower, or give two nodes more memory',
      'error: plants.york.jobs.database.volume.gib: 56 is more than half the disk of any general-purpose node, of which the largest has 110 GiB; set it to 55 or less, or give the nodes larger disks',
    ]);
  });
});
