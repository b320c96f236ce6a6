import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

const rule = 'edge-ids-imported';
const remedy =
  'once the centre is installed, state here what npx millwright import-ids centre prints; until then the commands for centre alone work (synth --only, secrets, bootstrap)';

describe('the rule that the ids of the installation are known', () => {
  test('a centre whose ids are stated is in order', () => {
    expect(found(rule, edgeEstate())).toEqual([]);
  });

  test('without them each cluster under Factory+ is told of, once for the centre', () => {
    expect(
      found(
        rule,
        edgeEstate(({ centrals: { centre } }) => delete centre.installed),
      ),
    ).toEqual([
      `error: centrals.centre.installed: is missing, and gateways and rotherham are under Factory+: accounts there become members of roles with these ids; ${remedy}`,
    ]);
  });

  test('where no cluster is under Factory+ they are not needed', () => {
    const without = edgeEstate((estate) => {
      delete estate.centrals.centre.installed;
      delete estate.plants.rotherham.factoryPlus;
      estate.softGateways = {};
      estate.plants.rotherham.machines = { 'press-1': estate.plants.rotherham.machines['press-1'] };
    });
    expect(found(rule, without)).toEqual([]);
  });

  test('ids that are stated wrongly are not told to be missing as well', () => {
    const wrong = edgeEstate(({ centrals: { centre } }) => {
      centre.installed.roles.edgeSync = 'seven';
    });
    expect(found(rule, wrong)).toEqual([]);
  });
});
