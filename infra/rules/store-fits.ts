import { nodesByDisk, planBroker } from '../placement/broker';
import type { Rule, RuleProblem } from './rule';

/** The store that bridges an outage fits on its volume, and the volume on the disks. */
export const storeFits: Rule = {
  id: 'store-fits',
  invariant:
    'What the plant broker must keep for the length of `uplink.bridges` fits on its volume, and the volume on half the disk of each node that may hold it.',
  check: ({ plants, isWhole }) =>
    plants.flatMap((plant) => {
      if (!isWhole('plants', plant.name, 'storage') || !isWhole('plants', plant.name, 'uplink', 'bridges')) return [];
      const { bytesPerSecond, neededGiB, volumeGiB } = planBroker(plant);
      const [smallest] = isWhole('plants', plant.name, 'racks') ? nodesByDisk(plant) : [];
      const path = ['plants', plant.name, 'storage', 'brokerGiB'];
      const problems: RuleProblem[] = [];
      if (neededGiB > volumeGiB) {
        const room = smallest === undefined || neededGiB <= smallest.hardware.storageGiB / 2;
        problems.push({
          path,
          value: volumeGiB,
          message: `is too small to bridge ${plant.uplink.bridges} at ${Math.ceil(bytesPerSecond / 1024)} KiB/s, which needs ${neededGiB} GiB`,
          remedy: room
            ? `set it to ${neededGiB} or more (docs/flux.md tells how on a running cluster)`
            : 'bridge a shorter time, read fewer points or more slowly, or give the nodes larger disks',
        });
      }
      if (smallest && volumeGiB > smallest.hardware.storageGiB / 2) {
        problems.push({
          path,
          value: volumeGiB,
          message: `is more than half the ${smallest.hardware.storageGiB} GiB of node ${smallest.name}, which may hold it`,
          remedy: `set it to ${Math.floor(smallest.hardware.storageGiB / 2)} or less, or give the nodes larger disks`,
        });
      }
      return problems;
    }),
};
