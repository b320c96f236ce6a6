import { connectionsRule } from '../../../../../infra/protocols/s7/rules/connections';
import { found } from '../machine';

const classes = (names: string[]) => ({
  scans: Object.fromEntries(names.map((name, n) => [name, `${n + 1}s`])),
  points: Object.fromEntries(names.map((name, n) => [`p-${name}`, { address: `M${n}.0`, type: 'BOOL', scan: name }])),
});

describe('the rule that the gateway leaves connections to others', () => {
  test('a fourth scan class with points on an S7-1200 is warned about', () => {
    expect(found(connectionsRule, { controller: 'S7-1200', ...classes(['a', 'b', 'c', 'd']) })).toEqual([
      {
        rule: 's7/connections',
        severity: 'warning',
        path: ['machineTypes', 'press', 'scans'],
        value: ['a', 'b', 'c', 'd'],
        message:
          'are 4 scan classes with points, and each takes a connection of the controller; an S7-1200 should give the gateway at most 3',
        remedy: 'put the points into fewer scan classes',
      },
    ]);
  });

  test.each([
    ['S7-1200', ['a', 'b', 'c']],
    ['S7-1500', ['a', 'b', 'c', 'd']],
  ])('an %s with the scan classes %j is no problem', (controller, names) => {
    expect(found(connectionsRule, { controller, ...classes(names) })).toEqual([]);
  });
});
