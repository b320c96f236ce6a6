import { typeControllerRule } from '../../../../../infra/protocols/s7/rules/type-controller';
import { found } from '../machine';

const of = (controller: string, address: string, type: string) =>
  found(typeControllerRule, { controller, points: { p: { address, type } } });

describe('the rule that the controller has the type', () => {
  test.each([
    ['S7-300', 'MW0', 'UINT', 'is not a type of an S7-300; it exists on S7-1200 and S7-1500', 'write WORD, which reads the same value'],
    ['S7-400', 'MB0', 'LREAL', 'is not a type of an S7-400; it exists on S7-1200 and S7-1500', 'correct the type or the controller'],
    ['S7-1200', 'MB0', 'LINT', 'is not a type of an S7-1200; it exists on S7-1500', 'correct the type or the controller'],
  ])('%s with %s as %s is an error', (controller, address, type, message, remedy) => {
    expect(of(controller, address, type)).toEqual([
      {
        rule: 's7/type-controller',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'p', 'type'],
        value: type,
        message,
        remedy,
      },
    ]);
  });

  test.each([
    ['S7-300', 'MW0', 'WORD'],
    ['S7-1500', 'MB0', 'LINT'],
  ])('%s with %s as %s is no problem', (controller, address, type) => {
    expect(of(controller, address, type)).toEqual([]);
  });
});
