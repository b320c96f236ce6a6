import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { milliseconds } from '../../infra/model/duration';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Plant } from '../../infra/model/plant';
import { type PortScan as PortScanSettings, SCAN_PACKETS_PER_SECOND, SCAN_RETRIES } from '../../infra/model/port-scan';
import { PORT_SCAN } from '../../infra/model/services';
import { objectLabels } from '../kube/labels';
import { WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { WorkloadAccount } from '../kube/service-account';

/** What a port scan uses. */
export const PORT_SCAN_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [64, 256] };

/** What {@link PortScan} takes. */
export interface PortScanProps {
  readonly plant: Plant;
  readonly scan: PortScanSettings;
}

/**
 * A port scan, once: a Job that runs nmap with TCP connections, which needs no privilege, and ends by itself or at its deadline. It may
 * reach its targets on the stated ports and nothing else. Flux makes it anew when anything of it changes, because a Job cannot be changed.
 */
export class PortScan extends Construct {
  constructor(scope: Construct, id: string, { plant, scan }: PortScanProps) {
    super(scope, id);
    const { name, zone: namespace } = PORT_SCAN;
    const labels = { name, component: name };
    const [first, last] = scan.ports;
    const node = scan.runsOn === undefined ? undefined : plant.nodes.find((candidate) => candidate.name === scan.runsOn);
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      egress: [{ peer: { networks: scan.targets }, ports: [[first, last]] }],
    });
    const reason = { 'millwright/reason': scan.reason };
    new k8s.KubeJob(this, 'job', {
      metadata: {
        name,
        namespace,
        labels: objectLabels(labels),
        annotations: { ...reason, 'kustomize.toolkit.fluxcd.io/force': 'enabled' },
      },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: milliseconds(scan.deadline) / 1000,
        template: {
          metadata: { labels: objectLabels(labels), annotations: reason },
          spec: hardenedPod({
            containerName: 'nmap',
            image: imageReference(IMAGES.nmap, plant.images.registry),
            command: ['nmap'],
            // Names are not asked for, hosts need not answer a ping, and addresses that begin with a hyphen cannot be.
            args: [
              '-sT',
              '-Pn',
              '-n',
              '--open',
              ...['--max-rate', `${SCAN_PACKETS_PER_SECOND}`],
              ...['--max-retries', `${SCAN_RETRIES}`],
              ...['-p', `${first}-${last}`],
              ...(scan.targets.some((target) => target.includes(':')) ? ['-6'] : []),
              ...scan.targets,
            ],
            ports: [],
            resources: PORT_SCAN_RESOURCES,
            mounts: [],
            restartPolicy: 'Never',
            serviceAccount: account.name,
            priorityClass: 'plant-operations',
            ...(node ? { node } : {}),
          }),
        },
      },
    });
  }
}
