import type { ConnectionBudget } from '../model/connections';
import type { PathStep } from '../model/path';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/**
 * The gateway, the job agent and those who were there before them fit on the connections of a machine's controller. An error where the
 * model states how many there are, else a warning. Told once for a machine type; at a machine only where that differs from its type.
 */
export const connectionsFit: Rule = {
  id: 'connections-fit',
  invariant: "A machine's controller has a connection for its gateway, its job agent, its panels and its engineers.",
  check: (context) => {
    const told = new Map<string, RuleProblem>();
    const tell = (type: string, path: PathStep[], budget: ConnectionBudget) => {
      const key = JSON.stringify([type, budget]);
      const problem = told.has(key) ? undefined : exceeded(budget);
      if (problem) told.set(key, { path, ...problem });
    };
    const machines = edgeClustersOf(context).flatMap(({ cluster, stated, machinesAt }) =>
      cluster.machines.map((machine) => ({
        ...machine,
        differs: stated.machines[machine.name]?.differs !== undefined,
        path: machinesAt(machine.name, 'differs'),
      })),
    );
    for (const machine of machines) {
      if (machine.connections && !machine.differs) tell(machine.type, ['machineTypes', machine.type, 'connections'], machine.connections);
    }
    for (const machine of machines) {
      if (machine.connections && machine.differs) tell(machine.type, machine.path, machine.connections);
    }
    return [...told.values()];
  },
};

function exceeded({
  gateway,
  reason,
  agent,
  others,
  offered,
  isStated,
  controller,
}: ConnectionBudget): Omit<RuleProblem, 'path'> | undefined {
  const needed = gateway + agent + others;
  if (needed <= offered) return undefined;
  const takers = [
    `the gateway takes ${gateway} (${reason})`,
    ...(agent > 0 ? [`the job agent ${agent}`] : []),
    `panels, engineers and others ${others}`,
  ];
  return {
    severity: isStated ? 'error' : 'warning',
    message: `do not suffice: ${takers.join(', ')}, together ${needed}; ${isStated ? 'this controller' : controller} offers ${offered}${isStated ? '' : ' as a rule'}`,
    remedy: isStated
      ? 'put the points into fewer scan classes, or let others take fewer'
      : 'put the points into fewer scan classes, or state the figures of this controller: connections: { offered, others }',
  };
}
