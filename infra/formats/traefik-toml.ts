import { stringify } from 'smol-toml';
import type { ConfigTable } from '../model/config';
import { isWellFormed } from '../model/text';

/**
 * A configuration table as TOML for Traefik. Its file provider takes every file for a template of Go before it reads it (pkg/provider/file,
 * 3.5.4), in which `{{` begins an instruction: what holds one is refused.
 *
 * @throws RangeError when a text holds `{{`, half a character, which the writer would replace in silence, or a control character
 */
export function toTraefikToml(table: ConfigTable): string {
  JSON.stringify(table, (key, value) => {
    for (const text of [key, value]) {
      if (typeof text === 'string' && (text.includes('{{') || /\p{Cc}/u.test(text) || !isWellFormed(text))) {
        throw new RangeError(`a configuration of Traefik cannot hold ${JSON.stringify(text)}`);
      }
    }
    return value;
  });
  const text = stringify(table);
  // Two braces that are no text's, but those of tables on one line.
  if (text.includes('{{')) throw new RangeError('a configuration of Traefik cannot hold a table in a table on one line');
  return text;
}

const HOST = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * A rule of a router that one of these hosts is asked for.
 *
 * @throws RangeError when there is none, or one is no host name in lower case: a backquote would end it in the rule
 */
export function hostRule(...hosts: readonly string[]): string {
  const strange = hosts.find((host) => host.length > 253 || !HOST.test(host));
  if (strange !== undefined || hosts.length === 0) throw new RangeError(`a route cannot be for the host ${JSON.stringify(strange)}`);
  return hosts.map((host) => `Host(\`${host}\`)`).join(' || ');
}
