import { createHash } from 'node:crypto';

/** Four bytes with which a key store of Java begins, and the version of what follows (JavaKeyStore.java, OpenJDK 21). */
const HEAD = [0xfeed_feed, 2] as const;

/** What a trusted certificate's entry begins with. */
const TRUSTED = 2;

/** What the digest at the end is made of, beside the password and the content. */
const SALT = 'Mighty Aphrodite';

/** The password of the digest at the end: nothing is secret in it, and a Java program that is told none passes over the digest. */
const TRUST_STORE_PASSWORD = 'changeit';

/**
 * PEM certificates as a key store of Java (type JKS), which every Java reads. The same certificates make the same bytes.
 *
 * @param pem one or more certificates
 */
export function javaTrustStore(pem: string): Buffer {
  const certificates = [...pem.matchAll(/-----BEGIN CERTIFICATE-----\n([^-]+)-----END CERTIFICATE-----/g)].map(([, body = '']) =>
    Buffer.from(body.replaceAll('\n', ''), 'base64'),
  );
  const content = Buffer.concat([
    ...[...HEAD, certificates.length].map(word),
    ...certificates.flatMap((certificate, index) => [
      word(TRUSTED),
      text(`authority-${index}`),
      // When it was added: at no time, so that the bytes are the same.
      Buffer.alloc(8),
      text('X.509'),
      word(certificate.length),
      certificate,
    ]),
  ]);
  const password = Buffer.from(TRUST_STORE_PASSWORD, 'utf16le').swap16();
  return Buffer.concat([content, createHash('sha1').update(password).update(SALT).update(content).digest()]);
}

function word(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** A text with its length, as Java writes it: these are of ASCII. */
function text(value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(value.length);
  return Buffer.concat([length, Buffer.from(value, 'ascii')]);
}
