import * as fc from 'fast-check';
import { bytesIn } from '../../../infra/model/line-protocol';
import { isGeneralPurpose } from '../../../infra/model/node';
import type { Plant } from '../../../infra/model/plant';
import { brokerNodes, planBroker } from '../../../infra/placement/broker';
import { examplePlant, plantArbitrary } from '../../support/plants';

const BRIDGES = ['1h', '12h', '72h', '7d', '30d'] as const;
const bridging = (plant: Plant, bridges: (typeof BRIDGES)[number]): Plant => ({ ...plant, uplink: { ...plant.uplink, bridges } });

describe('the plan of the plant broker', () => {
  test('has three servers exactly when three nodes take general-purpose workloads', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        const general = plant.nodes.filter((node) => node.taints.length === 0).length;
        expect(planBroker(plant).replicas).toBe(general >= 3 ? 3 : 1);
        expect(brokerNodes(plant)).toEqual(plant.nodes.filter(isGeneralPurpose));
      }),
      { numRuns: 25 },
    );
  });

  test('never needs less when the time to bridge grows, and leaves the volume as it is stated', () => {
    fc.assert(
      fc.property(plantArbitrary, fc.nat({ max: 4 }), fc.nat({ max: 4 }), (plant, a, b) => {
        const [shorter, longer] = [Math.min(a, b), Math.max(a, b)].map((n) => planBroker(bridging(plant, BRIDGES[n] ?? '1h')));
        expect(longer?.neededGiB).toBeGreaterThanOrEqual(shorter?.neededGiB ?? 0);
        expect([longer?.storeBytes, longer?.volumeGiB]).toEqual([shorter?.storeBytes, shorter?.volumeGiB]);
      }),
      { numRuns: 25 },
    );
  });

  test('never needs less when a machine is added, and leaves the volume as it is stated', () => {
    fc.assert(
      fc.property(plantArbitrary, fc.nat(), (plant, n) => {
        fc.pre(plant.machines.length > 0);
        const fewer = planBroker({ ...plant, machines: plant.machines.filter((_, index) => index !== n % plant.machines.length) });
        const all = planBroker(plant);
        expect(all.bytesPerSecond).toBeGreaterThan(fewer.bytesPerSecond);
        expect(all.neededGiB).toBeGreaterThanOrEqual(fewer.neededGiB);
        expect([all.storeBytes, all.volumeGiB]).toEqual([fewer.storeBytes, fewer.volumeGiB]);
      }),
      { numRuns: 25 },
    );
  });

  test('of the size that it says it needs holds all that comes in the time to bridge, on a volume that holds the store', () => {
    fc.assert(
      fc.property(plantArbitrary, fc.constantFrom(...BRIDGES), (plant, bridges) => {
        const { neededGiB } = planBroker(bridging(plant, bridges));
        const sized = { ...bridging(plant, bridges), storage: { ...plant.storage, brokerGiB: neededGiB } };
        const { bytesPerSecond, storeBytes, volumeGiB } = planBroker(sized);
        expect(volumeGiB).toBe(neededGiB);
        expect(storeBytes).toBeGreaterThan(bytesIn(bridges, bytesPerSecond) * 1.25);
        expect(volumeGiB * 1024 ** 3).toBeGreaterThan(storeBytes * 1.05);
        expect(Number.isInteger(storeBytes) && Number.isInteger(volumeGiB)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('does not depend on the order of machines and nodes', () => {
    fc.assert(
      fc.property(plantArbitrary, (plant) => {
        const turned = { ...plant, machines: [...plant.machines].reverse(), nodes: [...plant.nodes].reverse() };
        const { bytesPerSecond, ...plan } = planBroker(turned);
        // The order of a sum of fractions shows in its last digits, and nowhere else.
        expect(bytesPerSecond).toBeCloseTo(planBroker(plant).bytesPerSecond, 6);
        expect({ ...plan, bytesPerSecond: 0 }).toEqual({ ...planBroker(plant), bytesPerSecond: 0 });
      }),
      { numRuns: 25 },
    );
  });

  test('of a plant without machines needs the smallest store', () => {
    const { bytesPerSecond, neededGiB } = planBroker({ ...examplePlant(), machines: [], jobs: undefined } as unknown as Plant);
    expect([bytesPerSecond, neededGiB]).toEqual([0, 1]);
  });
});
