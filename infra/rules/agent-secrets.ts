import { ZONE_OBJECTS } from '../model/object-names';
import { JOB_AGENTS, JOB_ORCHESTRATOR } from '../model/services';
import type { Rule, RuleProblem } from './rule';

/** A Secret of the job manager's programs that is named after its owner. */
interface OwnedSecret {
  readonly name: string;
  readonly is: string;
  readonly path: readonly (string | number)[];
}

function clashes(zone: string, secrets: readonly OwnedSecret[]): RuleProblem[] {
  const first = new Map<string, string>([[ZONE_OBJECTS.registryLogin, 'the login of the image registry']]);
  return secrets.flatMap(({ name, is, path }) => {
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, is);
      return [];
    }
    return [
      {
        path,
        message: `needs a Secret ${zone}/${name}, which is already ${other}`,
        remedy: 'give the secret or the machine another name',
      },
    ];
  });
}

/** No two Secrets of agents, or of the orchestrator, are one. */
export const agentSecrets: Rule = {
  id: 'agent-secrets',
  invariant: 'No Secret that a job agent or the orchestrator asks for has the name of another, such as that of a certificate.',
  check: ({ plants }) =>
    plants.flatMap((plant) => {
      const agents = plant.machines.flatMap(({ name, agent }) => (agent ? [{ name, agent }] : []));
      const path = (machine: string) => ['plants', plant.name, 'machines', machine];
      const orchestrator = plant.jobs?.orchestrator;
      return [
        ...clashes(JOB_AGENTS.zone, [
          ...agents.map(({ name }) => ({ name: `${name}-tls`, is: `the certificate of ${name}`, path: path(name) })),
          ...agents.flatMap(({ name, agent }) =>
            Object.keys(agent.secrets)
              .sort()
              .map((secret) => ({ name: `${name}-${secret}`, is: `the secret ${secret} of ${name}`, path: path(name) })),
          ),
        ]),
        ...clashes(JOB_ORCHESTRATOR.zone, [
          { name: `${JOB_ORCHESTRATOR.name}-tls`, is: 'its certificate', path: [] },
          ...Object.keys(orchestrator?.secrets ?? {})
            .sort()
            .map((secret) => ({
              name: `${JOB_ORCHESTRATOR.name}-${secret}`,
              is: `the secret ${secret} of the orchestrator`,
              path: ['plants', plant.name, 'jobs', 'orchestrator', 'secrets', secret],
            })),
        ]),
      ];
    }),
};
