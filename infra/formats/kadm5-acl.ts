import { hasBackReferenceAtMost, type PrincipalPattern, principalPatternText } from './principal';

/** Operations on the database of principals, and the letters by which an access control list grants them (MIT Kerberos 1.20, “kadm5.acl”). */
export const RIGHTS = {
  /** Make a principal. */
  add: 'a',
  /** Remove one. */
  delete: 'd',
  /** Change its attributes, among them whether it gets tickets. */
  modify: 'm',
  /** Give it a new password or a new random key. */
  changePassword: 'c',
  /** Look at its attributes. */
  inquire: 'i',
  /** See the names of all. */
  list: 'l',
  /** Give it a key that the asker knows. */
  setKey: 's',
  /** Read the key that it has. */
  extractKeys: 'e',
} as const;

/** An operation on the database of principals. */
export type KadminOperation = keyof typeof RIGHTS;

/** A line of an access control list. The first line whose principal and target both match decides; there is no second look. */
export interface AclLine {
  /** Who asks: a principal without its realm; a part of it may be `*`. */
  readonly client: PrincipalPattern;
  /** What he may do; nothing, to end the search. */
  readonly may: readonly KadminOperation[];
  /** To which principals: a part may be `*`, or `*1` for what the first `*` of the client stood for. @default - to all */
  readonly target?: PrincipalPattern;
}

/**
 * Writes an access control list of kadmind (kadm5.acl). Every principal is written with its realm. A line that grants nothing takes every
 * right away in capitals.
 *
 * @param realm of every client and target
 * @throws RangeError on a name that the format would read as something else, or a reference to a `*` that is not there
 */
export function toKadm5Acl(realm: string, lines: readonly AclLine[]): string {
  return lines
    .map(({ client, may, target }) => {
      const rights = may.length > 0 ? lettersOf(may) : lettersOf(Object.keys(RIGHTS) as KadminOperation[]).toUpperCase();
      const wildcards = client.filter((part) => part === '*').length;
      if (!hasBackReferenceAtMost(client, 0) || !hasBackReferenceAtMost(target ?? [], wildcards)) {
        throw new RangeError(`a target names a “*” that its client does not have: ${JSON.stringify({ client, target })}`);
      }
      const words = [principalPatternText(client, realm), rights, ...(target ? [principalPatternText(target, realm)] : [])];
      return `${words.join(' ')}\n`;
    })
    .join('');
}

const lettersOf = (may: readonly KadminOperation[]) => [...new Set(may.map((operation) => RIGHTS[operation]))].sort().join('');
