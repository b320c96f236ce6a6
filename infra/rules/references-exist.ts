import { valueAt } from '../estate/schema-problems';
import { listed, type Rule, type RuleContext, type RuleProblem } from './rule';

/** Keys of the mapping at a path of the input: what names exist, even where their content was refused. */
function namesAt(context: RuleContext, ...path: string[]): string[] {
  const found = valueAt(context.input, path);
  return typeof found === 'object' && found !== null ? Object.keys(found) : [];
}

function missing(path: (string | number)[], value: string, what: string, exist: readonly string[]): RuleProblem[] {
  if (exist.includes(value)) return [];
  return [{ path, value, message: `is not ${what}; there are ${listed(exist)}`, remedy: 'name one of these, or describe it' }];
}

/** Every name that refers to something leads to it. */
export const referencesExist: Rule = {
  id: 'references-exist',
  invariant: 'Every machine type, node type, node and central cluster that is named exists.',
  check: (context) =>
    Object.entries(context.data.plants).flatMap(([plant, { central, racks, machines, kubernetes }]) => {
      const at = (...rest: (string | number)[]) => ['plants', plant, ...rest];
      const nodes = namesAt(context, 'plants', plant, 'racks').flatMap((rack) => namesAt(context, 'plants', plant, 'racks', rack));
      return [
        ...missing(at('central'), central, 'a central cluster', namesAt(context, 'centrals')),
        ...Object.entries(racks).flatMap(([rack, members]) =>
          Object.entries(members).flatMap(([name, node]) =>
            missing(at('racks', rack, name, 'type'), node.type, 'a node type', namesAt(context, 'nodeTypes')),
          ),
        ),
        ...Object.entries(machines).flatMap(([name, machine]) => [
          ...missing(at('machines', name, 'type'), machine.type, 'a machine type', namesAt(context, 'machineTypes')),
          ...(machine.runsOn === undefined ? [] : missing(at('machines', name, 'runsOn'), machine.runsOn, 'a node of this plant', nodes)),
        ]),
        ...kubernetes.controlPlane.flatMap((node, index) =>
          missing(at('kubernetes', 'controlPlane', index), node, 'a node of this plant', nodes),
        ),
      ];
    }),
};
