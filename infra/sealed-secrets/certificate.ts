import { createHash, X509Certificate } from 'node:crypto';

/** Label by which the controller knows the Secrets with its keys, in its own namespace (Sealed Secrets 0.40, docs/bring-your-own-certificates). */
export const SEALING_KEY_LABEL = { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' } as const;

/** Keys of a Secret with a sealing key. */
export const SEALING_KEY_KEYS = ['tls.crt', 'tls.key'] as const;

/** Smallest key that seals, in bits. The controller makes keys of 4096. */
export const SMALLEST_SEALING_KEY = 2048;

/** The public half of a sealing key. */
export interface SealingCertificate {
  /** PEM of this certificate alone, ending with a line feed. */
  readonly pem: string;
  /** `sha256:` and the SHA-256 of the certificate (DER) in 64 hexadecimal digits. */
  readonly fingerprint: string;
  /** Name of the Secret in namespace `sealed-secrets` that must hold the pair. */
  readonly secretName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Size of its RSA key in bits; undefined for a key of another kind, which cannot seal. */
  readonly rsaBits?: number;
}

/**
 * Reads the sealing certificates of a cluster in the order in which they are stated.
 *
 * @param pem one or more certificates
 * @throws when a certificate cannot be read; its number is in the message, counted from 1
 */
export function sealingCertificates(pem: string): SealingCertificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block, index) => {
    const certificate = parsed(block, index + 1);
    const digest = createHash('sha256').update(certificate.raw).digest('hex');
    const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
    const bits = asymmetricKeyType === 'rsa' ? asymmetricKeyDetails?.modulusLength : undefined;
    return {
      pem: `${block}\n`,
      fingerprint: `sha256:${digest}`,
      secretName: `sealing-key-${digest.slice(0, 16)}`,
      notBefore: new Date(certificate.validFrom),
      notAfter: new Date(certificate.validTo),
      ...(bits === undefined ? {} : { rsaBits: bits }),
    };
  });
}

function parsed(block: string, number: number): X509Certificate {
  try {
    return new X509Certificate(block);
  } catch {
    throw new Error(`certificate ${number} cannot be read`);
  }
}
