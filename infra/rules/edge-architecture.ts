import { isUnderFactoryPlus } from '../model/edge-cluster';
import { isGeneralPurpose } from '../model/node';
import { edgeClustersOf } from './edge-clusters';
import type { Rule } from './rule';

/** Images of operators of ACS 6.8.1 are built for amd64 alone, and operators are bound to no node. */
export const edgeArchitecture: Rule = {
  id: 'edge-architecture',
  invariant: 'An edge cluster under Factory+ has a node for general-purpose workloads whose architecture is amd64.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, at }) => {
      const general = cluster.nodes.filter(isGeneralPurpose);
      // Without any the rule general-purpose-nodes says so.
      if (!isUnderFactoryPlus(cluster) || general.length === 0 || !context.isWhole(...at('racks'))) return [];
      if (general.some(({ hardware }) => hardware.architecture === 'amd64')) return [];
      return [
        {
          path: at('racks'),
          message:
            'no node for general-purpose workloads is of architecture amd64, for which alone the images of the operators of Factory+ are built',
          remedy: 'add a node of a type with architecture amd64',
        },
      ];
    }),
};
