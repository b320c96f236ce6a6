import { z } from 'zod';
import { ownContainer } from '../../model/container';
import { dataPointBase } from '../../model/data-point';
import { machineTypeBase } from '../../model/machine-type';
import { nameSchema } from '../../model/name';
import { portSchema } from '../../model/network';
import { lineOfText } from '../../model/text';
import type { ProtocolMachine } from '../protocol';

/** Kinds of value that a gateway of the plant's own may deliver: the keys of the field on the wire (docs/contract.md). */
export const CUSTOM_TYPES = ['boolean', 'integer', 'real', 'string'] as const;

const pointSchema = z
  .strictObject({
    type: z.enum(CUSTOM_TYPES).describe(`Kind of value: ${CUSTOM_TYPES.join(', ')}; also the tag type on the wire`),
    maxBytes: z
      .number()
      .int()
      .min(1, 'must be a whole number of bytes from 1 to 4096')
      .max(4096, 'must be a whole number of bytes from 1 to 4096')
      .optional()
      .describe('The most bytes that a string may have, 1–4096; needed for a string, and for nothing else'),
    ...dataPointBase,
  })
  .describe('One value that the gateway promises to publish');

/** A port of the machine that the gateway connects to. */
const machinePortSchema = z.strictObject({
  port: portSchema.describe('Port of the machine, 1–65535'),
  protocol: z.enum(['TCP', 'UDP']).default('TCP').describe('Transport protocol'),
  purpose: lineOfText(80).describe('What runs over it, for people'),
});

/** Settings of a machine type whose gateway is a program of the plant's own. */
export const customSettings = z
  .strictObject({
    protocol: z.literal('custom').describe('A gateway of the plant’s own: an image that reads the machine and publishes by itself'),
    ...machineTypeBase,
    ...ownContainer,
    ports: z
      .array(machinePortSchema)
      .max(16)
      .default([])
      .describe(
        'Ports of the machine that the gateway connects to; beside these it reaches what `reaches` states, the plant broker and DNS',
      ),
    points: z
      .record(nameSchema, pointSchema)
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('What the gateway publishes, by name'),
  })
  .describe('Machine type whose gateway is an image of the plant’s own');

/** Settings of a machine type as {@link customSettings} returns them. */
export type CustomSettings = z.output<typeof customSettings>;

/** A machine whose gateway is a program of the plant's own. */
export type CustomMachine = ProtocolMachine<CustomSettings>;
