import { QUALITY, QUALITY_FIELD } from '../../model/quality';
import type { GatewayProcessor } from '../protocol';
import { readingsOf } from './reading';
import type { OpcUaMachine } from './settings';

/**
 * Turns Telegraf's text of a status code into a quality, in Starlark. Good is good, uncertain is stale, everything else is bad. A value
 * is told with good and stale only, and when it is of the kind that the point declares and a reader can take it: no array, no number
 * beyond 64 bits with sign, no NaN, no infinity, no text above its bound. Without such a value a reading is bad.
 */
const SCRIPT = `starlark_types = {"boolean": "bool", "integer": "int", "real": "float", "string": "string"}

def can_be_told(kind, value, bytes):
    if type(value) != starlark_types[kind]:
        return False
    if kind == "integer":
        return value >= -9223372036854775808 and value <= 9223372036854775807
    if kind == "real":
        return value - value == 0.0
    if kind == "string":
        return len(value) <= bytes
    return True

def apply(metric):
    point = metric.tags["point"]
    kind = kinds[point]
    status = metric.fields["Quality"]
    code = int(status[status.rfind("0x"):].rstrip(")"), 0)
    value = metric.fields.get(kind)
    metric.fields.clear()
    severity = code >> 30
    if severity > 1 or not can_be_told(kind, value, longest.get(point, 0)):
        metric.fields["${QUALITY_FIELD}"] = ${QUALITY.bad}
        return metric
    metric.fields[kind] = value
    metric.fields["${QUALITY_FIELD}"] = ${QUALITY.good} if severity == 0 else ${QUALITY.stale}
    return metric
`;

/** Judges every reading; each point has its kind of value, and each text the most bytes that it may have. */
export function processors({ settings }: OpcUaMachine): GatewayProcessor[] {
  const readings = readingsOf(settings);
  const kinds = Object.fromEntries(readings.map(({ name, type }) => [name, type.valueType]));
  const longest = Object.fromEntries(readings.flatMap(({ name, type }) => (type.maxBytes === undefined ? [] : [[name, type.maxBytes]])));
  return [{ plugin: 'starlark', settings: { namepass: ['point'], source: SCRIPT, constants: { kinds, longest } } }];
}
