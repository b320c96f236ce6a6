import { textLengthRule } from '../../../../../infra/protocols/s7/rules/text-length';
import { found } from '../machine';

const of = (controller: string, type: string) => found(textLengthRule, { controller, points: { order: { address: 'DB10.DBB0', type } } });

describe('the rule that a text fits into one message', () => {
  test.each(['S7-300', 'S7-1200'])('a text of 221 characters is too long for an %s', (controller) => {
    expect(of(controller, 'STRING[221]')).toEqual([
      {
        rule: 's7/text-length',
        severity: 'error',
        path: ['machineTypes', 'press', 'points', 'order', 'type'],
        value: 'STRING[221]',
        message: `is longer than one message of an ${controller} with its 240 bytes; the longest text there is STRING[220]`,
        remedy: 'write STRING[220], which cuts off what is longer, or declare a shorter STRING in the PLC program',
      },
    ]);
  });

  test.each([
    ['S7-1200', 'STRING[220]'],
    ['S7-400', 'STRING[254]'],
    ['S7-1500', 'STRING[254]'],
  ])('an %s answers with %s', (controller, type) => {
    expect(of(controller, type)).toEqual([]);
  });
});
