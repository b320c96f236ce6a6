import { found, minimalWith } from './found';

const stating = (gateways: string, where: object) =>
  minimalWith(({ plants: { york } }) => {
    york.gateways = gateways;
    Object.assign(york.machines['press-1'], where);
  });

describe('the warning that gateways are to be shared and nothing is', () => {
  test('by node, where no machine states runsOn', () => {
    for (const where of [{}, { rack: 'a' }]) {
      expect(found('gateways-shared', stating('node', where))).toEqual([
        'warning: plants.york.gateways: "node" shares nothing: no machine that Telegraf reads states runsOn, and each has a gateway of its own; state runsOn at machines, or leave gateways out',
      ]);
    }
  });

  test('by rack, where no machine states a rack alone', () => {
    for (const where of [{}, { runsOn: 'a1' }, { rack: 'a', runsOn: 'a1' }]) {
      expect(found('gateways-shared', stating('rack', where))).toEqual([
        'warning: plants.york.gateways: "rack" shares nothing: no machine that Telegraf reads states a rack without runsOn, and each has a gateway of its own; state rack at machines, or leave gateways out',
      ]);
    }
  });

  test('is not given where a machine does, where none is to be shared, or where machines are refused', () => {
    expect(found('gateways-shared', stating('node', { runsOn: 'a1' }))).toEqual([]);
    expect(found('gateways-shared', stating('rack', { rack: 'a' }))).toEqual([]);
    expect(found('gateways-shared', stating('machine', {}))).toEqual([]);
    expect(found('gateways-shared', stating('node', { address: 'none' }))).toEqual([]);
  });
});
