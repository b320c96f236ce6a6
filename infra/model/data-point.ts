import { z } from 'zod';
import { type Duration, durationSchema } from './duration';
import { nameSchema } from './name';
import { lineOfText } from './text';

/** Kind of value that a data point delivers; also the key of its field on the wire (docs/contract.md). */
export type ValueType = 'boolean' | 'integer' | 'real' | 'string';

/** One value that a gateway reads from its machine at a fixed rate, the same for every protocol. */
export interface DataPoint {
  /** Name, unique in its machine: the `point` tag on the wire. */
  readonly name: string;
  readonly valueType: ValueType;
  /** The protocol's own name of the type (`DINT`), told to readers as the `type` tag. */
  readonly sourceType: string;
  /** Unit as the field writes it (`bar`, `°C`, `1/min`); absent for states, counters and texts. */
  readonly unit?: string;
  /** Milliseconds between two readings. */
  readonly scanMs: number;
  /** The most bytes that a string value may have; absent for other types. */
  readonly maxBytes?: number;
}

/** Scan classes that every machine type has unless it states its own. */
export const DEFAULT_SCANS = { fast: '250ms', normal: '1s', slow: '30s' } as const satisfies Record<string, Duration>;

/** Scan classes: name → time between two readings, 100 ms to 1 h. @default {@link DEFAULT_SCANS} */
export const scansSchema = z
  .record(nameSchema, durationSchema('100ms', '1h'))
  .refine((scans) => Object.keys(scans).length > 0, 'must have at least one scan class')
  .default({ ...DEFAULT_SCANS })
  .describe('Scan classes: name and time between two readings, 100ms to 1h');

/** What a data point states whatever the protocol; each protocol adds its own address and types. */
export const dataPointBase = {
  unit: lineOfText(20)
    .refine((unit) => !unit.endsWith('\\'), 'must not end with a backslash, which Telegraf cuts off')
    .optional()
    .describe('Unit as the field writes it, such as bar or 1/min'),
  scan: nameSchema.default('normal').describe('Name of one of the scan classes of the machine type'),
  description: lineOfText().optional().describe('What the value means, for people'),
};
