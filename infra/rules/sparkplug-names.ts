import { readByPlantBroker } from '../model/machine';
import { edgeClustersOf } from './edge-clusters';
import type { Rule } from './rule';

/** Sparkplug node of the edge monitor, in lower case (ACS 6.8.1: `Monitor`). Names of the model have no capitals, but people do not see that. */
const TAKEN = 'monitor';

/** An edge agent must not be a Sparkplug node that there is already. */
export const sparkplugNames: Rule = {
  id: 'sparkplug-names',
  invariant: 'No machine that an edge agent reads bears the name of the edge monitor’s Sparkplug node.',
  check: (context) =>
    edgeClustersOf(context).flatMap(({ cluster, machinesAt }) =>
      cluster.machines
        .filter((machine) => machine.name === TAKEN && !readByPlantBroker(machine))
        .map(({ name }) => ({
          path: machinesAt(name),
          value: name,
          message: 'is the Sparkplug node of the edge monitor of this cluster',
          remedy: 'choose another name',
        })),
    ),
};
