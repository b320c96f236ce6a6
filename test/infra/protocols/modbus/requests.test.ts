import fc from 'fast-check';
import { type Grouping, planRequests, type RequestItem } from '../../../../infra/protocols/modbus/requests';
import { fractionOf } from '../../../../infra/protocols/modbus/scale';
import { KINDS, REQUEST_LIMITS } from '../../../../infra/protocols/modbus/tables';

const item = (kind: RequestItem['kind'], number: number, length = 1): RequestItem => ({ name: `${kind}-${number}`, kind, number, length });
const plan = (items: RequestItem[], grouping: Partial<Grouping> = {}) =>
  planRequests(items, { single: false, readThrough: 0, ...grouping }).map(({ kind, number, length, items: parts }) => [
    kind,
    number,
    length,
    parts.length,
  ]);

/** Items that do not overlap: each begins a gap behind the one before it. */
const items = fc
  .array(
    fc.record({ kind: fc.constantFrom(...KINDS), gap: fc.integer({ min: 0, max: 12 }), length: fc.constantFrom(1, 1, 2, 4, 10, 125) }),
    {
      minLength: 1,
      maxLength: 150,
    },
  )
  .map((steps) => {
    const next = { coil: 0, discrete: 0, input: 0, holding: 0 };
    return steps.map(({ kind, gap, length }, n): RequestItem => {
      const number = next[kind] + gap;
      const size = kind === 'coil' || kind === 'discrete' ? 1 : length;
      next[kind] = number + size;
      return { name: `p${n}`, kind, number, length: size };
    });
  });
const grouping = fc.record({ single: fc.boolean(), readThrough: fc.constantFrom(0, 1, 5, 100) });

describe('the plan of requests', () => {
  test('neighbours are read together, and a gap begins another request', () => {
    expect(plan([item('holding', 0, 2), item('holding', 2), item('holding', 4), item('input', 3)])).toEqual([
      ['holding', 0, 3, 2],
      ['holding', 4, 1, 1],
      ['input', 3, 1, 1],
    ]);
  });

  test('a gap that may be read through joins two requests, and a wider one does not', () => {
    const list = [item('holding', 0), item('holding', 6), item('holding', 13)];
    expect(plan(list, { readThrough: 5 })).toEqual([
      ['holding', 0, 7, 2],
      ['holding', 13, 1, 1],
    ]);
  });

  test('a request asks for 125 registers or 2000 bits at most, and cuts between values', () => {
    const floats = Array.from({ length: 63 }, (_, n) => item('holding', 2 * n, 2));
    expect(plan(floats)).toEqual([
      ['holding', 0, 124, 62],
      ['holding', 124, 2, 1],
    ]);
    expect(plan(Array.from({ length: 2001 }, (_, n) => item('coil', n)))).toEqual([
      ['coil', 0, 2000, 2000],
      ['coil', 2000, 1, 1],
    ]);
  });

  test('two values of the same register take a request each, unless requests may read through gaps', () => {
    const list = [item('holding', 5), { ...item('holding', 5), name: 'again' }, item('holding', 6)];
    expect(plan(list)).toEqual([
      ['holding', 5, 1, 1],
      ['holding', 5, 2, 2],
    ]);
    expect(plan(list, { readThrough: 1 })).toEqual([['holding', 5, 2, 3]]);
  });

  test('every value is in exactly one request that covers it, within the limits, and nothing is read that nobody asked for', () => {
    fc.assert(
      fc.property(items, grouping, (list, how) => {
        const requests = planRequests(list, how);
        const byName = (a: RequestItem, b: RequestItem) => (a.name < b.name ? -1 : 1);
        expect(requests.flatMap((request) => request.items).toSorted(byName)).toEqual(list.toSorted(byName));
        for (const { kind, number, length, items: parts } of requests) {
          expect(length).toBeLessThanOrEqual(REQUEST_LIMITS[kind]);
          expect([number, number + length]).toEqual([parts[0]?.number, Math.max(...parts.map((part) => part.number + part.length))]);
          if (how.single) expect(parts).toHaveLength(1);
          for (const [n, part] of parts.entries()) {
            expect(part.kind).toBe(kind);
            const before = parts[n - 1];
            if (before) expect(part.number - (before.number + before.length)).toBeLessThanOrEqual(how.readThrough);
          }
        }
      }),
    );
  });

  test('the order of the values does not matter', () => {
    const shuffled = items.chain((list) => fc.shuffledSubarray(list, { minLength: list.length }).map((other) => ({ list, other })));
    fc.assert(fc.property(shuffled, grouping, ({ list, other }, how) => expect(planRequests(other, how)).toEqual(planRequests(list, how))));
  });
});

describe('factor and offset in whole numbers', () => {
  test.each([
    [0.1, 0, { times: 1, plus: 0, by: 10 }],
    [0.25, -40, { times: 25, plus: -4000, by: 100 }],
    [1, -273.15, { times: 100, plus: -27_315, by: 100 }],
    [1000, 0, { times: 1000, plus: 0, by: 1 }],
    [-0.001, 1e3, { times: -1, plus: 1_000_000, by: 1000 }],
    [1e-7, 0, { times: 1, plus: 0, by: 10_000_000 }],
    [1, 0, { times: 1, plus: 0, by: 1 }],
    [1 / 3, 0, undefined],
    [1e-9, 1e9, undefined],
  ])('%d and %d are %j', (factor, offset, expected) => {
    expect(fractionOf(factor, offset)).toEqual(expected);
  });

  test('the fraction is the number that was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 6 }), (digits, places) => {
        fc.pre(digits !== 0);
        const factor = Number(`${digits}e-${places}`);
        const { times = 0, by = 1 } = fractionOf(factor, 0) ?? {};
        expect(times / by).toBe(factor);
        expect(digits / 10 ** places).toBe(times / by);
      }),
    );
  });
});
