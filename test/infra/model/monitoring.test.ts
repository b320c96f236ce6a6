import { minimalWith, toldOf } from '../rules/found';

const withReceiver = (receiver: unknown) =>
  minimalWith(({ plants: { york } }) => {
    york.monitoring = { receivers: { 'dead-man': { by: 'webhook', addresses: ['192.0.2.41'], takes: 'heartbeat' }, shift: receiver } };
  });
const MAIL = { by: 'email', to: ['shift@example.com'], from: 'york@example.com', server: 'mail.example.com', addresses: ['192.0.2.40'] };
const at = 'error: plants.york.monitoring.receivers.shift';

describe('receivers of alerts', () => {
  test('are a webhook or a mailbox', () => {
    expect(toldOf(withReceiver(MAIL))).toEqual([]);
    expect(toldOf(withReceiver({ by: 'sms' }))).toEqual([`${at}.by: "sms" must be one of webhook, email; correct it`]);
  });

  test.each([
    [
      'an address that is none',
      { addresses: ['mail.example.com'] },
      'addresses[0]: "mail.example.com" must be an IP address, or a network in CIDR notation',
    ],
    ['a mailbox that is none', { to: ['shift'] }, 'to[0]: "shift" must be an e-mail address such as shift@example.com'],
    [
      'a template in a mailbox',
      { from: '{{.x}}@example.com' },
      'from: "{{.x}}@example.com" must be an e-mail address such as shift@example.com',
    ],
    [
      'a server by its address',
      { server: '192.0.2.40' },
      'server: "192.0.2.40" must be a lower-case DNS name with at least two labels, such as factory.example.com',
    ],
  ])('%s is refused where it stands', (_, change, problem) => {
    expect(toldOf(withReceiver({ ...MAIL, ...change }))).toEqual([expect.stringContaining(`${at}.${problem}`)]);
  });

  test('that are none are refused, and so is silence without a reason', () => {
    const of = (monitoring: unknown) =>
      toldOf(
        minimalWith(({ plants: { york } }) => {
          york.monitoring = monitoring;
        }),
      );
    expect(of({ receivers: {} })).toEqual([expect.stringContaining('monitoring.receivers: {} must name at least one receiver')]);
    expect(of({ off: true })).toEqual([expect.stringContaining('monitoring.reason: is missing')]);
  });
});

test('a port scan has its lower port first, and targets of one family', () => {
  const of = (scan: object) =>
    toldOf(
      minimalWith(({ plants: { york } }) => {
        york.portScan = { reason: 'Inventory', targets: ['10.20.1.11'], ...scan };
      }),
    ).filter((line) => line.startsWith('error'));
  expect(of({ ports: [80, 22] })).toEqual([expect.stringContaining('portScan.ports: [80,22] must have the lower port first')]);
  expect(of({ targets: ['10.20.1.11', '2001:db8::1'] })).toEqual([
    expect.stringContaining('must all be of one family: nmap takes IPv4 or IPv6'),
  ]);
});
