import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { connectionCommands } from '../../../infra/factory-plus/broker-connection';
import { FACTORY_PLUS_GROUP } from '../../../infra/factory-plus/crds';
import { edgePrincipals } from '../../../infra/kerberos/principals';
import { type FactoryPlusCluster, sparkplugGroup } from '../../../infra/model/edge-cluster';
import { EDGE_MONITOR } from '../../../infra/model/edge-services';
import { IMAGES } from '../../../infra/model/image';
import type { InstalledIds } from '../../../infra/model/installed-ids';
import { SEALED_SECRETS_GROUP } from '../../../infra/sealed-secrets/crd';
import { objectLabels } from '../../kube/labels';
import type { Resources } from '../../kube/pod';
import type { ClusterConfig } from './cluster-config';
import { EDGE_OPERATOR, EdgeOperator } from './edge-operator';

/** One watch an edge agent. ACS 6.8.1 states nothing. */
export const EDGE_MONITOR_RESOURCES: Resources = { cpuMillis: [20, 500], memoryMiB: [96, 256] };

/** Its Sparkplug node, which no edge agent may be (ACS 6.8.1). */
const NODE = 'Monitor';

/** What it may look at in its zone: which agents there are, and whether what was sealed for them is open. */
const RIGHTS: readonly k8s.PolicyRule[] = [
  { apiGroups: [FACTORY_PLUS_GROUP], resources: ['sparkplugnodes'], verbs: ['list', 'watch'] },
  { apiGroups: [SEALED_SECRETS_GROUP], resources: ['sealedsecrets'], verbs: ['list', 'watch'] },
];

/** What {@link EdgeMonitor} takes. */
export interface EdgeMonitorProps {
  readonly cluster: FactoryPlusCluster;
  readonly config: ClusterConfig;
  /** Ids of the installation. */
  readonly ids: InstalledIds;
}

/**
 * The edge monitor (ACS 6.8.1): asks an edge agent that is silent to announce itself, and has it load its configuration when that changed. It
 * is a Sparkplug node itself, whose silence the Monitor of the centre notices.
 */
export class EdgeMonitor extends Construct {
  constructor(scope: Construct, id: string, { cluster, config, ids }: EdgeMonitorProps) {
    super(scope, id);
    const { name, zone: namespace } = EDGE_MONITOR;
    const { realm, mqtt } = cluster.contract;
    const { account } = new EdgeOperator(this, 'operator', {
      cluster,
      config,
      name,
      image: IMAGES.acsMonitor,
      script: 'bin/edge-monitor.js',
      key: {
        name: 'op1monitor',
        principal: edgePrincipals(cluster.name, realm).monitor,
        account: {
          name: `Edge monitor: ${cluster.name}`,
          groups: [ids.roles.edgeMonitor],
          sparkplug: { group: sparkplugGroup(cluster), node: NODE },
        },
      },
      told: ['CLUSTER_UUID', 'DIRECTORY_URL', 'REALM'],
      asks: ['kerberos', 'mqtt', 'web'],
      health: { ...connectionCommands(mqtt.host, mqtt.port), readinessSeconds: 15, startSeconds: 1800 },
      resources: EDGE_MONITOR_RESOURCES,
    });
    const metadata = { name, namespace, labels: objectLabels({ name, component: EDGE_OPERATOR }) };
    new k8s.KubeRole(this, 'role', { metadata, rules: [...RIGHTS] });
    new k8s.KubeRoleBinding(this, 'role-binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    });
  }
}
