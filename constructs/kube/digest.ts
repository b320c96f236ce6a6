import { createHash } from 'node:crypto';

/** Eight hexadecimal digits that change with a value: for the name of an object that must be replaced when it does. */
export function nameDigest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
