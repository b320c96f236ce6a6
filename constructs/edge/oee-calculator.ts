import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { MOUNTS, OEE_CALCULATOR, TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import { oeeConfiguration } from '../../infra/telegraf/oee';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Peer, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import type { PlantBroker } from './plant-broker';

/** What the OEE calculator uses: a Telegraf whose buffer holds at most 20 000 lines. */
export const OEE_CALCULATOR_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [96, 256] };

const LABELS = { name: OEE_CALCULATOR.name, component: 'oee-calculator' } as const;

/** Its pods, for the plant broker's conduits. */
export const OEE_CALCULATOR_PEER: Peer = { namespace: OEE_CALCULATOR.zone, labels: selectorLabels(LABELS) };

/** What {@link OeeCalculator} takes. */
export interface OeeCalculatorProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
}

/**
 * The OEE calculator: computes availability, performance and quality of the plant's machines from their data points. One pod without a
 * volume: what it has reckoned is kept by the plant broker (docs/oee.md). It may move to any node.
 */
export class OeeCalculator extends Construct {
  constructor(scope: Construct, id: string, { plant, broker }: OeeCalculatorProps) {
    super(scope, id);
    const { name, zone: namespace } = OEE_CALCULATOR;
    const certificate = `${name}-client-tls`;
    const account = new WorkloadAccount(this, 'account', { namespace, labels: LABELS, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels: LABELS,
      files: { 'telegraf.conf': toToml(oeeConfiguration(plant)) },
    });
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: name, dnsNames: [], usages: ['client'] },
    });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels: LABELS,
      ingress: [],
      egress: [{ peer: broker.peer, ports: [broker.port] }],
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name, namespace, labels: objectLabels(LABELS) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorLabels(LABELS) },
        template: {
          metadata: { labels: objectLabels(LABELS), annotations: { ...configuration.podAnnotations } },
          spec: hardenedPod({
            containerName: 'telegraf',
            image: imageReference(IMAGES.telegraf, plant.images.registry),
            args: ['telegraf', '--config', '/etc/telegraf/telegraf.conf'],
            ports: [{ name: 'health', port: TELEGRAF_HEALTH_PORT }],
            // Its own judgement ends it: see `health` in telegraf/oee.ts.
            health: { port: TELEGRAF_HEALTH_PORT, livenessPath: '/', readinessPath: '/' },
            resources: OEE_CALCULATOR_RESOURCES,
            mounts: [
              { name: 'configuration', path: '/etc/telegraf', from: { configMap: configuration.name } },
              { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
            ],
            serviceAccount: account.name,
            priorityClass: 'plant-data',
          }),
        },
      },
    });
  }
}
