import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

describe('the rule that an edge agent is of a plant under Factory+', () => {
  test('each edge agent of a plant that is not is told', () => {
    const estate = edgeEstate(({ plants: { rotherham } }) => {
      delete rotherham.factoryPlus;
    });
    expect(found('edge-agents-under-factory-plus', estate)).toEqual(
      ['cell', 'meter'].map(
        (type) =>
          `error: plants.rotherham.machines.${type}-1.type: "${type}" is read by an edge agent of Factory+, and the plant is not under Factory+: nobody would give the agent a login; state plants.rotherham.factoryPlus: {}, or write a machine type whose gateway publishes to the plant broker`,
      ),
    );
  });

  test('a plant whose machines all have other gateways need not be', () => {
    const estate = edgeEstate(({ plants: { rotherham } }) => {
      delete rotherham.factoryPlus;
      rotherham.machines = { 'press-1': rotherham.machines['press-1'] };
    });
    expect(found('edge-agents-under-factory-plus', estate)).toEqual([]);
  });

  test('soft gateways always are', () => {
    expect(found('edge-agents-under-factory-plus', edgeEstate())).toEqual([]);
  });

  test('a plant whose factoryPlus is misspelt is not told twice', () => {
    const estate = edgeEstate(({ plants: { rotherham } }) => {
      rotherham.factoryPlus = { monitor: 'no' };
    });
    expect(found('edge-agents-under-factory-plus', estate)).toEqual([]);
  });
});
