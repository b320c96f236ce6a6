import { bufferPoolMiB } from '../mysql/server-config';
import { planJobDatabase } from '../placement/job-database';
import { listed, type Rule, type RuleProblem } from './rule';

/** The job database has the memory for its connections, and a node the memory for it. */
export const jobDatabaseFits: Rule = {
  id: 'job-database-fits',
  invariant:
    'The memory of the job database holds its connections and a buffer pool, and two general-purpose nodes have it, one where there is one.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const { jobs } = plant;
      const path = ['plants', plant.name, 'jobs', 'database'];
      if (!jobs || !isWhole(...path)) return [];
      const { database } = jobs;
      const problems: RuleProblem[] = [];
      if (bufferPoolMiB(database) === 0) {
        const least = 256 + 2 * database.connections + 128;
        problems.push({
          path: [...path, 'memoryMiB'],
          value: database.memoryMiB,
          message: `leaves no buffer pool beside the server and ${database.connections} connections`,
          remedy: `set it to ${least} or more, or allow fewer connections`,
        });
      }
      if (!isWhole('plants', plant.name, 'racks')) return problems;
      const { nodes } = planJobDatabase(plant, jobs);
      const room = (memory: { memoryMiB: number; reservedMemoryMiB: number }) => memory.memoryMiB - memory.reservedMemoryMiB;
      const large = nodes.filter(({ hardware }) => room(hardware) >= database.memoryMiB);
      // Beside what runs on a node already: the node that takes over must only have it at all.
      if (nodes.length > 0 && large.length < Math.min(2, nodes.length)) {
        problems.push({
          path: [...path, 'memoryMiB'],
          value: database.memoryMiB,
          message: `is more than the general-purpose nodes have beside what is reserved: ${listed(nodes.map(({ name, hardware }) => `${name} has ${room(hardware)} MiB`))}`,
          remedy: 'set it lower, or give two nodes more memory',
        });
      }
      for (const [at, volume] of [
        ['volume', database.volume],
        ...('off' in database.backups ? [] : [['backups', database.backups.volume] as const]),
      ] as const) {
        const largest = Math.max(0, ...nodes.map(({ hardware }) => hardware.storageGiB));
        if (nodes.length === 0 || volume.diesWithNode !== true || volume.gib <= largest / 2) continue;
        problems.push({
          path: at === 'volume' ? [...path, 'volume', 'gib'] : [...path, 'backups', 'volume', 'gib'],
          value: volume.gib,
          message: `is more than half the disk of any general-purpose node, of which the largest has ${largest} GiB`,
          remedy: `set it to ${Math.floor(largest / 2)} or less, or give the nodes larger disks`,
        });
      }
      return problems;
    }),
};
