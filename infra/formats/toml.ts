import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * A configuration table as TOML for Telegraf. Every `$` is doubled: Telegraf replaces `$NAME` and `${NAME}` by environment variables, in
 * the raw text or, from 1.38, in the parsed values, and makes one `$` of two in both (config/envvar.go, 1.37.2, seen with and without
 * --strict-env-handling). A text of the model must not be able to name a variable. Keys must hold no `$`: they are not read back so.
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
  return stringify(table).replaceAll('$', () => '$$');
}
