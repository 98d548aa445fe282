#!/usr/bin/python3
"""The rails that need more than one run: what apply remembers, and what it looks at once more before it sends."""

import json
import os
import pathlib
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
LATER = "2026-11-16T09:00:00Z"
KEY = "sandbox-key"
ROOM = 10

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
[rule room]
plan = Room
group = Room 1
[source plans]
profile = generic-memberships
file = plans.csv
timezone = UTC
"""

PLANS = "membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_end\n"
PEOPLE = "person_id,email,name,company,status\n"

tap = Tap()


def world(users, held=(), **more):
    """Users by name, those named in held with a place in the room; user 1 is the key's own."""
    people = [{"id": 1, "email": "owner@example.org", "name": "Olga Owner"}]
    people += [{"id": 2 + i, "email": f"{name}@example.org", "name": f"{name.title()} Example"}
               for i, name in enumerate(users)]
    ids = {user["email"].split("@")[0]: user["id"] for user in people}
    rights = [{"id": 100 + i, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": ROOM,
               "assignee_type": "User", "assignee_id": ids[name], "valid_from": None, "valid_until": None}
              for i, name in enumerate(held)]
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, users=people,
                    groups=[{"id": ROOM, "name": "Room 1"}], role_assignments=rights, **more)


class Venue:
    """A configuration and exports beside a sandbox."""

    def __init__(self, kisi, config=CONFIG):
        self.kisi = kisi
        self.folder = new_folder()
        self.write("kisi-reconcile.ini", config.format(url=kisi.url))
        self.write("api.key", KEY + "\n")

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def plans(self, *names):
        self.write("plans.csv", PLANS + "".join(
            f"m-{name},{name}@example.org,,,Room,,2026-11-01,,active,,\n" for name in names))

    def run(self, *words, now=NOW):
        return run_program([*words, "--now", now, "--json", "plan.json"], folder=self.folder)

    def apply(self, *words, now=NOW):
        return self.run("apply", *words, now=now)

    def save(self, name):
        run_program(["-q", "plan", "--now", NOW, "--json", name], folder=self.folder)

    def sql(self, text):
        database = sqlite3.connect(os.path.join(self.folder, "kisi-reconcile.db"))
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()


def plan_of(run):
    return run.json("plan.json")


def lines(changes):
    return [" ".join(filter(None, [c["action"], c["email"].split("@")[0], c["cause"]])) for c in changes]


def room(kisi):
    """Who is in the room, by name."""
    state = kisi.state()
    names = {user["id"]: user["email"].split("@")[0] for user in state["users"]}
    return sorted(names[a["assignee_id"]] for a in state["role_assignments"] if a["applies_to_id"] == ROOM)


# ---- who is barred by whom ----

def barred_by_source():
    """Unblocked in one system, somebody must not stay out because another one's export is broken."""
    config = CONFIG + """\
[source north]
profile = generic-people
file = north.csv
[source south]
profile = generic-people
file = south.csv
"""
    with Sandbox(world(["ada", "ben"])) as kisi:
        venue = Venue(kisi, config)
        venue.plans("ada", "ben")
        venue.write("north.csv", PEOPLE + "1,ada@example.org,,,blocked\n2,ben@example.org,,,active\n")
        venue.write("south.csv", PEOPLE + "1,ben@example.org,,,active\n")
        venue.apply()
        tap.equal("each source remembers whom it bars itself", venue.sql(
            "SELECT i.source, b.email FROM blocked b JOIN imports i ON i.id = b.import"),
            [("north", "ada@example.org")])
        venue.write("north.csv", PEOPLE + "1,ada@example.org,,,active\n2,ben@example.org,,,active\n")
        venue.write("south.csv", "")
        venue.apply(now=LATER)
        tap.equal("unblocked by the one, in although the other is refused", room(kisi), ["ada", "ben"])


# ---- a refused source ----

def refused_source():
    """Whoever looks at exit codes alone must learn that an export is missing, though nobody loses anything."""
    config = CONFIG + "[source more]\nprofile = generic-memberships\nfile = more.csv\ntimezone = UTC\n"
    with Sandbox(world(["ada", "ben"])) as kisi:
        venue = Venue(kisi, config)
        venue.plans("ada")
        tap.equal("the other source goes on, and the exit code tells", (venue.apply().code, room(kisi)), (3, ["ada"]))
        tap.equal("nothing left to do: it still tells", (venue.run("plan").code, venue.apply().code), (3, 3))
        listed = run_program(["history"], folder=venue.folder).stdout
        tap.ok("history has it, too", listed.count("exit 3") == 3 and "1 source refused" in listed, listed)
        venue.plans("ada", "ben")
        kisi.fault("POST /role_assignments 500 count=9")
        run = venue.apply(now=LATER)
        tap.equal("partly applied comes before", run.code, 4)
        kisi.clear_faults()
        venue.write("more.csv", PLANS + "m-1,ben@example.org,,,Room,,2026-11-01,,active,,\n")
        tap.equal("there again: in step", (venue.apply(now=LATER).code, room(kisi)), (0, ["ada", "ben"]))


