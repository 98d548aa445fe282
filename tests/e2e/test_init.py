#!/usr/bin/python3
"""init: a first configuration that works as it stands, and says what is left to decide."""

import json
import os
import pathlib
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

DEMO = TOP / "fixtures" / "demo"
NOW = "2026-11-16T07:30:00Z"
BOOKINGS = """booking_id,email,name,resource,location,start,end,status,attendees
1,mira@example.org,Mira,Room 1,,2026-11-16 10:00,2026-11-16 12:00,confirmed,
2,omar@example.org,Omar,Room 2,,2026-11-16 14:00,2026-11-16 16:00,confirmed,
3,omar@example.org,Omar,Roof,,2026-11-16 14:00,2026-11-16 16:00,confirmed,
"""

tap = Tap()


def kisi_state(**more):
    return snapshot(**{
        "organization": {"id": 9, "name": "Harbour House", "user_id": 1, "time_zone": "UTC"},
        "places": [{"id": 1, "name": "Harbour", "time_zone": "Europe/Amsterdam"}],
        "locks": [{"id": 20, "name": "Door", "place_id": 1}],
        "groups": [{"id": 10, "name": "Room 1", "place_id": 1}, {"id": 11, "name": "ROOM 2", "place_id": 1},
                   {"id": 12, "name": "Garden", "place_id": 1}],
        "group_locks": [{"id": 30 + n, "group_id": 10 + n, "lock_id": 20} for n in range(3)],
        "users": [{"id": 1, "name": "Olga Owner", "email": "olga@example.org"}], **more})


def names_agree():
    """One place, equal names: the file passes check and plan as it is written, offline and live."""
    folder = new_folder()
    files = {"kisi.json": json.dumps(kisi_state()), "exports/bookings.csv": BOOKINGS}
    run = run_program(["init", "--snapshot", "kisi.json", "exports/bookings.csv"], files=files, folder=folder)
    tap.equal("it is written", (run.code, run.stdout), (0, ""))
    text = run.read("kisi-reconcile.ini")
    active = [line for line in text.splitlines() if line and not line.startswith("#")]
    tap.equal("what is active", active, [
        "[kisi]", "place        = Harbour", "[people]", "[source bookings]", "profile  = generic-bookings",
        "file     = exports/bookings.csv", "timezone = Europe/Amsterdam", "[rule room-1]", "resource = Room 1",
        "group    = Room 1", "[rule room-2]", "resource = Room 2", "group    = ROOM 2"])
    tap.ok("the room without a group waits", "# [rule roof]\n# resource = Roof\n# group    = ?" in text, text)
    tap.ok("the group that nobody names is listed", "#   12 Garden" in text, text)
    tap.ok("it says what comes next", "kisi-reconcile.ini check" in run.stderr, run.stderr)
    offline = ["--now", NOW, "--snapshot", "kisi.json"]
    checked = run_program([*offline, "check"], folder=folder)
    tap.equal("check finds nothing wrong", checked.code, 0)
    tap.ok("check knows both rules", "2 of 2 fit records" in checked.stdout, checked.stdout)
    planned = run_program([*offline, "plan", "--json", "-"], folder=folder)
    tap.equal("plan grants both rooms", [c["group"] for c in json.loads(planned.stdout)["changes"]
                                         if c["action"] == "grant"], ["Room 1", "ROOM 2"])

    again = run_program(["init", "--snapshot", "kisi.json", "exports/bookings.csv"], folder=folder)
    tap.equal("what is there is never overwritten", (again.code, run.read("kisi-reconcile.ini") == text), (1, True))
    os.symlink("elsewhere.ini", os.path.join(folder, "link.ini"))
    again = run_program(["init", "--snapshot", "kisi.json", "-o", "link.ini", "exports/bookings.csv"], folder=folder)
    tap.equal("nor written through a link that leads nowhere yet",
              (again.code, os.path.exists(os.path.join(folder, "elsewhere.ini"))), (1, False))
    shown = run_program(["init", "--snapshot", "kisi.json", "-o", "-", "exports/bookings.csv"], folder=folder)
    tap.equal("the same bytes on standard output", (shown.code, shown.stdout, shown.stderr), (0, text, ""))

    with Sandbox(kisi_state()) as kisi:
        live = ["init", "--base-url", kisi.url, "-o", "live.ini", "exports/bookings.csv"]
        by_file = run_program([*live, "--api-key-file", "api.key"], files={"api.key": kisi.key}, folder=folder)
        tap.equal("live, by a key file", by_file.code, 0)
        tap.ok("the key file is named", re.search("^api_key_file = api.key$", by_file.read("live.ini"), re.M))
        os.remove(pathlib.Path(folder) / "live.ini")
        by_environment = run_program(live, folder=folder, env={"KISI_API_KEY": kisi.key})
        tap.equal("live, by the environment", by_environment.code, 0)
        os.remove(pathlib.Path(folder) / "live.ini")
        refused = run_program(live, folder=folder, env={"KISI_API_KEY": "other"})
        tap.equal("a wrong key", refused.code, 69)
        tap.equal("nothing was changed in Kisi", kisi.writes(), [])


