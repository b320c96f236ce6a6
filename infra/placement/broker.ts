import { bytesIn, bytesPerSecond } from '../model/line-protocol';
import { isGeneralPurpose, type Node } from '../model/node';
import type { Plant } from '../model/plant';

/** Copies of every message on a replicated broker: JetStream's R3 survives the loss of one node and its disk. */
export const REPLICATED_BROKERS = 3;

/** Room that JetStream's files may take beyond the messages in them: deleted messages stay until a block is empty. */
const STORE_MARGIN = 1.3;

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
  const MiB = 1024 ** 2;
  const storeBytes = Math.max(256, Math.ceil((bytesIn(plant.uplink.bridges, rate) * STORE_MARGIN) / MiB)) * MiB;
  return {
    replicas: brokerNodes(plant).length >= REPLICATED_BROKERS ? REPLICATED_BROKERS : 1,
    bytesPerSecond: rate,
    storeBytes,
    // The file system needs some of its own, and JetStream keeps consumers and sessions beside the messages.
    volumeGiB: Math.ceil((storeBytes * 1.1) / 1024 ** 3),
  };
}
