import { AGE_KEYS } from './estates';

/** A certificate with an RSA key of 2048 bits whose private half nobody has: what Secrets are sealed with. */
const SEALING = [
  '-----BEGIN CERTIFICATE-----',
  'MIIDEzCCAfugAwIBAgIUaf0vzkObToXqTh/vy0UPqUGXADgwDQYJKoZIhvcNAQEL',
  'BQAwGDEWMBQGA1UEAwwNc2VhbGVkLXNlY3JldDAgFw0yNjExMjIxMjEwMDJaGA8y',
  'MTI2MTAyOTEyMTAwMlowGDEWMBQGA1UEAwwNc2VhbGVkLXNlY3JldDCCASIwDQYJ',
  'KoZIhvcNAQEBBQADggEPADCCAQoCggEBANgIiMazlbqTNW/dT7G9PQUJ/dMVV/K7',
  'Ej4bFLvy/RrXlCB7yskEF5ovQjalgyCRmHcq5NApeoHzKsInVodUgaRwFjE59U4X',
  'qGzsi/qsuhemJsxx12U9KdsMEzfduiYKlTtBM/jRw4fLouaQYMHSl5WhHKP3Lr/V',
  'gixCgF8bOU9H8Z0V2swhovI6O+TkSmvFCqcEo6SYSaA15pNd2L2UjPG9BmovcSKt',
  'oVA9pcWC9FuMW4KZZKcTzlZMCd+54NyDM8W35UDejAAwJz3NPgHARROcIQN0XiCO',
  'zmCf/dgnBoyDw248J+coBD6nL6GrjcYnA4kM4dr/bu/oFeSzGHraiusCAwEAAaNT',
  'MFEwHQYDVR0OBBYEFLBEKrRVU9OT/BwOYhq0nHfpIH+oMB8GA1UdIwQYMBaAFLBE',
  'KrRVU9OT/BwOYhq0nHfpIH+oMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQEL',
  'BQADggEBAKCIsYCSp7wsp6m/I0ict/e0CIY88MkhfbbsViB9TSBroqa+EVrH6fvq',
  'TTSCOGJUFoZcXMM5kX+SfMbIfLeNuPvquCMf/O7Sq3TWi8lmX++/pHFZNnF5RjCP',
  'Zj69pxJ5Ps8ATsC/iBklLd0XcXxd2UnoRGuC92bbjKgfsJdByi4wH0pgfInWnio0',
  'LO7546Hd19dGTwd4J6k4B0RIAwPpGkEKjA9F6i0dWWqXvdAG5C0LkB95CYxyncTL',
  'b+8YlBgUOzqathVJTjEatyN02qiYUCdQoO3RBx6dXUU2yqrg59tiHj54ylILrb4B',
  'z56ZoBl9II5Zc93gDuGOV6MlF6xJtlg=',
  '-----END CERTIFICATE-----',
  '',
].join('\n');

/** What a plant that is under Factory+ states of it, and of Flux, otherwise than by default. */
export const FULL_FACTORY_PLUS = {
  factoryPlus: { group: 'York-Press-Shop', monitor: true, sync: true, sealedSecrets: false },
  flux: { by: 'millwright', gitAddresses: ['192.0.2.64/32'] },
};

/** The same otherwise: as the owner has it. */
export const OTHER_FACTORY_PLUS = {
  factoryPlus: {
    group: 'Hull',
    monitor: { off: true, reason: 'Nobody looks' },
    sync: { off: true, reason: 'The centre knows the nodes' },
    sealedSecrets: true,
  },
  flux: { by: { owner: true, reason: 'The distribution brings it' }, gitAddresses: ['192.0.2.64/32'] },
  secrets: { sealedWith: SEALING, ownerKeys: [AGE_KEYS[1]] },
};

const SCANS = { normal: '1s', slow: '10s' };

