import type { z } from 'zod';
import { type CentralCluster, centralClusterSchema } from '../../infra/model/central-cluster';
import type { Contract } from '../../infra/model/contract';
import { SIGNALS, type Signal } from '../../infra/model/signal';

/** What a central cluster promises in tests that need no estate. */
export function exampleContract(serves: readonly Signal[] = SIGNALS): Contract {
  return {
    central: 'sheffield',
    organisation: 'Example',
    domain: 'factory.example.com',
    realm: 'FACTORY.EXAMPLE.COM',
    addresses: ['192.0.2.0/28'],
    tls: true,
    mqtt: { host: 'mqtt.factory.example.com', port: 8883 },
    git: { url: 'https://git.factory.example.com', port: 443 },
    serves,
  };
}

/** A central cluster without plants that states these settings. */
export function exampleCentral(stated: Partial<z.input<typeof centralClusterSchema>> = {}): CentralCluster {
  const { repository, secrets: _, ...settings } = centralClusterSchema.parse({ apiServer: { addresses: ['10.0.0.0/28'] }, ...stated });
  return {
    name: 'sheffield',
    contract: exampleContract(),
    ...settings,
    repository: { ...repository, url: 'https://git.factory.example.com/git/centrals/sheffield' },
    plants: [],
    softGateways: [],
  };
}
