import { definePlant } from '../estate/define';
import { compressorStation, robotCell, saw } from './machine-types';
import { ipc127e } from './node-types';
import { sheffield } from './sheffield';

/**
 * A second, small plant, under Factory+: its own operators make every login at the centre, so that nobody has seen one. Two of its machines
 * are read by Factory+ edge agents, which displays of Sparkplug show as they are now; what must not be lost goes through the plant broker.
 */
export const rotherham = definePlant('rotherham', {
  description: 'Saw shop and compressed air',
  site: 'Rotherham',
  central: sheffield,
  delivery: 'flux',
  factoryPlus: { group: 'Rotherham-Sawing' },
  kubernetes: { version: '1.34', podNetwork: 'canal', controlPlane: ['a1', 'b1', 'c1'] },
  networks: { nodes: '10.20.2.0/24' },
  racks: {
    a: { a1: ipc127e.at('10.20.2.201') },
    b: { b1: ipc127e.at('10.20.2.202') },
    c: { c1: ipc127e.at('10.20.2.203'), c2: ipc127e.for('switched off at night', { address: '10.20.2.204' }) },
  },
  machines: {
    'saw-1': saw.at('10.20.2.11'),
    'robot-cell-1': robotCell.at('10.20.2.21'),
    'compressors-1': compressorStation.at('10.20.2.31', { runsOn: 'c2', description: 'Its bus ends in this node’s cabinet' }),
  },
  time: { servers: ['10.20.2.1'] },
  monitoring: {
    receivers: {
      'on-call': { by: 'webhook', addresses: ['192.0.2.50'] },
      'sign-of-life': { by: 'webhook', takes: 'heartbeat', addresses: ['192.0.2.52'] },
    },
  },
  images: { registry: 'registry.factory.example.com', login: true },
  // Public keys whose private halves were thrown away: an owner puts their own here (docs/secrets.md).
  secrets: {
    clusterKey: 'age1q5nedunpgsqddh8jpt2rsdkxe5yckudyttj9fgn9gjv7jj8v6fjqv6lq4c',
    ownerKeys: ['age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf'],
  },
});
