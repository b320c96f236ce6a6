import * as fc from 'fast-check';
import type { ConfigTable, ConfigValue } from '../../../infra/model/config';

/**
 * Tables of any shape that TOML and JSON can both say.
 *
 * @param isKey whether a format takes a key. @default - all
 * @param isNumber whether a format takes a number. @default - all
 */
export function tableArbitrary(
  text: fc.Arbitrary<string>,
  isKey: (key: string) => boolean = () => true,
  isNumber: (number: number) => boolean = () => true,
): fc.Arbitrary<ConfigTable> {
  const key = text.filter((name) => name !== '__proto__' && isKey(name));
  const { table } = fc.letrec<{ value: ConfigValue; table: ConfigTable }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      text,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, noInteger: true }).filter(isNumber),
      fc.boolean(),
      fc.array(text, { maxLength: 3 }),
      fc.array(tie('table'), { maxLength: 3 }),
      tie('table'),
    ),
    table: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  return table;
}

/** Texts with what configuration formats must escape. */
export const plainTextArbitrary = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('"', "'", '\\', '$', '{', '}', '#', '[', ']', '=', '\\u0024', 'A', ' ', '😀'), { maxLength: 8 })
    .map((parts) => parts.join('')),
);

/** What Telegraf makes of a configuration before it is parsed, where no variable is named: one dollar sign of two. */
export const asTelegrafReads = (toml: string): string => toml.replaceAll('$$', () => '$');
