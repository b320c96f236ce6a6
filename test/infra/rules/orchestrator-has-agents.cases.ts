import { withAgents } from './agents';
import { found } from './found';

const rule = 'orchestrator-has-agents';

describe('the rule that an orchestrator has agents', () => {
  test('one without any is told', () => {
    expect(
      found(
        rule,
        withAgents(({ machineTypes }) => delete machineTypes.press.agent),
      ),
    ).toEqual([
      'warning: plants.york.jobs.orchestrator: has nobody to give jobs to: no machine of the plant has a job agent, and each command from the centre will be refused; state agent at a machine type, or leave the orchestrator out',
    ]);
  });

  test('one with an agent is in order', () => {
    expect(found(rule, withAgents())).toEqual([]);
  });
});
