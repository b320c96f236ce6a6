import type { Rule } from './rule';

/** An orchestrator without agents accepts nothing. */
export const orchestratorHasAgents: Rule = {
  id: 'orchestrator-has-agents',
  invariant: 'A plant that has an orchestrator has a machine with a job agent.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      if (!plant.jobs?.orchestrator || plant.machines.some(({ agent }) => agent !== undefined)) return [];
      if (!isWhole('plants', plant.name, 'machines')) return [];
      return [
        {
          severity: 'warning' as const,
          path: ['plants', plant.name, 'jobs', 'orchestrator'],
          message: 'has nobody to give jobs to: no machine of the plant has a job agent, and each command from the centre will be refused',
          remedy: 'state agent at a machine type, or leave the orchestrator out',
        },
      ];
    }),
};
