import { found, minimalWith } from './found';

const rule = 'clocks-kept';

describe('the rule that clocks are kept', () => {
  test('a plant that says nothing of its clocks is warned of', () => {
    expect(
      found(
        rule,
        minimalWith(({ plants: { york } }) => delete york.time),
      ),
    ).toEqual([
      'warning: plants.york.time: is missing: certificates, leases of job agents, the expiry of commands and the times of readings need clocks that agree; name the plant’s NTP servers: { servers: [10.20.1.1] }, or state { none: true, reason: … }',
    ]);
  });

  test('time servers, and none for a reason, are in order', () => {
    expect(
      found(
        rule,
        minimalWith(() => {}),
      ),
    ).toEqual([]);
    const none = minimalWith(({ plants: { york } }) => {
      york.time = { none: true, reason: 'By radio clock' };
    });
    expect(found(rule, none)).toEqual([]);
  });
});
