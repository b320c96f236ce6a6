import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/** etcd needs a majority; people must know what losing a node or a rack means for it. */
export const controlPlaneQuorum: Rule = {
  id: 'control-plane-quorum',
  invariant: 'The control plane has an odd number of distinct nodes; there is a warning when losing one node or one rack stops it.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, at }) => {
      const path = at('kubernetes', 'controlPlane');
      const names = cluster.kubernetes.controlPlane;
      const problems: RuleProblem[] = [];
      if (!context.isWhole(...path)) return [];
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) return [{ path, value: names, message: `names ${twice} twice`, remedy: 'name each node once' }];
      if (names.length % 2 === 0) {
        return [
          {
            path,
            value: names,
            message: `has ${names.length} nodes; etcd needs an odd number, because an even one survives no more failures than one fewer`,
            remedy: 'name 1, 3, 5 or 7 nodes',
          },
        ];
      }
      if (names.length === 1) {
        problems.push({
          severity: 'warning',
          path,
          value: names,
          message: 'has one node: while it is down, pods of other dead nodes are not moved and nothing can be changed',
          remedy: 'name three nodes',
        });
      } else if (context.isWhole(...at('racks'))) {
        const majority = Math.floor(names.length / 2) + 1;
        const racks = [...new Set(cluster.nodes.map((node) => node.rack))].sort();
        for (const rack of racks) {
          const lost = cluster.nodes.filter((node) => node.rack === rack && names.includes(node.name)).length;
          if (names.length - lost < majority) {
            problems.push({
              severity: 'warning',
              path,
              value: names,
              message: `losing rack ${rack} takes ${lost} of ${names.length} members and stops the control plane: running pods go on, nothing is moved`,
              remedy: 'accept it, or spread the members over three racks',
            });
          }
        }
      }
      return problems;
    }),
};
