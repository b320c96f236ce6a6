import type { DataPoint } from './data-point';
import { dataTopic } from './data-topic';
import { milliseconds } from './duration';
import type { Machine } from './machine';
import { QUALITY, QUALITY_FIELD } from './quality';

/** Measurement of every data point on the wire. */
export const MEASUREMENT = 'point';

/** The longest text of each kind of value in InfluxDB line protocol, without the bytes of a string's content. */
const VALUE_BYTES = {
  boolean: 'false'.length,
  integer: '-9223372036854775808i'.length,
  // Telegraf writes no exponents: `-0.` and up to 61 digits for the smallest REAL. A LREAL of extreme size would take up to 327.
  real: 64,
  string: 2,
} as const;

/**
 * What the broker stores for a message beside its content, in bytes: JetStream's record header (30), the MQTT headers that the NATS
 * server adds, and its per-message share of block files. Chosen on the safe side.
 */
const MESSAGE_OVERHEAD_BYTES = 160;

/** Bytes that one reading of a point takes at most, as a line of InfluxDB line protocol with nanosecond time stamp. */
export function lineBytes(plant: string, machine: string, point: DataPoint): number {
  const escaped = (tag: string) => Buffer.byteLength(tag) + (tag.match(/[ ,=\\]/g)?.length ?? 0);
  const tags = { machine, plant, point: point.name, type: point.sourceType, ...(point.unit === undefined ? {} : { unit: point.unit }) };
  const tagBytes = Object.entries(tags).reduce((sum, [key, value]) => sum + 2 + key.length + escaped(value), 0);
  // A byte that is no UTF-8 becomes U+FFFD, which takes three; every other byte at most two, with its escape.
  const value = VALUE_BYTES[point.valueType] + 3 * (point.maxBytes ?? 0);
  const fields = point.valueType.length + 1 + value + `,${QUALITY_FIELD}=${QUALITY.good}i`.length;
  return MEASUREMENT.length + tagBytes + 1 + fields + 1 + 19 + 1;
}

/**
 * Bytes per second that a machine adds to the store at most: every point delivers its longest value at every scan, and every scan
 * is a message of its own. A scan that fails delivers at most a line without a value for each point, which is shorter; what is said of
 * scans that go on failing is said no more often than they would deliver (telegraf/quality.ts). Rows that a machine writes meanwhile
 * come later, so that there such a line comes on top: once a minute for each point, or as often as a row, whichever is less.
 */
export function bytesPerSecond(plant: string, machine: Pick<Machine, 'name' | 'points'>): number {
  const topic = Buffer.byteLength(dataTopic(plant, machine.name));
  const lines = machine.points.reduce((sum, point) => sum + lineBytes(plant, machine.name, point) * (1000 / point.scanMs), 0);
  return lines + scansPerSecond(machine) * (MESSAGE_OVERHEAD_BYTES + 2 * topic);
}

/** Scans per second of a machine: each is a message of its own. */
export function scansPerSecond({ points }: Pick<Machine, 'points'>): number {
  return [...new Set(points.map(({ scanMs }) => scanMs))].reduce((sum, scanMs) => sum + 1000 / scanMs, 0);
}

/** Bytes that come together in a time at a rate. */
export function bytesIn(duration: string, rate: number): number {
  return (rate * milliseconds(duration)) / 1000;
}
