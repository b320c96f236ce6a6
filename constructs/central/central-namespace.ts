import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { ZONE_OBJECTS } from '../../infra/model/object-names';
import { objectLabels } from '../kube/labels';
import { ClosedNamespace } from '../kube/network-policy';

/** Priority class of what keeps and carries data at the centre: below the classes of Kubernetes itself, above the default of 0. */
export const CENTRAL_PRIORITY = 'central-data';

/** The namespace of the central components: closed, and Pod Security `restricted` is enforced in it. */
export class CentralNamespace extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const labels = { name: CENTRAL_NAMESPACE, component: 'zone' };
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: CENTRAL_NAMESPACE,
        labels: {
          ...objectLabels(labels),
          ...Object.fromEntries(
            ['enforce', 'audit', 'warn'].flatMap((mode) => [
              [`pod-security.kubernetes.io/${mode}`, 'restricted'],
              [`pod-security.kubernetes.io/${mode}-version`, `v${central.kubernetes.version}`],
            ]),
          ),
        },
      },
    });
    new ClosedNamespace(this, 'closed', { namespace: CENTRAL_NAMESPACE, names: ZONE_OBJECTS, labels });
    new k8s.KubePriorityClass(this, 'priority', {
      metadata: { name: CENTRAL_PRIORITY, labels: objectLabels({ name: CENTRAL_PRIORITY, component: 'priority' }) },
      value: 900_000,
      description: 'Keeps or carries production data at the centre: broker, historian, ingester',
      globalDefault: false,
      preemptionPolicy: 'PreemptLowerPriority',
    });
  }
}
