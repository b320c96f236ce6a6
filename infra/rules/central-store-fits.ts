import { planCentralBroker } from '../placement/central-broker';
import type { Rule } from './rule';

/** What waits at the centre while the historian is away fits on the central broker's volume. */
export const centralStoreFits: Rule = {
  id: 'central-store-fits',
  invariant: "What all plants of a centre send in the length of `ingest.bridges` fits on the central broker's volume.",
  check: ({ centralClusters, isWhole }) =>
    centralClusters.flatMap((central) => {
      const at = (...rest: string[]) => ['centrals', central.name, 'cluster', ...rest];
      if (!isWhole(...at('storage', 'brokerGiB')) || !isWhole(...at('ingest', 'bridges'))) return [];
      const { neededGiB, volumeGiB, bytesPerSecond } = planCentralBroker(central);
      if (neededGiB <= volumeGiB) return [];
      const plants = central.plants.length;
      return [
        {
          path: at('storage', 'brokerGiB'),
          value: volumeGiB,
          message: `is too small to bridge ${central.ingest.bridges} of ${plants === 1 ? 'its one plant' : `its ${plants} plants`} at ${Math.ceil(bytesPerSecond / 1024)} KiB/s, which needs ${neededGiB} GiB`,
          remedy: `set it to ${neededGiB} or more before the broker is first deployed, or bridge a shorter time`,
        },
      ];
    }),
};
