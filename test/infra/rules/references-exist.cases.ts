import { found, minimalWith } from './found';

describe('the rule that every name leads to something', () => {
  test('a central cluster that does not exist is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.central = 'center';
    });
    expect(found('references-exist', estate)).toEqual([
      'error: plants.york.central: "center" is not a central cluster; there is centre; write centre, or describe center',
    ]);
  });

  test('a machine type, a node type and nodes that do not exist are refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'] = { type: 'lathe', address: '10.20.1.11', runsOn: 'b1' };
      york.racks.a.a2 = { type: 'bix' };
      york.kubernetes.controlPlane = ['a1', 'a2', 'c1'];
    });
    expect(found('references-exist', estate)).toEqual([
      'error: plants.york.kubernetes.controlPlane[2]: "c1" is not a node of this plant; there are a1 and a2; name one that exists, or describe it',
      'error: plants.york.machines.press-1.runsOn: "b1" is not a node of this plant; there are a1 and a2; name one that exists, or describe it',
      'error: plants.york.machines.press-1.type: "lathe" is not a machine type; there is press; name one that exists, or describe it',
      'error: plants.york.racks.a.a2.type: "bix" is not a node type; there is box; name one that exists, or describe it',
    ]);
  });

  test('names that objects of JavaScript have by themselves do not exist', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.central = 'constructor';
      york.machines['press-1'].type = 'constructor';
      york.racks.a.a1.type = 'constructor';
    });
    expect(found('references-exist', estate)).toEqual([
      'error: plants.york.central: "constructor" is not a central cluster; there is centre; name one that exists, or describe it',
      'error: plants.york.machines.press-1.type: "constructor" is not a machine type; there is press; name one that exists, or describe it',
      'error: plants.york.racks.a.a1.type: "constructor" is not a node type; there is box; name one that exists, or describe it',
    ]);
  });

  test('of many names only the nearest is told', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.b = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`node-${n}`, { type: 'box' }]));
      york.machines['press-1'].runsOn = 'node12';
    });
    expect(found('references-exist', estate)).toEqual([
      'error: plants.york.machines.press-1.runsOn: "node12" is not a node of this plant; there are 41 of them; write node-12, or describe node12',
    ]);
  });

  test('things of these names are found', () => {
    const estate = minimalWith(({ centrals, plants: { york } }) => {
      centrals.constructor = centrals.centre;
      york.central = 'constructor';
    });
    expect(found('references-exist', estate)).toEqual([]);
  });

  test('what exists and is refused still exists', () => {
    const estate = minimalWith(({ centrals, nodeTypes, machineTypes, plants: { york } }) => {
      centrals.centre.domain = 'x';
      nodeTypes.box.cpuCores = 'four';
      machineTypes.press.controller = 'S7-2000';
      york.racks.b = { b1: { type: 'box', adress: '10.20.1.7' } };
      york.machines['press-1'].runsOn = 'b1';
    });
    expect(found('references-exist', estate)).toEqual([]);
  });

  test('while a rack is refused nobody says which nodes exist', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.b = ['b1'];
      york.machines['press-1'].runsOn = 'b1';
    });
    expect(found('references-exist', estate)).toEqual([]);
  });

  test('under a misspelt key everything may exist', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.machines['press-1'].runsOn = 'b1';
      york.rack = york.racks;
      delete york.racks;
    });
    expect(found('references-exist', estate)).toEqual([]);
  });
});
