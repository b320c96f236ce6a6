import type { ConfigTable, ConfigValue } from '../model/config';
import type { DataPoint } from '../model/data-point';
import { MEASUREMENT } from '../model/line-protocol';
import type { GatewayInput, GatewayProcessor, Machine } from '../model/machine';
import { QUALITY, QUALITY_FIELD, QUALITY_REPEAT_SECONDS, STALE_SCANS } from '../model/quality';

/** What Telegraf tells of each input, by its alias (plugins/inputs/internal, 1.37.2). */
const GATHERED = 'internal_gather';

/** Fields of {@link GATHERED} that tell how scans went. All but `gather_time_ns` count from Telegraf's start. */
const COUNTS = ['errors', 'metrics_gathered', 'gather_timeouts', 'gather_time_ns'];

/**
 * Judges each input once a second by what happened since the last time, and says so in the name of its points. `state` alone outlives
 * a call: one short list for each input (plugins/common/starlark/starlark.go, 1.37.2). In this order:
 * - values came: scans are fine, and the values say so themselves, unless their times are the machine's own
 * - errors and no values: failed
 * - a scan ended without either, which shows in its duration: fine, and told if it was not before, since no value says so
 * - no scan ended in as many intervals as STALE_SCANS: stale
 */
const SCRIPT = `state = {}

def apply(metric):
    alias = metric.tags.get("alias", "")
    source = inputs.get(alias)
    if source == None:
        return None
    errors = metric.fields.get("errors", 0)
    gathered = metric.fields.get("metrics_gathered", 0)
    timeouts = metric.fields.get("gather_timeouts", 0)
    took = metric.fields.get("gather_time_ns", 0)
    last = state.get(alias, [0, 0, 0, 0, 0, good, 0])
    late, quality, told = last[4], last[5], last[6]

    delivered = gathered > last[1]
    if delivered:
        quality, late = good, 0
    elif errors > last[0]:
        quality, late = bad, 0
    elif took != last[3]:
        quality, late = good, 0
    else:
        late += timeouts - last[2]
        if late >= stale_scans and quality == good:
            quality = stale

    changed = quality != last[5] and (source["own_times"] or not delivered)
    due = quality != good and metric.time - told >= source["repeat_s"] * 1000000000
    if changed or due:
        told = metric.time
    state[alias] = [errors, gathered, timeouts, took, late, quality, told]
    if not changed and not due:
        return None
    readings = []
    for point in source["points"]:
        tags = {"plant": plant, "machine": source["machine"], "point": point[0], "type": point[1]}
        if len(point) > 2:
            tags["unit"] = point[2]
        reading = Metric(measurement, tags = tags, fields = {field: quality})
        reading.time = metric.time
        readings.append(reading)
    return readings
`;

/**
 * What makes a gateway tell of scans that fail or hang: the input that reads Telegraf's own counts, and the processor that turns them
 * into readings without a value. Between whole seconds, when most scans begin, so that no value has the same time stamp.
 */
export function qualityOfScans(plant: string, machines: readonly Machine[]): { input: GatewayInput; processor: GatewayProcessor } {
  const sources = new Map<string, { machine: Machine; points: Set<DataPoint>; ownTimes: boolean }>();
  for (const machine of machines) {
    for (const input of machine.inputs) {
      const alias = String(input.settings.alias ?? '');
      const source = sources.get(alias) ?? { machine, points: new Set(), ownTimes: false };
      sources.set(alias, { ...source, ownTimes: source.ownTimes || input.ownTimes === true });
      for (const point of pointsOf(machine, input)) source.points.add(point);
    }
  }
  return {
    input: {
      plugin: 'internal',
      settings: {
        interval: '1s',
        collection_offset: '350ms',
        collect_memstats: false,
        namepass: [GATHERED],
        fieldinclude: COUNTS,
      },
    },
    processor: {
      plugin: 'starlark',
      settings: {
        namepass: [GATHERED],
        source: SCRIPT,
        constants: {
          ...QUALITY,
          measurement: MEASUREMENT,
          field: QUALITY_FIELD,
          plant,
          stale_scans: STALE_SCANS,
          inputs: Object.fromEntries(
            [...sources].map(([alias, { machine, points, ownTimes }]): [string, ConfigTable] => [
              alias,
              {
                machine: machine.name,
                own_times: ownTimes,
                // Never more often than the points themselves would come: the broker's store is reckoned from that.
                repeat_s: Math.ceil(Math.max(QUALITY_REPEAT_SECONDS, ...[...points].map(({ scanMs }) => scanMs / 1000))),
                points: [...points].map(identity),
              },
            ]),
          ),
        },
      },
    },
  };
}

/** Tags that tell a point from others of its machine, in the order in which the script takes them. */
function identity({ name, sourceType, unit }: DataPoint): ConfigValue {
  return [name, sourceType, ...(unit === undefined ? [] : [unit])];
}

/** The points that an input reads: those that it names, else those of its interval, else all of its machine. */
function pointsOf({ points }: Machine, { points: names, settings }: GatewayInput): readonly DataPoint[] {
  if (names) {
    const own = new Set(names);
    return points.filter(({ name }) => own.has(name));
  }
  const interval = /^([0-9]+)(ms|s|m|h)$/.exec(typeof settings.interval === 'string' ? settings.interval : '');
  if (!interval) return points;
  const milliseconds = Number(interval[1]) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[interval[2] as 'ms' | 's' | 'm' | 'h'];
  return points.filter(({ scanMs }) => scanMs === milliseconds);
}
