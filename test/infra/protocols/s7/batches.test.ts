import fc from 'fast-check';
import { answerBytes, type BatchItem, batchLimits, planBatches } from '../../../../infra/protocols/s7/batches';

const item = (name: string, bytes: number): BatchItem => ({ name, bytes });
const many = (count: number, bytes: number) => Array.from({ length: count }, (_, n) => item(`p${String(n).padStart(3, '0')}`, bytes));
const sizes = (items: BatchItem[], pduBytes: number) => {
  const plan = planBatches(items, batchLimits(pduBytes));
  return { size: plan.size, batches: plan.batches.map((batch) => batch.length) };
};

/** Values that fit alone, at most 222 bytes for a message of 240. */
const items = (pduBytes: number) =>
  fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(1, 2, 4, 8) }, fc.integer({ min: 3, max: Math.min(256, pduBytes - 18) })), {
      minLength: 1,
      maxLength: 120,
    })
    .map((lengths) => lengths.map((bytes, n) => item(`p${n}`, bytes)));
const cases = fc.constantFrom(240, 480).chain((pduBytes) => items(pduBytes).map((list) => ({ pduBytes, list })));

describe('the plan of batches', () => {
  test.each([
    [240, 18, 226],
    [480, 20, 466],
  ])('a message of %i bytes has room for %i items and %i bytes of answer', (pduBytes, itemCount, bytes) => {
    expect(batchLimits(pduBytes)).toEqual({ items: itemCount, answerBytes: bytes });
  });

  test.each([
    [1, 6],
    [2, 6],
    [8, 12],
    [23, 28],
  ])('a value of %i bytes takes %i bytes of an answer', (bytes, taken) => {
    expect(answerBytes(bytes)).toBe(taken);
  });

  test('short values fill batches of the largest size', () => {
    expect(sizes(many(50, 4), 480)).toEqual({ size: 20, batches: [20, 20, 10] });
    expect(sizes(many(50, 4), 240)).toEqual({ size: 18, batches: [18, 18, 14] });
  });

  test('values stay in the order of their names as long as that fits', () => {
    const { batches } = planBatches([item('c', 2), item('a', 22), item('b', 4)], batchLimits(480));
    expect(batches.map((batch) => batch.map(({ name }) => name))).toEqual([['a', 'b', 'c']]);
  });

  test('long texts are spread over the batches instead of making all batches smaller', () => {
    const texts = ['a', 'b', 'c'].map((name) => item(name, 102));
    expect(sizes([...texts, ...many(50, 2)], 240)).toEqual({ size: 18, batches: [18, 18, 17] });
  });

  test('a text that fills a message by itself goes to the last, short batch', () => {
    const plan = planBatches([item('a', 222), ...many(100, 1)], batchLimits(240));
    expect(plan.size).toBe(10);
    expect(plan.batches.at(-1)).toEqual([item('a', 222)]);
  });

  test('a value that no message can carry is read alone', () => {
    expect(sizes([item('a', 500), item('b', 1)], 240)).toEqual({ size: 1, batches: [1, 1] });
  });

  test('every value is in exactly one batch, only the last batch is short, and no batch exceeds the limits', () => {
    fc.assert(
      fc.property(cases, ({ pduBytes, list }) => {
        const { size, batches } = planBatches(list, batchLimits(pduBytes));
        expect(batches.flat().toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual(list.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
        for (const [n, batch] of batches.entries()) {
          if (n < batches.length - 1) expect(batch).toHaveLength(size);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(Math.min(size, 20));
          // As counted by gos7 for the request and by the controller for the answer.
          expect(19 + 12 * batch.length).toBeLessThanOrEqual(pduBytes);
          expect(14 + batch.reduce((sum, { bytes }) => sum + 4 + 2 * Math.ceil(bytes / 2), 0)).toBeLessThanOrEqual(pduBytes);
        }
      }),
    );
  });

  test('the order of the values does not matter', () => {
    const shuffled = cases.chain(({ pduBytes, list }) =>
      fc.shuffledSubarray(list, { minLength: list.length }).map((other) => ({ limits: batchLimits(pduBytes), list, other })),
    );
    fc.assert(
      fc.property(shuffled, ({ limits, list, other }) => {
        expect(planBatches(other, limits)).toEqual(planBatches(list, limits));
      }),
    );
  });
});
