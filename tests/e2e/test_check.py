#!/usr/bin/python3
"""check: one line for each thing, the hint below it, the exit code of the worst, and not a trace left behind."""

import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
BOOKINGS = """booking_id,email,name,resource,location,start,end,status,attendees
1,mira@example.org,Mira,Room 1,,2026-11-16 10:00,2026-11-16 12:00,confirmed,
2,omar@example.org,Omar,Room 2,,2026-11-16 14:00,2026-11-16 16:00,confirmed,
"""
CONFIG = """[kisi]
base_url     = {url}
api_key_file = api.key
place        = Harbour
rate         = 200/s

[source bookings]
profile  = generic-bookings
file     = bookings.csv
timezone = Europe/Amsterdam

[rule one]
resource = Room 1
group    = Room 1

[rule two]
resource = Room 2
group    = Room 2
"""

tap = Tap()


def kisi_state(**more):
    groups = [{"id": 10, "name": "Room 1", "place_id": 1, "locks_count": 1},
              {"id": 11, "name": "Room 2", "place_id": 1, "locks_count": 1}]
    arrays = {
        "organization": {"id": 9, "name": "Harbour House", "user_id": 1},
        "places": [{"id": 1, "name": "Harbour", "time_zone": "Europe/Amsterdam"},
                   {"id": 2, "name": "Mill", "time_zone": "Europe/Amsterdam"}],
        "locks": [{"id": 20, "name": "Door 1", "place_id": 1}, {"id": 21, "name": "Door 2", "place_id": 1}],
        "groups": groups,
        "group_locks": [{"id": 30, "group_id": 10, "lock_id": 20}, {"id": 31, "group_id": 11, "lock_id": 21}],
        "users": [{"id": 1, "name": "Olga Owner", "email": "olga@example.org"},
                  {"id": 2, "name": "Mira", "email": "mira@example.org"},
                  {"id": 3, "name": "Omar", "email": "omar@example.org"}],
    }
    arrays.update(more)
    return snapshot(**arrays)


def check(state=None, config=CONFIG, bookings=BOOKINGS, files=None, args=(), key=None, sandbox=None, folder=None):
    """One check at a venue where everything is right, but for what is given."""
    with Sandbox(state or kisi_state(), now=NOW, **(sandbox or {})) as kisi:
        given = {"kisi-reconcile.ini": config.format(url=kisi.url), "api.key": kisi.key if key is None else key,
                 "bookings.csv": bookings, **(files or {})}
        given = {name: text for name, text in given.items() if text is not None}
        folder = folder or new_folder()
        for name, text in given.items():
            (pathlib.Path(folder) / name).write_text(text, encoding="utf-8")
            (pathlib.Path(folder) / name).chmod(0o600)
        before = listing(folder)
        run = run_program(["--now", NOW, *args, "check"], folder=folder)
        run.traces = [listing(folder) == before, kisi.writes()]
        return run


def listing(folder):
    return {str(path): path.read_bytes() for path in pathlib.Path(folder).rglob("*") if path.is_file()}


def lines(run, mark):
    return [" ".join(line.split()) for line in run.stdout.splitlines() if line.startswith(mark + " ")]


def says(name, run, code, *wanted):
    """The exit code, and for each (mark, words) a line; the line after a bad one is its hint."""
    shown = run.stdout + run.stderr
    tap.equal(f"{name}: exit code", run.code, code)
    for mark, words in wanted:
        tap.ok(f"{name}: {mark} {words}", any(words in line for line in lines(run, mark)), shown)
    tap.equal(f"{name}: no trace is left", run.traces, [True, []])


def good_venue():
    run = check()
    says("a good venue", run, 0, ("ok", "configuration kisi-reconcile.ini: 1 source, 2 rules"),
         ("ok", "state"), ("ok", "generic-bookings: bookings.csv; 2 rows, 0 rejected"), ("ok", "key file"),
         ("ok", "organisation Harbour House"), ("ok", "key of Olga Owner <olga@example.org>"),
         ("ok", "rights owner"), ("ok", "API logins 1 of at most 10"), ("ok", "place Harbour"), ("ok", "clock"),
         ("ok", "groups 2 of the 2"), ("ok", "people nobody"), ("ok", "rules 2 of 2"))
    tap.equal("nothing is warned about", lines(run, "warn") + lines(run, "wrong"), [])
    tap.equal("nothing else is said", run.stderr, "")
    tap.ok("the last line counts", run.stdout.splitlines()[-1].endswith("ok, 0 warnings, 0 wrong"), run.stdout)
    tap.equal("a quiet check of a good venue is silent", check(args=["-q"]).stdout, "")
    tap.ok("verbose names each group's locks", "opens Door 2" in check(args=["-v"]).stdout)


