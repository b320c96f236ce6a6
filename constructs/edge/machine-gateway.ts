import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Machine } from '../../infra/model/machine';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { MOUNTS, TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import { gatewayConfiguration } from '../../infra/telegraf/gateway';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Conduit, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import type { PlantBroker } from './plant-broker';

/** Label `component` of every gateway: what the plant broker lets in. */
export const GATEWAY_COMPONENT = 'machine-gateway';

/** What a gateway uses. Telegraf 1.37 with five inputs was measured at 57 MB; the limit leaves room for its buffer. */
export const GATEWAY_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [80, 192] };

/** What {@link MachineGateway} takes. */
export interface MachineGatewayProps {
  readonly plant: Plant;
  readonly machine: Machine;
  readonly broker: PlantBroker;
}

/**
 * The gateway of one machine: a Telegraf that reads the machine and publishes to the plant broker. It may reach its machine, the
 * plant broker and the cluster's DNS, and nothing else. One pod, recreated rather than rolled, because two would read twice and take
 * each other's place at the broker.
 */
export class MachineGateway extends Construct {
  constructor(scope: Construct, id: string, { plant, machine, broker }: MachineGatewayProps) {
    super(scope, id);
    const namespace = 'machines';
    const labels = { name: machine.name, component: GATEWAY_COMPONENT };
    const certificate = `${machine.name}-client-tls`;
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name: machine.name,
      namespace,
      labels,
      files: { 'telegraf.conf': toToml(gatewayConfiguration(plant, machine)) },
    });
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: machine.name, dnsNames: [], usages: ['client'] },
    });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      egress: [
        ...machine.conduits.map(({ port, protocol }): Conduit => ({ peer: { networks: [machine.address] }, ports: [port], protocol })),
        { peer: broker.peer, ports: [broker.port] },
      ],
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name: machine.name, namespace, labels: objectLabels(labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorLabels(labels) },
        template: {
          metadata: { labels: objectLabels(labels), annotations: { ...configuration.podAnnotations } },
          spec: hardenedPod({
            containerName: 'telegraf',
            image: imageReference(IMAGES.telegraf, plant.images.registry),
            args: ['telegraf', '--config', '/etc/telegraf/telegraf.conf'],
            ports: [{ name: 'health', port: TELEGRAF_HEALTH_PORT }],
            health: { port: TELEGRAF_HEALTH_PORT, readinessPath: '/' },
            resources: GATEWAY_RESOURCES,
            mounts: [
              { name: 'configuration', path: '/etc/telegraf', from: { configMap: configuration.name } },
              { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
            ],
            serviceAccount: account.name,
            priorityClass: 'plant-machines',
            ...(machine.runsOn === undefined ? { spread: spreadGateways() } : { node: nodeNamed(plant, machine.runsOn) }),
          }),
        },
      },
    });
  }
}

/** Gateways spread over racks and nodes as far as they can, so that one failure stops few of them. */
function spreadGateways(): k8s.TopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'app.kubernetes.io/component': GATEWAY_COMPONENT } },
  }));
}

function nodeNamed(plant: Plant, name: string) {
  const node = plant.nodes.find((candidate) => candidate.name === name);
  if (!node) throw new RangeError(`plant ${plant.name} has no node ${name}`);
  return node;
}
