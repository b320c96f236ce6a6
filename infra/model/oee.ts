import { z } from 'zod';
import type { DataPoint, ValueType } from './data-point';
import { durationSchema, milliseconds } from './duration';
import { nameSchema } from './name';
import type { PathStep } from './path';
import type { Problem } from './problem';
import { lineOfText } from './text';
import { isTimeZone } from './time-zones';

const stateValue = z.union(
  [z.number().int(), z.boolean(), lineOfText(200)],
  'must be a value of the state point: a whole number, true, false or a text',
);

const states = (what: string) => z.array(stateValue).max(64).default([]).describe(what);

/** A counter of the machine. */
const counterSchema = z.strictObject({
  point: nameSchema.describe('Name of the data point that counts'),
  wraps: z
    .number()
    .int()
    .min(2, 'must be the number of values that the counter has, such as 65536')
    .max(4_294_967_296, 'must be the number of values that the counter has, at most 4294967296')
    .optional()
    .describe('Number of values after which the counter begins at 0 again. Default: it does not, and a lower value is a reset to 0'),
});

/** What a machine's availability, performance and quality are computed from; definitions in docs/oee.md. */
export const oeeSchema = z.strictObject({
  state: z
    .strictObject({
      point: nameSchema.describe('Name of the data point that tells what the machine does'),
      running: z.array(stateValue).min(1, 'must have at least one value').max(64).describe('Values while it produces'),
      plannedStops: states('Values while it stands as planned: off, no order, break, maintenance'),
      unplannedStops: states('Values while it stands although it should produce: fault, waiting, set-up beyond the plan'),
      holds: durationSchema('1s', '1h')
        .optional()
        .describe('How long a reading tells the state when none follows, 1s–1h. Default: three scans of the point, at least 3s'),
    })
    .describe('What the machine does. A value in no list counts as unknown'),
  total: counterSchema.describe('Counter of all parts made, good and bad'),
  rejected: counterSchema.optional().describe('Counter of the parts that were rejected'),
  good: counterSchema.optional().describe('Counter of the good parts, in place of `rejected`'),
  idealCycle: durationSchema('1ms', '1d').describe('Time that one part takes at best (planned run time per item), 1ms–1d'),
});
/** What a machine's figures are computed from, as the schema returned it. */
export type OeeSettings = z.output<typeof oeeSchema>;

/** A time of day, `HH:MM`. */
const timeOfDay = z.string().regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time of day such as 06:00');

/** Days and shifts of a plant. */
export const calendarSchema = z.strictObject({
  timeZone: z
    .string()
    .refine(isTimeZone, 'must be a time zone of the IANA database, such as Europe/London')
    .default('UTC')
    .describe('Time zone in which days and shifts begin'),
  shifts: z
    .record(nameSchema, timeOfDay)
    .default({})
    .describe('Shifts by name: the time of day at which each begins; it lasts until the next one begins. Default: none'),
});
/** Days and shifts of a plant, as the schema returned it. */
export type Calendar = z.output<typeof calendarSchema>;

/** A counter as the calculator reads it. */
export interface OeeCounter {
  readonly point: string;
  readonly wraps?: number;
}

/** What a state means for availability: ISO 22400-2's actual production time, planned down time, and what is left of the planned busy time. */
export type OeeState = 'running' | 'planned' | 'unplanned';

/** What a machine's figures are computed from, with everything resolved. */
export interface Oee {
  readonly state: string;
  /** Each value of the state point, as a text, and what it means; ordered by text. */
  readonly classes: readonly (readonly [value: string, means: OeeState])[];
  /** Whole seconds for which a reading tells the state when none follows, at least 1. */
  readonly holdSeconds: number;
  readonly total: OeeCounter;
  /** Counter of rejected or of good parts; absent when the machine counts neither. */
  readonly defects?: OeeCounter & { readonly counts: 'rejected' | 'good' };
  /** Milliseconds that one part takes at best. */
  readonly idealCycleMs: number;
}

/** First levels of the topics of computed figures, and of the calculator's own states. */
export const OEE_TOPIC_PREFIX = 'oee/v1';
/** First levels of the topics on which the calculator keeps what it has reckoned so far. */
export const OEE_STATE_TOPIC_PREFIX = 'oee-state/v1';

/** Measurement of the figures on the wire. */
export const OEE_MEASUREMENT = 'oee';

/** The topic on which a machine's figures travel. */
export function oeeTopic(plant: string, machine: string): string {
  return `${OEE_TOPIC_PREFIX}/${plant}/${machine}`;
}

/** The filter that takes in the figures of every machine of a plant. */
export function plantOeeFilter(plant: string): string {
  return `${OEE_TOPIC_PREFIX}/${plant}/+`;
}

/** The filter that takes in what the calculator keeps of every machine of a plant. */
export function plantOeeStateFilter(plant: string): string {
  return `${OEE_STATE_TOPIC_PREFIX}/${plant}/+`;
}

/** Seconds between two tellings of a machine's figures. */
const TOLD_EVERY_SECONDS = 10;
/** Bytes of one line of figures at most, with names of 40 characters. */
const FIGURE_BYTES = 480;
/** What the broker stores for a message beside its content; see line-protocol.ts. */
const MESSAGE_OVERHEAD_BYTES = 240;

/** Messages per second that the figures of so many machines make. */
export function oeeMessagesPerSecond(machines: number): number {
  return machines / TOLD_EVERY_SECONDS;
}

