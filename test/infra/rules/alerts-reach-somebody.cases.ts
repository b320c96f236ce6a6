import { found, minimalWith } from './found';

const rule = 'alerts-reach-somebody';
const HEARTBEAT = { by: 'webhook', addresses: ['192.0.2.41'], takes: 'heartbeat' };
const ON_CALL = { by: 'webhook', addresses: ['192.0.2.40'] };

/** What the rule tells of a plant with this monitoring. */
const of = (monitoring: unknown) =>
  found(
    rule,
    minimalWith(({ plants: { york } }) => {
      york.monitoring = monitoring;
    }),
  );

describe('the rule that alerts reach somebody', () => {
  test('a plant that says nothing of it is warned of', () => {
    const silent = minimalWith(({ plants: { york } }) => delete york.monitoring);
    expect(found(rule, silent)).toEqual([
      'warning: plants.york.monitoring: is missing: nobody is paged when a machine falls silent, the store fills, a node dies or a certificate ends; name receivers, or state { off: true, reason: … }',
    ]);
  });

  test('receivers of both kinds, and nobody for a reason, are in order', () => {
    expect(of({ receivers: { 'on-call': ON_CALL, 'dead-man': HEARTBEAT } })).toEqual([]);
    expect(of({ off: true, reason: 'Trial bench' })).toEqual([]);
  });

  test('monitoring whose own end nobody notices is warned of', () => {
    expect(of({ receivers: { 'on-call': ON_CALL } })).toEqual([
      'warning: plants.york.monitoring.receivers: none takes the heartbeat: a plant that cannot page, because it or its link is down, looks like one in order; add a webhook with takes: heartbeat, of a service that alarms when none comes',
    ]);
  });

  test('a heartbeat alone is refused', () => {
    expect(of({ receivers: { 'dead-man': HEARTBEAT } })).toEqual([
      'error: plants.york.monitoring.receivers: all take the heartbeat alone: nobody gets alerts; add a receiver that takes alerts',
    ]);
  });

  test.each([
    ['10.20.1.11', 'machines, 10.20.1.0/24'],
    ['10.244.7.0/24', 'pods, 10.244.0.0/16'],
    ['10.96.0.0/11', 'services, 10.96.0.0/12'],
  ])('a receiver at %s is refused: no door to the plant itself', (address, network) => {
    const receivers = { 'on-call': { by: 'webhook', addresses: ['192.0.2.40', address] }, 'dead-man': HEARTBEAT };
    expect(of({ receivers })).toEqual([
      `error: plants.york.monitoring.receivers.on-call.addresses[1]: "${address}" shares addresses with the network of the ${network}, into which Alertmanager would be let; name the addresses of the receiver alone`,
    ]);
  });
});
