import { z } from 'zod';
import { IMAGES } from '../../model/image';
import { byCodeUnits } from '../../model/order';
import type { Problem } from '../../model/problem';
import { type AgentConnection, type AgentMetric, type AgentType, WITHOUT_BASE } from '../agent-connection';
import type { PathOf } from '../protocol';
import { requestsOf } from './gateway';
import { type ModbusReading, readingsOf, scansOf } from './reading';
import { type ByteOrder, type ModbusMachine, modbusSettings } from './settings';
import { isRegister } from './tables';

/** Settings of a device that an edge agent reads through its driver for Modbus. */
export const modbusAgentSettings = modbusSettings
  .omit(WITHOUT_BASE)
  .extend({
    transport: z
      .literal('tcp', { error: () => 'must be tcp or left out: the driver of the edge agent speaks Modbus TCP only' })
      .default('tcp')
      .describe('tcp: Modbus TCP'),
    timeout: z
      .literal('30s', { error: () => 'must be 30s or left out: the driver of the edge agent waits as long for its answers' })
      .default('30s')
      .describe('How long the driver waits for its answers: 30s'),
    keepsConnection: z
      .literal(true, { error: () => 'must be true or left out: the driver of the edge agent keeps its connection' })
      .default(true)
      .describe('true: the driver keeps its connection'),
  })
  .describe('Modbus device that an edge agent reads');

/** Name of the driver, and of its connection. */
const DRIVER = 'modbus';

const TYPES: Readonly<Record<string, string>> = {
  INT16: 'Int16',
  UINT16: 'UInt16',
  INT32: 'Int32',
  UINT32: 'UInt32',
  INT64: 'Int64',
  UINT64: 'UInt64',
  FLOAT32: 'Float',
  FLOAT64: 'Double',
};

/** How the agent reads the bytes of a value; undefined for an order that it does not know. One register has two bytes: C and D there. */
function endianness(order: ByteOrder, registers: number): 'BE' | 'LE' | undefined {
  if (registers === 1) return order === 'ABCD' || order === 'CDAB' ? 'BE' : 'LE';
  return { ABCD: 'BE' as const, DCBA: 'LE' as const, BADC: undefined, CDAB: undefined }[order];
}

/**
 * What an edge agent and its driver for Modbus are told of a device (edge-modbus 6.8.1, lib/modbus.js). An address of the driver is a
 * request, `unit,kind,number,length`; the path of a metric is its byte in the answer, and its bit.
 */
export function agentConnection({ address, settings }: ModbusMachine): AgentConnection {
  return {
    type: 'Driver',
    name: DRIVER,
    details: { protocol: 'tcp', host: address, port: settings.port },
    payloadFormat: 'Buffer',
    metrics: scansOf(settings)
      .flatMap((scan) => requestsOf(settings, scan))
      .flatMap((request) =>
        request.items.flatMap((item) =>
          item.readings.map(
            (reading): AgentMetric => ({
              name: reading.name,
              type: typeOf(reading),
              address: `${settings.unitId},${request.kind},${request.number},${request.length}`,
              path: pathIn(reading, item.number - request.number),
              ...(reading.unit === undefined ? {} : { unit: reading.unit }),
            }),
          ),
        ),
      )
      .sort((a, b) => byCodeUnits(a.name, b.name)),
    // Measured by nobody yet: a Node.js program that keeps one answer at a time.
    driver: { name: DRIVER, image: IMAGES.edgeModbus, cpuMillis: [20, 200], memoryMiB: [64, 128] },
  };
}

function typeOf({ type, byteOrder }: ModbusReading): AgentType {
  if (type.valueType === 'boolean') return 'Boolean';
  return `${TYPES[type.name] ?? ''}${endianness(byteOrder, type.registers) ?? ''}` as AgentType;
}

/** Where a value stands in an answer that begins `offset` registers or bits before it. */
function pathIn({ address, byteOrder }: ModbusReading, offset: number): string {
  if (!isRegister(address.kind)) return `${Math.floor(offset / 8)}:${offset % 8}`;
  if (address.bit === undefined) return `${2 * offset}`;
  const isLow = address.bit < 8;
  const byte = (endianness(byteOrder, 1) === 'BE') === isLow ? 1 : 0;
  return `${2 * offset + byte}:${address.bit % 8}`;
}

const UNKNOWN_ORDER = 'is not known to the edge agent, which would read values of several registers wrongly; it knows ABCD and DCBA';

/** Whether a value arrives in an order of bytes that the agent does not know. */
function isUnknown({ type, byteOrder }: Pick<ModbusReading, 'type' | 'byteOrder'>): boolean {
  return (type.valueType === 'integer' || type.valueType === 'real') && endianness(byteOrder, type.registers) === undefined;
}

/** Settings and points that an edge agent cannot do. */
export function agentCheck({ settings }: ModbusMachine, pathOf: PathOf): Problem[] {
  const problem = (path: (string | number)[], value: unknown, message: string, remedy: string): Problem => ({
    rule: `factoryplus/${path.at(-1) === 'type' ? 'type' : 'setting'}`,
    severity: 'error',
    path: pathOf(...path),
    value,
    message,
    remedy,
  });
  const otherwise = 'or read the device with a gateway of protocol modbus';
  const readings = readingsOf(settings);
  return [
    ...(settings.pause === undefined
      ? []
      : [
          problem(
            ['pause'],
            settings.pause,
            'cannot be kept: the driver of the edge agent asks again at once',
            `leave it out, ${otherwise}`,
          ),
        ]),
    ...(readings.some((reading) => settings.points[reading.name]?.byteOrder === undefined && isUnknown(reading))
      ? [problem(['byteOrder'], settings.byteOrder, UNKNOWN_ORDER, `let the device send one of them, ${otherwise}`)]
      : []),
    ...readings.flatMap(({ name, type, byteOrder, fraction }) => {
      const point = settings.points[name];
      return [
        ...(type.valueType === 'string'
          ? [
              problem(
                ['points', name, 'type'],
                type.name,
                'is not read by the edge agent, which keeps the characters that fill up the text',
                `leave the point out, ${otherwise}`,
              ),
            ]
          : []),
        ...(fraction
          ? [
              problem(
                ['points', name, point?.factor === undefined ? 'offset' : 'factor'],
                point?.factor ?? point?.offset,
                'is not reckoned with by the edge agent, which publishes what the device says',
                `leave it out and let readers reckon, ${otherwise}`,
              ),
            ]
          : []),
        ...(point?.byteOrder !== undefined && isUnknown({ type, byteOrder })
          ? [problem(['points', name, 'byteOrder'], byteOrder, UNKNOWN_ORDER, `let the device send one of them, ${otherwise}`)]
          : []),
      ];
    }),
  ];
}
