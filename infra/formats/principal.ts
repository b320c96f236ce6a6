/** Parts of a principal without its realm: `HTTP/auth.example.com` has two. In patterns a part may be `*` or `*N`. */
export type PrincipalPattern = readonly [string, ...string[]];

/** A principal as libkrb5 reads it. */
export interface ParsedPrincipal {
  readonly parts: readonly string[];
  readonly realm: string;
}

const PART = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9])?$/;
const WILDCARD = /^\*[1-9]?$/;

/** A realm as `centralSchema` takes it. */
const REALM = /^[A-Z0-9](?:[A-Z0-9.-]{0,252}[A-Z0-9])?$/;

/**
 * Writes a pattern of principals for a list of access rights. Parts and realm are letters, digits, `.`, `-` and `_`: nothing that libkrb5 reads
 * as a separator, an escape, or that ends a word.
 *
 * @throws RangeError on anything else
 */
export function principalPatternText(parts: PrincipalPattern, realm: string): string {
  if (!REALM.test(realm)) throw new RangeError(`${JSON.stringify(realm)} is not a realm`);
  for (const part of parts) {
    if (!PART.test(part) && !WILDCARD.test(part)) throw new RangeError(`${JSON.stringify(part)} is not a part of a principal`);
  }
  // One star alone would match every principal of every realm (MIT Kerberos 1.20, auth_acl.c).
  if (parts.length === 1 && parts[0] === '*') throw new RangeError('* matches every principal, of any number of parts: name them');
  return `${parts.join('/')}@${realm}`;
}

/** Whether every `*N` of a pattern refers to one of the first `wildcards`. */
export function hasBackReferenceAtMost(parts: readonly string[], wildcards: number): boolean {
  return parts.every((part) => !/^\*[1-9]$/.test(part) || Number(part[1]) <= wildcards);
}

/**
 * Writes a principal with its realm.
 *
 * @throws RangeError on a part or realm that is not letters, digits, `.`, `-` and `_`
 */
export function principalText(parts: PrincipalPattern, realm: string): string {
  for (const part of parts) if (!PART.test(part)) throw new RangeError(`${JSON.stringify(part)} is not a part of a principal`);
  return principalPatternText(parts, realm);
}

/**
 * Reads a principal as libkrb5 does (krb5_parse_name, MIT Kerberos 1.20): `/` and `@` separate unless a backslash stands before them.
 *
 * @param defaultRealm where the text names none
 * @throws RangeError when it has two realms or ends in a backslash
 */
export function parsePrincipal(text: string, defaultRealm: string): ParsedPrincipal {
  const parts = [''];
  let realm: string | undefined;
  const append = (character: string) => {
    if (realm === undefined) parts.push(`${parts.pop() ?? ''}${character}`);
    else realm += character;
  };
  const characters = text[Symbol.iterator]();
  for (let next = characters.next(); !next.done; next = characters.next()) {
    if (next.value === '\\') {
      const escaped = characters.next();
      if (escaped.done) throw new RangeError(`${JSON.stringify(text)} ends in a backslash`);
      append(ESCAPED[escaped.value] ?? escaped.value);
    } else if (next.value === '@') {
      if (realm !== undefined) throw new RangeError(`${JSON.stringify(text)} has two realms`);
      realm = '';
    } else if (next.value === '/' && realm === undefined) parts.push('');
    else append(next.value);
  }
  return { parts, realm: realm ?? defaultRealm };
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b', '0': '\0' };
