import type { Plant } from '../model/plant';
import { longestGapSeconds } from '../model/schedule';
import { JOB_BACKUP } from '../model/services';

/** A CronJob whose success is a backup. */
export interface BackupRun {
  readonly cronJob: string;
  /** Seconds since its last success that are too many. */
  readonly oldAfterSeconds: number;
}

/** Time beyond a schedule's longest gap until a backup counts as old, in seconds: it takes time, and may be made a second time. */
const GRACE_SECONDS = 3 * 60 * 60;

/** Seconds since the last backup of a schedule after which it is old. */
export function oldAfterSeconds(schedule: string): number {
  return longestGapSeconds(schedule) + GRACE_SECONDS;
}

/** What makes backups by schedule in a plant: none where it has no job database, or does not back it up. */
export function backupRuns({ jobs }: Pick<Plant, 'jobs'>): BackupRun[] {
  const backups = jobs?.database.backups;
  if (!backups || !('schedule' in backups)) return [];
  const run = (cronJob: string, schedule: string): BackupRun => ({
    cronJob,
    oldAfterSeconds: oldAfterSeconds(schedule),
  });
  return [run(JOB_BACKUP.dump, backups.schedule), ...(backups.store ? [run(JOB_BACKUP.copy, backups.store.schedule)] : [])];
}
