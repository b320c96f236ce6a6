import { isUnderFactoryPlus } from '../model/edge-cluster';
import { edgeClustersOf } from './edge-clusters';
import { listed, type Rule } from './rule';

/** The accounts of an edge cluster become members of roles whose ids every installation of Factory+ makes anew. */
export const edgeIdsImported: Rule = {
  id: 'edge-ids-imported',
  invariant: 'A centre with an edge cluster under Factory+ states the ids that Factory+ made when it was installed.',
  check: (context) =>
    Object.entries(context.data.centrals).flatMap(([name, { installed }]) => {
      const path = ['centrals', name, 'installed'];
      if (installed !== undefined || !context.isWhole(...path)) return [];
      const under = edgeClustersOf(context).filter(({ cluster, stated }) => stated.central === name && isUnderFactoryPlus(cluster));
      if (under.length === 0) return [];
      return [
        {
          path,
          message: `is missing, and ${listed(under.map(({ cluster }) => cluster.name))} ${under.length === 1 ? 'is' : 'are'} under Factory+: accounts there become members of roles with these ids`,
          remedy: `once the centre is installed, state here what npx millwright import-ids ${name} prints; until then the commands for ${name} alone work (synth --only, secrets, bootstrap)`,
        },
      ];
    }),
};