def baseline():
    """What a doubtful export looked like is never what the next one is compared with."""
    names = ["ada", "ben", "cem", "dan", "eva", "fay"]
    config = CONFIG + "[source more]\nprofile = generic-memberships\nfile = more.csv\ntimezone = UTC\n"
    with Sandbox(world(names)) as kisi:
        venue = Venue(kisi, config)
        venue.plans(*names)
        venue.write("more.csv", PLANS + "m-1,ada@example.org,,,Room,,2026-11-01,,active,,\n")
        venue.apply()
        venue.plans("ada")
        first, second = venue.apply(now=LATER), venue.apply(now=LATER)
        tap.equal("cut, and the same cut again: in doubt, and in doubt again",
                  (first.code, second.code, room(kisi)), (3, 3, names))
        tap.equal("what is compared with is still what was good",
                  venue.sql("SELECT rows FROM imports WHERE source = 'plans'"), [(6,)])


# ---- the kill switch ----

def kill_switch():
    """While the file is there nobody loses anything; what is given is given."""
    with Sandbox(world(["ada", "ben", "cem"], held=["cem"])) as kisi:
        venue = Venue(kisi)
        venue.plans("ada", "ben")
        venue.write("hold", "fire drill, ask Olga\nsecond line\n")
        run = venue.apply()
        tap.equal("nothing is removed, what is given is given", room(kisi), ["ada", "ben", "cem"])
        tap.equal("held by its guard", [(c["guard"], c["cause"]) for c in plan_of(run)["held"]], [("hold", "hand-made")])
        tap.equal("exit 3", run.code, 3)
        said = [g for g in plan_of(run)["guards"] if g["guard"] == "hold"][0]
        tap.ok("its first line is the reason", "fire drill, ask Olga" in said["text"] and "second" not in said["text"], said)
        tap.ok("and how to go on is said", f"rm {venue.folder}/hold" in said["hint"], said)
        check = run_program(["check", "--now", NOW], folder=venue.folder)
        tap.ok("check says so", "fire drill, ask Olga" in check.stdout, check.stdout)
        os.remove(os.path.join(venue.folder, "hold"))
        os.symlink("nowhere", os.path.join(venue.folder, "hold"))
        venue.apply()
        tap.equal("whatever is in its place holds, too", room(kisi), ["ada", "ben", "cem"])
        os.remove(os.path.join(venue.folder, "hold"))
        tap.equal("gone, the removal goes on", (venue.apply().code, room(kisi)), (0, ["ada", "ben"]))


# ---- the account of the key ----

def own_account():
    """Its access is what could put everything right again."""
    with Sandbox(world(["ada", "cem"], held=["owner", "cem"])) as kisi:
        venue = Venue(kisi)
        venue.plans("ada")
        run = venue.apply()
        tap.equal("others go, the key's own user stays", room(kisi), ["ada", "owner"])
        tap.ok("and that is said", [f["text"] for f in plan_of(run)["findings"] if f["kind"] == "protected"]
               == ["has access that nothing entitles; the account of the API key is never changed"],
               plan_of(run)["findings"])


# ---- approvals ----

def approvals():
    """The command in a mail of last week is no leave for today."""
    late = "2026-11-16T09:01:00Z"
    everybody = ["ada", "ben", "cem", "dan", "eva", "fay"]
    with Sandbox(world(everybody, held=everybody)) as kisi:
        venue = Venue(kisi)
        venue.plans("ada")
        held = plan_of(venue.apply())
        words = ("--approve", held["approval"], "--max-removals", str(len(held["held"])))
        run = venue.apply(*words, now=late)
        tap.equal("an approval that no run has named for an hour does not hold", (run.code, room(kisi)), (3, everybody))
        tap.ok("said with its age and its time", f"approval {held['approval']} does not hold: it was last shown 61 min ago, "
               "and expires after 60 min" in run.stderr, run.stderr)
        tap.ok("and with the next command",
               f"hint: look at it as it is now, and approve what that names: kisi-reconcile -c {venue.folder}/kisi-reconcile.ini "
               f"--now {late} plan\n" in run.stderr, run.stderr)
        tap.equal("nor is it used up", venue.sql("SELECT count(*) FROM approvals"), [(0,)])
        again = venue.run("plan", now=late)
        tap.equal("a run names it again", plan_of(again)["approval"], held["approval"])
        venue.write("other.ini", CONFIG.format(url=kisi.url) + "[state]\ndatabase = other.db\n")
        run = venue.apply("-c", "other.ini", *words, now=late)
        tap.ok("one that no run has named never holds", run.code == 3 and "no run has shown it" in run.stderr, run.stderr)
        run = venue.apply(*words, now="2026-11-16T10:01:00Z")
        tap.equal("within the hour it holds", (run.code, room(kisi)), (0, ["ada"]))


# ---- saved plans ----

