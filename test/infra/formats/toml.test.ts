import * as fc from 'fast-check';
import { parse } from 'smol-toml';
import { toToml } from '../../../infra/formats/toml';
import { asTelegrafReads, plainTextArbitrary, tableArbitrary } from './tables';

const anyText = fc.oneof(
  plainTextArbitrary,
  fc.string({ unit: 'binary' }).filter((text) => !/[\ud800-\udfff]/u.test(text)),
);

const withoutDollar = (key: string) => !key.includes('$');

describe('a table as TOML', () => {
  test('reads back as it was', () => {
    fc.assert(
      fc.property(tableArbitrary(anyText, withoutDollar), (table) => {
        expect(parse(asTelegrafReads(toToml(table)))).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  test('has dollar signs in pairs only, so that Telegraf finds no variable in it', () => {
    fc.assert(
      fc.property(tableArbitrary(plainTextArbitrary, withoutDollar), (table) => {
        for (const [run] of toToml(table).matchAll(/\$+/g)) expect(run.length % 2).toBe(0);
      }),
      { numRuns: 300 },
    );
    expect(toToml({ it: '\\$NAME and $$' })).toBe('it = "\\\\$$NAME and $$$$"\n');
  });

  test('keeps lists of tables in their order', () => {
    expect(parse(toToml({ inputs: { s7comm: [{ alias: 'b' }, { alias: 'a' }] } }))).toEqual({
      inputs: { s7comm: [{ alias: 'b' }, { alias: 'a' }] },
    });
  });

  test.each([[{ a: 'x\ud800' }], [{ a: { '\udc00': 1 } }], [{ a: ['\ud83d\ud83d\ude00'] }]])('refuses half a character in %j', (table) => {
    expect(() => toToml(table)).toThrow(RangeError);
  });

  test('refuses a key with a dollar sign, which Telegraf reads back as one or as two', () => {
    expect(() => toToml({ a: [{ b$c: 1 }] })).toThrow('a configuration of Telegraf cannot have the key "b$c"');
  });

  test('does not take the text \\ud800 for half a character', () => {
    expect(parse(toToml({ a: '\\ud800' }))).toEqual({ a: '\\ud800' });
  });
});
