import * as fc from 'fast-check';
import { checkEstate } from '../../infra/estate/check';
import type { Plant } from '../../infra/model/plant';
import { estateArbitrary, exampleEstate } from './estates';

/** Plants as the door yields them. */
export const plantArbitrary: fc.Arbitrary<Plant> = estateArbitrary.chain((estate) => fc.constantFrom(...checkEstate(estate).plants));

/** The plant of the example. */
export function examplePlant(): Plant {
  const [plant] = checkEstate(exampleEstate()).plants;
  if (!plant) throw new Error('the example has no plant');
  return plant;
}
