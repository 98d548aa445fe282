#!/usr/bin/python3
"""Damaged exports: whatever happens to a file, nobody loses more than by the whole one.

Each good sample of fixtures/sources is applied to a sandbox.  Then it is cut at rows and bytes, emptied, doubled,
shuffled, aged, and put in another's place, and planned again against what the whole one left: nothing may go.  What is
held is fine.

Then people with several records in a row live through it: whole exports are applied, damaged ones, and whole ones again,
hour by hour.  Whoever has access by whole exports alone has it at each of these hours by the damaged ones, too.

All of this with max_shrink = 0: not one row may be missing.  As the program comes, a few rows may (`3 or 20%`): exports
that lack so many are lived through last, and then no more people than max_day_removals says may have lost anything.

usage: test_inputs.py          environment: KISI_RECONCILE, KISI_SANDBOX, FULL=1 (every byte)

TAP; prints how many plans were looked at.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/e2e"))
sys.dont_write_bytecode = True
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-14T09:00:00Z"
FIRST = 1794646800  # the same
HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"
SOURCES = TOP / "fixtures/sources"
FULL = os.environ.get("FULL") == "1"
BYTES = 2 if not FULL else 10 ** 9
ROWS = 3 if not FULL else 10 ** 9

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
[guards]
max_clock = 99999d
max_grants = 1000
max_rejects = 100%
max_shrink = 0
[schedule]
lookahead = 400d
[rule any]
resource = *
group = 10
[rule plans]
plan = *
group = 10
"""

# What gives nothing by itself is tried beside what needs it.
BESIDE = {"spacebring-companies": ("spacebring-memberships", "spacebring-subscriptions"),
          "spacebring-memberships": ("spacebring-companies", "spacebring-subscriptions", "spacebring-bookings"),
          "spacebring-resources": ("spacebring-memberships", "spacebring-bookings"),
          "spacebring-subscriptions": ("spacebring-companies", "spacebring-memberships"),
          "spacebring-bookings": ("spacebring-memberships",),
          "generic-people": ("generic-memberships",),
          "spacebring-users-csv": ("spacebring-subscriptions-csv",)}


def samples():
    return sorted(path for path in SOURCES.glob("*/ok-*") if path.suffix != ".md")


def tables_of(sample):
    return [path for path in sample.parent.iterdir()
            if not path.name.startswith(("ok-", "bad-")) and path.suffix != ".md" and path.is_file()]


def sources(sample):
    """(profile, file) of the sample, and of what stands beside it."""
    others = [(name, sorted((SOURCES / name).glob("ok-*"))[0]) for name in BESIDE.get(sample.parent.name, ())]
    return [(sample.parent.name, sample)] + others


class World:
    """A sample applied to a sandbox, and the folder in which damaged ones are planned."""

    def __init__(self, sample, order):
        self.sample, self.folder = sample, new_folder()
        self.whole = sample.read_bytes()
        self.order = order
        parts = sources(sample)
        text = ""
        for i, (profile, path) in enumerate(parts):
            text += f"[source s{i}]\nprofile = {profile}\nfile = {i}/{path.name}\ntimezone = Europe/Amsterdam\n"
            text += f"date_order = {order_of(path)}\n" if order_of(path) else ""
            os.makedirs(os.path.join(self.folder, str(i)))
            shutil.copy(path, os.path.join(self.folder, str(i), path.name))
            for table in tables_of(path):
                shutil.copy(table, os.path.join(self.folder, str(i), table.name))
        groups = [{"id": 10, "name": "The door of every rule"}] + [{"id": 20 + i, "name": name} for i, name in enumerate(named())]
        with Sandbox(snapshot(groups=groups, organization={"id": 1, "user_id": 1},
                              users=[{"id": 1, "email": "owner@example.org", "name": "Olga"}])) as kisi:
            self.write("kisi-reconcile.ini", (CONFIG.format(url=kisi.url) + text).encode())
            self.write("api.key", kisi.key.encode())
            self.age(600)
            run = run_program(["apply", "--now", NOW, "-q"], folder=self.folder)
            state = kisi.state()
        self.refused = run.code not in (0, 3)
        self.why = run.stderr
        state["fetched_at"] = NOW
        self.held = len(state["role_assignments"])
        self.write("snapshot.json", json.dumps(state).encode())

    def write(self, name, data):
        path = pathlib.Path(self.folder) / name
        path.write_bytes(data)
        path.chmod(0o600)

    def age(self, seconds):
        for path in pathlib.Path(self.folder).glob("*/*"):
            os.utime(path, (1794646800 - seconds,) * 2)

    def plan(self, data, seconds=600):
        """What would go with this in place of the sample."""
        path = f"0/{self.sample.name}"
        self.write(path, data)
        self.age(600)
        os.utime(os.path.join(self.folder, path), (1794646800 - seconds,) * 2)
        done = subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "plan", "-q", "--now", NOW,
                               "--snapshot", "snapshot.json", "--json", "plan.json", "--report-dir", "reports"],
                              cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode == 65:
            return []
        if done.returncode not in (0, 3):
            return [f"exit {done.returncode}: {done.stderr[:300]}"]
        changes = json.loads((pathlib.Path(self.folder) / "plan.json").read_text())["changes"]
        return [f"{c['action']} {c['email']} {c['group']} {c['cause']}" for c in changes if takes(c)]