def saved_plans():
    """An hour later a plan is a guess."""
    with Sandbox(world(["ada"])) as kisi:
        venue = Venue(kisi)
        venue.plans("ada")
        venue.run("plan")
        os.rename(os.path.join(venue.folder, "plan.json"), os.path.join(venue.folder, "saved.json"))
        run = venue.apply("saved.json", now="2026-11-16T09:00:01Z")
        tap.equal("a plan older than its expiry is refused", (run.code, room(kisi)), (3, []))
        tap.ok("with the command that goes on", "kisi-reconcile.ini plan --json FILE, then apply FILE" in run.stderr,
               run.stderr)
        tap.equal("within it, it is applied", (venue.apply("saved.json", now=LATER).code, room(kisi)), (0, ["ada"]))
        run = venue.apply("saved.json", now=LATER)
        tap.equal("once", (run.code, "was applied before" in run.stderr), (3, True))


def bound_plans():
    """Whatever a plan was made from: when it has changed, the plan is another one."""
    tables = CONFIG + "[people]\naliases_file = aliases.csv\n"
    own = tables.replace("profile = generic-memberships", "profile = ours.ini")
    profile = pathlib.Path(TOP, "importers/profiles/generic-memberships.ini").read_text(encoding="utf-8")
    changes = [("the configuration", lambda venue: venue.write("kisi-reconcile.ini", own.format(url=venue.kisi.url) + "#\n")),
               ("a table", lambda venue: venue.write("aliases.csv", "alias,email\nx@example.org,y@example.org\n")),
               ("a profile", lambda venue: venue.write("ours.ini", profile + "#\n"))]
    for what, change in changes:
        with Sandbox(world(["ada"])) as kisi:
            venue = Venue(kisi, own)
            venue.write("aliases.csv", "alias,email\n")
            venue.write("ours.ini", profile)
            venue.plans("ada")
            venue.save("saved.json")
            change(venue)
            run = venue.apply("saved.json")
            tap.equal(f"a plan is refused when {what} has changed", (run.code, room(kisi)), (3, []))
            tap.ok(f"{what}: and that is said", "the configuration changed since" in run.stderr, run.stderr)


def other_plans():
    """A plan of another moment, and one of another version."""
    with Sandbox(world(["ada", "ben"])) as kisi:
        venue = Venue(kisi, CONFIG + "[schedule]\nlookahead = 930m\n")
        venue.write("plans.csv", PLANS + "m-ada,ada@example.org,,,Room,,2026-11-01,,active,,\n"
                    "m-ben,ben@example.org,,,Room,,2026-11-17,,active,,\n")
        venue.save("saved.json")
        run = venue.apply("saved.json", now="2026-11-16T08:40:00Z")
        tap.equal("a plan that would be another one by now is refused", (run.code, room(kisi)), (3, []))
        tap.ok("and that is said", "the time, and with it the plan, changed since" in run.stderr, run.stderr)
        plan = json.loads(pathlib.Path(venue.folder, "saved.json").read_text(encoding="utf-8"))
        venue.write("newer.json", json.dumps({**plan, "format_version": 2}))
        tap.equal("a saved plan of another version is none", (venue.apply("newer.json").code, room(kisi)), (65, []))


# ---- approvals ----

def narrow_approvals():
    """Leave is given by a number, for the removals that are to be made now."""
    names = ["ada", "ben", "cem", "dan"]
    with Sandbox(world(names, held=names)) as kisi:
        venue = Venue(kisi)
        venue.plans("ada")
        run = venue.apply()
        tap.equal("three at once are held", (run.code, len(plan_of(run)["held"])), (3, 3))
        approval = plan_of(run)["approval"]
        tap.equal("without a number nothing is approved", (venue.apply("--approve", approval).code, room(kisi)), (64, names))
        run = venue.apply("--approve", "0123456789ab", "--max-removals", "3")
        tap.equal("approving something else approves nothing", (run.code, room(kisi)), (3, names))
        tap.equal("approved, they go", (venue.apply("--approve", approval, "--max-removals", "3").code, room(kisi)),
                  (0, ["ada"]))
    with Sandbox(world(names + ["eve", "fay"], held=names + ["eve"])) as kisi:
        venue = Venue(kisi)
        venue.plans("ada")
        approval = plan_of(venue.apply())["approval"]
        venue.plans("ada", "ben", "fay")
        run = venue.apply("--approve", approval, "--max-removals", "9")
        tap.equal("what was approved is not what is to be removed now: nothing is done at all",
                  (run.code, room(kisi)), (3, names + ["eve"]))


# ---- clocks ----

def clocks():
    """A wrong --now is a wrong clock: by it doors would close that should be open."""
    with Sandbox(world(["ada"])) as kisi:
        venue = Venue(kisi, CONFIG.replace("max_clock = 9999d\n", ""))
        venue.plans("ada")
        run = venue.apply()
        tap.equal("a --now far from Kisi's clock holds everything",
                  (run.code, {c["guard"] for c in plan_of(run)["held"]}, room(kisi)), (3, {"clock"}, []))


barred_by_source()
refused_source()
baseline()
kill_switch()
own_account()
approvals()
saved_plans()
bound_plans()
other_plans()
narrow_approvals()
clocks()
tap.done()
