import { answerTopic, commandTopic, takesCommands } from './command';
import { DATA_TOPIC_PREFIX, plantDataFilter } from './data-topic';
import { MEASUREMENT } from './line-protocol';
import { LOG_MEASUREMENT, LOG_TOPIC_PREFIX, plantLogFilter } from './logs';
import { OEE_MEASUREMENT, OEE_TOPIC_PREFIX, plantOeeFilter } from './oee';

/**
 * What travels between a plant and the centre, by the first levels of its topics, which carry its version: production data, figures
 * (OEE), logs, and commands with their answers. docs/contract.md describes each.
 */
export const SIGNALS = ['data/v1', 'oee/v1', 'logs/v1', 'command/v1'] as const;

/** One kind of thing that travels between a plant and the centre, in one version. */
export type Signal = (typeof SIGNALS)[number];

/** A signal that becomes rows of the historian. */
export type StoredSignal = Exclude<Signal, 'command/v1'>;

/** What the historian keeps of a signal, and where. */
export interface StoredSignalFacts {
  readonly signal: StoredSignal;
  /** MQTT filter of every topic of it, of all plants. */
  readonly filter: string;
  /** Measurement of its lines; lines of any other are refused. */
  readonly measurement: string;
  /** Tag that the last level of the topic states; the level before it is `plant`. */
  readonly source: 'machine' | 'node';
  /** Bucket of the historian. */
  readonly bucket: string;
}

/** Signals that become rows of the historian. */
export const STORED_SIGNALS: readonly StoredSignalFacts[] = [
  { signal: 'data/v1', filter: `${DATA_TOPIC_PREFIX}/+/+`, measurement: MEASUREMENT, source: 'machine', bucket: 'plant-data' },
  { signal: 'oee/v1', filter: `${OEE_TOPIC_PREFIX}/+/+`, measurement: OEE_MEASUREMENT, source: 'machine', bucket: 'plant-figures' },
  { signal: 'logs/v1', filter: `${LOG_TOPIC_PREFIX}/+/+`, measurement: LOG_MEASUREMENT, source: 'node', bucket: 'plant-logs' },
];

/** The part of a plant that tells what it sends and takes. */
interface SendsAndTakes {
  readonly machines: readonly { readonly oee?: unknown }[];
  readonly logs?: unknown;
  readonly jobs?: { readonly orchestrator?: unknown };
}

/** The signals that a plant uses. Production data always: its publisher is there before its first machine. */
export function signalsOf(plant: SendsAndTakes): Signal[] {
  const used: Record<Signal, boolean> = {
    'data/v1': true,
    'oee/v1': plant.machines.some(({ oee }) => oee !== undefined),
    'logs/v1': plant.logs !== undefined,
    'command/v1': takesCommands(plant),
  };
  return SIGNALS.filter((signal) => used[signal]);
}

/** MQTT filters of what a plant publishes at the central broker with a signal, and of what it reads there. */
export function plantTopics(plant: string, signal: Signal): { readonly publish: string; readonly subscribe?: string } {
  switch (signal) {
    case 'data/v1':
      return { publish: plantDataFilter(plant) };
    case 'oee/v1':
      return { publish: plantOeeFilter(plant) };
    case 'logs/v1':
      return { publish: plantLogFilter(plant) };
    case 'command/v1':
      return { publish: answerTopic(plant), subscribe: commandTopic(plant) };
  }
}
