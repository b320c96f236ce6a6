import { AGE_KEYS } from './estates';
import { INSTALLED } from './installed-ids';

const SECRETS = { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] };

const ESTATE = {
  centrals: {
    centre: { organisation: 'Example', domain: 'factory.example.com', addresses: ['192.0.2.0/28'], installed: INSTALLED },
  },
  nodeTypes: { box: { cpuCores: 8, memoryMiB: 16_384, storageGiB: 220 } },
  machineTypes: {
    press: { protocol: 's7', controller: 'S7-1500', points: { state: { address: 'DB10.DBW0', type: 'INT' } } },
    cell: {
      protocol: 'factoryplus',
      device: {
        protocol: 'opcua',
        security: { mode: 'None', reason: 'The server has none' },
        login: { as: 'anonymous', reason: 'The server knows nobody' },
        points: {
          'cell-state': { node: 'ns=2;s=Cell.State', type: 'Int16' },
          temperature: { node: 'ns=2;i=1002', type: 'Double', unit: '°C' },
        },
      },
    },
    meter: {
      protocol: 'factoryplus',
      device: {
        protocol: 'modbus',
        points: {
          energy: { address: 'holding 100', type: 'UINT32', unit: 'kWh', scan: 'slow' },
          running: { address: 'coil 7', type: 'BOOL', scan: 'slow' },
        },
      },
    },
    utilities: {
      protocol: 'factoryplus',
      device: {
        protocol: 's7',
        controller: 'S7-1500',
        points: {
          flow: { address: 'DB20.DBD0', type: 'REAL', unit: 'm³/h' },
          valve: { address: 'DB20.DBX4.0', type: 'BOOL' },
        },
      },
    },
  },
  plants: {
    rotherham: {
      central: 'centre',
      delivery: 'flux',
      factoryPlus: {},
      kubernetes: { controlPlane: ['a1', 'a2', 'b1'], endpoint: '10.40.1.100' },
      networks: { nodes: '10.40.1.0/24', machines: ['10.40.2.0/24'] },
      racks: {
        a: { a1: { type: 'box', address: '10.40.1.11' }, a2: { type: 'box', address: '10.40.1.12' } },
        b: {
          b1: { type: 'box', address: '10.40.1.13' },
          // Only what is pinned here runs here.
          b2: { type: 'box', address: '10.40.1.14', specialised: 'meter bus' },
        },
      },
      machines: {
        'press-1': { type: 'press', address: '10.40.2.11' },
        'cell-1': { type: 'cell', address: '10.40.2.21' },
        'meter-1': { type: 'meter', address: '10.40.2.31', runsOn: 'b2' },
      },
      time: { servers: ['10.40.1.1'] },
      monitoring: { off: true, reason: 'Trial plant' },
      secrets: SECRETS,
    },
  },
  softGateways: {
    gateways: {
      central: 'centre',
      delivery: 'flux',
      kubernetes: { controlPlane: ['g1'] },
      networks: { nodes: '10.50.1.0/24', machines: ['10.50.2.0/24'] },
      racks: { g: { g1: { type: 'box', address: '10.50.1.11' } } },
      agents: { 'utilities-1': { type: 'utilities', address: '10.50.2.11' } },
      time: { servers: ['10.50.1.1'] },
      secrets: SECRETS,
    },
  },
};

/**
 * A small estate under Factory+ without an error, as plain data of its own: a centre whose ids are known; plant `rotherham` with four nodes,
 * one of them kept for what is pinned to it, a machine that Telegraf reads, and edge agents at an OPC UA server and, pinned, at a Modbus
 * device; and the soft gateways `gateways` with an edge agent at a SIMATIC controller.
 */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function edgeEstate(change?: (estate: any) => void): any {
  const estate = JSON.parse(JSON.stringify(ESTATE));
  change?.(estate);
  return estate;
}
