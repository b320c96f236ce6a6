import * as fc from 'fast-check';
import { toKrb5Conf } from '../../../infra/formats/krb5-conf';

test('sections hold relations, lists are repeated, and braces nest', () => {
  expect(
    toKrb5Conf({
      libdefaults: { default_realm: 'EXAMPLE.COM', rdns: false },
      realms: { 'EXAMPLE.COM': { kdc: ['kdc.example.com:88', 'kdc2.example.com'], disable_encrypted_timestamp: true } },
    }),
  ).toBe(`[libdefaults]
    default_realm = EXAMPLE.COM
    rdns = false

[realms]
    EXAMPLE.COM = {
        kdc = kdc.example.com:88
        kdc = kdc2.example.com
        disable_encrypted_timestamp = true
    }
`);
});

test.each(['a\nb = c', '{', 'x } y', '# comment', '; comment', '"quoted"', ' x', 'x ', '[section]', 'x'.repeat(1001)])(
  'a text that the format would read as something else is refused: %j',
  (text) => {
    expect(() => toKrb5Conf({ libdefaults: { default_realm: text } })).toThrow(RangeError);
  },
);

test('whatever text it takes stands on one line, whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      let written: string;
      try {
        written = toKrb5Conf({ s: { t: text } });
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      expect(written).toBe(`[s]\n    t = ${text === '' ? '""' : text}\n`);
      expect(written.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(3);
    }),
  );
});
