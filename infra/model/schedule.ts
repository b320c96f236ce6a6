import { Cron } from 'croner';
import { z } from 'zod';

const RULE =
  'must be a cron line of five fields that comes true at some time, such as 15 2 * * * for every day at 02:15 UTC, without names or time zone';

/**
 * When a CronJob runs: minute, hour, day of the month, month, day of the week, in UTC. Only what both Kubernetes and everybody else read
 * the same way: numbers, lists, ranges and steps.
 */
export const scheduleSchema = z.string(RULE).max(100, RULE).refine(isSchedule, RULE);

/** True when a text is a cron line of five numeric fields that comes true at some time. */
export function isSchedule(text: string): boolean {
  // Kubernetes reads more (@daily, TZ=) and less (L, W, #) than others: what is written with these characters all read the same.
  if (!/^[0-9*,/-]+(?: [0-9*,/-]+){4}$/.test(text)) return false;
  try {
    return new Cron(text, { mode: '5-part', paused: true, timezone: 'Etc/UTC' }).nextRun(new Date(0)) !== null;
  } catch {
    return false;
  }
}

/** Runs that are looked at for the longest time between two: more than a month of days. */
const RUNS = 40;

/** The longest time between two runs of a schedule that {@link scheduleSchema} accepted, in seconds, as far as 40 runs show it. */
export function longestGapSeconds(schedule: string): number {
  const runs = new Cron(schedule, { mode: '5-part', paused: true, timezone: 'Etc/UTC' }).nextRuns(RUNS, new Date(0));
  const gaps = runs.slice(1).map((run, index) => run.getTime() - (runs[index]?.getTime() ?? 0));
  return Math.max(0, ...gaps) / 1000;
}
