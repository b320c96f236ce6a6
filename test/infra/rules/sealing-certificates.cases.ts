import { KeyUsageFlags } from '@peculiar/asn1-x509';
import { makeCertificate } from '../../../stacks/secrets/certificate';
import { AGE_KEYS } from '../../support/estates';
import { makeSealingPair } from '../../support/sealing';
import { found, minimalWith } from './found';

const NEWER = makeSealingPair(new Date('2026-12-01T00:00:00Z')).certificate;
const OLDER = makeSealingPair(new Date('2025-12-01T00:00:00Z')).certificate;
const NO_RSA = makeCertificate({
  commonName: 'sealing',
  notBefore: new Date('2026-12-01T00:00:00Z'),
  notAfter: new Date('2036-12-01T00:00:00Z'),
  keyUsage: KeyUsageFlags.keyEncipherment,
  authority: false,
}).certificate;
/** Of 1024 bits; its private half is gone. */
const SMALL = `-----BEGIN CERTIFICATE-----
MIIB9jCCAV+gAwIBAgIUclAD+hIUWp1Ku38Z3LT1WnXIXVUwDQYJKoZIhvcNAQEL
BQAwDDEKMAgGA1UEAwwBczAgFw0yNjExMjIxMjA2MTVaGA8yMTI2MTAyOTEyMDYx
NVowDDEKMAgGA1UEAwwBczCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAuUmk
1GAltJhDnQXXQL93jNME8EQOKxd35KgUHpmkbSk9+hkqIpu8QpUAEJFz8SrlrWgN
JfWFD0H3yfw/n0aCmoR8nIJtXlUm9LvEdLsj/rv0uLT1aGiZuXEzjc7A6Bv2flr4
IuMu+XOMQx8J9fOSJ1LlsLH3OQw8ZQWdpM4O0+cCAwEAAaNTMFEwHQYDVR0OBBYE
FH/4dZo3t2AkhiIvckYfbqLcZXLNMB8GA1UdIwQYMBaAFH/4dZo3t2AkhiIvckYf
bqLcZXLNMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAXyoQSIuP
VWWp80c1oIOndWzJr1NWmpIuMD8BW2ceIh5MYMbiQnOUYvj69bTxWcDKU86aePUx
67VIj/2jXtxB8yx5cjy8sQk0cZ9s4WD9/7V+WOIl4PQBGPCALIoFvOJH/TSs93DY
4w7IykkX29TgJ8Rv/ouZiHGZOmyB0Jt8UWc=
-----END CERTIFICATE-----
`;

/** What the rule says of certificates, less where and what was given. */
const saidOf = (sealedWith: string): string[] => {
  const estate = minimalWith(({ plants: { york } }) => {
    york.delivery = 'flux';
    york.secrets = { sealedWith, ownerKeys: [AGE_KEYS[1]] };
  });
  return found('sealing-certificates', estate);
};
const at = (text: string) => `error: plants.york.secrets.sealedWith: ${text}`;
const MAKE = 'make a pair as docs/secrets.md says';

describe('the rule that Secrets are sealed with what can seal', () => {
  test('one certificate, or several of which the newest is first, are in order, and no age key of the cluster is asked for', () => {
    expect(saidOf(NEWER)).toEqual([]);
    expect(saidOf(NEWER + OLDER)).toEqual([]);
  });

  test('an older one first, and the same one twice, are refused', () => {
    expect(saidOf(OLDER + NEWER)).toEqual([
      at(
        'certificate 2 begins on 2026-12-01T00:00:00.000Z, which is not before the one that is stated above it; state the newest first: the first one seals, and the controller gives out the newest',
      ),
    ]);
    expect(saidOf(NEWER + NEWER)).toEqual([at('certificate 2 is stated twice; remove one')]);
  });

  test('what cannot be read, and keys that cannot seal, are refused', () => {
    expect(saidOf('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')).toEqual([
      at(`certificate 1 cannot be read; copy it whole, or ${MAKE}`),
    ]);
    expect(saidOf(NO_RSA)).toEqual([at(`certificate 1 has no RSA key, and nothing else seals; ${MAKE}`)]);
    expect(saidOf(SMALL)).toEqual([at(`certificate 1 has a key of 1024 bits, and at least 2048 are needed; ${MAKE}`)]);
  });

  test('text that is no certificate is for the schema to refuse', () => {
    expect(saidOf('no certificate')).toEqual([]);
  });
});
