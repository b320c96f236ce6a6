import { Construct } from 'constructs';
import { toToml } from '../../infra/formats/toml';
import { MAY_SUBSCRIBE } from '../../infra/hivemq/may-subscribe';
import type { CentralCluster } from '../../infra/model/central-cluster';
import { componentAddress, componentFacts } from '../../infra/model/central-components';
import { CENTRAL_MOUNTS, PLANT_DATA_INGESTER, SESSION_KEY } from '../../infra/model/central-services';
import { ingesterGrant } from '../../infra/model/contract';
import { IMAGES, imageReference } from '../../infra/model/image';
import { LOGIN_KEYS } from '../../infra/model/secret-requirement';
import { INGESTER_METRICS_PORT, ingesterConfiguration } from '../../infra/telegraf/ingester';
import { Configuration } from '../kube/configuration';
import { type Peer, WorkloadPolicy } from '../kube/network-policy';
import type { Resources } from '../kube/pod';
import { WorkloadAccount } from '../kube/service-account';
import { requireSessionKey, sessionKey } from '../kube/session-key';
import { TelegrafDeployment } from '../kube/telegraf-deployment';
import { BrokerLogin } from './broker-login';
import { CENTRAL_PRIORITY } from './central-namespace';
import { conduitsOf } from './conduits';
import { accountSecret, WRITER } from './historian';
import { HISTORIAN_AUTHORITY } from './historian-client';

/** What the ingester uses: a Telegraf that may hold what 200 messages of 1000 lines hold. */
const INGESTER_RESOURCES: Resources = { cpuMillis: [250, 2000], memoryMiB: [256, 1024] };

/** What {@link PlantDataIngester} takes. */
export interface PlantDataIngesterProps {
  readonly central: CentralCluster;
  /** Who reads its own figures, in the format of Prometheus. @default - nobody */
  readonly metricsReaders?: readonly Peer[];
}

/**
 * The ingester: makes rows of the historian of what plants send, and acknowledges to the central broker only what the historian has on
 * disk. One pod: it has a session for each signal, and a second pod would take them over.
 */
export class PlantDataIngester extends Construct {
  constructor(scope: Construct, id: string, { central, metricsReaders = [] }: PlantDataIngesterProps) {
    super(scope, id);
    const { name, zone: namespace } = PLANT_DATA_INGESTER;
    const labels = { name, component: componentFacts(name).component };
    const { mqtt, certificateAuthority } = central.contract;
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: central.images });
    const files = { 'telegraf.conf': toToml(ingesterConfiguration(central), [SESSION_KEY]) };
    const configuration = new Configuration(this, 'configuration', { name, namespace, labels, files });
    const authority =
      certificateAuthority === undefined
        ? undefined
        : new Configuration(this, 'authority', { name: `${name}-ca`, namespace, labels, files: { 'ca.crt': certificateAuthority } });
    const login = new BrokerLogin(this, 'login', { central, who: 'ingester', name, labels });
    const session = `${name}-session`;
    requireSessionKey(this, { namespace, name: session, purpose: `the sessions of the ingester at the central broker ${mqtt.host}` });
    const { egress } = conduitsOf(central, name);
    const broker = componentAddress('mqtt', 'mqtt');
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: metricsReaders.map((peer) => ({ peer, ports: [INGESTER_METRICS_PORT] as [number] })),
      egress,
    });
    new TelegrafDeployment(this, 'telegraf', {
      namespace,
      labels,
      registry: central.images.registry,
      configuration,
      // Telegraf reads the certificates that it trusts when it starts.
      restartsWith: authority ? { 'millwright/central-ca': authority.digest } : {},
      account: account.name,
      env: [sessionKey(session)],
      before: [
        {
          name: 'may-subscribe',
          image: imageReference(IMAGES.acsMqtt, central.images.registry),
          command: [
            ...['perl', '-e', MAY_SUBSCRIBE, '--', broker.host, `${broker.port}`],
            ...[...LOGIN_KEYS].reverse().map((key) => `${CENTRAL_MOUNTS.brokerLogin}/${key}`),
            ...ingesterGrant(central.contract.serves).subscribe,
          ],
          mounts: [login.mount],
        },
      ],
      resources: INGESTER_RESOURCES,
      priorityClass: CENTRAL_PRIORITY,
      // Its own judgement ends it: see `health` in telegraf/ingester.ts.
      judgesItself: true,
      ports: [{ name: 'metrics', port: INGESTER_METRICS_PORT }],
      mounts: [
        login.mount,
        { name: 'historian-login', path: CENTRAL_MOUNTS.historianLogin, from: { secret: accountSecret(WRITER) } },
        HISTORIAN_AUTHORITY,
        ...(authority ? [{ name: 'central-ca', path: CENTRAL_MOUNTS.authority, from: { configMap: authority.name } }] : []),
      ],
    });
  }
}
