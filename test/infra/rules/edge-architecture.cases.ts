import { edgeEstate } from '../../support/edge-estate';
import { found } from './found';

const rule = 'edge-architecture';
const told = (path: string) =>
  `error: ${path}: no node for general-purpose workloads is of architecture amd64, for which alone the images of the operators of Factory+ are built; add a node of a type with architecture amd64`;
// biome-ignore lint/suspicious/noExplicitAny: an estate as plain data
const onArm = (estate: any) => {
  estate.nodeTypes.arm = { ...estate.nodeTypes.box, architecture: 'arm64' };
  for (const node of ['a1', 'a2']) estate.plants.rotherham.racks.a[node].type = 'arm';
};

describe('the rule that operators find a node of their architecture', () => {
  test('one general-purpose node of amd64 is enough', () => {
    expect(found(rule, edgeEstate(onArm))).toEqual([]);
  });

  test('a specialised node of amd64 does not count, in a plant and in a cluster of soft gateways', () => {
    const armOnly = edgeEstate((estate) => {
      onArm(estate);
      estate.plants.rotherham.racks.b.b1.type = 'arm';
      estate.softGateways.gateways.racks.g.g1.type = 'arm';
    });
    expect(found(rule, armOnly)).toEqual([told('plants.rotherham.racks'), told('softGateways.gateways.racks')]);
  });

  test('a plant that is not under Factory+ may be of any architecture', () => {
    const without = edgeEstate((estate) => {
      onArm(estate);
      estate.plants.rotherham.racks.b.b1.type = 'arm';
      delete estate.plants.rotherham.factoryPlus;
    });
    expect(found(rule, without)).toEqual([]);
  });
});
