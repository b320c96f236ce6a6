import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { edgeClusterUuid } from '../../../infra/factory-plus/edge-ids';
import { toKrb5Conf } from '../../../infra/formats/krb5-conf';
import { edgeKerberosConfiguration } from '../../../infra/kerberos/client';
import type { FactoryPlusCluster } from '../../../infra/model/edge-cluster';
import { CLUSTER_CONFIG, EDGE_ZONE, SEALED_SECRETS } from '../../../infra/model/edge-services';
import { MOUNTS } from '../../../infra/model/services';
import { ACS_MOUNTS } from '../../kube/acs-image';
import { Configuration } from '../../kube/configuration';
import type { Mount } from '../../kube/pod';

/** ConfigMap with `krb5.conf` for the programs of the zone: named as in the chart of ACS. */
const KERBEROS_CONFIGURATION = 'krb5-conf';

/** ConfigMap with the certificates that sign the public names of the centre, where no public authority does. */
const CENTRAL_AUTHORITY = 'central-ca';

/** What an operator is told of its cluster, by the names that ACS 6.8.1 gives it (edge-helm-charts, charts/edge-cluster). */
export type ClusterVariable =
  | 'CLUSTER_NAME'
  | 'CLUSTER_UUID'
  | 'DIRECTORY_URL'
  | 'REALM'
  | 'SEALED_SECRETS_CONTROLLER'
  | 'SEALED_SECRETS_NAMESPACE';

/** URL of a service of the centre by its public name. */
export function publicUrl({ contract }: Pick<FactoryPlusCluster, 'contract'>, host: string): string {
  return `${contract.tls ? 'https' : 'http'}://${host}.${contract.domain}`;
}

/** What the operators of an edge cluster are told: of their cluster, of Kerberos, and whom to trust. */
export class ClusterConfig extends Construct {
  /** `krb5.conf`, in the folder that images of ACS look in. */
  readonly kerberos: Mount;
  /** Name of the ConfigMap with `krb5.conf`. */
  readonly kerberosName: string;
  /** The certificates that sign the centre; none where public authorities do. */
  readonly authority: readonly Mount[];
  /** Path of them. */
  readonly authorityFile: string | undefined;
  /** Start a pod again when anything of it changes: programs read it once. */
  readonly podAnnotations: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { cluster }: { readonly cluster: FactoryPlusCluster }) {
    super(scope, id);
    const namespace = EDGE_ZONE;
    const labels = { name: CLUSTER_CONFIG, component: 'configuration' };
    const { realm, certificateAuthority } = cluster.contract;
    const told: Readonly<Record<ClusterVariable, string>> = {
      CLUSTER_NAME: cluster.name,
      CLUSTER_UUID: edgeClusterUuid(realm, cluster.name),
      DIRECTORY_URL: publicUrl(cluster, 'directory'),
      REALM: realm,
      // Where there is no such controller, edge-sync looks for it once a minute and says so.
      SEALED_SECRETS_CONTROLLER: SEALED_SECRETS.name,
      SEALED_SECRETS_NAMESPACE: SEALED_SECRETS.zone,
    };
    const config = new Configuration(this, 'cluster', { name: CLUSTER_CONFIG, namespace, labels, files: told });
    const kerberos = new Configuration(this, 'kerberos', {
      name: KERBEROS_CONFIGURATION,
      namespace,
      labels,
      files: { 'krb5.conf': toKrb5Conf(edgeKerberosConfiguration(cluster.contract)) },
    });
    const authority =
      certificateAuthority === undefined
        ? undefined
        : new Configuration(this, 'authority', { name: CENTRAL_AUTHORITY, namespace, labels, files: { 'ca.crt': certificateAuthority } });
    this.kerberosName = kerberos.name;
    this.kerberos = { name: 'kerberos', path: ACS_MOUNTS.kerberos, from: { configMap: kerberos.name } };
    this.authority = authority ? [{ name: 'central-ca', path: MOUNTS.centralAuthority, from: { configMap: authority.name } }] : [];
    this.authorityFile = authority && `${MOUNTS.centralAuthority}/ca.crt`;
    this.podAnnotations = {
      'millwright/cluster-config': config.digest,
      'millwright/kerberos': kerberos.digest,
      ...(authority ? { 'millwright/central-ca': authority.digest } : {}),
    };
  }

  /** Variables of a container with what it reads of its cluster. */
  variables(...names: readonly ClusterVariable[]): k8s.EnvVar[] {
    return [...names].sort().map((name) => ({ name, valueFrom: { configMapKeyRef: { name: CLUSTER_CONFIG, key: name } } }));
  }
}
