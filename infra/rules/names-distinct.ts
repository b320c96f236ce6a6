import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/** Finds names that stand for two things, in the order in which they are given. */
function duplicates(named: readonly { name: string; path: (string | number)[]; is: string }[]): RuleProblem[] {
  const first = new Map<string, { is: string }>();
  const problems: RuleProblem[] = [];
  for (const { name, path, is } of named) {
    const other = first.get(name);
    if (other) problems.push({ path, value: name, message: `is already ${other.is}`, remedy: 'choose another name' });
    else first.set(name, { is });
  }
  return problems;
}

const sorted = <T>(record: Readonly<Record<string, T>>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

/** No name stands for two things where it must tell them apart. */
export const namesDistinct: Rule = {
  id: 'names-distinct',
  invariant: 'A cluster, a computer of one and a machine (by its present or a former name) each have a name of their own.',
  check: (context) => [
    ...duplicates([
      ...sorted(context.data.centrals).map(([name]) => ({ name, path: ['centrals', name], is: 'the name of a central cluster' })),
      ...edgeClustersOf(context).map(({ cluster: { name }, is, at }) => ({ name, path: at(), is: `the name of a ${is}` })),
    ]),
    ...edgeClustersOf(context).flatMap(({ stated: { racks, hosts = {}, machines }, at, machinesAt }) => [
      ...duplicates([
        ...sorted(racks).flatMap(([rack, nodes]) =>
          sorted(nodes).map(([name]) => ({ name, path: at('racks', rack, name), is: `the name of a node in rack ${rack}` })),
        ),
        ...sorted(hosts).map(([name]) => ({ name, path: at('hosts', name), is: 'the name of a host' })),
      ]),
      ...duplicates([
        ...sorted(machines).map(([name]) => ({ name, path: machinesAt(name), is: 'the name of a machine' })),
        ...sorted(machines).flatMap(([machine, { formerNames }]) =>
          formerNames.map((name, index) => ({
            name,
            path: machinesAt(machine, 'formerNames', index),
            is: `a former name of machine ${machine}`,
          })),
        ),
      ]),
    ]),
  ],
};
