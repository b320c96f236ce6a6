import { Construct } from 'constructs';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { toXml } from '../../infra/formats/xml';
import { HIVEMQ_COMMAND, HIVEMQ_DATA, HIVEMQ_VOLUME } from '../../infra/hivemq/command';
import { centralBrokerConfiguration } from '../../infra/hivemq/configuration';
import { NUMBERS, NUMBERS_PASSED } from '../../infra/hivemq/numbers-passed';
import { WRITTEN_AT_ONCE } from '../../infra/hivemq/written-at-once';
import { centralKerberosConfiguration } from '../../infra/kerberos/client';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { CENTRAL_BROKER, CENTRAL_MOUNTS } from '../../infra/model/central-services';
import { START_TOPIC } from '../../infra/model/contract';
import { IMAGES, imageReference } from '../../infra/model/image';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { serviceHost } from '../../infra/model/services';
import { planCentralBroker } from '../../infra/placement/central-broker';
import { ACS_MOUNTS } from '../kube/acs-image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { Resources } from '../kube/pod';
import { variables } from '../kube/variables';
import { BrokerLogin } from './broker-login';
import { CentralWorkload } from './central-workload';
import { discoveryUrl, internalUrl } from './factory-plus-program';
import { publicAuthority } from './public-authority';

/** What the central broker uses: a Java program. ACS 6.8.1 states nothing. */
const RESOURCES: Resources = { cpuMillis: [500, 2000], memoryMiB: [1024, 2048] };

/** No message of a plant is larger: the plant broker's own limit is 1 MiB (NATS `max_payload`), and a packet has a topic beside it. */
const MAX_PACKET_BYTES = 2 * 1024 ** 2;

/** Connections at a time: some ten of each of a thousand plants. */
const MAX_CONNECTIONS = 10_000;

/** Secret with the keys of its principals, which the Kerberos keys operator makes. */
const KEYTABS = `${CENTRAL_BROKER.name}-keytabs`;

/** User of the image acs-mqtt, a HiveMQ CE. */
const HIVEMQ_USER = 10_000;

/**
 * The central MQTT broker: HiveMQ CE with the Factory+ extension (acs-mqtt 6.8.1). Its state lies on a volume, which ACS 6.8.1 does not
 * give it: there sessions, waiting messages and retained ones die with the pod. One server: HiveMQ CE knows no cluster.
 */
export class MqttBroker extends Construct {
  constructor(scope: Construct, id: string, { central }: { readonly central: CentralCluster }) {
    super(scope, id);
    const { name, zone: namespace, mqttPort } = CENTRAL_BROKER;
    const labels = { name, component: 'message-broker' };
    const { realm, domain } = central.contract;
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
    const principal = `mqtt/${serviceHost(CENTRAL_BROKER)}`;
    const keys = ['client', 'server'];
    const key = { namespace, labels, type: 'Random' as const };
    new KerberosKey(this, 'client', {
      ...key,
      name: 'sv1mqtt',
      principal: `sv1mqtt@${realm}`,
      secret: { name: KEYTABS, key: 'client', keys },
    });
    new KerberosKey(this, 'server', {
      ...key,
      name: 'mqtt.mqtt',
      principal: `${principal}@${realm}`,
      additionalPrincipals: [`mqtt/${name}.${domain}@${realm}`],
      secret: { name: KEYTABS, key: 'server', keys },
    });
    const starter = new BrokerLogin(this, 'starter', { central, who: 'starter', name: `${name}-starter`, labels });
    // It asks the identity provider by its public name who signs logins.
    const trust = publicAuthority(central);
    new CentralWorkload(this, 'workload', {
      central,
      name,
      volumeGiB: central.storage.brokerGiB,
      podAnnotations: { ...configuration.podAnnotations, ...trust.podAnnotations },
      pod: {
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
        env: variables({
          CLIENT_KEYTAB: `${ACS_MOUNTS.keytabs}/client`,
          CLIENT_PRINCIPAL: `sv1mqtt@${realm}`,
          DIRECTORY_URL: internalUrl('directory-webapi'),
          OIDC_DISCOVERY_URL: discoveryUrl(central),
          SERVER_KEYTAB: `${ACS_MOUNTS.keytabs}/server`,
          SERVER_PRINCIPAL: principal,
          VERBOSE: 'ALL,!service,!token',
          ...trust.javaEnv,
        }),
        // What waits for sessions is read before it listens. The Service leads to it once the numbers are passed.
        health: {
          port: mqttPort,
          startSeconds: 1800,
          startCommand: [
            ...['perl', '-e', NUMBERS_PASSED, '--', `${mqttPort}`, START_TOPIC, `${NUMBERS}`],
            ...[...LOGIN_KEYS].reverse().map((key) => `${CENTRAL_MOUNTS.brokerLogin}/${key}`),
          ],
        },
        resources: RESOURCES,
        mounts: [
          { name: 'configuration', path: '/opt/hivemq/conf/config.xml', from: { configMap: configuration.name }, file: 'config.xml' },
          { name: 'configuration', path: '/etc/krb5.conf', from: { configMap: configuration.name }, file: 'krb5.conf' },
          { name: 'keytabs', path: ACS_MOUNTS.keytabs, from: { secret: KEYTABS, items: { client: 'client', server: 'server' } } },
          starter.mount,
          ...trust.mounts,
          { name: 'data', path: HIVEMQ_VOLUME, from: { claim: true } },
          { name: 'log', path: '/opt/hivemq/log', from: { scratchMiB: 256 } },
          { name: 'scratch', path: '/tmp', from: { scratchMiB: 64 } },
        ],
        // It writes what it holds in memory before it ends.
        terminationGraceSeconds: 120,
      },
    });
  }
}
