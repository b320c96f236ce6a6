import { isGeneralPurpose } from '../model/node';
import { edgeClustersOf } from './edge-clusters';
import { listed, type Rule } from './rule';

/** Something must be able to run what is bound to no node. */
export const generalPurposeNodes: Rule = {
  id: 'general-purpose-nodes',
  invariant:
    'Each plant and cluster of soft gateways has a node that takes general-purpose workloads, and its control plane is on such nodes.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, is, at }) => {
      const racks = at('racks');
      const problems = [];
      if (context.isWhole(...racks) && !cluster.nodes.some(isGeneralPurpose)) {
        problems.push({
          path: racks,
          message: `there is no node for general-purpose workloads, which ${is === 'plant' ? 'the plant broker and the data publisher' : 'operators and floating edge agents'} need`,
          remedy: 'add a node, or remove specialised from one',
        });
      }
      const specialised = new Set(cluster.nodes.filter((node) => !isGeneralPurpose(node)).map((node) => node.name));
      const control = cluster.kubernetes.controlPlane.filter((name) => specialised.has(name));
      if (control.length > 0) {
        problems.push({
          path: at('kubernetes', 'controlPlane'),
          value: control,
          message: `the control plane must not run on a specialised node (${listed(control)})`,
          remedy: 'name general-purpose nodes',
        });
      }
      return problems;
    }),
};
