import { z } from 'zod';
import { dataPointBase } from '../../model/data-point';
import { durationSchema } from '../../model/duration';
import { machineTypeBase } from '../../model/machine-type';
import { nameSchema } from '../../model/name';
import { portSchema } from '../../model/network';
import { lineOfText } from '../../model/text';
import type { ProtocolMachine } from '../protocol';
import { CONTROLLERS, controllerFacts } from './controllers';
import { S7_TYPE_NAMES } from './types';

/** Which of the controller's connection resources the gateway takes. */
export const CONNECTIONS = ['PG', 'OP', 'basic'] as const;

const pointSchema = z
  .strictObject({
    address: lineOfText(40)
      .describe('Absolute address in international mnemonics, such as DB10.DBX0.1, DB10.DBW4, DB10.DBD8, M0.1, MW4, IW64 or QB2')
      .meta({ examples: ['DB10.DBX0.1', 'DB10.DBW4', 'DB10.DBD8', 'M0.1', 'IW64'] }),
    type: lineOfText(40)
      .describe(`Data type in the controller: ${S7_TYPE_NAMES.join(', ')}`)
      .meta({ examples: ['BOOL', 'INT', 'DINT', 'REAL', 'STRING[20]'] }),
    ...dataPointBase,
  })
  .describe('One value that the gateway reads');

/** Settings of a machine type whose controller is a SIMATIC S7. What depends on the controller is resolved by {@link slotOf}. */
export const s7Settings = z
  .strictObject({
    protocol: z.literal('s7').describe('S7 communication with a SIMATIC controller'),
    controller: z.enum(CONTROLLERS).describe('Family of the controller; a CPU of an ET 200SP is an S7-1500'),
    ...machineTypeBase,
    rack: z.number().int().min(0).max(7).default(0).describe('Rack of the CPU, 0 to 7'),
    slot: z
      .number()
      .int()
      .min(0)
      .max(31)
      .optional()
      .describe('Slot of the CPU, 0 to 31; when absent 2 for an S7-300, 3 for an S7-400, 1 for an S7-1200 and S7-1500'),
    port: portSchema.default(102).describe('TCP port of the controller, 1 to 65535'),
    connection: z
      .enum(CONNECTIONS)
      .default('OP')
      .describe('Connection resource that the gateway takes: OP like an operator panel, PG like the engineer, or basic'),
    timeout: durationSchema('1s', '30s').default('5s').describe('How long the gateway waits for an answer, 1s to 30s'),
    points: z
      .record(nameSchema, pointSchema)
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('What the gateway reads, by name'),
  })
  .describe('Machine type with a SIMATIC S7 controller');

/** Settings of a machine type as {@link s7Settings} returns them. */
export type S7Settings = z.output<typeof s7Settings>;

/** A machine with a SIMATIC S7 controller. */
export type S7Machine = ProtocolMachine<S7Settings>;

/** Slot of the CPU, 0–31: what is stated, else the usual one of the controller family. */
export function slotOf(settings: Pick<S7Settings, 'controller' | 'slot'>): number {
  return settings.slot ?? controllerFacts(settings.controller).slot;
}
