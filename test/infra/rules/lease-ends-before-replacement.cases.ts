import { withAgents } from './agents';
import { found } from './found';

const rule = 'lease-ends-before-replacement';
const told = (lease: string, hold: string) =>
  found(
    rule,
    withAgents(({ plants: { york } }) => Object.assign(york.jobs, { lease, hold })),
  );

describe('the rule that an agent stops before another may start', () => {
  test('lease and hold of 60 s in all are refused: clocks may differ', () => {
    expect(told('50s', '10s')).toEqual([
      'error: plants.york.jobs.lease: "50s" lets an agent that was cut off command its machine for up to 61 s, with a hold of 10s and clocks that differ by 1 %; another one may start in its place after 60 s; shorten lease or hold: together they may take 59 s',
    ]);
  });

  test('59 s in all are in order, and so are the defaults', () => {
    expect(told('49s', '10s')).toEqual([]);
    expect(found(rule, withAgents())).toEqual([]);
  });

  test('a lease that is no duration is told as that alone', () => {
    expect(told('long', '60s')).toEqual([]);
  });
});
