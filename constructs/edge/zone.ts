import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { ZONE_OBJECTS } from '../../infra/model/object-names';
import { nodePortsOf, ZONES, type ZonedCluster, type ZoneFacts, type Zone as ZoneName } from '../../infra/model/zone';
import { objectLabels } from '../kube/labels';
import { ClosedNamespace } from '../kube/network-policy';
import type { Resources } from '../kube/pod';

/** What {@link Zone} takes. */
export interface ZoneProps {
  /** A plant, or a cluster of soft gateways. */
  readonly cluster: ZonedCluster;
  readonly zone: ZoneName;
  /** What runs in it: resources and number of pods of each workload, from which the quota is summed. */
  readonly workloads: readonly { readonly resources: Resources; readonly pods: number }[];
}

/** A zone of an edge cluster: a namespace that admits only the pods that its zone may have, is closed, and has a quota. */
export class Zone extends Construct {
  constructor(scope: Construct, id: string, { cluster, zone, workloads }: ZoneProps) {
    super(scope, id);
    const labels = { name: zone, component: 'zone' };
    const { level: enforced }: ZoneFacts = ZONES[zone];
    const level = { enforce: typeof enforced === 'string' ? enforced : 'privileged', audit: 'restricted', warn: 'restricted' };
    new k8s.KubeNamespace(this, 'namespace', {
      metadata: {
        name: zone,
        labels: {
          ...objectLabels(labels),
          ...Object.fromEntries(
            Object.entries(level).flatMap(([mode, value]) => [
              [`pod-security.kubernetes.io/${mode}`, value],
              [`pod-security.kubernetes.io/${mode}-version`, `v${cluster.kubernetes.version}`],
            ]),
          ),
        },
      },
    });
    new ClosedNamespace(this, 'closed', { namespace: zone, names: ZONE_OBJECTS, labels });

    // Twice what runs: after a node died its pods count until their grace period ends, while their replacements already start.
    const total = (value: (resources: Resources) => number) =>
      2 * workloads.reduce((sum, { resources, pods }) => sum + pods * value(resources), 0);
    new k8s.KubeResourceQuota(this, 'quota', {
      metadata: { name: ZONE_OBJECTS.quota, namespace: zone, labels: objectLabels(labels) },
      spec: {
        hard: {
          'requests.cpu': k8s.Quantity.fromString(`${total((r) => r.cpuMillis[0])}m`),
          'requests.memory': k8s.Quantity.fromString(`${total((r) => r.memoryMiB[0])}Mi`),
          'limits.cpu': k8s.Quantity.fromString(`${total((r) => r.cpuMillis[1])}m`),
          'limits.memory': k8s.Quantity.fromString(`${total((r) => r.memoryMiB[1])}Mi`),
          'services.nodeports': k8s.Quantity.fromNumber(nodePortsOf(cluster, zone)),
          'services.loadbalancers': k8s.Quantity.fromNumber(0),
        },
      },
    });
  }
}