_named = []


def named():
    """Groups that manual grants of the samples name."""
    if not _named:
        for profile in ("generic-grants", "codesk-grants"):
            for path in (SOURCES / profile).glob("ok-*.csv"):
                for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
                    _named.extend(cell.strip(' "') for cell in line.replace(";", ",").split(","))
        _named[:] = sorted({name for name in _named if name and "@" not in name and not name[0].isdigit()
                            and len(name) < 60})
    return _named


def takes(change):
    if change["action"] in ("revoke", "delete_link", "delete_schedule"):
        return True
    have = change["have"]
    if change["action"] != "adjust" or have is None:
        return False
    return (change["until"] or "9") < (have["until"] or "9") or max(change["from"] or "", NOW) > max(have["from"] or "", NOW)


# ---- ways to damage a file ----

def spread(positions, most):
    positions = list(positions)
    if len(positions) <= most:
        return positions
    return sorted({positions[i * (len(positions) - 1) // (most - 1)] for i in range(most)})


def row_ends(data):
    return [i + 1 for i, byte in enumerate(data[:-1]) if byte == 10]


def damages(world, others, chance):
    """(what, bytes, age in seconds) of each damaged file."""
    data = world.whole
    for end in spread(row_ends(data), ROWS):
        yield f"cut behind byte {end}, a row", data[:end], 600
    for end in spread(range(1, len(data)), BYTES) + [len(data) - 1, len(data) - 2]:
        yield f"cut behind byte {end}", data[:end], 600
    yield "empty", b"", 600
    yield "old", data, 27 * 3600
    yield "doubled", data + data, 600
    lines = data.splitlines(keepends=True)
    if world.sample.suffix == ".csv":
        yield "header alone", lines[0], 600
        yield "rows doubled", b"".join(line * 2 for line in lines), 600
        for _ in range(1 if not FULL else 20):
            rows = lines[:]
            chance.shuffle(rows)
            yield "shuffled, header and all: " + repr(rows[0][:30]), b"".join(rows), 600
    for other in chance.sample(others, 1) if not FULL else others:
        yield f"in place of it {other.parent.name}/{other.name}", other.read_bytes(), 600


def order_of(sample):
    """Dates of some samples need to be told apart; their README says so, the profile does not."""
    text = (TOP / "importers/profiles" / (sample.parent.name + ".ini")).read_text()
    return "DMY" if "%x" in text and "date_order" not in text else ""


def look(sample):
    world = World(sample, order_of(sample))
    chance = random.Random(str(sample.relative_to(SOURCES)))
    # Another good export of the same kind is no damage: what its rows say counts.
    others = [path for path in samples() if path.parent != sample.parent]
    wrong, plans = [], 0
    whole = world.plan(world.whole)
    for what, data, seconds in damages(world, others, chance):
        plans += 1
        gone = world.plan(data, seconds)
        more = [line for line in gone if line not in whole]
        if more:
            wrong.append(f"{what}: {'; '.join(more[:3])}")
    return sample, world, wrong, plans


# ---- several records in a row, over several runs ----

HOUR = 3600
CHAIN = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
[guards]
max_clock = 99999d
max_age = 9999d
{guards}
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
grace_before = 0
grace_after = 0
# Always good: a run in which no source is usable changes nothing at all, and so places nobody's next booking.
[source others]
profile = generic-bookings
file = others.csv
timezone = UTC
[rule any]
resource = *
group = 10
"""
PEOPLE = 8
# From when until when, in hours from the first run on: side by side, one in the other, with gaps short and long.
RECORDS = ((-1, 2), (2, 5), (4, 9), (10, 12), (15, 20), (26, 40))


def moment(hours):
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(FIRST + hours * HOUR))


def booking(person, n, span):
    return f"b-{person}-{n},p{person}@example.org,P{person} Moss,Room,,{moment(span[0])},{moment(span[1])},confirmed,\n"


def chains():
    rows = [booking(person, n, span) for person in range(PEOPLE) for n, span in enumerate(RECORDS[person % 2:])]
    return [HEADER] + rows


def tears(lines, chance):
    """Ways in which an hour's export may be unfit: what is torn off, garbled, or not there."""
    some = chance.randrange(2, len(lines))
    victim = chance.randrange(1, len(lines))
    yield "cut at a row", "".join(lines[:some])
    yield "cut in a row", "".join(lines)[:len("".join(lines[:some])) + chance.randrange(1, 40)]
    yield "the first half missing", "".join(lines[:1] + lines[len(lines) // 2:])
    yield "empty", ""
    yield "header alone", lines[0]
    yield "a time nobody can read", "".join(line.replace("2026-", "soon ", 2) if i == victim else line for i, line in enumerate(lines))
    yield "a status nobody knows", "".join(line.replace("confirmed", "hm") if i == victim else line for i, line in enumerate(lines))
    yield "without a status column", "".join(line.replace(",status", ",state") if i == 0 else line for i, line in enumerate(lines))
    yield "no address in a row", "".join(re.sub("[^,]*@[^,]*", "", line) if i == victim else line for i, line in enumerate(lines))
    yield "a login page", "<html>log in</html>\n"


def lived(exports, guards):
    """Who could enter at each hour: the export of each hour is applied, and Kisi asked."""
    folder, seen = new_folder(), []
    users = [{"id": 2 + i, "email": f"p{i}@example.org", "name": f"P{i} Moss"} for i in range(PEOPLE)]
    with Sandbox(snapshot(groups=[{"id": 10, "name": "10"}], organization={"id": 1, "user_id": 1},
                          users=[{"id": 1, "email": "owner@example.org", "name": "Olga"}] + users)) as kisi:
        for name, text in (("kisi-reconcile.ini", CHAIN.format(url=kisi.url, guards=guards)), ("api.key", kisi.key),
                           ("others.csv", HEADER + f"o-1,owner@example.org,,Room,,{moment(0)},{moment(99)},confirmed,\n")):
            pathlib.Path(folder, name).write_text(text)
            pathlib.Path(folder, name).chmod(0o600)
        for hour, text in enumerate(exports):
            path = pathlib.Path(folder, "bookings.csv")
            path.write_text(text)
            os.utime(path, (FIRST + hour * HOUR - 600,) * 2)
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(FIRST + hour * HOUR))
            run = run_program(["apply", "--now", at, "-q"], folder=folder)
            if run.code not in (0, 3, 65):
                seen.append({f"exit {run.code}: {run.stderr}"})
            rights = [a for a in kisi.state()["role_assignments"] if a["role_id"] == "group_basic"]
            for minutes in (0, 30, 59):
                now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(FIRST + hour * HOUR + minutes * 60))
                seen.append({a["assignee_id"] - 2 for a in rights
                             if (a["valid_from"] or "") <= now < (a["valid_until"] or "9")})
    return seen


def live(seed):
    """A good hour, some that are damaged, and good ones again."""
    chance, lines = random.Random(f"chain {seed}"), chains()
    whole = "".join(lines)
    ways = list(tears(lines, chance))
    bad = [ways[seed % len(ways)]] + chance.sample(ways, 2)
    exports = [whole, bad[0][1], bad[0][1], whole, bad[1][1], bad[2][1], whole, bad[0][1]] + [whole] * 2 + [bad[1][1]] * 6
    # A row that is missing alone may have been taken back: here none may.
    guards = "max_shrink = 0" if seed % 2 else "max_shrink = 0\nmax_removals = 0\nmax_group_removals = 0\nmax_day_removals = 0"
    should, did = lived([whole] * len(exports), guards), lived(exports, guards)
    wrong = [f"{at // 3}:{(0, 30, 59)[at % 3]:02} of {', '.join(what for what, _ in bad)}: {sorted(map(str, one - other))} "
             "not let in" for at, (one, other) in enumerate(zip(should, did)) if one - other]
    return seed, bad, wrong, sum(map(len, should))


def short_of_some(seed):
    """With the limits as they come: hours whose export lacks rows here and there, fewer than max_shrink minds."""
    chance, lines = random.Random(f"short {seed}"), chains()
    whole = "".join(lines)
    gone = [set(chance.sample(range(1, len(lines)), chance.randrange(1, 8))) for _ in range(2)]
    short = ["".join(line for i, line in enumerate(lines) if i not in some) for some in gone]
    exports = [whole, short[0], whole, short[1], short[1], whole]
    should, did = lived([whole] * len(exports), ""), lived(exports, "")
    lost = set().union(*(one - other for one, other in zip(should, did)))
    return lost, sum(map(len, should))


MOST_A_DAY = 3  # `3 or 30%` of the people here

tap = Tap()
total = held = 0
with ThreadPoolExecutor(4) as pool:
    for sample, world, wrong, plans in pool.map(look, samples()):
        total += plans
        held += world.held
        name = f"{sample.parent.name}/{sample.name}"
        tap.ok(f"{name}: {plans} damaged files, {world.held} people to lose access", not wrong and not world.refused,
               "\n".join(wrong[:12]) + (world.why if world.refused else ""))
tap.ok("there was something to lose", held > 40, held)
with ThreadPoolExecutor(4) as pool:
    for seed, bad, wrong, stood in pool.map(live, range(10 if not FULL else 200)):
        tap.ok(f"several records in a row, {', '.join(what for what, _ in bad)}: nobody loses more than by whole exports",
               not wrong and stood > 50, "\n".join(wrong[:12]))
taken = 0
with ThreadPoolExecutor(4) as pool:
    for seed, (lost, stood) in enumerate(pool.map(short_of_some, range(4 if not FULL else 100))):
        taken += len(lost)
        tap.ok(f"a few rows less, {seed}: {len(lost)} people lose something, at most {MOST_A_DAY}",
               len(lost) <= MOST_A_DAY and stood > 20, f"{lost}, {stood}")
tap.ok("a few rows less: that does take something", taken > 0)
print(f"# {total} plans from damaged files; with FULL=1 at every byte")
tap.done()
