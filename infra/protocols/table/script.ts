import type { ConfigTable } from '../../model/config';
import { COLUMN_TYPES, type ColumnPoint, DEFAULT_TEXT_BYTES } from './columns';

/**
 * The part of a Starlark script (Telegraf 1.37.2, processors.starlark) that turns a row into readings: fixed text. What the model says
 * comes in as the constants that {@link columnConstants} makes. A value that is missing or does not fit its type becomes a reading
 * without a value, of quality 0 (bad). Every reading carries the row's tracking on, so that its input knows when all are delivered.
 *
 * - `readings(metric, values, points, at)`: a reading for each point, from a dictionary of columns
 * - `tried(call)`: what a call returns, None when it fails
 * - a script that uses it defines `DECIMAL`, the mark between whole and fraction in texts, as a constant
 */
export const READINGS_SCRIPT = `
def tried(call):
    made = []
    return None if catch(lambda: made.append(call())) else made[0]

def as_boolean(value):
    word = str(value).strip().lower() if type(value) != "string" else value.strip().lower()
    if word in ("1", "1.0", "true", "t", "\\x01"):
        return True
    if word in ("0", "0.0", "false", "f", "\\x00"):
        return False
    return None

def as_integer(value):
    if type(value) == "bool":
        return 1 if value else 0
    whole = value if type(value) == "int" else None
    if type(value) == "string":
        whole = tried(lambda: int(value.strip()))
    if whole == None:
        real = as_real(value)
        whole = tried(lambda: int(real)) if real != None and real < 9007199254740993.0 and real > -9007199254740993.0 else None
        whole = whole if whole != None and float(whole) == real else None
    return whole if whole != None and whole < 9223372036854775808 and whole >= -9223372036854775808 else None

def as_real(value):
    if type(value) == "bool":
        return None
    real = tried(lambda: float(value.strip().replace(DECIMAL, ".") if type(value) == "string" else value))
    # Neither infinite nor not a number.
    return real if real != None and real - real == 0.0 else None

def as_text(value, most):
    text = value if type(value) == "string" else str(value)
    if len(text) <= most:
        return text
    characters = list(text[:most].codepoints())
    if characters and characters[-1] == "\\uFFFD":
        characters.pop()
    return "".join(characters)

def converted(value, point):
    if value == None:
        return None
    if point["kind"] == "boolean":
        return as_boolean(value)
    if point["kind"] == "integer":
        return as_integer(value)
    if point["kind"] == "real":
        return as_real(value)
    return as_text(value, point["most"])

def readings(metric, values, points, at):
    made = []
    for point in points:
        reading = deepcopy(metric, track=True)
        reading.name = "point"
        reading.time = at
        for key in reading.tags.keys():
            if key not in ("plant", "machine"):
                reading.tags.pop(key)
        reading.tags["point"] = point["point"]
        reading.tags["type"] = point["type"]
        if point["unit"]:
            reading.tags["unit"] = point["unit"]
        value = converted(values.get(point["column"]), point)
        reading.fields.clear()
        if value == None:
            reading.fields["quality"] = 0
        else:
            reading.fields[point["kind"]] = value
        made.append(reading)
    return made
`.trimStart();

/** The points of one table for {@link READINGS_SCRIPT}, ordered as they are given. */
export function columnConstants(points: readonly (readonly [name: string, point: ColumnPoint])[]): ConfigTable[] {
  return points.map(([point, { column, type, maxBytes, unit }]) => ({
    point,
    column,
    type,
    kind: COLUMN_TYPES[type],
    most: maxBytes ?? DEFAULT_TEXT_BYTES,
    unit: unit ?? '',
  }));
}
