import { createPrivateKey, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { BasicConstraints, Certificate, KeyUsage } from '@peculiar/asn1-x509';
import fc from 'fast-check';
import { NAME_PATTERN } from '../../../infra/model/name';
import {
  AUTHORITY_LIFE,
  BACKDATED,
  type CertificateRequest,
  certificateId,
  DAY,
  issueCertificate,
  LEAF_LIFE,
  newAuthority,
  notAfterOf,
  trustedCertificates,
} from '../../../stacks/secrets/authority';
import { isCampaign } from '../../support/campaign';
import { handshake } from './handshake';

// Certificates are verified by the clock of this computer where TLS is spoken, so tests of that begin today.
const NOW = new Date();
const JUNE = new Date('2027-06-01T12:34:56.789Z');

const CLIENT: CertificateRequest = { kind: 'certificate', commonName: 'press-1', dnsNames: [], usages: ['client'] };
const SERVER: CertificateRequest = {
  kind: 'certificate',
  commonName: 'plant-broker',
  dnsNames: ['plant-broker.messaging.svc.cluster.local', '*.plant-broker-peers.messaging.svc.cluster.local'],
  usages: ['client', 'server'],
};

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

function extension(certificate: string, id: string): { value: ArrayBuffer; critical: boolean } {
  const { extensions } = AsnConvert.parse(new X509Certificate(certificate).raw, Certificate).tbsCertificate;
  const found = extensions?.find(({ extnID }) => extnID === id);
  if (!found) throw new Error(`there is no extension ${id}`);
  return { value: found.extnValue.buffer, critical: found.critical };
}

describe('the certificate of an authority', () => {
  const { signing } = newAuthority('leeds', JUNE);
  const certificate = new X509Certificate(signing.certificate);

  test('names the plant, signs itself and holds ten years', () => {
    expect(certificate.subject).toBe('CN=leeds plant authority');
    expect(certificate.ca).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(notAfterOf(signing.certificate)).toEqual(new Date('2037-05-29T12:34:56Z'));
    expect(new Date(certificate.validFrom)).toEqual(new Date('2027-05-31T12:34:56Z'));
  });

  test('signs certificates and revocation lists only, and no other authority', () => {
    const constraints = extension(signing.certificate, '2.5.29.19');
    expect(constraints.critical).toBe(true);
    expect(AsnConvert.parse(constraints.value, BasicConstraints)).toMatchObject({ cA: true, pathLenConstraint: 0 });
    const usage = extension(signing.certificate, '2.5.29.15');
    expect(usage.critical).toBe(true);
    expect(AsnConvert.parse(usage.value, KeyUsage).toJSON()).toEqual(['crlSign', 'keyCertSign']);
  });

  test('has a key in PKCS#8 that is its own', () => {
    expect(signing.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(newAuthority('leeds', JUNE).signing.key).not.toBe(signing.key);
  });

  test('can be made in a year that two digits cannot tell', () => {
    const late = newAuthority('leeds', new Date('2049-06-01T00:00:00Z')).signing.certificate;
    expect(notAfterOf(late).getUTCFullYear()).toBe(2059);
  });
});

describe('a certificate that it signs', () => {
  const authority = newAuthority('leeds', JUNE);
  const client = new X509Certificate(issueCertificate(authority, CLIENT, JUNE).certificate);
  const server = new X509Certificate(issueCertificate(authority, SERVER, JUNE).certificate);
  const issuer = new X509Certificate(authority.signing.certificate);

  test('is signed by it and is no authority', () => {
    for (const leaf of [client, server]) {
      expect(leaf.checkIssued(issuer)).toBe(true);
      expect(leaf.verify(issuer.publicKey)).toBe(true);
      expect(leaf.ca).toBe(false);
      expect(AsnConvert.parse(extension(leaf.toString(), '2.5.29.15').value, KeyUsage).toJSON()).toEqual(['digitalSignature']);
    }
  });

  test('has the usages and the DNS names that were asked for, and no other', () => {
    expect(client.subject).toBe('CN=press-1');
    expect(client.keyUsage).toEqual([CLIENT_AUTH]);
    expect(client.subjectAltName).toBeUndefined();
    expect(server.subject).toBe('CN=plant-broker');
    expect(server.keyUsage).toEqual([CLIENT_AUTH, SERVER_AUTH]);
    expect(server.subjectAltName).toBe(SERVER.dnsNames.map((name) => `DNS:${name}`).join(', '));
  });

  test('holds two years and is dated back a day', () => {
    expect(new Date(client.validFrom).getTime()).toBe(Math.floor((JUNE.getTime() - BACKDATED) / 1000) * 1000);
    expect(new Date(client.validTo).getTime()).toBe(Math.floor((JUNE.getTime() + LEAF_LIFE) / 1000) * 1000);
  });

  test('never outlives the authority, which signs nothing after its end', () => {
    const nearTheEnd = new Date(JUNE.getTime() + AUTHORITY_LIFE - 100 * DAY);
    const leaf = issueCertificate(authority, CLIENT, nearTheEnd);
    expect(notAfterOf(leaf.certificate)).toEqual(notAfterOf(authority.signing.certificate));
    expect(() => issueCertificate(authority, CLIENT, new Date(JUNE.getTime() + AUTHORITY_LIFE))).toThrow(
      'the authority of leeds ended on 2037-05-29',
    );
  });

  test('has a positive serial of 128 bits that is its own', () => {
    const serials = Array.from(
      { length: 20 },
      () => new X509Certificate(issueCertificate(authority, CLIENT, JUNE).certificate).serialNumber,
    );
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/);
  });

  test('is refused for what no verifier could use', () => {
    expect(() => issueCertificate(authority, { ...CLIENT, usages: [] }, JUNE)).toThrow('has no usage');
    expect(() => issueCertificate(authority, { ...SERVER, dnsNames: [] }, JUNE)).toThrow('has no DNS name');
  });
});

describe('names', () => {
  const authority = newAuthority('leeds', JUNE);
  const subjectOf = (commonName: string) =>
    new X509Certificate(issueCertificate(authority, { ...CLIENT, commonName }, JUNE).certificate).subject;
  const name = fc.stringMatching(/^[a-z](-?[a-z0-9]){0,19}$/);
  const numRuns = isCampaign ? 500 : 20;
  /** Any code units, halves of characters among them. */
  const anyText = fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units));

  test('every name of the model is the whole subject, unchanged', () => {
    fc.assert(
      fc.property(name, (commonName) => {
        expect(subjectOf(commonName)).toBe(`CN=${commonName}`);
      }),
      { numRuns },
    );
  });

  test('a name that is not of the model is refused, so that no subject holds a second part', () => {
    for (const bad of ['', 'press-1,O=x', 'press-1+OU=x', 'a=b', 'a\u0000b', ' a', 'ü', 'Press-1'])
      expect(() => subjectOf(bad)).toThrow('cannot be the subject');
    fc.assert(
      fc.property(
        anyText.filter((text) => !NAME_PATTERN.test(text)),
        (text) => {
          expect(() => subjectOf(text)).toThrow('cannot be the subject');
          expect(() => newAuthority(text, JUNE)).toThrow('cannot be the subject');
        },
      ),
    );
  });

  test('every DNS name is there unchanged, and what is none is refused', () => {
    const dnsName = fc
      .array(fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/), { minLength: 1, maxLength: 5 })
      .map((labels) => labels.join('.'));
    fc.assert(
      fc.property(dnsName, (host) => {
        const { certificate } = issueCertificate(authority, { ...SERVER, dnsNames: [host, `*.${host}`] }, JUNE);
        expect(new X509Certificate(certificate).subjectAltName).toBe(`DNS:${host}, DNS:*.${host}`);
      }),
      { numRuns },
    );
    for (const bad of ['', '*', 'a..b', 'a.*.b', '-a', 'A.b', 'a b', 'a,DNS:b', `${'a'.repeat(64)}.b`]) {
      expect(() => issueCertificate(authority, { ...SERVER, dnsNames: [bad] }, JUNE)).toThrow('is not a DNS name');
    }
  });
});

