import { edgeEstate } from '../../support/edge-estate';
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

  test('a cluster under Factory+ must say it, because Kerberos gives it nothing otherwise', () => {
    const silent = edgeEstate(({ plants: { rotherham }, softGateways: { gateways } }) => {
      delete rotherham.time;
      delete gateways.time;
    });
    expect(found(rule, silent)).toEqual(
      [
        ['plants.rotherham', 'plant’s'],
        ['softGateways.gateways', 'cluster’s'],
      ].map(
        ([path, whose]) =>
          `error: ${path}.time: is missing: Kerberos gives no tickets to a node whose clock is five minutes off; certificates, leases of job agents, the expiry of commands and the times of readings need clocks that agree; name the ${whose} NTP servers: { servers: [10.20.1.1] }, or state { none: true, reason: … }`,
      ),
    );
  });
});
