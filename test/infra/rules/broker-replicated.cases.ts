import { found, minimalWith } from './found';

describe('the rule that a plant keeps its messages when any one node dies', () => {
  test('a plant with fewer than three general-purpose nodes is warned', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a2 = { type: 'box' };
      york.racks.a.a3 = { type: 'box', specialised: 'oven panel' };
    });
    expect(found('broker-replicated', estate)).toEqual([
      'warning: plants.york.racks: has fewer than 3 general-purpose nodes, so the plant broker has one copy: when its node or disk dies, data that the centre does not have yet is lost; provide 3 general-purpose nodes',
    ]);
  });

  test('a plant with three general-purpose nodes is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.b = { b1: { type: 'box' }, b2: { type: 'box' } };
    });
    expect(found('broker-replicated', estate)).toEqual([]);
  });

  test('a plant whose node types are refused is not warned', () => {
    const estate = minimalWith(({ nodeTypes, plants: { york } }) => {
      nodeTypes.box = 'IPC127E';
      york.racks.b = { b1: { type: 'box' }, b2: { type: 'box' } };
    });
    expect(found('broker-replicated', estate)).toEqual([]);
  });

  test('a plant with a node of an unknown type is not warned before that is known', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.b = { b1: { type: 'box' }, b2: { type: 'boks' } };
    });
    expect(found('broker-replicated', estate)).toEqual([]);
  });
});
