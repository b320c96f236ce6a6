import { isGeneralPurpose } from '../model/node';
import { listed, type Rule } from './rule';

/** Something must be able to run the broker and the publisher. */
export const generalPurposeNodes: Rule = {
  id: 'general-purpose-nodes',
  invariant: 'Each plant has a node that takes general-purpose workloads, and its control plane is on such nodes.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      const racks = ['plants', plant.name, 'racks'];
      const problems = [];
      if (isWhole(...racks) && !plant.nodes.some(isGeneralPurpose)) {
        problems.push({
          path: racks,
          message: 'there is no node for general-purpose workloads, which the plant broker and the data publisher need',
          remedy: 'add a node, or remove specialised from one',
        });
      }
      const specialised = new Set(plant.nodes.filter((node) => !isGeneralPurpose(node)).map((node) => node.name));
      const control = plant.kubernetes.controlPlane.filter((name) => specialised.has(name));
      if (control.length > 0) {
        problems.push({
          path: ['plants', plant.name, 'kubernetes', 'controlPlane'],
          value: control,
          message: `the control plane must not run on a specialised node (${listed(control)})`,
          remedy: 'name general-purpose nodes',
        });
      }
      return problems;
    }),
};
