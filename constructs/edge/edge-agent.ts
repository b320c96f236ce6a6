import { Construct } from 'constructs';
import { connectionCommands } from '../../infra/factory-plus/broker-connection';
import { edgeAgentUuid } from '../../infra/factory-plus/edge-ids';
import { edgeNodePrincipal } from '../../infra/kerberos/principals';
import { agentSecretName, EDGE_AGENT_RESOURCES, type EdgeDriver } from '../../infra/model/edge-agent';
import { type FactoryPlusCluster, sparkplugGroup } from '../../infra/model/edge-cluster';
import { EDGE_ZONE, edgeAgentName } from '../../infra/model/edge-services';
import { IMAGES, imageReference } from '../../infra/model/image';
import type { Machine } from '../../infra/model/machine';
import { MOUNTS } from '../../infra/model/services';
import type { Gateway } from '../../infra/placement/gateways';
import { ACS_MOUNTS, ACS_VERBOSE, NODE_USER, nodeOptions } from '../kube/acs-image';
import { Configuration } from '../kube/configuration';
import { KerberosKey } from '../kube/kerberos-key';
import type { ObjectLabels } from '../kube/labels';
import { LocalSecret } from '../kube/local-secret';
import { WorkloadPolicy } from '../kube/network-policy';
import type { FurtherContainer, Mount } from '../kube/pod';
import { requireSecret } from '../kube/requirements';
import { WorkloadAccount } from '../kube/service-account';
import { SinglePod } from '../kube/single-pod';
import { SparkplugNode } from '../kube/sparkplug-node';
import { variables } from '../kube/variables';
import { publicUrl } from './factory-plus/cluster-config';
import { gatewayPlace, machineConduits } from './gateway-place';

/** Label `component` of every edge agent. */
export const EDGE_AGENT_COMPONENT = 'edge-agent';

/** Seconds between two attempts to get identity and configuration: what the chart of ACS 6.8.1 means to say, and does not (it writes nothing). */
const POLL_SECONDS = 10;

/**
 * Where the agent's own broker listens, for its drivers (acs-edge 6.8.1, lib/driverBroker.ts). Not 1883: its health is told by its connection to
 * the centre, which has that port where there is no TLS.
 */
const OWN_BROKER = { url: 'mqtt://localhost:1884', host: 'localhost', port: 1884 } as const;

/** Where the agent looks for the passwords of its drivers, and for what its machine asks for. */
const PASSWORDS = '/usr/app/driver-passwords';
const SENSITIVE = '/etc/secrets';

/** What {@link EdgeAgent} takes. */
export interface EdgeAgentProps {
  readonly cluster: FactoryPlusCluster;
  /** The one machine that it reads, and where it may run. */
  readonly gateway: Gateway;
}

/**
 * An edge agent of Factory+ (ACS 6.8.1, edge-helm-charts, charts/edge-agent): reads one machine and publishes to the central broker by
 * itself, as a Sparkplug node of the machine's name. It takes its configuration from the ConfigDB. It may reach its machine, the centre and
 * the cluster's DNS, and nothing else; nobody reaches it. One pod, recreated rather than rolled, because two would be one node.
 */
export class EdgeAgent extends Construct {
  constructor(scope: Construct, id: string, { cluster, gateway }: EdgeAgentProps) {
    super(scope, id);
    const [machine] = gateway.machines;
    if (!machine?.edgeAgent) throw new RangeError(`no edge agent reads ${gateway.name}`);
    const { drivers } = machine.edgeAgent;
    const namespace = EDGE_ZONE;
    const name = edgeAgentName(machine.name);
    const labels = { name, component: EDGE_AGENT_COMPONENT };
    const { addresses, git, mqtt } = cluster.contract;
    const account = new WorkloadAccount(this, 'account', { namespace, labels, images: cluster.images });
    const login = this.#identity(cluster, machine.name, labels);
    const passwords = this.#driverPasswords(machine.name, drivers, labels);
    const authority = this.#centralAuthority(cluster, labels);
    new WorkloadPolicy(this, 'conduits', {
      namespace,
      labels,
      ingress: [],
      // Directory, Auth and ConfigDB are behind one port.
      egress: [...machineConduits([machine]), { peer: { networks: addresses }, ports: [git.port, mqtt.port] }],
    });
    const trusted = authority && { file: `${MOUNTS.centralAuthority}/ca.crt`, digest: authority.digest };
    new SinglePod(this, 'pod', {
      namespace,
      labels,
      // Node.js reads the certificates that it trusts when it starts.
      ...(trusted ? { podAnnotations: { 'millwright/central-ca': trusted.digest } } : {}),
      progressDeadlineSeconds: 2400,
      pod: {
        containerName: 'edge-agent',
        image: imageReference(IMAGES.acsEdge, cluster.images.registry),
        args: ['node', '--es-module-specifier-resolution=node', 'app.js'],
        env: [
          ...variables({
            DEBUG: 'false',
            DIRECTORY_URL: publicUrl(cluster, 'directory'),
            EDGE_MQTT: OWN_BROKER.url,
            EDGE_PASSWORDS: PASSWORDS,
            NODE_EXTRA_CA_CERTS: trusted?.file,
            ...nodeOptions(EDGE_AGENT_RESOURCES.memoryMiB[0]),
            POLL_INT: `${POLL_SECONDS}`,
            SERVICE_USERNAME: login.username,
            VERBOSE: `${ACS_VERBOSE},!sparkplug`,
          }),
          { name: 'SERVICE_PASSWORD', valueFrom: { secretKeyRef: login.password } },
        ],
        ports: [],
        health: { ...connectionCommands(mqtt.host, mqtt.port), readinessSeconds: 15, startSeconds: 1800 },
        resources: EDGE_AGENT_RESOURCES,
        beside: drivers.map((driver) => driverContainer(cluster, driver, passwords.name)),
        mounts: [
          this.#sensitiveInformation(cluster, machine),
          ...(drivers.length > 0 ? [{ name: 'driver-passwords', path: PASSWORDS, from: { secret: passwords.name } }] : []),
          ...(authority ? [{ name: 'central-ca', path: MOUNTS.centralAuthority, from: { configMap: authority.name } }] : []),
          // The certificate that it makes itself for OPC UA.
          { name: 'config', path: '/home/node/.config', from: { scratchMiB: 16 } },
          { name: 'tmp', path: ACS_MOUNTS.scratch, from: { scratchMiB: 16 } },
        ],
        user: NODE_USER,
        serviceAccount: account.name,
        priorityClass: 'plant-machines',
        ...gatewayPlace(cluster, gateway, EDGE_AGENT_COMPONENT),
      },
    });
  }

