import { typeWidthRule } from '../../../../../infra/protocols/s7/rules/type-width';
import { found } from '../machine';

const of = (address: string, type: string) => found(typeWidthRule, { points: { p: { address, type } } });

describe('the rule that an address names as much as its type has', () => {
  test.each([
    [
      'DB10.DBD4',
      'INT',
      'names a double word of four bytes, but INT is a word of two bytes',
      'write DB10.DBW4, or one of the types that are a double word of four bytes: DWORD, UDINT, DINT, REAL',
    ],
    ['M0.1', 'BYTE', 'names one bit, but BYTE is a byte', 'write MB0, or one of the types that are one bit: BOOL'],
    [
      'IW64',
      'BOOL',
      'names a word of two bytes, but BOOL is one bit',
      'write I64.0 with the bit you mean, or one of the types that are a word of two bytes: WORD, UINT, INT',
    ],
    [
      'DB10.DBW12',
      'STRING[20]',
      'names a word of two bytes, but STRING[20] is named by its first byte',
      'write DB10.DBB12, or one of the types that are a word of two bytes: WORD, UINT, INT',
    ],
    [
      'DB10.DBD8',
      'LREAL',
      'names a double word of four bytes, but LREAL is named by its first byte',
      'write DB10.DBB8, or one of the types that are a double word of four bytes: DWORD, UDINT, DINT, REAL',
    ],
  ])('%s as %s is an error with both ways out', (address, type, message, remedy) => {
    expect(of(address, type)).toEqual([
      {
        rule: 's7/type-width',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'p', 'address'],
        value: address,
        message,
        remedy,
      },
    ]);
  });

  test.each([
    ['DB10.DBX0.0', 'BOOL'],
    ['QB0', 'USINT'],
    ['MW2', 'INT'],
    ['MD4', 'REAL'],
    ['DB10.DBB8', 'LREAL'],
    ['DB10.DBB12', 'STRING[20]'],
  ])('%s as %s is no problem', (address, type) => {
    expect(of(address, type)).toEqual([]);
  });

  test('only types that the controller has are offered', () => {
    const [problem] = found(typeWidthRule, { controller: 'S7-300', points: { p: { address: 'MW2', type: 'DINT' } } });
    expect(problem?.remedy).toBe('write MD2, or one of the types that are a word of two bytes: WORD, INT');
  });
});
