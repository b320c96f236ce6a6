import type { AclLine, KadminOperation } from '../formats/kadm5-acl';
import { type ParsedPrincipal, type PrincipalPattern, parsePrincipal } from '../formats/principal';
import { RESERVED_CLUSTER_NAMES } from '../model/object-names';

/**
 * The principal of the people who install the centre: it may do everything but read keys. Directory, Auth and
 * ConfigDB give it every right too (ROOT_PRINCIPAL); ACS 6.8.1 has five more services do so.
 */
export const ADMINISTRATOR = 'admin';

/** The first part of the principal of a Kerberos keys operator: of the centre alone, of an edge cluster with `/CLUSTER`. */
export const KEYS_OPERATOR = 'op1krbkeys';

/** All that an administrator may do: the letter `x` of ACS 6.8.1, which leaves out reading keys. */
const EVERYTHING: readonly KadminOperation[] = ['add', 'delete', 'modify', 'changePassword', 'inquire', 'list', 'setKey'];

/**
 * What a Kerberos keys operator does (ACS 6.8.1, krbkeys/kadmin.py): it looks for a principal, makes it, lets it have tickets or not, gives it
 * a new key. It removes none and lists none.
 */
const KEYS: readonly KadminOperation[] = ['add', 'modify', 'changePassword', 'inquire'];

/** First parts of the principals of Kerberos itself: who has one of their keys is everybody. */
const KERBEROS_ITSELF = ['K', 'kadmin', 'kiprop', 'krbtgt'] as const;

/** First parts of the principals of servers, whose second part is a host: an edge cluster might bear the name of one. */
const SERVERS = ['HTTP', 'host', 'mqtt', 'postgres'] as const;

/**
 * Who may administer which principals: `admin` and the named people all of them, the Kerberos keys operator of the centre all but those of
 * Kerberos itself, that of an edge cluster those with two or three parts whose second is the cluster's name (ACS 6.8.1), but for servers.
 * ACS 6.8.1 has the last rule without its exceptions: a cluster named `admin` would administer `kadmin/admin` there.
 *
 * @param people first parts of the principals `NAME/admin` of people
 */
export function administratorLines(realm: string, people: readonly string[] = []): AclLine[] {
  const edge: PrincipalPattern = [KEYS_OPERATOR, '*'];
  return [
    { client: [ADMINISTRATOR], may: EVERYTHING },
    ...[...people].sort().map((name): AclLine => ({ client: [name, 'admin'], may: EVERYTHING })),
    { client: [KEYS_OPERATOR], may: [], target: ['K', 'M'] },
    { client: [KEYS_OPERATOR], may: [], target: ['kadmin', '*'] },
    { client: [KEYS_OPERATOR], may: [], target: ['kiprop', '*'] },
    { client: [KEYS_OPERATOR], may: [], target: ['krbtgt', realm] },
    { client: [KEYS_OPERATOR], may: KEYS },
    ...RESERVED_CLUSTER_NAMES.map((name): AclLine => ({ client: [KEYS_OPERATOR, name], may: [] })),
    ...[...KERBEROS_ITSELF, ...SERVERS].map((first): AclLine => ({ client: edge, may: [], target: [first, '*'] })),
    { client: edge, may: KEYS, target: ['*', '*1'] },
    { client: edge, may: KEYS, target: ['*', '*1', '*'] },
  ];
}

/**
 * Whether kadmind lets a principal do something to another (MIT Kerberos 1.20, auth_acl.c and auth_self.c): the first line that matches decides;
 * beside the list, everybody may look at himself and change his own password.
 *
 * @param realm of the list
 * @param client principal that asks; of `realm` unless it names another
 * @param target principal that it is done to; none for `list`
 */
export function mayAdminister(
  realm: string,
  acl: readonly AclLine[],
  client: string,
  operation: KadminOperation,
  target?: string,
): boolean {
  const asker = parsePrincipal(client, realm);
  const subject = target === undefined ? undefined : parsePrincipal(target, realm);
  if (subject && (operation === 'inquire' || operation === 'changePassword') && same(asker, subject)) return true;
  const line = acl.find((candidate) => {
    const stars: string[] = [];
    if (!matches(candidate.client, asker, realm, stars)) return false;
    if (candidate.target === undefined) return true;
    return subject !== undefined && matches(candidate.target, subject, realm, stars);
  });
  return line?.may.includes(operation) ?? false;
}

const same = (a: ParsedPrincipal, b: ParsedPrincipal) =>
  a.realm === b.realm && a.parts.length === b.parts.length && a.parts.every((part, index) => part === b.parts[index]);

/** @param stars what each `*` of the client stood for; those of the client are added to it */
function matches(pattern: PrincipalPattern, { parts, realm: its }: ParsedPrincipal, realm: string, stars: string[]): boolean {
  if (its !== realm || parts.length !== pattern.length) return false;
  return pattern.every((wanted, index) => {
    const part = parts[index] ?? '';
    if (wanted === '*') {
      stars.push(part);
      return true;
    }
    const [, reference] = /^\*([1-9])$/.exec(wanted) ?? [];
    return part === (reference === undefined ? wanted : stars[Number(reference) - 1]);
  });
}