def configuration():
    says("a wrong key", check(config=CONFIG + "\ntypo = 1\n"), 78, ("wrong", "configuration"))
    says("no configuration", check(args=["-c", "other.ini"]), 78, ("wrong", "other.ini"))
    table = check(config=CONFIG + "\n[people]\naliases_file = aliases.csv\nblocked_file = none.csv\n",
                  files={"aliases.csv": "alias,email\nx,y\n"})
    says("two bad tables", table, 78, ("wrong", "table aliases"), ("wrong", "table blocked"),
         ("warn", "sources, groups and rules were not looked at"), ("ok", "rights owner"))
    says("no such profile", check(config=CONFIG.replace("generic-bookings", "generic-booking")), 78,
         ("wrong", "source bookings"), ("ok", "organisation Harbour House"))
    says("no such place", check(config=CONFIG.replace("= Harbour", "= Harbor")), 78, ("wrong", 'place "Harbor"'))
    folder = new_folder()
    (pathlib.Path(folder) / "open.ini").write_text("[kisi]\nrate = 4/s\n[source a]\nprofile = generic-people\n"
                                                   "file = x\n", encoding="utf-8")
    (pathlib.Path(folder) / "open.ini").chmod(0o666)
    says("a configuration that everybody may change", check(folder=folder, args=["-c", "open.ini"]), 78,
         ("wrong", "everybody on this machine can change it"))


def this_machine():
    says("no folder for the state", check(config=CONFIG + "\n[state]\ndatabase = none/state.db\n"), 1,
         ("wrong", "state"))
    says("a state of another program", check(config=CONFIG + "\n[state]\ndatabase = api.key\n"), 1, ("wrong", "state"))
    says("reports where no folder can be", check(config=CONFIG + "\n[reports]\ndir = bookings.csv/x\n"), 1,
         ("wrong", "reports"))
    folder = new_folder()
    with Sandbox(kisi_state(), now=NOW) as kisi:
        files = {"kisi-reconcile.ini": CONFIG.format(url=kisi.url), "api.key": kisi.key, "bookings.csv": BOOKINGS}
        planned = run_program(["--now", NOW, "plan"], files=files, folder=folder)
    tap.equal("a plan was made there", planned.code, 0)
    os.chmod(pathlib.Path(folder) / "kisi-reconcile.db", 0o644)
    says("after a run", check(folder=folder), 0, ("warn", "state"))


def enabled_doors():
    """A name does not enable what a rule calls by its id, nor the other way round: check says what to write."""
    for group, enabled in (("11", "Room 1; Room 2"), ("Room 2", "Room 1; 11")):
        config = CONFIG.replace("group    = Room 2", f"group    = {group}")
        config = config.replace("[rule one]", f"enabled_doors = {enabled}\n\n[rule one]", 1)
        other = "11" if group == "Room 2" else "Room 2"
        run = check(config=config)
        says(f"{group} is left out", run, 0, ("warn", f'would open "{group}", which its enabled_doors leave out'))
        tap.ok("... and how to write it", f'has it as "{other}": write "{group}" there, too' in run.stdout, run.stdout)
    config = CONFIG.replace("[rule one]", "enabled_doors = Room 1\n\n[rule one]", 1)
    tap.ok("one that is really left out", "add the door to enabled_doors" in check(config=config).stdout)


UNLOCKING = CONFIG + """
[rule door]
resource = Room 1
lock     = Door 1
method   = unlock
"""


