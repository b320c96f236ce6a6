import { found, minimalWith } from './found';

describe('the rule that the store which bridges an outage fits on the disks', () => {
  test('a store larger than half the smallest disk is refused', () => {
    const estate = minimalWith(({ nodeTypes, machineTypes, plants: { york } }) => {
      nodeTypes.chip = { ...nodeTypes.box, storageGiB: 8 };
      york.racks.a.a2 = { type: 'chip' };
      york.uplink = { bridges: '30d' };
      for (let n = 0; n < 60; n++)
        machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n * 250}`, type: 'STRING[200]', scan: 'fast' };
    });
    expect(found('store-fits', estate)).toEqual([
      expect.stringMatching(
        /^error: plants\.york\.uplink\.bridges: "30d" needs a store of \d{3} GiB at \d{3} KiB\/s, more than half the 8 GiB of node a2; bridge a shorter time, read fewer points or more slowly, or give the nodes larger disks$/,
      ),
    ]);
  });

  test('a shorter outage fits', () => {
    const estate = minimalWith(({ nodeTypes, plants: { york } }) => {
      nodeTypes.chip = { ...nodeTypes.box, storageGiB: 8 };
      york.racks.a.a2 = { type: 'chip' };
      york.uplink = { bridges: '1h' };
    });
    expect(found('store-fits', estate)).toEqual([]);
  });

  test('a specialised node does not hold the store', () => {
    const estate = minimalWith(({ nodeTypes, machineTypes, plants: { york } }) => {
      nodeTypes.chip = { ...nodeTypes.box, storageGiB: 8 };
      york.racks.a.a2 = { type: 'chip', specialised: 'oven panel' };
      york.uplink = { bridges: '24h' };
      for (let n = 0; n < 60; n++)
        machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n * 250}`, type: 'STRING[200]', scan: 'fast' };
    });
    expect(found('store-fits', estate)).toEqual([]);
  });

  test('a time that is refused is not held against the disks', () => {
    const estate = minimalWith(({ nodeTypes, machineTypes, plants: { york } }) => {
      nodeTypes.box.storageGiB = 8;
      york.uplink = { bridges: 'ever' };
      for (let n = 0; n < 60; n++)
        machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n * 250}`, type: 'STRING[200]', scan: 'fast' };
    });
    expect(found('store-fits', estate)).toEqual([]);
  });
});
