import type { ConfigValue } from '../../model/config';
import type { Problem } from '../../model/problem';
import type { PathOf } from '../protocol';

/** Keys under which programs take what nobody else should know. */
const SECRET_KEY = /password|passwd|token|secret|key/i;

/** What the agent replaces by the content of its Secret. */
const FROM_SECRET = /\{(?:username|password)\}/;

/**
 * Warns of what looks like a password in clear among the details of a driver: they stand in Git, and every edge agent may read them in the ConfigDB. What stands
 * there is not told.
 *
 * @param pathOf path in the estate of a path in the device's settings
 */
export function clearLogins(details: ConfigValue, pathOf: PathOf): Problem[] {
  return textsUnder(details, ['details'], false).map((path) => ({
    rule: 'factoryplus/clear-login',
    severity: 'warning',
    path: pathOf(...path),
    message: 'looks like something secret in clear: details stand in Git and in the ConfigDB, where every edge agent reads them',
    remedy: 'write {password} in its place and state under login what it opens; leave it if it is not secret',
  }));
}

/** Paths of the texts at or below a key that looks secret. */
function textsUnder(value: ConfigValue, path: readonly (string | number)[], isSecret: boolean): (readonly (string | number)[])[] {
  if (typeof value === 'string') return isSecret && !FROM_SECRET.test(value) ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((inner: ConfigValue, index) => textsUnder(inner, [...path, index], isSecret));
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => textsUnder(inner, [...path, key], isSecret || SECRET_KEY.test(key)));
}
