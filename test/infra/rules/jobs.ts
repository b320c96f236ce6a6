import { minimalWith } from './found';

/** A volume on storage that every node reaches. */
export const VOLUME = { class: 'nfs', gib: 20, diesWithNode: false };
/** A volume on a disk of its node. */
export const LOCAL = { gib: 20, diesWithNode: true };

/** The minimal estate with a job manager whose database is in order, changed. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export const withJobs = (change: (jobs: any, york: any) => void) =>
  minimalWith(({ plants: { york } }) => {
    york.jobs = { database: { volume: { ...LOCAL }, backups: { volume: { ...VOLUME } } }, loseAtMost: '5min', backWithin: '4h' };
    change(york.jobs, york);
  });
