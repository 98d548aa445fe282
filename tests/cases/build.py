"""Making the files that a run reads: configuration, exports, snapshot and state database."""
import json
import os
import random
import shlex
import sqlite3
import struct
import subprocess
from datetime import datetime, timedelta, timezone

from language import Wrong

UNITS = {"m": 60, "h": 3600, "d": 86400}


def instant(text):
    """Seconds since 1970 of `2026-11-14T10:30:00Z`, seconds may be missing."""
    for form in ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%MZ"):
        try:
            return int(datetime.strptime(text, form).replace(tzinfo=timezone.utc).timestamp())
        except ValueError:
            continue
    raise Wrong("not a time: " + text)


def stamp(text):
    """The same in the form Kisi uses, with the parts of a second that are given, or None."""
    if not text:
        return None
    whole, point, part = text.removesuffix("Z").partition(".")
    return (datetime(1970, 1, 1) + timedelta(seconds=instant(whole + "Z"))).strftime("%Y-%m-%dT%H:%M:%S") + point + part + "Z"


def span_of_time(text):
    return int(text[:-1]) * UNITS[text[-1]]


def words(line):
    """(first word, other words without =, options)."""
    parts = shlex.split(line)
    plain, options = [], {}
    for part in parts[1:]:
        key, equals, value = part.partition("=")
        if equals and key.isidentifier():
            options[key] = value
        else:
            plain.append(part)
    return parts[0], plain, options


def number(options, key):
    return int(options[key]) if key in options else None


# ---- the snapshot ----

def place(snapshot, plain, options):
    snapshot["places"].append({"id": int(plain[0]), "name": plain[1],
                               "time_zone": plain[2] if len(plain) > 2 else None})


def lock(snapshot, plain, options):
    snapshot["locks"].append({"id": int(plain[0]), "name": plain[1], "place_id": number(options, "place"),
                              "geofence_restriction_enabled": "restricted" in plain,
                              "online": "offline" not in plain, "locked_down": "closed" in plain})


def group(snapshot, plain, options):
    snapshot["groups"].append({"id": int(plain[0]), "name": plain[1], "place_id": number(options, "place")})


def grouplock(snapshot, plain, options):
    relations = snapshot["group_locks"]
    relations.append({"id": 9000 + len(relations), "group_id": int(options["group"]),
                      "lock_id": int(options["lock"])})


def user(snapshot, plain, options):
    snapshot["users"].append({"id": int(plain[0]), "email": plain[1] if plain[1] != "-" else None,
                              "name": plain[2] if len(plain) > 2 else plain[1].split("@")[0],
                              "access_enabled": options.get("access") != "no",
                              "confirmed": options.get("confirmed") != "no"})


def assign(snapshot, plain, options):
    """Who and where are told by the keys given: user, team or guest; group, place or organization."""
    who = next(kind for kind in ("user", "team", "guest") if kind in options)
    where = next(kind for kind in ("group", "place", "organization") if kind in options)
    snapshot["role_assignments"].append({
        "id": int(plain[0]), "role_id": options.get("role", where + "_basic"),
        "assignee_type": who.capitalize(), "assignee_id": int(options[who]),
        "applies_to_type": where.capitalize(), "applies_to_id": int(options[where]),
        "valid_from": stamp(options.get("from")), "valid_until": stamp(options.get("until"))})


def team(snapshot, plain, options):
    snapshot["teams"].append({"id": int(plain[0]), "name": plain[1]})


def teammember(snapshot, plain, options):
    members = snapshot["team_memberships"]
    kind = "user" if "user" in options else "guest"
    members.append({"id": 8000 + len(members), "team_id": int(options["team"]), "member_type": kind.capitalize(),
                    "member_id": int(options[kind])})


def link(snapshot, plain, options):
    snapshot["group_links"].append({
        "id": int(plain[0]), "name": plain[1], "email": options.get("email"), "group_id": int(options["group"]),
        "valid_from": stamp(options.get("from")), "valid_until": stamp(options.get("until")), "link_enabled": True})


