import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * A configuration table as TOML. Every `$` becomes the escape `\u0024`: Telegraf replaces `$NAME` and `${NAME}` in the raw text by
 * environment variables before it parses it (config/envvar.go, 1.37.2), and a text of the model must not be able to say that.
 *
 * @throws RangeError when a text holds half a character, which TOML cannot say
 */
export function toToml(table: ConfigTable): string {
  const text = stringify(table);
  // The writer escapes half a character by its number, which readers refuse.
  if (/\\ud[89a-f]/.test(text.replaceAll('\\\\', '')) || !isWellFormed(text)) throw new RangeError('TOML cannot hold half a character');
  // Outside strings and quoted keys TOML has no dollar sign, and the writer quotes both with double quotes, where escapes hold.
  return text.replaceAll('$', '\\u0024');
}
