import { withAgents } from './agents';
import { found } from './found';

const rule = 'agents-have-orchestrator';

describe('the rule that agents have an orchestrator', () => {
  test.each([
    ['without a job manager', (york: { jobs?: unknown }) => delete york.jobs],
    ['whose job manager has no orchestrator', ({ jobs }: { jobs: { orchestrator?: unknown } }) => delete jobs.orchestrator],
  ])('an agent in a plant %s is refused', (_, change) => {
    const estate = withAgents(({ plants: { york } }) => change(york));
    expect(found(rule, estate)).toEqual([
      'error: plants.york.machines.press-1: has a job agent, and the plant has no orchestrator that could give it a job; state jobs.orchestrator, or take the agent away with differs: { agent: null }',
    ]);
  });

  test('a machine whose agent is taken away is in order', () => {
    const estate = withAgents(({ plants: { york } }) => {
      delete york.jobs;
      york.machines['press-1'].differs = { agent: null };
    });
    expect(found(rule, estate)).toEqual([]);
  });

  test('an orchestrator that the schema refused is not missed', () => {
    const estate = withAgents(({ plants: { york } }) => {
      york.jobs.orchestrator = { image: 'latest' };
    });
    expect(found(rule, estate)).toEqual([]);
  });
});
