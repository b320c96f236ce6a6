import { areaEndRule } from '../../../../../infra/protocols/s7/rules/area-end';
import { found } from '../machine';

describe('the rule that no value reaches beyond an area', () => {
  test('a text that ends beyond the last byte is an error', () => {
    expect(found(areaEndRule, { points: { order: { address: 'DB10.DBB65520', type: 'STRING[20]' } } })).toEqual([
      {
        rule: 's7/area-end',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'order', 'address'],
        value: 'DB10.DBB65520',
        message: 'with the 22 bytes of STRING[20] ends at byte 65541; the last byte of an area is 65535',
        remedy: 'write the offset that TIA Portal shows',
      },
    ]);
  });

  test.each([
    ['MW65534', 'INT'],
    ['M65535.7', 'BOOL'],
  ])('%s as %s ends with the area and is no problem', (address, type) => {
    expect(found(areaEndRule, { points: { p: { address, type } } })).toEqual([]);
  });
});
