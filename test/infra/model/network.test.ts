import * as fc from 'fast-check';
import { addressSchema, cidrSchema, contains, hostNameSchema, hostNetwork, overlaps, portSchema } from '../../../infra/model/network';

/** Networks among 256 neighbouring addresses, with the last parts of the addresses in them. */
const small = (prefix: string, bits: number) =>
  fc.record({ host: fc.integer({ min: 0, max: 8 }), place: fc.nat({ max: 255 }) }).map(({ host, place }) => {
    const size = 2 ** host;
    const first = Math.floor(place / size) * size;
    const last = prefix.includes(':') ? (first === 0 ? '' : first.toString(16)) : `${first}`;
    return { network: `${prefix}${last}/${bits - host}`, members: new Set(Array.from({ length: size }, (_, n) => first + n)) };
  });

describe.each([
  ['IPv4', '10.20.1.', 32],
  ['IPv6', 'fd00:20::', 128],
])('networks of %s', (_, prefix, bits) => {
  test('contain and overlap each other as the addresses in them do', () => {
    fc.assert(
      fc.property(small(prefix, bits), small(prefix, bits), (a, b) => {
        expect([a.network, b.network].every((network) => cidrSchema.safeParse(network).success)).toBe(true);
        expect(contains(a.network, b.network)).toBe([...b.members].every((n) => a.members.has(n)));
        expect(overlaps(a.network, b.network)).toBe([...b.members].some((n) => a.members.has(n)));
        expect(overlaps(b.network, a.network)).toBe(overlaps(a.network, b.network));
      }),
      { numRuns: 500 },
    );
  });

  test('contain the addresses in them and no others', () => {
    fc.assert(
      fc.property(small(prefix, bits), fc.nat({ max: 255 }), ({ network, members }, n) => {
        const address = `${prefix}${prefix.includes(':') ? (n === 0 ? '' : n.toString(16)) : n}`;
        expect(contains(network, address)).toBe(members.has(n));
        expect(contains(hostNetwork(address), address)).toBe(true);
        expect(overlaps(hostNetwork(address), network)).toBe(members.has(n));
      }),
      { numRuns: 300 },
    );
  });
});

test('networks of two families share nothing', () => {
  expect(contains('::/0', '10.20.1.1')).toBe(false);
  expect(overlaps('0.0.0.0/0', '::/0')).toBe(false);
});

test.each([
  ['10.20.1.1', '10.20.1.1/32'],
  ['fd00::1', 'fd00::1/128'],
  ['10.20.1.0/24', '10.20.1.0/24'],
])('the network of %s is %s', (address, network) => {
  expect(hostNetwork(address)).toBe(network);
});

describe('one spelling of each address', () => {
  test.each(['10.20.1.11', '0.0.0.0', '255.255.255.255', 'fd00::1', '::', 'fd00:1:2:3:4:5:6:7'])('accepts %s', (text) => {
    expect(addressSchema.safeParse(text).success).toBe(true);
  });

  test.each([
    ['10.20.1.011', '0xa.20.1.11', '10.20.1', '10.20.1.256', '10.20.1.11 ', '10.20.1.11/32', '168034571', '', '1.2.3.4.5', '+1.2.3.4'],
    ['FD00::1', 'fd00:0::1', 'fd00::0001', 'fe80::1%eth0', '::ffff:10.20.1.11', '::ffff:a14:10b', '[fd00::1]', ':', 'fd00::1::2'],
  ])('refuses %s and others like it', (...texts) => {
    expect(texts.filter((text) => addressSchema.safeParse(text).success)).toEqual([]);
  });

  test.each(['10.20.1.0/24', '0.0.0.0/0', '10.20.1.11/32', 'fd00::/8', '::/0'])('accepts the network %s', (text) => {
    expect(cidrSchema.safeParse(text).success).toBe(true);
  });

  test.each([
    '10.20.1.5/24',
    '10.20.1.0/33',
    '10.20.1.0/024',
    '10.20.1.0',
    '/24',
    '10.20.1.0/',
    '10.20.1.0/24/24',
    'fd00::1/64',
    'FD00::/8',
    '10.20.1.0/-1',
  ])('refuses the network %s', (text) => {
    expect(cidrSchema.safeParse(text).success).toBe(false);
  });

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4Extended(), fc.ipV6(), fc.stringMatching(/^[0-9a-f:./%]{0,30}$/)), (text) => {
        for (const schema of [addressSchema, cidrSchema, hostNameSchema]) expect(typeof schema.safeParse(text).success).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});

test.each([1, 102, 65_535])('%d is a port', (port) => {
  expect(portSchema.safeParse(port).success).toBe(true);
});

test.each([0, -1, 65_536, 1.5, Number.NaN, '102'])('%p is no port', (port) => {
  expect(portSchema.safeParse(port).success).toBe(false);
});

test.each([
  ['factory.example.com', true],
  ['a.b', true],
  ['xn--bcher-kva.example', true],
  [`${'a'.repeat(63)}.example`, true],
  ['example', false],
  ['Factory.example.com', false],
  ['factory.example.com.', false],
  ['-a.example', false],
  ['a..example', false],
  ['10.20.1.11', false],
  [`${'a'.repeat(64)}.example`, false],
  [`${'a.'.repeat(126)}ab`, false],
])('%s is a full name of a host: %p', (name, is) => {
  expect(hostNameSchema.safeParse(name).success).toBe(is);
});
