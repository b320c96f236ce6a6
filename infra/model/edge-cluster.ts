import type { EdgeFactoryPlus } from './edge-factory-plus';
import type { Plant } from './plant';

/**
 * An edge cluster: what a plant and a cluster of soft gateways have in common. Constructs that both have take this. Names as in the plant.
 */
export type EdgeCluster = Pick<
  Plant,
  | 'name'
  | 'description'
  | 'delivery'
  | 'contract'
  | 'kubernetes'
  | 'networks'
  | 'nodes'
  | 'machines'
  | 'time'
  | 'images'
  | 'access'
  | 'repository'
  | 'secrets'
  | 'factoryPlus'
  | 'flux'
>;

/** An edge cluster under Factory+. */
export type FactoryPlusCluster = EdgeCluster & { readonly factoryPlus: EdgeFactoryPlus };

/** Whether an edge cluster is under Factory+. */
export function isUnderFactoryPlus<C extends EdgeCluster>(cluster: C): cluster is C & { readonly factoryPlus: EdgeFactoryPlus } {
  return cluster.factoryPlus !== undefined;
}

/** Sparkplug group of an edge cluster under Factory+: `ORG-Cluster-Name`, parts of a hierarchy between hyphens (ACS 6.8.1; seed 002). */
export function sparkplugGroup({ name, contract, factoryPlus }: Pick<FactoryPlusCluster, 'name' | 'contract' | 'factoryPlus'>): string {
  return `${contract.organisation}-${factoryPlus.group ?? name}`;
}
