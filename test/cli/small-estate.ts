import { withChange } from '../support/estates';

/**
 * The example estate with two of its machines, a press and a furnace, and its job database, but no orchestrator, agents, figures of
 * OEE, log store and monitoring: quick to render, and with Secrets of every kind that the command makes or takes.
 */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function smallEstate(change: (estate: any) => void = () => {}): any {
  return withChange((estate) => {
    const { leeds } = estate.plants;
    const { press, furnace } = estate.machineTypes;
    estate.machineTypes = { press: { ...press, agent: undefined, oee: undefined }, furnace };
    leeds.machines = { 'press-1': leeds.machines['press-1'], 'furnace-1': leeds.machines['furnace-1'] };
    leeds.jobs = { ...leeds.jobs, orchestrator: undefined, erp: undefined };
    leeds.monitoring = { off: true, reason: 'Trial bench' };
    // Known by its contract alone.
    delete estate.centrals.sheffield.cluster;
    for (const name of ['calendar', 'logs', 'hosts']) delete leeds[name];
    change(estate);
  });
}
