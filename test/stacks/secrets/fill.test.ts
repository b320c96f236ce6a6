import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { type CertificateRequest, certificateId, newAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import { certificateSecret, loginSecret, passwordSecret, passwordsSecret } from '../../../stacks/secrets/fill';
import { certificateAnnotations, certificateMarks, requestText } from '../../../stacks/secrets/marks';
import { changed } from '../../../stacks/secrets/succession';
import { BROKER, CENTRAL, DATABASE, PASSWORD, PRESS, REGISTRY } from './requirements';

const NOW = new Date('2027-01-01T00:00:00Z');
const requestOf = ({ content }: typeof BROKER) => content as CertificateRequest;

test('a certificate becomes a Secret that says readably what it is and when it ends', () => {
  const authority = changed(newAuthority('leeds', NOW), 'successor', NOW);
  const secret = certificateSecret(BROKER, requestOf(BROKER), authority, NOW);
  const trusted = trustedCertificates(authority, NOW);
  expect(secret).toMatchObject({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'plant-broker-tls', namespace: 'messaging', labels: { 'app.kubernetes.io/managed-by': 'millwright' } },
    type: 'kubernetes.io/tls',
  });
  expect(secret.metadata.annotations).toEqual({
    'kustomize.toolkit.fluxcd.io/prune': 'disabled',
    'millwright/certificate': 'CN=plant-broker; DNS plant-broker.messaging.svc; client, server',
    'millwright/not-after': '2028-12-31T00:00:00.000Z',
    'millwright/signed-by': certificateId(authority.signing.certificate),
    'millwright/trusts': trusted.map(certificateId).join(','),
  });
  expect(secret.stringData['ca.crt']).toBe(trusted.join(''));
  expect(trusted).toHaveLength(2);
  expect(new X509Certificate(secret.stringData['tls.crt'] ?? '').subject).toBe('CN=plant-broker');
  expect(secret.stringData['tls.key']).toContain('BEGIN PRIVATE KEY');
});

test('a login becomes a Secret with a user name and a password', () => {
  expect(loginSecret(CENTRAL, { username: 'leeds', password: 'a b' })).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'central-login',
      namespace: 'uplink',
      labels: { 'app.kubernetes.io/managed-by': 'millwright' },
      annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
    },
    type: 'Opaque',
    stringData: { username: 'leeds', password: 'a b' },
  });
});

test("a database's login is also made in the form that a URL takes, whatever is in it", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme', minLength: 1 }), (username, password) => {
      const { stringData } = loginSecret(DATABASE, { username, password });
      expect(stringData).toMatchObject({ username, password });
      expect(`${stringData.username_url}${stringData.password_url}`).toMatch(/^[A-Za-z0-9%._~!'()*-]+$/);
      expect(decodeURIComponent(stringData.username_url ?? '')).toBe(username);
      expect(decodeURIComponent(stringData.password_url ?? '')).toBe(password);
    }),
    { numRuns: 50 },
  );
});

test('a login that is put into JSON is escaped so that the text around it stays JSON, whatever is in it', () => {
  const inJson = { username: 'name-of-username', password: 'name-of-password' };
  const requirement = { ...CENTRAL, keys: Object.values(inJson), content: { kind: 'login' as const, purpose: 'a machine', inJson } };
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (username, password) => {
      const { stringData } = loginSecret(requirement, { username, password });
      const text = JSON.stringify({ login: inJson }).replace(/name-of-(?:username|password)/g, (name) => stringData[name] ?? '');
      expect(JSON.parse(text)).toEqual({ login: { username, password } });
    }),
    { numRuns: 50 },
  );
});

test('a password is made from 192 bits of chance, fits what replication takes, and is another one each time', () => {
  const content = PASSWORD.content as Extract<typeof PASSWORD.content, { kind: 'password' }>;
  const made = Array.from({ length: 50 }, () => passwordSecret(PASSWORD, content));
  for (const { metadata, type, stringData } of made) {
    expect([metadata.namespace, metadata.name, type, stringData.username]).toEqual([
      'jobs',
      'job-database-orchestrator',
      'Opaque',
      'orchestrator',
    ]);
    expect(stringData.password).toMatch(/^[A-Za-z0-9_-]{32}$/);
  }
  expect(new Set(made.map(({ stringData }) => stringData.password)).size).toBe(50);
});

test('several passwords are made under their keys, each from chance of its own', () => {
  const requirement = {
    ...PASSWORD,
    keys: ['_bootstrap', 'grafana'],
    content: { kind: 'passwords' as const, purpose: 'the identity provider' },
  };
  const made = [passwordsSecret(requirement), passwordsSecret(requirement)].flatMap(({ stringData }) => {
    expect(Object.keys(stringData)).toEqual(requirement.keys);
    return Object.values(stringData);
  });
  expect(made.every((password) => /^[A-Za-z0-9_-]{32}$/.test(password))).toBe(true);
  expect(new Set(made).size).toBe(4);
});

test("a registry's login becomes what Kubernetes reads, whatever is in the password", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (password) => {
      const { stringData } = loginSecret(REGISTRY, { username: 'robot', password });
      const { auths } = JSON.parse(stringData['.dockerconfigjson'] ?? '') as { auths: Record<string, { auth: string; password: string }> };
      const entry = auths['registry.example.com'];
      expect(entry?.password).toBe(password);
      expect(Buffer.from(entry?.auth ?? '', 'base64').toString()).toBe(`robot:${Buffer.from(password).toString()}`);
    }),
  );
});

test('a requirement with other keys than are made is a mistake of the program', () => {
  expect(() => loginSecret({ ...CENTRAL, keys: ['token'] }, { username: 'a', password: 'b' })).toThrow(
    'uplink/central-login must have the keys token, and username, password were made',
  );
  expect(() => loginSecret(PRESS, { username: 'a', password: 'b' })).toThrow('holds no login');
});

test('the annotations of a certificate come back as they were', () => {
  const marks = { request: requestText(requestOf(PRESS)), notAfter: NOW, signedBy: 'aa', trusts: ['aa', 'bb'] };
  expect(marks.request).toBe('CN=press-1; client');
  expect(certificateMarks(certificateAnnotations(marks))).toEqual(marks);
  expect(certificateMarks({ ...certificateAnnotations(marks), 'millwright/not-after': 'soon' })).toBeUndefined();
  expect(certificateMarks({})).toBeUndefined();
});

test('the order in which names and usages are stated changes nothing', () => {
  const request: CertificateRequest = { kind: 'certificate', commonName: 'a', dnsNames: ['b', 'a'], usages: ['server', 'client'] };
  expect(requestText(request)).toBe(requestText({ ...request, dnsNames: ['a', 'b'], usages: ['client', 'server'] }));
});

test('URIs and a kind of key are marked where they are asked for, so that a certificate without them is renewed, and no other one', () => {
  const request: CertificateRequest = { kind: 'certificate', commonName: 'a', dnsNames: ['b'], usages: ['client'] };
  expect(requestText({ ...request, uriNames: [], keyType: 'p-256' })).toBe('CN=a; DNS b; client');
  expect(requestText({ ...request, uriNames: ['urn:y', 'urn:x'], keyType: 'rsa-2048' })).toBe(
    'CN=a; DNS b; URI urn:x, urn:y; rsa-2048; client',
  );
});
