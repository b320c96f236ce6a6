import Ajv from 'ajv/dist/2020';
import * as fc from 'fast-check';
import { estateJsonSchema, estateSchema } from '../../../infra/estate/schema';
import { isCampaign } from '../../support/campaign';
import { exampleEstate, minimalEstate } from '../../support/estates';
import { fullEstate } from '../../support/full-estate';
import { isAt, type JsonSchema, placesIn } from '../../support/json-schema';
import { mutated, placesOf } from '../../support/mutations';

const jsonSchema = estateJsonSchema();
const valid = new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(jsonSchema);

/**
 * What JSON Schema cannot say, by the words of the door: forms of addresses and networks, bounds of a duration, which characters
 * a line may have, that a mapping is not empty. Lengths are in characters there and in UTF-16 units here.
 */
const CANNOT_SAY = [
  /^must be an IP address/,
  /^must be a network with its length/,
  /^must be a whole number with a unit/,
  /^must be one line without control characters/,
  /^must not begin or end with a space/,
  /^must be PEM certificates with line feeds only/,
  /^must have at least one (point|scan class)/,
  /^must have at most \d+ characters/,
  /^must (have the lower port first|all be of one family|name at least one receiver)/,
];

describe('the JSON Schema of an estate', () => {
  test.each([
    ['the example', exampleEstate()],
    ['the minimal estate', minimalEstate()],
    ['an estate that states everything', fullEstate()],
  ])('accepts %s', (_, estate) => {
    valid(estate);
    expect(valid.errors).toBeNull();
  });

  test('says what every setting is', () => {
    const silent = placesIn(jsonSchema as JsonSchema).filter(
      ({ path, schema }) => path.length > 0 && !['*', '#'].includes(path.at(-1) ?? '') && schema.description === undefined,
    );
    // Two schemas stand at one path where a setting has several forms; its description stands above them.
    const described = placesIn(jsonSchema as JsonSchema).filter(({ schema }) => schema.description !== undefined);
    expect(silent.map(({ path }) => path.join('.')).filter((path) => !described.some((place) => place.path.join('.') === path))).toEqual(
      [],
    );
  });

  test('refuses a key that does not exist in every mapping of settings', () => {
    const mappings = [[], ...placesOf(fullEstate())].filter((path) =>
      placesIn(jsonSchema as JsonSchema).some(({ path: place, schema }) => schema.properties !== undefined && isAt(path, place)),
    );
    expect(mappings.length).toBeGreaterThan(20);
    for (const path of mappings) {
      const estate = fullEstate();
      const at = path.reduce((value, step) => value[step], estate);
      // The other form of a setting that may be a word, or true, or a mapping.
      if (typeof at !== 'object') continue;
      at.colour = 'red';
      expect([path.join('.'), valid(estate)]).toEqual([path.join('.'), false]);
    }
  });

  test('agrees with the door wherever JSON Schema can say it', () => {
    fc.assert(
      fc.property(mutated(fullEstate), (changed) => {
        const estate = JSON.parse(JSON.stringify(changed, (_, value) => (typeof value === 'bigint' ? null : value)));
        const parsed = estateSchema.safeParse(estate);
        if (parsed.success) return valid(estate) === true;
        return valid(estate) === false || parsed.error.issues.every(({ message }) => CANNOT_SAY.some((words) => words.test(message)));
      }),
      { numRuns: isCampaign ? 10_000 : 25 },
    );
  });
});