def doubts():
    """What is not sure is no rule."""
    state = kisi_state(places=[{"id": 1, "name": "Harbour", "time_zone": "Europe/Amsterdam"},
                               {"id": 2, "name": "Mill", "time_zone": "Europe/London"}])
    state["groups"] += [{"id": 13, "name": "Room 1", "place_id": 2}, {"id": 14, "name": "Roof terrace", "place_id": 1}]
    files = {"kisi.json": json.dumps(state), "bookings.csv": BOOKINGS}
    run = run_program(["init", "--snapshot", "kisi.json", "-o", "-", "bookings.csv"], files=files)
    text = run.stdout
    tap.equal("only the unique name is active", re.findall(r"^\[rule (.*)\]$", text, re.M), ["room-2"])
    tap.ok("both namesakes are offered", "perhaps 10 Room 1 (Harbour)\n#   perhaps 13 Room 1 (Mill)" in text, text)
    tap.ok("a likeness is offered", "# resource = Roof\n# group    = 14" in text, text)
    tap.ok("no place is chosen", "# place        = Mill" in text and "\nplace" not in text, text)
    tap.ok("no zone is chosen", "\n# timezone = Europe/Amsterdam\n# timezone = Europe/London\n" in text
           and "\ntimezone" not in text, text)
    named = run_program(["init", "--snapshot", "kisi.json", "-o", "-", "mill/bookings.csv"],
                        files={"kisi.json": json.dumps(state), "mill/bookings.csv": BOOKINGS})
    tap.ok("the folder's name tells the place", "\ntimezone = Europe/London\n" in named.stdout, named.stdout)


def dates():
    """What the dates say wins over the profile's habit; where they say nothing, the habit is told."""
    rows = "Reservation ID,Date,Start Time,End Time,Court,Email\n1,{},7:00 AM,8:00 AM,Room 1,mira@example.org\n"
    for day, wanted in (("03/04/2026", "takes them as MDY.  Else:\n# date_order = DMY\n"),
                        ("25/04/2026", "\ndate_order = DMY\n"), ("04/25/2026", "timezone = Europe/Amsterdam\n\n")):
        files = {"kisi.json": json.dumps(kisi_state()), "courts.csv": rows.format(day)}
        run = run_program(["init", "--snapshot", "kisi.json", "courts.csv"], files=files)
        text = run.read("kisi-reconcile.ini")
        tap.ok(f"{day}: what is said of the order", wanted in text and "profile  = playbypoint-reservations" in text, text)
        tap.ok(f"{day}: the court is known", "[rule room-1]" in text, text)
        checked = run_program(["--now", NOW, "--snapshot", "kisi.json", "check"], folder=run.folder)
        tap.equal(f"{day}: check", checked.code, 0)


def misuse():
    files = {"kisi.json": json.dumps(kisi_state()), "x.csv": "a,b\n1,2\n", "b.csv": BOOKINGS}
    for name, args, code in (("no export", [], 64), ("no profile fits", ["x.csv"], 65), ("no such file", ["y.csv"], 65)):
        run = run_program(["init", "--snapshot", "kisi.json", *args], files=files)
        tap.equal(name, (run.code, os.path.exists(os.path.join(run.folder, "kisi-reconcile.ini"))), (code, False))
    run = run_program(["init", "--snapshot", "kisi.json", "x.csv", "b.csv"], files=files)
    tap.ok("one unreadable file is no reason not to begin",
           run.code == 0 and "x.csv: no profile reads it" in run.stderr, run.stderr)
    tap.ok("it is named in the file", "# No profile reads x.csv" in run.read("kisi-reconcile.ini"))
    run = run_program(["init", "b.csv"], files=files, env={"KISI_API_KEY": ""})
    tap.ok("no Kisi", run.code == 78 and "--api-key-file" in run.stderr and "--snapshot" in run.stderr, run.stderr)


OURS = "\n".join(["[profile]", "kind = bookings", *(f"[field {field}]\nany = {name}" for field, name in (
    ("id", "Nr"), ("email", "Who"), ("resource", "Where"), ("start", "In"), ("end", "Out")))]) + "\n"


