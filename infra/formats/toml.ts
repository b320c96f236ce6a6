import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * The value of an environment variable of the pod, as a value of a table, with a text behind it: only where {@link toToml} is told the
 * variable's name. Holds control characters, which no text of the model does.
 */
export function environmentVariable(name: string, suffix = ''): string {
  return `\u0001${name}\u0002${suffix}`;
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
    (toml, name) => toml.replaceAll(stringify({ a: environmentVariable(name) }).slice(4, -2), `"\${${name}}`),
    text,
  );
}
