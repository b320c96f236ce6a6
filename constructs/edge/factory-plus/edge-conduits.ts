import type { FactoryPlusCluster } from '../../../infra/model/edge-cluster';
import { API_SERVER_PORT } from '../../../infra/model/kubernetes';
import { apiServerNetworks } from '../../../infra/placement/api-server';
import type { Conduit, Port } from '../../kube/network-policy';

/** What a program of Factory+ in an edge cluster asks the centre for. */
export type CentralDoor = 'kerberos' | 'kadmin' | 'mqtt' | 'web';

/**
 * The conduits of an operator: to the centre on the ports of what it asks there, and to the API server. Ports as ACS 6.8.1 opens them to
 * edge clusters: 88 and 749 for Kerberos; 443 and 8883, or 80 and 1883 in an insecure installation.
 */
export function operatorConduits(cluster: FactoryPlusCluster, asks: readonly CentralDoor[]): Conduit[] {
  const { addresses, git, mqtt } = cluster.contract;
  // Every service of the centre but MQTT and Kerberos is behind one port.
  const ports: Readonly<Record<CentralDoor, number>> = { kerberos: 88, kadmin: 749, mqtt: mqtt.port, web: git.port };
  const [first, ...rest] = asks.map((door) => ports[door]).sort((a, b) => a - b);
  return [
    ...(first === undefined ? [] : [{ peer: { networks: addresses }, ports: [first, ...rest] as [Port, ...Port[]] }]),
    { peer: { networks: apiServerNetworks(cluster) }, ports: [API_SERVER_PORT] },
  ];
}