def own_profile():
    """A profile of one's own by its path: the configuration names it as it needs it, and reads the export with it."""
    files = {"kisi.json": json.dumps(kisi_state()), "profiles/ours.ini": OURS,
             "hall.csv": "Nr,Who,Where,In,Out\n1,mira@example.org,Room 1,2026-11-14 09:00,2026-11-14 10:00\n"}
    run = run_program(["init", "--snapshot", "kisi.json", "--profile", "profiles/ours.ini", "hall.csv"], files=files)
    tap.ok("own profile: named by its path", "profile  = profiles/ours.ini" in run.read("kisi-reconcile.ini"), run.stderr)
    checked = run_program(["--now", NOW, "--snapshot", "kisi.json", "check"], folder=run.folder)
    tap.equal("own profile: check", checked.code, 0)


def changes(folder, config):
    run = run_program(["-c", config, "--now", NOW, "plan", "--snapshot", "kisi.json", "--json", "-"], folder=folder)
    plan = json.loads(run.stdout)
    return sorted(str([c[key] for key in ("action", "email", "group", "from", "until", "cause")])
                  for c in plan["changes"] + plan["held"])


def demo():
    """The demo venue: after the decisions that only a person can make, the plan is that of its own configuration."""
    folder = new_folder()
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    exports = sorted(str(path.relative_to(folder)) for path in pathlib.Path(folder).glob("exports/*/*"))
    begun = run_program(["--now", NOW, "init", "--snapshot", "kisi.json", "-o", "begun.ini", *exports], folder=folder)
    tap.equal("it is written", begun.code, 0)
    text = begun.read("begun.ini")
    checked = run_program(["-c", "begun.ini", "--now", NOW, "check", "--snapshot", "kisi.json"], folder=folder)
    tap.equal("as it stands, only the group that the data names wrongly is wrong",
              (checked.code, checked.stdout.count("\nwrong"), 'no group "45299"' in checked.stdout), (3, 1, True))
    tap.equal("rules of equal names", re.findall(r"^\[rule (.*)\]$", text, re.M), ["lighthouse", "tide-room", "wharf"])

    own = (DEMO / "kisi-reconcile.ini").read_text(encoding="utf-8")
    people = re.search(r"^\[people\]\n(?:\w.*\n)*", own, re.M).group()
    tap.equal("where people are to whom no export gives it, they are proposed to stay",
              re.findall(r"^\[rule (.*)\]\n(?:[^\[\n].*\n)*exclusive = ours$", text, re.M),
              ["lighthouse", "tide-room", "wharf"])
    decided = text.replace("\nexclusive = ours", "").replace("[people]\n", people, 1).replace(
        "[source london-bookings]\n",
        "[source london-bookings]\nlocation = London\ngrace_before = 15m\ngrace_after = 15m\n", 1).replace(
        "[rule lighthouse]\n", "[rule lighthouse]\nexclusive = no\n", 1)
    rules = "".join(re.findall(r"^\[rule (?!lighthouse).*\]\n(?:\w.*\n)*", own, re.M))
    rows = (DEMO / "rules-london.csv").read_text(encoding="utf-8").replace("London,resource,Wharf,Wharf\n", "")
    (pathlib.Path(folder) / "rest.csv").write_text(rows, encoding="utf-8")
    (pathlib.Path(folder) / "begun.ini").write_text(decided + rules + "[rules]\nfile = rest.csv\n", encoding="utf-8")
    tap.equal("the plan is that of the venue's own configuration", changes(folder, "begun.ini"),
              changes(folder, "kisi-reconcile.ini"))


HANDS = [{"id": 90, "role_id": "group_basic", "assignee_type": "User", "assignee_id": 5, "applies_to_type": "Group",
          "applies_to_id": 10, "valid_from": None, "valid_until": None},
         {"id": 91, "role_id": "group_basic", "assignee_type": "User", "assignee_id": 6, "applies_to_type": "Group",
          "applies_to_id": 10, "valid_from": "2026-11-16T08:00:00.000Z", "valid_until": "2026-11-16T23:00:00.000Z"}]


