import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { connectionCommands } from '../../../infra/factory-plus/broker-connection';
import { edgePrincipals } from '../../../infra/kerberos/principals';
import type { FactoryPlusCluster } from '../../../infra/model/edge-cluster';
import { EDGE_SYNC } from '../../../infra/model/edge-services';
import { IMAGES } from '../../../infra/model/image';
import type { InstalledIds } from '../../../infra/model/installed-ids';
import { objectLabels } from '../../kube/labels';
import type { Resources } from '../../kube/pod';
import type { ClusterConfig } from './cluster-config';
import { EDGE_OPERATOR, EdgeOperator } from './edge-operator';

/** It holds the nodes of the cluster, and now and then runs kubeseal. ACS 6.8.1 states nothing. */
export const EDGE_SYNC_RESOURCES: Resources = { cpuMillis: [20, 500], memoryMiB: [96, 256] };

/** What it may look at in the whole cluster. */
const CLUSTER_RIGHTS: readonly k8s.PolicyRule[] = [{ apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] }];

/**
 * What it may look at in its zone. It lists what the Cluster Manager would have it deploy, finds nothing, since no deployment is told to it,
 * and ends where it may not list. ACS 6.8.1 lets it write both.
 */
const ZONE_RIGHTS: readonly k8s.PolicyRule[] = [
  { apiGroups: ['helm.toolkit.fluxcd.io'], resources: ['helmreleases'], verbs: ['list'] },
  { apiGroups: ['source.toolkit.fluxcd.io'], resources: ['gitrepositories'], verbs: ['list'] },
];

/** What {@link EdgeSync} takes. */
export interface EdgeSyncProps {
  readonly cluster: FactoryPlusCluster;
  readonly config: ClusterConfig;
  /** Ids of the installation. */
  readonly ids: InstalledIds;
}

/** edge-sync (ACS 6.8.1): reports the nodes of the cluster, and the certificate to seal with where there is one, to the ConfigDB. It writes nothing here. */
export class EdgeSync extends Construct {
  constructor(scope: Construct, id: string, { cluster, config, ids }: EdgeSyncProps) {
    super(scope, id);
    const { name, zone: namespace } = EDGE_SYNC;
    const { realm, domain, git } = cluster.contract;
    const { account } = new EdgeOperator(this, 'operator', {
      cluster,
      config,
      name,
      image: IMAGES.acsEdgeSync,
      script: 'bin/edge-sync.js',
      key: {
        name: 'op1sync',
        principal: edgePrincipals(cluster.name, realm).sync,
        account: { name: `Edge sync: ${cluster.name}`, groups: [ids.roles.edgeSync] },
      },
      told: ['CLUSTER_NAME', 'CLUSTER_UUID', 'DIRECTORY_URL', 'REALM', 'SEALED_SECRETS_CONTROLLER', 'SEALED_SECRETS_NAMESPACE'],
      asks: ['kerberos', 'web'],
      // It listens on nothing, and has the ConfigDB tell it of changes over a connection that stays.
      health: {
        ...connectionCommands(`configdb.${domain}`, git.port, { butApiServer: true }),
        readinessSeconds: 15,
        startSeconds: 1800,
      },
      resources: EDGE_SYNC_RESOURCES,
    });
    const labels = objectLabels({ name, component: EDGE_OPERATOR });
    const subjects = [{ kind: 'ServiceAccount', name: account, namespace }];
    const roleRef = (kind: 'ClusterRole' | 'Role', role: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name: role });
    const inCluster = `factory-plus-${name}`;
    new k8s.KubeClusterRole(this, 'cluster-role', { metadata: { name: inCluster, labels }, rules: [...CLUSTER_RIGHTS] });
    new k8s.KubeClusterRoleBinding(this, 'cluster-role-binding', {
      metadata: { name: inCluster, labels },
      roleRef: roleRef('ClusterRole', inCluster),
      subjects,
    });
    new k8s.KubeRole(this, 'role', { metadata: { name, namespace, labels }, rules: [...ZONE_RIGHTS] });
    new k8s.KubeRoleBinding(this, 'role-binding', { metadata: { name, namespace, labels }, roleRef: roleRef('Role', name), subjects });
  }
}
