import type { Rule } from './rule';

/** An agent that nobody calls would only hold a connection of its controller. */
export const agentsHaveOrchestrator: Rule = {
  id: 'agents-have-orchestrator',
  invariant: 'A plant whose machines have job agents has an orchestrator that gives them jobs.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      if (plant.jobs?.orchestrator || !isWhole('plants', plant.name, 'jobs')) return [];
      return plant.machines
        .filter(({ agent }) => agent !== undefined)
        .map(({ name }) => ({
          path: ['plants', plant.name, 'machines', name],
          message: 'has a job agent, and the plant has no orchestrator that could give it a job',
          remedy: 'state jobs.orchestrator, or take the agent away with differs: { agent: null }',
        }));
    }),
};
