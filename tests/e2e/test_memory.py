#!/usr/bin/python3
"""Memory that runs out: an allocation fails, once or from there on, wherever it is made.

tests/e2e/no_memory.c is preloaded for that.  In one run a copy of the process is made at every so many allocations, in which
it fails, and which must be gone at once.  Then there are runs of their own, of which one allocation fails, or all from there
on: they end by a signal or with an error, or come to the very same plan; never to one that takes or gives something else.
After an `apply` Kisi has nothing that the run without faults would not have left, and the next one ends in the same state.

Without FULL=1 in the environment it is not each allocation.  Not under the sanitizers, which bring an
allocator of their own.
"""

import collections
import json
import multiprocessing
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scenario  # noqa: E402
from harness import TOP, Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

FULL = os.environ.get("FULL") == "1"
# Runs with a fault; and every so many allocations a copy of the process has one.
POINTS, STEP = {"plan": 16, "apply": 5}, 60
WORKERS = 4
PATIENCE = 1800
NOW = scenario.NOW
ENDED = (-signal.SIGABRT, -signal.SIGTRAP)

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
attempts = 2
backoff = 0
[guards]
max_clock = 9999d
max_age = 9999d
max_removals = 100%
max_group_removals = 100%
max_day_removals = 100%
[people]
aliases_file = aliases.csv
blocked_file = blocked.csv
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = Europe/Amsterdam
[source members]
profile = generic-memberships
file = members.json
timezone = Europe/Amsterdam
[source rooms]
profile = ical
file = rooms.ics
timezone = Europe/Amsterdam
[rule room]
resource = Room
group = Room
[rule hall]
resource = Hall
group = Hall
[rule desk]
plan = Desk
group = Desk
[rule suite]
resource = Suite
group = Suite
method = link
"""

BOOKINGS = """\
booking_id,email,name,resource,location,start,end,status,attendees
b1,Ada Example <ada@example.org>,Ada Moss,Room,,2026-11-16 08:00,2026-11-16 12:00,confirmed,zoe@example.org;yan@example.org
b2,ben@example.org,Ben Hall,Room,,2026-11-16 08:00,2026-11-16 12:00,cancelled,
b3,cem@example.org,Cem Kaya,Room,,2026-11-16 06:00,2026-11-16 08:00,completed,
b4,dot@b\u00fccher.example,Dot Ray,Room,,2026-11-16 08:00,2026-11-16 18:00,tentative,
b5,eve@example.org,Eve Low,Suite,,2026-11-16 10:00,2026-11-16 12:00,confirmed,
b6,fay.old@example.org,Fay Orr,Room,,2026-11-16 08:00,2026-11-16 12:00,confirmed,
"""

ICS = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:weekly
ORGANIZER;CN=Gus Pike:mailto:gus@example.org
ATTENDEE;CN=Hal Reed;PARTSTAT=ACCEPTED:mailto:hal@example.org
ATTENDEE;CN=Ian Moor;PARTSTAT=DECLINED:mailto:ian@example.org
LOCATION:Hall
DTSTART;TZID=Europe/Amsterdam:20260907T090000
DTEND;TZID=Europe/Amsterdam:20260907T103000
RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261220T225959Z
END:VEVENT
BEGIN:VEVENT
UID:over
ORGANIZER:mailto:jan@example.org
LOCATION:Hall
DTSTART;TZID=Europe/Amsterdam:20260907T090000
DTEND;TZID=Europe/Amsterdam:20260907T103000
RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20261101T225959Z
END:VEVENT
BEGIN:VEVENT
UID:skipped
ORGANIZER:mailto:kit@example.org
LOCATION:Hall
DTSTART;TZID=Europe/Amsterdam:20260907T090000
DURATION:PT2H
RRULE:FREQ=WEEKLY;COUNT=20
EXDATE;TZID=Europe/Amsterdam:20261116T090000
END:VEVENT
BEGIN:VEVENT
UID:off
STATUS:CANCELLED
ORGANIZER:mailto:leo@example.org
LOCATION:Hall
DTSTART:20261116T080000Z
DTEND:20261116T100000Z
END:VEVENT
BEGIN:VEVENT
UID:free
STATUS:TENTATIVE
ORGANIZER:mailto:mia@example.org
LOCATION:Hall
DTSTART:20261116T080000Z
DTEND:20261116T100000Z
END:VEVENT
END:VCALENDAR
"""


