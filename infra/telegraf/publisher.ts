import type { ConfigTable } from '../model/config';
import { DATA_TOPIC_PREFIX, plantDataFilter } from '../model/data-topic';
import { MEASUREMENT } from '../model/line-protocol';
import { OEE_MEASUREMENT, OEE_TOPIC_PREFIX, plantOeeFilter } from '../model/oee';
import type { Plant } from '../model/plant';
import { DATA_PUBLISHER, MOUNTS, PLANT_BROKER, serviceHost } from '../model/services';
import { agentTables, GATEWAY_BATCH } from './agent';
import { centralBrokerUrl } from './central-broker';

/** Messages that the publisher holds unacknowledged at most; the rest waits safely in the plant broker. */
const MAX_UNDELIVERED = 100;

/**
 * The configuration of the data publisher: it takes messages from its own lasting session on the plant broker, publishes them to the
 * central broker at least once, and acknowledges to the plant broker only what the central broker acknowledged.
 */
export function publisherConfiguration(plant: Pick<Plant, 'name' | 'contract' | 'machines'>): ConfigTable {
  const hasFigures = plant.machines.some(({ oee }) => oee);
  // The buffer holds all that may be unacknowledged, so that nothing is pushed out of it.
  const { agent, health } = agentTables({ batchSize: 1_000, bufferLimit: MAX_UNDELIVERED * GATEWAY_BATCH });
  const consumer = (filter: string, measurement: string, clientId: string): ConfigTable => ({
    servers: [`ssl://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
    topics: [filter],
    topic_tag: '',
    // Nothing else gets in, above all nothing that would look like the publisher's own figures.
    namepass: [measurement],
    // Whose reading it is says the topic, which the plant broker granted, whatever the content says.
    topic_parsing: [{ topic: filter, tags: '_/_/plant/machine' }],
    qos: 1,
    client_id: clientId,
    persistent_session: true,
    max_undelivered_messages: MAX_UNDELIVERED,
    connection_timeout: '10s',
    keepalive: '30s',
    data_format: 'influx',
    startup_error_behavior: 'retry',
    tls_ca: `${MOUNTS.tls}/ca.crt`,
    tls_cert: `${MOUNTS.tls}/tls.crt`,
    tls_key: `${MOUNTS.tls}/tls.key`,
  });
  const output = (prefix: string, measurement: string, clientId: string): ConfigTable => ({
    servers: [centralBrokerUrl(plant.contract, 'outputs.mqtt')],
    // Not `.Tag "machine"`: readings that are acknowledged one by one do not have it, and would be thrown away (1.37.2).
    topic: `${prefix}/${plant.name}/{{ .Tags.machine }}`,
    namepass: [measurement],
    qos: 1,
    client_id: clientId,
    keep_alive: 30,
    timeout: '30s',
    username: '@{central:username}',
    password: '@{central:password}',
    layout: 'batch',
    data_format: 'influx',
    ...(plant.contract.certificateAuthority === undefined ? {} : { tls_ca: `${MOUNTS.centralAuthority}/ca.crt` }),
  });
  return {
    agent,
    // Files of a mounted Secret, read by name; passwords never stand in a configuration.
    secretstores: { docker: [{ id: 'central', path: MOUNTS.centralLogin, dynamic: true }] },
    inputs: {
      // For the health check alone.
      internal: [{ collect_memstats: false }],
      mqtt_consumer: [
        consumer(plantDataFilter(plant.name), MEASUREMENT, DATA_PUBLISHER.name),
        // In a session of its own: a lasting session is never subscribed anew, so that a filter that is added to it is not heard.
        ...(hasFigures ? [consumer(plantOeeFilter(plant.name), OEE_MEASUREMENT, `${DATA_PUBLISHER.name}-figures`)] : []),
      ],
    },
    outputs: {
      mqtt: [
        output(DATA_TOPIC_PREFIX, MEASUREMENT, `${plant.name}-${DATA_PUBLISHER.name}`),
        ...(hasFigures
          ? [{ ...output(OEE_TOPIC_PREFIX, OEE_MEASUREMENT, `${plant.name}-${DATA_PUBLISHER.name}-figures`), retain: true }]
          : []),
      ],
      // Unhealthy from the first error of its connection to the plant broker, so that it is restarted: after an attempt to connect
      // again that failed, this input takes messages and acknowledges none (plugins/inputs/mqtt_consumer, `connect`, 1.37.2).
      health: [
        { ...health, namepass: ['internal_gather'], tagpass: { input: ['mqtt_consumer'] }, compares: [{ field: 'errors', lt: 0.5 }] },
      ],
    },
  };
}
