/** A reading as the model takes it; `bad` is one whose quality is not good. */
export interface OeeReading {
  readonly role: 'state' | 'total' | 'defects';
  /** Milliseconds since 1970. */
  readonly ms: number;
  readonly value: number;
  readonly bad?: boolean;
}

/** What a machine's figures are computed from, as the model takes it. */
export interface OeeModelSettings {
  readonly classes: Readonly<Record<number, 'running' | 'planned' | 'unplanned'>>;
  readonly holdSeconds: number;
  readonly wraps?: number;
  readonly counts?: 'rejected' | 'good';
  readonly idealCycleMs: number;
}

/** Figures of one period. */
export interface OeeFigures {
  readonly begin: number;
  /** The second up to which they are reckoned. */
  readonly until: number;
  readonly running: number;
  readonly planned_stop: number;
  readonly unplanned_stop: number;
  readonly unknown: number;
  readonly total: number;
  readonly good?: number;
  readonly availability?: number;
  readonly performance?: number;
  readonly quality?: number;
  readonly oee?: number;
}

/** The period of a second: its first second, and the one behind its last. */
export type PeriodOf = (second: number) => { readonly begin: number; readonly end: number };

const WORST = ['unknown', 'running', 'planned', 'unplanned'] as const;
type Told = (typeof WORST)[number];

/**
 * Figures of every period in which something is known, by its first second, computed from all readings at once, as docs/oee.md defines
 * them: apart from the calculator, which takes one after the other.
 */
export function oeeModel(settings: OeeModelSettings, readings: readonly OeeReading[], periodOf: PeriodOf): Map<number, OeeFigures> {
  const second = ({ ms }: OeeReading) => Math.floor(ms / 1000);
  const counted = readings.filter(({ role, bad }) => role === 'state' || !bad);
  const newest = Math.max(...counted.map(second));
  const told = new Map<number, Told>();
  for (const reading of readings.filter(({ role }) => role === 'state')) {
    const means: Told = reading.bad ? 'unknown' : (settings.classes[reading.value] ?? 'unknown');
    const before = told.get(second(reading));
    if (before === undefined || WORST.indexOf(means) > WORST.indexOf(before)) told.set(second(reading), means);
  }
  const sums = new Map<number, { end: number; time: Record<Told, number>; total: number; defects: number }>();
  const sumOf = (at: number) => {
    const { begin, end } = periodOf(at);
    const sum = sums.get(begin) ?? { end, time: { unknown: 0, running: 0, planned: 0, unplanned: 0 }, total: 0, defects: 0 };
    sums.set(begin, sum);
    return sum;
  };
  let [last, since] = ['unknown' as Told, Number.NEGATIVE_INFINITY];
  for (let at = Math.min(...told.keys()); at <= newest; at++) {
    const now = told.get(at);
    if (now) [last, since] = [now, at];
    else if (at - since >= settings.holdSeconds) last = 'unknown';
    sumOf(at).time[last]++;
  }
  for (const role of ['total', 'defects'] as const) {
    const counts = counted.filter((reading) => reading.role === role).sort((a, b) => a.ms - b.ms);
    counts.slice(1).forEach((reading, index) => {
      const before = counts[index]?.value ?? 0;
      sumOf(second(reading))[role] += increase(before, reading.value, settings.wraps);
    });
  }
  return new Map(
    [...sums]
      .filter(([, { time, total, defects }]) => time.running + time.planned + time.unplanned > 0 || total !== 0 || defects !== 0)
      .map(([begin, sum]) => [begin, figuresOf(settings, begin, Math.min(sum.end, newest + 1), sum)]),
  );
}

function increase(before: number, value: number, wraps: number | undefined): number {
  if (value >= before) return value - before;
  if (wraps !== undefined && value + wraps - before <= wraps / 2) return value + wraps - before;
  return Math.max(0, value);
}

function figuresOf(
  { counts, idealCycleMs }: OeeModelSettings,
  begin: number,
  until: number,
  { time, total, defects }: { readonly time: Readonly<Record<Told, number>>; readonly total: number; readonly defects: number },
): OeeFigures {
  const busy = time.running + time.unplanned;
  const good = counts === undefined ? undefined : counts === 'good' ? defects : total - defects;
  return {
    begin,
    until,
    running: time.running,
    planned_stop: time.planned,
    unplanned_stop: time.unplanned,
    unknown: until - begin - busy - time.planned,
    total,
    ...(good === undefined ? {} : { good }),
    ...(busy > 0 ? { availability: time.running / busy } : {}),
    ...(time.running > 0 ? { performance: (total * idealCycleMs) / (1000 * time.running) } : {}),
    ...(good !== undefined && total > 0 ? { quality: good / total } : {}),
    ...(good !== undefined && busy > 0 ? { oee: (good * idealCycleMs) / (1000 * busy) } : {}),
  };
}
