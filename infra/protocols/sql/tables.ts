import { milliseconds } from '../../model/duration';
import { byCodeUnits } from '../../model/order';
import { rowMs } from '../table/columns';
import { isLog, type SqlLog, type SqlSettings, type SqlState } from './settings';

/** Every state and log by its name, ordered by name; of a state and a log of one name (rules say so) the log. */
export function sourcesOf({ states, logs }: Pick<SqlSettings, 'states' | 'logs'>): [name: string, source: SqlLog | SqlState][] {
  const sources = new Map<string, SqlLog | SqlState>([...Object.entries(states), ...Object.entries(logs)]);
  return [...sources].sort(([a], [b]) => byCodeUnits(a, b));
}

/** A table whose scan class exists, with the points that it has. */
export interface SqlTable {
  readonly name: string;
  /** Milliseconds between two readings of the table, 100 to 3 600 000. */
  readonly intervalMs: number;
  /** Milliseconds between two readings of a point: of the scans for a state, of the rows for a log. */
  readonly readingMs: number;
  readonly source: SqlLog | SqlState;
  /** At least one, ordered by name. */
  readonly points: readonly (readonly [name: string, point: SqlSettings['points'][string]])[];
}

/** Tables that have points, ordered by name; those without points or scan class are left out (rules say so). Never throws. */
export function tablesOf(settings: SqlSettings): SqlTable[] {
  return sourcesOf(settings).flatMap(([name, source]) => {
    const interval = Object.hasOwn(settings.scans, source.scan) ? settings.scans[source.scan] : undefined;
    const points = Object.entries(settings.points)
      .filter(([, { from }]) => from === name)
      .sort(([a], [b]) => byCodeUnits(a, b));
    if (interval === undefined || points.length === 0) return [];
    const intervalMs = milliseconds(interval);
    return [{ name, intervalMs, readingMs: isLog(source) ? rowMs(source.rowsPerHour) : intervalMs, source, points }];
  });
}

/** Rows of a log that a look back sees at most. */
export function rowsInSight({ rowsPerHour, lookBack }: Pick<SqlLog, 'rowsPerHour' | 'lookBack'>): number {
  return Math.ceil((rowsPerHour * milliseconds(lookBack)) / 3_600_000);
}
