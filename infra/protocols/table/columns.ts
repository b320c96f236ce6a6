import { z } from 'zod';
import { dataPointBase, type ValueType } from '../../model/data-point';
import type { Problem } from '../../model/problem';
import { lineOfText } from '../../model/text';
import type { PathOf } from '../protocol';

/** Types of a column as a machine type states them, and the kinds of value that arrive. `real` reads decimal columns too, at 64 bits. */
export const COLUMN_TYPES = { boolean: 'boolean', integer: 'integer', real: 'real', text: 'string' } as const satisfies Record<
  string,
  ValueType
>;

/** @see {@link COLUMN_TYPES} */
export type ColumnType = keyof typeof COLUMN_TYPES;

/** Bytes of a text that are kept when a point states none. */
export const DEFAULT_TEXT_BYTES = 255;

const { unit, description } = dataPointBase;

/** A column as a data point: what a point of a table states, wherever the table comes from. */
export const columnPointBase = {
  column: lineOfText(128).describe('Name of the column'),
  type: z.enum(['boolean', 'integer', 'real', 'text']).describe('Type of the value: boolean, integer, real (decimals too) or text'),
  maxBytes: z
    .number()
    .int()
    .min(1)
    .max(4096)
    .optional()
    .describe('Bytes of a text that are kept, 1 to 4096; what is longer is cut. Default 255. Only with the type text'),
  unit,
  description,
};

/** A point of a table. */
export interface ColumnPoint {
  readonly column: string;
  readonly type: ColumnType;
  readonly maxBytes?: number | undefined;
  readonly unit?: string | undefined;
}

/** What readers are told of a column's point; `scanMs` is the time between two rows. */
export function columnDataPoint(name: string, point: ColumnPoint, scanMs: number) {
  return {
    name,
    valueType: COLUMN_TYPES[point.type],
    sourceType: point.type,
    ...(point.unit === undefined ? {} : { unit: point.unit }),
    scanMs,
    ...(point.type === 'text' ? { maxBytes: point.maxBytes ?? DEFAULT_TEXT_BYTES } : {}),
  };
}

/** Only a text has a length. */
export function textLengthProblems(protocol: string, points: Readonly<Record<string, ColumnPoint>>, pathOf: PathOf): Problem[] {
  return Object.entries(points)
    .filter(([, { type, maxBytes }]) => maxBytes !== undefined && type !== 'text')
    .map(([name, { type, maxBytes }]) => ({
      rule: `${protocol}/text-length`,
      severity: 'error',
      path: pathOf('points', name, 'maxBytes'),
      value: maxBytes,
      message: `is a length, and the point is of the type ${type}; only a text has a length`,
      remedy: 'remove it, or write the type text',
    }));
}

/** Milliseconds between two rows at a rate, at least 1. */
export function rowMs(rowsPerHour: number): number {
  return Math.max(1, Math.floor(3_600_000 / rowsPerHour));
}

/** A duration in the units of Go, which has no day and calls a minute m. */
export function goDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
