import type { CertificateRequest } from './authority';

/** What a Secret's annotations say of its certificate, so that all of it can be seen without decrypting. */
export interface CertificateMarks {
  /** What it was made for, as {@link requestText} writes it. */
  readonly request: string;
  readonly notAfter: Date;
  /** Id of the authority's certificate that signed it. */
  readonly signedBy: string;
  /** Ids of the certificates in `ca.crt`. */
  readonly trusts: readonly string[];
}

const REQUEST = 'millwright/certificate';
const NOT_AFTER = 'millwright/not-after';
const SIGNED_BY = 'millwright/signed-by';
const TRUSTS = 'millwright/trusts';

/**
 * `CN=plant-broker; DNS plant-broker.messaging.svc.cluster.local; client, server`: a request on one line, for people and to compare. URIs
 * and a kind of key are said where they are asked for.
 */
export function requestText({ commonName, dnsNames, uriNames = [], keyType = 'p-256', usages }: CertificateRequest): string {
  const names = dnsNames.length > 0 ? [`DNS ${[...dnsNames].sort().join(', ')}`] : [];
  const uris = uriNames.length > 0 ? [`URI ${[...uriNames].sort().join(', ')}`] : [];
  const key = keyType === 'p-256' ? [] : [keyType];
  return [`CN=${commonName}`, ...names, ...uris, ...key, [...usages].sort().join(', ')].join('; ');
}

/** The annotations of a certificate's Secret. */
export function certificateAnnotations({ request, notAfter, signedBy, trusts }: CertificateMarks): Record<string, string> {
  return { [REQUEST]: request, [NOT_AFTER]: notAfter.toISOString(), [SIGNED_BY]: signedBy, [TRUSTS]: trusts.join(',') };
}

/** Reads them back; undefined when one is missing or no date. */
export function certificateMarks(annotations: Readonly<Record<string, string>>): CertificateMarks | undefined {
  const { [REQUEST]: request, [NOT_AFTER]: end = '', [SIGNED_BY]: signedBy, [TRUSTS]: trusts } = annotations;
  const notAfter = new Date(end);
  if (request === undefined || signedBy === undefined || trusts === undefined || Number.isNaN(notAfter.getTime())) return undefined;
  return { request, notAfter, signedBy, trusts: trusts.split(',') };
}
