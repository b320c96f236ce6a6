import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * A configuration table as NATS server configuration: JSON, which that format includes, in strings as its lexer knows them
 * (conf/lex.go, 2.12.0: no `\u` escapes). In a quoted string `$` names no variable. A quoted key knows no escapes at all: it ends at the
 * next quote. A number with an exponent is none: `e` after digits stands for 10^18.
 *
 * @throws RangeError when a text holds a control character or half a character, a key a quote or a backslash, or a number an exponent: what
 * that lexer would not read back
 */
export function toNatsConf(table: ConfigTable): string {
  return `${JSON.stringify(
    table,
    (key, value) => {
      for (const text of [key, value]) {
        if (typeof text === 'string' && (/[\u0000-\u001f\u007f]/.test(text) || !isWellFormed(text)))
          throw new RangeError(`a NATS configuration cannot hold ${JSON.stringify(text)}`);
      }
      if (/["\\]/.test(key)) throw new RangeError(`a NATS configuration cannot have the key ${JSON.stringify(key)}`);
      if (typeof value === 'number' && !/^-?[0-9]+(?:\.[0-9]+)?$/.test(String(value)))
        throw new RangeError(`a NATS configuration cannot hold the number ${value}`);
      return value;
    },
    2,
  )}\n`;
}
