import { MEASUREMENT } from '../../model/line-protocol';
import { QUALITY, QUALITY_FIELD } from '../../model/quality';
import type { ConfigValue, GatewayProcessor } from '../protocol';
import { fetchedOf } from './gateway';
import { scansOf } from './reading';
import type { ModbusMachine } from './settings';

/**
 * Turns what was fetched into what was asked for, in Starlark (Telegraf's starlark processor). A table of its own tells it what to do for
 * each point: the script is always the same. Values that no reader could take are left out and told as bad.
 */
const SCRIPT = `def good(value):
    if type(value) == "float":
        return value - value == 0.0
    return value >= -9223372036854775808 and value <= 9223372036854775807

def bits(metric, word, points):
    readings = []
    for name, bit, unit in points:
        reading = deepcopy(metric)
        reading.tags["point"] = name
        reading.tags["type"] = "BOOL"
        if unit != "":
            reading.tags["unit"] = unit
        reading.fields.clear()
        reading.fields["boolean"] = (word >> int(bit)) & 1 == 1
        readings.append(reading)
    return readings

def apply(metric):
    point = metric.tags.get("point")
    if point in words:
        return bits(metric, metric.fields["integer"], words[point])
    if point in texts:
        text = metric.fields["string"][:texts[point]]
        metric.fields["string"] = text.split("\\0")[0]
        return metric
    for kind in ["integer", "real"]:
        value = metric.fields.get(kind)
        if value == None:
            continue
        if point in scales:
            times, plus, by = scales[point]
            metric.fields.pop(kind)
            kind = "real"
            value = (value * times + plus) / by
        if good(value):
            metric.fields[kind] = value
        else:
            metric.fields["${QUALITY_FIELD}"] = ${QUALITY.bad}
            if kind in metric.fields:
                metric.fields.pop(kind)
        return metric
    return metric
`;

/** What a machine's readings go through: nothing when they are as they should be already. */
export function processors(machine: ModbusMachine): GatewayProcessor[] {
  const fetched = scansOf(machine.settings).flatMap(fetchedOf);
  const words: Record<string, ConfigValue> = {};
  const texts: Record<string, ConfigValue> = {};
  const scales: Record<string, ConfigValue> = {};
  let checks = false;
  for (const { name, readings } of fetched) {
    const [first] = readings;
    if (first?.address.bit !== undefined) {
      // Telegraf reads lists of one type only.
      words[name] = readings.map((reading) => [reading.name, String(reading.address.bit), reading.unit ?? '']);
    }
    for (const { name: point, type, fraction, valueType } of readings) {
      if (type.maxBytes !== undefined) texts[point] = type.maxBytes;
      if (fraction) scales[point] = [fraction.times, fraction.plus, fraction.by];
      checks ||= valueType === 'real' || type.telegraf === 'UINT64';
    }
  }
  const isNeeded = checks || [words, texts].some((table) => Object.keys(table).length > 0);
  return isNeeded
    ? [{ plugin: 'starlark', settings: { namepass: [MEASUREMENT], source: SCRIPT, constants: { words, texts, scales } } }]
    : [];
}
