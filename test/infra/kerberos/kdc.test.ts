import * as fc from 'fast-check';
import { KDC_PATHS, kdcFiles } from '../../../infra/kerberos/kdc';

test('the KDC and kadmind listen on TCP alone, above 1023, and new principals show their key first', () => {
  expect(kdcFiles({ realm: 'EXAMPLE.COM' })['kdc.conf']).toBe(`[realms]
    EXAMPLE.COM = {
        acl_file = /config/kdc-conf/kadm5.acl
        database_name = /var/lib/krb5kdc/principal
        key_stash_file = /var/lib/krb5kdc/.k5.EXAMPLE.COM
        kdc_listen = ""
        kdc_tcp_listen = 8888
        kadmind_listen = 8749
        kpasswd_listen = 8464
        default_principal_flags = preauth
    }

[logging]
    default = STDERR
`);
});

test('the first lines of the list of rights are those of people; the operators of edge clusters come last', () => {
  const lines = kdcFiles({ realm: 'E.COM' }, ['bob', 'ann'])['kadm5.acl'].trim().split('\n');
  expect(lines.slice(0, 3)).toEqual(['admin@E.COM acdilms', 'ann/admin@E.COM acdilms', 'bob/admin@E.COM acdilms']);
  expect(lines.slice(-2)).toEqual(['op1krbkeys/*@E.COM acim */*1@E.COM', 'op1krbkeys/*@E.COM acim */*1/*@E.COM']);
});

test('a realm is refused or stands in every file whole', () => {
  const realm = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.stringMatching(/^[A-Z0-9.-]{1,210}$/),
    fc.constantFrom('A\nB', 'A B', '}', 'A/B', '../A'),
  );
  fc.assert(
    fc.property(realm, (text) => {
      let files: ReturnType<typeof kdcFiles>;
      try {
        files = kdcFiles({ realm: text });
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      expect(files['kdc.conf'].split('\n')).toContain(`    ${text} = {`);
      expect(files['kdc.conf'].split('\n')).toHaveLength(15);
      expect(files['kadm5.acl'].split('\n').every((line) => line === '' || /^\S+@(\S+) \S+(?: \S+@\1)?$/.exec(line)?.[1] === text)).toBe(
        true,
      );
      expect(KDC_PATHS.stash(text).split('/').at(-1)?.length).toBeLessThanOrEqual(255);
    }),
  );
});
