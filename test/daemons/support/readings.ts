import { parseLines } from './line-protocol';
import type { TestClient } from './mqtt';

/** Readings by series and time stamp, which is how a reader tells duplicates, and how often each came. */
export function readingsOf(...clients: readonly TestClient[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { received } of clients) {
    for (const { topic, payload } of received) {
      for (const { measurement, tags, field, value, quality, time } of parseLines(payload)) {
        const key = JSON.stringify([topic, measurement, Object.entries(tags).sort(), field, String(value), String(quality), String(time)]);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  return counts;
}

/** Readings that came more than once, summed: how many came too often. */
export function duplicatesIn(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
}

/** The keys of `all` that are not in `some`. */
export function missingFrom(some: ReadonlyMap<string, number>, all: ReadonlyMap<string, number>): string[] {
  return [...all.keys()].filter((key) => !some.has(key));
}
