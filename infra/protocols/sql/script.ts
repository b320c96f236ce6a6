import { READINGS_SCRIPT } from '../table/script';

/** Column with the time of a row of a log, and with its number: points have other names. */
export const [TIME_COLUMN, ID_COLUMN] = ['_time', '_id'] as const;

/** Measurement of the rows of a table before they become readings: this and the table's name. */
export const ROW_PREFIX = 'sql:';

/**
 * The Starlark script of a machine with an SQL database: rows in, readings out. Constants: `sources`, by measurement, with `log`,
 * `points`, and for a log `once` (new rows that a scan hands on at most) and `pause` (nanoseconds without a row after which the next
 * one begins another scan); `machine`; `DECIMAL`.
 *
 * Every scan of a log brings the whole look back. Rows that were handed on are passed over until three scans did not bring them; the
 * memory of them is the process's, so that after an end of whatever kind every row in sight is handed on again. It is emptied when the
 * output says that it dropped readings, so that these come again.
 */
export const SQL_SCRIPT = `
load("time.star", "time")

def overflow(metric):
    ours = metric.tags.get("output") == "mqtt" and metric.tags.get("alias", "") in ("", machine)
    dropped = metric.fields.get("metrics_dropped", 0) if ours else 0
    if dropped > state.get("dropped", 0):
        for name in sources:
            if name in state:
                state.pop(name)
        state["dropped"] = dropped
    return None

def is_new(source, name, row):
    if name not in state:
        state[name] = {"seen": {}, "scan": 0, "last": 0, "left": 0}
    memory = state[name]
    now = time.now().unix_nano
    if now - memory["last"] > source["pause"]:
        memory["scan"] += 1
        memory["left"] = source["once"]
        for old in [key for key, scan in memory["seen"].items() if scan < memory["scan"] - 3]:
            memory["seen"].pop(old)
    memory["last"] = now
    new = row not in memory["seen"]
    if new:
        if memory["left"] <= 0:
            return False
        memory["left"] -= 1
    memory["seen"][row] = memory["scan"]
    return new

def apply(metric):
    if metric.name == "internal_write":
        return overflow(metric)
    source = sources[metric.name]
    values = {key: value for key, value in metric.fields.items()}
    if not source["log"]:
        # One row: the first of a scan, whose rows all have its time.
        if state.get(metric.name) == metric.time:
            return None
        state[metric.name] = metric.time
        return readings(metric, values, source["points"], metric.time)
    number = as_integer(values.get("${ID_COLUMN}"))
    if number == None:
        return None
    row = repr([values.get("${TIME_COLUMN}"), number] + [values.get(point["column"]) for point in source["points"]])
    if not is_new(source, metric.name, row):
        return None
    # Rows of one millisecond stay apart by their number, which says the same at every reading.
    return readings(metric, values, source["points"], metric.time - metric.time % 1000000 + number % 1000000)

${READINGS_SCRIPT}`.trimStart();
