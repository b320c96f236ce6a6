import { found, minimalWith } from './found';

const rule = 'log-budget';

/** What the rule tells of a plant of two nodes that may send so many MiB a day. */
const of = (mebibytesPerDay: number) =>
  found(
    rule,
    minimalWith(({ plants: { york } }) => {
      york.racks.a.a2 = { type: 'box' };
      york.logs = { mebibytesPerDay };
    }),
  );

describe('the rule of the log budget', () => {
  test('a budget in which a node can say less than twenty long lines an hour is warned of', () => {
    expect(of(1)).toEqual([
      'warning: plants.york.logs.mebibytesPerDay: 1 leaves each of 2 nodes 21845 bytes an hour, 7 lines when they are long; the rest is left out; state at least 3',
    ]);
  });

  test('the budget that it names is enough, and one less is not', () => {
    expect(of(3)).toEqual([]);
    expect(of(2)).toHaveLength(1);
  });
});
