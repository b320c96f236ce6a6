import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { COMMAND_RECEIVER, MOUNTS, TELEGRAF_HEALTH_PORT } from '../../infra/model/services';
import { commandReceiverConfiguration } from '../../infra/telegraf/command-receiver';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Peer, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import type { PlantBroker } from './plant-broker';

/** What the command receiver uses: a Telegraf that holds at most 40 messages of 64 KiB. */
export const COMMAND_RECEIVER_RESOURCES: Resources = { cpuMillis: [50, 500], memoryMiB: [80, 192] };

const LABELS = { name: COMMAND_RECEIVER.name, component: 'command-receiver' } as const;

/** The receiver's pods, for the policy of the plant broker. */
export const COMMAND_RECEIVER_PEER: Peer = { namespace: COMMAND_RECEIVER.zone, labels: selectorLabels(LABELS) };

/** What {@link CommandReceiver} takes. */
export interface CommandReceiverProps {
  readonly plant: Plant;
  readonly broker: PlantBroker;
}

/**
 * The command receiver: fetches commands from the central broker, because nothing may connect into the plant, gives them to the plant
 * broker, and carries answers back. A pod of its own: its certificate publishes commands and reads answers, and nothing else.
 */
export class CommandReceiver extends Construct {
  constructor(scope: Construct, id: string, { plant, broker }: CommandReceiverProps) {
    super(scope, id);
    const { name, zone: namespace } = COMMAND_RECEIVER;
    const certificate = `${name}-client-tls`;
    const { certificateAuthority } = plant.contract;
    const account = new WorkloadAccount(this, 'account', { namespace, labels: LABELS, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels: LABELS,
      files: { 'telegraf.conf': toToml(commandReceiverConfiguration(plant)) },
    });
    const authority =
      certificateAuthority === undefined
        ? undefined
        : new Configuration(this, 'central-ca', {
            name: `${name}-central-ca`,
            namespace,
            labels: LABELS,
            files: { 'ca.crt': certificateAuthority },
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
      egress: [
        { peer: broker.peer, ports: [broker.port] },
        { peer: { networks: plant.contract.addresses }, ports: [plant.contract.mqtt.port] },
      ],
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata: { name, namespace, labels: objectLabels(LABELS) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        // Two would take each other's sessions.
        strategy: { type: 'Recreate' },
        selector: { matchLabels: selectorLabels(LABELS) },
        template: {
          metadata: {
            labels: objectLabels(LABELS),
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
            // Its own judgement ends it: see `health` in telegraf/command-receiver.ts.
            health: { port: TELEGRAF_HEALTH_PORT, livenessPath: '/', readinessPath: '/' },
            resources: COMMAND_RECEIVER_RESOURCES,
            mounts: [
              { name: 'configuration', path: '/etc/telegraf', from: { configMap: configuration.name } },
              { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
              // The plant's one login at the centre, which the data publisher states.
              { name: 'central-login', path: MOUNTS.centralLogin, from: { secret: 'central-login' } },
              ...(authority ? [{ name: 'central-ca', path: MOUNTS.centralAuthority, from: { configMap: authority.name } }] : []),
            ],
            serviceAccount: account.name,
            priorityClass: 'plant-jobs',
          }),
        },
      },
    });
  }
}
