import type { ConfigTable } from '../model/config';
import { plantDataFilter } from '../model/data-topic';
import { MEASUREMENT } from '../model/line-protocol';
import type { Machine } from '../model/machine';
import { OEE_MEASUREMENT, OEE_STATE_TOPIC_PREFIX, OEE_TOPIC_PREFIX, type Oee, type OeeState, plantOeeStateFilter } from '../model/oee';
import type { Plant } from '../model/plant';
import { MOUNTS, OEE_CALCULATOR, PLANT_BROKER, serviceHost } from '../model/services';
import { agentTables } from './agent';
import { OEE_SCRIPT } from './oee-script';

/**
 * Messages that the calculator holds unacknowledged at most. The broker hands out 100 (nats/broker.ts), and each of them again every 30 s
 * while the calculator waits: an input that is full takes no acknowledgement either, and stands still (1.37.2).
 */
const MAX_UNDELIVERED = 1_000;

/**
 * Seconds that a calculator which has begun waits before it reckons: more than `ack_wait` of the plant broker (nats/broker.ts), after
 * which that hands out again what a calculator that died had taken.
 */
const SETTLE_SECONDS = 40;

/** Measurement of what the calculator keeps with the broker. */
const STATE_MEASUREMENT = 'oee_state';

/** Letters of the states in the script. */
const LETTERS: Readonly<Record<OeeState, string>> = { running: 'r', planned: 'p', unplanned: 'u' };

/** Machines whose figures are computed, ordered by name. */
export function machinesWithOee(plant: Pick<Plant, 'machines'>): (Machine & { readonly oee: Oee })[] {
  return plant.machines.filter((machine): machine is Machine & { readonly oee: Oee } => machine.oee !== undefined);
}

/**
 * The configuration of the OEE calculator: it takes data points from its own lasting session on the plant broker, reckons, and
 * publishes the figures and its own state there, retained. A reading is acknowledged when the broker has the state that it is in, so
 * that a calculator that dies at any moment goes on where the broker saw it last (docs/oee.md).
 */
export function oeeConfiguration(plant: Pick<Plant, 'name' | 'machines' | 'calendar'>): ConfigTable {
  const machines = machinesWithOee(plant);
  const { agent, health } = agentTables({ batchSize: 1_000, bufferLimit: 20_000 });
  const { name } = OEE_CALCULATOR;
  const tls = { tls_ca: `${MOUNTS.tls}/ca.crt`, tls_cert: `${MOUNTS.tls}/tls.crt`, tls_key: `${MOUNTS.tls}/tls.key` };
  const consumer = {
    servers: [`ssl://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
    topic_tag: '',
    connection_timeout: '10s',
    keepalive: '30s',
    data_format: 'influx',
    startup_error_behavior: 'retry',
    ...tls,
  };
  const output = (suffix: string, measurement: string, prefix: string) => ({
    alias: measurement,
    servers: [`mqtts://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
    // Not `.Tag "machine"`: readings that are acknowledged one by one do not have it (see publisher.ts).
    topic: `${prefix}/${plant.name}/{{ .Tags.machine }}`,
    namepass: [measurement],
    qos: 1,
    retain: true,
    client_id: `${name}-${suffix}`,
    keep_alive: 30,
    timeout: '30s',
    layout: 'batch',
    data_format: 'influx',
    ...tls,
  });
  return {
    // Often: the broker hands out the next messages when these are acknowledged.
    agent: { ...agent, flush_interval: '200ms' },
    inputs: {
      // For the health check, and the beat by which the calculator says that it has begun.
      internal: [{ collect_memstats: false }],
      mqtt_consumer: [
        {
          ...consumer,
          alias: 'states',
          topics: [plantOeeStateFilter(plant.name)],
          namepass: [STATE_MEASUREMENT],
          qos: 0,
          client_id: `${name}-states`,
        },
        {
          ...consumer,
          alias: 'readings',
          // All machines, because a lasting session is never subscribed anew: a filter that is added later would not be heard.
          topics: [plantDataFilter(plant.name)],
          // Whose reading it is says the topic, which the plant broker granted, whatever the content says.
          topic_parsing: [{ topic: plantDataFilter(plant.name), tags: '_/_/plant/machine' }],
          namepass: [MEASUREMENT],
          qos: 1,
          client_id: name,
          persistent_session: true,
          max_undelivered_messages: MAX_UNDELIVERED,
        },
      ],
    },
    processors: {
      starlark: [
        {
          namepass: [MEASUREMENT, STATE_MEASUREMENT, 'internal_gather'],
          source: OEE_SCRIPT,
          constants: { plan: JSON.stringify(calculatorPlan(plant, machines)) },
        },
      ],
    },
    outputs: {
      mqtt: [output('figures', OEE_MEASUREMENT, OEE_TOPIC_PREFIX), output('keeper', STATE_MEASUREMENT, OEE_STATE_TOPIC_PREFIX)],
      // Unhealthy from the first error of its connection to the plant broker, so that it is restarted (see publisher.ts).
      health: [
        { ...health, namepass: ['internal_gather'], tagpass: { input: ['mqtt_consumer'] }, compares: [{ field: 'errors', lt: 0.5 }] },
      ],
    },
  };
}

/** What the script must know of the plant. */
export function calculatorPlan(
  plant: Pick<Plant, 'name' | 'calendar'>,
  machines: readonly (Pick<Machine, 'name'> & { readonly oee: Oee })[],
) {
  const { timeZone, shifts } = plant.calendar;
  return {
    plant: plant.name,
    calculator: OEE_CALCULATOR.name,
    settle: SETTLE_SECONDS,
    zone: timeZone,
    // Name, and minutes after midnight.
    shifts: Object.entries(shifts)
      .map(([name, begins]): [string, number] => [name, Number(begins.slice(0, 2)) * 60 + Number(begins.slice(3))])
      .sort(([, a], [, b]) => a - b),
    machines: Object.fromEntries(
      machines.map(({ name, oee: { state, classes, holdSeconds, total, defects, idealCycleMs } }) => [
        name,
        {
          state,
          classes: Object.fromEntries(classes.map(([value, means]) => [value, LETTERS[means]])),
          hold: holdSeconds,
          total,
          ...(defects ? { defects } : {}),
          cycle: idealCycleMs,
        },
      ]),
    ),
  };
}
