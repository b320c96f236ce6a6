import { principalText } from '../formats/principal';
import { RESERVED_CLUSTER_NAMES } from '../model/object-names';
import { KEYS_OPERATOR } from './administrators';

/** Principals of the operators of an edge cluster (ACS 6.8.1, edge-helm-charts/charts/edge-cluster), with their realm. */
export interface EdgePrincipals {
  /** The Kerberos keys operator: makes the cluster's other principals. It and `flux` are made when the cluster joins. */
  readonly keysOperator: string;
  /** What reports nodes and takes deployments from the ConfigDB. */
  readonly sync: string;
  /** Flux: reads the cluster's repository of the Git server. */
  readonly flux: string;
  /** What watches the Sparkplug nodes of the cluster. */
  readonly monitor: string;
}

/**
 * The principals of an edge cluster's operators.
 *
 * @param cluster name of the cluster: the second part of each
 * @throws RangeError on a name that no principal can have, or that is one of {@link RESERVED_CLUSTER_NAMES}
 */
export function edgePrincipals(cluster: string, realm: string): EdgePrincipals {
  if (RESERVED_CLUSTER_NAMES.includes(cluster)) {
    throw new RangeError(`no edge cluster may be named ${cluster}: its operator could administer principals of Kerberos itself`);
  }
  const of = (first: string) => principalText([first, cluster], realm);
  return { keysOperator: of(KEYS_OPERATOR), sync: of('op1sync'), flux: of('op1flux'), monitor: of('op1monitor') };
}

/** Principal of an edge agent or machine gateway (ACS 6.8.1): `nd1/CLUSTER/NODE`. */
export function edgeNodePrincipal(cluster: string, node: string, realm: string): string {
  return principalText(['nd1', cluster, node], realm);
}

/**
 * Principal of a program of an edge cluster that carries topics to the central broker: `br1/CLUSTER/NAME`, as ACS 6.8.1 names its bridges
 * (edge-helm-charts/charts/uns-bridge). Its user name at the broker is the principal without its realm.
 */
export function edgeBridgePrincipal(cluster: string, name: string, realm: string): string {
  return principalText(['br1', cluster, name], realm);
}
