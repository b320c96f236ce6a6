import * as fc from 'fast-check';
import { type KadminOperation, RIGHTS } from '../../../infra/formats/kadm5-acl';
import { administratorLines, mayAdminister } from '../../../infra/kerberos/administrators';
import { edgeNodePrincipal, edgePrincipals } from '../../../infra/kerberos/principals';
import { RESERVED_CLUSTER_NAMES } from '../../../infra/model/object-names';

const REALM = 'EXAMPLE.COM';
const ACL = administratorLines(REALM, ['ann']);
const OPERATIONS = Object.keys(RIGHTS) as KadminOperation[];
const may = (client: string, operation: KadminOperation, target: string) => mayAdminister(REALM, ACL, client, operation, target);

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);

test('the operator of a cluster has every principal of its cluster in hand, and can neither list nor remove any, nor read a key', () => {
  fc.assert(
    fc.property(name, name, name, (cluster, first, last) => {
      fc.pre(!RESERVED_CLUSTER_NAMES.includes(cluster) && !['host', 'kadmin', 'kiprop', 'krbtgt', 'mqtt', 'postgres'].includes(first));
      const { keysOperator, sync, flux, monitor } = edgePrincipals(cluster, REALM);
      for (const target of [keysOperator, sync, flux, monitor, edgeNodePrincipal(cluster, last, REALM), `${first}/${cluster}`]) {
        const allowed = OPERATIONS.filter((operation) => may(keysOperator, operation, target));
        expect(allowed).toEqual(['add', 'modify', 'changePassword', 'inquire']);
      }
    }),
  );
});

test('and nothing of any other cluster, of the centre, or of Kerberos itself', () => {
  const foreign = fc.oneof(
    fc.constantFrom(
      'admin',
      'ann/admin',
      'op1krbkeys',
      'sv1auth',
      'K/M',
      `krbtgt/${REALM}`,
      'kadmin/admin',
      'kadmin/changepw',
      'kadmin/history',
    ),
    fc.tuple(name, name).map(([first, second]) => `${first}/${second}`),
    fc.tuple(name, name, name).map((parts) => parts.join('/')),
    fc.tuple(name, name, name, name).map((parts) => parts.join('/')),
    fc.tuple(name, name).map(([first, second]) => `${first}/${second}@OTHER.COM`),
  );
  fc.assert(
    fc.property(name, foreign, fc.constantFrom(...OPERATIONS), (cluster, target, operation) => {
      fc.pre(!(target.split('/')[1] === cluster && target.split('/').length < 4));
      expect(may(`op1krbkeys/${cluster}`, operation, target)).toBe(false);
      // One that only looks like it, whatever the names.
      expect(may(`op1krbkeys/${cluster}`, operation, `nd1/${cluster}x/a`)).toBe(false);
      expect(may(`op1krbkeys/${cluster}/x`, operation, `nd1/${cluster}/a`)).toBe(false);
      expect(may(`op1flux/${cluster}`, operation, `nd1/${cluster}/a`)).toBe(false);
      expect(may(`op1krbkeys/${cluster}@OTHER.COM`, operation, `nd1/${cluster}/a`)).toBe(false);
    }),
  );
});

test.each(RESERVED_CLUSTER_NAMES)('no edge cluster may be named %s, and its operator could do nothing', (cluster) => {
  expect(() => edgePrincipals(cluster, REALM)).toThrow('no edge cluster may be named');
  for (const target of [`kadmin/${cluster}`, `op1sync/${cluster}`, `ann/${cluster}`]) {
    expect(OPERATIONS.filter((operation) => may(`op1krbkeys/${cluster}`, operation, target))).toEqual([]);
  }
});

test.each(['M', REALM, 'auth.factory-plus.svc.cluster.local'])(
  'a cluster named %s would not get the principals of that name',
  (cluster) => {
    for (const first of ['K', 'krbtgt', 'kadmin', 'kiprop', 'HTTP', 'host', 'mqtt', 'postgres']) {
      expect(OPERATIONS.filter((operation) => may(`op1krbkeys/${cluster}`, operation, `${first}/${cluster}`))).toEqual([]);
    }
  },
);

test('administrators do all but read keys; everybody looks at himself and changes his own password', () => {
  for (const who of ['admin', 'ann/admin']) {
    expect(OPERATIONS.filter((operation) => !may(who, operation, 'sv1auth'))).toEqual(['extractKeys']);
    expect(mayAdminister(REALM, ACL, who, 'list')).toBe(true);
  }
  expect(OPERATIONS.filter((operation) => may('bob/admin', operation, 'sv1auth'))).toEqual([]);
  expect(OPERATIONS.filter((operation) => may('sv1auth', operation, 'sv1auth'))).toEqual(['changePassword', 'inquire']);
  expect(may('op1krbkeys', 'changePassword', `krbtgt/${REALM}`)).toBe(false);
  // A trust with another realm is a principal that it makes.
  expect(may('op1krbkeys', 'changePassword', 'krbtgt/OTHER.COM')).toBe(true);
});

test('the list does not depend on the order in which people are named', () => {
  expect(administratorLines(REALM, ['ann', 'bob'])).toEqual(administratorLines(REALM, ['bob', 'ann']));
});
