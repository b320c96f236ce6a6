import { found, minimalWith } from './found';

describe('the rule that something can run the broker and the publisher', () => {
  test('a plant of specialised nodes only is refused, and so is its control plane', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.specialised = 'oven panel';
    });
    expect(found('general-purpose-nodes', estate)).toEqual([
      'error: plants.york.kubernetes.controlPlane: ["a1"] the control plane must not run on a specialised node (a1); name general-purpose nodes',
      'error: plants.york.racks: there is no node for general-purpose workloads, which the plant broker and the data publisher need; add a node, or remove specialised from one',
    ]);
  });

  test('a control plane on a specialised node is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a2 = { type: 'box', specialised: 'oven panel' };
      york.kubernetes.controlPlane = ['a2'];
    });
    expect(found('general-purpose-nodes', estate)).toEqual([
      'error: plants.york.kubernetes.controlPlane: ["a2"] the control plane must not run on a specialised node (a2); name general-purpose nodes',
    ]);
  });

  test('a plant without nodes is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks = { a: {} };
    });
    expect(found('general-purpose-nodes', estate)).toEqual([
      'error: plants.york.racks: there is no node for general-purpose workloads, which the plant broker and the data publisher need; add a node, or remove specialised from one',
    ]);
  });

  test('a specialised node beside a general-purpose one is in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a2 = { type: 'box', specialised: 'oven panel' };
    });
    expect(found('general-purpose-nodes', estate)).toEqual([]);
  });

  test('a plant whose only node is refused is not told to have none', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1 = { type: 'box', adress: '10.20.1.1' };
    });
    expect(found('general-purpose-nodes', estate)).toEqual([]);
  });

  test('a plant whose node type does not exist is not told to have no node', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a1.type = 'crate';
    });
    expect(found('general-purpose-nodes', estate)).toEqual([]);
  });
});
