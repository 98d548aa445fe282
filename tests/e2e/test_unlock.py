#!/usr/bin/python3
"""`unlock-due` against the sandbox: a door opens once at the start of its booking, and never for anything else."""

import json
import os
import pathlib
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T09:00:00Z"
NEXT = "2026-11-16T09:01:00Z"
KEY = "sandbox-key"
GATE, COURT, ELSEWHERE = 20, 21, 22

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
place = Harbour
rate = 1000/s
attempts = 3
backoff = 0

[people]
blocked_file = blocked.csv

[guards]
max_age = 9999d
{guards}

[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
{keys}

[source more]
profile = generic-bookings
file = more.csv
timezone = UTC

[rule gate]
resource = Court 1
lock = {lock}
method = unlock
{rules}
"""

GATE_BY_ID = "[rule gate again]\nresource = Court 1\nlock = 20\nmethod = unlock\n"
GROUP = "[rule hall]\nresource = Hall\ngroup = Hall\n"
HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"

tap = Tap()


def booking(number, email="ada@example.org", start="2026-11-16 09:00", end="2026-11-16 11:00", status="confirmed",
            resource="Court 1", attendees=""):
    return f"{number},{email},,{resource},,{start},{end},{status},{attendees}\n"


def world(locked_down=False, **more):
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1},
                    places=[{"id": 1, "name": "Harbour"}, {"id": 2, "name": "Hill"}],
                    locks=[{"id": GATE, "name": "Gate", "place_id": 1, "configured": True, "locked_down": locked_down},
                           {"id": COURT, "name": "Court door", "place_id": 1, "configured": True},
                           {"id": ELSEWHERE, "name": "Hill door", "place_id": 2, "configured": True}],
                    groups=[{"id": 10, "name": "Hall", "place_id": 1}],
                    users=[{"id": 1, "email": "owner@example.org", "name": "Olga Owner"}], **more)


class Venue:
    """A configuration, its bookings and a state database beside a sandbox."""

    def __init__(self, kisi, *rows, lock="Gate", rules="", keys="", guards=""):
        self.kisi = kisi
        self.folder = new_folder()
        self.write("kisi-reconcile.ini",
                   CONFIG.format(url=kisi.url, lock=lock, rules=rules, keys=keys, guards=guards))
        self.write("api.key", KEY + "\n")
        self.write("blocked.csv", "email\neve@example.org\n")
        self.write("more.csv", HEADER + booking("m1", start="2026-12-01 09:00", end="2026-12-01 10:00"))
        self.book(*rows)

    def book(self, *rows):
        self.write("bookings.csv", HEADER + "".join(rows))

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *words, now=NOW):
        run = run_program([*(words or ["unlock-due"]), "--now", now, "--json", "out.json"], folder=self.folder)
        path = pathlib.Path(self.folder) / "out.json"
        run.out = json.loads(path.read_text()) if path.exists() else None
        path.unlink(missing_ok=True)
        return run

    def start(self, *words, now=NOW):
        return subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), *words, "--now", now],
                                cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def sql(self, text):
        database = sqlite3.connect(os.path.join(self.folder, "kisi-reconcile.db"))
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()

    def runs(self):
        return self.sql("SELECT command, exit_code FROM runs ORDER BY seq")

    def trail(self):
        """(booking's lock, outcome) of every intent."""
        return self.sql("SELECT lock_id, (SELECT outcome FROM outcomes o WHERE o.intent = i.id) FROM intents i"
                        " WHERE action = 'unlock' ORDER BY id")


def opened(kisi):
    return [u["lock_id"] for u in kisi.unlocks()]


def outcomes(run):
    return [(u["lock"], u["outcome"]) for u in run.out["unlocks"]] if run.out else None


def wait_for(kisi, condition):
    """Poll the sandbox until the condition holds; it answers at once, so this is no sleep for luck."""
    for _ in range(20000):
        if condition():
            return
    raise RuntimeError("waited in vain: " + json.dumps(kisi.requests()[-3:]))


# ---- on time, once ----

def on_time():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("b1", attendees="ben@example.org;cleo@example.org"),
                      booking("b2", start="2026-11-16 10:00"), booking("b3", resource="Hall"),
                      rules=GATE_BY_ID + GROUP)
        run = venue.run()
        tap.equal("on time: one door, once, whoever shares the booking and whatever the rules call it",
                  (run.code, opened(kisi), outcomes(run)), (0, [GATE], [("Gate", "done")]))
        tap.equal("on time: says so in one line", run.stdout,
                  'opened "Gate" (rule gate) for booking b1 of bookings, which begins 2026-11-16T09:00:00Z\n')
        tap.equal("on time: and nothing else", run.stderr, "")
        one = run.out["unlocks"][0]
        tap.equal("on time: the document names the booking",
                  [one[k] for k in ("source", "record", "rule", "email", "lock_id", "from", "text")],
                  ["bookings", "b1", "gate", "ada@example.org", GATE, NOW, None])
        tap.equal("on time: only places, locks and the door were asked for",
                  sorted({r["path"] for r in kisi.requests()}), ["/locks", "/locks/20/unlock", "/organization", "/places"])
        tap.equal("on time: the journal knows", venue.trail(), [(GATE, "done")])
        tap.equal("on time: the run is in the history", venue.runs(), [("unlock-due", 0)])
        history = run_program(["history"], folder=venue.folder)
        tap.ok("on time: with what it did", "unlock-due exit 0" in history.stdout and "opened 1" in history.stdout,
               history.stdout)
        again = venue.run(now=NEXT)
        tap.equal("a minute later: the door stays shut", (again.code, again.stdout, again.stderr, opened(kisi)),
                  (0, "", "", [GATE]))


def quiet():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("b1"))
        venue.run()
        kisi.forget_requests()
        for name, now in (("opened already", NEXT), ("nothing near", "2026-11-16T03:00:00Z"),
                          ("long past", "2026-11-16T10:30:00Z")):
            run = venue.run(now=now)
            tap.equal(f"nothing due ({name}): silent, no request, no run",
                      (run.code, run.stdout, run.stderr, run.out["run"], run.out["unlocks"], kisi.requests(),
                       len(venue.runs())), (0, "", "", None, [], [], 1))
        venue.write("kisi-reconcile.ini", CONFIG.format(url=kisi.url, lock="Gate", rules="", keys="", guards="")
                    .replace("method = unlock\n", "").replace("lock = Gate", "group = Hall"))
        venue.write("bookings.csv", "not even looked at")
        run = venue.run()
        tap.equal("no such rule: not even the exports are read", (run.code, run.stderr, kisi.requests()), (0, "", []))


