import { found, minimalWith } from './found';

describe('the rule that the control plane has a majority', () => {
  test('an even number of nodes is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks.a.a2 = { type: 'box' };
      york.kubernetes.controlPlane = ['a1', 'a2'];
    });
    expect(found('control-plane-quorum', estate)).toEqual([
      'error: plants.york.kubernetes.controlPlane: ["a1","a2"] has 2 nodes; etcd needs an odd number, because an even one survives no more failures than one fewer; name 1, 3, 5 or 7 nodes',
    ]);
  });

  test('a node named twice is refused', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.controlPlane = ['a1', 'a1', 'a1'];
    });
    expect(found('control-plane-quorum', estate)).toEqual([
      'error: plants.york.kubernetes.controlPlane: ["a1","a1","a1"] names a1 twice; name each node once',
    ]);
  });

  test('one node is warned about', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.controlPlane = ['a1'];
    });
    expect(found('control-plane-quorum', estate)).toEqual([
      'warning: plants.york.kubernetes.controlPlane: ["a1"] has one node: while it is down, pods of other dead nodes are not moved and nothing can be changed; name three nodes',
    ]);
  });

  test('a rack that holds the majority is warned about', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks = { a: { a1: { type: 'box' }, a2: { type: 'box' } }, b: { b1: { type: 'box' } } };
      york.kubernetes.controlPlane = ['a1', 'a2', 'b1'];
    });
    expect(found('control-plane-quorum', estate)).toEqual([
      'warning: plants.york.kubernetes.controlPlane: ["a1","a2","b1"] losing rack a takes 2 of 3 members and stops the control plane: running pods go on, nothing is moved; accept it, or spread the members over three racks',
    ]);
  });

  test('three nodes in three racks are in order', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.racks = { a: { a1: { type: 'box' } }, b: { b1: { type: 'box' } }, c: { c1: { type: 'box' } } };
      york.kubernetes.controlPlane = ['a1', 'b1', 'c1'];
    });
    expect(found('control-plane-quorum', estate)).toEqual([]);
  });

  test('a list with one entry that is no name is not counted', () => {
    const estate = minimalWith(({ plants: { york } }) => {
      york.kubernetes.controlPlane = ['a1', 'A2', 'a3', 'a4'];
    });
    expect(found('control-plane-quorum', estate)).toEqual([]);
  });
});
