import { READINGS_SCRIPT } from '../table/script';

/** Measurement of the lines of files before they become readings. */
export const LINE = 'files:line';

/**
 * The Starlark script of a machine that writes files: lines in, readings out. Constants: `columns` (empty where files have a header),
 * `delimiter`, `time_columns`, `layout` (`unix`, `unix-ms`, or Go's), `zone`, `points`, `DECIMAL`.
 *
 * A file is always read from its beginning after a start, and its lines get the same times again: lines of one millisecond that follow
 * each other are counted in nanoseconds. The first line of a file, or its header, begins the count anew.
 */
export const FILES_SCRIPT = `
load("logging.star", "log")
load("time.star", "time")

def unquoted(cell):
    cell = cell.strip()
    if len(cell) >= 2 and cell.startswith('"') and cell.endswith('"'):
        return cell[1:-1].replace('""', '"')
    return cell

def cells(line):
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    found = []
    opened = ""
    for part in line.split(delimiter):
        opened = opened + delimiter + part if opened else part
        # A mark between quotes belongs to the cell.
        if opened.lstrip().startswith('"') and opened.count('"') % 2 == 1:
            continue
        found.append(unquoted(opened))
        opened = ""
    return found + [opened] if opened else found

def time_of(values):
    text = " ".join([values.get(column, "") for column in time_columns]).strip()
    if layout == "unix" or layout == "unix-ms":
        number = tried(lambda: float(text))
        if number == None or number - number != 0.0 or number < -9.0e15 or number > 9.0e15:
            return None
        at = int(number * 1000.0) if layout == "unix" else int(number)
        return at * 1000000
    moment = tried(lambda: time.parse_time(text, format=layout, location=zone))
    return moment.unix_nano if moment != None else None

def file_of(path, line):
    if path not in state:
        if len(state) > 20000:
            for old in list(state.keys())[:1000]:
                state.pop(old)
        state[path] = {"first": line, "columns": list(columns), "time": 0, "count": 0}
    return state[path]

def apply(metric):
    line = metric.fields.get("line", "")
    path = metric.tags.get("path", "")
    if not line.strip():
        return None
    file = file_of(path, line)
    found = cells(line)
    if line == file["first"]:
        file["time"] = 0
    if not columns and len([column for column in time_columns if column not in found]) == 0:
        file["columns"] = found
        file["time"] = 0
        return None
    if not file["columns"]:
        return None
    values = {column: found[index] for index, column in enumerate(file["columns"]) if index < len(found)}
    at = time_of(values)
    if at == None or at < -9223372036000000000 or at > 9223372036000000000:
        log.warn("a line of %s has no time: %s" % (path, repr(line[:200])))
        return None
    at = at - at % 1000000
    file["count"] = file["count"] + 1 if at == file["time"] else 0
    file["time"] = at
    # An empty cell has no value, unless it is a text.
    for point in points:
        if values.get(point["column"]) == "" and point["kind"] != "string":
            values.pop(point["column"])
    return readings(metric, values, points, at + file["count"] % 1000000)

${READINGS_SCRIPT}`.trimStart();
