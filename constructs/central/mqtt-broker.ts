import { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { toXml } from '../../infra/formats/xml';
import { HIVEMQ_COMMAND, HIVEMQ_DATA, HIVEMQ_VOLUME } from '../../infra/hivemq/command';
import { centralBrokerConfiguration } from '../../infra/hivemq/configuration';
import { NUMBERS, NUMBERS_PASSED } from '../../infra/hivemq/numbers-passed';
import { WRITTEN_AT_ONCE } from '../../infra/hivemq/written-at-once';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_BROKER, CENTRAL_MOUNTS, CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { START_TOPIC } from '../../infra/model/contract';
import { IMAGES, imageReference } from '../../infra/model/image';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { serviceHost } from '../../infra/model/services';
import { planCentralBroker } from '../../infra/placement/central-broker';
import { Configuration } from '../kube/configuration';
import { objectLabels, selectorLabels } from '../kube/labels';
import { type Peer, WorkloadPolicy } from '../kube/network-policy';
import { hardenedPod, type Resources } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { CENTRAL_PRIORITY } from './central-namespace';

/** What the central broker uses: a Java program. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [500, 2000], memoryMiB: [1024, 2048] };

/** No message of a plant is larger: the plant broker's own limit is 1 MiB (NATS `max_payload`), and a packet has a topic beside it. */
const MAX_PACKET_BYTES = 2 * 1024 ** 2;

/** Connections at a time: some ten of each of a thousand plants. */
const MAX_CONNECTIONS = 10_000;

/** Secret with the keys of Kerberos principals, which the Kerberos keys operator of ACS makes. */
const KEYTABS = 'krb5-keytabs';

/** The Secret with the login of what readies the broker after a start. */
const STARTER_LOGIN = `${CENTRAL_BROKER.name}-starter-login`;

/** User of the image acs-mqtt, a HiveMQ CE. */
const HIVEMQ_USER = 10_000;

/** Labels of the ingress controller of ACS 6.8.1 (release `acs`, chart traefik), through which everything outside the cluster comes. */
const INGRESS: Peer = { namespace: CENTRAL_NAMESPACE, labels: { 'app.kubernetes.io/name': 'traefik' } };

/**
 * The central MQTT broker: HiveMQ CE with the Factory+ extension (acs-mqtt 6.8.1). Its state lies on a volume, which ACS 6.8.1 does not
 * give it: there sessions, waiting messages and retained ones die with the pod. One server: HiveMQ CE knows no cluster.
 */
export class MqttBroker extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { name, zone: namespace, mqttPort, websocketPort } = CENTRAL_BROKER;
    const labels = { name, component: 'message-broker' };
    const { realm } = central.contract;
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: central.images });
    const configuration = new Configuration(this, 'configuration', {
      name: `${name}-config`,
      namespace,
      labels,
      files: {
        'config.xml': toXml(
          centralBrokerConfiguration({
            queueMessages: planCentralBroker(central).queueMessages,
            maxPacketBytes: MAX_PACKET_BYTES,
            maxConnections: MAX_CONNECTIONS,
          }),
        ),
        'krb5.conf': toKrb5Conf(centralKerberosConfiguration(central.contract)),
      },
    });
    requireSecret(this, {
      namespace,
      name: KEYTABS,
      type: 'Opaque',
      keys: ['mqtt.mqtt', 'sv1mqtt'],
      source: 'given',
      content: { kind: 'other', purpose: `keys of mqtt/${serviceHost(CENTRAL_BROKER)} and sv1mqtt, made by the Kerberos keys operator` },
    });
    requireSecret(this, {
      namespace,
      name: STARTER_LOGIN,
      type: 'Opaque',
      keys: LOGIN_KEYS,
      content: { kind: 'login', purpose: 'what readies the central broker after a start, with the role “Start of the MQTT broker”' },
    });
    const ports = [
      { name: 'mqtt', port: mqttPort },
      { name: 'websocket', port: websocketPort },
    ];
    new k8s.KubeService(this, 'service', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        selector: selectorLabels(labels),
        ports: ports.map((port) => ({ ...port, targetPort: k8s.IntOrString.fromString(port.name), protocol: 'TCP' })),
      },
    });
    const inside = (component: string): Peer => ({ namespace, labels: { component } });
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [{ peer: INGRESS, ports: [mqttPort, websocketPort] }],
      egress: [
        // Passwords are compared at the KDC, and what a principal may do is asked of the Directory, Auth and the ConfigDB (ACS 6.8.1).
        { peer: inside('kdc'), ports: [8888] },
        ...['directory-webapi', 'auth', 'configdb'].map((component) => ({ peer: inside(component), ports: [8080] as [number] })),
      ],
    });
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { name, namespace, labels: objectLabels(labels) },
      spec: {
        replicas: 1,
        revisionHistoryLimit: 3,
        serviceName: name,
        updateStrategy: { type: 'RollingUpdate' },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        selector: { matchLabels: selectorLabels(labels) },
        template: {
          metadata: { labels: objectLabels(labels), annotations: { ...configuration.podAnnotations } },
          spec: hardenedPod({
            containerName: 'hivemq',
            image: imageReference(IMAGES.acsMqtt, central.images.registry),
            command: HIVEMQ_COMMAND,
            args: [],
            user: HIVEMQ_USER,
            before: [
              {
                name: 'written-at-once',
                command: ['perl', '-e', WRITTEN_AT_ONCE, '--', HIVEMQ_DATA],
                mounts: [{ name: 'data', path: HIVEMQ_VOLUME, from: { claim: true } }],
              },
            ],
            env: Object.entries({
              CLIENT_KEYTAB: '/keytabs/client',
              CLIENT_PRINCIPAL: `sv1mqtt@${realm}`,
              SERVER_KEYTAB: '/keytabs/server',
              SERVER_PRINCIPAL: `mqtt/${serviceHost(CENTRAL_BROKER)}`,
              DIRECTORY_URL: `http://${serviceHost({ name: 'directory', zone: namespace })}`,
              VERBOSE: 'ALL,!service,!token',
            }).map(([env, value]) => ({ name: env, value })),
            ports,
            // What waits for sessions is read before it listens. The Service leads to it once the numbers are passed.
            health: {
              port: mqttPort,
              startSeconds: 600,
              startCommand: [
                ...['perl', '-e', NUMBERS_PASSED, '--', `${mqttPort}`, START_TOPIC, `${NUMBERS}`],
                ...[...LOGIN_KEYS].reverse().map((key) => `${CENTRAL_MOUNTS.brokerLogin}/${key}`),
              ],
            },
            resources: RESOURCES,
            mounts: [
              { name: 'configuration', path: '/opt/hivemq/conf/config.xml', from: { configMap: configuration.name }, file: 'config.xml' },
              { name: 'configuration', path: '/etc/krb5.conf', from: { configMap: configuration.name }, file: 'krb5.conf' },
              { name: 'keytabs', path: '/keytabs', from: { secret: KEYTABS, items: { 'mqtt.mqtt': 'server', sv1mqtt: 'client' } } },
              { name: 'starter-login', path: CENTRAL_MOUNTS.brokerLogin, from: { secret: STARTER_LOGIN } },
              { name: 'data', path: HIVEMQ_VOLUME, from: { claim: true } },
              { name: 'log', path: '/opt/hivemq/log', from: { scratchMiB: 256 } },
              { name: 'scratch', path: '/tmp', from: { scratchMiB: 64 } },
            ],
            serviceAccount: account.name,
            priorityClass: CENTRAL_PRIORITY,
            // It writes what it holds in memory before it ends.
            terminationGraceSeconds: 120,
          }),
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data', labels: objectLabels(labels) },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: central.storage.class,
              resources: { requests: { storage: k8s.Quantity.fromString(`${central.storage.brokerGiB}Gi`) } },
            },
          },
        ],
      },
    });
  }
}
