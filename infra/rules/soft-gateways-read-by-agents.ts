import type { Rule } from './rule';

/** What a soft gateway is. */
export const softGatewaysReadByAgents: Rule = {
  id: 'soft-gateways-read-by-agents',
  invariant: 'Each agent of a cluster of soft gateways is of a machine type with the protocol factoryplus.',
  check: ({ softGateways }) =>
    softGateways.flatMap((cluster) =>
      cluster.machines
        .filter(({ protocol }) => protocol !== 'factoryplus')
        .map((machine) => ({
          path: ['softGateways', cluster.name, 'agents', machine.name, 'type'],
          value: machine.type,
          message: `is a machine type of protocol ${machine.protocol}, whose gateway publishes to a plant broker, and a cluster of soft gateways has none`,
          remedy: 'name a machine type of protocol factoryplus, or describe the machine at a plant',
        })),
    ),
};