def unlocking():
    """Rules that open doors are of no use unless something runs unlock-due."""
    says("nothing runs unlock-due", check(config=UNLOCKING), 0,
         ("warn", "unlock-due never ran with this state, and 1 rule opens a door by it"))
    folder = pathlib.Path(new_folder())
    with Sandbox(kisi_state(), now=NOW) as kisi:
        files = {"kisi-reconcile.ini": UNLOCKING.format(url=kisi.url), "api.key": kisi.key, "bookings.csv": BOOKINGS}
        tap.equal("nothing is due", run_program(["--now", NOW, "unlock-due"], files=files, folder=folder).code, 0)
    says("unlock-due has just run", check(config=UNLOCKING, folder=folder), 0, ("ok", "unlock-due ran last at 20"))
    (folder / "kisi-reconcile.db-unlock.lock").write_text("17 host 2026-11-01T08:00:00Z\n")
    says("unlock-due ran days ago", check(config=UNLOCKING, folder=folder), 0,
         ("warn", "unlock-due ran last at 2026-11-01T08:00:00Z"))


FETCHED = CONFIG.replace("file     = bookings.csv", "url_file = address\nheader_file = header")


def secrets():
    """Who can read the files of an address is said once, in lines of their own."""
    run = check(config=FETCHED, files={"address": "http://127.0.0.1:9/none\n", "header": "X-Key: abcdefgh\n"})
    says("secrets of a source", run, 65, ("ok", "url_file"), ("ok", "header_file"))
    folder = pathlib.Path(new_folder())
    (folder / "address").write_text("http://127.0.0.1:9/none\n")
    (folder / "header").write_text("X-Key: abcdefgh\n")
    for name in ("address", "header"):
        (folder / name).chmod(0o640)
    run = check(config=FETCHED + "\n[fetch]\nattempts = 1\n", folder=folder)
    says("others can read secrets of a source", run, 65, ("warn", "others can read the address of source bookings"),
         ("warn", "others can read the header of source bookings"))
    tap.ok("... with what to do", f"chmod 600 {folder}/header" in run.stdout.replace("./", ""), run.stdout)
    tap.equal("... and not twice", run.stderr, "")
    says("a secret that is not there", check(config=FETCHED, files={"address": "http://127.0.0.1:9/none\n"}), 65,
         ("ok", "url_file"), ("wrong", "header"))


def sources():
    says("no file", check(bookings=None), 65, ("wrong", "source bookings input_readable"), ("ok", "groups 2 of the 2"))
    bad = BOOKINGS.replace("Room 2,,2026-11-16 14:00", "Room 2,,soon")
    says("a rejected row", check(bookings=bad), 0, ("warn", "1 row rejected; the first: bookings.csv:3"))
    without = check(config=CONFIG.replace("timezone = Europe/Amsterdam\n", ""))
    says("local times without a zone", without, 65, ("wrong", "has no timezone"))
    says("a column that nobody reads", check(bookings=BOOKINGS.replace("status", "condition")), 0,
         ("warn", '"condition"'))


def the_key():
    says("a wrong key", check(key="other"), 69, ("wrong", "Kisi"), ("ok", "rules 2 of 2"))
    says("no key", check(key=None, config=CONFIG.replace("api.key", "none.key")), 78, ("wrong", "key file"),
         ("ok", "source bookings"))
    with Sandbox(kisi_state(), now=NOW) as kisi:
        gone = kisi.url
    once = CONFIG.replace("{url}", gone).replace("[source", "attempts = 1\n\n[source", 1)
    says("nobody there", check(config=once), 69, ("wrong", "Kisi"), ("ok", "rules 2 of 2"))
    observer = kisi_state(organization={"id": 9, "name": "Harbour House"}, role_assignments=[
        {"id": 90, "role_id": "observer", "assignee_type": "User", "assignee_id": 1,
         "applies_to_type": "Organization", "applies_to_id": 9}])
    says("a key that may only read", check(observer, sandbox={"options": ["--key=seer@1"]}, key="seer"), 69,
         ("wrong", "observer on the organisation, which may not: users_write, role_assignments_write"))
    administrator = kisi_state(organization={"id": 9, "name": "Harbour House"}, role_assignments=[
        {"id": 90, "role_id": "administrator", "assignee_type": "User", "assignee_id": 1,
         "applies_to_type": "Organization", "applies_to_id": 9}])
    says("an administrator's key", check(administrator), 0, ("ok", "rights administrator"))
    many = check(sandbox={"keys": [f"more-{i}" for i in range(8)]})
    says("many API logins", many, 0, ("warn", "API logins 9 of at most 10"))
    scim = kisi_state(organization={"id": 9, "name": "Harbour House", "user_id": 1, "scim_enabled": True})
    says("an identity provider", check(scim), 0, ("warn", "identity provider"))
    offline = check(args=["--snapshot", "kisi.json"], key=None, files={"api.key": None, "kisi.json": json.dumps(kisi_state())})
    says("offline", offline, 0, ("ok", "Kisi not asked"), ("ok", "groups 2 of the 2"))


