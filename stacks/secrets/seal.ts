import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import type { SealingCertificate } from '../../infra/sealed-secrets/certificate';
import { SEALED_SECRET } from '../../infra/sealed-secrets/crd';
import type { ClearSecret } from './fill';

/** Annotation with the fingerprint of the certificate that a Secret is sealed with: the ciphertext does not tell. */
export const SEALED_WITH = 'millwright/sealed-with';

/**
 * What the controller is told of a Secret that it makes: it may change one that it made before, and does not own it. Else a SealedSecret that is
 * gone by mistake, or its definition, would take the Secret along (Sealed Secrets 0.40, annotations `managed` and `skip-set-owner-references`).
 */
const OUTLIVES = {
  'sealedsecrets.bitnami.com/managed': 'true',
  'sealedsecrets.bitnami.com/skip-set-owner-references': 'true',
} as const;

/** A sealed Secret: what is in it, nobody reads but the controller that has the key. */
export interface SealedSecretObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ClearSecret['metadata'];
  readonly spec: {
    readonly encryptedData: Readonly<Record<string, string>>;
    readonly template: { readonly metadata: ClearSecret['metadata']; readonly type: string };
  };
}

/**
 * Seals a Secret for its own name and namespace: under another name, or in another namespace, it cannot be opened. Different at every call.
 *
 * @throws when the certificate has no RSA key
 */
export function sealedSecret({ metadata, type, stringData }: ClearSecret, certificate: SealingCertificate): SealedSecretObject {
  const { namespace, name } = metadata;
  if (certificate.rsaBits === undefined) throw new Error(`the sealing certificate ${certificate.fingerprint} has no RSA key`);
  const seal = (value: string) => sealed(Buffer.from(value), `${namespace}/${name}`, certificate.pem).toString('base64');
  const described = { ...metadata, annotations: { ...metadata.annotations, ...OUTLIVES, [SEALED_WITH]: certificate.fingerprint } };
  return {
    apiVersion: SEALED_SECRET.apiVersion,
    kind: SEALED_SECRET.kind,
    metadata: described,
    spec: {
      encryptedData: Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, seal(value)])),
      // The same metadata on both: the controller's own re-encryption takes the outer for the inner.
      template: { metadata: described, type },
    },
  };
}

/**
 * The format of Sealed Secrets 0.40 (docs/developer/crypto.md, pkg/crypto): length of the RSA ciphertext in two bytes, a session key under
 * RSA-OAEP with SHA-256 and the scope as label, then the value under AES-256-GCM. The session key is used once, so its nonce is zero.
 */
function sealed(value: Buffer, scope: string, certificate: string): Buffer {
  const sessionKey = randomBytes(32);
  const wrapped = publicEncrypt(
    { key: certificate, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256', oaepLabel: Buffer.from(scope) },
    sessionKey,
  );
  const cipher = createCipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(wrapped.length);
  return Buffer.concat([length, wrapped, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
}
