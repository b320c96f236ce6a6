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
    // Elsewhere than on its own Git server, which is made from it.
    repository: { url: 'https://git.example.com/factory/sheffield.git' },
    apiServer: { addresses: ['10.0.0.0/28'] },
    // The company's own, of a public authority: plants trust it without being told.
    certificate: { by: 'given' },
    storage: { brokerGiB: 32, historianGiB: 256 },
    ingest: { bridges: '72h' },
    // Not on the disks of the nodes whose KDC and Git server are backed up.
    backups: { class: 'nfs' },
    historian: { keepsData: '3650d', keepsLogs: '30d' },
    // The article's: a front end of Angular, and a back end of Python.
    webApplication: {
      frontEnd: { image: 'registry.factory.example.com/plants/front-end:2.3.0', health: { path: '/' } },
      backEnd: {
        image: 'registry.factory.example.com/plants/back-end:2.3.0',
        health: { path: '/health' },
        resources: { cpuMillis: [100, 1000], memoryMiB: [128, 384] },
      },
      commands: ['leeds'],
    },
    // Keys of the example: nobody has their private halves.
    secrets: {
      clusterKey: 'age1afsrgyce890t5rfgnd8qcrvm30h5g3c7zlsnqtmt6hqmx58mvu7sqma2sa',
      ownerKeys: ['age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf'],
    },
  },
});
