/**
 * What becomes of a line at the centre: whose it is says the topic, which the broker granted, whatever the line says; what no row of its
 * bucket can hold, or what would spoil a reading there, becomes a row of the bucket of refused lines. Without that, one such line would
 * stop all that come after it. A script that fails loses the line (Telegraf acknowledges it), so nothing of it may fail.
 *
 * Constants: `rules` by the first two levels of the topic, `ahead` in seconds, `longest` in bytes, `refused`.
 */
export const INGESTER_SCRIPT = `
load("time.star", "time")

state = {"last": 0}
largest = 9223372036854775807
second = 1000000000
letters = [c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".elems()]

def reason_against(metric, rule, now):
    if metric.name != rule["measurement"]:
        return "measurement"
    known = rule["fields"]
    strange = []
    held = 0
    for key, value in metric.fields.items():
        kind = known.get(key)
        if kind == None:
            strange.append(key)
        elif type(value) != kind:
            return "type of " + key
        elif kind == "int" and (value > largest or value < -largest - 1):
            return "size of " + key
        elif kind == "string" and len(value) > longest:
            return "length of " + key
        else:
            held += 1
    if held == 0:
        return "no known field"
    size = 0
    for key, value in metric.tags.items():
        # InfluxDB refuses some names with all lines beside them, and Telegraf cuts a backslash off the end.
        if key == "time" or key[:1] not in letters or not key.replace("_", "").replace("-", "").isalnum():
            return "name of a tag"
        if value.endswith("\\\\"):
            return "value of " + key
        size += len(key) + len(value)
    if size > longest:
        return "length of tags"
    for key in rule["needs"]:
        if key not in metric.tags:
            return "no tag " + key
    if metric.time > now + ahead * second:
        return "time in the future"
    if metric.time < now - rule["oldest"] * second:
        return "time older than is kept"
    for key in strange:
        metric.fields.pop(key)
    return None

def refuse(metric, levels, reason, now):
    text = str(metric)
    if len(text) > longest:
        # Half a character at the cut becomes U+FFFD.
        text = "".join([c for c in text[:longest].codepoints()])
    metric.tags.clear()
    metric.fields.clear()
    metric.name = refused
    metric.tags["signal"] = "/".join(levels[:2])
    metric.tags["plant"] = levels[2]
    metric.tags["source"] = levels[3]
    metric.fields["reason"] = reason
    metric.fields["line"] = text
    # No two at one time: they would be one row.
    state["last"] = max(now, state["last"] + 1)
    metric.time = state["last"]

def judge(metric, levels, now):
    rule = rules["/".join(levels[:2])]
    metric.tags["plant"] = levels[2]
    metric.tags[rule["source"]] = levels[3]
    reason = reason_against(metric, rule, now)
    if reason != None:
        refuse(metric, levels, reason, now)

def apply(metric):
    levels = metric.tags.pop("topic").split("/")
    now = time.now().unix_nano
    failure = catch(lambda: judge(metric, levels, now))
    if failure != None:
        refuse(metric, levels, failure, now)
    return metric
`;
