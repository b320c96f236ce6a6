import type { EstateData } from '../estate/schema';
import type { EdgeCluster } from '../model/edge-cluster';
import type { PathStep } from '../model/path';
import type { Plant } from '../model/plant';
import type { RuleContext } from './rule';

type PlantData = EstateData['plants'][string];

/** What a plant, or a cluster of soft gateways, states: the settings that both have, under the names of the plant's. */
export type StatedCluster = Pick<PlantData, 'central' | 'kubernetes' | 'networks' | 'racks' | 'machines'> &
  Partial<Pick<PlantData, 'hosts' | 'portScan'>>;

/** A plant or a cluster of soft gateways, for a rule that holds for both. */
export interface EdgeClusterOf {
  /** What it is, for messages. */
  readonly is: 'plant' | 'cluster of soft gateways';
  /** As far as it can be resolved. */
  readonly cluster: EdgeCluster & Partial<Pick<Plant, 'hosts' | 'portScan'>>;
  readonly stated: StatedCluster;
  /** A path below it: `plants.york.racks`. */
  at(...rest: PathStep[]): PathStep[];
  /** A path below one of its machines: `softGateways.office.agents.weather.address`. Without a name that of all of them. */
  machinesAt(...rest: PathStep[]): PathStep[];
}

/** Every edge cluster of an estate: plants, then clusters of soft gateways, each ordered by name. */
export function edgeClustersOf({ data, plants, softGateways }: Pick<RuleContext, 'data' | 'plants' | 'softGateways'>): EdgeClusterOf[] {
  const paths = (root: 'plants' | 'softGateways', name: string, machines: 'machines' | 'agents') => ({
    at: (...rest: PathStep[]) => [root, name, ...rest],
    machinesAt: (...rest: PathStep[]) => [root, name, machines, ...rest],
  });
  return [
    ...plants.flatMap((cluster): EdgeClusterOf[] => {
      const stated = data.plants[cluster.name];
      return stated ? [{ is: 'plant', cluster, stated, ...paths('plants', cluster.name, 'machines') }] : [];
    }),
    ...softGateways.flatMap((cluster): EdgeClusterOf[] => {
      const found = data.softGateways[cluster.name];
      if (!found) return [];
      const { agents, ...rest } = found;
      return [
        {
          is: 'cluster of soft gateways',
          cluster,
          stated: { ...rest, machines: agents },
          ...paths('softGateways', cluster.name, 'agents'),
        },
      ];
    }),
  ];
}
