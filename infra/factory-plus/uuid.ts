import { createHash } from 'node:crypto';

/** Namespace of the ids that Millwright gives to objects of Factory+: a random UUID, made once and never changed. */
const NAMESPACE = '48545d79-0b6d-4eb7-b112-00b2cffe8a4b';

/**
 * The id of an object of Factory+: a UUID of version 5 (RFC 9562, 5.5) of its path, so that every run gives an object the same id, and
 * another installation of Factory+ gives it another one.
 *
 * @param realm Kerberos realm of the installation
 * @param path what the object is, such as `mqtt-permission`, `plant`, `leeds`; no part holds a slash
 */
export function factoryPlusUuid(realm: string, ...path: readonly string[]): string {
  const digest = createHash('sha1')
    .update(Buffer.from(NAMESPACE.replaceAll('-', ''), 'hex'))
    .update([realm, ...path].join('/'))
    .digest();
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  return digest.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
