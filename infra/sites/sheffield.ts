import { defineCentral } from '../estate/define';

/**
 * The central Factory+ cluster. The organisation and the addresses are examples: 192.0.2.0/28 belongs to a range kept for
 * documentation (RFC 5737).
 */
export const sheffield = defineCentral('sheffield', {
  organisation: 'Example',
  domain: 'factory.example.com',
  addresses: ['192.0.2.0/28'],
  cluster: {
    apiServer: { addresses: ['10.0.0.0/28'] },
    storage: { brokerGiB: 32, historianGiB: 256 },
    ingest: { bridges: '72h' },
    historian: { keepsData: '3650d', keepsLogs: '30d' },
    // Keys of the example: nobody has their private halves.
    secrets: {
      clusterKey: 'age1afsrgyce890t5rfgnd8qcrvm30h5g3c7zlsnqtmt6hqmx58mvu7sqma2sa',
      ownerKeys: ['age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf'],
    },
  },
});
