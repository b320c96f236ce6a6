import { bytesIn, bytesPerSecond } from '../model/line-protocol';
import { isGeneralPurpose, type Node } from '../model/node';
import type { Plant } from '../model/plant';

/** Copies of every message on a replicated broker: JetStream's R3 survives the loss of one node and its disk. */
export const REPLICATED_BROKERS = 3;

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** Room that JetStream's files may take beyond the messages in them: deleted messages stay until a block is empty. */
const STORE_MARGIN = 1.3;

/**
 * Share of a volume that the store may fill. The file system needs some of its own, and JetStream keeps consumers and sessions beside
 * the messages.
 */
const STORE_SHARE = 1 / 1.1;

/** The smallest volume, in GiB. */
const LEAST_VOLUME_GIB = 1;

/** The plant broker as the nodes and the uplink allow it. */
export interface BrokerPlan {
  /** 3 where three general-purpose nodes exist, else 1: two servers would survive less than one. */
  readonly replicas: 1 | 3;
  /** The most data that the plant's machines add, in bytes per second. */
  readonly bytesPerSecond: number;
  /** What each server may store, in bytes; beyond that it stops acknowledging. */
  readonly storeBytes: number;
  /** Size of each server's volume, in GiB. */
  readonly volumeGiB: number;
}

/** Nodes that may hold a broker server. */
export function brokerNodes(plant: Plant): Node[] {
  return plant.nodes.filter(isGeneralPurpose);
}

/** Chooses the broker's copies from the nodes, and its store from the machines and the time that `uplink.bridges` states. */
export function planBroker(plant: Plant): BrokerPlan {
  const rate = plant.machines.reduce((sum, machine) => sum + bytesPerSecond(plant.name, machine), 0);
  const neededBytes = bytesIn(plant.uplink.bridges, rate) * STORE_MARGIN + MiB;
  const neededGiB = Math.max(LEAST_VOLUME_GIB, Math.ceil(neededBytes / STORE_SHARE / GiB));
  const volumeGiB = volumeStep(neededGiB, mostVolumeGiB(plant));
  return {
    replicas: brokerNodes(plant).length >= REPLICATED_BROKERS ? REPLICATED_BROKERS : 1,
    bytesPerSecond: rate,
    // In whole MiB, for people who read it.
    storeBytes: Math.floor((volumeGiB * GiB * STORE_SHARE) / MiB) * MiB,
    volumeGiB,
  };
}

/** The largest volume that each node which may hold the broker has room for: half its disk, in whole GiB. */
function mostVolumeGiB(plant: Plant): number {
  return Math.floor(Math.min(...brokerNodes(plant).map((node) => node.hardware.storageGiB)) / 2);
}

/**
 * The next power of two, so that a few points more leave the broker as it is: the size of a StatefulSet's volumes cannot be changed in
 * place. Where the disks have no room for that, all that they have; where they have not even room for what is needed, what is needed.
 */
function volumeStep(neededGiB: number, mostGiB: number): number {
  return Math.max(neededGiB, Math.min(2 ** Math.ceil(Math.log2(neededGiB)), mostGiB));
}