def edges():
    for now, wanted in (("2026-11-16T08:59:59Z", []), (NOW, [GATE]), ("2026-11-16T09:01:59Z", [GATE]),
                        ("2026-11-16T09:02:00Z", [])):
        with Sandbox(world(), now=now) as kisi:
            run = Venue(kisi, booking("b1"), keys="grace_before = 30m").run(now=now)
            tap.equal(f"edge: at {now[11:19]}", (run.code, opened(kisi)), (0, wanted))


def late():
    now = "2026-11-16T09:01:59Z"
    with Sandbox(world(), now=now, faults=["GET /locks slow ms=1300"]) as kisi:
        venue = Venue(kisi, booking("b1"), booking("b2", start="2026-11-16 09:01"))
        run = venue.run(now=now)
        tap.equal("too slow: exits 4, opens nothing, and intends nothing", (run.code, opened(kisi), venue.trail()),
                  (4, [], []))
        tap.ok("too slow: says so", "2 locks were not opened" in run.stderr, run.stderr)
        tap.equal("too slow: the next run opens what is still on time",
                  (venue.run(now="2026-11-16T09:02:00Z").code, opened(kisi)), (0, [GATE]))
    with Sandbox(world(), now=now, faults=["GET /locks 500 count=2"]) as kisi:
        run = Venue(kisi, booking("b1")).run(now=now)
        tap.equal("repeats that still come in time", (run.code, opened(kisi)), (0, [GATE]))