def schedule(snapshot, plain, options):
    """Once from until, or weekly when neither is given."""
    once = "from" in options
    snapshot["schedules"].append({
        "id": int(plain[0]), "name": plain[1], "enabled": options.get("enabled") != "no", "override": False,
        "consequence": options.get("consequence", "unlock"), "type": "single_event" if once else "recurring_event",
        "scheduleable_type": "Lock", "scheduleable_id": int(options["lock"]),
        "starts_at": stamp(options.get("from")), "ends_at": stamp(options.get("until"))})


ARRAYS = {"link": "group_links", "schedule": "schedules", "place": "places", "lock": "locks", "group": "groups",
          "grouplock": "group_locks", "user": "users", "assign": "role_assignments", "team": "teams",
          "teammember": "team_memberships"}
OBJECTS = {"link": link, "schedule": schedule, "place": place, "lock": lock, "group": group, "grouplock": grouplock, "user": user, "assign": assign,
           "team": team, "teammember": teammember}


def snapshot(lines, now):
    out = {"format_version": 1, "fetched_at": stamp(now), "organization": {"id": 1, "name": "Harbour House"}}
    for name in ("places", "locks", "groups", "group_locks", "users", "role_assignments", "group_links",
                 "schedules", "teams", "team_memberships", "roles"):
        out[name] = []
    for line in lines:
        word, plain, options = words(line)
        if word not in OBJECTS:
            raise Wrong("@KISI knows no " + word)
        try:
            OBJECTS[word](out, plain, options)
            if "odd" in options:
                field, _, value = options["odd"].partition(":")
                out[ARRAYS[word]][-1][field] = value or False
        except (IndexError, KeyError, StopIteration, ValueError):
            raise Wrong("@KISI: something is missing in: " + line) from None
    return out


# ---- the state database ----

def state_run(db, command, at):
    count = db.execute("SELECT count(*) FROM runs").fetchone()[0]
    run = "%012x" % (0xc0ffee00 + count)
    db.execute("INSERT INTO runs (id, command, who, version, as_of, started, ended, exit_code, summary)"
               " VALUES (?, ?, 'case', '0', ?, ?, ?, 0, '')", (run, command, at, at, at))
    return run


def state_applied(db, plain, options, now):
    state_run(db, "apply", instant(plain[0]) if plain else now - 3600)


def counted_changes(db, count, what, unit, now):
    """So many changes an hour ago; unit(i) is what the i-th one counts under, None: its person."""
    action, user, have, wanted, cause = what
    run = state_run(db, "apply", now - 3600)
    for i in range(count):
        made = db.execute("INSERT INTO intents (run, change_id, action, email, user_id, group_id, have_id, wanted,"
                          " cause, surprising, at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
                          (run, "%012x" % i, action, "gone%d@example.com" % i, user, have, wanted, cause,
                           1 - wanted, now - 3600))
        if unit(i) is not None:
            db.execute("INSERT INTO counted VALUES (?, ?, ?)", (made.lastrowid, wanted, unit(i)))


def state_removals(db, plain, options, now):
    """So many surprising removals an hour ago: each of another person, or all by the loss of one booking."""
    booking = "\n".join((options.get("source", "bookings"), options["record"])) if "record" in options else None
    counted_changes(db, int(plain[0]), ("revoke", 1, 1, 0, "hand-made"), lambda i: booking, now)


def state_given(db, plain, options, now):
    """So many new records an hour ago, each of which let somebody in."""
    counted_changes(db, int(plain[0]), ("grant", 1, 0, 1, "new"), lambda i: "bookings\ngiven%d" % i, now)


def maybe_instant(options, key):
    return instant(options[key]) if key in options else None


def state_ledger(db, plain, options, now):
    db.execute("INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               (int(plain[0]), plain[1], int(options["group"]), maybe_instant(options, "from"),
                maybe_instant(options, "until"), options.get("source"), options.get("rule"),
                instant(options["made"]) if "made" in options else now - 3600, int("restored" in plain),
                now - 60 if "gone" in plain else None))


def state_pass(db, plain, options, now):
    db.execute("INSERT INTO passes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               (plain[0], int(plain[1]), plain[2], plain[3], int(options["door"]), maybe_instant(options, "from"),
                maybe_instant(options, "until"), options.get("source"), options.get("rule"),
                instant(options["made"]) if "made" in options else now - 3600, int("restored" in plain),
                now - 60 if "gone" in plain else None))


