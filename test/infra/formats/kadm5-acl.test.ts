import * as fc from 'fast-check';
import { type AclLine, toKadm5Acl } from '../../../infra/formats/kadm5-acl';
import { parsePrincipal, principalText } from '../../../infra/formats/principal';

test('a line has a principal, the letters of its rights, and a target; one without rights takes all away', () => {
  expect(
    toKadm5Acl('EXAMPLE.COM', [
      { client: ['admin'], may: ['add', 'inquire', 'changePassword'] },
      { client: ['op1krbkeys', '*'], may: [], target: ['krbtgt', '*'] },
      { client: ['op1krbkeys', '*'], may: ['add', 'add'], target: ['*', '*1', '*'] },
    ]),
  ).toBe(`admin@EXAMPLE.COM aci
op1krbkeys/*@EXAMPLE.COM ACDEILMS krbtgt/*@EXAMPLE.COM
op1krbkeys/*@EXAMPLE.COM a */*1/*@EXAMPLE.COM
`);
});

test.each<[string, AclLine]>([
  ['a back reference without its star', { client: ['a'], may: ['add'], target: ['*', '*1'] }],
  ['a back reference to a star that is not there', { client: ['a', '*'], may: ['add'], target: ['*', '*2'] }],
  ['a back reference in the client', { client: ['a', '*', '*1'], may: ['add'] }],
  ['everybody', { client: ['*'], may: ['add'] }],
  ['everything', { client: ['a'], may: ['add'], target: ['*'] }],
])('refuses %s', (_, line) => {
  expect(() => toKadm5Acl('EXAMPLE.COM', [line])).toThrow(RangeError);
});

test('whatever name it takes is one word that libkrb5 reads as that name', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('leeds', 'a b', 'a/b', 'a@b', 'a\\', '#a', '*2', 'a\n', '-a', 'a.'),
  );
  fc.assert(
    fc.property(part, part, part, (first, second, realm) => {
      let written: string;
      try {
        written = toKadm5Acl(realm, [{ client: [first, second], may: ['add'] }]);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        return;
      }
      const [word = '', rights, ...rest] = written.replace(/\n$/, '').split(/\s+/);
      expect([rights, rest]).toEqual(['a', []]);
      expect(parsePrincipal(word, 'OTHER')).toEqual({ parts: [first, second], realm });
    }),
  );
});

test('a name is read as libkrb5 does', () => {
  expect(parsePrincipal('nd1/leeds/press-1', 'E.COM')).toEqual({ parts: ['nd1', 'leeds', 'press-1'], realm: 'E.COM' });
  expect(parsePrincipal('a\\/b\\@c/d@F.COM', 'E.COM')).toEqual({ parts: ['a/b@c', 'd'], realm: 'F.COM' });
  expect(parsePrincipal('a\\nb//', 'E.COM')).toEqual({ parts: ['a\nb', '', ''], realm: 'E.COM' });
  for (const wrong of ['a@b@c', 'a\\']) expect(() => parsePrincipal(wrong, 'E.COM')).toThrow(RangeError);
  for (const wrong of ['*', 'a b', 'a/b', '']) expect(() => principalText([wrong], 'E.COM')).toThrow(RangeError);
});
