import { commandBytesPerSecond } from '../model/command';
import { bytesIn, bytesPerSecond } from '../model/line-protocol';
import { readByPlantBroker } from '../model/machine';
import { isGeneralPurpose, type Node } from '../model/node';
import { oeeBytesPerSecond } from '../model/oee';
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

/** The plant broker as the nodes and the uplink allow it. */
export interface BrokerPlan {
  /** 3 where three general-purpose nodes exist, else 1: two servers would survive less than one. */
  readonly replicas: 1 | 3;
  /** The most data that the plant's machines, their figures, commands and answers add, in bytes per second. */
  readonly bytesPerSecond: number;
  /** Size of the smallest volume that bridges what `uplink.bridges` states, in GiB. */
  readonly neededGiB: number;
  /** What each server may store, in bytes: what its volume holds. Beyond that it stops acknowledging. */
  readonly storeBytes: number;
  /** Size of each server's volume, in GiB: what `storage.brokerGiB` states. */
  readonly volumeGiB: number;
}

/** Nodes that may hold a broker server. */
export function brokerNodes(plant: Plant): Node[] {
  return plant.nodes.filter(isGeneralPurpose);
}

/** Nodes that may hold a broker server, the smallest disk first. */
export function nodesByDisk(plant: Plant): Node[] {
  return brokerNodes(plant).sort((a, b) => a.hardware.storageGiB - b.hardware.storageGiB || (a.name < b.name ? -1 : 1));
}

/** Chooses the broker's copies from the nodes, and tells what its store must hold and what it can. */
export function planBroker(plant: Plant): BrokerPlan {
  const figures = oeeBytesPerSecond(plant.machines.filter(({ oee }) => oee).length, plant.calendar);
  const rate = plant.machines
    .filter(readByPlantBroker)
    .reduce((sum, machine) => sum + bytesPerSecond(plant.name, machine), commandBytesPerSecond(plant) + figures);
  const neededBytes = bytesIn(plant.uplink.bridges, rate) * STORE_MARGIN + MiB;
  const volumeGiB = plant.storage.brokerGiB;
  return {
    replicas: brokerNodes(plant).length >= REPLICATED_BROKERS ? REPLICATED_BROKERS : 1,
    bytesPerSecond: rate,
    neededGiB: Math.ceil(neededBytes / STORE_SHARE / GiB),
    // In whole MiB, for people who read it.
    storeBytes: Math.floor((volumeGiB * GiB * STORE_SHARE) / MiB) * MiB,
    volumeGiB,
  };
}