/** Bytes per second that the figures of so many machines add to what the plant broker keeps for the centre, at most. */
export function oeeBytesPerSecond(machines: number, calendar: Calendar): number {
  // Hour, day and shift, each with the period that is open and the one before.
  const lines = Object.keys(calendar.shifts).length > 0 ? 6 : 4;
  return (machines * (lines * FIGURE_BYTES + MESSAGE_OVERHEAD_BYTES)) / TOLD_EVERY_SECONDS;
}

/**
 * What `oeeSchema` returned with what the points say.
 *
 * @param points the machine's data points; those that are named must be among them ({@link oeeProblems} tells)
 */
export function resolveOee(settings: OeeSettings, points: readonly DataPoint[]): Oee | undefined {
  const { state, total, rejected, good, idealCycle } = settings;
  const point = points.find(({ name }) => name === state.point);
  if (!point) return undefined;
  const meaning = (values: readonly (string | number | boolean)[], means: OeeState) =>
    values.map((value) => [stateText(value), means] as const);
  const classes = [
    ...meaning(state.running, 'running'),
    ...meaning(state.plannedStops, 'planned'),
    ...meaning(state.unplannedStops, 'unplanned'),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const counts = rejected
    ? ({ counter: rejected, counts: 'rejected' } as const)
    : good
      ? ({ counter: good, counts: 'good' } as const)
      : undefined;
  return {
    state: state.point,
    classes,
    holdSeconds: Math.ceil((state.holds === undefined ? Math.max(3_000, 3 * point.scanMs) : milliseconds(state.holds)) / 1000),
    total: counterOf(total),
    ...(counts ? { defects: { ...counterOf(counts.counter), counts: counts.counts } } : {}),
    idealCycleMs: milliseconds(idealCycle),
  };
}

function counterOf({ point, wraps }: z.output<typeof counterSchema>): OeeCounter {
  return { point, ...(wraps === undefined ? {} : { wraps }) };
}

/** A value as Starlark's `str` writes it. */
function stateText(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'True' : 'False') : `${value}`;
}

/** Kinds of value that a state may have, and what its values then are in the estate. */
const STATE_TYPES: Readonly<Partial<Record<ValueType, string>>> = { integer: 'number', boolean: 'boolean', string: 'string' };

/**
 * Everything that the schema cannot say of what a machine's figures are computed from.
 *
 * @param points the machine's data points
 * @param pathOf the path of a setting of the machine
 */
export function oeeProblems(
  settings: OeeSettings,
  points: readonly DataPoint[],
  pathOf: (...steps: PathStep[]) => readonly PathStep[],
): Problem[] {
  const at = (...steps: PathStep[]) => pathOf('oee', ...steps);
  const problem = (path: readonly PathStep[], value: unknown, message: string, remedy: string): Problem => ({
    rule: 'oee',
    severity: 'error',
    path,
    ...(value === undefined ? {} : { value }),
    message,
    remedy,
  });
  const { state, total, rejected, good } = settings;
  const problems: Problem[] = [];

  const used = new Map<string, string>();
  const usePoint = (role: 'state' | 'total' | 'rejected' | 'good', name: string, types: readonly ValueType[], say: string) => {
    const path = at(role, 'point');
    const point = points.find((candidate) => candidate.name === name);
    const other = used.get(name);
    used.set(name, role);
    if (!point) {
      const names = points.map((candidate) => candidate.name).sort();
      const told = names.length <= 12 ? names.join(', ') : `${names.length} of them`;
      problems.push(
        problem(path, name, `is not a data point of this machine; it has ${told}`, 'name one that exists, or describe it under points'),
      );
      return undefined;
    }
    if (!types.includes(point.valueType)) {
      problems.push(problem(path, name, `is of type ${point.sourceType}, and ${say}`, 'name another point'));
      return undefined;
    }
    if (other !== undefined) {
      problems.push(problem(path, name, `is the point of ${other} already`, 'name another point'));
      return undefined;
    }
    return point;
  };
  const statePoint = usePoint('state', state.point, ['integer', 'boolean', 'string'], 'a state is a whole number, a boolean or a text');
  const COUNTERS = ['integer', 'real'] as const;
  usePoint('total', total.point, COUNTERS, 'a counter is a number');
  if (rejected) usePoint('rejected', rejected.point, COUNTERS, 'a counter is a number');
  if (good) usePoint('good', good.point, COUNTERS, 'a counter is a number');
  if (rejected && good)
    problems.push(problem(at('good'), undefined, 'stands beside rejected, and one of the two tells the other', 'remove one of them'));

  const seen = new Map<string, string>();
  for (const list of ['running', 'plannedStops', 'unplannedStops'] as const) {
    state[list].forEach((value, index) => {
      const path = at('state', list, index);
      const expected = statePoint && STATE_TYPES[statePoint.valueType];
      if (expected !== undefined && typeof value !== expected) {
        problems.push(
          problem(
            path,
            value,
            `is no value of ${state.point}, which is of type ${statePoint?.sourceType}`,
            `write a ${expected}, or name another point`,
          ),
        );
        return;
      }
      const other = seen.get(`${typeof value} ${value}`);
      if (other !== undefined) problems.push(problem(path, value, `is among ${other} already`, 'leave it in one list'));
      seen.set(`${typeof value} ${value}`, list);
    });
  }
  return problems;
}