/** Machine types that edge agents read: every setting of each form. */
export const FULL_AGENT_TYPES = {
  'agent-mill': {
    protocol: 'factoryplus',
    scans: SCANS,
    device: {
      protocol: 'driver',
      name: 'milling',
      image: 'registry.example.com/drivers/mill:1.4.0',
      resources: { cpuMillis: [50, 500], memoryMiB: [64, 192] },
      details: { host: '{address}', user: '{username}', password: '{password}' },
      login: 'the mill',
      ports: [{ port: 5000, protocol: 'TCP', purpose: 'Its own protocol' }],
      payloadFormat: 'Buffer',
      points: {
        state: { address: '1,state', path: '2', type: 'Int16', byteOrder: 'little', unit: 'on', scan: 'slow', description: 'State' },
      },
    },
  },
  'agent-press': {
    protocol: 'factoryplus',
    description: 'Press',
    scans: SCANS,
    device: {
      protocol: 's7',
      controller: 'S7-1500',
      rack: 0,
      slot: 1,
      port: 102,
      connection: 'PG',
      timeout: '5s',
      points: { state: { address: 'DB10.DBW0', type: 'INT', unit: 'bar', scan: 'normal', description: 'State' } },
    },
  },
  'agent-oven': {
    protocol: 'factoryplus',
    scans: SCANS,
    device: {
      protocol: 'modbus',
      transport: 'tcp',
      port: 503,
      unitId: 17,
      byteOrder: 'ABCD',
      requests: 'grouped',
      readThrough: 10,
      timeout: '30s',
      turnaround: '100ms',
      keepsConnection: true,
      points: {
        level: { address: 'holding 20', type: 'INT16', unit: 'bar', scan: 'normal', description: 'Level' },
      },
    },
  },
  'agent-cell': {
    protocol: 'factoryplus',
    scans: SCANS,
    device: {
      protocol: 'opcua',
      port: 4841,
      path: '/cell/server',
      security: { mode: 'None', reason: 'A cable from port to port' },
      login: { as: 'anonymous', reason: 'It knows no users' },
      points: { state: { node: 'ns=2;s=State', type: 'Int16', unit: 'bar', scan: 'normal', description: 'State' } },
    },
  },
  'agent-safe-cell': {
    protocol: 'factoryplus',
    device: {
      protocol: 'opcua',
      security: { mode: 'SignAndEncrypt', policy: 'Basic256Sha256', serverCertificate: { any: true, reason: 'Trial bench' } },
      login: { as: 'user' },
      points: { state: { node: 'ns=2;i=1001', type: 'Int16' } },
    },
  },
};

const SOFT = {
  description: 'What reads other systems',
  central: 'centre',
  delivery: 'flux',
  kubernetes: { version: '1.34', controlPlane: ['g1'], endpoint: '10.50.1.7', podNetwork: 'flannel', policyEnforcer: 'kube-router' },
  networks: { nodes: '10.50.1.0/24', machines: ['10.50.2.0/24'], pods: '10.244.0.0/16', services: '10.96.0.0/12' },
  racks: {
    g: {
      g1: { type: 'box', address: '10.50.1.1' },
      g2: {
        type: 'box',
        address: '10.50.1.2',
        specialised: 'laboratory',
        taints: [{ key: 'example.com/gpu', value: 'yes', effect: 'PreferNoSchedule' }],
      },
    },
  },
  agents: {
    'soft-1': {
      type: 'agent-press',
      address: '10.50.2.11',
      description: 'Press of a supplier',
      runsOn: 'g2',
      rack: 'g',
      formerNames: ['old-soft'],
      differs: { description: 'Press with a flag', device: { port: 103, points: { flag: { address: 'M0.1', type: 'BOOL', unit: 'on' } } } },
    },
    'soft-2': { type: 'agent-oven', address: '10.50.2.12' },
    'soft-3': { type: 'agent-cell', address: '10.50.2.13' },
    'soft-4': { type: 'agent-mill', address: '10.50.2.14' },
  },
  factoryPlus: { group: 'Soft', monitor: true, sync: true, sealedSecrets: false },
  flux: { by: 'millwright', gitAddresses: ['192.0.2.64/32'] },
  time: { servers: ['10.50.1.8'] },
  images: { registry: 'registry.example.com/mirror', login: true },
  access: { operators: ['ops'], viewers: ['all'] },
  repository: { url: 'https://git.example.com/soft.git', branch: 'main', folder: './soft' },
  secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
};

/** Clusters of soft gateways in which every setting that there is is stated somewhere. */
export const FULL_SOFT_GATEWAYS = {
  soft: SOFT,
  other: {
    ...SOFT,
    ...OTHER_FACTORY_PLUS,
    kubernetes: { ...SOFT.kubernetes, policyEnforcer: { none: true, reason: 'Trial bench' } },
    factoryPlus: { ...OTHER_FACTORY_PLUS.factoryPlus, group: 'Other' },
    time: { none: true, reason: 'By hand' },
    agents: {},
  },
};
