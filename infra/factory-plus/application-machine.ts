import type { ValueType } from '../model/data-point';
import { closedObject, type JsonSchema, UUID } from './application-plant';

/** What an entry of the application `Millwright machine` says: what a consumer of a machine's data must know. */
export interface MachineEntry {
  /** Name of the machine: the last level of its topics, and the tag `machine` of its rows. */
  readonly name: string;
  /** Id of its plant. */
  readonly plant: string;
  /** Its machine type, as the estate names it. */
  readonly type: string;
  /** Protocol that its gateway speaks, such as `s7`. */
  readonly protocol: string;
  readonly description?: string;
  readonly topics: {
    /** Where its data points travel. */
    readonly data: string;
    /** Where its figures (OEE) travel. @default - it has none */
    readonly figures?: string;
  };
  /** Where its rows are in the historian. */
  readonly historian: { readonly bucket: string; readonly measurement: string };
  /** How many data points it has. */
  readonly points: number;
}

/** A data point as a consumer sees it. */
export interface PointEntry {
  /** The tag `point` of its rows. */
  readonly name: string;
  /** Kind of its values, and the field that they are in. */
  readonly valueType: ValueType;
  /** The protocol's own name of the type. */
  readonly sourceType: string;
  readonly unit?: string;
  /** Milliseconds between two readings. */
  readonly scanMs: number;
}

/** What an entry of the application `Millwright data points` says. The first page is the machine's own, further ones are objects of their own. */
export interface PointsEntry {
  /** Id of the machine. */
  readonly machine: string;
  /** Number of the page, from 1. */
  readonly page: number;
  /** Ordered by name. */
  readonly points: readonly PointEntry[];
  /** Id of the object with the next page. @default - it is the last */
  readonly next?: string;
}

const positive = { type: 'integer', minimum: 1 };

/** JSON Schema of a {@link MachineEntry}. */
export const MACHINE_SCHEMA: JsonSchema = closedObject('A machine of a plant that Millwright renders', {
  name: { type: 'string', minLength: 1, description: 'Name: the last level of its topics, and the tag machine of its rows' },
  plant: UUID,
  type: { type: 'string' },
  protocol: { type: 'string' },
  'description?': { type: 'string' },
  topics: closedObject('Topics of the central broker', { data: { type: 'string' }, 'figures?': { type: 'string' } }),
  historian: closedObject('Where its rows are in the historian', { bucket: { type: 'string' }, measurement: { type: 'string' } }),
  points: { type: 'integer', minimum: 0, description: 'How many data points it has' },
});

/** JSON Schema of a {@link PointsEntry}. */
export const POINTS_SCHEMA: JsonSchema = closedObject('Data points of a machine', {
  machine: UUID,
  page: positive,
  points: {
    type: 'array',
    items: closedObject('A data point', {
      name: { type: 'string', minLength: 1 },
      valueType: { type: 'string', enum: ['boolean', 'integer', 'real', 'string'] },
      sourceType: { type: 'string' },
      'unit?': { type: 'string' },
      scanMs: positive,
    }),
  },
  'next?': UUID,
});