def clock():
    run = check(args=["--now", "2026-11-16T07:00:00Z"])
    says("a wrong clock", run, 3, ("wrong", "clock this machine and Kisi differ"))


def groups():
    missing = CONFIG.replace("group    = Room 2", "group    = Rome 2")
    run = check(config=missing)
    says("a missing group", run, 3, ("wrong", 'Kisi has no group "Rome 2" (rule two)'))
    tap.ok("the nearest is named", 'hint: is it "Room 2"?' in run.stdout, run.stdout)
    twins = kisi_state()
    twins["groups"].append({"id": 12, "name": "Room 2", "place_id": 1})
    run = check(twins)
    says("two of a name", run, 3, ("wrong", "more than one group"))
    tap.ok("both ids are named", "11 (Room 2, Harbour), 12 (Room 2, Harbour)" in run.stdout, run.stdout)
    twins = kisi_state()
    twins["groups"][1]["place_id"] = 2
    says("a group elsewhere", check(twins), 3, ("wrong", "another place owns"))
    by_lock = CONFIG.replace("group    = Room 2", "lock = {door}").replace("{url}", "{{url}}")
    says("a lock by its name", check(config=by_lock.format(door="Door 2")), 0, ("ok", "groups 2 of the 2"))
    run = check(config=by_lock.format(door="Dor 2"))
    says("a missing lock", run, 3, ("wrong", 'lock Dor 2 Kisi has no lock "Dor 2" (rule two)'))
    tap.ok("the nearest lock is named", 'hint: is it "Door 2"?' in run.stdout, run.stdout)
    shared = kisi_state()
    shared["group_locks"].append({"id": 32, "group_id": 11, "lock_id": 20})
    run = check(shared, config=by_lock.format(door="Door 2"))
    says("no group for just that lock", run, 3, ("wrong", 'no group holds just the lock "Door 2"'))
    says("access links", check(config=by_lock.format(door="Door 2\nmethod = link")), 0, ("ok", "groups 2 of the 2"))
    bare = kisi_state()
    bare["group_locks"].pop()
    says("a group without locks", check(bare), 0, ("warn", "group Room 2 opens no lock"), ("ok", "groups 1 of the 2"))
    closed = kisi_state()
    closed["groups"][0]["login_enabled"] = False
    closed["groups"][1]["geofence_restriction_enabled"] = True
    closed["locks"][0]["reader_restriction_enabled"] = True
    closed["users"][1]["confirmed"] = False
    closed["users"][2]["access_enabled"] = False
    says("doors that do not open", check(closed), 0, ("warn", "group Room 1 its people cannot unlock with the app"),
         ("warn", "group Room 2 has a restriction in Kisi (geofence)"), ("warn", 'lock lock "Door 1"'),
         ("warn", "never confirmed the e-mail address in Kisi: mira@example.org"),
         ("warn", "switched off in Kisi: omar@example.org"))


def rules():
    run = check(config=CONFIG.replace("resource = Room 2", "resource = Rooms 2"))
    says("a rule for nothing", run, 0, ("warn", 'rule two no record names resource "Rooms 2"'),
         ("warn", 'resource "Room 2" opens nothing'))
    says("no rule at all", check(config=CONFIG[:CONFIG.index("[rule one]")]), 0, ("warn", "rules there is none"))
    tap.ok("the nearest resource is named", 'hint: is it "Room 2"?' in run.stdout, run.stdout)


good_venue()
configuration()
this_machine()
unlocking()
enabled_doors()
secrets()
sources()
the_key()
clock()
groups()
rules()
tap.done()
