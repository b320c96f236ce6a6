import { randomBytes } from 'node:crypto';
import { DATABASE_LOGIN_KEYS, type SecretContent, type SecretRequirement } from '../../infra/model/secret-requirement';
import {
  type CertificateRequest,
  certificateId,
  issueCertificate,
  notAfterOf,
  type PlantAuthority,
  trustedCertificates,
} from './authority';
import { certificateAnnotations, requestText } from './marks';

/** A user name and a password that somebody gave. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** A Secret in clear: never written anywhere but to the program that encrypts it. */
export interface ClearSecret {
  readonly apiVersion: 'v1';
  readonly kind: 'Secret';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly type: string;
  readonly stringData: Readonly<Record<string, string>>;
}

/** Label by which a Secret is known to be Millwright's to renew. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'millwright' } as const;

/** A Secret stays when its file leaves the tree: only a person removes it. */
const KEEP = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } as const;

/** Makes a certificate's Secret: a new key, the certificate, and all that the plant trusts. */
export function certificateSecret(
  requirement: SecretRequirement,
  request: CertificateRequest,
  authority: PlantAuthority,
  now: Date,
): ClearSecret {
  const { certificate, key } = issueCertificate(authority, request, now);
  const trusted = trustedCertificates(authority, now);
  const marks = {
    request: requestText(request),
    notAfter: notAfterOf(certificate),
    signedBy: certificateId(authority.signing.certificate),
    trusts: trusted.map(certificateId),
  };
  return secret(requirement, { 'ca.crt': trusted.join(''), 'tls.crt': certificate, 'tls.key': key }, certificateAnnotations(marks));
}

/**
 * Makes the Secret of a login or a registry's login from what was given.
 *
 * @throws when the requirement is of another kind
 */
export function loginSecret(requirement: SecretRequirement, { username, password }: Login): ClearSecret {
  const { content } = requirement;
  if (content.kind === 'login' && content.inJson) {
    const escaped = (text: string) => JSON.stringify(text).slice(1, -1);
    return secret(requirement, { [content.inJson.username]: escaped(username), [content.inJson.password]: escaped(password) });
  }
  if (content.kind === 'login') {
    const encoded = opensDatabase(requirement)
      ? { username_url: encodeURIComponent(username), password_url: encodeURIComponent(password) }
      : {};
    return secret(requirement, { username, password, ...encoded });
  }
  if (content.kind !== 'registryLogin') throw new Error(`${requirement.namespace}/${requirement.name} holds no login`);
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return secret(requirement, { '.dockerconfigjson': JSON.stringify({ auths: { [content.server]: { username, password, auth } } }) });
}

/** Makes the Secret of a password that only programs know: 192 bits of chance, other ones at every call. */
export function passwordSecret(requirement: SecretRequirement, { username }: Extract<SecretContent, { kind: 'password' }>): ClearSecret {
  return secret(requirement, { username, password: randomBytes(24).toString('base64url') });
}

/** Makes the Secret of several passwords: 192 bits of chance each. */
export function passwordsSecret(requirement: SecretRequirement): ClearSecret {
  return secret(requirement, Object.fromEntries(requirement.keys.map((key) => [key, randomBytes(24).toString('base64url')])));
}

/** Whether a login is that of a database, which is also given in the encoded form. */
export function opensDatabase({ content, keys }: SecretRequirement): boolean {
  return content.kind === 'login' && DATABASE_LOGIN_KEYS.every((key) => keys.includes(key));
}

/** Whether a requirement is filled with a user name and a password that somebody gives. */
export function takesLogin({ content }: SecretRequirement): boolean {
  return content.kind === 'login' || content.kind === 'registryLogin';
}

function secret(
  { namespace, name, type, keys }: SecretRequirement,
  stringData: Record<string, string>,
  annotations: Record<string, string> = {},
): ClearSecret {
  const made = Object.keys(stringData);
  if (made.length !== keys.length || !keys.every((key) => made.includes(key))) {
    throw new Error(`${namespace}/${name} must have the keys ${keys.join(', ')}, and ${made.join(', ')} were made`);
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: MANAGED_BY, annotations: { ...KEEP, ...annotations } },
    type,
    stringData,
  };
}
