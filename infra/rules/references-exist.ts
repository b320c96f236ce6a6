import { isName } from '../model/name';
import { nearest } from '../model/nearest';
import { type PathStep, valueAt } from '../model/path';
import { edgeClustersOf } from './edge-clusters';
import { listed, type Rule, type RuleContext, type RuleProblem } from './rule';

/** Names told at most in one message. */
const MOST_NAMES = 12;

/**
 * Names of the mapping at a path: also those whose content was refused. Undefined when the mapping itself was refused, or may stand
 * under a misspelt key beside it, so that nobody can say what does not exist.
 */
function namesAt({ input, isWhole }: RuleContext, ...path: PathStep[]): string[] | undefined {
  const found = valueAt(input, path);
  if (found === undefined) {
    const beside = Object.keys(valueAt(input, path.slice(0, -1)) ?? {});
    return isWhole(...path) && nearest(String(path.at(-1) ?? ''), beside) === undefined ? [] : undefined;
  }
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? Object.keys(found).filter(isName) : undefined;
}

function missing(path: PathStep[], value: string, what: string, exist: readonly string[] | undefined): RuleProblem[] {
  if (!exist || exist.includes(value)) return [];
  const near = nearest(value, exist);
  const told = exist.length <= MOST_NAMES ? listed(exist) : `${exist.length} of them`;
  return [
    {
      path,
      value,
      message: `is not ${what}; there ${exist.length === 1 ? 'is' : 'are'} ${told}`,
      remedy: near === undefined ? 'name one that exists, or describe it' : `write ${near}, or describe ${value}`,
    },
  ];
}

/** Every name that refers to something leads to it. */
export const referencesExist: Rule = {
  id: 'references-exist',
  invariant: 'Every machine type, node type, node, rack and central cluster that is named exists.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ is, stated: { central, racks, machines, kubernetes, portScan }, at, machinesAt }) => {
      const [aNode, aRack] = [`a node of this ${is}`, `a rack of this ${is}`];
      const rackNames = namesAt(context, ...at('racks'));
      const inRacks = rackNames?.map((rack) => namesAt(context, ...at('racks', rack)));
      const nodes = inRacks?.every((names) => names !== undefined) ? inRacks.flat() : undefined;
      const [centrals, nodeTypes, machineTypes] = ['centrals', 'nodeTypes', 'machineTypes'].map((kind) => namesAt(context, kind));
      return [
        ...missing(at('central'), central, 'a central cluster', centrals),
        ...Object.entries(racks).flatMap(([rack, members]) =>
          Object.entries(members).flatMap(([name, node]) => missing(at('racks', rack, name, 'type'), node.type, 'a node type', nodeTypes)),
        ),
        ...Object.entries(machines).flatMap(([name, machine]) => [
          ...missing(machinesAt(name, 'type'), machine.type, 'a machine type', machineTypes),
          ...(machine.runsOn === undefined ? [] : missing(machinesAt(name, 'runsOn'), machine.runsOn, aNode, nodes)),
          ...(machine.rack === undefined ? [] : missing(machinesAt(name, 'rack'), machine.rack, aRack, rackNames)),
        ]),
        ...(portScan?.runsOn === undefined ? [] : missing(at('portScan', 'runsOn'), portScan.runsOn, aNode, nodes)),
        ...kubernetes.controlPlane.flatMap((node, index) => missing(at('kubernetes', 'controlPlane', index), node, aNode, nodes)),
      ];
    }),
};
