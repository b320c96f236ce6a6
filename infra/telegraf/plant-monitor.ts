import type { ConfigTable } from '../model/config';
import { plantDataFilter } from '../model/data-topic';
import { MEASUREMENT } from '../model/line-protocol';
import { type Machine, readByPlantBroker } from '../model/machine';
import type { Plant } from '../model/plant';
import { QUALITY, QUALITY_FIELD } from '../model/quality';
import { MONITORING, MOUNTS, PLANT_BROKER, serviceHost } from '../model/services';
import { planBroker } from '../placement/broker';
import { agentTables } from './agent';

/** Protocols whose gateways say every point at every scan. The others say something when there is something to say. */
const SCANNED: readonly string[] = ['modbus', 'opcua', 's7'];

/** Seconds without a good reading after which a machine counts as silent, however fast it is read. */
const SILENT_SECONDS = 300;

/** Scans of a machine's fastest class without a good reading after which it counts as silent, however slowly it is read. */
const SILENT_SCANS = 3;

/** Seconds without a good reading after which a machine counts as silent. */
export function silentAfterSeconds({ points }: Pick<Machine, 'points'>): number {
  const fastest = Math.min(...points.map(({ scanMs }) => scanMs));
  return Math.max(SILENT_SECONDS, Number.isFinite(fastest) ? Math.ceil((SILENT_SCANS * fastest) / 1000) : 0);
}

/**
 * Remembers when each machine was last heard, and tells at every tick how long ago that is. A machine that is scanned is heard when a
 * good value comes, and one that was never heard counts from the start of the monitor. One that speaks when it has something to say is
 * heard until its gateway says that it cannot read it: a bad or stale line without a value (docs/contract.md).
 */
const SCRIPT = `
load("time.star", "time")

state = {"start": None, "heard": {}, "lost": {}}

def apply(metric):
    now = time.now().unix_nano
    if state["start"] == None:
        state["start"] = now
    if metric.name == "${MEASUREMENT}":
        machine = metric.tags.get("machine", "")
        value = False
        for key in ("boolean", "integer", "real", "string"):
            value = value or key in metric.fields
        if metric.fields.get("${QUALITY_FIELD}", good) == good:
            state["heard"][machine] = now
            state["lost"].pop(machine, None)
        elif not value and machine not in state["lost"]:
            state["lost"][machine] = now
        return None
    told = []
    for machine, limit in silent_after.items():
        said = Metric("machine")
        said.tags["machine"] = machine
        since = state["heard"].get(machine, state["start"])
        if machine not in scanned:
            since = state["lost"].get(machine, now)
        said.fields["silent_seconds"] = (now - since) / 1e9
        said.fields["silent_limit_seconds"] = float(limit)
        told.append(said)
    return told
`;

/** Seconds between two looks. */
const LOOK = '15s';

/**
 * The configuration of the plant monitor: a Telegraf that turns what only the plant's own programs know into metrics for Prometheus:
 * how long each machine has been silent, how full the plant broker's store is, how long certificates still hold.
 */
export function plantMonitorConfiguration(plant: Plant): ConfigTable {
  const { agent, health } = agentTables({ batchSize: 1_000, bufferLimit: 10_000 });
  const { replicas, storeBytes } = planBroker(plant);
  const servers = Array.from(
    { length: replicas },
    (_, i) => `${PLANT_BROKER.name}-${i}.${PLANT_BROKER.peers}.${PLANT_BROKER.zone}.svc.cluster.local`,
  );
  const tls = { tls_ca: `${MOUNTS.tls}/ca.crt`, tls_cert: `${MOUNTS.tls}/tls.crt`, tls_key: `${MOUNTS.tls}/tls.key` };
  return {
    agent: { ...agent, interval: LOOK },
    inputs: {
      mqtt_consumer: [
        {
          servers: [`ssl://${serviceHost(PLANT_BROKER)}:${PLANT_BROKER.mqttPort}`],
          topics: [plantDataFilter(plant.name)],
          topic_tag: '',
          namepass: [MEASUREMENT],
          topic_parsing: [{ topic: plantDataFilter(plant.name), tags: '_/_/plant/machine' }],
          // Nothing is kept for it: it wants to know what is said now.
          qos: 0,
          client_id: MONITORING.monitor.name,
          connection_timeout: '10s',
          keepalive: '30s',
          data_format: 'influx',
          startup_error_behavior: 'retry',
          ...tls,
        },
      ],
      // The tick at which the script tells.
      internal: [{ collect_memstats: false, namepass: ['internal_agent'] }],
      http: servers.map((server) => ({
        alias: server,
        urls: [`http://${server}:${PLANT_BROKER.monitorPort}/jsz?streams=true&accounts=true`],
        timeout: '5s',
        name_override: 'broker',
        data_format: 'json_v2',
        tags: { server: server.slice(0, server.indexOf('.')) },
        json_v2: [
          {
            field: [
              { path: 'storage', rename: 'store_used_bytes', type: 'float' },
              {
                path: 'account_details.0.stream_detail.#(name=="$MQTT_msgs").state.messages',
                rename: 'stored_messages',
                type: 'float',
                optional: true,
              },
            ],
          },
        ],
      })),
      x509_cert: [
        {
          // Its own, which stands for all that one run of millwright secrets made; the plant broker's; and the central broker's, which has none without TLS.
          sources: [
            `${MOUNTS.tls}/tls.crt`,
            ...servers.map((server) => `tcp://${server}:${PLANT_BROKER.mqttPort}`),
            ...(plant.contract.tls ? [`tcp://${plant.contract.mqtt.host}:${plant.contract.mqtt.port}`] : []),
          ],
          // More often than metrics expire (below): what is gone between two looks never fires.
          interval: '1m',
          timeout: '5s',
          exclude_root_certs: true,
          name_override: 'certificate',
          taginclude: ['source', 'common_name', 'server'],
          fieldinclude: ['expiry'],
          tls_cert: tls.tls_cert,
          tls_key: tls.tls_key,
          // A certificate that nobody trusts has an end all the same, and that is what is asked here.
          insecure_skip_verify: true,
        },
      ],
    },
    processors: {
      starlark: [
        {
          order: 1,
          namepass: [MEASUREMENT, 'internal_agent'],
          source: SCRIPT,
          constants: {
            good: QUALITY.good,
            scanned: plant.machines.filter(({ protocol }) => SCANNED.includes(protocol)).map(({ name }) => name),
            silent_after: Object.fromEntries(
              plant.machines.filter(readByPlantBroker).map((machine) => [machine.name, silentAfterSeconds(machine)]),
            ),
          },
        },
      ],
      // What the store may hold, beside what it holds.
      defaults: [{ order: 2, namepass: ['broker'], fields: { store_limit_bytes: storeBytes } }],
    },
    outputs: {
      prometheus_client: [
        {
          listen: `:${MONITORING.monitor.port}`,
          metric_version: 2,
          expiration_interval: '120s',
          collectors_exclude: ['gocollector', 'process'],
          export_timestamp: false,
          namepass: ['machine', 'broker', 'certificate'],
        },
      ],
      health: [health],
    },
  };
}
