import { definePlant } from '../estate/define';
import { lathe, press } from './machine-types';
import { ipc127e } from './node-types';
import { sheffield } from './sheffield';

/**
 * The plant of the article "kubernetes-docker-cluster": a maker of parts for the automotive industry, eleven machines, two racks of
 * IPC127E nodes, controllers and nodes in one network, and one computer outside the cluster with the Andon screen and the
 * teleservice. The article names no place; Leeds is a name.
 *
 * Here are the six machines that speak Siemens S7. The article's other machines speak SQL or exchange files, and come with those
 * protocols.
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
  uplink: { bridges: '72h', whenFull: 'block' },
  images: { registry: 'registry.factory.example.com', login: true },
  access: { operators: ['leeds-operators'], viewers: ['leeds-viewers'] },
  // Public keys whose private halves were thrown away: an owner puts their own here (docs/secrets.md).
  secrets: {
    clusterKey: 'age1q4sfcv7v3w7p7t2wgy3z0gxmpq0th26gvxsrc4h2zcqklk649p7s260xaa',
    ownerKeys: ['age1ml4y0hmka4vzeg7e56dstg9w0y8fjv052ru5juskg9jph79xggesuxymnf'],
  },
});
