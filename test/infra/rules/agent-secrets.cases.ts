import { withAgents } from './agents';
import { found } from './found';

const rule = 'agent-secrets';
const secret = { purpose: 'Recipes' };

describe('the rule that no two Secrets of agents are one', () => {
  test('a secret that would be the certificate is refused', () => {
    const estate = withAgents(({ machineTypes }) => {
      machineTypes.press.agent.secrets = { tls: secret };
    });
    expect(found(rule, estate)).toEqual([
      'error: plants.york.machines.press-1: needs a Secret agents/press-1-tls, which is already the certificate of press-1; give the secret or the machine another name',
    ]);
  });

  test('secrets of two machines whose names run together are refused', () => {
    const estate = withAgents(({ machineTypes, plants: { york } }) => {
      machineTypes.press.agent.secrets = { login: secret, b: secret };
      york.machines.press = { type: 'press', address: '10.20.1.12' };
    });
    expect(found(rule, estate)).toHaveLength(0);
    const clash = withAgents(({ machineTypes, plants: { york } }) => {
      machineTypes.press.agent.secrets = { login: secret, 'a-login': secret };
      york.machines = { press: { type: 'press', address: '10.20.1.12' }, 'press-a': { type: 'press', address: '10.20.1.13' } };
    });
    expect(found(rule, clash)).toEqual([
      'error: plants.york.machines.press-a: needs a Secret agents/press-a-login, which is already the secret a-login of press; give the secret or the machine another name',
    ]);
  });

  test('a secret of the orchestrator that would be its certificate is refused', () => {
    const estate = withAgents(({ plants: { york } }) => {
      york.jobs.orchestrator.secrets = { tls: secret, erp: secret };
    });
    expect(found(rule, estate)).toEqual([
      'error: plants.york.jobs.orchestrator.secrets.tls: needs a Secret jobs/job-orchestrator-tls, which is already its certificate; give the secret or the machine another name',
    ]);
  });
});
