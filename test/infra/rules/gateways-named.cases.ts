import { found, minimalWith } from './found';

/** A machine of a name, in a plant whose machines share a gateway by node or rack. */
const named = (name: string, gateways: string, place: object) =>
  minimalWith(({ plants: { york } }) => {
    york.racks['machine-x'] = { a2: { type: 'box' } };
    york.gateways = gateways;
    Object.assign(york.machines['press-1'], place);
    york.machines[name] = { type: 'press', address: '10.20.1.12' };
  });

describe('the rule that no machine bears the name of a shared gateway', () => {
  test('a machine named like the gateway of a node or rack is refused', () => {
    expect(found('gateways-named', named('a1-gateways', 'node', { runsOn: 'a1' }))).toEqual([
      'error: plants.york.machines.a1-gateways: "a1-gateways" is taken by a1-gateways, the gateway that machines of one node share; choose another name',
    ]);
    expect(found('gateways-named', named('a-gateways', 'rack', { rack: 'a' }))).toEqual([
      'error: plants.york.machines.a-gateways: "a-gateways" is taken by a-gateways, the gateway that machines of one rack share; choose another name',
    ]);
  });

  test('so is one whose folder in the tree would be that of a shared gateway', () => {
    expect(found('gateways-named', named('x-gateways', 'rack', { rack: 'machine-x' }))).toEqual([
      'error: plants.york.machines.x-gateways: "x-gateways" is taken by machine-x-gateways, the gateway that machines of one rack share; choose another name',
    ]);
  });

  test('the name is free where no such gateway is', () => {
    for (const [gateways, place] of [
      ['machine', { runsOn: 'a1' }],
      ['node', {}],
      ['node', { runsOn: 'a2' }],
      ['rack', { runsOn: 'a1' }],
    ] as const) {
      expect(found('gateways-named', named('a1-gateways', gateways, place))).toEqual([]);
    }
  });
});