  /** Its principal with a password that nobody sees, its account, its Sparkplug address, and how the edge monitor knows it. */
  #identity(cluster: FactoryPlusCluster, machine: string, labels: ObjectLabels) {
    const { realm, ids } = cluster.contract;
    // The rule edge-ids-imported says so at the door.
    if (!ids) throw new RangeError(`the ids of the installation of ${cluster.contract.central} are not known; import them`);
    const namespace = EDGE_ZONE;
    const uuid = edgeAgentUuid(realm, cluster.name, machine);
    const principal = edgeNodePrincipal(cluster.name, machine, realm);
    const password = { name: `edge-agent-secrets.${machine}`, key: 'keytab' };
    new KerberosKey(this, 'key', {
      namespace,
      name: `edge-agent.${machine}`,
      labels,
      type: 'Password',
      principal,
      secret: { ...password, keys: [password.key] },
      account: { uuid, groups: [ids.roles.edgeAgent], sparkplug: { group: sparkplugGroup(cluster), node: machine } },
    });
    new SparkplugNode(this, 'node', { namespace, name: `edge-agent.${machine}`, labels, uuid, secrets: [agentSecretName(uuid)] });
    return { username: principal.slice(0, -`@${realm}`.length), password };
  }

  /** The password of each driver at the agent's own broker. */
  #driverPasswords(machine: string, drivers: readonly EdgeDriver[], labels: ObjectLabels): { readonly name: string } {
    const name = `driver-passwords.${machine}`;
    const keys = drivers.map((driver) => driver.name);
    for (const key of keys) {
      new LocalSecret(this, `driver-${key}`, { namespace: EDGE_ZONE, name: `${name}.${key}`, labels, secret: { name, key, keys } });
    }
    return { name };
  }

  /** The certificates that sign the central services, unless public authorities do. */
  #centralAuthority({ contract }: FactoryPlusCluster, labels: ObjectLabels): Configuration | undefined {
    if (contract.certificateAuthority === undefined) return undefined;
    const files = { 'ca.crt': contract.certificateAuthority };
    return new Configuration(this, 'central-ca', { name: labels.name, namespace: EDGE_ZONE, labels, files });
  }

  /** What its machine asks for. A Secret that no login of the estate fills may come from the Administration UI, or never. */
  #sensitiveInformation(cluster: FactoryPlusCluster, machine: Machine): Mount {
    const secret = agentSecretName(edgeAgentUuid(cluster.contract.realm, cluster.name, machine.name));
    const at = { name: 'sensitive-information', path: SENSITIVE };
    const [login] = machine.secrets;
    if (!login) return { ...at, from: { secret, optional: true } };
    requireSecret(this, { namespace: EDGE_ZONE, name: secret, type: 'Opaque', keys: login.keys, content: login.content });
    return { ...at, from: { secret } };
  }
}

/**
 * A driver beside its agent, which it finds under `localhost`. A driver of ACS shows by its connection to the agent that it works; what
 * an image of the owner's has to show it with is not known.
 */
function driverContainer(
  { images }: FactoryPlusCluster,
  { name, image, cpuMillis, memoryMiB }: EdgeDriver,
  passwords: string,
): FurtherContainer {
  const isPublic = Object.values<string>(IMAGES).includes(image);
  return {
    name: `driver-${name}`,
    // An image of the owner's is pulled from where it is named.
    image: isPublic ? imageReference(image, images.registry) : image,
    env: [
      ...variables({ EDGE_MQTT: OWN_BROKER.url, EDGE_USERNAME: name, ...(isPublic ? nodeOptions(memoryMiB[1]) : {}) }),
      { name: 'EDGE_PASSWORD', valueFrom: { secretKeyRef: { name: passwords, key: name } } },
    ],
    ...(isPublic ? { health: { ...connectionCommands(OWN_BROKER.host, OWN_BROKER.port), readinessSeconds: 15, startSeconds: 1800 } } : {}),
    resources: { cpuMillis, memoryMiB },
    mounts: [{ name: `tmp-${name}`, path: ACS_MOUNTS.scratch, from: { scratchMiB: 16 } }],
  };
}
