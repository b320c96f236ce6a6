import * as fc from 'fast-check';
import { checkEstate } from '../../../infra/estate/check';
import { problemText } from '../../../infra/model/problem';
import { isCampaign } from '../../support/campaign';
import { estateArbitrary, exampleEstate, minimalEstate } from '../../support/estates';

const errorsOf = (estate: unknown) =>
  checkEstate(estate)
    .problems.filter((problem) => problem.severity === 'error')
    .map(problemText);

describe('the estates that tests are made of', () => {
  test('the example has no error, and one warning that its owner accepts', () => {
    expect(checkEstate(exampleEstate()).problems.map(problemText)).toEqual([
      'plants.leeds.kubernetes.controlPlane: ["a1","a2","b1"] losing rack a takes 2 of 3 members and stops the control plane: running pods go on, nothing is moved; accept it, or spread the members over three racks',
    ]);
  });

  test('the minimal estate has no error', () => {
    expect(errorsOf(minimalEstate())).toEqual([]);
  });

  test('every arbitrary estate is without an error and gives every plant', () => {
    fc.assert(
      fc.property(estateArbitrary, (estate) => {
        const { plants, problems } = checkEstate(estate);
        expect(problems.filter((problem) => problem.severity === 'error').map(problemText)).toEqual([]);
        expect(plants.map((plant) => plant.name)).toEqual(Object.keys(estate.plants).sort());
      }),
      { numRuns: isCampaign ? 2000 : 50 },
    );
  });
});
