import type { ConfigTable } from '../model/config';
import { dataTopic } from '../model/contract';
import type { Machine } from '../model/machine';
import type { Plant } from '../model/plant';
import { MOUNTS, PLANT_BROKER, serviceHost } from '../model/services';
import { agentTables, GATEWAY_BATCH } from './agent';

/**
 * Readings that a gateway holds in memory while the plant broker does not acknowledge, in seconds of the machine's own rate. Its
 * client tries to connect again after 1, 3, 7 … 255, 511 s: after an outage of little more than 255 s it is away for 511.
 */
const BUFFER_SECONDS = 900;

/**
 * The configuration of a machine's gateway: it reads the machine and publishes to the plant broker, at least once, on the one topic
 * that its certificate allows. A reading is safe once the plant broker has acknowledged it; before that it is in memory.
 */
export function gatewayConfiguration(plant: Pick<Plant, 'name'>, machine: Machine): ConfigTable {
  const perSecond = machine.points.reduce((sum, point) => sum + 1000 / point.scanMs, 0);
  const bufferLimit = Math.min(20_000, Math.max(1_000, Math.ceil(perSecond * BUFFER_SECONDS)));
  const { agent, health } = agentTables({ batchSize: GATEWAY_BATCH, bufferLimit });
  const inputs: Record<string, ConfigTable[]> = {};
  for (const input of machine.inputs) {
    inputs[input.plugin] = [...(inputs[input.plugin] ?? []), input.settings];
  }
  return {
    agent,
    global_tags: { machine: machine.name, plant: plant.name },
    inputs,
    // Controllers send texts in a code page of their own; line protocol and everything behind it expects UTF-8.
    ...(machine.points.some((point) => point.valueType === 'string')
      ? { processors: { strings: [{ valid_utf8: [{ field: 'string', replacement: '\uFFFD' }] }] } }
      : {}),
    outputs: {
      mqtt: [
        {
          servers: [`mqtts://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
          topic: dataTopic(plant.name, machine.name),
          qos: 1,
          client_id: machine.name,
          keep_alive: 30,
          // A batch that is not acknowledged in this time is sent once more, and every copy arrives once the broker is back.
          timeout: '30s',
          layout: 'batch',
          data_format: 'influx',
          tls_ca: `${MOUNTS.tls}/ca.crt`,
          tls_cert: `${MOUNTS.tls}/tls.crt`,
          tls_key: `${MOUNTS.tls}/tls.key`,
        },
      ],
      health: [health],
    },
  };
}
