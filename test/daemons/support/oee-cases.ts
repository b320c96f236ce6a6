import type { OeeModelSettings, OeeReading, PeriodOf } from '../../support/oee-model';
import { seededRandom } from './random';

/** A machine's settings and readings, in the order in which they arrive. */
export interface OeeCase {
  readonly name: string;
  readonly settings: OeeModelSettings;
  readonly arriving: readonly OeeReading[];
}

/** Shifts of the tests, in minutes after midnight. */
export const SHIFTS = [
  ['early', 360],
  ['late', 840],
  ['night', 1320],
] as const;

/** Evenings around which cases lie: an hour, a shift and a day end there, and in two of them the clocks change. */
const EVENINGS = ['2024-03-30T21:30:00Z', '2024-10-26T20:30:00Z', '2024-06-01T22:40:00Z', '2024-03-31T00:20:00Z'];

/** A machine that runs, stops, counts, goes off the network and comes back, whose readings arrive late, twice and out of order. */
export function oeeCase(seed: number): OeeCase {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const scan = [1, 1, 2, 5][below(4)] ?? 1;
  const wraps = [undefined, 256][below(2)];
  const counts = ([undefined, 'rejected', 'good'] as const)[below(3)];
  const settings: OeeModelSettings = {
    classes: { 0: 'planned', 1: 'running', 2: 'running', 3: 'unplanned' },
    holdSeconds: Math.max(3, 3 * scan),
    idealCycleMs: 500 + below(20_000),
    ...(wraps === undefined ? {} : { wraps }),
    ...(counts === undefined ? {} : { counts }),
  };
  let ms = Date.parse(EVENINGS[below(EVENINGS.length)] ?? '') + below(3_600_000);
  let [value, total, defects] = [2, below(wraps ?? 1000), below(100)];
  const readings: OeeReading[] = [];
  for (let i = 0; i < 350; i++) {
    ms += scan * 1000 + (random() < 0.02 ? below(8_000) : 0) + (random() < 0.005 ? below(5_000_000) : 0);
    if (random() < 0.05) value = below(6);
    if (random() < 0.3) total = (total + below(4)) % (wraps ?? 1e9);
    if (random() < 0.1) defects++;
    if (random() < 0.005) total = 0;
    const at = ms + below(30);
    if (random() > 0.03) readings.push({ role: 'state', ms: at, value, ...(random() < 0.03 ? { bad: true } : {}) });
    if (random() > 0.3) readings.push({ role: 'total', ms: at, value: total, ...(random() < 0.03 ? { bad: true } : {}) });
    if (counts && random() > 0.5) readings.push({ role: 'defects', ms: at, value: defects });
  }
  const late = [0, 100_000][below(2)] ?? 0;
  const arriving = readings
    .flatMap((reading) => (random() < 0.05 ? [reading, reading] : [reading]))
    .map((reading) => ({ reading, at: reading.ms + below(late + 1) }))
    .sort((a, b) => a.at - b.at)
    .map(({ reading }) => reading);
  // The figures are told every ten seconds: the last reading brings the last telling.
  return { name: `m${seed}`, settings, arriving: [...arriving, { role: 'state', ms: ms + 15_000, value: 0 }] };
}

const QUARTER = 900;

/** The periods of a kind, found by reading the local clock of each quarter of an hour. */
export function periodsOf(kind: 'hour' | 'day' | 'shift', timeZone: string): PeriodOf {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const starts = kind === 'day' ? ['00:00'] : SHIFTS.map(([, minutes]) => `${String(minutes / 60).padStart(2, '0')}:00`);
  const known = new Map<number, boolean>();
  const begins = (at: number) => {
    if (kind === 'hour') return at % 3600 === 0;
    const found = known.get(at) ?? starts.includes(clock.format(at * 1000));
    known.set(at, found);
    return found;
  };
  return (second) => {
    let begin = second - (second % QUARTER);
    while (!begins(begin)) begin -= QUARTER;
    let end = begin + QUARTER;
    while (!begins(end)) end += QUARTER;
    return { begin, end };
  };
}
