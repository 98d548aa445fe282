#!/usr/bin/python3
"""What the five systems promise of Kisi, where a plan alone does not show it: doors, keys, hours, links, logs.

The promises that a plan shows are in tests/cases/promises-*.case.
"""

import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T10:30:00Z"
BOOKINGS = """booking_id,email,name,resource,location,start,end,status,attendees
1,mira@example.org,Mira,Court 1,,2026-11-16 10:00,2026-11-16 12:00,confirmed,
2,noor@example.org,Noor,Court 1,,2026-11-16 20:00,2026-11-16 21:00,confirmed,
"""
CONFIG = """[kisi]
base_url = {url}
api_key_file = api.key
rate = 200/s
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
{more}
[rule court]
resource = Court 1
{door}
"""

tap = Tap()


def state(**more):
    return snapshot(**{
        "organization": {"id": 9, "name": "Harbour House", "user_id": 1},
        "places": [{"id": 1, "name": "Harbour", "time_zone": "UTC"}],
        "locks": [{"id": 20, "name": "Front door", "place_id": 1}, {"id": 21, "name": "Court 1", "place_id": 1},
                  {"id": 22, "name": "Shed", "place_id": 1, "online": False}],
        "groups": [{"id": 10, "name": "Courts", "place_id": 1, "locks_count": 2},
                   {"id": 11, "name": "Members", "place_id": 1, "locks_count": 1}],
        "group_locks": [{"id": 30, "group_id": 10, "lock_id": 20}, {"id": 31, "group_id": 10, "lock_id": 21},
                        {"id": 32, "group_id": 11, "lock_id": 20}],
        "users": [{"id": 1, "name": "Olga Owner", "email": "olga@example.org"},
                  {"id": 5, "name": "Mira", "email": "mira@example.org"},
                  {"id": 6, "name": "Noor", "email": "noor@example.org"}],
        "role_assignments": [right(90, 5, 10), right(91, 5, 11)], **more})


def right(number, user, group):
    return {"id": number, "role_id": "group_basic", "assignee_type": "User", "assignee_id": user,
            "applies_to_type": "Group", "applies_to_id": group, "valid_from": None, "valid_until": None}


def ask(kisi, *words, door="group = Courts", more="", bookings=BOOKINGS, folder=None):
    files = {"kisi-reconcile.ini": CONFIG.format(url="http://127.0.0.1:9", door=door, more=more),
             "bookings.csv": bookings, "kisi.json": json.dumps(kisi)}
    return run_program(["--now", NOW, "--snapshot", "kisi.json", *words], files=files, folder=folder or new_folder())


def lock(**more):
    """The locks, the first with something about it."""
    return [{**one, **(more if one["id"] == 20 else {})} for one in state()["locks"]]


def allbooked():
    run = ask(state(), "check", door="group = Courts\nmethod = link")
    tap.ok("AllBooked: a link needs internet at the door, and check says so", "needs internet at the door" in run.stdout
           and run.code == 0, run.stdout)
    tap.ok("AllBooked: where no rule sends links, nothing is said of it", "internet" not in ask(state(), "check").stdout)
    with Sandbox(state(), now="2026-11-16T10:00:05Z") as kisi:
        files = {"kisi-reconcile.ini": CONFIG.format(url=kisi.url, more="", door="lock = Court 1\nmethod = unlock"),
                 "bookings.csv": BOOKINGS, "api.key": kisi.key}
        run = run_program(["--now", "2026-11-16T10:00:05Z", "unlock-due"], files=files)
        tap.equal("AllBooked: the door is unlocked at the start, once",
                  (run.code, [one["lock_id"] for one in kisi.unlocks()]), (0, [21]))


def playbypoint():
    for field, value, word in (("online", False, "offline"), ("configured", False, "not configured"),
                               ("locked_down", True, "locked down")):
        kisi = state(locks=lock(**{field: value}))
        run = ask(kisi, "check")
        tap.ok(f"Playbypoint: a lock that is {word} is named", f"lock Front door  Kisi says: {word}" in run.stdout
               and run.code == 0, run.stdout)
        run = ask(kisi, "why", "mira@example.org", "Courts")
        tap.ok(f"Playbypoint: and why says it is {word}", f"Front door: {word}" in run.stdout, run.stdout)
    run = ask(state(locks=lock(online=True, configured=True, locked_down=None)), "check")
    tap.ok("Playbypoint: of a lock that is well, or of no rule, nothing is said", "Kisi says" not in run.stdout, run.stdout)
    run = ask(state(), "why", "mira@example.org", "Members", more="enabled_doors = Members",
              door="group = Courts\n[rule other]\nresource = Court 1\ngroup = Members")
    tap.ok("Playbypoint: the door that is enabled opens", "YES  Members" in run.stdout, run.stdout)
    kisi = state(role_assignments=[])
    run = ask(kisi, "why", "mira@example.org", "Courts", more="enabled_doors = Members")
    tap.ok("Playbypoint: a door that enabled_doors leaves out, and why", "NO  Courts  the booking (bookings.csv:2) is "
           "for it, but enabled_doors leave it out" in run.stdout, run.stdout)
    run = ask(kisi, "why", "mira@example.org", more="enabled_doors = Members",
              door="group = Courts\n[rule other]\nresource = Court 1\ngroup = Members")
    tap.ok("Playbypoint: beside one that is enabled, too", "but enabled_doors leave it out" in run.stdout
           and "NO  Members" in run.stdout, run.stdout)
    run = ask(kisi, "why", "noor@example.org", "Courts")
    tap.ok("Playbypoint: no button: the booking is not active yet", "NOT YET  Courts" in run.stdout
           and "19:30" in run.stdout, run.stdout)


