import { found, minimalWith } from './found';

describe('the rule that a centre without TLS is told', () => {
  test('it is warned of with its reason', () => {
    const estate = minimalWith(({ centrals: { centre } }) => {
      centre.transport = { insecure: true, reason: 'trial in a closed network' };
    });
    expect(found('central-insecure', estate)).toEqual([
      'warning: centrals.centre.transport: {"insecure":true,"reason":"trial in a closed network"} has plants, browsers and Git send passwords, data and commands in clear, because: trial in a closed network; leave it out, so that everything goes over TLS, unless the reason holds',
    ]);
  });

  test.each([undefined, 'tls', { insecure: true }])('%j is not', (transport) => {
    const estate = minimalWith(({ centrals: { centre } }) => {
      if (transport !== undefined) centre.transport = transport;
    });
    expect(found('central-insecure', estate)).toEqual([]);
  });
});