def member(number, name, status="active", end=None, **more):
    return {"membership_id": f"m{number}", "email": f"{name}@example.org", "name": f"{name.title()} Long", "plan": "Desk",
            "company": None, "location": None, "start": "2026-01-01", "end": end, "status": status, "freeze_start": None,
            "freeze_end": None, **more}


MEMBERS = [member(1, "nia"), member(2, "oli", "cancelled"), member(3, "pam", end="2026-11-10"), member(4, "quo", end="2026-12-10"),
           member(5, "ray", "frozen", freeze_start="2026-11-01", freeze_end="2026-12-01"), member(6, "sam", "expired"),
           member(7, "tea", "on a whim"), member(8, "uma"), member(9, "vic", end="2026-11-20")]
USERS = ("owner ada ben cem eve fay gus hal ian jan kit leo mia nia oli pam quo ray sam tea uma vic zoe yan").split()
GROUPS = {"Room": 10, "Hall": 11, "Desk": 12, "Suite": 13}
# Who is in which group already: some rightly, some with an end that somebody announced, some whom nobody knows.
THERE = {"Room": "ada ben cem zoe", "Hall": "gus jan kit leo mia ian", "Desk": "oli pam quo ray sam tea uma fay"}

tap = Tap()


def state():
    ids = {name: 1 + i for i, name in enumerate(USERS)}
    rights = [{"id": 100 * GROUPS[group] + i, "role_id": "group_basic", "applies_to_type": "Group",
               "applies_to_id": GROUPS[group], "assignee_type": "User", "assignee_id": ids[name],
               "valid_from": "2026-11-16T07:30:00Z", "valid_until": "2026-11-16T17:00:00Z" if group != "Desk" else None}
              for group, names in THERE.items() for i, name in enumerate(names.split())]
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, places=[{"id": 1, "name": "Harbour"}],
                    users=[{"id": number, "email": f"{name}@example.org", "name": name.title()} for name, number in ids.items()],
                    groups=[{"id": number, "name": name} for name, number in GROUPS.items()], role_assignments=rights)


def write(folder, name, text):
    path = pathlib.Path(folder, name)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def build_library():
    path = os.path.join(new_folder(), "no_memory.so")
    subprocess.run([os.environ.get("CC", "cc").split()[-1], "-std=gnu11", "-O1", "-fPIC", "-shared", "-o", path,
                    str(TOP / "tests/e2e/no_memory.c"), "-ldl"], check=True)
    return path


def without(at, mode="once", log=""):
    return {"LD_PRELOAD": LIBRARY, "NO_MEMORY_AT": str(at), "NO_MEMORY_MODE": mode, "NO_MEMORY_LOG": log}


# ---- plan ----

class Plan:
    """A dry run over a snapshot file."""

    name = "plan"

    def __init__(self):
        self.folder = new_folder()
        for name, text in (("kisi-reconcile.ini", CONFIG.format(url="http://127.0.0.1:9")), ("api.key", "k"), ("bookings.csv", BOOKINGS), ("rooms.ics", ICS),
                           ("members.json", json.dumps(MEMBERS)), ("kisi.json", json.dumps(state())),
                           ("aliases.csv", "alias,email\nfay.old@example.org,fay@example.org\n"),
                           ("blocked.csv", "email,reason\numa@example.org,unpaid\n")):
            write(self.folder, name, text)
        run = self.run(self.copy())
        assert run.code in (0, 3), run.stderr
        self.plan = without_run(run.plan)
        actions = collections.Counter(change["action"] for change in self.plan["changes"])
        assert actions["grant"] >= 5 and actions["revoke"] >= 8 and actions["create_link"] == 1, actions

    def copy(self):
        folder = new_folder()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return folder

    def run(self, folder, env=None):
        run = run_program(["-q", "plan", "--now", NOW, "--snapshot", "kisi.json", "--json", "plan.json"], folder=folder, env=env, timeout=PATIENCE)
        path = pathlib.Path(folder, "plan.json")
        try:
            run.plan = json.loads(path.read_text()) if path.exists() else None
        except ValueError:
            run.plan = {"no": "JSON", "findings": [], "changes": [], "held": []}
        return run

    def count(self, step=0):
        """How many allocations there are, in how many copies of the process one failed, and the first that lived on."""
        folder = self.copy()
        log = os.path.join(folder, "count")
        self.go(folder, without(step, "each" if step else "once", log))
        return map(int, pathlib.Path(log).read_text().split())

    def go(self, folder, env):
        return self.run(folder, env)

    def point(self, at, mode):
        folder = self.copy()
        run = self.run(folder, without(at, mode))
        out = how_it_ended(run)
        if run.plan is not None and without_run(run.plan) != self.plan:
            out.append(f"another plan, exit {run.code}: {differences(self.plan, without_run(run.plan))}")
        if run.code in (0, 3) and run.plan is None:
            out.append(f"exit {run.code} and no plan")
        shutil.rmtree(folder)
        return run.code, out


