import { readByPlantBroker } from '../model/machine';
import type { Rule } from './rule';

/** An edge agent gets its login from the Kerberos keys operator of its cluster, and is watched by its edge monitor. */
export const edgeAgentsUnderFactoryPlus: Rule = {
  id: 'edge-agents-under-factory-plus',
  invariant: 'A plant with a machine that an edge agent reads states factoryPlus.',
  check: ({ plants, isWhole }) =>
    plants.flatMap(({ name: plant, factoryPlus, machines }) =>
      factoryPlus !== undefined || !isWhole('plants', plant, 'factoryPlus')
        ? []
        : machines
            .filter((machine) => !readByPlantBroker(machine))
            .map(({ name, type }) => ({
              path: ['plants', plant, 'machines', name, 'type'],
              value: type,
              message: 'is read by an edge agent of Factory+, and the plant is not under Factory+: nobody would give the agent a login',
              remedy: `state plants.${plant}.factoryPlus: {}, or write a machine type whose gateway publishes to the plant broker`,
            })),
    ),
};
