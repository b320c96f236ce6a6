import { edgeEstate } from '../../support/edge-estate';
import { SAW } from '../protocols/custom/machine';
import { found, minimalWith } from './found';

/** The minimal estate, whose node has 4 cores and 4096 MiB, with a saw whose gateway uses so much. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
const estate = (resources: object, change: (estate: any) => void = () => {}) =>
  minimalWith((data) => {
    data.machineTypes.saw = { ...SAW, resources };
    data.plants.york.machines['saw-1'] = { type: 'saw', address: '10.20.1.51' };
    change(data);
  });

describe('the rule that a gateway of the plant’s own fits on a node', () => {
  test.each([
    [
      'keeps more memory than any node has',
      { memoryMiB: [3329, 3329] },
      'error: plants.york.machines.saw-1: has a gateway that keeps 3329 MiB for itself, and the largest node that may run it has 3328 MiB for pods; lower the request in resources, or give it a larger node',
    ],
    [
      'keeps more processor time than any node has',
      { cpuMillis: [3501, 4000] },
      'error: plants.york.machines.saw-1: has a gateway that keeps 3501 thousandths of a core for itself, and the largest node that may run it has 3500 for pods; lower the request in resources, or give it a larger node',
    ],
    [
      'may use more memory than any node has',
      { memoryMiB: [64, 4096] },
      'warning: plants.york.machines.saw-1: has a gateway that may use 4096 MiB, and the largest node that may run it has 3328 MiB for pods: other pods of the node are evicted before it reaches its limit; lower the limit in resources',
    ],
  ])('one that %s is told', (_, resources, message) => {
    expect(found('program-fits', estate(resources))).toEqual([message]);
  });

  test('the node that it must run on counts, and no other', () => {
    const onSmall = estate({ memoryMiB: [1000, 1000] }, (data) => {
      data.nodeTypes.small = { cpuCores: 2, memoryMiB: 1024, storageGiB: 110 };
      data.plants.york.racks.a.a2 = { type: 'small', specialised: 'saw' };
      data.plants.york.machines['saw-1'].runsOn = 'a2';
    });
    expect(found('program-fits', onSmall)).toEqual([
      'error: plants.york.machines.saw-1: has a gateway that keeps 1000 MiB for itself, and node a2 has 256 MiB for pods; lower the request in resources, or give it a larger node',
    ]);
  });

  test('one that uses all that a node has is no problem', () => {
    expect(found('program-fits', estate({ memoryMiB: [3328, 3328], cpuMillis: [3500, 8000] }))).toEqual([]);
  });

  test('an edge agent counts with its driver, on the node that it must run on', () => {
    const estate = edgeEstate(({ nodeTypes, plants: { rotherham } }) => {
      // 263 MiB for pods: enough for the agent, and not for both.
      nodeTypes.small = { cpuCores: 2, memoryMiB: 1031, storageGiB: 110 };
      rotherham.racks.b.b2.type = 'small';
    });
    expect(found('program-fits', estate)).toEqual([
      'error: plants.rotherham.machines.meter-1: has a gateway that keeps 264 MiB for itself, and node b2 has 263 MiB for pods; lower the request in resources, or give it a larger node',
    ]);
  });
});
