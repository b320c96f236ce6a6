import { edgeAgentResources } from '../model/edge-agent';
import { isGeneralPurpose } from '../model/node';
import { edgeClustersOf } from './edge-clusters';
import type { Rule, RuleProblem } from './rule';

/** A gateway that is not Telegraf can be placed, and ends at its limit before its node does. */
export const programFits: Rule = {
  id: 'program-fits',
  invariant: 'Some node that may run a gateway of the plant’s own, or an edge agent, has what it keeps, and as much memory as it may use.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, at, machinesAt }) =>
      cluster.machines.flatMap(({ name, program, edgeAgent, runsOn, rack }): RuleProblem[] => {
        const resources = program?.resources ?? (edgeAgent && edgeAgentResources(edgeAgent));
        if (!resources || !context.isWhole(...at('racks')) || !context.isWhole('nodeTypes')) return [];
        const nodes = cluster.nodes.filter((node) =>
          runsOn === undefined ? isGeneralPurpose(node) && (rack === undefined || node.rack === rack) : node.name === runsOn,
        );
        if (nodes.length === 0) return [];
        const most = (of: (hardware: (typeof nodes)[number]['hardware']) => number) =>
          Math.max(...nodes.map(({ hardware }) => of(hardware)));
        const memory = most(({ memoryMiB, reservedMemoryMiB }) => memoryMiB - reservedMemoryMiB);
        const cpu = most(({ cpuCores, reservedCpuMillis }) => 1000 * cpuCores - reservedCpuMillis);
        const { memoryMiB, cpuMillis } = resources;
        const path = machinesAt(name);
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
