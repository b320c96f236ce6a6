import { dump } from 'js-yaml';
import { newAuthority } from '../../../stacks/secrets/authority';
import { readExisting } from '../../../stacks/secrets/existing';
import { certificateSecret, loginSecret } from '../../../stacks/secrets/fill';
import { encryptionOf, sameRecipients, sopsKeeping } from '../../../stacks/secrets/sops-keeping';
import { CENTRAL, PRESS } from './requirements';

const KEEPING = sopsKeeping(['age1cluster', 'age1owner']);

const METADATA = {
  age: [
    { recipient: 'age1owner', enc: 'x' },
    { recipient: 'age1cluster', enc: 'x' },
  ],
  mac: 'ENC[AES256_GCM,data:x]',
  version: '3.11.0',
};
const LOGIN = {
  ...loginSecret(CENTRAL, { username: 'a', password: 'b' }),
  stringData: { username: 'ENC[x]', password: 'ENC[y]' },
  sops: METADATA,
};

test('an encrypted login is seen without any key', () => {
  expect(readExisting(CENTRAL, dump(LOGIN), KEEPING)).toEqual({ managed: true, recipients: ['age1cluster', 'age1owner'] });
});

test('an encrypted certificate tells when it ends', () => {
  const now = new Date('2027-01-01T00:00:00Z');
  const made = certificateSecret(PRESS, PRESS.content as never, newAuthority('leeds', now), now);
  const text = dump({ ...made, stringData: { 'ca.crt': 'ENC[x]', 'tls.crt': 'ENC[x]', 'tls.key': 'ENC[x]' }, sops: METADATA });
  expect(readExisting(PRESS, text, KEEPING)).toMatchObject({ managed: true, certificate: { notAfter: new Date('2028-12-31T00:00:00Z') } });
});

test('a Secret that somebody made by hand, in data as well, is theirs', () => {
  const { stringData, ...rest } = { ...LOGIN, metadata: { name: 'central-login', namespace: 'uplink' } };
  expect(readExisting(CENTRAL, dump({ ...rest, data: stringData }), KEEPING)).toEqual({
    managed: false,
    recipients: ['age1cluster', 'age1owner'],
  });
});

test.each([
  ['text that is no YAML', '{', 'is not the YAML of one v1 Secret with name and namespace'],
  ['two documents', `${dump(LOGIN)}---\n${dump(LOGIN)}`, 'is not the YAML of one v1 Secret with name and namespace'],
  ['another kind', dump({ ...LOGIN, kind: 'ConfigMap' }), 'is not the YAML of one v1 Secret with name and namespace'],
  ['no encryption', dump({ ...LOGIN, sops: undefined }, { skipInvalid: true } as never), 'is not encrypted'],
  ['a value in clear', dump({ ...LOGIN, stringData: { username: 'leeds', password: 'ENC[y]' } }), 'has a value in clear'],
  ['a value in clear in data', dump({ ...LOGIN, data: { more: 'aGk=' } }), 'has a value in clear'],
  [
    'another place',
    dump({ ...LOGIN, metadata: { ...LOGIN.metadata, name: 'other' } }),
    'holds the Secret uplink/other, and its place is that of uplink/central-login',
  ],
  ['another type', dump({ ...LOGIN, type: 'kubernetes.io/tls' }), 'is of type kubernetes.io/tls, and Opaque is needed'],
  ['a key too few', dump({ ...LOGIN, stringData: { username: 'ENC[x]' } }), 'lacks password'],
])('%s is told', (_, text, problem) => {
  expect(readExisting(CENTRAL, text, KEEPING)).toEqual({ problem });
});

test('recipients of another kind than age are told', () => {
  expect(encryptionOf({ sops: { ...METADATA, pgp: [{ fp: 'x' }], kms: [] } })).toEqual({
    problem: 'is encrypted to others than age keys: pgp',
  });
  expect(encryptionOf({ sops: { ...METADATA, pgp: [], kms: null } })).toEqual({ recipients: ['age1cluster', 'age1owner'] });
});

test('recipients are compared as sets', () => {
  expect(sameRecipients(['a', 'b'], ['b', 'a', 'a'])).toBe(true);
  expect(sameRecipients(['a'], ['a', 'b'])).toBe(false);
});
