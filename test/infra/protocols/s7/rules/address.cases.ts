import { addressRule } from '../../../../../infra/protocols/s7/rules/address';
import { found } from '../machine';

describe('the rule that every address can be read', () => {
  test('an address in German mnemonics is an error at its point', () => {
    expect(found(addressRule, { points: { door: { address: 'E0.0', type: 'BOOL' } } })).toEqual([
      {
        rule: 's7/address',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'door', 'address'],
        value: 'E0.0',
        message: 'is in German mnemonics (E and A); addresses are written in international mnemonics (I and Q)',
        remedy: 'write I0.0',
      },
    ]);
  });

  test('an address that can be read is no problem', () => {
    expect(found(addressRule)).toEqual([]);
  });
});
