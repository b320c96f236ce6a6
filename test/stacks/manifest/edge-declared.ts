import type { EdgeCluster } from '../../../infra/model/edge-cluster';
import { contains } from '../../../infra/model/network';
import type { Party } from './reachability';

/** What may be the API server of a cluster: its control plane; where that states no addresses, whatever is in the network of the nodes. */
export function apiServersOf({ kubernetes, nodes, networks }: EdgeCluster, outside: readonly Party[]): Party[] {
  const addresses = kubernetes.controlPlane.map((name) => nodes.find((node) => node.name === name)?.address);
  return outside.filter(({ address }) =>
    addresses.every((stated) => stated !== undefined) ? addresses.includes(address) : contains(networks.nodes, address),
  );
}

/** Computers outside an edge cluster that every one has to do with, or that no one has. */
export function outsideOfEdge({ kubernetes, machines, nodes, networks, contract, flux }: EdgeCluster): Party[] {
  const first = (list: readonly string[]) => (list[0] ?? '').replace(/\/.*/, '');
  return [
    ...machines.map(({ name, address }) => ({ name: `controller of ${name}`, address })),
    ...kubernetes.controlPlane.flatMap((name, n) => {
      const address = nodes.find((node) => node.name === name)?.address;
      return address === undefined ? [] : [{ name: n === 0 ? 'API server' : `API server ${n + 1}`, address }];
    }),
    { name: 'central', address: first(contract.addresses) },
    ...(flux.gitAddresses ? [{ name: 'Git server', address: first(flux.gitAddresses) }] : []),
    { name: 'node', address: networks.nodes.replace(/\d+\/\d+$/, '250') },
    { name: 'internet', address: '203.0.113.9' },
  ];
}

/** What Flux, what is there of Factory+, and edge agents talk to, by the model of their cluster. */
export function declaredOfEdge(cluster: EdgeCluster): string[] {
  const { contract, delivery, factoryPlus, flux, machines, repository } = cluster;
  const apiServers = apiServersOf(cluster, outsideOfEdge(cluster)).map(({ name }) => name);
  const withNames = (name: string) => [`${name} → dns TCP 53`, `${name} → dns UDP 53`];
  const operator = (name: string) => [...apiServers.map((to) => `${name} → ${to} TCP 6443`), ...withNames(name)];
  const toCentre = (name: string, ...ports: number[]) => ports.map((port) => `${name} → central TCP ${port}`);
  const web = contract.git.port;
  const mqtt = contract.mqtt.port;
  return [
    ...(delivery === 'flux' && flux.by === 'millwright'
      ? [
          ...['kustomize-controller', 'source-controller'].flatMap(operator),
          'kustomize-controller → source-controller TCP 9090',
          ...(flux.gitAddresses
            ? [`source-controller → Git server TCP ${new URL(repository.url ?? '').port}`]
            : toCentre('source-controller', web)),
        ]
      : []),
    ...(factoryPlus ? [...operator('krb-keys'), ...toCentre('krb-keys', 88, 749, web)] : []),
    ...(factoryPlus?.sync === true ? [...operator('edge-sync'), ...toCentre('edge-sync', 88, web)] : []),
    ...(factoryPlus?.monitor === true ? [...operator('edge-monitor'), ...toCentre('edge-monitor', 88, web, mqtt)] : []),
    ...(factoryPlus?.sealedSecrets
      ? [
          ...operator('sealed-secrets'),
          // The pod network, where the API server comes from on another node: of its pods those that nothing holds back.
          ...[...apiServers, 'dns', 'other pod of the system', 'pod in default'].map((from) => `${from} → sealed-secrets TCP 8080`),
        ]
      : []),
    ...machines.flatMap(({ name, conduits, edgeAgent }) =>
      edgeAgent
        ? [
            ...conduits.map(({ port, protocol }) => `edge-agent-${name} → controller of ${name} ${protocol} ${port}`),
            ...toCentre(`edge-agent-${name}`, web, mqtt),
            ...withNames(`edge-agent-${name}`),
          ]
        : [],
    ),
  ];
}
