import { definePlant } from '../estate/define';
import { furnace, lathe, measuringStation, press } from './machine-types';
import { ipc127e } from './node-types';
import { sheffield } from './sheffield';

/**
 * The plant of the article "kubernetes-docker-cluster": a maker of parts for the automotive industry, eleven machines, two racks of
 * IPC127E nodes, controllers and nodes in one network, and one computer outside the cluster with the Andon screen and the
 * teleservice. The article names no place; Leeds is a name.
 *
 * The article says that some of its machines speak Siemens S7, others have an SQL database and others exchange files, not how many of
 * each: six, two and three here.
 *
 * The article gives no count of nodes. Four is the least that does what it asks: three general-purpose nodes, so that the plant broker
 * keeps a majority when any one dies, in two racks, and one node that stands at the oven and runs nothing else.
 */
export const leeds = definePlant('leeds', {
  description: 'Parts for the automotive industry',
  site: 'Leeds',
  central: sheffield,
  delivery: 'flux',
  kubernetes: { version: '1.34', podNetwork: 'canal', controlPlane: ['a1', 'a2', 'b1'] },
  networks: { nodes: '10.20.1.0/24' },
  racks: {
    a: { a1: ipc127e.at('10.20.1.201'), a2: ipc127e.at('10.20.1.202') },
    b: { b1: ipc127e.at('10.20.1.203'), b2: ipc127e.for('oven panel', { address: '10.20.1.204' }) },
  },
  machines: {
    'press-1': press.at('10.20.1.11'),
    'press-2': press.at('10.20.1.12'),
    'press-3': press.at('10.20.1.13', { differs: { points: { 'guard-closed': null } }, description: 'Light curtain, no guard' }),
    'press-4': press.at('10.20.1.14'),
    'lathe-1': lathe.at('10.20.1.21'),
    'lathe-2': lathe.at('10.20.1.22', { runsOn: 'b2', description: 'Stands beside the oven, read from its panel' }),
    'furnace-1': furnace.at('10.20.1.41'),
    'furnace-2': furnace.at('10.20.1.42'),
    'station-1': measuringStation.at('10.20.1.51'),
    'station-2': measuringStation.at('10.20.1.52'),
    'station-3': measuringStation.at('10.20.1.53', {
      differs: { share: { kind: 'nfs', server: '10.20.1.60', path: '/export/station-3' } },
      description: 'Runs Linux',
    }),
  },
  hosts: {
    'andon-pc': {
      address: '10.20.1.210',
      purpose: 'Andon screen',
      services: {
        teleservice: {
          purpose: 'Remote maintenance of the cluster',
          reaches: [
            { to: 'nodes', port: 22, purpose: 'SSH' },
            { to: 'control-plane', port: 6443, purpose: 'Kubernetes API' },
          ],
        },
      },
    },
  },
  calendar: { timeZone: 'Europe/London', shifts: { early: '06:00', late: '14:00', night: '22:00' } },
  jobs: {
    loseAtMost: '5min',
    backWithin: '4h',
    database: { volume: { gib: 20, diesWithNode: true }, backups: { volume: { gib: 40, diesWithNode: true } } },
    orchestrator: {
      image: 'registry.factory.example.com/jobs/orchestrator:1.4.0',
      health: { port: 8080, path: '/health' },
    },
    erp: {
      synchroniser: {
        image: 'registry.factory.example.com/erp/synchroniser:2.1.0',
        health: { port: 8080, path: '/health' },
        secrets: { erp: { purpose: 'The plant at the ERP' } },
        reaches: [{ address: '192.0.2.40', port: 443, purpose: 'ERP' }],
      },
    },
  },
  uplink: { bridges: '72h', whenFull: 'block' },
  time: { servers: ['10.20.1.1'] },
  logs: { mebibytesPerDay: 100 },
  monitoring: {
    receivers: {
      'on-call': { by: 'webhook', addresses: ['192.0.2.50'] },
      'sign-of-life': { by: 'webhook', takes: 'heartbeat', addresses: ['192.0.2.52'] },
      shift: {
        by: 'email',
        to: ['shift@factory.example.com'],
        from: 'leeds@factory.example.com',
        server: 'mail.factory.example.com',
        user: 'leeds',
        addresses: ['192.0.2.51'],
      },
    },
  },
  images: { registry: 'registry.factory.example.com', login: true },
  access: { operators: ['leeds-operators'], viewers: ['leeds-viewers'] },
  // Public keys whose private halves were thrown away: an owner puts their own here (docs/secrets.md).
  secrets: {
    clusterKey: 'age1q4sfcv7v3w7p7t2wgy3z0gxmpq0th26gvxsrc4h2zcqklk649p7s260xaa',
    ownerKeys: ['age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf'],
  },
});
