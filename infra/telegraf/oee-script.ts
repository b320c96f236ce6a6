/**
 * The Starlark program of the OEE calculator: fixed, with what differs between plants as JSON in the constant `plan` (Telegraf's TOML
 * knows no lists of mixed types). Definitions and reasons are in docs/oee.md. It keeps no state of its own on disk: Telegraf writes its state file
 * only when it ends properly (agent/agent.go, `Run`, 1.37.2), so each machine's state travels in a retained message.
 */
export const OEE_SCRIPT = `
load("json.star", "json")
load("time.star", "time")

PLAN = json.decode(plan)
plant, calculator, machines = PLAN["plant"], PLAN["calculator"], PLAN["machines"]
zone, shifts, settle = PLAN["zone"], PLAN["shifts"], PLAN["settle"]
# Seconds behind a machine's newest reading in which late readings still count.
LATE = 120
# Seconds that a reading may be ahead of this clock.
AHEAD = 60
# Seconds between two tellings of the figures.
EVERY = 10
RANK = {".": 0, "x": 1, "r": 2, "p": 3, "u": 4}
KINDS = ["hour", "day"] + (["shift"] if shifts else [])

state = {"ready": False, "heard": False, "held": [], "since": None, "records": {}, "told": {}, "token": str(time.now().unix_nano)}

def apply(m):
    if m.name == "point":
        if m.tags.get("machine") not in machines:
            return None
        if state["ready"]:
            return take(m)
        # Nothing is reckoned, and nothing acknowledged, before the retained state is known and what a calculator that died had
        # taken is here: the broker hands that out again after newer readings, when it has waited in vain for acknowledgement.
        state["since"] = state["since"] or time.now().unix
        state["held"].append(deepcopy(m, track = True))
        return None
    if m.name == "oee_state":
        return remember(m)
    if state["ready"]:
        return m
    if not state["heard"]:
        return [Metric("oee_state", tags = {"plant": plant, "machine": calculator}, fields = {"kept": state["token"]}), m]
    if state["since"] == None or time.now().unix < state["since"] + settle:
        return m
    state["ready"] = True
    out = []
    for held in sorted(state["held"], key = lambda held: held.time):
        told = take(held)
        if not told:
            # No output takes it: so it is acknowledged, which a copy that is only forgotten is not.
            held.name = "done"
        out.extend(told or [held])
    state["held"].clear()
    return out + [m]

# The broker sends what it retains before anything that is published after the subscription: once the calculator hears itself, it
# has heard all states that there are.
def remember(m):
    machine = m.tags.get("machine")
    kept = m.fields.get("kept")
    if state["heard"]:
        return None
    if machine in machines:
        record = unpacked(kept)
        for role in ["total", "defects"]:
            counter = record["n"].get(role)
            if counter and counter["p"] != machines[machine].get(role, {}).get("point"):
                record["n"].pop(role)
        for kind in list(record["p"].keys()):
            if kind not in KINDS:
                record["p"].pop(kind)
                record["f"].pop(kind, None)
        state["records"][machine] = record
        return None
    if machine == calculator and kept == state["token"]:
        state["heard"] = True
    return None

def take(m):
    machine = m.tags["machine"]
    setting = machines[machine]
    name = m.tags.get("point")
    ms = m.time // 1000000
    slot = ms // 1000
    role = "state" if name == setting["state"] else None
    for counter in ["total", "defects"]:
        if counter in setting and name == setting[counter]["point"]:
            role = counter
    if role == None or slot > time.now().unix + AHEAD:
        return None
    good = m.fields.get("quality", 192) == 192
    value = None
    for field in ["integer", "real", "boolean", "string"]:
        value = m.fields.get(field, value)

    record = state["records"].get(machine)
    if record == None:
        record = {"v": 1, "b": slot - LATE + 1, "s": [], "c": "x", "l": 0, "n": {}, "p": {}, "f": {}, "i": 0}
        for kind in KINDS:
            record["p"][kind] = opened(kind, record["b"])
        state["records"][machine] = record
    for kind in KINDS:
        if kind not in record["p"]:
            record["p"][kind] = opened(kind, record["b"])

    if slot < record["b"]:
        record["i"] += 1
    elif role == "state":
        told = setting["classes"].get(str(value)) if good and value != None else None
        put_state(record, setting, slot, told or "x")
    elif not good or type(value) not in ["int", "float"] or not put_count(record, setting, role, ms, value):
        return None
    # Also what comes again is acknowledged with a state only: its first copy may be in one that the broker does not have yet.

    out = []
    newest = record["b"] + len(record["s"]) - 1
    if newest // EVERY != state["told"].get(machine):
        state["told"][machine] = newest // EVERY
        out.extend(figures(machine, setting, record, newest + 1))
    # The reading itself becomes the state that has it in, so that it is acknowledged when the broker has that.
    m.name = "oee_state"
    m.tags.clear()
    m.tags["plant"] = plant
    m.tags["machine"] = machine
    m.fields.clear()
    m.fields["kept"] = packed(record)
    m.time = (newest + 1) * 1000000000
    out.append(m)
    return out

# A record as a text: short, because it is written at every reading. Times of counters are relative to its beginning.
def packed(record):
    begin = 1000 * record["b"]
    kept = dict(record)
    kept["s"] = "".join(record["s"])
    kept["n"] = {
        role: dict(counter, q = [[ms - begin, value] for ms, value in counter["q"]])
        for role, counter in record["n"].items()
    }
    return json.encode(kept)

def unpacked(kept):
    record = json.decode(kept)
    begin = 1000 * record["b"]
    record["s"] = list(record["s"].elems())
    for counter in record["n"].values():
        counter["q"] = [[ms + begin, value] for ms, value in counter["q"]]
    return record

def put_state(record, setting, slot, told):
    reach(record, setting, slot)
    at = slot - record["b"]
    if RANK[told] > RANK[record["s"][at]]:
        record["s"][at] = told

def put_count(record, setting, role, ms, value):
    counter = record["n"].setdefault(role, {"p": setting[role]["point"], "l": None, "q": []})
    queue = counter["q"]
    at = len(queue)
    for _ in range(len(queue)):
        if queue[at - 1][0] < ms:
            break
        at -= 1
    if at < len(queue) and queue[at][0] == ms:
        return True
    queue.insert(at, [ms, value])
    # Between two equal neighbours a reading says nothing.
    for middle in [at + 1, at, at - 1]:
        if 0 < middle and middle + 1 < len(queue) and queue[middle - 1][1] == queue[middle][1] and queue[middle + 1][1] == queue[middle][1]:
            queue.pop(middle)
    before = queue[at - 1][1] if 0 < at and at - 1 < len(queue) else counter["l"]
    reach(record, setting, ms // 1000)
    # What a counter says again need not be kept at once.
    return before == None or before != value

# Makes room for a second, and closes those that are too long ago.
def reach(record, setting, slot):
    advance(record, setting, slot - LATE + 1)
    missing = slot - record["b"] - len(record["s"]) + 1
    if missing > 0:
        record["s"].extend(["."] * missing)

def advance(record, setting, to):
    for _ in range(max(0, to - record["b"])):
        slot = record["b"]
        if slot >= to:
            break
        if not record["s"] and (record["c"] == "x" or slot - record["l"] >= setting["hold"]):
            # Nothing is known from here on.
            record["c"] = "x"
            record["b"] = to
            roll(record, to)
            break
        roll(record, slot)
        told = record["s"].pop(0) if record["s"] else "."
        if told != ".":
            record["c"] = told
            record["l"] = slot
        elif slot - record["l"] >= setting["hold"]:
            record["c"] = "x"
        for role, counter in record["n"].items():
            queue = counter["q"]
            for _ in range(len(queue)):
                if queue[0][0] // 1000 > slot:
                    break
                value = queue.pop(0)[1]
                more = made(counter["l"], value, setting[role].get("wraps"))
                counter["l"] = value
                for period in record["p"].values():
                    period[role] += more
        if record["c"] != "x":
            for period in record["p"].values():
                period[record["c"]] += 1
        record["b"] = slot + 1

# What a counter went up by: a lower value is a counter that went round, or was set back and counts from zero.
def made(last, value, wraps):
    if last == None:
        return 0
    if value >= last:
        return value - last
    if wraps and 2 * (value + wraps - last) <= wraps:
        return value + wraps - last
    return max(value, 0)

def roll(record, slot):
    for kind in KINDS:
        period = record["p"][kind]
        if slot >= period["e"]:
            record["f"].setdefault(kind, []).append(dict(period, told = 0))
            record["p"][kind] = opened(kind, slot)

# The period of a kind that holds a second.
def opened(kind, slot):
    begin, end, name = slot - slot % 3600, slot - slot % 3600 + 3600, ""
    if kind != "hour":
        begin, end = None, None
        day = time.from_timestamp(slot).in_location(zone)
        for start in (shifts if kind == "shift" else [["", 0]]):
            for days in [-2, -1, 0, 1, 2]:
                at = time.time(year = day.year, month = day.month, day = day.day + days, hour = start[1] // 60, minute = start[1] % 60, location = zone).unix
                if at <= slot and (begin == None or at > begin):
                    begin, name = at, start[0]
                if at > slot and (end == None or at < end):
                    end = at
    return {"b": begin, "e": end, "s": name, "r": 0, "p": 0, "u": 0, "total": 0, "defects": 0}

# What is known up to a second: of each kind the last period that was closed, again and again in case its telling was lost, those that
# are over but may still change, and the open one.
def figures(machine, setting, record, until):
    view = dict(record)
    view["s"] = list(record["s"])
    view["n"] = {role: {"l": counter["l"], "q": list(counter["q"])} for role, counter in record["n"].items()}
    view["p"] = {kind: dict(period) for kind, period in record["p"].items()}
    view["f"] = {}
    advance(view, setting, until)
    out = []
    for kind in KINDS:
        finals = record["f"].setdefault(kind, [])
        for _ in range(len(finals)):
            if len(finals) > 1 and finals[0]["told"] >= 2:
                finals.pop(0)
        for closed in finals:
            closed["told"] += 1
            out.append(figure(machine, setting, kind, closed, closed["e"], True, record["i"]))
        for closed in view["f"].get(kind, []):
            out.append(figure(machine, setting, kind, closed, closed["e"], False, record["i"]))
        if until < view["p"][kind]["e"]:
            out.append(figure(machine, setting, kind, view["p"][kind], until, False, record["i"]))
    return out

def figure(machine, setting, kind, period, until, final, ignored):
    running, busy = period["r"], period["r"] + period["u"]
    total = period["total"]
    tags = {"plant": plant, "machine": machine, "period": kind}
    if period["s"]:
        tags["shift"] = period["s"]
    fields = {
        "begin": period["b"],
        "final": final,
        "running": running,
        "planned_stop": period["p"],
        "unplanned_stop": period["u"],
        "unknown": until - period["b"] - busy - period["p"],
        "total": float(total),
        "ignored": ignored,
    }
    good = None
    if "defects" in setting:
        good = period["defects"] if setting["defects"]["counts"] == "good" else total - period["defects"]
        fields["good"] = float(good)
    if busy > 0:
        fields["availability"] = running / busy
    if running > 0:
        fields["performance"] = total * setting["cycle"] / (1000 * running)
    if good != None and total > 0:
        fields["quality"] = good / total
    if good != None and busy > 0:
        fields["oee"] = good * setting["cycle"] / (1000 * busy)
    m = Metric("oee", tags = tags, fields = fields)
    m.time = until * 1000000000
    return m
`.trimStart();
