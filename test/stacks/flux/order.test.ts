import * as fc from 'fast-check';
import { estateArbitrary, exampleEstate } from '../../support/estates';
import { softEstateArbitrary } from '../../support/soft-gateways';
import { shuffled } from './shuffled';
import { filesOf, softFilesOf } from './trees';

// What is written is a function of what is rendered, which test/stacks/flux/yaml.test.ts holds: here it is enough to compare that.
jest.mock('../../../stacks/flux/yaml', () => ({ renderedFile: JSON.stringify }));

describe('the order in which an estate is written', () => {
  test('changes no byte of any tree', () => {
    fc.assert(
      fc.property(estateArbitrary, fc.nat(), (estate, seed) => {
        expect([...filesOf(shuffled(estate, seed))]).toEqual([...filesOf(estate)]);
      }),
      { numRuns: 5, seed: 4 },
    );
  });

  test('changes no byte of the tree of soft gateways', () => {
    fc.assert(
      fc.property(softEstateArbitrary, fc.nat(), (estate, seed) => {
        expect([...softFilesOf(shuffled(estate, seed))]).toEqual([...softFilesOf(estate)]);
      }),
      { numRuns: 5, seed: 8 },
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
