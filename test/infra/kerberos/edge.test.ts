import { toKrb5Conf } from '../../../infra/formats/krb5-conf';
import { CENTRAL_CLIENT_ZONES, centralClientsOf } from '../../../infra/kerberos/central-clients';
import { centralKerberosConfiguration, edgeKerberosConfiguration } from '../../../infra/kerberos/client';
import { edgeBridgePrincipal } from '../../../infra/kerberos/principals';
import { CENTRAL_CLIENTS } from '../../../infra/model/edge-services';
import { RESERVED_CLUSTER_NAMES } from '../../../infra/model/object-names';
import { ZONES } from '../../../infra/model/zone';
import { exampleContract } from '../../support/centre';
import { examplePlant } from '../../support/plants';

const contract = exampleContract();

test('an edge cluster finds the KDC by its public names, over TCP and without asking the DNS for others', () => {
  expect(toKrb5Conf(edgeKerberosConfiguration(contract))).toBe(`[libdefaults]
    default_realm = FACTORY.EXAMPLE.COM
    dns_canonicalize_hostname = false
    dns_lookup_kdc = false
    rdns = false
    udp_preference_limit = 1
    spake_preauth_groups = edwards25519

[domain_realm]
    factory.example.com = FACTORY.EXAMPLE.COM
    .factory.example.com = FACTORY.EXAMPLE.COM

[realms]
    FACTORY.EXAMPLE.COM = {
        kdc = kdc.factory.example.com
        admin_server = kadmin.factory.example.com
        disable_encrypted_timestamp = true
    }
`);
});

test('it differs from that of the centre in names alone', () => {
  const { libdefaults, realms } = centralKerberosConfiguration(contract);
  const edge = edgeKerberosConfiguration(contract);
  expect(edge.libdefaults).toEqual(libdefaults);
  expect(JSON.parse(JSON.stringify(realms).replaceAll('.factory-plus.svc.cluster.local', '.factory.example.com'))).toEqual(edge.realms);
});

test('a client of the central broker has its cluster as the second part of its principal', () => {
  expect(edgeBridgePrincipal('leeds', 'data-publisher', 'R.EXAMPLE.COM')).toBe('br1/leeds/data-publisher@R.EXAMPLE.COM');
  expect(() => edgeBridgePrincipal('leeds/x', 'data-publisher', 'R.EXAMPLE.COM')).toThrow(RangeError);
  expect(RESERVED_CLUSTER_NAMES).not.toContain('leeds');
});

test('a plant has the clients that it needs, each in a zone that there is', () => {
  const { jobs } = examplePlant();
  if (!jobs) throw new Error('the example has no jobs');
  expect(centralClientsOf({ jobs, logs: { mebibytesPerDay: 50 } })).toEqual(CENTRAL_CLIENTS);
  expect(centralClientsOf({ jobs })).toEqual(['command-receiver', 'data-publisher']);
  expect(centralClientsOf({})).toEqual(['data-publisher']);
  for (const zone of Object.values(CENTRAL_CLIENT_ZONES)) expect(Object.keys(ZONES)).toContain(zone);
});