describe('a certificate for an OPC UA application', () => {
  const authority = newAuthority('leeds', JUNE);
  const request: CertificateRequest = { ...CLIENT, uriNames: ['urn:millwright:gateway:press-1'], keyType: 'rsa-2048' };
  const { certificate, key } = issueCertificate(authority, request, JUNE);
  const leaf = new X509Certificate(certificate);

  test('has an RSA key of its own, is signed by the authority, and names the application by its URI', () => {
    expect(leaf.subject).toBe('CN=press-1');
    expect(leaf.publicKey.asymmetricKeyType).toBe('rsa');
    expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(leaf.verify(new X509Certificate(authority.signing.certificate).publicKey)).toBe(true);
    expect(leaf.subjectAltName).toBe('URI:urn:millwright:gateway:press-1');
    expect(leaf.keyUsage).toEqual([CLIENT_AUTH]);
  });

  test('may do with its key all that OPC UA asks for, and sign no certificate', () => {
    const uses = AsnConvert.parse(extension(certificate, '2.5.29.15').value, KeyUsage).toJSON();
    expect([...uses].sort()).toEqual(['dataEncipherment', 'digitalSignature', 'keyEncipherment', 'nonRepudiation']);
    expect(leaf.ca).toBe(false);
  });

  test('has no name that is not a URI', () => {
    for (const bad of ['', 'press-1', 'urn:', 'urn:a b', 'urn:ä', 'urn:a\n', 'Urn:a', `urn:${'a'.repeat(250)}`]) {
      expect(() => issueCertificate(authority, { ...request, uriNames: [bad] }, JUNE)).toThrow('is not a URI');
    }
  });
});

describe('over TLS', () => {
  const leeds = newAuthority('leeds', NOW);
  const trusts = trustedCertificates(leeds, NOW).join('');
  const host = 'plant-broker.messaging.svc.cluster.local';
  const broker = { identity: issueCertificate(leeds, SERVER, NOW), trusts };
  const press = { identity: issueCertificate(leeds, CLIENT, NOW), trusts };

  test('a gateway and the broker take each other, and the broker sees the gateway by its name alone', async () => {
    expect({ ...(await handshake(broker, press, host)) }).toEqual({ CN: 'press-1' });
    expect({ ...(await handshake(broker, press, `plant-broker-2.plant-broker-peers.messaging.svc.cluster.local`)) }).toEqual({
      CN: 'press-1',
    });
    expect({ ...(await handshake(broker, broker, host)) }).toEqual({ CN: 'plant-broker' });
  });

  test('a gateway cannot pose as the broker, nor the broker as another host', async () => {
    await expect(handshake(press, press, host)).rejects.toThrow(/purpose/);
    await expect(handshake(broker, press, 'elsewhere.messaging.svc.cluster.local')).rejects.toThrow(/does not match/);
  });

  test('a gateway of another plant is refused, although its authority has the same name', async () => {
    const other = newAuthority('leeds', NOW);
    const stranger = { identity: issueCertificate(other, CLIENT, NOW), trusts };
    await expect(handshake(broker, stranger, host)).rejects.toThrow();
    expect(certificateId(other.signing.certificate)).not.toBe(certificateId(leeds.signing.certificate));
  });
});
