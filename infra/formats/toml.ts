import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';

/**
 * A configuration table as TOML. Every `$` becomes the escape `\u0024`: Telegraf replaces `$NAME` and `${NAME}` in the raw text by
 * environment variables before it parses it (config/envvar.go, 1.37.2), and a text of the model must not be able to say that.
 */
export function toToml(table: ConfigTable): string {
  // Outside strings and quoted keys TOML has no dollar sign, and the writer quotes both with double quotes, where escapes hold.
  return stringify(table).replaceAll('$', '\\u0024');
}
