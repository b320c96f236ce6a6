import * as fc from 'fast-check';
import type { EstateInput } from '../../infra/estate/schema';
import { edgeEstate } from './edge-estate';
import { AGE_KEYS, lineArbitrary, nameArbitrary } from './estates';

/** Machine types of the small estate under Factory+ that edge agents read. */
const AGENT_TYPES = ['cell', 'meter', 'utilities'];

const distinct = (minLength: number, maxLength: number) =>
  // Names of the small estate, and of the edge monitor, are taken.
  fc.uniqueArray(
    nameArbitrary.filter((name) => !['centre', 'rotherham', 'monitor', 'admin', 'changepw', 'history'].includes(name)),
    { minLength, maxLength },
  );

/** A cluster of soft gateways that lives in 10.(60 + index).0.0/16. */
function clusterArbitrary(index: number) {
  const address = (third: number, last: number) => `10.${60 + index}.${third}.${last + 1}`;
  return fc
    .record({
      nodes: distinct(2, 4),
      agents: distinct(1, 4),
      groups: fc.uniqueArray(fc.constantFrom('ops', 'b@x', 'oidc:it')),
      hub: fc.boolean(),
    })
    .chain(({ nodes, agents, groups, hub }) => {
      const [first = 'g1'] = nodes;
      // The last one is kept for what names it.
      const special = nodes.at(-1);
      const agent = (n: number) =>
        fc.record(
          {
            type: fc.constantFrom(...AGENT_TYPES),
            address: fc.constant(address(2, n)),
            runsOn: fc.constantFrom(...nodes),
            description: lineArbitrary,
          },
          { requiredKeys: ['type', 'address'] },
        );
      return fc.tuple(...agents.map((_, n) => agent(n))).map((described) => ({
        central: 'centre',
        delivery: 'flux',
        kubernetes: { controlPlane: [first], ...(hub ? { endpoint: address(1, 200) } : {}) },
        networks: { nodes: `10.${60 + index}.0.0/16` },
        racks: {
          g: Object.fromEntries(
            nodes.map((name, n) => [
              name,
              { type: 'box', address: address(1, n), ...(name === special ? { specialised: 'laboratory' } : {}) },
            ]),
          ),
        },
        agents: Object.fromEntries(agents.map((name, n) => [name, described[n]])),
        access: { operators: groups },
        time: { servers: [address(3, 0), address(3, 1)] },
        secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
      }));
    });
}

/** Estates without an error: the small one under Factory+, with one or two clusters of soft gateways of any names in place of its own. */
export const softEstateArbitrary: fc.Arbitrary<EstateInput> = distinct(1, 2).chain((names) =>
  fc.tuple(...names.map((_, index) => clusterArbitrary(index))).map((clusters) =>
    edgeEstate((estate) => {
      estate.softGateways = JSON.parse(JSON.stringify(Object.fromEntries(clusters.map((cluster, index) => [names[index], cluster]))));
    }),
  ),
);
