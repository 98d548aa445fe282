#!/usr/bin/python3
"""A state database is of one organisation: with the key, or the snapshot, of another one nothing is done."""

import json
import os
import pathlib
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
CONFIG = """[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
{state}
[guards]
max_clock = 1000d
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
max_age = 9999d
grace_before = 0
[rule room]
resource = Room 1
group = Room 1
[rule gate]
resource = Room 1
lock = Gate
method = unlock
"""
BOOKINGS = ("booking_id,email,resource,start,end,status\n"
            "1,mira@example.org,Room 1,2026-11-16 08:00,2026-11-16 12:00,confirmed\n")

tap = Tap()


def world(organization, name="Harbour House"):
    known = {"id": organization, "name": name, "user_id": 1} if organization else {"name": name, "user_id": 1}
    return snapshot(organization=known, places=[{"id": 1, "name": "Harbour"}],
                    locks=[{"id": 20, "name": "Gate", "place_id": 1}],
                    groups=[{"id": 10, "name": "Room 1", "place_id": 1, "locks_count": 0}],
                    users=[{"id": 1, "name": "Olga", "email": "olga@example.org"},
                           {"id": 2, "name": "Mira", "email": "mira@example.org"}])


class Venue:
    def __init__(self):
        self.folder = pathlib.Path(new_folder())
        self.write("bookings.csv", BOOKINGS)
        self.write("api.key", "sandbox-key")

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / name).chmod(0o600)

    def run(self, kisi, *words, state=""):
        self.write("kisi-reconcile.ini", CONFIG.format(url=kisi.url if kisi else "http://127.0.0.1:1", state=state))
        return run_program([*words, "--now", NOW], folder=self.folder)

    def runs(self):
        database = sqlite3.connect(self.folder / "kisi-reconcile.db")
        found = database.execute("SELECT count(*) FROM intents").fetchall()
        database.close()
        return found[0][0]


def written(kisi):
    return [r for r in kisi.requests() if r["method"] != "GET"]


def other_organization():
    venue = Venue()
    with Sandbox(world(9), now=NOW) as ours:
        tap.equal("a plan remembers nothing", venue.run(ours, "plan").code, 0)
    with Sandbox(world(12, "Other"), now=NOW) as other:
        tap.equal("... so the first apply may be of another", venue.run(other, "plan").code, 0)
    with Sandbox(world(9), now=NOW) as ours:
        first = venue.run(ours, "apply")
        tap.ok("the first apply", first.code == 0 and written(ours), first.stderr)
        kept = (venue.folder / "kisi-reconcile.db.kisi.json").read_text(encoding="utf-8")
        run = next(line.split()[0] for line in venue.run(None, "history").stdout.splitlines() if " apply " in f" {line} ")
    before = venue.runs()
    with Sandbox(world(12, "Other"), now=NOW) as other:
        for words in (["plan"], ["apply"], ["revert", run], ["revert", run, "--apply"], ["unlock-due"]):
            again = venue.run(other, *words)
            name = " ".join("RUN" if word == run else word for word in words)
            tap.ok(f"{name}: held", again.code == 3 and "belongs to organisation 9 Harbour House" in again.stderr and
                   "is of organisation 12 Other" in again.stderr and "hint: is it the right API key?" in again.stderr,
                   f"{again.code} {again.stdout}{again.stderr}")
        tap.equal("nothing is changed", (written(other), venue.runs()), ([], before))
        tap.equal("what `why` looks at stays ours", (venue.folder / "kisi-reconcile.db.kisi.json").read_text(encoding="utf-8"),
                  kept)
        check = venue.run(other, "check")
        tap.ok("check says so", check.code == 3 and "belongs to organisation 9" in check.stdout, check.stdout)
        own = venue.run(other, "apply", state="[state]\ndatabase = other.db")
        tap.ok("with a database of its own it goes", own.code == 0 and written(other), own.stderr)
    for name, found, code in (("theirs.json", 12, 3), ("ours.json", 9, 0), ("unknown.json", 0, 0)):
        venue.write(name, json.dumps(world(found)))
        run = venue.run(None, "plan", "--snapshot", name)
        tap.ok(f"plan --snapshot {name}", run.code == code and (code == 0 or name in run.stderr), run.stderr)


def rehearsal():
    """On a copy of one's own organisation, with a database of its own."""
    venue = Venue()
    with Sandbox(world(9), now=NOW) as copy:
        tap.equal("rehearsal", venue.run(copy, "apply", state="[state]\ndatabase = rehearsal.db").code, 0)
    with Sandbox(world(9), now=NOW) as real:
        run = venue.run(real, "apply")
        tap.ok("... leaves the real state as it was", run.code == 0 and written(real), run.stderr)


other_organization()
rehearsal()
tap.done()