def how_it_ended(run):
    if run.code < 0 and run.code not in ENDED:
        return [f"ended by {signal.Signals(-run.code).name}"]
    return [] if run.code in (0, 3) or "\nkisi-reconcile: error: " in "\n" + run.stderr else [f"not a word about exit {run.code}"]


def without_run(plan):
    """What may differ between two runs is left out."""
    return {key: value for key, value in plan.items() if key != "run"}


def differences(plan, other):
    lost = [change for change in plan["changes"] if change not in other["changes"]]
    more = [change for change in other["changes"] if change not in plan["changes"]]
    return f"{[key for key in plan if plan[key] != other.get(key)]}, lost {lost[:1]}, more {more[:1]}"


# ---- apply ----

class Apply(Plan):
    """The same over a sandbox, and carried out."""

    name = "apply"

    def __init__(self):
        super().__init__()
        with Sandbox(state(), key="k", now=NOW) as kisi:
            self.before = set(scenario.facts(kisi.state()))
            # Of Tea's status nobody knows the word, so what she has is kept.
            assert self.apply(kisi, self.copy()).code == 3
            self.end = set(scenario.facts(kisi.state()))
        assert len(self.before - self.end) > 8 and len(self.end - self.before) > 5, self.before ^ self.end

    def apply(self, kisi, folder, env=None):
        write(folder, "kisi-reconcile.ini", CONFIG.format(url=kisi.url))
        return run_program(["-q", "apply", "--now", NOW], folder=folder, env=env, timeout=PATIENCE)

    def go(self, folder, env):
        with Sandbox(state(), key="k", now=NOW) as kisi:
            return self.apply(kisi, folder, env)

    def point(self, at, mode):
        folder = self.copy()
        with Sandbox(state(), key="k", now=NOW) as kisi:
            run = self.apply(kisi, folder, without(at, mode))
            after, out = set(scenario.facts(kisi.state())), how_it_ended(run)
            out += [f"taken: {line}" for line in sorted((self.before & self.end) - after)]
            out += [f"given: {line}" for line in sorted(after - self.before - self.end)]
            if run.code in (0, 3) and after != self.end:
                out.append(f"exit {run.code}, and Kisi is not as it should be")
            again = self.apply(kisi, folder)
            after = set(scenario.facts(kisi.state()))
            # What waits is said once: by whichever of the two came to it first.
            if again.code not in (0, 3) or after != self.end:
                out.append(f"the next run: exit {again.code}, {sorted(after ^ self.end)}: {again.stderr}")
        shutil.rmtree(folder)
        return run.code, out


# ---- all of it ----

def spread(count, selected):
    """Points over all of it; the same in each run."""
    return sorted({1 + i * (count - 1) // (selected - 1) for i in range(selected)})


def try_point(job):
    name, at, mode = job
    code, out = RUNS[name].point(at, mode)
    return job, code, out


if "san" in os.environ.get("BUILD", ""):
    print("1..0 # SKIP the sanitizers have an allocator of their own")
    sys.exit(0)
began = time.monotonic()
LIBRARY = build_library()
RUNS = {"plan": Plan(), "apply": Apply()}
copied, ends = 0, collections.Counter()
for name, run in RUNS.items():
    count, copies, survivor = run.count(1 if FULL else STEP)
    copied += copies
    tap.ok(f"{name}: in {copies} copies of the process one of {count} allocations fails, and each is gone at once",
           survivor == 0 and copies >= 900, f"{copies} copies; at allocation {survivor} it lived on")
    jobs = [(name, at, mode) for mode in ("once", "always") for at in spread(count, POINTS[name] * (10 if FULL else 1))]
    wrong = []
    with multiprocessing.Pool(WORKERS) as pool:
        for (_, at, mode), code, out in pool.imap_unordered(try_point, jobs, chunksize=4):
            ends[code] += 1
            wrong += [f"{mode} {at}: {text}" for text in out]
    tap.ok(f"{name}: {len(jobs)} runs without memory, and nobody's access is another for it", not wrong,
           "\n".join(sorted(wrong)[:20]))
print(f"# {copied} copies, {sum(ends.values())} runs, {time.monotonic() - began:.0f} s; exit codes: {dict(ends)}")
tap.done()
