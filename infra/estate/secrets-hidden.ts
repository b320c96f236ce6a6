const PRIVATE_KEY = /AGE-SECRET-KEY-|-----BEGIN [A-Z0-9 ]*PRIVATE KEY/;

/** True for a text that holds a private key. */
export function isPrivateKey(value: unknown): boolean {
  return typeof value === 'string' && PRIVATE_KEY.test(value);
}

/** A value without the private keys and the passwords of addresses in it, so that no message, log or report repeats them. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return isPrivateKey(value) ? '(a private key)' : value.replace(/:\/\/[^/@\s]*@/g, '://(hidden)@');
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