def by_hand():
    """What staff gave is listed as manual grants, whoever an export names: with them an apply takes nothing."""
    users = [{"id": 1, "name": "Olga Owner", "email": "olga@example.org"},
             {"id": 5, "name": "Ian Cleaner", "email": "ian@example.org"},
             {"id": 6, "name": "Mira Moss", "email": "mira@example.org"}]
    files = {"kisi.json": json.dumps(kisi_state(users=users, role_assignments=HANDS)), "bookings.csv": BOOKINGS}
    offline = ["--now", NOW, "--snapshot", "kisi.json"]
    run = run_program([*offline, "init", "bookings.csv"], files=files)
    text, grants = run.read("kisi-reconcile.ini"), run.read("grants.csv")
    tap.equal("by hand: each is listed with its dates", grants, "grant_id,email,group,start,end,note\n"
              'hand-1,"ian@example.org",10,,,"Ian Cleaner, Room 1"\n'
              'hand-2,"mira@example.org",10,2026-11-16T08:00:00Z,2026-11-16T23:00:00Z,"Mira, Room 1"\n')
    tap.ok("by hand: the rule lets them stay", "2 of its people in Kisi have it by no export" in text, text)
    tap.ok("by hand: protected is ready, too", "# protected = ian@example.org; mira@example.org\n" in text, text)
    tap.equal("by hand: as it stands nothing is taken", [c for c in changes(run.folder, "kisi-reconcile.ini")
                                                         if "hand-made" in c], [])
    chosen = re.sub(r"^# (\[source by-hand\]|(?:profile  = generic-grants|file     = grants|max_age ).*)$", r"\1",
                    text.replace("\nexclusive = ours", ""), flags=re.M)
    pathlib.Path(run.folder, "chosen.ini").write_text(chosen, encoding="utf-8")
    pathlib.Path(run.folder, "taken.ini").write_text(text.replace("\nexclusive = ours", ""), encoding="utf-8")
    tap.equal("by hand: with the list nothing is taken, either", [c for c in changes(run.folder, "chosen.ini")
                                                                 if "hand-made" in c], [])
    tap.equal("by hand: without any of it both lose", len([c for c in changes(run.folder, "taken.ini")
                                                          if "hand-made" in c]), 2)
    again = run_program([*offline, "init", "-o", "again.ini", "bookings.csv"], folder=run.folder)
    tap.ok("by hand: a list that is there is never overwritten", again.read("grants.csv") == grants
           and "file     = grants-2.csv" in again.read("again.ini"), again.read("again.ini"))
    shown = run_program([*offline, "init", "-o", "-", "bookings.csv"], folder=run.folder)
    tap.ok("by hand: on standard output they stand in the text",
           "#   mira@example.org: Room 1, from 2026-11-16T08:00:00Z, until 2026-11-16T23:00:00Z\n" in shown.stdout
           and not os.path.exists(os.path.join(run.folder, "grants-3.csv")), shown.stdout)


def locks():
    """A room that has the name of a lock with a group of its own; all locks are listed with their groups."""
    state = kisi_state(locks=[{"id": 20, "name": "Door", "place_id": 1}, {"id": 21, "name": "Roof", "place_id": 1},
                              {"id": 22, "name": "Shed", "place_id": 1}])
    state["groups"].append({"id": 15, "name": "Up there", "place_id": 1})
    state["group_locks"].append({"id": 39, "group_id": 15, "lock_id": 21})
    files = {"kisi.json": json.dumps(state), "bookings.csv": BOOKINGS + BOOKINGS.splitlines()[1].replace(
        "1,", "4,", 1).replace("Room 1", "Shed") + "\n"}
    run = run_program(["--now", NOW, "init", "--snapshot", "kisi.json", "bookings.csv"], files=files)
    text = run.read("kisi-reconcile.ini")
    tap.ok("locks: one with its own group is proposed", "\n[rule roof]\nresource = Roof\nlock     = Roof\n" in text, text)
    tap.ok("locks: one without waits for a group", "perhaps the lock 22 Shed" in text and "# [rule shed]" in text, text)
    tap.ok("locks: all are listed", "#   20 Door: Room 1; ROOM 2; Garden\n#   21 Roof: Up there\n#   22 Shed: no group\n"
           in text, text)
    checked = run_program(["--now", NOW, "--snapshot", "kisi.json", "check"], folder=run.folder)
    tap.equal("locks: check", checked.code, 0)


def several_places():
    """Of several places in one text each has its rule, and what is online has none."""
    rows = BOOKINGS.replace("Roof", "Room 1 / Room 2").replace(",Room 2,", ",Microsoft Teams Meeting; Garden,")
    state = kisi_state()
    state["groups"].append({"id": 16, "name": "Garden, upper half", "place_id": 1})
    rows += "4,omar@example.org,Omar,\"Garden, upper half\",,2026-11-16 14:00,2026-11-16 16:00,confirmed,\n"
    run = run_program(["--now", NOW, "init", "--snapshot", "kisi.json", "-o", "-", "bookings.csv"],
                      files={"kisi.json": json.dumps(state), "bookings.csv": rows})
    tap.equal("several places: rules", re.findall(r"^resource = (.*)$", run.stdout, re.M),
              ["Garden", "Garden, upper half", "Room 1", "Room 2"])


names_agree()
by_hand()
several_places()
locks()
doubts()
dates()
misuse()
own_profile()
demo()
tap.done()
