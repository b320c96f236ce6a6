import { type FactoryPlusCluster, isUnderFactoryPlus, sparkplugGroup } from '../model/edge-cluster';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/** Group of the Sparkplug nodes of the centre itself, beside the organisation (ACS 6.8.1). */
const CENTRAL_GROUP = 'Service-Core';

/** Two nodes of one name in one Sparkplug group are one node for whoever listens: each cluster has a monitor, of the same name. */
export const edgeGroupsDistinct: Rule = {
  id: 'edge-groups-distinct',
  invariant: "Each edge cluster under Factory+ has a Sparkplug group of its own at its centre, which is not that of the centre's services.",
  check: (context) => {
    const first = new Map<string, string>();
    return edgeClustersOf(context).flatMap(({ cluster, is, at }): RuleProblem[] => {
      if (!isUnderFactoryPlus(cluster)) return [];
      const group = sparkplugGroup(cluster);
      const stated = (cluster satisfies FactoryPlusCluster).factoryPlus.group;
      const path = stated === undefined ? at() : at('factoryPlus', 'group');
      const remedy = stated === undefined ? 'state another one in factoryPlus.group' : 'choose another one';
      const { central, organisation } = cluster.contract;
      // People do not tell apart what differs in capitals alone.
      if (group.toLowerCase() === `${organisation}-${CENTRAL_GROUP}`.toLowerCase()) {
        return [
          { path, value: stated ?? cluster.name, message: `gives the Sparkplug group ${group}, that of the centre's services`, remedy },
        ];
      }
      const key = `${central} ${group.toLowerCase()}`;
      const other = first.get(key);
      first.set(key, other ?? `the ${is} ${cluster.name}`);
      return other === undefined
        ? []
        : [{ path, value: stated ?? cluster.name, message: `gives the Sparkplug group ${group}, which ${other} has`, remedy }];
    });
  },
};
