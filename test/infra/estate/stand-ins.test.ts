import { estateSchema } from '../../../infra/estate/schema';
import { standInFor } from '../../../infra/estate/stand-ins';
import { share } from '../../support/campaign';
import { fullEstate } from '../../support/full-estate';
import { placesOf } from '../../support/mutations';
import { toldOf } from '../rules/found';

/** The full estate with another value at a place. */
function withValue(path: readonly (string | number)[], value: unknown): unknown {
  const estate = fullEstate();
  const parent = path.slice(0, -1).reduce((at, step) => at[step], estate);
  parent[path.at(-1) as string | number] = value;
  return estate;
}

const all = placesOf(fullEstate()).filter((path) => !path.includes('differs'));
const keys = new Set(all.map((path) => path.join('.')));
/** Every place, but those of the second plant that the first one has too. */
const places = all.filter((path) => path[1] !== 'hull' || path.length === 2 || !keys.has(['plants', 'york', ...path.slice(2)].join('.')));

describe('what takes the place of a part that was refused', () => {
  test('is accepted by the schema in every place', () => {
    const replaced = places.filter((path) => standInFor(path) !== undefined);
    expect(replaced.length).toBeGreaterThan(40);
    expect(replaced.filter((path) => !estateSchema.safeParse(withValue(path, standInFor(path))).success)).toEqual([]);
  });

  test('is a value of its own each time', () => {
    expect(standInFor(['plants', 'york', 'racks'])).not.toBe(standInFor(['plants', 'hull', 'racks']));
  });

  test('lets one wrong value anywhere be told as one problem, or as problems of that place alone', () => {
    const usual = toldOf(fullEstate());
    for (const path of share(places, 40, 0)) {
      // Nothing in the model takes a list of lists.
      const found = toldOf(withValue(path, [[]])).filter((line) => !usual.includes(line));
      expect([path.join('.'), found.length > 0 && found.length <= 2]).toEqual([path.join('.'), true]);
    }
  });
});
