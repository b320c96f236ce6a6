import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * A configuration table as TOML. Every `$` becomes the escape `\u0024`: Telegraf replaces `$NAME` and `${NAME}` in the raw text by
 * environment variables before it parses it (config/envvar.go, 1.37.2), and a text of the model must not be able to say that.
 *
 * @throws RangeError when a text holds half a character, which the writer would replace in silence
 */
export function toToml(table: ConfigTable): string {
  JSON.stringify(table, (key, value) => {
    for (const text of [key, value]) {
      if (typeof text === 'string' && !isWellFormed(text)) throw new RangeError(`TOML cannot hold ${JSON.stringify(text)}`);
    }
    return value;
  });
  // Outside strings and quoted keys TOML has no dollar sign, and the writer quotes both with double quotes, where escapes hold.
  return stringify(table).replaceAll('$', '\\u0024');
}
