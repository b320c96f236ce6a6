import { AGE_KEYS } from '../../support/estates';
import { minimalWith } from './found';

/** The minimal estate, whose centre is rendered and states these settings. */
// biome-ignore lint/suspicious/noExplicitAny: an estate before the door has seen it
export function withCluster(settings: object, change: (centre: any, estate: any) => void = () => {}): any {
  return minimalWith((estate) => {
    const { centre } = estate.centrals;
    centre.cluster = {
      apiServer: { addresses: ['10.0.0.1/32'] },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
      ...settings,
    };
    change(centre, estate);
  });
}
