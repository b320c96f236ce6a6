import { scanTimeRule } from '../../../../../infra/protocols/s7/rules/scan-time';
import { found } from '../machine';

const words = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { address: `MW${2 * n}`, type: 'INT', scan: 'fast' }]));

describe('the rule that a scan class has time for its requests', () => {
  test('a scan class with more requests than fit into its interval is warned about', () => {
    expect(found(scanTimeRule, { controller: 'S7-1200', points: words(91) })).toEqual([
      {
        rule: 's7/scan-time',
        severity: 'warning',
        path: ['machineTypes', 'press', 'scans', 'fast'],
        value: '250ms',
        message: 'is too short for 91 points in 6 requests, which take about 300 ms at 50 ms each on an S7-1200',
        remedy: 'move points, long texts first, to a slower scan class, or lengthen this one',
      },
    ]);
  });

  test.each([
    ['S7-1200', 90],
    ['S7-1500', 240],
  ])('an %s has time for %i points in 250 ms', (controller, count) => {
    expect(found(scanTimeRule, { controller, points: words(count) })).toEqual([]);
  });
});
