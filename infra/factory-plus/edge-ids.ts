import { factoryPlusUuid } from './uuid';

/** Class of the accounts of edge clusters, which their Kerberos keys operators make (acs-service-setup 6.8.1, Auth.Class.EdgeService). */
export const EDGE_ACCOUNT_CLASS = '97756c9a-38e6-4238-b78c-3df6f227a6c9';

/** Class of the accounts of edge agents (acs-service-setup 6.8.1, Auth.Class.EdgeAgent). */
export const EDGE_AGENT_CLASS = '00da3c0b-f62b-4761-a689-39ad0c33f864';

/** Class of edge clusters (acs-service-setup 6.8.1, Clusters.Class.Cluster). */
export const EDGE_CLUSTER_CLASS = 'f24d354d-abc1-4e32-98e1-0667b3e40b61';

/** Class of the connections of edge agents (acs-service-setup 6.8.1, Edge.Class.Connection). */
export const EDGE_CONNECTION_CLASS = 'f371cbfc-de3e-11ef-b361-7b31622bc42f';

/** Id of an edge cluster: its Sparkplug group, its repository and what edge-sync reports of it. */
export function edgeClusterUuid(realm: string, cluster: string): string {
  return factoryPlusUuid(realm, 'edge-cluster', cluster);
}

/** Id of an edge agent: its account, its Sparkplug address and its configuration. */
export function edgeAgentUuid(realm: string, cluster: string, agent: string): string {
  return factoryPlusUuid(realm, 'edge-agent', cluster, agent);
}

/** Id of the account of an operator that is made before the cluster's own keys operator runs: `krbkeys` or `flux`. */
export function edgeAccountUuid(realm: string, cluster: string, who: 'krbkeys' | 'flux'): string {
  return factoryPlusUuid(realm, 'edge-account', cluster, who);
}

/** Id of a connection of an edge agent. */
export function edgeConnectionUuid(realm: string, cluster: string, agent: string, connection: string): string {
  return factoryPlusUuid(realm, 'edge-connection', cluster, agent, connection);
}
