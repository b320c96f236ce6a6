import { found, minimalWith } from './found';

// biome-ignore lint/suspicious/noExplicitAny: an estate before the door has seen it
const readingMuch = (machineTypes: any) => {
  for (let n = 0; n < 60; n++) machineTypes.press.points[`p-${n}`] = { address: `DB11.DBB${n * 250}`, type: 'STRING[200]', scan: 'fast' };
};

describe('the rule that the store which bridges an outage fits on its volume and the disks', () => {
  test('a volume too small for the outage is refused with the size that would do', () => {
    const estate = minimalWith(({ machineTypes, plants: { york } }) => {
      york.uplink = { bridges: '72h' };
      york.storage = { brokerGiB: 4 };
      readingMuch(machineTypes);
    });
    expect(found('store-fits', estate)).toEqual([
      expect.stringMatching(
        /^error: plants\.york\.storage\.brokerGiB: 4 is too small to bridge 72h at \d+ KiB\/s, which needs \d+ GiB; (set it to \d+ or more \(docs\/flux\.md tells how on a running cluster\)|bridge a shorter time, read fewer points or more slowly, or give the nodes larger disks)$/,
      ),
    ]);
  });

  test('a need that no disk holds says so instead', () => {
    const estate = minimalWith(({ nodeTypes, machineTypes, plants: { york } }) => {
      nodeTypes.box.storageGiB = 32;
      york.uplink = { bridges: '30d' };
      readingMuch(machineTypes);
    });
    expect(found('store-fits', estate)).toEqual([
      expect.stringMatching(/needs \d{3} GiB; bridge a shorter time, read fewer points or more slowly, or give the nodes larger disks$/),
    ]);
  });

  test('a volume larger than half the smallest disk is refused, and half of it is not', () => {
    const sized = (brokerGiB: number) =>
      minimalWith(({ nodeTypes, plants: { york } }) => {
        nodeTypes.chip = { ...nodeTypes.box, storageGiB: 8 };
        york.racks.a.a2 = { type: 'chip' };
        york.uplink = { bridges: '1h' };
        york.storage = { brokerGiB };
      });
    expect(found('store-fits', sized(5))).toEqual([
      'error: plants.york.storage.brokerGiB: 5 is more than half the 8 GiB of node a2, which may hold it; set it to 4 or less, or give the nodes larger disks',
    ]);
    expect(found('store-fits', sized(4))).toEqual([]);
  });

  test('a specialised node does not hold the store', () => {
    const estate = minimalWith(({ nodeTypes, plants: { york } }) => {
      nodeTypes.chip = { ...nodeTypes.box, storageGiB: 8 };
      york.racks.a.a2 = { type: 'chip', specialised: 'oven panel' };
    });
    expect(found('store-fits', estate)).toEqual([]);
  });

  test('a time that is refused is not held against the volume', () => {
    const estate = minimalWith(({ machineTypes, plants: { york } }) => {
      york.uplink = { bridges: 'ever' };
      york.storage = { brokerGiB: 1 };
      readingMuch(machineTypes);
    });
    expect(found('store-fits', estate)).toEqual([]);
  });
});
