import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toNatsConf } from '../../infra/formats/nats-conf';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Plant } from '../../infra/model/plant';
import { CERTIFICATE_KEYS } from '../../infra/model/secret-requirement';
import { DATA_PUBLISHER, MOUNTS, PLANT_BROKER, serviceHost } from '../../infra/model/services';
import { BROKER_STORE, brokerConfiguration } from '../../infra/nats/broker';
import { planBroker } from '../../infra/placement/broker';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Conduit, type Peer, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';

/** What a server of the plant broker uses. NATS 2.12 with three replicas was measured at 22–29 MB. */
export const BROKER_RESOURCES: Resources = { cpuMillis: [100, 1000], memoryMiB: [96, 384] };

/** What {@link PlantBroker} takes. */
export interface PlantBrokerProps {
  readonly plant: Plant;
  /** Who may connect, apart from the broker's own servers. */
  readonly clients: readonly Peer[];
  /** Who may ask how it is. @default - nobody but the kubelet */
  readonly monitors?: readonly Peer[];
}

/**
 * The plant broker: NATS with JetStream and its MQTT listener, on three nodes where there are three. A message that it acknowledged
 * is on disk, on a majority of its servers, and stays until the data publisher has it at the centre.
 */
export class PlantBroker extends Construct {
  /** Its pods, for the conduits of those that connect to it. */
  readonly peer: Peer;
  /** Port of MQTT over TLS. */
  readonly port = PLANT_BROKER.mqttPort;

  constructor(scope: Construct, id: string, { plant, clients, monitors = [] }: PlantBrokerProps) {
    super(scope, id);
    const { name, peers, zone: namespace, mqttPort, clusterPort, monitorPort } = PLANT_BROKER;
    const labels = { name, component: 'message-broker' };
    const selector = selectorLabels(labels);
    const plan = planBroker(plant);
    const replicated = plan.replicas > 1;
    const certificate = `${name}-tls`;
    this.peer = { namespace, labels: selector };

    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: plant.images });
    const configuration = new Configuration(this, 'configuration', {
      name,
      namespace,
      labels,
      files: { 'nats.conf': toNatsConf(brokerConfiguration(plant)) },
    });
    requireSecret(this, {
      namespace,
      name: certificate,
      type: 'kubernetes.io/tls',
      keys: CERTIFICATE_KEYS,
      content: {
        kind: 'certificate',
        commonName: name,
        dnsNames: [serviceHost(PLANT_BROKER), `*.${peers}.${namespace}.svc.cluster.local`],
        usages: ['client', 'server'],
      },
    });

    const ports = [{ name: 'mqtts', port: mqttPort }, ...(replicated ? [{ name: 'cluster', port: clusterPort }] : [])];
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: { selector, ports: [{ name: 'mqtts', port: mqttPort, targetPort: k8s.IntOrString.fromString('mqtts'), protocol: 'TCP' }] },
    });
    new k8s.KubeService(this, 'peers', {
      metadata: { name: peers, namespace, labels: objectLabels(labels) },
      spec: {
        clusterIp: 'None',
        // The servers must find each other before a majority of them is ready.
        publishNotReadyAddresses: true,
        selector,
        ports: ports.map((port) => ({ ...port, targetPort: k8s.IntOrString.fromString(port.name), protocol: 'TCP' })),
      },
    });

    const peerConduits: Conduit[] = replicated ? [{ peer: this.peer, ports: [clusterPort] }] : [];
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [
        ...clients.map((peer): Conduit => ({ peer, ports: [mqttPort] })),
        ...monitors.map((peer): Conduit => ({ peer, ports: [mqttPort, monitorPort] })),
        ...peerConduits,
      ],
      egress: peerConduits,
    });
    if (replicated) {
      new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
        metadata: { name, namespace, labels: objectLabels(labels) },
        spec: {
          maxUnavailable: k8s.IntOrString.fromNumber(1),
          selector: { matchLabels: selector },
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        },
      });
    }
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        replicas: plan.replicas,
        revisionHistoryLimit: 3,
        serviceName: peers,
        // All servers start together: a majority must be there before any of them is ready.
        podManagementPolicy: 'Parallel',
        updateStrategy: { type: 'RollingUpdate' },
        minReadySeconds: 10,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels: objectLabels(labels), annotations: { ...configuration.podAnnotations } },
          spec: hardenedPod({
            containerName: 'nats',
            image: imageReference(IMAGES.nats, plant.images.registry),
            args: ['nats-server', '--config', '/etc/nats/nats.conf', '--name', '$(POD_NAME)'],
            env: [
              { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              // The Go runtime returns memory before the limit ends the process.
              { name: 'GOMEMLIMIT', value: `${Math.floor(BROKER_RESOURCES.memoryMiB[1] * 0.8)}MiB` },
            ],
            ports: [...ports, { name: 'monitor', port: monitorPort }],
            // Alive: the process answers. Ready: JetStream has a leader and this server keeps up. A store that recovers may take long.
            health: { port: monitorPort, livenessPath: '/healthz?js-server-only=true', readinessPath: '/healthz', startSeconds: 600 },
            resources: BROKER_RESOURCES,
            mounts: [
              { name: 'configuration', path: '/etc/nats', from: { configMap: configuration.name } },
              { name: 'tls', path: MOUNTS.tls, from: { secret: certificate } },
              { name: 'store', path: BROKER_STORE, from: { claim: true } },
            ],
            serviceAccount: account.name,
            priorityClass: 'plant-data',
            terminationGraceSeconds: 60,
            ...(replicated ? apart(selector) : {}),
          }),
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'store', labels: objectLabels(labels) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: plant.storage.class,
              resources: { requests: { storage: k8s.Quantity.fromString(`${plan.volumeGiB}Gi`) } },
            },
          },
        ],
      },
    });
  }
}

/** Who the data publisher is to the broker. */
export const PUBLISHER_LABELS = { name: DATA_PUBLISHER.name, component: 'data-publisher' } as const;

/** Never two servers on one node; over racks as evenly as their nodes allow. */
function apart(selector: Readonly<Record<string, string>>) {
  return {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { ...selector } } },
        ],
      },
    },
    spread: [
      {
        maxSkew: 1,
        topologyKey: 'topology.kubernetes.io/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { ...selector } },
      },
    ],
  };
}
