import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * The value of an environment variable of the pod, as a value of a table: it stands alone, and only where {@link toToml} is told its name.
 * Begins with a control character, which no text of the model holds.
 */
export function environmentVariable(name: string): string {
  return `\u0001${name}`;
}

/**
 * A configuration table as TOML for Telegraf. Every `$` is doubled: Telegraf replaces `$NAME` and `${NAME}` by environment variables, in
 * the raw text or, from 1.38, in the parsed values, and makes one `$` of two in both (config/envvar.go, 1.37.2, seen with and without
 * --strict-env-handling). A text of the model must not be able to name a variable. A key with a `$` is refused: from 1.38 two would stay two.
 *
 * @param environment variables whose {@link environmentVariable} becomes `${NAME}`, for values that are known in the pod alone, such as
 * its node's name. What they hold is put in as it is: it must need no escape
 * @throws RangeError when a text holds half a character, which the writer would replace in silence, and for a key with a `$`
 */
export function toToml(table: ConfigTable, environment: readonly string[] = []): string {
  JSON.stringify(table, (key, value) => {
    for (const text of [key, value]) {
      if (typeof text === 'string' && !isWellFormed(text)) throw new RangeError(`TOML cannot hold ${JSON.stringify(text)}`);
    }
    if (key.includes('$')) throw new RangeError(`a configuration of Telegraf cannot have the key ${JSON.stringify(key)}`);
    return value;
  });
  const text = stringify(table).replaceAll('$', () => '$$');
  return environment.reduce(
    (toml, name) => toml.replaceAll(stringify({ a: environmentVariable(name) }).slice(4, -1), `"\${${name}}"`),
    text,
  );
}