def import_id(db, source):
    found = db.execute("SELECT id FROM imports WHERE source = ?", (source,)).fetchone()
    if found is None:
        raise Wrong("@STATE: import %s first" % source)
    return found[0]


def state_import(db, plain, options, now):
    db.execute("INSERT INTO imports (source, as_of, rows, latest, digest) VALUES (?, ?, ?, ?, '')",
               (plain[0], now - 3600, int(options.get("rows", 1)), maybe_instant(options, "latest")))


RECORD_KINDS = {"booking": 4, "membership": 3, "grant": 5}  # enum record_kind


def add_giver(db, how, who, options):
    """how: 0 a record, 1 by hand, 2 ours; who: (source or None, email)."""
    source, email = who
    group = options["group"]
    db.execute("INSERT INTO givers (kind, object, email, door_id, valid_from, valid_until, source, record, rule, via,"
               " record_kind, content, how) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               (how, email, int(group) if group.isdigit() else db.groups.get(group, 0),
                maybe_instant(options, "from"), maybe_instant(options, "until"), source, options.get("record"),
                options.get("rule"), options.get("via"),
                RECORD_KINDS[options.get("kind", "booking")] if source is not None else 0,
                int(options.get("content", 0)), int(options.get("how", 0))))


def state_window(db, plain, options, now):
    """What a record gave."""
    import_id(db, plain[0])
    add_giver(db, 0, plain[:2], options)


def state_hand(db, plain, options, now):
    """What was in the slot before the program first wrote there."""
    add_giver(db, 1, (None, plain[0]), options)


def state_ours(db, plain, options, now):
    """The time between two pieces that one interval had to bridge."""
    add_giver(db, 2, (None, plain[0]), options)


def later_key(system, record, kind):
    """givers_later_key of reconcile/givers.c, for a record that has an id."""
    value = 14695981039346656037
    for byte in system.encode() + b"\0" + record.encode() + b"\0":
        value = (value ^ byte) * 1099511628211 % 2 ** 64
    return value ^ kind


