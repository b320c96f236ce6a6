import { join } from 'node:path';
import { readEstate } from '../../../cli/estate-file';
import { checkEstate } from '../../../infra/estate/check';
import typed from '../../../infra/sites/estate';
import { fluxTree } from '../../../stacks/flux/tree';
import { plantManifests } from '../../../stacks/manifest/build';

const file = join(__dirname, '..', '..', '..', 'infra', 'sites', 'yaml', 'estate.yaml');

describe('the example estate as a YAML file', () => {
  const written = readEstate(file).estate;

  test('says what the TypeScript says, word for word', () => {
    expect(written).toEqual(typed);
  });

  test('gives equal plants', () => {
    expect(checkEstate(written)).toEqual(checkEstate(typed));
  });

  test('is rendered to the same bytes', () => {
    const render = (estate: unknown) => checkEstate(estate).plants.map((plant) => [...fluxTree(plantManifests(plant), plant)]);
    expect(render(written)).toEqual(render(typed));
    expect(render(written)).toHaveLength(2);
  });
});