def together():
    with Sandbox(world(), now=NOW, faults=["POST /locks/*/unlock slow ms=700 count=1"]) as kisi:
        venue = Venue(kisi, booking("b1"))
        first = venue.start("unlock-due", "-q")
        wait_for(kisi, lambda: any(r["path"] == "/locks" for r in kisi.requests()))
        second = venue.run()
        tap.equal("two together: the second exits 5", second.code, 5)
        tap.ok("two together: and names the first", str(first.pid) in second.stderr, second.stderr)
        first.communicate()
        tap.equal("two together: opened once", (first.returncode, opened(kisi)), (0, [GATE]))


def during_apply():
    with Sandbox(world(), now=NOW, faults=["POST /role_assignments hang count=1"]) as kisi:
        venue = Venue(kisi, booking("b1"), booking("b2", resource="Hall"), rules=GROUP)
        apply = venue.start("-q", "apply")
        wait_for(kisi, lambda: any(r["method"] == "POST" and r["path"] == "/role_assignments"
                                   for r in kisi.requests()))
        run = venue.run()
        tap.equal("while an apply hangs: the door opens", (run.code, opened(kisi)), (0, [GATE]))
        tap.ok("while an apply hangs: it does", apply.poll() is None)
        apply.kill()
        apply.communicate()
        kisi.clear_faults()
        after = venue.run("apply")
        tap.equal("after it: the next apply settles its own, not the door", (after.code, opened(kisi)), (0, [GATE]))


# ---- what goes wrong ----

def answers():
    for name, fault, code, outcome, doors in (
            ("lost answer", "POST /locks/*/unlock cut-after", 4, "unknown", [GATE]),
            ("cut before", "POST /locks/*/unlock cut-before", 4, "unknown", []),
            ("503", "POST /locks/*/unlock 503", 4, "unknown", []),
            ("403", "POST /locks/*/unlock 403", 4, "failed", []),
            ("401 at the door", "POST /locks/*/unlock 401", 69, "failed", [])):
        with Sandbox(world(), now=NOW, faults=[fault]) as kisi:
            venue = Venue(kisi, booking("b1"))
            run = venue.run()
            tap.equal(f"{name}: exit code, door and trail", (run.code, opened(kisi), venue.trail()),
                      (code, doors, [(GATE, outcome)]))
            tap.ok(f"{name}: says what, why and what to do",
                   all(word in run.stderr for word in ("Gate", "gate", "b1", "hint: ")), run.stderr)
            again = venue.run(now=NEXT)
            tap.equal(f"{name}: never tried again", (again.code, again.stderr, opened(kisi)), (0, "", doors))
            tap.equal(f"{name}: nothing for an apply to settle", venue.run("apply").code, 0)


def locked_down():
    with Sandbox(world(locked_down=True), now=NOW) as kisi:
        run = Venue(kisi, booking("b1")).run()
        tap.equal("locked down: exits 4", (run.code, opened(kisi), outcomes(run)), (4, [], [("Gate", "failed")]))
        tap.ok("locked down: with Kisi's reason", "locked down" in run.stderr, run.stderr)


def unreachable():
    with Sandbox(world(), now=NOW, faults=["GET /locks 401"]) as kisi:
        venue = Venue(kisi, booking("b1"))
        run = venue.run()
        tap.equal("key refused: exits 69", (run.code, opened(kisi), venue.trail(), venue.runs()),
                  (69, [], [], [("unlock-due", 69)]))
        tap.equal("key refused: a minute later it opens", (venue.run(now=NEXT).code, opened(kisi)), (0, [GATE]))
    with Sandbox(world(), now=NOW, faults=["GET /locks 500 count=0"]) as kisi:
        run = Venue(kisi, booking("b1")).run()
        tap.equal("Kisi is down: exits 69", (run.code, opened(kisi)), (69, []))


def killed():
    with Sandbox(world(), now=NOW, faults=["POST /locks/*/unlock hang commit=0"]) as kisi:
        venue = Venue(kisi, booking("b1"))
        process = venue.start("unlock-due")
        wait_for(kisi, lambda: kisi.writes() != [])
        process.kill()
        process.communicate()
        tap.equal("killed after the intent: never opened by another run",
                  (venue.run(now=NEXT).code, opened(kisi), venue.trail()), (0, [], [(GATE, None)]))


