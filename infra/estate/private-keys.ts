const PRIVATE_KEY = /AGE-SECRET-KEY-|-----BEGIN [A-Z0-9 ]*PRIVATE KEY/;

/** A value in which every text that holds a private key is replaced, so that no message, log or report repeats it. */
export function withoutPrivateKeys(value: unknown): unknown {
  if (typeof value === 'string') return PRIVATE_KEY.test(value) ? '(a private key)' : value;
  if (Array.isArray(value)) return value.map(withoutPrivateKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPrivateKeys(inner)]));
}
