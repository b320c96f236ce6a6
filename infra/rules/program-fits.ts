import { isGeneralPurpose } from '../model/node';
import type { Rule, RuleProblem } from './rule';

/** A gateway of the plant's own can be placed, and ends at its limit before its node does. */
export const programFits: Rule = {
  id: 'program-fits',
  invariant: 'Some node that may run a gateway of the plant’s own has what it keeps, and as much memory as it may use.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) =>
      plant.machines.flatMap(({ name, program, runsOn, rack }): RuleProblem[] => {
        if (!program || !isWhole('plants', plant.name, 'racks') || !isWhole('nodeTypes')) return [];
        const nodes = plant.nodes.filter((node) =>
          runsOn === undefined ? isGeneralPurpose(node) && (rack === undefined || node.rack === rack) : node.name === runsOn,
        );
        if (nodes.length === 0) return [];
        const most = (of: (hardware: (typeof nodes)[number]['hardware']) => number) =>
          Math.max(...nodes.map(({ hardware }) => of(hardware)));
        const memory = most(({ memoryMiB, reservedMemoryMiB }) => memoryMiB - reservedMemoryMiB);
        const cpu = most(({ cpuCores, reservedCpuMillis }) => 1000 * cpuCores - reservedCpuMillis);
        const { memoryMiB, cpuMillis } = program.resources;
        const path = ['plants', plant.name, 'machines', name];
        const which = runsOn === undefined ? 'the largest node that may run it' : `node ${runsOn}`;
        const problems: RuleProblem[] = [];
        if (memoryMiB[0] > memory || cpuMillis[0] > cpu) {
          const kept = memoryMiB[0] > memory ? `${memoryMiB[0]} MiB` : `${cpuMillis[0]} thousandths of a core`;
          const has = memoryMiB[0] > memory ? `${memory} MiB` : `${cpu}`;
          problems.push({
            path,
            message: `has a gateway that keeps ${kept} for itself, and ${which} has ${has} for pods`,
            remedy: 'lower the request in resources, or give it a larger node',
          });
        } else if (memoryMiB[1] > memory) {
          problems.push({
            severity: 'warning',
            path,
            message: `has a gateway that may use ${memoryMiB[1]} MiB, and ${which} has ${memory} MiB for pods: other pods of the node are evicted before it reaches its limit`,
            remedy: 'lower the limit in resources',
          });
        }
        return problems;
      }),
    ),
};
