import fc from 'fast-check';
import { dump } from 'js-yaml';
import { sealingCertificates } from '../../../infra/sealed-secrets/certificate';
import { newAuthority } from '../../../stacks/secrets/authority';
import { readExisting } from '../../../stacks/secrets/existing';
import { certificateSecret, loginSecret } from '../../../stacks/secrets/fill';
import { keepingOf } from '../../../stacks/secrets/keeping';
import { type Place, planSecrets } from '../../../stacks/secrets/plan';
import { type SealedSecretObject, sealedSecret } from '../../../stacks/secrets/seal';
import { factsOf } from '../../../stacks/secrets/succession';
import { makeSealingPair, unsealed } from '../../support/sealing';
import { CENTRAL, PASSWORD, PRESS } from './requirements';

const NOW = new Date('2027-01-01T00:00:00Z');
const NEWER = makeSealingPair(new Date('2026-12-01T00:00:00Z'));
const OLDER = makeSealingPair(new Date('2025-12-01T00:00:00Z'));
const FOREIGN = makeSealingPair(new Date('2024-12-01T00:00:00Z'));
const certificateOf = ({ certificate }: typeof NEWER) => {
  const [found] = sealingCertificates(certificate);
  if (!found) throw new Error('no certificate');
  return found;
};
const KEEPING = keepingOf({ sealedWith: NEWER.certificate + OLDER.certificate, ownerKeys: ['age1owner'] });
const LOGIN = loginSecret(CENTRAL, { username: 'leeds', password: 'central: password' });
const seal = (pair = NEWER, secret = LOGIN) => sealedSecret(secret, certificateOf(pair));
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
const changed = (change: (object: any) => void): string => {
  const object = JSON.parse(JSON.stringify(seal()));
  change(object);
  return dump(object);
};

describe('a sealed Secret', () => {
  test('is opened by its key, and holds each value whatever it is', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant(''), fc.string({ minLength: 3000, maxLength: 5000 }));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z.]{1,8}$/), text, { maxKeys: 3 }), (stringData) => {
        const wellFormed = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString()]));
        expect(unsealed(seal(NEWER, { ...LOGIN, stringData: wellFormed }), NEWER.key)).toEqual(wellFormed);
      }),
      { numRuns: 30 },
    );
  });

  test('is opened by no other key, and under no other name or namespace', () => {
    const object = seal();
    const elsewhere = (metadata: Partial<SealedSecretObject['metadata']>) => ({ ...object, metadata: { ...object.metadata, ...metadata } });
    expect(() => unsealed(object, OLDER.key)).toThrow();
    expect(() => unsealed(elsewhere({ name: 'other' }), NEWER.key)).toThrow();
    expect(() => unsealed(elsewhere({ namespace: 'machines' }), NEWER.key)).toThrow();
  });

  test('holds no value in clear, and is another one each time', () => {
    const text = JSON.stringify(seal());
    expect(text).not.toContain('central: password');
    expect(text).not.toContain(Buffer.from('central: password').toString('base64'));
    expect(seal().spec.encryptedData).not.toEqual(seal().spec.encryptedData);
  });

  test('says readable what it is, on itself and for the Secret that is made of it', () => {
    const { metadata, spec } = seal();
    expect(metadata).toEqual({
      name: 'central-login',
      namespace: 'uplink',
      labels: { 'app.kubernetes.io/managed-by': 'millwright' },
      annotations: {
        'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        'millwright/sealed-with': certificateOf(NEWER).fingerprint,
        'sealedsecrets.bitnami.com/managed': 'true',
        'sealedsecrets.bitnami.com/skip-set-owner-references': 'true',
      },
    });
    expect(spec.template).toEqual({ metadata, type: 'Opaque' });
  });
});

