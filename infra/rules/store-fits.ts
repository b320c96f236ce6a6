import { brokerNodes, planBroker } from '../placement/broker';
import type { Rule } from './rule';

/** The store that bridges an outage fits on the disks. */
export const storeFits: Rule = {
  id: 'store-fits',
  invariant: 'What the plant broker must keep for the length of `uplink.bridges` fits on half the disk of each node that may hold it.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      if (!isWhole('plants', plant.name, 'racks') || !isWhole('plants', plant.name, 'uplink', 'bridges')) return [];
      const plan = planBroker(plant);
      const smallest = brokerNodes(plant).sort((a, b) => a.hardware.storageGiB - b.hardware.storageGiB || (a.name < b.name ? -1 : 1))[0];
      if (!smallest || plan.volumeGiB <= smallest.hardware.storageGiB / 2) return [];
      return [
        {
          path: ['plants', plant.name, 'uplink', 'bridges'],
          value: plant.uplink.bridges,
          message: `needs a store of ${plan.volumeGiB} GiB at ${Math.ceil(plan.bytesPerSecond / 1024)} KiB/s, more than half the ${smallest.hardware.storageGiB} GiB of node ${smallest.name}`,
          remedy: 'bridge a shorter time, read fewer points or more slowly, or give the nodes larger disks',
        },
      ];
    }),
};
