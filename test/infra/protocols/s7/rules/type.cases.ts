import { typeRule } from '../../../../../infra/protocols/s7/rules/type';
import { found } from '../machine';

describe('the rule that every type can be read', () => {
  test('a type that Telegraf cannot read is an error with the alternative', () => {
    expect(found(typeRule, { points: { cycle: { address: 'DB10.DBD0', type: 'TIME' } } })).toEqual([
      {
        rule: 's7/type',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'cycle', 'type'],
        value: 'TIME',
        message: 'is not read as a duration',
        remedy: 'write DINT, which reads it as milliseconds',
      },
    ]);
  });

  test('a type that can be read is no problem', () => {
    expect(found(typeRule)).toEqual([]);
  });
});
