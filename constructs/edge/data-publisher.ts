import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { DATA_PUBLISHER, MOUNTS, TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import { publisherConfiguration } from '../../infra/telegraf/publisher';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { type PlantBroker, PUBLISHER_LABELS } from './plant-broker';

/** What the data publisher uses: a Telegraf whose buffer holds at most 20 000 readings. */
export const PUBLISHER_RESOURCES: Resources = { cpuMillis: [100, 500], memoryMiB: [96, 256] };

/** What {@link DataPublisher} takes. */
export interface DataPublisherProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
}

/**
 * The data publisher: carries production data from the plant broker to the central broker over TLS, and acknowledges only what the
 * centre acknowledged. One pod: it has one session on the plant broker, and a second pod would take it over. It may move to any node.
 */
export class DataPublisher extends Construct {
  constructor(scope: Construct, id: string, { plant, broker }: DataPublisherProps) {
    super(scope, id);
    const { name, zone: namespace } = DATA_PUBLISHER;
    const labels = PUBLISHER_LABELS;
    const certificate = `${name}-client-tls`;
    const login = 'central-login';
    const { certificateAuthority } = plant.contract;

    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels,
      files: { 'telegraf.conf': toToml(publisherConfiguration(plant)) },
    });
    const authority =
      certificateAuthority === undefined
        ? undefined
        : new Configuration(this, 'central-ca', { name: 'central-ca', namespace, labels, files: { 'ca.crt': certificateAuthority } });
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: { kind: 'certificate', commonName: name, dnsNames: [], usages: ['client'] },
    });
    requireSecret(this, {
      namespace,
      name: login,
      type: 'Opaque',
      keys: ['password', 'username'],
      content: { kind: 'login', purpose: `the data publisher of ${plant.name} at the central broker ${plant.contract.mqtt.host}` },
    });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      egress: [
        { peer: broker.peer, ports: [broker.port] },
        { peer: { networks: plant.contract.addresses }, ports: [plant.contract.mqtt.port] },
      ],
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        strategy: { type: 'Recreate' },
        // Ready only once it has had the time to make its session, so that gateways do not publish before anyone keeps what they say.
        minReadySeconds: 10,
        selector: { matchLabels: selectorLabels(labels) },
        template: {
          metadata: {
            labels: objectLabels(labels),
            annotations: {
              ...configuration.podAnnotations,
              // Telegraf reads the certificates that it trusts when it starts.
              ...(authority ? { 'millwright/central-ca': authority.digest } : {}),
            },
          },
          spec: hardenedPod({
            containerName: 'telegraf',
            image: imageReference(IMAGES.telegraf, plant.images.registry),
            args: ['telegraf', '--config', '/etc/telegraf/telegraf.conf'],
            ports: [{ name: 'health', port: TELEGRAF_HEALTH_PORT }],
            // Its own judgement ends it: see `health` in telegraf/publisher.ts.
            health: { port: TELEGRAF_HEALTH_PORT, livenessPath: '/', readinessPath: '/' },
            resources: PUBLISHER_RESOURCES,
            mounts: [
              { name: 'configuration', path: '/etc/telegraf', from: { configMap: configuration.name } },
              { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
              { name: 'central-login', path: MOUNTS.centralLogin, from: { secret: login } },
              ...(authority ? [{ name: 'central-ca', path: MOUNTS.centralAuthority, from: { configMap: authority.name } }] : []),
            ],
            serviceAccount: account.name,
            priorityClass: 'plant-data',
          }),
        },
      },
    });
  }
}
