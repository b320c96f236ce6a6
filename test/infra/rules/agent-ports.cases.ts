import { AGENT, withAgents } from './agents';
import { found } from './found';

const rule = 'agent-ports';

describe('the rule that the ports of an agent tell what they are for', () => {
  test('a health check on the port of the jobs is refused, once at the machine type', () => {
    const estate = withAgents(({ machineTypes, plants: { york } }) => {
      machineTypes.press.agent.health.port = 8443;
      york.machines['press-2'] = { type: 'press', address: '10.20.1.12' };
    });
    expect(found(rule, estate)).toEqual([
      'error: machineTypes.press.agent.health.port: 8443 is the port on which an agent serves the orchestrator, which shows a certificate; a kubelet has none; choose another port, and answer nothing on it but whether the agent works',
    ]);
  });

  test('a port that is named twice is refused, at the machine that states it', () => {
    const twice = [...AGENT.commands, { port: 102, protocol: 'UDP', purpose: 'Other' }, { port: 102, purpose: 'Again' }];
    const estate = withAgents(({ plants: { york } }) => {
      york.machines['press-1'].differs = { agent: { ...AGENT, commands: twice } };
    });
    expect(found(rule, estate)).toEqual([
      'error: plants.york.machines.press-1.differs.agent.commands[2].port: 102 is already named by commands[0]; remove one of them, or correct its port',
    ]);
  });

  test('ports that differ are in order', () => {
    expect(found(rule, withAgents())).toEqual([]);
  });
});
