import { z } from 'zod';
import { centralSchema } from '../model/central';
import { nameSchema } from '../model/name';
import { nodeTypeSchema } from '../model/node';
import { valueAt } from '../model/path';
import { plantSchema } from '../model/plant';
import { softGatewaysSchema } from '../model/soft-gateways';
import type { AnyProtocol } from '../protocols/protocol';
import { protocols } from '../protocols/registry';
import { csvReferenceSchema } from './csv-reference';

/** The schemas of a registry's slices, in its order. */
type SettingsOf<Protocols extends readonly AnyProtocol[]> = { -readonly [I in keyof Protocols]: Protocols[I]['settings'] };

/** Settings of a machine type: one arm for each protocol of the registry, told apart by `protocol`. */
export const machineTypeSchema = z.discriminatedUnion(
  'protocol',
  protocols.map((protocol) => protocol.settings) as unknown as SettingsOf<typeof protocols>,
);

/** What a machine type may state, as its author writes it. */
export type MachineTypeInput = z.input<typeof machineTypeSchema>;

/**
 * An estate: all that an owner describes. The same schema reads the plain data that `defineEstate` returns and a YAML or JSON file,
 * and is published by `millwright schema`.
 */
export const estateSchema = z.strictObject({
  centrals: z.record(nameSchema, centralSchema).describe('Central clusters by name'),
  nodeTypes: z.record(nameSchema, nodeTypeSchema).default({}).describe('Kinds of node by name, shared by all plants'),
  machineTypes: z.record(nameSchema, machineTypeSchema).default({}).describe('Kinds of machine by name, shared by all plants'),
  plants: z.record(nameSchema, plantSchema).describe('Plants by name; each is one edge cluster'),
  softGateways: z
    .record(nameSchema, softGatewaysSchema)
    .default({})
    .describe('Clusters of soft gateways by name: edge agents on central infrastructure. Default: none'),
});

/** An estate as plain data, before the schema has seen it. */
export type EstateInput = z.input<typeof estateSchema>;

/** An estate that the schema accepted, with its defaults. */
export type EstateData = z.output<typeof estateSchema>;

/** The JSON Schema (2020-12) of an estate file, for editors and reviewers. */
export function estateJsonSchema(): Record<string, unknown> {
  const as = { io: 'input', target: 'draft-2020-12' } as const;
  const { $schema, ...schema } = z.toJSONSchema(estateSchema, as) as Record<string, unknown>;
  // The door puts the points of a file in place of its name before the schema sees them.
  const { $schema: _, ...csvReference } = z.toJSONSchema(csvReferenceSchema, as) as Record<string, unknown>;
  for (const arm of armsOf(schema).flatMap((arm) => [arm, ...devicesOf(arm)])) {
    const { description, ...points } = arm.properties.points ?? {};
    if (arm.properties.points) arm.properties.points = { description, anyOf: [points, csvReference] };
  }
  return { $schema, title: 'Millwright estate', ...schema };
}

/** One form of a machine type, or of its device, in the JSON Schema of an estate. */
interface Arm {
  readonly properties: Record<string, Record<string, unknown> | undefined>;
}

/** The forms of the device of a machine type that an edge agent reads. */
function devicesOf(arm: Arm): readonly Arm[] {
  return (arm.properties.device?.oneOf ?? []) as readonly Arm[];
}

/** The forms of a machine type in the JSON Schema of an estate. */
function armsOf(schema: unknown): readonly Arm[] {
  return valueAt(schema, ['properties', 'machineTypes', 'additionalProperties', 'oneOf']) as ReturnType<typeof armsOf>;
}
