import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import {
  AUTHORITY_LIFE,
  certificateId,
  DAY,
  issueCertificate,
  LEAF_LIFE,
  newAuthority,
  notAfterOf,
  type PlantAuthority,
  trustedCertificates,
} from '../../../stacks/secrets/authority';
import { changed, DISTRIBUTION_TIME, dueChange, factsOf, SUCCESSOR_BELOW, signsFrom, trustedIds } from '../../../stacks/secrets/succession';
import { isCampaign } from '../../support/campaign';
import { handshake } from './handshake';

const START = new Date('2027-01-01T00:00:00Z');
const daysOn = (days: number, from = START) => new Date(from.getTime() + days * DAY);
const due = (authority: PlantAuthority, now: Date, distributed = true) => dueChange(factsOf(authority), distributed, now);

const first = newAuthority('leeds', START);
const lateEnough = new Date(START.getTime() + AUTHORITY_LIFE - SUCCESSOR_BELOW + DAY);

test('nothing is due while three years are left, and a successor from then on', () => {
  expect(due(first, START)).toBe('none');
  expect(due(first, daysOn(-2, lateEnough))).toBe('none');
  expect(due(first, lateEnough)).toBe('successor');
});

test('a successor is trusted at once and does not sign', () => {
  const overlapping = changed(first, 'successor', lateEnough);
  expect(overlapping.signing).toEqual(first.signing);
  expect(trustedCertificates(overlapping, lateEnough)).toEqual([first.signing.certificate, overlapping.next?.certificate]);
  expect(trustedIds(factsOf(overlapping), lateEnough)).toEqual(trustedCertificates(overlapping, lateEnough).map(certificateId));
});

test('a successor signs when a week has passed and every Secret trusts it, and not before', () => {
  const overlapping = changed(first, 'successor', lateEnough);
  const { next } = factsOf(overlapping);
  if (!next) throw new Error('there is no successor');
  const week = new Date(lateEnough.getTime() + DISTRIBUTION_TIME);
  expect(signsFrom(next)).toEqual(week);
  expect(due(overlapping, lateEnough)).toBe('wait');
  expect(due(overlapping, daysOn(-1 / 1000, week))).toBe('wait');
  expect(due(overlapping, week, false)).toBe('wait');
  expect(due(overlapping, week, true)).toBe('promote');
});

test('a successor that signs leaves its predecessor trusted and without a key, until it ends', () => {
  const succeeded = changed(changed(first, 'successor', lateEnough), 'promote', daysOn(8, lateEnough));
  expect(succeeded.next).toBeUndefined();
  expect(succeeded.former).toEqual([first.signing.certificate]);
  expect(JSON.stringify(succeeded)).not.toContain(JSON.stringify(first.signing.key));
  expect(trustedCertificates(succeeded, daysOn(8, lateEnough))).toHaveLength(2);
  expect(trustedCertificates(succeeded, notAfterOf(first.signing.certificate))).toEqual([succeeded.signing.certificate]);
  expect(due(succeeded, daysOn(8, lateEnough))).toBe('none');
});

test('when the one that signs has ended, its successor takes over without waiting, and without one all begins anew', () => {
  const end = notAfterOf(first.signing.certificate);
  expect(due(first, end)).toBe('anew');
  const begun = changed(first, 'anew', end);
  expect(trustedCertificates(begun, end)).toEqual([begun.signing.certificate]);
  const overlapping = changed(first, 'successor', daysOn(-1, end));
  expect(due(overlapping, daysOn(-0.5, end), false)).toBe('wait');
  expect(due(overlapping, end, false)).toBe('promote');
  expect(changed(overlapping, 'promote', end).former).toEqual([]);
});

test('a promotion without a successor is a mistake of the program', () => {
  expect(() => changed(first, 'promote', START)).toThrow('has no successor');
});

test('with a run at least every half year, every certificate is verified by every bundle that is in use beside it', () => {
  const request = { kind: 'certificate', commonName: 'press-1', dnsNames: [], usages: ['client'] } as const;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 8, max: 180 }), { minLength: 70, maxLength: 90 }), (pauses) => {
      let now = START;
      let authority = newAuthority('leeds', now);
      const issue = () => {
        const leaf = new X509Certificate(issueCertificate(authority, request, now).certificate);
        const bundle = trustedCertificates(authority, now).map((pem) => new X509Certificate(pem));
        return { leaf, bundle, notAfter: new Date(leaf.validTo) };
      };
      let inUse = issue();
      for (const days of pauses) {
        now = daysOn(days, now);
        expect(inUse.notAfter.getTime()).toBeGreaterThan(now.getTime());
        const change = due(authority, now);
        authority = changed(authority, change, now);
        const left = inUse.notAfter.getTime() - now.getTime();
        if (change === 'none' && left >= LEAF_LIFE / 3) continue;
        const renewed = issue();
        // While pods restart, some have the former and some the renewed: each must verify the other.
        for (const [leaf, bundle] of [
          [inUse.leaf, renewed.bundle],
          [renewed.leaf, inUse.bundle],
        ] as const) {
          expect(bundle.filter((issuer) => leaf.verify(issuer.publicKey))).toHaveLength(1);
        }
        inUse = renewed;
      }
    }),
    { numRuns: isCampaign ? 25 : 3 },
  );
});

test('over TLS, those that restarted and those that did not take each other through the whole succession', async () => {
  const now = new Date();
  const host = 'plant-broker.messaging.svc.cluster.local';
  const end = (authority: PlantAuthority) => ({
    identity: issueCertificate(
      authority,
      { kind: 'certificate', commonName: 'plant-broker', dnsNames: [host], usages: ['client', 'server'] },
      now,
    ),
    trusts: trustedCertificates(authority, now).join(''),
  });
  const before = newAuthority('leeds', now);
  const overlap = changed(before, 'successor', now);
  const succeeded = changed(overlap, 'promote', now);
  const [a, b, c] = [end(before), end(overlap), end(succeeded)];
  for (const [server, client] of [
    [a, b],
    [b, a],
    [b, c],
    [c, b],
    [c, c],
  ] as const) {
    expect((await handshake(server, client, host)).CN).toBe('plant-broker');
  }
  // This is why there are two steps.
  await expect(handshake(a, c, host)).rejects.toThrow();
});
