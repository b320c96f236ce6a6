import { checkEstate } from '../../../infra/estate/check';
import type { Plant } from '../../../infra/model/plant';

/** Keys for whom the Secrets of the tree are encrypted, and who signs the central broker. */
export interface EstateKeys {
  /** Public age keys. */
  readonly cluster: string;
  readonly owner: string;
  /** PEM of the authority of the central broker. */
  readonly centralAuthority: string;
}

/** Node on which nothing runs that does not name it. */
export const PANEL = 'b2';

/**
 * A plant of four nodes, one of them specialised, and one press: the least in which the plant broker has three servers, the job database is
 * backed up to another node, and a taint keeps something away. The nodes have as many cores as the smallest computer that runs the tests.
 */
export function trialEstate({ cluster, owner, centralAuthority }: EstateKeys): object {
  const volume = { gib: 1, diesWithNode: true };
  return {
    centrals: {
      centre: {
        organisation: 'Example',
        domain: 'factory.example.com',
        addresses: ['192.0.2.0/28'],
        certificateAuthority: centralAuthority,
      },
    },
    nodeTypes: { box: { cpuCores: 2, memoryMiB: 4096, storageGiB: 110 } },
    machineTypes: {
      press: {
        protocol: 's7',
        controller: 'S7-1500',
        points: {
          state: { address: 'DB10.DBW0', type: 'INT' },
          pressure: { address: 'DB10.DBD10', type: 'REAL', unit: 'bar', scan: 'fast' },
        },
      },
    },
    plants: {
      york: {
        central: 'centre',
        delivery: 'flux',
        flux: { by: { owner: true, reason: 'It runs beside the cluster here' } },
        kubernetes: { version: '1.34', controlPlane: ['a1', 'a2', 'b1'] },
        networks: { nodes: '10.20.1.0/24' },
        racks: {
          a: { a1: { type: 'box', address: '10.20.1.201' }, a2: { type: 'box', address: '10.20.1.202' } },
          b: {
            b1: { type: 'box', address: '10.20.1.203' },
            [PANEL]: { type: 'box', address: '10.20.1.204', specialised: 'oven panel' },
          },
        },
        machines: {
          'press-1': { type: 'press', address: '10.20.1.11' },
          'press-2': { type: 'press', address: '10.20.1.12', runsOn: PANEL },
        },
        jobs: {
          loseAtMost: '5min',
          backWithin: '4h',
          database: { engine: 'mariadb', memoryMiB: 512, connections: 32, volume, backups: { volume } },
        },
        time: { servers: ['10.20.1.1'] },
        monitoring: { off: true, reason: 'The test looks itself' },
        secrets: { clusterKey: cluster, ownerKeys: [owner] },
      },
    },
  };
}

/** The plant of the estate, as the door yields it. Throws with the problems when it refuses. */
export function trialPlant(keys: EstateKeys): Plant {
  const { plants, problems } = checkEstate(trialEstate(keys));
  const [plant] = plants;
  if (!plant) throw new Error(JSON.stringify(problems, null, 2));
  return plant;
}
