import { edgeClustersOf } from './edge-clusters';
import type { Rule } from './rule';

/** An agent that nobody calls would only hold a connection of its controller. */
export const agentsHaveOrchestrator: Rule = {
  id: 'agents-have-orchestrator',
  invariant:
    'A plant whose machines have job agents has an orchestrator that gives them jobs; a cluster of soft gateways has no job agents.',
  check: (context) => {
    const idle = context.plants.filter(({ name, jobs }) => !jobs?.orchestrator && context.isWhole('plants', name, 'jobs'));
    return edgeClustersOf(context).flatMap(({ cluster, is, machinesAt }) => {
      const isPlant = is === 'plant';
      if (isPlant && !idle.some(({ name }) => name === cluster.name)) return [];
      return cluster.machines
        .filter(({ agent }) => agent !== undefined)
        .map(({ name }) => ({
          path: machinesAt(name),
          message: isPlant
            ? 'has a job agent, and the plant has no orchestrator that could give it a job'
            : 'has a job agent, and a cluster of soft gateways has no orchestrator that could give it a job',
          remedy: `${isPlant ? 'state jobs.orchestrator' : 'read it from a plant'}, or take the agent away with differs: { agent: null }`,
        }));
    });
  },
};
