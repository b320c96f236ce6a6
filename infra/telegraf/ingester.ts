import { environmentVariable } from '../formats/toml';
import type { CentralCluster } from '../model/central-cluster';
import { CENTRAL_MOUNTS, HISTORIAN, PLANT_DATA_INGESTER, SESSION_KEY } from '../model/central-services';
import type { ConfigTable } from '../model/config';
import type { Contract } from '../model/contract';
import { milliseconds } from '../model/duration';
import { keptFor, REFUSED, STORED_FIELDS, storedSignals } from '../model/rows';
import { serviceHost } from '../model/services';
import type { StoredSignalFacts } from '../model/signal';
import { agentTables } from './agent';
import { centralBrokerUrl } from './central-broker';
import { INGESTER_SCRIPT } from './ingester-script';

/**
 * Messages that a session of the ingester holds unacknowledged at most. More than any broker hands out at once (Mosquitto 20, HiveMQ CE
 * 2025.5 50, unless they are told otherwise), because an input that is full takes no acknowledgement either, and stands still (1.37.2).
 */
const MAX_UNDELIVERED = 1_000;

/**
 * Lines that wait for the historian at most, for each bucket. The data publisher puts 1000 into a message at most (publisher.ts), so this
 * is what 200 messages hold. What is pushed out of it is not acknowledged, and comes again after the next start.
 */
const BUFFER_LINES = 200_000;

/** Lines that leave in one request at most. */
const BATCH_LINES = 5_000;

/** Port on which the ingester tells its own figures to a Prometheus: what was received, written, refused and what waits. */
export const INGESTER_METRICS_PORT = 9273;

/** How far ahead of the ingester's clock a time stamp may be, in hours: every time zone taken for another one passes. */
const AHEAD_HOURS = 30;

/** How much younger than its bucket keeps a line must be, in hours, so that it is not too old by the time that it is written. */
const MARGIN_HOURS = 1;

/** Longest text of a field, in bytes, and of all tags together. A line whose key is longer than 65535 bytes would be refused with all lines beside it (InfluxDB 2.7.12). */
const LONGEST_TEXT = 60_000;

const HOUR_SECONDS = 3600;

/**
 * The configuration of the ingester: Telegraf 1.37.2 takes what plants send from lasting sessions on the central broker, writes it to the
 * historian, and acknowledges to the broker only what the historian has written to disk. docs/ingester.md tells what becomes of what when.
 *
 * @returns the configuration, for a Telegraf that shows the user of {@link CENTRAL_MOUNTS} to the broker and to the historian
 */
export function ingesterConfiguration(central: Pick<CentralCluster, 'contract' | 'historian'>): ConfigTable {
  const stored = storedSignals(central.contract.serves);
  const { agent, health } = agentTables({ batchSize: BATCH_LINES, bufferLimit: BUFFER_LINES });
  return {
    // Often: the broker hands out the next messages when these are acknowledged.
    agent: { ...agent, flush_interval: '200ms' },
    // Files of mounted Secrets, read by name; passwords never stand in a configuration.
    secretstores: {
      docker: [
        { id: 'broker', path: CENTRAL_MOUNTS.brokerLogin, dynamic: true },
        { id: 'historian', path: CENTRAL_MOUNTS.historianLogin, dynamic: true },
      ],
    },
    inputs: {
      // For the health check and for whoever watches it.
      internal: [{ collect_memstats: false }],
      // A session each: a lasting session is never subscribed anew, so that a filter that is added to one is not heard.
      mqtt_consumer: stored.map((facts) => consumer(central.contract, facts)),
    },
    processors: {
      starlark: [
        {
          source: INGESTER_SCRIPT,
          // What came from the broker. Nothing else has this tag, and all that comes from there does, whatever the line says.
          tagpass: { topic: ['*'] },
          constants: {
            rules: Object.fromEntries(
              stored.map((facts) => [
                facts.signal,
                {
                  measurement: facts.measurement,
                  source: facts.source,
                  fields: STORED_FIELDS[facts.signal].fields,
                  needs: STORED_FIELDS[facts.signal].needs,
                  oldest: milliseconds(keptFor(central.historian, facts.signal)) / 1000 - MARGIN_HOURS * HOUR_SECONDS,
                },
              ]),
            ),
            ahead: AHEAD_HOURS * HOUR_SECONDS,
            longest: LONGEST_TEXT,
            refused: REFUSED.measurement,
          },
        },
      ],
    },
    outputs: {
      http: [...stored, REFUSED].map(output),
      // Unhealthy from the first error of a connection to the broker, so that it is restarted: see publisher.ts.
      health: [
        { ...health, namepass: ['internal_gather'], tagpass: { input: ['mqtt_consumer'] }, compares: [{ field: 'errors', lt: 0.5 }] },
      ],
      prometheus_client: [
        {
          listen: `:${INGESTER_METRICS_PORT}`,
          namepass: ['internal_*'],
          collectors_exclude: ['gocollector', 'process'],
          metric_version: 2,
        },
      ],
    },
  };
}

/** The input of one signal, with the session that keeps it while the ingester is away. */
function consumer(contract: Contract, { signal, filter }: StoredSignalFacts): ConfigTable {
  return {
    alias: signal,
    servers: [centralBrokerUrl(contract, 'inputs.mqtt_consumer')],
    topics: [filter],
    // The script takes plant, machine and node from it, whatever the line says.
    topic_tag: 'topic',
    qos: 1,
    client_id: environmentVariable(SESSION_KEY, `-${sessionOf(signal)}`),
    persistent_session: true,
    max_undelivered_messages: MAX_UNDELIVERED,
    connection_timeout: '10s',
    keepalive: '30s',
    username: '@{broker:username}',
    password: '@{broker:password}',
    ...(contract.certificateAuthority === undefined ? {} : { tls_ca: `${CENTRAL_MOUNTS.authority}/ca.crt` }),
    data_format: 'influx',
    startup_error_behavior: 'retry',
  };
}

/** Name of the ingester's session for a signal: what its MQTT client identifier ends with, behind a part that nobody else knows. */
export function sessionOf(signal: StoredSignalFacts['signal']): string {
  return `${PLANT_DATA_INGESTER.name}-${signal.replace('/', '-')}`;
}

/**
 * The output of one bucket: `outputs.http` with InfluxDB's own writer, not `outputs.influxdb_v2`, which gives up what any 4xx answer refuses:
 * the message is then neither written nor acknowledged until the next start, and a few of them stop the session. This one keeps all and
 * tries again, whatever the answer.
 */
function output({ bucket, measurement }: { readonly bucket: string; readonly measurement: string }): ConfigTable {
  return {
    alias: bucket,
    url: `https://${serviceHost(HISTORIAN)}:${HISTORIAN.port}/write?db=${bucket}&precision=ns`,
    namepass: [measurement],
    username: '@{historian:username}',
    password: '@{historian:password}',
    tls_ca: `${CENTRAL_MOUNTS.tls}/ca.crt`,
    content_encoding: 'gzip',
    timeout: '30s',
    data_format: 'influx',
  };
}
