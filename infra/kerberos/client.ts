import type { Krb5Relations } from '../formats/krb5-conf';
import { CENTRAL_NAMESPACE } from '../model/central-services';
import type { Contract } from '../model/contract';

/**
 * krb5.conf of the programs of the centre (ACS 6.8.1, chart `krb5-conf`): one realm, TCP only because the Services of the KDC are, and no
 * reverse lookups, which name pods otherwise than Kerberos does.
 */
export function centralKerberosConfiguration({ realm, domain }: Contract): Readonly<Record<string, Krb5Relations>> {
  const host = (service: string) => `${service}.${CENTRAL_NAMESPACE}.svc.cluster.local`;
  return clientConfiguration(realm, ['cluster.local', domain], host);
}

/**
 * krb5.conf of the programs of an edge cluster (ACS 6.8.1, chart `edge-cluster`, `krb5-conf`): the same realm by the public names of the
 * KDC, behind which there is TCP alone. Names inside the cluster are of no realm: no server of it has a key.
 */
export function edgeKerberosConfiguration({ realm, domain }: Pick<Contract, 'realm' | 'domain'>): Readonly<Record<string, Krb5Relations>> {
  return clientConfiguration(realm, [domain], (service) => `${service}.${domain}`);
}

function clientConfiguration(
  realm: string,
  domains: readonly string[],
  host: (service: 'kdc' | 'kadmin') => string,
): Readonly<Record<string, Krb5Relations>> {
  return {
    libdefaults: {
      default_realm: realm,
      dns_canonicalize_hostname: false,
      // The KDC is named below. Otherwise each first answer of it makes a client ask the DNS which KDC is the primary one, and wait for that (MIT
      // Kerberos 1.20): without an answer ten seconds and more for each ticket. ACS 6.8.1 leaves it out.
      dns_lookup_kdc: false,
      // Without effect beside the second line (MIT Kerberos 1.20, krb5.conf); the chart of ACS for edge clusters leaves it out.
      rdns: false,
      // Above this many bytes TCP comes first: always.
      udp_preference_limit: '1',
      spake_preauth_groups: 'edwards25519',
    },
    domain_realm: Object.fromEntries(domains.flatMap((domain) => [domain, `.${domain}`]).map((name) => [name, realm])),
    realms: { [realm]: { kdc: host('kdc'), admin_server: host('kadmin'), disable_encrypted_timestamp: true } },
  };
}
