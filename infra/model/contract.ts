import { answerTopic, commandTopic } from './command';
import type { InstalledIds } from './installed-ids';
import { plantTopics, type Signal, STORED_SIGNALS } from './signal';

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
  /** Whether its endpoints speak TLS: a “secure” installation of ACS. */
  readonly tls: boolean;
  /** The MQTT broker (ACS 6.8.1: mqtt.DOMAIN, 8883 with TLS and 1883 without). */
  readonly mqtt: { readonly host: string; readonly port: number };
  /** The Git server (ACS 6.8.1: git.DOMAIN, repositories under /git/GROUP/NAME; 443 with TLS and 80 without). */
  readonly git: { readonly url: string; readonly port: number };
  /** What it takes from plants and gives to them, in the order of `SIGNALS`. */
  readonly serves: readonly Signal[];
  /** Ids that Factory+ made when it was installed; absent while the estate does not state them. */
  readonly ids?: InstalledIds;
}

/** What a client of the central broker may do; everything else is forbidden to it. */
export interface CentralGrant {
  /**
   * The plant's own login, whoever may command the plant, the ingester of the centre, which makes rows of what plants send, or what readies
   * the central broker after a start.
   */
  readonly who: 'plant' | 'commander' | 'ingester' | 'starter';
  /** MQTT filters of the topics that it may publish on. */
  readonly publish: readonly string[];
  /** MQTT filters that it may subscribe to. */
  readonly subscribe: readonly string[];
}

/**
 * What the central broker grants for a plant: to the plant's own login, and to whoever may command it. Who that is says the centre: the
 * plant carries out what comes on its command topic.
 *
 * @param signals what the plant uses
 */
export function centralGrants(plant: string, signals: readonly Signal[]): CentralGrant[] {
  const topics = signals.map((signal) => plantTopics(plant, signal));
  return [
    {
      who: 'plant',
      publish: topics.map(({ publish }) => publish),
      subscribe: topics.flatMap(({ subscribe }) => (subscribe === undefined ? [] : [subscribe])),
    },
    ...(signals.includes('command/v1')
      ? [{ who: 'commander' as const, publish: [commandTopic(plant)], subscribe: [answerTopic(plant)] }]
      : []),
  ];
}

/** What the central broker grants to the ingester, which reads what every plant sends and publishes nothing. */
export function ingesterGrant(serves: readonly Signal[]): CentralGrant {
  const stored = STORED_SIGNALS.filter(({ signal }) => serves.includes(signal));
  return { who: 'ingester', publish: [], subscribe: stored.map(({ filter }) => filter) };
}

/** Topic of the messages that ready the central broker after a start (infra/hivemq/numbers-passed.ts). Nobody reads it. */
export const START_TOPIC = 'broker/v1/start';

/** What the central broker grants to what readies it after a start. */
export const STARTER_GRANT: CentralGrant = { who: 'starter', publish: [START_TOPIC], subscribe: [] };
