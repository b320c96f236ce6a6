import { createHash } from 'node:crypto';
import { javaTrustStore } from '../../../constructs/kube/java-trust-store';
import { newAuthority } from '../../../stacks/secrets/authority';

// test/daemons/public-authority.test.ts has Java and its keytool read one.
const [first, second] = [1, 2].map(() => newAuthority('centre', new Date()).signing.certificate) as [string, string];
const bytesOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64');

describe('a trust store of Java', () => {
  test('holds each certificate as it is, and how many there are', () => {
    const store = javaTrustStore(first + second);
    expect(store.readUInt32BE(8)).toBe(2);
    for (const certificate of [first, second]) expect(store.includes(bytesOf(certificate))).toBe(true);
  });

  test('is the same for the same certificates, and ends with a digest of what is before', () => {
    const store = javaTrustStore(first);
    expect(javaTrustStore(first)).toEqual(store);
    expect(javaTrustStore(second)).not.toEqual(store);
    const changed = Buffer.from('\u0000c\u0000h\u0000a\u0000n\u0000g\u0000e\u0000i\u0000t', 'latin1');
    const digest = createHash('sha1').update(changed).update('Mighty Aphrodite').update(store.subarray(0, -20)).digest();
    expect(store.subarray(-20)).toEqual(digest);
  });
});
