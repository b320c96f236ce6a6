import { type CentralCluster, componentsOf } from '../../infra/model/central-cluster';
import { type CentralComponentName, componentFacts, type Reaches } from '../../infra/model/central-components';
import { CENTRAL_NAMESPACE } from '../../infra/model/central-services';
import { selectorLabels } from '../kube/labels';
import type { Conduit, Peer } from '../kube/network-policy';

/** The pods of a component. */
export function componentPeer(name: CentralComponentName): Peer {
  return { namespace: CENTRAL_NAMESPACE, labels: selectorLabels({ name, component: componentFacts(name).component }) };
}

/** What crosses to and from a component: the table `CENTRAL_COMPONENTS` on both of its ends, as far as the centre has them. */
export function conduitsOf(central: CentralCluster, name: CentralComponentName): { ingress: Conduit[]; egress: Conduit[] } {
  const present = componentsOf(central);
  const targets = (from: CentralComponentName) => componentFacts(from).reaches.flatMap((target) => resolve(central, present, target));
  const egress = targets(name).map(({ conduit }) => conduit);
  const ingress = present
    .filter((from) => from !== name)
    .flatMap((from) =>
      targets(from)
        .filter(({ to }) => to === name)
        .map(({ conduit }): Conduit => ({ ...conduit, peer: componentPeer(from) })),
    );
  const clients: Conduit[] = name === 'ingress' ? [{ peer: { networks: [...central.clients].sort() }, ports: exposedPorts(central) }] : [];
  return { ingress: merged([...clients, ...ingress]), egress: merged(egress) };
}

interface Target {
  /** The component that it is, if it is one. */
  readonly to?: CentralComponentName;
  readonly conduit: Conduit;
}

function resolve(central: CentralCluster, present: readonly CentralComponentName[], target: Reaches): Target[] {
  const port = (to: CentralComponentName, named: string): Target[] => {
    const found = componentFacts(to).ports?.[named];
    if (!found) throw new RangeError(`${to} has no port ${named}`);
    return present.includes(to) ? [{ to, conduit: { peer: componentPeer(to), ports: [found.pod] } }] : [];
  };
  const outside = (networks: readonly string[], number: number): Target => ({
    conduit: { peer: { networks: [...networks].sort() }, ports: [number] },
  });
  const { contract, apiServer, backups } = central;
  switch (target) {
    case 'api-server':
      return [outside(apiServer.addresses, apiServer.port)];
    case 'backup-store':
      return 'store' in backups && backups.store ? [outside(backups.store.addresses, backups.store.port)] : [];
    // Where a cluster's own load balancer is asked from inside, the packet is addressed to the pod behind it before policies look.
    case 'public-https':
      return [outside(contract.addresses, contract.git.port), ...port('ingress', contract.tls ? 'websecure' : 'web')];
    case 'public-mqtt':
      return [outside(contract.addresses, contract.mqtt.port), ...port('ingress', contract.tls ? 'mqttsecure' : 'mqtt')];
    default: {
      const [to, named] = target.split('.') as [CentralComponentName, string];
      return port(to, named);
    }
  }
}

/** Ports on which the ingress listens. */
function exposedPorts(central: CentralCluster): [number, ...number[]] {
  const { ports = {} } = componentFacts('ingress');
  const unused = central.contract.tls ? ['mqtt'] : ['websecure', 'mqttsecure'];
  return Object.entries(ports)
    .filter(([name]) => !unused.includes(name))
    .map(([, { pod }]) => pod) as [number, ...number[]];
}

/** One conduit a peer, with all its ports. */
function merged(conduits: readonly Conduit[]): Conduit[] {
  const byPeer = new Map<string, Conduit>();
  for (const conduit of conduits) {
    const key = JSON.stringify(conduit.peer);
    const ports = [...new Set([...(byPeer.get(key)?.ports ?? []), ...conduit.ports])] as unknown as Conduit['ports'];
    byPeer.set(key, { ...conduit, ports });
  }
  return [...byPeer.values()];
}
