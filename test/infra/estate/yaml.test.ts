import * as fc from 'fast-check';
import { CORE_SCHEMA, dump, load } from 'js-yaml';
import { checkEstate } from '../../../infra/estate/check';
import { isCampaign } from '../../support/campaign';
import { estateArbitrary, exampleEstate, minimalEstate } from '../../support/estates';

/** Reads YAML as the command line does. */
const read = (text: string) => load(text, { schema: CORE_SCHEMA });

/** The same data with the keys of every mapping in another order; lists stay as they are. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => ({ key, inner: shuffled(inner, random), at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ key, inner }) => [key, inner]),
  );
}

const MINIMAL = `
centrals:
  centre: { organisation: Example, domain: factory.example.com, addresses: [192.0.2.0/28] }
nodeTypes:
  box: { cpuCores: 4, memoryMiB: 4096, storageGiB: 110 }
machineTypes:
  press:
    protocol: s7
    controller: S7-1500
    points:
      state: { address: DB10.DBW0, type: INT }
plants:
  york:
    central: centre
    delivery: pulumi
    kubernetes: { controlPlane: [a1] }
    networks: { nodes: 10.20.1.0/24 }
    time: { servers: [10.20.1.1] }
    monitoring: { off: true, reason: Trial bench }
    racks: { a: { a1: { type: box } } }
    machines: { press-1: { type: press, address: 10.20.1.11 } }
`;

describe('an estate in YAML', () => {
  test.each([
    ['as blocks', {}],
    ['in flow style', { flowLevel: 2 }],
    ['with every text quoted', { forceQuotes: true }],
    ['with long lines folded', { lineWidth: 40 }],
  ])('gives the plants that the same estate in TypeScript gives, written %s', (_, options) => {
    const text = dump(exampleEstate(), options);
    expect(checkEstate(read(text))).toEqual(checkEstate(exampleEstate()));
  });

  test('gives the same plants as JSON', () => {
    expect(checkEstate(read(JSON.stringify(exampleEstate(), null, 2)))).toEqual(checkEstate(exampleEstate()));
  });

  test('gives the same plants when a person wrote it', () => {
    expect(checkEstate(read(MINIMAL))).toEqual(checkEstate(minimalEstate()));
    expect(checkEstate(read(MINIMAL)).plants).toHaveLength(1);
  });

  test('may say a thing once and name it again', () => {
    const text = MINIMAL.replace('a1: { type: box }', 'a1: &node { type: box }, a2: *node');
    expect(checkEstate(read(text)).plants[0]?.nodes.map(({ name }) => name)).toEqual(['a1', 'a2']);
  });

  test('reads words that older YAML took for truth values as words', () => {
    const text = MINIMAL.replaceAll('press-1', 'no').replaceAll('a1', 'y').replaceAll('york', 'on');
    expect(checkEstate(read(text)).plants.map(({ name, nodes, machines }) => [name, nodes[0]?.name, machines[0]?.name])).toEqual([
      ['on', 'y', 'no'],
    ]);
  });

  test('gives the same answer whatever the order of its keys', () => {
    fc.assert(
      fc.property(estateArbitrary, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (estate, stream) => {
        const random = () => stream.next().value as number;
        expect(checkEstate(shuffled(estate, random))).toEqual(checkEstate(estate));
      }),
      { numRuns: isCampaign ? 500 : 10 },
    );
  });

  test('gives the same answer through a dump and a load, whatever its texts', () => {
    fc.assert(
      fc.property(estateArbitrary, (estate) => {
        expect(checkEstate(read(dump(estate)))).toEqual(checkEstate(estate));
      }),
      { numRuns: isCampaign ? 500 : 10 },
    );
  });

  test('is not read at the cost of memory when aliases multiply', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let n = 1; n < 12; n++)
      lines.push(
        `a${n}: &a${n} [${Array(9)
          .fill(`*a${n - 1}`)
          .join(', ')}]`,
      );
    expect(checkEstate(read(lines.join('\n'))).problems).toEqual([
      {
        rule: 'schema',
        severity: 'error',
        path: [],
        message: 'has more than 2000000 values',
        remedy: 'divide the estate, and look for YAML aliases',
      },
    ]);
  });
});
