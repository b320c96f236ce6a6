import type { ConfigTable } from '../model/config';
import { dataTopic } from '../model/data-topic';
import { MEASUREMENT } from '../model/line-protocol';
import type { GatewayInput, GatewayProcessor, Machine } from '../model/machine';
import type { Plant } from '../model/plant';
import { QUALITY, QUALITY_FIELD } from '../model/quality';
import { secretStoreId } from '../model/secret-store';
import { MOUNTS, machineSecretPath, PLANT_BROKER, serviceHost } from '../model/services';
import type { Gateway } from '../placement/gateways';
import { agentTables, GATEWAY_BATCH } from './agent';
import { qualityOfScans } from './quality';

/**
 * Readings that a gateway holds in memory while the plant broker does not acknowledge, in seconds of the machine's own rate. Its
 * client tries to connect again after 1, 3, 7 … 255, 511 s: after an outage of little more than 255 s it is away for 511.
 */
const BUFFER_SECONDS = 900;

/** Where the processors that every gateway has begin in the order of processors; those of protocols come before. */
const COMMON_PROCESSORS = 1_000;

/**
 * The configuration of a gateway: it reads its machines and publishes to the plant broker, at least once, each machine on the one topic
 * that is its own. A reading is safe once the plant broker has acknowledged it; before that it is in memory. Each machine has inputs,
 * a buffer and a connection to the broker of its own, so that none waits for another.
 */
export function gatewayConfiguration(plant: Pick<Plant, 'name'>, { machines, shared }: Pick<Gateway, 'machines' | 'shared'>): ConfigTable {
  const { agent, health } = agentTables({ batchSize: GATEWAY_BATCH, bufferLimit: Math.max(...machines.map(bufferLimit)) });
  const quality = qualityOfScans(plant.name, machines);
  const inputs = byPlugin([
    ...machines.flatMap((machine) => machine.inputs.map((input) => tagged(input, { machine: machine.name, plant: plant.name }))),
    quality.input,
  ]);
  const stores = machines.flatMap((machine) =>
    machine.secrets
      // What opens a share is for the node, which mounts it.
      .filter(({ id }) => !machine.shares.some(({ secret }) => secret === id))
      .map(({ id }) => ({ id: secretStoreId(machine.name, id), path: machineSecretPath(machine.name, id), dynamic: true })),
  );
  const processors = byPlugin([
    ...machines.flatMap((machine) =>
      machine.processors.map(({ plugin, settings }, order) => ({
        plugin,
        settings: { order: order + 1, ...settings, ...(shared ? { tagpass: { machine: [machine.name] } } : {}) },
      })),
    ),
    { plugin: quality.processor.plugin, settings: { order: COMMON_PROCESSORS - 2, ...quality.processor.settings } },
    ...commonProcessors(machines),
  ]);
  return {
    agent,
    // Files of a mounted Secret, read by name; passwords never stand in a configuration.
    ...(stores.length > 0 ? { secretstores: { docker: stores } } : {}),
    inputs,
    processors,
    outputs: {
      mqtt: machines.map((machine) => ({
        servers: [`mqtts://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
        topic: dataTopic(plant.name, machine.name),
        // Telegraf's own figures are for the gateway alone.
        namepass: [MEASUREMENT],
        ...(shared ? { alias: machine.name, tagpass: { machine: [machine.name] }, metric_buffer_limit: bufferLimit(machine) } : {}),
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
      })),
      health: [health],
    },
  };
}

/** Readings of a machine that the gateway holds: what comes in {@link BUFFER_SECONDS}, 1 000 to 20 000. */
function bufferLimit({ points }: Machine): number {
  const perSecond = points.reduce((sum, point) => sum + 1000 / point.scanMs, 0);
  return Math.min(20_000, Math.max(1_000, Math.ceil(perSecond * BUFFER_SECONDS)));
}

/**
 * A controller may hold what is no number, or infinite: line protocol cannot say it, and would leave a reading that is good and has no
 * value. It is bad. In Starlark what is no number is above every number.
 */
const NUMBERS_SCRIPT = `def apply(metric):
    value = metric.fields.get("real")
    if type(value) == "float" and (value < lowest or value > highest):
        metric.fields.pop("real")
        metric.fields[field] = bad
    return metric
`;

/** What every gateway does with its readings, whatever the protocol. */
function commonProcessors(machines: readonly Machine[]): GatewayProcessor[] {
  const hasTexts = machines.some(({ points }) => points.some((point) => point.valueType === 'string'));
  const hasReals = machines.some(({ points }) => points.some((point) => point.valueType === 'real'));
  const numbers = { lowest: -Number.MAX_VALUE, highest: Number.MAX_VALUE, field: QUALITY_FIELD, bad: QUALITY.bad };
  return [
    ...(hasReals
      ? [
          {
            plugin: 'starlark',
            settings: { order: COMMON_PROCESSORS - 2, namepass: [MEASUREMENT], source: NUMBERS_SCRIPT, constants: numbers },
          },
        ]
      : []),
    // What a protocol does not say of a value's quality is good: it was read (docs/contract.md).
    { plugin: 'defaults', settings: { order: COMMON_PROCESSORS - 1, namepass: [MEASUREMENT], fields: { quality: QUALITY.good } } },
    // Controllers send texts in a code page of their own; line protocol and everything behind it expects UTF-8.
    ...(hasTexts
      ? [{ plugin: 'strings', settings: { order: COMMON_PROCESSORS, valid_utf8: [{ field: 'string', replacement: '\uFFFD' }] } }]
      : []),
  ];
}

function tagged({ plugin, settings }: GatewayInput, tags: Record<string, string>): GatewayInput {
  return { plugin, settings: { ...settings, tags: { ...(settings.tags as ConfigTable | undefined), ...tags } } };
}

/** Plugins of a configuration by their names, each a list. */
function byPlugin(plugins: readonly (GatewayInput | GatewayProcessor)[]): Record<string, ConfigTable[]> {
  const found: Record<string, ConfigTable[]> = {};
  for (const { plugin, settings } of plugins) found[plugin] = [...(found[plugin] ?? []), settings];
  return found;
}
