import * as fc from 'fast-check';
import type { DataPoint, ValueType } from '../../../infra/model/data-point';
import { bytesIn, bytesPerSecond, lineBytes } from '../../../infra/model/line-protocol';
import { lineArbitrary, nameArbitrary } from '../../support/estates';

/** InfluxDB line protocol by its reference: commas, equals signs and spaces of tags and quotes of strings are escaped. */
function line(plant: string, machine: string, point: DataPoint, value: unknown, time: bigint): string {
  const tag = (text: string) => text.replace(/([,= \\])/g, '\\$1');
  const tags = { machine, plant, point: point.name, type: point.sourceType, ...(point.unit ? { unit: point.unit } : {}) };
  const field = typeof value === 'string' ? `"${value.replace(/(["\\])/g, '\\$1')}"` : typeof value === 'bigint' ? `${value}i` : `${value}`;
  const set = Object.entries(tags).map(([key, text]) => `,${key}=${tag(text)}`);
  return `point${set.join('')} ${point.valueType}=${field},quality=192i ${time}\n`;
}

/** What a string of so many bytes from a controller becomes: bytes that are no UTF-8 are replaced, as the gateway does. */
const text = (maxBytes: number) =>
  fc
    .array(fc.oneof(fc.constantFrom(0x22, 0x5c, 0x20, 0xe4, 0xff, 0x80), fc.integer({ min: 0x20, max: 0xff })), { maxLength: maxBytes })
    .map((bytes) => new TextDecoder('utf-8').decode(Uint8Array.from(bytes)));

const VALUES: Record<ValueType, (maxBytes: number) => fc.Arbitrary<unknown>> = {
  boolean: () => fc.boolean(),
  integer: () => fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constant(-(2n ** 63n))),
  real: () => fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(-Number.MAX_VALUE)),
  string: text,
};

const reading = fc
  .record({
    name: nameArbitrary,
    valueType: fc.constantFrom(...(Object.keys(VALUES) as ValueType[])),
    sourceType: fc.constantFrom('BOOL', 'STRING[20]', 'a b,c=d'),
    unit: fc.option(lineArbitrary, { nil: undefined }),
    scanMs: fc.integer({ min: 100, max: 3_600_000 }),
    maxBytes: fc.integer({ min: 1, max: 30 }),
  })
  .map(({ unit, maxBytes, ...point }) => ({
    ...point,
    ...(unit === undefined ? {} : { unit }),
    ...(point.valueType === 'string' ? { maxBytes } : {}),
  }))
  .chain((point) => fc.record({ point: fc.constant<DataPoint>(point), value: VALUES[point.valueType](point.maxBytes ?? 0) }));

describe('the bytes of a reading', () => {
  test('are never fewer than a line of any value takes', () => {
    fc.assert(
      fc.property(nameArbitrary, nameArbitrary, reading, (plant, machine, { point, value }) => {
        const written = Buffer.byteLength(line(plant, machine, point, value, 9_223_372_036_854_775_807n));
        expect(lineBytes(plant, machine, point)).toBeGreaterThanOrEqual(written);
      }),
      { numRuns: 2000 },
    );
  });

  test('are those of the longest value, and not twice as many', () => {
    const point: DataPoint = { name: 'stroke-counter', valueType: 'integer', sourceType: 'LINT', scanMs: 1000 };
    const written = line('leeds', 'press-1', point, -(2n ** 63n), 1_800_000_000_000_000_000n);
    expect(lineBytes('leeds', 'press-1', point)).toBe(Buffer.byteLength(written));
  });

  test('come together at the rate of their scans, with a message for each scan', () => {
    const point: DataPoint = { name: 'a', valueType: 'boolean', sourceType: 'BOOL', scanMs: 500 };
    const machine = (points: DataPoint[]) => bytesPerSecond('york', { name: 'press-1', points });
    expect(machine([])).toBe(0);
    const one = machine([point]);
    expect(one).toBeGreaterThan(2 * lineBytes('york', 'press-1', point));
    expect(machine([point, { ...point, name: 'b' }])).toBe(one + 2 * lineBytes('york', 'press-1', { ...point, name: 'b' }));
    expect(machine([{ ...point, scanMs: 1000 }])).toBe(one / 2);
  });

  test('of an hour are 3600 times those of a second', () => {
    expect(bytesIn('1h', 10)).toBe(36_000);
  });
});
