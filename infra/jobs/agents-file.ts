import type { Plant } from '../model/plant';
import { JOB_AGENTS, serviceHost } from '../model/services';

/** Name of the file that tells the orchestrator which agents there are. */
export const AGENTS_FILE = 'agents.json';

/** What the orchestrator is told of one agent. */
export interface KnownAgent {
  readonly machine: string;
  /** Where it serves the contract; its certificate is for the host in it. */
  readonly url: string;
}

/** The agents of a plant, ordered by machine. */
export function knownAgents(plant: Pick<Plant, 'machines'>): KnownAgent[] {
  return plant.machines
    .filter(({ agent }) => agent !== undefined)
    .map(({ name }) => ({ machine: name, url: `https://${serviceHost({ name, zone: JOB_AGENTS.zone })}:${JOB_AGENTS.port}` }));
}

/** The file that tells the orchestrator which agents there are. It changes while the orchestrator runs. */
export function agentsFile(plant: Pick<Plant, 'machines'>): string {
  return `${JSON.stringify({ agents: knownAgents(plant) }, null, 2)}\n`;
}
