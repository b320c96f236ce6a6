import { z } from 'zod';
import { dataPointBase } from '../../model/data-point';
import { durationSchema } from '../../model/duration';
import { machineTypeBase } from '../../model/machine-type';
import { nameSchema } from '../../model/name';
import { portSchema } from '../../model/network';
import { lineOfText } from '../../model/text';
import type { ProtocolMachine } from '../protocol';
import { MODBUS_TYPE_NAMES } from './types';

/** How Modbus travels over TCP: with the header of Modbus TCP, or as frames of a serial line with their checksum. */
export const TRANSPORTS = ['tcp', 'rtu-over-tcp'] as const;

/** Order in which a device sends the bytes of a value; A is the most significant of a value of four bytes. */
export const BYTE_ORDERS = ['ABCD', 'DCBA', 'BADC', 'CDAB'] as const;

/** @see {@link BYTE_ORDERS} */
export type ByteOrder = (typeof BYTE_ORDERS)[number];

const byteOrderSchema = z.enum(BYTE_ORDERS);

const pointSchema = z
  .strictObject({
    address: lineOfText(40)
      .describe(
        'Table and number on the wire, which counts from 0, such as holding 100, holding 100.3 (a bit), input 30, coil 7, discrete 0',
      )
      .meta({ examples: ['holding 100', 'holding 100.3', 'input 30', 'coil 7', 'discrete 0'] }),
    type: lineOfText(40)
      .describe(`Data type in the device: ${MODBUS_TYPE_NAMES.join(', ')}`)
      .meta({ examples: ['BOOL', 'INT16', 'UINT32', 'FLOAT32', 'STRING[20]'] }),
    byteOrder: byteOrderSchema.optional().describe('Order of its bytes, where it differs from that of the machine type'),
    factor: z
      .number()
      .min(-1e12)
      .max(1e12)
      .refine((factor) => factor !== 0, 'must not be 0')
      .optional()
      .describe('What the value is multiplied by; the result is a real number'),
    offset: z.number().min(-1e12).max(1e12).optional().describe('What is added behind the factor; the result is a real number'),
    ...dataPointBase,
  })
  .describe('One value that the gateway reads');

/** Settings of a machine type whose controller or device speaks Modbus. */
export const modbusSettings = z
  .strictObject({
    protocol: z.literal('modbus').describe('Modbus over TCP'),
    ...machineTypeBase,
    transport: z
      .enum(TRANSPORTS)
      .default('tcp')
      .describe('tcp: Modbus TCP; rtu-over-tcp: frames of a serial line through a device server that does not translate them'),
    port: portSchema.default(502).describe('TCP port of the device, 1 to 65535'),
    unitId: z
      .number()
      .int()
      .min(0)
      .max(255)
      .default(1)
      .describe('Unit identifier (slave address), 0 to 247, or 255 for a device that stands for itself'),
    byteOrder: byteOrderSchema
      .default('ABCD')
      .describe('Order in which the device sends the bytes of a value; ABCD is that of the standard'),
    requests: z
      .enum(['grouped', 'single'])
      .default('grouped')
      .describe('grouped: neighbours are read in one request; single: every value in a request of its own'),
    readThrough: z
      .number()
      .int()
      .min(0)
      .max(100)
      .default(0)
      .describe('Registers or bits without a point, 0 to 100, that a request may read between two points; 0 when the device refuses them'),
    timeout: durationSchema('100ms', '30s').default('2s').describe('How long the gateway waits for an answer, 100ms to 30s'),
    turnaround: durationSchema('1ms', '5s')
      .optional()
      .describe('Time of a request and its answer, 1ms to 5s, to reckon with; when absent 20ms for tcp and 100ms for rtu-over-tcp'),
    pause: durationSchema('1ms', '5s').optional().describe('Pause between two requests that the device needs, 1ms to 5s'),
    keepsConnection: z
      .boolean()
      .default(true)
      .describe('false: the gateway closes its connection after each scan, for a device that has too few'),
    points: z
      .record(nameSchema, pointSchema)
      .refine((points) => Object.keys(points).length > 0, 'must have at least one point')
      .describe('What the gateway reads, by name'),
  })
  .describe('Machine type with a Modbus device');

/** Settings of a machine type as {@link modbusSettings} returns them. */
export type ModbusSettings = z.output<typeof modbusSettings>;

/** A machine with a Modbus device. */
export type ModbusMachine = ProtocolMachine<ModbusSettings>;
