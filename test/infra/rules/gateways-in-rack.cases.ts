import { found, minimalWith } from './found';

/** Two racks; what the machine states of where its gateway runs. */
const stating = (where: object, racks: object = { b: { b1: { type: 'box' } } }) =>
  minimalWith(({ plants: { york } }) => {
    Object.assign(york.racks, racks);
    Object.assign(york.machines['press-1'], where);
  });

describe('the rule that a gateway finds a node in its rack', () => {
  test.each(['machine', 'node', 'rack'])('a node of another rack is refused, with gateways by %s', (gateways) => {
    const estate = stating({ rack: 'b', runsOn: 'a1' });
    estate.plants.york.gateways = gateways;
    expect(found('gateways-in-rack', estate)).toEqual([
      'error: plants.york.machines.press-1.rack: "b" is not the rack of a1, on which the gateway must run; a1 is in rack a; write a, or name a node of rack b in runsOn',
    ]);
  });

  test('a rack of specialised nodes only, or of none, is refused unless the machine names a node', () => {
    const racks = { b: { b1: { type: 'box', specialised: 'oven panel' } }, c: {} };
    for (const rack of ['b', 'c']) {
      expect(found('gateways-in-rack', stating({ rack }, racks))).toEqual([
        `error: plants.york.machines.press-1.rack: "${rack}" has no general-purpose node, so the gateway could run nowhere; general-purpose nodes are in a; name another rack, or a node in runsOn`,
      ]);
    }
    expect(found('gateways-in-rack', stating({ rack: 'b', runsOn: 'b1' }, racks))).toEqual([]);
  });

  test('a node of its rack, a rack alone, a node alone and neither are in order', () => {
    for (const where of [{ rack: 'b', runsOn: 'b1' }, { rack: 'b' }, { runsOn: 'a1' }, {}]) {
      expect(found('gateways-in-rack', stating(where))).toEqual([]);
    }
  });

  test('a rack that does not exist, and racks that are refused, are told elsewhere', () => {
    expect(found('gateways-in-rack', stating({ rack: 'x', runsOn: 'a1' }))).toEqual([]);
    expect(found('gateways-in-rack', stating({ rack: 'b', runsOn: 'a1' }, { b: 'none' }))).toEqual([]);
  });
});
