import { createHash, X509Certificate } from 'node:crypto';
import { sealingCertificates } from '../../../infra/sealed-secrets/certificate';
import { makeSealingPair } from '../../support/sealing';

const NEWER = makeSealingPair(new Date('2026-12-01T00:00:00Z')).certificate;
const OLDER = makeSealingPair(new Date('2025-12-01T00:00:00Z')).certificate;

test('certificates are read in the order in which they stand, each by itself', () => {
  expect(sealingCertificates(NEWER + OLDER)).toEqual([...sealingCertificates(NEWER), ...sealingCertificates(OLDER)]);
  expect(sealingCertificates(NEWER + OLDER).map(({ pem }) => pem)).toEqual([NEWER, OLDER]);
});

test('one is known by its SHA-256, which also names the Secret that must hold the pair', () => {
  const digest = createHash('sha256').update(new X509Certificate(NEWER).raw).digest('hex');
  expect(sealingCertificates(NEWER)).toEqual([
    {
      pem: NEWER,
      fingerprint: `sha256:${digest}`,
      secretName: `sealing-key-${digest.slice(0, 16)}`,
      notBefore: new Date('2026-12-01T00:00:00Z'),
      notAfter: new Date('2036-11-28T00:00:00Z'),
      rsaBits: 2048,
    },
  ]);
});

test('one that cannot be read is told by its number', () => {
  expect(() => sealingCertificates(`${NEWER}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`)).toThrow(
    'certificate 2 cannot be read',
  );
});
