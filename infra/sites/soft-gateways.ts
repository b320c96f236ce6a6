import { defineSoftGateways } from '../estate/define';
import { energyMeters } from './machine-types';
import { virtualMachine } from './node-types';
import { sheffield } from './sheffield';

/** Soft gateways: edge agents on virtual machines beside the centre, for what no plant's network reaches. */
export const softGateways = defineSoftGateways('soft-gateways', {
  description: 'Edge agents for systems outside the plants',
  central: sheffield,
  delivery: 'flux',
  factoryPlus: { group: 'SoftGateways' },
  kubernetes: { version: '1.34', podNetwork: 'canal', controlPlane: ['vm-1', 'vm-2', 'vm-3'] },
  networks: { nodes: '10.30.1.0/24', machines: ['198.51.100.0/28'] },
  racks: {
    'host-1': { 'vm-1': virtualMachine.at('10.30.1.11') },
    'host-2': { 'vm-2': virtualMachine.at('10.30.1.12') },
    'host-3': { 'vm-3': virtualMachine.at('10.30.1.13') },
  },
  agents: {
    'grid-meters': energyMeters.at('198.51.100.4', { description: 'Modbus gateway of the energy supplier' }),
  },
  time: { servers: ['10.30.1.1'] },
  images: { registry: 'registry.factory.example.com', login: true },
  secrets: {
    clusterKey: 'age145gspvjgjv3uv3xcaf4965megug8rzvzshn8wp4pywweklm829msxn8a88',
    ownerKeys: ['age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf'],
  },
});
