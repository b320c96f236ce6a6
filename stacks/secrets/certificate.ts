import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  KeyIdentifier,
  KeyUsage,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** A certificate and its private key. */
export interface KeyedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS#8, not encrypted. */
  readonly key: string;
}

/** What a certificate says of its owner, apart from the key. */
export interface CertificateContent {
  /** The whole subject: `CN=<commonName>` and nothing else. */
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Bits of `KeyUsageFlags`. */
  readonly keyUsage: number;
  /** Object identifiers. @default - none: the certificate says nothing of them */
  readonly extendedKeyUsages?: readonly string[];
  /** @default - none */
  readonly dnsNames?: readonly string[];
  /** @default - none */
  readonly uriNames?: readonly string[];
  /** @default 'p-256' */
  readonly keyType?: 'p-256' | 'rsa-2048';
  /** True for an authority that signs certificates of its own only: no authority below it. */
  readonly authority: boolean;
}

const COMMON_NAME = '2.5.4.3';
const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const RSA_WITH_SHA256 = '1.2.840.113549.1.1.11';

/** RFC 4055, section 5: an RSA signature has parameters, and they are NULL. */
const ASN1_NULL = new Uint8Array([5, 0]).buffer;

/**
 * Makes a key and a certificate (X.509 version 3) for it, with a random serial of 128 bits.
 *
 * @param issuer who signs; without it the certificate signs itself
 */
export function makeCertificate(content: CertificateContent, issuer?: KeyedCertificate): KeyedCertificate {
  const { privateKey, publicKey } = keyPair(content.keyType);
  const publicKeyInfo = AsnConvert.parse(publicKey.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo);
  const parent = issuer && AsnConvert.parse(new X509Certificate(issuer.certificate).raw, Certificate).tbsCertificate;
  const subject = nameOf(content.commonName);
  const signingKey = issuer ? createPrivateKey(issuer.key) : privateKey;
  const signature =
    signingKey.asymmetricKeyType === 'rsa'
      ? new AlgorithmIdentifier({ algorithm: RSA_WITH_SHA256, parameters: ASN1_NULL })
      : new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serial(),
    signature,
    issuer: parent?.subject ?? subject,
    validity: new Validity({ notBefore: content.notBefore, notAfter: content.notAfter }),
    subject,
    subjectPublicKeyInfo: publicKeyInfo,
    extensions: extensionsOf(content, publicKeyInfo, parent?.subjectPublicKeyInfo ?? publicKeyInfo),
  });
  const signatureValue = signed(AsnConvert.serialize(tbsCertificate), signingKey);
  const der = AsnConvert.serialize(new Certificate({ tbsCertificate, signatureAlgorithm: signature, signatureValue }));
  return {
    certificate: new X509Certificate(Buffer.from(der)).toString(),
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  };
}

function keyPair(keyType: CertificateContent['keyType']) {
  return keyType === 'rsa-2048' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function extensionsOf(content: CertificateContent, own: SubjectPublicKeyInfo, issuer: SubjectPublicKeyInfo): Extensions {
  const { dnsNames = [], uriNames = [], extendedKeyUsages = [] } = content;
  const names = [
    ...uriNames.map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
    ...dnsNames.map((dNSName) => new GeneralName({ dNSName })),
  ];
  return new Extensions([
    extension(id_ce_basicConstraints, new BasicConstraints(content.authority ? { cA: true, pathLenConstraint: 0 } : {}), true),
    extension(id_ce_keyUsage, new KeyUsage(content.keyUsage), true),
    ...(extendedKeyUsages.length > 0 ? [extension(id_ce_extKeyUsage, new ExtendedKeyUsage([...extendedKeyUsages]))] : []),
    ...(names.length > 0 ? [extension(id_ce_subjectAltName, new SubjectAlternativeName(names))] : []),
    extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(own))),
    // An authority and its successor have one name: by this a verifier knows which of them signed.
    extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(issuer)) })),
  ]);
}

function extension(extnID: string, value: unknown, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function nameOf(commonName: string): Name {
  const attribute = new AttributeTypeAndValue({ type: COMMON_NAME, value: new AttributeValue({ utf8String: commonName }) });
  return new Name([new RelativeDistinguishedName([attribute])]);
}

/** RFC 7093, method 1: the first 160 bits of the SHA-256 of the public key. */
function keyIdentifier({ subjectPublicKey }: SubjectPublicKeyInfo): ArrayBuffer {
  return bufferOf(createHash('sha256').update(Buffer.from(subjectPublicKey)).digest().subarray(0, 20));
}

/** 16 bytes, of which the first two bits are fixed: it is positive, and never shorter. */
function serial(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bufferOf(bytes);
}

function signed(data: ArrayBuffer, key: KeyObject): ArrayBuffer {
  return bufferOf(sign('sha256', Buffer.from(data), { key, dsaEncoding: 'der' }));
}

/** The bytes alone: a Buffer may be a window on a larger pool. */
function bufferOf(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
