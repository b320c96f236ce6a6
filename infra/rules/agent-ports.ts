import { JOB_AGENTS } from '../model/services';
import type { Rule, RuleContext, RuleProblem } from './rule';

/** Every agent that is stated, at a machine type or a machine, with its place. */
function statedAgents({ data, plants }: RuleContext) {
  const found = new Map<
    string,
    { readonly path: readonly (string | number)[]; readonly agent: NonNullable<RuleContext['plants'][number]['machines'][number]['agent']> }
  >();
  for (const [name, { agent }] of Object.entries(data.machineTypes)) {
    if (agent) found.set(`type ${name}`, { path: ['machineTypes', name, 'agent'], agent });
  }
  for (const plant of plants) {
    for (const { name, agent } of plant.machines) {
      const differs = data.plants[plant.name]?.machines[name]?.differs;
      if (agent && differs && Object.hasOwn(differs, 'agent'))
        found.set(`machine ${plant.name} ${name}`, { path: ['plants', plant.name, 'machines', name, 'differs', 'agent'], agent });
    }
  }
  return [...found.values()];
}

/** An agent's ports tell what they are for. */
export const agentPorts: Rule = {
  id: 'agent-ports',
  invariant: `An agent answers its health check on another port than the jobs', ${JOB_AGENTS.port}, and names each port of its machine once.`,
  check: (context) =>
    statedAgents(context).flatMap(({ path, agent }) => {
      const problems: RuleProblem[] = [];
      if (agent.health.port === JOB_AGENTS.port) {
        problems.push({
          path: [...path, 'health', 'port'],
          value: agent.health.port,
          message: 'is the port on which an agent serves the orchestrator, which shows a certificate; a kubelet has none',
          remedy: 'choose another port, and answer nothing on it but whether the agent works',
        });
      }
      const seen = new Map<string, number>();
      agent.commands.forEach(({ port, protocol }, index) => {
        const key = `${protocol} ${port}`;
        const first = seen.get(key);
        if (first === undefined) seen.set(key, index);
        else
          problems.push({
            path: [...path, 'commands', index, 'port'],
            value: port,
            message: `is already named by commands[${first}]`,
            remedy: 'remove one of them, or correct its port',
          });
      });
      return problems;
    }),
};
