import { X509Certificate } from 'node:crypto';
import { id_kp_clientAuth, id_kp_serverAuth, KeyUsageFlags } from '@peculiar/asn1-x509';
import { isName } from '../../infra/model/name';
import type { SecretContent } from '../../infra/model/secret-requirement';
import { type KeyedCertificate, makeCertificate } from './certificate';

/** One day, in milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** How long a certificate of the authority itself holds: ten years. */
export const AUTHORITY_LIFE = 3650 * DAY;

/** How long a certificate that it signs holds: two years. */
export const LEAF_LIFE = 730 * DAY;

/** How far a certificate is dated back: a node whose clock is late by less takes it all the same. */
export const BACKDATED = DAY;

/** What an RSA key may be used for: all that OPC UA wants of an application (part 6, 6.2.2). */
const RSA_USES =
  KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation | KeyUsageFlags.keyEncipherment | KeyUsageFlags.dataEncipherment;

/** What to make a certificate of: a requirement's content. */
export type CertificateRequest = Extract<SecretContent, { kind: 'certificate' }>;

/** A plant's own certificate authority: what its owner keeps, encrypted for the owner alone. */
export interface PlantAuthority {
  readonly plant: string;
  /** Signs new certificates. */
  readonly signing: KeyedCertificate;
  /** The successor: trusted already, and not yet signing. */
  readonly next?: KeyedCertificate;
  /** PEM of predecessors, which stay trusted until they end. Their keys are gone. */
  readonly former: readonly string[];
}

/** Makes an authority that signs at once. */
export function newAuthority(plant: string, now: Date): PlantAuthority {
  return { plant, signing: authorityCertificate(plant, now), former: [] };
}

/**
 * Makes a certificate of an authority: `CN=<plant> plant authority`, which signs itself, and below which there is no other authority.
 *
 * @throws when `plant` is not a name of the model
 */
export function authorityCertificate(plant: string, now: Date): KeyedCertificate {
  assertName(plant);
  return makeCertificate({
    commonName: `${plant} plant authority`,
    notBefore: wholeSeconds(now.getTime() - BACKDATED),
    notAfter: wholeSeconds(now.getTime() + AUTHORITY_LIFE),
    keyUsage: KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
    authority: true,
  });
}

/**
 * Makes a key, and a certificate for it that the authority signs. Its subject is exactly `CN=<commonName>`, because the plant broker
 * takes that for the user. It holds two years, and never longer than the authority.
 *
 * @throws when the name, a DNS name, a URI or the usages cannot be, or when the authority has ended
 */
export function issueCertificate(authority: PlantAuthority, request: CertificateRequest, now: Date): KeyedCertificate {
  const { commonName, dnsNames, uriNames = [], keyType = 'p-256', usages } = request;
  assertName(commonName);
  for (const name of dnsNames) assertDnsName(name);
  for (const name of uriNames) assertUri(name);
  if (usages.length === 0) throw new Error(`the certificate of ${commonName} has no usage: name client, server or both`);
  if (usages.includes('server') && dnsNames.length === 0) {
    throw new Error(`the certificate of ${commonName} is a server's and has no DNS name: nobody could verify it`);
  }
  const end = notAfterOf(authority.signing.certificate);
  if (end <= now) throw new Error(`the authority of ${authority.plant} ended on ${end.toISOString()}`);
  return makeCertificate(
    {
      commonName,
      notBefore: wholeSeconds(now.getTime() - BACKDATED),
      notAfter: wholeSeconds(Math.min(now.getTime() + LEAF_LIFE, end.getTime())),
      keyUsage: keyType === 'p-256' ? KeyUsageFlags.digitalSignature : RSA_USES,
      extendedKeyUsages: usages.map((usage) => (usage === 'client' ? id_kp_clientAuth : id_kp_serverAuth)),
      dnsNames,
      uriNames,
      keyType,
      authority: false,
    },
    authority.signing,
  );
}

/** PEM of all that the plant trusts at the moment: who signs, then who will, then who did. */
export function trustedCertificates(authority: PlantAuthority, now: Date): string[] {
  const all = [authority.signing.certificate, ...(authority.next ? [authority.next.certificate] : []), ...authority.former];
  return all.filter((certificate) => notAfterOf(certificate) > now);
}

/** When a certificate ends, from its PEM. */
export function notAfterOf(certificate: string): Date {
  return new Date(new X509Certificate(certificate).validTo);
}

/**
 * By what a certificate is told from others in annotations: `ca-` and the first 16 digits of its SHA-256 fingerprint. The letters keep
 * YAML from taking it for a number.
 */
export function certificateId(certificate: string): string {
  return `ca-${new X509Certificate(certificate).fingerprint256.replaceAll(':', '').slice(0, 16).toLowerCase()}`;
}

/** A name of the model needs no escape in a distinguished name (RFC 2253, section 2.4), whoever writes it. */
function assertName(name: string): void {
  if (!isName(name)) throw new Error(`${JSON.stringify(name)} cannot be the subject of a certificate: it is not a name of the model`);
}

function assertDnsName(name: string): void {
  const labels = name.replace(/^\*\./, '').split('.');
  if (name.length > 253 || !labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) {
    throw new Error(`${JSON.stringify(name)} is not a DNS name in lower case, with *. before it or without`);
  }
}

/** Visible characters of ASCII behind a scheme: what an IA5String carries and every reader takes for a URI. */
function assertUri(name: string): void {
  if (name.length > 253 || !/^[a-z][a-z0-9+.-]*:[!-~]+$/.test(name)) {
    throw new Error(`${JSON.stringify(name)} is not a URI, such as urn:millwright:gateway:press-1`);
  }
}

/** Certificates know no parts of seconds. */
function wholeSeconds(time: number): Date {
  return new Date(Math.floor(time / 1000) * 1000);
}
