import { type ContentItem, itemsOf, type Json } from './content-item';
import { edgeDeviceUuid, withDeviceIds } from './device-ids';
import { EDGE_AGENT_CLASS, EDGE_CONNECTION_CLASS, edgeAgentUuid, edgeClusterUuid, edgeConnectionUuid } from './edge-ids';
import { APPLICATION, CLASS, CONNECTION_DRIVERS } from './ids';

/**
 * The most bytes of JSON that an edge agent's configuration may have: acs-configdb 6.8.1 takes no body of more than 100 kB (BODY_LIMIT of its
 * chart), and an entry cannot be cut in two.
 */
export const AGENT_CONFIGURATION_BYTES = 100_000;

/** An edge agent as its content needs it. */
export interface AgentOfCluster {
  readonly realm: string;
  readonly cluster: string;
  readonly name: string;
  readonly configuration: Readonly<Record<string, Json>>;
  readonly principal: string;
  /** Id of the role that the cluster's operator makes it a member of. */
  readonly role: string;
}

/**
 * What Factory+ must know of an edge agent: its account, its configuration, and an object for each of its connections and devices.
 * Without those of connections `service-setup` makes some of its own at each run and writes their ids into the configuration
 * (acs-service-setup 6.8.1, lib/manager-devices.js).
 */
export function agentItems(place: string, { realm, cluster, name, configuration, principal, role }: AgentOfCluster): ContentItem[] {
  const uuid = edgeAgentUuid(realm, cluster, name);
  const item = itemsOf(`${place}: edge agent`, 'configdb');
  const ofEdge = itemsOf(`${place}: edge agent`, 'edge');
  return [
    item('', { kind: 'object', uuid, class: EDGE_AGENT_CLASS }),
    item('name', { kind: 'entry', application: APPLICATION.info, uuid, value: { name } }),
    ...connectionsOf(configuration).flatMap((connection): ContentItem[] => {
      const own = edgeConnectionUuid(realm, cluster, name, nameOf(connection));
      const part = itemsOf(`${place}: connection ${nameOf(connection)}`, 'configdb');
      const driver = CONNECTION_DRIVERS[String(connection.connType)];
      return [
        part('', { kind: 'object', uuid: own, class: EDGE_CONNECTION_CLASS }),
        part('name', { kind: 'entry', application: APPLICATION.info, uuid: own, value: { name: nameOf(connection) } }),
        part('connection', {
          kind: 'entry',
          application: APPLICATION.connectionConfiguration,
          uuid: own,
          value: {
            ...(driver ? { driver: driver.uuid } : {}),
            edgeAgent: uuid,
            deployment: {},
            config: (driver && connection[driver.details]) ?? {},
            source: connection.payloadFormat === undefined ? {} : { payloadFormat: connection.payloadFormat },
            topology: { cluster: edgeClusterUuid(realm, cluster) },
          },
        }),
      ];
    }),
    // A name for people of what the Directory and the historian know by its id.
    ...connectionsOf(configuration)
      .flatMap(devicesOf)
      .flatMap(({ deviceId }): ContentItem[] => {
        const device = edgeDeviceUuid(realm, cluster, name, String(deviceId));
        const part = itemsOf(`${place}: device ${deviceId}`, 'configdb');
        return [
          part('', { kind: 'object', uuid: device, class: CLASS.device }),
          part('name', { kind: 'entry', application: APPLICATION.info, uuid: device, value: { name: `${cluster}/${deviceId}` } }),
        ];
      }),
    item('configuration', {
      kind: 'entry',
      application: APPLICATION.agentConfiguration,
      uuid,
      value: agentConfiguration({ realm, cluster, name, configuration }),
    }),
    // What the cluster's Kerberos keys operator makes of it, and takes away with it where it still runs.
    ofEdge('Sparkplug address', { kind: 'entry', application: APPLICATION.sparkplugAddress, uuid, value: {} }),
    ofEdge('role', { kind: 'member', uuid, of: role }),
    ofEdge('identity', { kind: 'identity', uuid, principal }),
  ];
}

/** An edge agent's configuration as the ConfigDB has it: that of its machine, with the ids of each connection and device. */
export function agentConfiguration({
  realm,
  cluster,
  name,
  configuration,
}: Pick<AgentOfCluster, 'realm' | 'cluster' | 'name' | 'configuration'>): Json {
  return {
    ...configuration,
    deviceConnections: connectionsOf(configuration).map((connection) => ({
      ...connection,
      uuid: edgeConnectionUuid(realm, cluster, name, nameOf(connection)),
      devices: withDeviceIds(devicesOf(connection), realm, cluster, name),
    })),
  };
}

type Connection = Readonly<Record<string, Json>>;

function connectionsOf({ deviceConnections }: Readonly<Record<string, Json>>): readonly Connection[] {
  return (deviceConnections ?? []) as unknown as readonly Connection[];
}

function devicesOf({ devices }: Connection): readonly Connection[] {
  return (devices ?? []) as unknown as readonly Connection[];
}

const nameOf = ({ name }: Connection): string => String(name);
