#!/usr/bin/python3
"""A Kisi that has learned new words: nobody loses anything by them, nothing is made twice, and the rest goes on."""

import json
import os
import pathlib
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
attempts = 2
backoff = 0
[guards]
max_clock = 1000d
max_age = 9999d
max_removals = 100%
max_group_removals = 100%
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
[rule room]
resource = Room 1
group = Room 1
[rule suite]
resource = Suite
group = Suite
method = link
"""
BOOKINGS = """\
booking_id,email,name,resource,location,start,end,status,attendees
b2,bea@example.com,Bea,Room 1,,2026-11-16 09:00,2026-11-16 11:00,confirmed,
b3,cleo@example.com,Cleo,Room 1,,2026-11-16 09:00,2026-11-16 11:00,confirmed,
b4,dan@example.com,Dan,Suite,,2026-11-16 09:00,2026-11-16 11:00,confirmed,
"""
PEOPLE = {1: "owner", 2: "ada", 3: "bea", 4: "cleo", 5: "dan"}

tap = Tap()


def world():
    def right(number, user):
        return {"id": number, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": 10,
                "assignee_type": "User", "assignee_id": user, "valid_from": "2026-11-16T08:30:00Z",
                "valid_until": "2026-11-16T10:00:00Z"}

    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1},
                    groups=[{"id": 10, "name": "Room 1"}, {"id": 11, "name": "Suite"}],
                    users=[{"id": n, "email": f"{name}@example.com", "name": name} for n, name in PEOPLE.items()],
                    role_assignments=[right(100, 2), right(101, 3)])


def apply(folder):
    run = run_program(["apply", "--now", NOW, "--json", "plan.json"], folder=folder)
    run.plan = json.loads((pathlib.Path(folder) / "plan.json").read_text())
    return run


def rights(kisi):
    return sorted((a["assignee_id"], a["valid_until"][11:16]) for a in kisi.state()["role_assignments"])


def main():
    folder = new_folder()
    with Sandbox(world(), now=NOW, faults=["GET /role_assignments new-words count=0"]) as kisi:
        for name, text in (("kisi-reconcile.ini", CONFIG.format(url=kisi.url)), ("api.key", kisi.key), ("bookings.csv", BOOKINGS)):
            path = pathlib.Path(folder) / name
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        for when in ("first", "second"):
            run = apply(folder)
            tap.ok(f"new words, {when} run: nobody lost anything, what is there is left alone",
                   rights(kisi)[:2] == [(2, "10:00"), (3, "10:00")], rights(kisi))
            tap.ok(f"new words, {when} run: nothing is taken away or changed",
                   not any(w.startswith(("DELETE", "PATCH")) for w in kisi.writes()), kisi.writes())
            tap.ok(f"new words, {when} run: it says so", "not_understood" in run.stderr + run.stdout
                   and any(f["kind"] == "not_understood" for f in run.plan["findings"]), run.stderr)
        tap.equal("new words: who had nothing is given it, once", rights(kisi)[2:], [(4, "11:30")])
        tap.equal("new words: so is the link", len(kisi.state()["group_links"]), 1)
        kisi.clear_faults()
        run = apply(folder)
        tap.equal("words that are known again: all is made", (run.code, rights(kisi)), (0, [(3, "11:30"), (4, "11:30")]))
        database = sqlite3.connect(os.path.join(folder, "kisi-reconcile.db"))
        tap.equal("and nothing is left open", database.execute(
            "SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM outcomes WHERE outcome <> 'unknown')").fetchall(), [(0,)])
        database.close()


main()
tap.done()
