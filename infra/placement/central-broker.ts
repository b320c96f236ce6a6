import type { CentralCluster } from '../model/central-cluster';
import { bytesIn, scansPerSecond } from '../model/line-protocol';
import { logBytesPerHour } from '../model/logs';
import { readByPlantBroker } from '../model/machine';
import { oeeMessagesPerSecond } from '../model/oee';
import type { Plant } from '../model/plant';
import { planBroker } from './broker';

const GiB = 1024 ** 3;

/** Room that the broker's files may take beyond the messages in them, until it has tidied up. */
const STORE_MARGIN = 2;

/** Share of the volume that may fill with messages. */
const STORE_SHARE = 0.8;

/** No message of a plant is shorter, in bytes: topic, one line and what the broker stores beside them. */
const SHORTEST_MESSAGE_BYTES = 128;

/** The central broker as its plants and its volume make it. */
export interface CentralBrokerPlan {
  /** The most that its plants send, in bytes per second. */
  readonly bytesPerSecond: number;
  /** The most that its plants send, in messages per second. */
  readonly messagesPerSecond: number;
  /** Size of the smallest volume that bridges what `ingest.bridges` states, in GiB. */
  readonly neededGiB: number;
  /** Size of the volume, in GiB: what `storage.brokerGiB` states. */
  readonly volumeGiB: number;
  /**
   * Messages that the broker keeps for one session: as many as the volume can hold. It throws away what is beyond, after it has
   * acknowledged it, so the volume must fill first. Of the volume alone, so that one more machine does not restart the broker.
   */
  readonly queueMessages: number;
}

/**
 * Messages per second that a plant sends to the centre at most: each scan, each node's logs each second, and each telling of figures. What its
 * edge agents send is not among them: nothing of it waits on the broker's disk.
 */
export function messagesPerSecond(plant: Plant): number {
  const scans = plant.machines.filter(readByPlantBroker).reduce((sum, machine) => sum + scansPerSecond(machine), 0);
  const figures = oeeMessagesPerSecond(plant.machines.filter(({ oee }) => oee).length);
  return scans + figures + (plant.logs ? plant.nodes.length : 0);
}

/** Tells what the central broker must hold while nobody makes rows, and what it can. */
export function planCentralBroker(central: CentralCluster): CentralBrokerPlan {
  const bytesPerSecond = central.plants.reduce((sum, plant) => sum + planBroker(plant).bytesPerSecond + logRate(plant), 0);
  const volumeGiB = central.storage.brokerGiB;
  return {
    bytesPerSecond,
    messagesPerSecond: central.plants.reduce((sum, plant) => sum + messagesPerSecond(plant), 0),
    neededGiB: Math.max(1, Math.ceil((bytesIn(central.ingest.bridges, bytesPerSecond) * STORE_MARGIN) / STORE_SHARE / GiB)),
    volumeGiB,
    queueMessages: Math.floor((volumeGiB * GiB) / SHORTEST_MESSAGE_BYTES),
  };
}

function logRate(plant: Plant): number {
  return plant.logs ? logBytesPerHour(plant.logs, 1) / 3600 : 0;
}
