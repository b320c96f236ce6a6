import { z } from 'zod';
import type { Protocol } from '../protocols/protocol';
import type { Refusal } from '../protocols/refusal';
import { type AnySchema, bare } from './schema-at';

/** A column that a CSV file with data points may have: a setting of a point. */
export interface CsvColumn {
  /** Every point must state it. */
  readonly isRequired: boolean;
  /** The value of a cell, which is not empty; a refusal where it is none of the kind that the setting takes. */
  read(cell: string, decimalComma: boolean): string | number | boolean | Refusal;
}

type Kind = 'text' | 'number' | 'boolean';

/** Kinds of schema whose values cannot be written in a cell. */
const NOT_IN_A_CELL = ['array', 'object', 'record', 'tuple'];

/**
 * The columns of a protocol's points by name, in the order of its schema: all settings of a point but mappings and lists.
 *
 * @param device protocol of the device that has the points, at a protocol whose machine types have one
 */
export function columnsOf(protocol: Protocol, device?: string): ReadonlyMap<string, CsvColumn> {
  const { points, device: devices } = protocol.settings.shape as Readonly<Record<string, AnySchema | undefined>>;
  return columnsOfPoints(devices ? pointsOfDevice(devices, device) : points);
}

/** The schema of the points of a device, by the protocol that it states. */
function pointsOfDevice(devices: AnySchema, protocol: string | undefined): AnySchema | undefined {
  const def = definition(devices);
  const arms = def.type === 'union' ? def.options.map(definition) : [];
  for (const arm of arms) {
    if (arm.type !== 'object') continue;
    const { protocol: id, points } = arm.shape as Readonly<Record<string, AnySchema | undefined>>;
    if (id && z.safeParse(id, protocol).success) return points;
  }
  return undefined;
}

function columnsOfPoints(points: AnySchema | undefined): ReadonlyMap<string, CsvColumn> {
  const columns = new Map<string, CsvColumn>();
  for (const [name, schema] of Object.entries(settingsOfPoint(points))) {
    if (NOT_IN_A_CELL.includes(definition(schema).type)) continue;
    const kinds = kindsOf(schema);
    columns.set(name, {
      isRequired: !z.safeParse(schema, undefined).success,
      read: (cell, decimalComma) => read(cell, kinds, decimalComma),
    });
  }
  return columns;
}

function definition(schema: AnySchema): z.core.$ZodTypes['_zod']['def'] {
  return (bare(schema) as z.core.$ZodTypes)._zod.def;
}

/** The settings of a point; none when a protocol's points are no mapping of mappings. */
function settingsOfPoint(points: AnySchema | undefined): Readonly<Record<string, AnySchema>> {
  const def = points && definition(points);
  const point = def?.type === 'record' ? definition(def.valueType) : undefined;
  return point?.type === 'object' ? point.shape : {};
}

/** The kinds of value that a schema takes. */
function kindsOf(schema: AnySchema): ReadonlySet<Kind> {
  const def = definition(schema);
  switch (def.type) {
    case 'number':
      return new Set(['number']);
    case 'boolean':
      return new Set(['boolean']);
    case 'union':
      return new Set(def.options.flatMap((option) => [...kindsOf(option)]));
    default:
      return new Set(['text']);
  }
}

function read(cell: string, kinds: ReadonlySet<Kind>, decimalComma: boolean): string | number | boolean | Refusal {
  if (kinds.has('boolean')) {
    const word = cell.toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    if (kinds.size === 1) return { error: 'must be true or false', instead: 'write one of them' };
  }
  if (kinds.has('number')) {
    const number = numberFrom(cell, decimalComma);
    if (number !== undefined) return number;
    if (!kinds.has('text')) {
      const other = numberFrom(cell, !decimalComma);
      return {
        error: `must be a number, with a decimal ${decimalComma ? 'comma' : 'point'} and without separators of thousands`,
        instead:
          other === undefined
            ? 'write it in digits, such as 25'
            : decimalComma
              ? `write ${String(other).replace('.', ',')}, or remove decimalComma`
              : `write ${other}, or state decimalComma: true`,
      };
    }
  }
  return cell;
}

function numberFrom(cell: string, decimalComma: boolean): number | undefined {
  const pattern = decimalComma
    ? /^[+-]?(?:[0-9]+(?:,[0-9]+)?|,[0-9]+)(?:[eE][+-]?[0-9]+)?$/
    : /^[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
  const number = Number(cell.replace(',', '.'));
  return pattern.test(cell) && Number.isFinite(number) ? number : undefined;
}
