import { constants, createDecipheriv, privateDecrypt } from 'node:crypto';
import { KeyUsageFlags } from '@peculiar/asn1-x509';
import { type KeyedCertificate, makeCertificate } from '../../stacks/secrets/certificate';
import type { SealedSecretObject } from '../../stacks/secrets/seal';

/** Makes a sealing key of 2048 bits and its certificate, which holds ten years. */
export function makeSealingPair(notBefore = new Date('2026-06-01T00:00:00Z')): KeyedCertificate {
  return makeCertificate({
    commonName: 'sealing',
    notBefore,
    notAfter: new Date(notBefore.getTime() + 3650 * 24 * 60 * 60 * 1000),
    keyUsage: KeyUsageFlags.keyEncipherment,
    keyType: 'rsa-2048',
    authority: false,
  });
}

/**
 * Opens a sealed Secret, as the controller does: by its own name and namespace.
 *
 * @param key PEM
 * @throws when the key, or the scope, is another one
 */
export function unsealed({ metadata, spec }: SealedSecretObject, key: string): Record<string, string> {
  const scope = Buffer.from(`${metadata.namespace}/${metadata.name}`);
  return Object.fromEntries(
    Object.entries(spec.encryptedData).map(([name, text]) => [name, opened(Buffer.from(text, 'base64'), scope, key)]),
  );
}

function opened(sealed: Buffer, scope: Buffer, key: string): string {
  const end = 2 + sealed.readUInt16BE();
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const sessionKey = privateDecrypt({ key, padding, oaepHash: 'sha256', oaepLabel: scope }, sealed.subarray(2, end));
  const decipher = createDecipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(end, -16)), decipher.final()]).toString();
}
