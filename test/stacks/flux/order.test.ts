import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { estateArbitrary, exampleEstate } from '../../support/estates';
import { filesOf } from './trees';

// What is written is a function of what is rendered, which test/stacks/flux/yaml.test.ts holds: here it is enough to compare that.
jest.mock('../../../stacks/flux/yaml', () => ({ renderedFile: JSON.stringify }));

/** The lists whose order says something: the cells that are a time, one after the other. */
const ORDERED = ['columns'];

/** The same data with the keys of every mapping, and every list of names, in another order. */
function shuffled(value: unknown, seed: number, under = ''): unknown {
  const rank = (text: string) => createHash('sha256').update(`${seed} ${text}`).digest('hex');
  const byRank = (a: string, b: string) => (rank(a) < rank(b) ? -1 : 1);
  if (Array.isArray(value)) {
    const names = value.every((item) => typeof item === 'string');
    if (ORDERED.includes(under)) return value;
    return names ? [...(value as string[])].sort(byRank) : value.map((item) => shuffled(item, seed));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => byRank(a, b))
      .map(([key, inner]) => [key, shuffled(inner, seed, key)]),
  );
}

describe('the order in which an estate is written', () => {
  test('changes no byte of any tree', () => {
    fc.assert(
      fc.property(estateArbitrary, fc.nat(), (estate, seed) => {
        expect([...filesOf(shuffled(estate, seed))]).toEqual([...filesOf(estate)]);
      }),
      { numRuns: 5, seed: 4 },
    );
  });

  test('changes no byte of the example', () => {
    const lists = exampleEstate();
    lists.plants.leeds.access = { operators: ['b', 'a', 'c'], viewers: ['z', 'y'] };
    lists.plants.leeds.secrets.ownerKeys.push('age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg');
    lists.centrals.sheffield.addresses.push('198.51.100.0/24', '203.0.113.0/24');
    const expected = [...filesOf(lists)];
    for (let seed = 0; seed < 3; seed++) expect([...filesOf(shuffled(lists, seed))]).toEqual(expected);
  });

  test('is that of the paths, by code unit', () => {
    const paths = [...filesOf(exampleEstate()).keys()];
    expect(paths).toEqual([...paths].sort());
  });
});
