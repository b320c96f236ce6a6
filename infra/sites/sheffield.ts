import { defineCentral } from '../estate/define';

/**
 * The central Factory+ cluster. The organisation and the addresses are examples: 192.0.2.0/28 belongs to a range kept for
 * documentation (RFC 5737).
 */
export const sheffield = defineCentral('sheffield', {
  organisation: 'Example',
  domain: 'factory.example.com',
  addresses: ['192.0.2.0/28'],
  // As `millwright import-ids` prints them: other ones in every installation.
  installed: {
    charts: {
      cluster: '3ceaaf30-8142-48ea-91d9-3080f9b439fc',
      edgeAgent: '9dfb369b-ab13-4fae-a276-55daa05f1119',
      modbusRest: '6301bbfc-a0c5-454e-8ff9-bb510944fe0c',
      mqtt: '6fced11d-2bd8-41e6-847a-8387cdde8d51',
      opcuaServer: '3a124c64-7e02-4f05-b7c1-dce27f7695f5',
      unsBridge: '66080f17-4c96-48e2-9cbd-0ba3a1a6bcde',
    },
    repositories: {
      helmCharts: 'b120a366-f0bb-49cf-82f2-dc05873f9bd0',
    },
    repositoryGroups: {
      cluster: '78b7d0ac-8477-4ce0-8e4c-da11b43c589b',
      shared: '2330fcf1-562a-44b8-8866-8d77e827062c',
    },
    roles: {
      edgeAgent: 'c1acc990-6424-450a-a36b-f9b3ddcb369d',
      edgeFlux: '9ad9b9a2-5e78-454d-b065-a1c284cc4549',
      edgeKrbkeys: '99356597-6fba-4662-b6a7-30b7b12e9eed',
      edgeMonitor: '8df08078-a22e-4180-85c2-c2af3977a654',
      edgeSync: 'f3194a3b-381e-43e7-952c-466e473a1797',
      opcuaServer: 'c498b6e7-3648-445e-9afa-3a387f006745',
      unsBridge: 'ab57f985-4332-43da-a75a-2e199b58ba8d',
    },
    accounts: {
      metaDb: 'c1b87f1a-7323-491b-99f9-cbef0f69a4d0',
    },
  },
  cluster: {
    // Elsewhere than on its own Git server, which is made from it.
    repository: { url: 'https://git.example.com/factory/sheffield.git' },
    flux: { gitAddresses: ['203.0.113.10/32'] },
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
