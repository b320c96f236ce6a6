import { minimalWith } from './found';

/** An image of the plant's own, with what every container must state. */
export const OWN = { image: 'registry.factory.example.com/jobs/agent:1.0.0', health: { port: 8080, path: '/health' } };

/** A job agent that commands its controller. */
export const AGENT = { ...OWN, commands: [{ port: 102, purpose: 'S7 communication' }] };

const DATABASE = { volume: { class: 'nfs', diesWithNode: false }, backups: { off: true, reason: 'Trial bench' } };

/** A job manager with an orchestrator. */
export const JOBS = { database: DATABASE, loseAtMost: '1h', backWithin: '4h', orchestrator: OWN };

/** The minimal estate with an agent at its machine and an orchestrator, and a change. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function withAgents(change: (estate: any) => void = () => {}): any {
  return minimalWith((estate) => {
    estate.machineTypes.press.agent = structuredClone(AGENT);
    estate.plants.york.jobs = structuredClone(JOBS);
    change(estate);
  });
}
