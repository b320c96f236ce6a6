import { slotRule } from '../../../../../infra/protocols/s7/rules/slot';
import { found } from '../machine';

describe('the rule that rack and slot are where the CPU is', () => {
  test.each([
    ['S7-300', { slot: 1 }, 'slot', 1, 'is not where the CPU of an S7-300 is; it is in slot 2', 'slot'],
    ['S7-1500', { slot: 2 }, 'slot', 2, 'is not where the CPU of an S7-1500 is; it is in slot 0 or 1', 'slot'],
    ['S7-1200', { rack: 1 }, 'rack', 1, 'is not where the CPU of an S7-1200 is; it is in rack 0', 'rack'],
  ])('an %s with %j is warned about', (controller, change, key, value, message, what) => {
    expect(found(slotRule, { controller, ...change })).toEqual([
      {
        rule: 's7/slot',
        severity: 'warning',
        path: ['machineTypes', 'press', key],
        value,
        message,
        remedy: `remove the ${what} unless the hardware configuration says so`,
      },
    ]);
  });

  test.each([
    ['S7-300', {}],
    ['S7-400', { rack: 1, slot: 11 }],
    ['S7-1200', {}],
    ['S7-1500', { slot: 0 }],
  ])('an %s with %j is no problem', (controller, change) => {
    expect(found(slotRule, { controller, ...change })).toEqual([]);
  });
});
