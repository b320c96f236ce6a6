import { environmentVariable } from '../formats/toml';
import type { ConfigTable } from '../model/config';
import { LOG_LINE_CHARACTERS, LOG_LINE_OVERHEAD, LOG_MEASUREMENT, LOG_TOPIC_PREFIX, type Logs, logBytesPerHour } from '../model/logs';
import type { Plant } from '../model/plant';
import { LOG_COLLECTOR, MOUNTS } from '../model/services';
import { agentTables } from './agent';
import { centralBrokerUrl } from './central-broker';

/** Variable of the pod that holds the name of its node. */
export const NODE_NAME = 'NODE_NAME';

/** Where the kubelet keeps the logs of containers: `NAMESPACE_POD_UID/CONTAINER/N.log`. */
export const POD_LOGS = '/var/log/pods';

/**
 * Lines that are read and not sent at most. While the centre is away no more are read: they wait in the node's files, until the kubelet
 * has rotated those away.
 */
const BUFFER_LINES = 1_000;

/** How old a line may be when the collector starts, in seconds, so that its own restart loses none. What comes twice has the same series and time. */
const LOOK_BACK_SECONDS = 60;

/**
 * What becomes of a line of a container's log, in the form that containers' runtimes write (`TIME stdout F MESSAGE`): tags of what wrote
 * it, the message without blanks at its end, and the time that the runtime gave it; nothing where it says nothing. What is beyond the hour's budget is counted and told once, with the
 * first line of the next hour. The budget counts the line as it goes on the wire, with room for MQTT and TLS.
 */
const SCRIPT = `
load("time.star", "time")

state = {"hour": None, "bytes": 0, "dropped": 0}
began = time.now().unix_nano

def time_of(text):
    return time.parse_time(text).unix_nano

def note(template, hour):
    said = Metric("${LOG_MEASUREMENT}")
    for key in ("plant", "node"):
        said.tags[key] = template.tags[key]
    said.tags["namespace"] = own_namespace
    said.tags["pod"] = own_name
    said.tags["container"] = "budget"
    said.fields["message"] = "%d lines before were left out: the node may send %d bytes an hour" % (state["dropped"], bytes_per_hour)
    said.time = template.time
    return said

def apply(metric):
    parts = metric.tags.pop("path", "").split("/")
    line = metric.fields.pop("value", "")
    if len(parts) < 3:
        return None
    owner = parts[-3].split("_")
    if len(owner) != 3 or owner[0] == own_namespace:
        return None
    words = line.split(" ", 3)
    if len(words) > 2 and words[1] in ("stdout", "stderr"):
        metric.tags["stream"] = words[1]
        line = words[3] if len(words) == 4 else ""
        if catch(lambda: time_of(words[0])) == None:
            metric.time = time_of(words[0])
            if metric.time < began - before_ns:
                return None
    if line == "":
        return None
    metric.tags["namespace"] = owner[0]
    metric.tags["pod"] = owner[1]
    metric.tags["container"] = parts[-2]
    metric.fields["message"] = line[:line_characters]
    out = []
    now = time.now().unix // 3600
    if state["hour"] != now:
        if state["dropped"] > 0:
            out.append(note(metric, now))
        state.update([("hour", now), ("bytes", 0), ("dropped", 0)])
    size = overhead
    for key, value in metric.tags.items():
        size += len(key) + len(value) + 2
    said = metric.fields["message"]
    size += len(said) + said.count('"') + said.count("\\\\")
    if state["bytes"] + size > bytes_per_hour:
        state["dropped"] += 1
        return out
    state["bytes"] += size
    out.append(metric)
    return out
`;

/**
 * The configuration of a node's log collector: it follows the log files of the node's containers and publishes their lines to the
 * central broker on `logs/v1/PLANT/NODE`, as many as the budget allows. Best effort: docs/logs.md tells
 * what is lost when.
 */
export function logCollectorConfiguration(plant: Plant, logs: Logs): ConfigTable {
  const { agent, health } = agentTables({ batchSize: 100, bufferLimit: BUFFER_LINES });
  const node = environmentVariable(NODE_NAME);
  return {
    agent,
    global_tags: { plant: plant.name, node },
    // Files of a mounted Secret, read by name; passwords never stand in a configuration.
    secretstores: { docker: [{ id: 'central', path: MOUNTS.centralLogin, dynamic: true }] },
    inputs: {
      tail: [
        {
          name_override: LOG_MEASUREMENT,
          files: [`${POD_LOGS}/*/*/*.log`],
          // A file that appears is read from its first line, which says why a container was started again; the script leaves out what is
          // past. Not a saved place: after a rotation the same name is another file, and a place in the old one is none in it.
          initial_read_offset: 'beginning',
          // Links and rotation of the kubelet are not told by inotify on every file system.
          watch_method: 'poll',
          character_encoding: 'utf-8',
          path_tag: 'path',
          max_undelivered_lines: BUFFER_LINES,
          data_format: 'value',
          data_type: 'string',
        },
      ],
    },
    processors: {
      starlark: [
        {
          order: 1,
          source: SCRIPT,
          constants: {
            bytes_per_hour: logBytesPerHour(logs, plant.nodes.length),
            line_characters: LOG_LINE_CHARACTERS,
            overhead: LOG_LINE_OVERHEAD,
            before_ns: LOOK_BACK_SECONDS * 1e9,
            own_namespace: LOG_COLLECTOR.zone,
            own_name: LOG_COLLECTOR.name,
          },
        },
      ],
      // A message that was cut may end in half a character.
      strings: [{ order: 2, valid_utf8: [{ field: 'message', replacement: '\uFFFD' }] }],
    },
    outputs: {
      mqtt: [
        {
          servers: [centralBrokerUrl(plant.contract, 'outputs.mqtt')],
          topic: `${LOG_TOPIC_PREFIX}/${plant.name}/{{ .Tags.node }}`,
          qos: 1,
          keep_alive: 30,
          timeout: '30s',
          username: '@{central:username}',
          password: '@{central:password}',
          layout: 'batch',
          data_format: 'influx',
          ...(plant.contract.certificateAuthority === undefined ? {} : { tls_ca: `${MOUNTS.centralAuthority}/ca.crt` }),
        },
      ],
      health: [health],
    },
  };
}
