import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * A configuration table as NATS server configuration: JSON, which that format includes, in strings as its lexer knows them
 * (conf/lex.go, 2.12.0: no `\u` escapes). In a quoted string `$` names no variable.
 *
 * @throws RangeError when a text holds a control character or half a character, which that lexer could not read back
 */
export function toNatsConf(table: ConfigTable): string {
  return `${JSON.stringify(
    table,
    (key, value) => {
      for (const text of [key, value]) {
        if (typeof text === 'string' && (/[\u0000-\u001f\u007f]/.test(text) || !isWellFormed(text)))
          throw new RangeError(`a NATS configuration cannot hold ${JSON.stringify(text)}`);
      }
      return value;
    },
    2,
  )}\n`;
}
