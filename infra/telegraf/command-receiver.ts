import { environmentVariable } from '../formats/toml';
import { SESSION_KEY } from '../model/central-services';
import { answerTopic, COMMAND_BYTES, COMMAND_BYTES_PER_HOUR, commandTopic } from '../model/command';
import type { ConfigTable } from '../model/config';
import type { Plant } from '../model/plant';
import { COMMAND_RECEIVER, MOUNTS, PLANT_BROKER, serviceHost } from '../model/services';
import { agentTables } from './agent';
import { centralBrokerUrl } from './central-broker';

/** Messages that are held unacknowledged at most, in each direction; the rest waits in the broker that it comes from. */
const MAX_UNDELIVERED = 20;

/**
 * Throws away what is too large, and what is more than a plant takes in an hour, and says so once each time. Its count begins anew
 * with the program.
 */
const LIMITS = `load("logging.star", "log")

state = {"hour": 0, "bytes": 0}

def apply(metric):
    value = metric.fields["value"]
    size = len(value) // 4 * 3 - value.count("=")
    if size > ${COMMAND_BYTES}:
        log.error("a command of more than ${COMMAND_BYTES} bytes was thrown away")
        return None
    hour = metric.time // 3600000000000
    if state["hour"] != hour:
        state["hour"] = hour
        state["bytes"] = 0
    if state["bytes"] + size > ${COMMAND_BYTES_PER_HOUR}:
        log.error("a command was thrown away: more than ${COMMAND_BYTES_PER_HOUR} bytes of them came within an hour")
        return None
    state["bytes"] += size
    return metric
`;

/**
 * The configuration of the command receiver: it carries commands from its own lasting session at the central broker to the plant broker,
 * and answers back, at least once and byte by byte, and acknowledges to one broker only what the other has acknowledged. Topics come
 * from the model, never from what is carried.
 */
export function commandReceiverConfiguration(plant: Pick<Plant, 'name' | 'contract'>): ConfigTable {
  const { agent, health } = agentTables({ batchSize: 100, bufferLimit: 100 });
  const { certificateAuthority } = plant.contract;
  const central = {
    client_id: environmentVariable(SESSION_KEY, `-${plant.name}-${COMMAND_RECEIVER.name}`),
    username: '@{central:username}',
    password: '@{central:password}',
    ...(certificateAuthority === undefined ? {} : { tls_ca: `${MOUNTS.centralAuthority}/ca.crt` }),
  };
  const own = {
    client_id: COMMAND_RECEIVER.name,
    tls_ca: `${MOUNTS.tls}/ca.crt`,
    tls_cert: `${MOUNTS.tls}/tls.crt`,
    tls_key: `${MOUNTS.tls}/tls.key`,
  };
  const input = {
    topic_tag: '',
    qos: 1,
    persistent_session: true,
    max_undelivered_messages: MAX_UNDELIVERED,
    connection_timeout: '10s',
    keepalive: '30s',
    // In base64 on its way through, because a parser of texts would cut spaces and line ends off.
    data_format: 'value',
    data_type: 'base64',
    startup_error_behavior: 'retry',
  };
  const output = {
    // Each on its way at once.
    metric_batch_size: 1,
    qos: 1,
    keep_alive: 30,
    timeout: '30s',
    layout: 'non-batch',
    data_format: 'template',
    template: '{{ .Field "value" | b64dec }}',
  };
  return {
    agent,
    // Files of a mounted Secret, read by name; passwords never stand in a configuration.
    secretstores: { docker: [{ id: 'central', path: MOUNTS.centralLogin, dynamic: true }] },
    inputs: {
      // For the health check alone.
      internal: [{ collect_memstats: false }],
      mqtt_consumer: [
        {
          alias: 'commands',
          name_override: 'command',
          servers: [centralBrokerUrl(plant.contract, 'inputs.mqtt_consumer')],
          topics: [commandTopic(plant.name)],
          ...input,
          ...central,
        },
        {
          alias: 'answers',
          name_override: 'answer',
          servers: [`ssl://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
          topics: [answerTopic(plant.name)],
          ...input,
          ...own,
        },
      ],
    },
    processors: { starlark: [{ namepass: ['command'], source: LIMITS }] },
    outputs: {
      mqtt: [
        {
          alias: 'commands',
          namepass: ['command'],
          servers: [`mqtts://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
          topic: commandTopic(plant.name),
          ...output,
          ...own,
          client_id: `${own.client_id}-out`,
        },
        {
          alias: 'answers',
          namepass: ['answer'],
          servers: [centralBrokerUrl(plant.contract, 'outputs.mqtt')],
          topic: answerTopic(plant.name),
          ...output,
          ...central,
          client_id: `${central.client_id}-out`,
        },
      ],
      // Unhealthy from the first error of a connection, so that it is restarted: after an attempt to connect again that failed, this
      // input takes messages and acknowledges none (plugins/inputs/mqtt_consumer, `connect`, 1.37.2).
      health: [
        { ...health, namepass: ['internal_gather'], tagpass: { input: ['mqtt_consumer'] }, compares: [{ field: 'errors', lt: 0.5 }] },
      ],
    },
  };
}