describe('what is seen of it without any key', () => {
  test('is what was made, with which certificate, and when a certificate in it ends', () => {
    const fingerprint = certificateOf(NEWER).fingerprint;
    expect(readExisting(CENTRAL, dump(seal()), KEEPING)).toEqual({ managed: true, recipients: [fingerprint] });
    const press = certificateSecret(PRESS, PRESS.content as never, newAuthority('leeds', NOW), NOW);
    expect(readExisting(PRESS, dump(seal(NEWER, press)), KEEPING)).toMatchObject({
      managed: true,
      certificate: { notAfter: new Date('2028-12-31T00:00:00Z') },
    });
  });

  test('one that somebody sealed by hand is theirs, and need not say with what', () => {
    const text = changed(({ metadata }) => {
      delete metadata.labels;
      delete metadata.annotations;
    });
    expect(readExisting(CENTRAL, text, KEEPING)).toEqual({ managed: false, recipients: [] });
    expect(KEEPING.otherRecipients([])).toBeUndefined();
  });

  test.each([
    ['text that is no YAML', '{', 'is not the YAML of one SealedSecret with name and namespace'],
    ['a Secret in clear', dump(LOGIN), 'is not the YAML of one SealedSecret with name and namespace'],
    ['a value in clear', changed(({ spec }) => (spec.encryptedData.password = 'hunter2')), 'has a value in clear'],
    ['a value in Base64', changed(({ spec }) => (spec.encryptedData.password = 'aHVudGVyMg==')), 'has a value in clear'],
    ['a value in the template', changed(({ spec }) => (spec.template.data = { password: 'hunter2' })), 'has a value in clear'],
    [
      'a wider scope',
      changed(({ spec }) => (spec.template.metadata.annotations['sealedsecrets.bitnami.com/cluster-wide'] = 'true')),
      'opens under other names too (sealedsecrets.bitnami.com/cluster-wide): seal it with scope strict',
    ],
    [
      'one of ours that lost its annotation',
      changed(({ metadata }) => delete metadata.annotations['millwright/sealed-with']),
      'does not say with which certificate it is sealed: bring back its annotation millwright/sealed-with from Git',
    ],
    [
      'another place',
      changed(({ metadata }) => (metadata.name = 'other')),
      'holds the Secret uplink/other, and its place is that of uplink/central-login',
    ],
    [
      'another type',
      changed(({ spec }) => (spec.template.type = 'kubernetes.io/tls')),
      'is of type kubernetes.io/tls, and Opaque is needed',
    ],
    ['a key too few', changed(({ spec }) => delete spec.encryptedData.password), 'lacks password'],
  ])('%s is told', (_, text, problem) => {
    expect(readExisting(CENTRAL, text, KEEPING)).toEqual({ problem });
  });

  test('a file that nobody requires is told when it is in clear, or would keep Flux from applying any', () => {
    const sops = { ...LOGIN, stringData: { password: 'ENC[x]' }, sops: { mac: 'ENC[x]', age: [] } };
    expect(KEEPING.misplaced(LOGIN)).toContain('in clear');
    expect(KEEPING.misplaced(sops)).toContain('is encrypted with sops, which Flux does not decrypt in this cluster');
    for (const fine of [seal(), { kind: 'ConfigMap' }, undefined, null, 'text']) expect(KEEPING.misplaced(fine)).toBeUndefined();
  });
});

describe('which certificate sealed it', () => {
  const authority = newAuthority('leeds', NOW);
  const press = certificateSecret(PRESS, PRESS.content as never, authority, NOW);
  const plan = (pair: typeof NEWER, renew: boolean, requirement = PRESS, secret = press) => {
    const places: Place[] = [{ requirement, existing: readExisting(requirement, dump(seal(pair, secret)), KEEPING) }];
    return planSecrets({ places, authority: factsOf(authority), keeping: KEEPING, isGiven: () => false, renew, now: NOW });
  };
  const OLD = 'is sealed with an older certificate that the estate names';
  const UNKNOWN = 'is sealed with a certificate that the estate does not name';

  test('the newest: nothing is due', () => {
    expect(plan(NEWER, false)).toMatchObject({ keep: [PRESS], due: [], wrong: [] });
    expect(plan(NEWER, true)).toMatchObject({ keep: [PRESS], renew: [], wrong: [] });
  });

  test('an older one that the cluster still has: it is due, and nobody need see to it', () => {
    expect(plan(OLDER, false)).toMatchObject({ keep: [PRESS], due: [{ reason: expect.stringContaining(OLD) }], wrong: [] });
    expect(plan(OLDER, true)).toMatchObject({ renew: [{ requirement: PRESS }], wrong: [] });
  });

  test('another one: a person must see to it, or renew it', () => {
    expect(plan(FOREIGN, false)).toMatchObject({ keep: [PRESS], wrong: [{ reason: expect.stringContaining(UNKNOWN) }] });
    expect(plan(FOREIGN, true)).toMatchObject({ renew: [{ reason: expect.stringContaining(UNKNOWN) }], wrong: [] });
  });

  test('a password is never made again: it is told when the cluster cannot open it', () => {
    const password = { ...LOGIN, metadata: { ...LOGIN.metadata, name: PASSWORD.name, namespace: PASSWORD.namespace } };
    expect(plan(OLDER, true, PASSWORD, password)).toMatchObject({ keep: [PASSWORD], renew: [], wrong: [] });
    expect(plan(FOREIGN, true, PASSWORD, password)).toMatchObject({ renew: [], wrong: [{ reason: expect.stringContaining(UNKNOWN) }] });
  });
});

test('what is encrypted with sops from before is carried over when renewal is asked for, and told until then', () => {
  const text = dump({ ...LOGIN, stringData: { username: 'ENC[x]', password: 'ENC[y]' }, sops: { mac: 'ENC[x]', age: [] } });
  const places: Place[] = [{ requirement: CENTRAL, existing: readExisting(CENTRAL, text, KEEPING) }];
  const plan = (renew: boolean) => planSecrets({ places, keeping: KEEPING, isGiven: () => false, renew, now: NOW });
  expect(plan(false)).toMatchObject({ keep: [CENTRAL], renew: [], wrong: [{ reason: expect.stringContaining('run with --renew') }] });
  expect(plan(true)).toMatchObject({ keep: [], renew: [{ requirement: CENTRAL, carriedOver: true }], wrong: [], signs: false });
});
