import { answerTopic, commandTopic } from './command';

/**
 * What a plant needs to know of the central cluster, and what the central cluster promises: the only thing that the two sides share.
 * Plain data, so that an edge can be rendered without the central cluster's own description.
 */
export interface Contract {
  /** Name of the central cluster. */
  readonly central: string;
  /** First part of every Sparkplug group name. */
  readonly organisation: string;
  readonly domain: string;
  readonly realm: string;
  /** Networks in which every endpoint below is reached, in CIDR notation. */
  readonly addresses: readonly string[];
  /** PEM certificates that sign the endpoints; absent when public authorities do. */
  readonly certificateAuthority?: string;
  /** The MQTT broker: MQTT over TLS (ACS 6.8.1 exposes 8883 on mqtt.DOMAIN). */
  readonly mqtt: { readonly host: string; readonly port: number };
  /** The Git server: HTTPS (ACS 6.8.1: git.DOMAIN, repositories under /git/GROUP/NAME). */
  readonly git: { readonly url: string; readonly port: number };
}

/** What a client of the central broker may do; everything else is forbidden to it. */
export interface CentralGrant {
  readonly who: 'plant' | 'commander';
  /** MQTT filters of the topics that it may publish on. */
  readonly publish: readonly string[];
  /** MQTT filters that it may subscribe to. */
  readonly subscribe: readonly string[];
}

/** First topic levels of production data; the version changes when a reader would have to. */
export const DATA_TOPIC_PREFIX = 'data/v1';

/** The topic on which a machine's data points travel, on the plant broker and on the central broker alike. */
export function dataTopic(plant: string, machine: string): string {
  return `${DATA_TOPIC_PREFIX}/${plant}/${machine}`;
}

/** The filter that takes in every machine of a plant. A single level on purpose: `#` would also take the level above. */
export function plantDataFilter(plant: string): string {
  return `${DATA_TOPIC_PREFIX}/${plant}/+`;
}

/**
 * What the central broker grants for a plant: to the plant's own login, and to whoever may command it. Who that is says the centre: the
 * plant carries out what comes on its command topic.
 */
export function centralGrants(plant: string): CentralGrant[] {
  return [
    { who: 'plant', publish: [plantDataFilter(plant), answerTopic(plant)], subscribe: [commandTopic(plant)] },
    { who: 'commander', publish: [commandTopic(plant)], subscribe: [answerTopic(plant)] },
  ];
}