def state_later(db, plain, options, now):
    """Records whose time lies so far ahead that only a key and the end are remembered."""
    source, until = plain[0], instant(options["until"])
    import_id(db, source)
    kind = RECORD_KINDS[options.get("kind", "booking")]
    found = db.execute("SELECT packed FROM later WHERE source = ? AND day = ?", (source, until // 86400)).fetchone()
    packed = (found[0] if found else b"") + b"".join(
        struct.pack("<Qq", later_key(options.get("system", "generic"), record, kind), until) for record in plain[1:])
    db.execute("INSERT OR REPLACE INTO later VALUES (?, ?, ?)", (source, until // 86400, packed))


def state_memory(db, plain, options, now):
    """Small things that runs remember; \\n is the end of a line."""
    db.execute("INSERT INTO memory VALUES (?, ?, ?)", tuple(text.replace("\\n", "\n") for text in plain[:3]))


def state_frozen(db, plain, options, now):
    """Memberships that had a freeze at the last good import."""
    for record in plain[1:]:
        key = later_key(options.get("system", "generic"), record, RECORD_KINDS["membership"])
        state_memory(db, ("frozen", f"{plain[0]}\n{key:016x}", "4102444800"), {}, now)


def state_blocked(db, plain, options, now):
    db.execute("INSERT INTO blocked VALUES (?, ?)", (import_id(db, plain[0]), plain[1]))


def state_columns(db, plain, options, now):
    for name in plain[1:]:
        db.execute("INSERT INTO import_columns VALUES (?, ?)", (import_id(db, plain[0]), name))


def state_rule(db, plain, options, now):
    """A rule as the last apply had it: resource or plan, location, source, group."""
    kind = "resource" if "resource" in options else "plan"
    opens = "lock" if "lock" in options else "group"
    method = options.get("method", "group")
    passing = " method=" + method if method != "group" else ""
    text = "%s=%s location=%s source=%s %s=%s%s grace=-1/-1 exclusive=1" % (
        kind, options[kind], options.get("location", ""), options.get("source", ""), opens, options[opens], passing)
    door = ("lock=" if opens == "lock" else "group=" if passing else "") + options[opens]
    add_rule(db, plain[0], text, (method + " " if passing else "") + door)


def add_rule(db, name, text, door):
    count = db.execute("SELECT count(*) FROM rules").fetchone()[0]
    db.execute("INSERT INTO rules VALUES (?, ?, ?, ?)", (count, name, text, door))


def state_reading(db, plain, options, now):
    """The last apply read this source in another way."""
    add_rule(db, plain[0], "source=%s how=00000001" % plain[0], plain[0])


STATES = {"applied": state_applied, "removals": state_removals, "given": state_given, "ledger": state_ledger,
          "import": state_import, "window": state_window, "hand": state_hand, "ours": state_ours, "later": state_later,
          "memory": state_memory, "frozen": state_frozen, "pass": state_pass, "blocked": state_blocked, "columns": state_columns,
          "rule": state_rule, "reading": state_reading}


class Database(sqlite3.Connection):
    groups = {}  # ids by name, of @KISI


def state(program, config, path, lines, now, kisi):
    """Let the program make its database, then put in what earlier runs would have left."""
    made = subprocess.run([program, "-c", config, "history"], capture_output=True, text=True)
    if made.returncode != 0:
        raise Wrong("no state database: " + made.stderr)
    db = sqlite3.connect(path, factory=Database)
    db.groups = {group["name"]: group["id"] for group in kisi["groups"]}
    for line in lines:
        word, plain, options = words(line)
        if word not in STATES:
            raise Wrong("@STATE knows no " + word)
        STATES[word](db, plain, options, now)
    db.commit()
    db.close()


# ---- exports ----

def events_of(lines):
    """The lines of a calendar before its first event, its events, and what stands behind them."""
    begins = [i for i, line in enumerate(lines) if line == "BEGIN:VEVENT"]
    ends = [i for i, line in enumerate(lines) if line == "END:VEVENT"]
    if not ends:
        return lines, [], []
    events = ["\n".join(lines[begin:end + 1]) for begin, end in zip(begins, ends)]
    return lines[:begins[0]], events, lines[ends[-1] + 1:]


def rows_shuffled(lines, seed):
    head, rows = lines[:1], lines[1:]
    random.Random(seed).shuffle(rows)
    return head + rows


def rows_doubled(lines):
    return lines[:1] + [row for row in lines[1:] for _ in (0, 1)]


def export(folder, name, options, lines, now, vary):
    """Write an export; it is ten minutes old unless `age=` says otherwise."""
    _, plain, options = words("file " + options)
    if name.endswith(".csv") and "table" not in plain:
        if vary == "shuffle":
            lines = rows_shuffled(lines, 20261114)
        elif vary == "double":
            lines = rows_doubled(lines)
    if name.endswith(".ics"):
        head, events, tail = events_of(lines)
        if vary == "shuffle":
            random.Random(20261114).shuffle(events)
        elif vary == "double":
            events = [event for event in events for _ in (0, 1)]
        lines = head + events + tail
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        stream.write("".join(line + "\n" for line in lines))
    age = span_of_time(options["age"]) if "age" in options else 600
    modified = instant(now) - age + (2 * age if "future" in plain else 0)
    os.utime(path, (modified, modified))


def everything(folder, world, program, vary=None):
    """Fill the folder; returns the path of the configuration."""
    config = os.path.join(folder, "case.ini")
    titles = [title for title, _ in world.config]
    with open(config, "w", encoding="utf-8") as stream:
        for title, lines in world.config:
            stream.write("[%s]\n%s\n" % (title, "".join(line + "\n" for line in lines)))
        if "state" not in titles:
            stream.write("[state]\ndatabase = state.db\n")
    for name, (options, lines) in world.files.items():
        export(folder, name, options, lines, world.now, vary)
    with open(os.path.join(folder, "snapshot.json"), "w", encoding="utf-8") as stream:
        kisi = snapshot(world.kisi, world.now)
        # as Kisi and snapshot files write them: letters as they are, not escaped
        json.dump(kisi, stream, ensure_ascii=False)
    if world.state:
        state(program, config, os.path.join(folder, "state.db"), world.state, instant(world.now), kisi)
    return config
