import { AGE_KEYS } from './estates';

const PEM = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;

const PLANT = {
  description: 'Parts',
  central: 'centre',
  delivery: 'flux',
  site: 'York',
  kubernetes: { version: '1.34', controlPlane: ['a1'], podNetwork: 'flannel', policyEnforcer: 'kube-router' },
  networks: { nodes: '10.20.1.0/24', machines: ['10.20.2.0/24'], pods: '10.244.0.0/16', services: '10.96.0.0/12' },
  racks: { a: { a1: { type: 'box', address: '10.20.1.1' }, a2: { type: 'box', address: '10.20.1.2', specialised: 'oven panel' } } },
  machines: {
    'press-1': {
      type: 'press',
      address: '10.20.2.11',
      description: 'Left press',
      runsOn: 'a2',
      formerNames: ['old-press'],
      differs: {
        description: 'Press with a second flag',
        controller: 'S7-1500',
        rack: 0,
        slot: 1,
        port: 103,
        connection: 'PG',
        timeout: '10s',
        scans: { normal: '2s' },
        points: { flag: { address: 'M0.1', type: 'BOOL', unit: 'on', scan: 'normal', description: 'A flag' } },
      },
    },
  },
  hosts: {
    pc: {
      address: '10.20.1.9',
      purpose: 'Andon screen',
      services: { remote: { purpose: 'Maintenance', reaches: [{ to: 'nodes', port: 22, purpose: 'SSH' }] } },
    },
  },
  uplink: { bridges: '72h', whenFull: 'block' },
  storage: { class: 'local-path', brokerGiB: 16 },
  images: { registry: 'registry.example.com/mirror', login: true },
  access: { operators: ['ops'], viewers: ['all'] },
  repository: { url: 'https://git.example.com/york.git', branch: 'main', folder: './york' },
  secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
};

/** A small estate in which every setting that there is is stated somewhere, and no error. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function fullEstate(): any {
  const estate = {
    centrals: {
      centre: {
        organisation: 'Example',
        domain: 'factory.example.com',
        realm: 'FACTORY.EXAMPLE.COM',
        addresses: ['192.0.2.0/28'],
        certificateAuthority: PEM,
        description: 'The centre',
      },
    },
    nodeTypes: {
      box: {
        description: 'A box',
        architecture: 'amd64',
        cpuCores: 4,
        memoryMiB: 4096,
        storageGiB: 110,
        reservedCpuMillis: 500,
        reservedMemoryMiB: 768,
      },
    },
    machineTypes: {
      press: {
        protocol: 's7',
        controller: 'S7-1500',
        description: 'Press',
        rack: 0,
        slot: 1,
        port: 102,
        connection: 'OP',
        timeout: '5s',
        scans: { normal: '1s' },
        points: { state: { address: 'DB10.DBW0', type: 'INT', unit: 'bar', scan: 'normal', description: 'State' } },
      },
    },
    plants: {
      york: PLANT,
      hull: {
        ...PLANT,
        kubernetes: { ...PLANT.kubernetes, policyEnforcer: { none: true, reason: 'Trial bench' } },
        machines: {},
        hosts: {},
      },
    },
  };
  return JSON.parse(JSON.stringify(estate));
}