def locks():
    for name, lock, words in (
            ("missing", "Gat", ['Kisi has no lock "Gat"', "rule gate", 'is it "Gate"?']),
            ("foreign", "Hill door", ["another place owns", "rule gate", "hint: "]),
            ("ambiguous", "Twin", ['more than one lock is called "Twin"', "rule gate", "30 (Twin, Harbour)"])):
        state = world()
        state["locks"] += [{"id": i, "name": "Twin", "place_id": 1, "configured": True} for i in (30, 31)]
        with Sandbox(state, now=NOW) as kisi:
            venue = Venue(kisi, booking("b1"), lock=lock,
                          rules="[rule court]\nresource = Court 1\nlock = Court door\nmethod = unlock\n")
            run = venue.run()
            tap.equal(f"{name} lock: exits 3, the other door opens", (run.code, opened(kisi)), (3, [COURT]))
            tap.ok(f"{name} lock: says which and how to mend it", all(word in run.stderr for word in words),
                   run.stderr)


# ---- what never opens ----

def never():
    cases = {
        "cancelled booking": dict(rows=[booking("b1", status="cancelled")]),
        "unknown status": dict(rows=[booking("b1", status="perhaps")]),
        "blocked person": dict(rows=[booking("b1", email="eve@example.org")]),
        "door not enabled": dict(rows=[booking("b1")], keys="enabled_doors = Hall"),
    }
    for name, case in cases.items():
        with Sandbox(world(), now=NOW) as kisi:
            venue = Venue(kisi, *case["rows"], keys=case.get("keys", ""))
            run = venue.run()
            tap.equal(f"{name}: opens nothing", (run.code, run.stderr, opened(kisi), venue.runs()), (0, "", [], []))


def refused():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("b1"), guards="max_rejects = 0")
        venue.book(booking("b1"), booking("b2", start="whenever"))
        run = venue.run()
        tap.equal("doubtful source: opens as always", (run.code, opened(kisi)), (0, [GATE]))
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("b1"))
        venue.write("bookings.csv", "<html>maintenance</html>")
        run = venue.run()
        tap.equal("refused source: opens nothing", (run.code, opened(kisi), kisi.requests()), (0, [], []))
        venue.write("more.csv", "")
        run = venue.run()
        tap.equal("no usable source: exits 65", (run.code, opened(kisi)), (65, []))


def moved():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("b1"))
        venue.run()
        venue.book(booking("b1", start="2026-11-16 09:01"))
        run = venue.run(now=NEXT)
        tap.equal("moved booking: its new start opens the door, too", (run.code, opened(kisi)), (0, [GATE, GATE]))
        venue.book(booking("b1", start="2026-11-16 10:00"))
        run = venue.run(now=NEXT)
        tap.equal("moved away: not yet", (run.code, opened(kisi)), (0, [GATE, GATE]))


def clock():
    with Sandbox(world(), now=NOW, faults=["* * clock seconds=300 count=0"]) as kisi:
        venue = Venue(kisi, booking("b1"))
        run = venue.run()
        tap.equal("wrong clock: exits 3 and opens nothing", (run.code, opened(kisi), venue.trail()), (3, [], []))


def usage():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("b1"))
        for words in (["--snapshot", "x"], ["--only-person", "a@example.org"], ["word"]):
            run = run_program(["unlock-due", *words, "--now", NOW], folder=venue.folder)
            tap.equal(f"usage: {words[0]}", (run.code, opened(kisi)), (64, []))
        run = run_program(["unlock-due", "-q", "--now", NOW], folder=venue.folder)
        tap.equal("-q prints nothing", (run.code, run.stdout, run.stderr, opened(kisi)), (0, "", "", [GATE]))


for test in (on_time, quiet, edges, late, together, during_apply, answers, locked_down, unreachable, killed, locks, never,
             refused, moved, clock, usage):
    test()
tap.done()