def spacebring():
    hours = {"id": 70, "name": "Office hours", "enabled": True, "override": False, "consequence": "allow",
             "scheduleable_type": "Group", "scheduleable_id": 10, "type": "recurring_event", "monday": True,
             "friday": True, "starts_at_time": "08:00", "ends_at_time": "17:30"}
    groups = [{**one, "time_restriction_enabled": one["id"] == 10} for one in state()["groups"]]
    run = ask(state(groups=groups, schedules=[hours]), "why", "mira@example.org", "Courts")
    tap.ok("Spacebring: tiers by hours: those of a group are shown",
           "the group opens by \"Office hours\", Mon Fri 08:00-17:30" in run.stdout, run.stdout)
    off = [{**hours, "enabled": False}, {**hours, "id": 71, "scheduleable_id": 11}]
    run = ask(state(groups=groups, schedules=off), "why", "mira@example.org", "Courts")
    tap.ok("Spacebring: hours that are switched off, or another group's, are not", "the group itself: time\n" in run.stdout,
           run.stdout)


def codesk():
    run = ask(state(), "why", "mira@example.org")
    tap.ok("Co-Desk: one flat list of the doors that somebody can open now", "Opens:      Court 1 (by Courts), "
           "Front door (by Courts; Members)\n" in run.stdout, run.stdout)
    answer = json.loads(ask(state(), "--json", "-", "why", "mira@example.org").stdout)
    tap.equal("Co-Desk: the same for programs", answer["opens"], [{"lock": "Court 1", "by": "Courts"},
                                                                  {"lock": "Front door", "by": "Courts; Members"}])
    run = ask(state(role_assignments=[]), "why", "mira@example.org")
    tap.ok("Co-Desk: nothing that is not there yet", "Opens:" not in run.stdout, run.stdout)
    run = ask(state(), "init", "-o", "-", "bookings.csv")
    tap.ok("Co-Desk: all doors and groups are listed", "#   20 Front door: Courts; Members\n" in run.stdout
           and "#   22 Shed: no group" in run.stdout, run.stdout)
    tap.ok("Co-Desk: a room's mapping is proposed where a lock has its name", "perhaps the lock 21 Court 1" in run.stdout)
    with Sandbox(state(role_assignments=[]), now=NOW) as kisi:
        files = {"kisi-reconcile.ini": CONFIG.format(url=kisi.url, more="", door="group = Courts"),
                 "bookings.csv": BOOKINGS, "api.key": kisi.key}
        run = run_program(["--now", NOW, "check"], files=files)
        tap.ok("Co-Desk: a connection test shows the organisation", "Harbour House" in run.stdout, run.stdout)
        run_program(["--now", NOW, "apply"], folder=run.folder)
        run = run_program(["history"], folder=run.folder)
        number = run.stdout.split()[0]
        run = run_program(["history", number], folder=run.folder)
        tap.ok("Co-Desk: the log has member, door, action and outcome", all(word in run.stdout for word in (
            "mira@example.org", "Courts", "grant", "done")), run.stdout)
        pattern = r"^\S+Z  grant            done      \S+ .. \S+  run \w{12}  (mira|noor)@example.org$"
        for door in ("Courts", "courts", "10"):
            run = run_program(["history", "--only-group", door], folder=run.folder)
            tap.ok(f"Co-Desk: and a log of each door over all runs: {door}",
                   re.findall(pattern, run.stdout, re.M) == ["mira", "noor"], run.stdout + run.stderr)
        run = run_program(["history", "--only-group", "Members"], folder=run.folder)
        tap.equal("Co-Desk: of a door for which nothing was sent it is empty", (run.code, run.stdout), (0, ""))
        run = run_program(["history", "--only-group", "Attic"], folder=run.folder)
        tap.ok("Co-Desk: a door that is not there", run.code == 1 and "Attic" in run.stderr, run.stderr)
        run = run_program(["history", "--only-group", "Courts", number], folder=run.folder)
        tap.equal("Co-Desk: a door of one run is no question", run.code, 64)


allbooked()
playbypoint()
spacebring()
codesk()
tap.done()
