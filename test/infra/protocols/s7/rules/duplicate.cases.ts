import { duplicateRule } from '../../../../../infra/protocols/s7/rules/duplicate';
import { found } from '../machine';

describe('the rule that no two points read the same', () => {
  test('the second point by name is warned about, whatever the order and the percent sign', () => {
    const points = { b: { address: '%DB10.DBW4', type: 'INT' }, a: { address: 'DB10.DBW4', type: 'INT' } };
    expect(found(duplicateRule, { points })).toEqual([
      {
        rule: 's7/duplicate',
        severity: 'warning',
        path: ['machineTypes', 'press', 'points', 'b', 'address'],
        value: 'DB10.DBW4',
        message: 'is read as INT by the point a already',
        remedy: 'correct the address, or remove one of the two points',
      },
    ]);
  });

  test('the same address as another type is no problem', () => {
    expect(found(duplicateRule, { points: { a: { address: 'MW4', type: 'INT' }, b: { address: 'MW4', type: 'WORD' } } })).toEqual([]);
  });
});
