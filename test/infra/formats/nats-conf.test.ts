import * as fc from 'fast-check';
import { toNatsConf } from '../../../infra/formats/nats-conf';
import { plainTextArbitrary, tableArbitrary } from './tables';

const readable = (text: string) => !/[\u0000-\u001f\u007f]/.test(text) && !/[\ud800-\udfff]/u.test(text);
const tables = tableArbitrary(
  plainTextArbitrary.filter(readable),
  (key) => !/["\\]/.test(key),
  (number) => !String(number).includes('e'),
);

describe('a table as a NATS configuration', () => {
  test('reads back as it was', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(JSON.parse(toNatsConf(table))).toEqual(table);
      }),
      { numRuns: 300 },
    );
  });

  test('has no escape but those of quotes and backslashes, which are all that the server knows', () => {
    fc.assert(
      fc.property(tables, (table) => {
        expect(toNatsConf(table).replaceAll(/\\["\\]/g, '')).not.toContain('\\');
      }),
      { numRuns: 300 },
    );
  });

  test.each(['\u0000', '\t', '\n', '\r', '\u001b', '\u001f', '\u007f', '\ud800', '\udc00'])(
    'refuses %j in a text, a key or a list',
    (character) => {
      for (const table of [{ a: `x${character}` }, { [`x${character}`]: 1 }, { a: [{ b: [`${character}`] }] }]) {
        expect(() => toNatsConf(table)).toThrow(RangeError);
      }
    },
  );

  test.each(['a"b', 'a": 1, "b', 'a\\', '\\"'])('refuses the key %j, since a quoted key ends at the next quote', (key) => {
    expect(() => toNatsConf({ a: { [key]: 1 } })).toThrow(`a NATS configuration cannot have the key ${JSON.stringify(key)}`);
  });

  test.each([1e21, 1e-7, Number.NaN, Number.POSITIVE_INFINITY])('refuses the number %d, whose exponent would be a unit', (number) => {
    expect(() => toNatsConf({ a: [number] })).toThrow(`a NATS configuration cannot hold the number ${number}`);
  });

  test('says what it refuses', () => {
    expect(() => toNatsConf({ name: 'a\nb' })).toThrow(new RangeError('a NATS configuration cannot hold "a\\nb"'));
  });
});
