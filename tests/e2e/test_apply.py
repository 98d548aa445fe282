#!/usr/bin/python3
"""Whole runs of `apply` over HTTP against the sandbox: what is sent, what breaks on the way, what the next run finds."""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
LATER = "2026-11-16T09:00:00Z"
KEY = "sandbox-key"
ROOM, DESK, OTHER = 10, 11, 12

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
attempts = 3
backoff = 0

[guards]
max_clock = 1000d
max_age = 9999d
{guards}

[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC

[rule room]
resource = Room 1
group = Room 1

[rule desk]
resource = Desk
group = Desk
{rules}
"""

HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"

tap = Tap()


def booking(number, email, resource="Room 1", start="2026-11-16 09:00", end="2026-11-16 11:00", status="confirmed"):
    return f"{number},{email},{email.split('@')[0].title()} Example,{resource},,{start},{end},{status},\n"


def world(users=(), assignments=(), **more):
    groups = [{"id": ROOM, "name": "Room 1"}, {"id": DESK, "name": "Desk"}, {"id": OTHER, "name": "Other"}]
    people = [{"id": i, "email": f"{name}@example.com", "name": f"{name.title()} Example"} for i, name in users]
    rights = [{"id": i, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": group,
               "assignee_type": "User", "assignee_id": user, "valid_from": start, "valid_until": end}
              for i, user, group, start, end in assignments]
    # Every user of the sandbox's key is a person too: an owner nobody books for.
    people.append({"id": 1, "email": "owner@example.com", "name": "Olga Owner"})
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=groups, users=people,
                    role_assignments=rights, **more)


class Venue:
    """A configuration, a bookings file and a state database beside a sandbox."""

    def __init__(self, kisi, bookings, guards="", rules=""):
        self.kisi = kisi
        self.folder = new_folder()
        self.configure(guards, rules)
        self.write("api.key", KEY + "\n")
        self.book(bookings)

    def configure(self, guards="", rules=""):
        self.write("kisi-reconcile.ini", CONFIG.format(url=self.kisi.url, guards=guards, rules=rules))

    def book(self, *rows):
        self.write("bookings.csv", HEADER + "".join(rows))

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *words, now=NOW):
        run = run_program([*words, "--now", now, "--json", "plan.json"], folder=self.folder)
        path = pathlib.Path(self.folder) / "plan.json"
        run.plan = json.loads(path.read_text()) if path.exists() else None
        path.unlink(missing_ok=True)
        return run

    def apply(self, *words, now=NOW):
        return self.run("apply", *words, now=now)

    def planned(self, now=NOW):
        return lines(self.run("plan", now=now).plan["changes"])

    def start(self, *words, now=NOW):
        return subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), *words, "--now", now],
                                cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def sql(self, text):
        database = sqlite3.connect(os.path.join(self.folder, "kisi-reconcile.db"))
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()


def lines(changes):
    return [" ".join(filter(None, [c["action"], c["email"].split("@")[0], c["group"], c["cause"]])) for c in changes]


def outcomes(plan):
    return [c.get("outcome") for c in plan["changes"]]


def rights(kisi):
    """Who holds what: (user, group, until), sorted."""
    return sorted((a["assignee_id"], a["applies_to_id"], (a["valid_until"] or "")[:16])
                  for a in kisi.state()["role_assignments"] if a["assignee_type"] == "User")


# ---- the whole way ----

def whole_way():
    state = world(
        users=[(2, "ada"), (3, "zed"), (4, "cleo"), (5, "mira"), (6, "boss"), (7, "late")],
        assignments=[(100, 3, ROOM, None, None),                                            # hand-made
                     (101, 4, ROOM, "2026-11-16T08:00:00Z", "2026-11-16T09:30:00Z"),        # too short
                     (102, 5, DESK, "2026-11-15T08:00:00Z", "2026-11-15T09:00:00Z"),        # past
                     (103, 6, OTHER, None, None)],                                          # unmanaged
        teams=[{"id": 1, "name": "Staff"}],
        team_memberships=[{"id": 1, "team_id": 1, "member_type": "User", "member_id": 6}])
    state["role_assignments"] += [
        {"id": 104, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": ROOM,
         "assignee_type": "Team", "assignee_id": 1},
        {"id": 105, "role_id": "group_manager", "applies_to_type": "Group", "applies_to_id": DESK,
         "assignee_type": "User", "assignee_id": 6}]
    with Sandbox(state, now=NOW) as kisi:
        venue = Venue(kisi, "")
        venue.book(booking(1, "ada@example.com"), booking(2, "new@example.com", "Desk"),
                   booking(3, "cleo@example.com", start="2026-11-16 08:30"),
                   booking(4, "late@example.com", start="2026-11-16 20:00", end="2026-11-16 21:00"))
        plan = venue.run("plan")
        tap.equal("a plan writes nothing to Kisi", kisi.writes(), [])
        run = venue.apply()
        tap.equal("apply ends well", (run.code, run.stderr.count("error")), (0, 0))
        tap.equal("apply does what plan said", lines(run.plan["changes"]), lines(plan.plan["changes"]))
        tap.equal("people at the door first, endings next, then who comes later, cleanups last", lines(run.plan["changes"]),
                  ["adjust cleo Room 1 extended", "grant ada Room 1 new", "create_user new new", "grant new Desk new",
                   "revoke zed Room 1 hand-made", "grant late Room 1 new", "cleanup mira Desk ended"])
        tap.equal("every outcome is done", set(outcomes(run.plan)), {"done"})
        tap.ok("the proof says so", "nothing left to do" in run.stdout, run.stdout)
        after = kisi.state()
        kept = {a["id"] for a in after["role_assignments"]}
        tap.ok("what is not ours is untouched", {103, 104, 105} <= kept, kept)
        created = [u for u in after["users"] if u["email"] == "new@example.com"]
        tap.equal("the missing user was created once, with the name of the booking",
                  [u["name"] for u in created], ["New Example"])
        tap.equal("a second plan is empty", venue.planned(), [])
        again = venue.apply()
        tap.equal("a second apply sends nothing", (again.code, again.plan["changes"]), (0, []))
        books = [f for f in os.listdir(os.path.join(venue.folder, "reports")) if f.startswith("access-review-")]
        book = [f for f in books if run.plan["run"][:8] in f]
        tap.equal("an apply left a workbook, by its as-of and run", book,
                  ["access-review-2026-11-16-0800-%s.xlsx" % run.plan["run"][:8]])
        tap.equal("one in which nothing happened left none", [f for f in books if again.plan["run"][:8] in f], [])
        check = subprocess.run(["/usr/bin/python3", os.path.join(os.path.dirname(__file__), "check_workbook.py"),
                                os.path.join(venue.folder, "reports", book[0])],
                               capture_output=True, text=True, check=False)
        tap.equal("the workbook is sound", (check.returncode, check.stdout[-400:] if check.returncode else ""), (0, ""))
        secret = KEY.encode()
        files = [p for p in pathlib.Path(venue.folder).rglob("*") if p.is_file() and p.name != "api.key"]
        tap.equal("the key is in no file", [p.name for p in files if secret in p.read_bytes()], [])
        tap.ok("nor in what was printed", KEY not in run.stdout + run.stderr)
        tap.equal("what holds personal data is for its owner only",
                  [p.name for p in files if p.stat().st_mode & 0o077], [])


# ---- adjusting where Kisi ignores it ----

def ignored_patch():
    state = world(users=[(2, "ada"), (3, "bea")],
                  assignments=[(100, 2, ROOM, "2026-11-16T08:30:00Z", "2026-11-16T10:00:00Z"),
                               (101, 3, ROOM, "2026-11-16T08:30:00Z", "2026-11-16T10:00:00Z")])
    with Sandbox(state, now=NOW, switches={"patch_window": "ignored"}) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com"))
        run = venue.apply()
        tap.equal("ignored patch: replaced instead", (run.code, outcomes(run.plan)), (0, ["done", "done"]))
        # The first POST, while the old one is there, is answered 409: Kisi takes new ones.
        tap.equal("ignored patch: tried once, then remembered",
                  [w.split()[0] for w in kisi.writes()], ["PATCH", "POST", "DELETE", "POST", "POST", "DELETE", "POST"])
        tap.equal("ignored patch: a second plan is empty", venue.planned(), [])
        venue.book(booking(1, "ada@example.com", end="2026-11-16 12:00"), booking(2, "bea@example.com"))
        kisi.forget_requests()
        tap.equal("ignored patch: later runs know", (venue.apply().code, [w.split()[0] for w in kisi.writes()]),
                  (0, ["POST", "DELETE", "POST"]))


def failed_replacement():
    state = world(users=[(2, "ada")], assignments=[(100, 2, ROOM, "2026-11-16T07:30:00Z", "2026-11-16T10:00:00Z")])
    with Sandbox(state, now=NOW, switches={"patch_window": "ignored"},
                 faults=["POST /role_assignments 422 count=1"]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com", start="2026-11-16 08:00"))
        run = venue.apply()
        tap.equal("failed replacement: said so", (run.code, outcomes(run.plan)), (4, ["failed"]))
        tap.equal("failed replacement: the old access is put back", rights(kisi), [(2, ROOM, "2026-11-16T10:00")])
        tap.equal("failed replacement: the next run mends it", (venue.apply().code, rights(kisi)),
                  (0, [(2, ROOM, "2026-11-16T11:30")]))


def adjust_never_sent():
    # The new dates never get through, so neither may the old ones be taken away for them.
    state = world(users=[(2, "ada")], assignments=[(100, 2, ROOM, "2026-11-16T07:30:00Z", "2026-11-16T10:00:00Z")])
    with Sandbox(state, now=NOW, faults=["PATCH * 429 count=0", "POST * 429 count=0"]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com", start="2026-11-16 08:00"))
        run = venue.apply()
        tap.equal("adjust never sent: said so, and the old access stays", (run.code, rights(kisi)),
                  (4, [(2, ROOM, "2026-11-16T10:00")]))
        asked = {w.split()[0] for w in kisi.writes()}
        tap.ok("adjust never sent: it was tried, and nothing was deleted", asked and "DELETE" not in asked, kisi.writes())
        kisi.clear_faults()
        tap.equal("adjust never sent: the next run makes it", (venue.apply().code, rights(kisi)),
                  (0, [(2, ROOM, "2026-11-16T11:30")]))


# ---- time that is over ----

def deadline_reserve():
    people = range(2, 14)
    with Sandbox(world(users=[(n, f"p{n}") for n in people]), now=NOW) as kisi:
        venue = Venue(kisi, "".join(booking(n, f"p{n}@example.com") for n in people))
        venue.write("kisi-reconcile.ini", CONFIG.format(url=kisi.url, guards="max_grants = 100", rules="")
                    + "[schedule]\ndeadline = 3s\n")
        kisi.fault("POST * slow ms=300 count=0")
        run = venue.apply()
        words = outcomes(run.plan)
        tap.ok("deadline: sending stops early enough to read back", run.code == 4 and set(words) == {"done", "pending"}, words)
        tap.equal("deadline: what was sent is done", words.count("done"), len(kisi.writes()))
        left = words.count("pending")
        tap.ok("deadline: and it is planned again", f"planned again: {left} changes left" in run.stderr, run.stderr)
        tap.ok("deadline: why there is more to do is said", "the time for this run is over" in run.stderr, run.stderr)
        tap.equal("deadline: the journal has no open end", venue.sql(
            "SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM outcomes WHERE outcome = 'done')"), [(0,)])


# ---- answers that get lost, and answers that lie ----

WANTED = [(2, ROOM, "2026-11-16T11:30"), (3, DESK, "2026-11-16T11:30")]

# (name, fault, exit code, exit code of the next run)
TROUBLE = [
    ("grant cut after it took", "POST /role_assignments cut-after", 0, 0),
    ("grant cut before it took", "POST /role_assignments cut-before", 0, 0),
    ("grant answered 502 though it took", "POST /role_assignments html commit=1", 0, 0),
    ("grant answered 500", "POST /role_assignments 500", 0, 0),
    ("grant answered with an empty body", "POST /role_assignments empty commit=1", 0, 0),
    ("grant refused with 422", "POST /role_assignments 422", 4, 0),
    ("grant refused with 403", "POST /role_assignments 403", 4, 0),
    ("grant that says success and does nothing", "POST /role_assignments noop", 4, 0),
    ("grant slowed down with 429", "POST /role_assignments 429 count=2", 0, 0),
    ("key refused in the middle", "POST /role_assignments 401 count=0 after=1", 4, None),
    ("revoke cut after it took", "DELETE /role_assignments/* cut-after", 0, 0),
    ("revoke cut before it took", "DELETE /role_assignments/* cut-before", 0, 0),
    ("revoke that does nothing", "DELETE /role_assignments/* noop", 4, 0),
    ("revoke answered 404", "DELETE /role_assignments/* 404", 4, 0),
]


def trouble(name, fault, code, next_code):
    state = world(users=[(2, "ada"), (3, "bea"), (4, "zed")], assignments=[(100, 4, ROOM, None, None)])
    with Sandbox(state, now=NOW, faults=[fault]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))
        run = venue.apply()
        tap.equal(f"{name}: exit code", run.code, code)
        true = {(2, ROOM): (2, ROOM) in {r[:2] for r in rights(kisi)}, (3, DESK): (3, DESK) in {r[:2] for r in rights(kisi)}}
        lied = [c["email"] for c in run.plan["changes"] if c.get("outcome") == "done" and c["action"] == "grant"
                and not true[(c["user_id"], c["group_id"])]]
        tap.equal(f"{name}: no outcome is a lie", lied, [])
        if fault.startswith("POST") and ("cut-after" in fault or "commit=1" in fault):
            tap.equal(f"{name}: what took is not sent again", len(kisi.writes()), 3)
        kisi.clear_faults()
        again = venue.apply()
        if next_code is not None:
            tap.equal(f"{name}: the next run", again.code, next_code)
        tap.equal(f"{name}: ends as it should, nobody twice", rights(kisi), WANTED)
        tap.equal(f"{name}: nothing is left open in the journal",
                  venue.sql("SELECT count(*) FROM intents WHERE id NOT IN "
                            "(SELECT intent FROM outcomes WHERE outcome IN ('done', 'failed'))"), [(0,)])
        causes = {c["cause"] for c in again.plan["changes"] if c["action"] == "grant"}
        tap.ok(f"{name}: a grant that failed is not taken for one removed by hand", causes <= {"new"}, causes)


def lost_user():
    for fault in ("POST /users cut-after", "POST /users cut-before", "POST /users 500", "POST /users noop"):
        with Sandbox(world(), now=NOW, faults=[fault]) as kisi:
            venue = Venue(kisi, booking(1, "new@example.com"))
            venue.apply()
            kisi.clear_faults()
            code = venue.apply().code
            emails = [u["email"] for u in kisi.state()["users"]]
            tap.equal(f"{fault}: one user and one right in the end",
                      (code, emails.count("new@example.com"), len(rights(kisi))), (0, 1, 1))


# ---- being stopped ----

def killed():
    # The request hangs; the program dies with the intent committed and no answer: once before, once after it took.
    for name, commit in (("before it took", 0), ("after it took", 1)):
        with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW,
                     faults=[f"POST /role_assignments hang commit={commit} count=1 after=1"]) as kisi:
            venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))
            process = venue.start("-q", "apply")
            wait_for(kisi, lambda: sum(1 for r in kisi.requests() if r["method"] == "POST") == 2)
            process.kill()
            process.communicate()
            tap.equal(f"killed {name}: one intent is open",
                      venue.sql("SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM outcomes)"), [(1,)])
            kisi.clear_faults()
            run = venue.apply()
            tap.equal(f"killed {name}: the next run ends as it should", (run.code, rights(kisi)), (0, WANTED))
            tap.equal(f"killed {name}: every change is in the trail with its outcome",
                      venue.sql("SELECT count(*) FROM intents WHERE id NOT IN "
                                "(SELECT intent FROM outcomes WHERE outcome IN ('done', 'failed'))"), [(0,)])


def wait_for(kisi, condition):
    """Poll the sandbox until the condition holds; it answers at once, so this is no sleep for luck."""
    for _ in range(20000):
        if condition():
            return
    raise RuntimeError("waited in vain: " + json.dumps(kisi.requests()[-3:]))


def terminated():
    with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW,
                 faults=["POST /role_assignments slow ms=700 count=1"]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))
        process = venue.start("-q", "apply")
        wait_for(kisi, lambda: any(r["method"] == "GET" and r["path"] == "/roles" for r in kisi.requests()))
        wait_for(kisi, lambda: venue_has_intent(venue))
        process.send_signal(signal.SIGTERM)
        process.communicate()
        tap.equal("terminated: finishes its request and exits 4", (process.returncode, len(rights(kisi))), (4, 1))
        tap.equal("terminated: the next run does the rest", (venue.apply().code, rights(kisi)), (0, WANTED))


def disturbed():
    """Somebody takes away what is right, while the run is on: all it has sent is done, and nothing is in step."""
    state = world(users=[(2, "ada"), (3, "bea")], assignments=[(100, 3, DESK, "2026-11-16T08:30:00Z", "2026-11-16T11:30:00Z")])
    with Sandbox(state, now=NOW, faults=["POST /role_assignments slow ms=700 count=1"]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))
        process = venue.start("-q", "apply")
        wait_for(kisi, lambda: any(r["method"] == "GET" and r["path"] == "/roles" for r in kisi.requests()))
        wait_for(kisi, lambda: venue_has_intent(venue))
        kisi.call("DELETE", "/role_assignments/100")
        _, said = process.communicate()
        tap.equal("disturbed: not converged is not done", (process.returncode, "not converged" in said), (4, True))
        tap.equal("disturbed: the next run mends it", (venue.apply().code, [r[:2] for r in rights(kisi)]),
                  (0, [(2, ROOM), (3, DESK)]))


def venue_has_intent(venue):
    try:
        return venue.sql("SELECT count(*) FROM intents") != [(0,)]
    except sqlite3.Error:
        return False


def locked():
    with Sandbox(world(users=[(2, "ada")]), now=NOW, faults=["GET /places hang count=1"]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com"))
        process = venue.start("-q", "apply")
        wait_for(kisi, lambda: any(r["path"] == "/places" for r in kisi.requests()) or
                 any(r["path"] == "/organization" for r in kisi.requests()))
        second = venue.apply()
        tap.equal("locked: a second run exits 5", second.code, 5)
        tap.ok("locked: and names the first", str(process.pid) in second.stderr, second.stderr)
        process.kill()
        process.communicate()
        kisi.clear_faults()
        tap.equal("locked: a dead owner holds nothing", venue.apply().code, 0)


def locked_by_any_name():
    """One state, whatever a second configuration calls it; also before there is one."""
    for what, first_run, link in (("a link", False, os.symlink), ("a link, before the first run", True, os.symlink),
                                  ("a second name", False, os.link)):
        with Sandbox(world(users=[(2, "ada")]), now=NOW) as kisi:
            venue = Venue(kisi, booking(1, "ada@example.com"))
            there, here = pathlib.Path(venue.folder) / "kisi-reconcile.db", pathlib.Path(new_folder()) / "link.db"
            if not first_run:
                venue.run("plan")
            link(there, here)
            text = (pathlib.Path(venue.folder) / "kisi-reconcile.ini").read_text(encoding="utf-8")
            venue.write("other.ini", f"[state]\ndatabase = {here}\n" + text)
            kisi.fault("GET /places hang count=1")
            seen = len(kisi.requests())
            process = venue.start("-q", "apply")
            wait_for(kisi, lambda: any(r["path"] in ("/places", "/organization") for r in kisi.requests()[seen:]))
            second = venue.apply("-c", "other.ini")
            tap.equal(f"locked: {what}: the second run exits 5", second.code, 5)
            process.kill()
            process.communicate()
            kisi.clear_faults()
            third = venue.apply("-c", "other.ini")
            tap.equal(f"locked: {what}: it is the same state", (third.code, rights(kisi) != []), (0, True))
            tap.equal(f"locked: {what}: two names are warned about", "has a second name" in third.stderr, link is os.link)


# ---- hands in Kisi ----

def removed_by_hand():
    with Sandbox(world(users=[(2, "ada")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com", end="2026-11-16 18:00"))
        venue.apply()

        def remove():
            for right in kisi.state()["role_assignments"]:
                kisi.call("DELETE", f"/role_assignments/{right['id']}")

        remove()
        tap.equal("removed by hand: put back", lines(venue.apply(now=LATER).plan["changes"]),
                  ["grant ada Room 1 removed-by-hand"])
        remove()
        run = venue.apply(now="2026-11-16T10:00:00Z")
        tap.equal("removed by hand twice: held and reported", (run.code, [c["guard"] for c in run.plan["held"]]),
                  (3, ["removed_twice"]))


def edited_by_hand():
    with Sandbox(world(users=[(2, "ada")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com"))
        venue.apply()
        right = kisi.state()["role_assignments"][0]["id"]
        kisi.call("PATCH", f"/role_assignments/{right}", {"role_assignment": {"valid_until": "2026-12-31T00:00:00Z"}})
        tap.equal("edited by hand: set right again", lines(venue.apply(now=LATER).plan["changes"]),
                  ["adjust ada Room 1 hand-edited"])


# ---- guards over several runs ----

def crowd(n, group=ROOM):
    users = [(10 + i, f"p{chr(97 + i)}xyz") for i in range(n)]
    return world(users=users, assignments=[(100 + i, 10 + i, group, None, None) for i in range(n)])


def approval():
    with Sandbox(crowd(6), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "paxyz@example.com", end="2026-11-17 11:00"))
        run = venue.apply()
        plan = run.plan["approval"]
        tap.equal("limit: surprising removals are held", (run.code, {c["guard"] for c in run.plan["held"]}, len(rights(kisi))),
                  (3, {"max_group_removals"}, 6))
        # Who keeps a part of it loses the rest: six, not five.
        tap.ok("limit: the message has the exact command", f"apply --approve {plan} --max-removals 6" in run.stdout, run.stdout)
        few = venue.apply("--approve", plan, "--max-removals", "5")
        tap.equal("approval: not for more than its number", (few.code, len(rights(kisi))), (3, 6))
        other = venue.apply("--approve", "0" * 12, "--max-removals", "6")
        tap.equal("approval: only for this plan", (other.code, len(rights(kisi)),
                                                   "is not the removals that are to be approved now" in other.stderr), (3, 6, True))
        done = venue.apply("--approve", plan, "--max-removals", "6")
        tap.equal("approval: the right number lets them through", (done.code, len(rights(kisi))), (0, 1))
        tap.equal("approval: is recorded, once", venue.sql("SELECT count(*), max(max_removals) FROM approvals"), [(1, 6)])


def exact_plan():
    with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))

        def save(name):
            run_program(["-q", "plan", "--now", NOW, "--json", name], folder=venue.folder)

        save("a.json")
        kisi.call("POST", "/role_assignments", {"role_assignment": {
            "applies_to_type": "Group", "applies_to_id": OTHER, "assignee_type": "User", "assignee_id": 3,
            "role_id": "group_basic"}})
        moved = venue.apply("a.json")
        tap.equal("saved plan: refused when Kisi moved", (moved.code, "Kisi changed" in moved.stderr), (3, True))
        save("b.json")
        venue.book(booking(1, "ada@example.com", end="2026-11-16 11:30"), booking(2, "bea@example.com", "Desk"))
        moved = venue.apply("b.json")
        tap.equal("saved plan: refused when an input moved", (moved.code, "input file changed" in moved.stderr), (3, True))
        save("c.json")
        done = venue.apply("c.json")
        tap.equal("saved plan: applied as it stands", (done.code, outcomes(done.plan)), (0, ["done", "done"]))
        tap.equal("saved plan: works once", venue.apply("c.json").code, 3)


def scoped_plan():
    with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))
        scope = ("--only-person", "bea@example.com")
        run_program(["-q", "plan", "--now", NOW, "--json", "a.json", *scope], folder=venue.folder)
        whole = venue.apply("a.json")
        tap.equal("saved plan of one person: not applied to all", (whole.code, kisi.writes()), (3, []))
        plan = json.loads(pathlib.Path(venue.folder, "a.json").read_text())
        venue.write("edited.json", json.dumps({**plan, "changes": []}))
        tap.equal("saved plan: not applied when a change was taken out of it",
                  (venue.apply("edited.json", *scope).code, kisi.writes()), (3, []))
        done = venue.apply("a.json", *scope)
        tap.equal("saved plan of one person: applied with its scope", (done.code, lines(done.plan["changes"])),
                  (0, ["grant bea Desk new"]))


def refused_source():
    names = ["ada", "bea", "cem", "dan", "eva", "fay"]
    with Sandbox(world(users=list(enumerate(names, 2))), now=NOW) as kisi:
        rows = [booking(i, f"{name}@example.com", end="2026-11-17 11:00") for i, name in enumerate(names)]
        venue = Venue(kisi, "".join(rows))
        venue.apply()
        # Five of six are missing: what is there still counts, so the run goes on, and says that it waits for somebody.
        for name, text, code in (("cut", HEADER + rows[0], 3), ("empty", "", 65), ("header only", HEADER, 65),
                                 ("unclosed quote", HEADER + rows[0] + '2,"bea', 65)):
            venue.write("bookings.csv", text)
            run = venue.apply(now=LATER)
            tap.equal(f"refused source ({name}): nobody loses access", (run.code, len(rights(kisi))), (code, 6))
        venue.book(*rows[:5], rows[5].replace("2026-11-17 11:00", "whenever"))
        run = venue.apply(now=LATER)
        tap.equal("rejected row: takes no access that it gave before",
                  (run.code, [c["guard"] for c in run.plan["held"]], len(rights(kisi))), (3, ["rejected_row"], 6))


def blocked_member():
    gym = "[source gym]\nprofile = finegym-members\nfile = gym.csv\ntimezone = UTC\n"
    with Sandbox(world(users=[(2, "ada")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com"), rules=gym)
        venue.write("gym.csv", "id,email,status,membership_plan,membership_status,start_date\n"
                               "1,ada@example.com,Blocked,,,\n")
        first = venue.apply()
        venue.write("gym.csv", "")
        second = venue.apply(now=LATER)
        tap.equal("blocked in a list of memberships: stays blocked while the list is refused",
                  (lines(first.plan["changes"]), lines(second.plan["changes"]), rights(kisi)), ([], [], []))


def vanished_row():
    with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW) as kisi:
        rows = [booking(i, f"{name}@example.com", end="2026-11-17 11:00") for i, name in ((1, "ada"), (2, "bea"))]
        venue = Venue(kisi, "".join(rows), guards="max_shrink = 100%")
        venue.apply()
        venue.book(rows[0])
        run = venue.apply(now=LATER)
        tap.equal("vanished row: a surprising removal", (lines(run.plan["changes"]), run.plan["changes"][0]["expected"]),
                  (["revoke bea Room 1 row-vanished"], False))


def changed_rule():
    with Sandbox(world(users=[(2, "ada"), (3, "zed")], assignments=[(100, 3, OTHER, None, None)]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com", end="2026-11-17 11:00"))
        venue.apply()
        venue.configure(rules="[rule other]\nresource = Other\ngroup = Other\n")
        venue.apply("--only-person", "ada@example.com", now=LATER)
        first = venue.apply(now=LATER)
        tap.equal("changed rule: its first run only observes removals",
                  (first.code, [c["guard"] for c in first.plan["held"]]), (3, ["rules_changed"]))
        second = venue.apply(now="2026-11-16T10:00:00Z")
        tap.equal("changed rule: the next one makes them", (second.code, lines(second.plan["changes"])),
                  (0, ["revoke zed Other hand-made"]))


def expected_endings():
    # A busy Monday: everybody's booking was cut short while nobody was looking.  No limit may trip.
    people = [(10 + i, f"p{chr(97 + i)}xyz") for i in range(8)]

    def rows(end):
        return [booking(i, f"{name}@example.com", start="2026-11-16 06:00", end=end) for i, name in people]

    with Sandbox(world(users=people), now=NOW) as kisi:
        venue = Venue(kisi, "".join(rows("2026-11-16 11:30")))
        venue.apply(now="2026-11-16T06:00:00Z")
        venue.book(*rows("2026-11-16 07:00"))
        run = venue.apply()
        tap.equal("expected endings never count", (run.code, len(rights(kisi)), {c["cause"] for c in run.plan["changes"]}),
                  (0, 0, {"ended"}))
    # But a booking explains nothing beyond its own time: what is longer was given by hand.
    state = world(users=people, assignments=[(100 + i, i, ROOM, "2026-11-16T05:30:00Z", "2026-11-16T12:00:00Z") for i, _ in people])
    with Sandbox(state, now=NOW) as kisi:
        run = Venue(kisi, "".join(rows("2026-11-16 07:00"))).apply()
        tap.equal("an ended booking does not explain a longer access",
                  (run.code, len(rights(kisi)), {c["cause"] for c in run.plan["held"]}), (3, 8, {"hand-made"}))


# ---- Kisi that cannot be read ----

def unreadable():
    cases = [("key refused", "GET * 401 count=0", 69), ("down", "GET /users 503 count=0", 69),
             ("cut short", "GET /role_assignments truncate count=0", 69), ("HTML", "GET /groups html count=0", 69),
             ("totals that lie", "GET /users total-lies count=0", 3),
             ("a page that repeats", "GET /users page-repeat count=0", 3)]
    for name, fault, code in cases:
        with Sandbox(world(users=[(2, "ada"), (3, "zed")], assignments=[(100, 3, ROOM, None, None)]), now=NOW,
                     faults=[fault]) as kisi:
            run = Venue(kisi, booking(1, "ada@example.com")).apply()
            tap.equal(f"Kisi {name}: exit code, and not one write", (run.code, kisi.writes()), (code, []))
            tap.ok(f"Kisi {name}: the message says so", run.stderr.startswith("kisi-reconcile: "), run.stderr)


def clock():
    with Sandbox(world(users=[(2, "ada")]), now=NOW, faults=["GET * clock seconds=3600 count=0"]) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com"), guards="")
        text = pathlib.Path(venue.folder, "kisi-reconcile.ini").read_text().replace("max_clock = 1000d", "max_clock = 2m")
        venue.write("kisi-reconcile.ini", text)
        run = venue.apply()
        tap.equal("a clock an hour off holds everything", (run.code, {c["guard"] for c in run.plan["held"]}, kisi.writes()),
                  (3, {"clock"}, []))


def saved_snapshot():
    state = world(users=[(2, "ada"), (3, "zed")], assignments=[(100, 3, ROOM, None, None)])
    with Sandbox(state, now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com"))
        saved = run_program(["snapshot", "-o", "kisi.json", "--now", NOW], folder=venue.folder)
        tap.equal("snapshot: saved", saved.code, 0)
        online = venue.run("plan").plan
        offline = venue.run("plan", "--snapshot", "kisi.json").plan
        tap.equal("snapshot: plans alike online and offline", (offline["changes"], offline["hashes"]),
                  (online["changes"], online["hashes"]))
    with Sandbox(os.path.join(venue.folder, "kisi.json"), now=NOW) as kisi:
        venue.kisi = kisi
        venue.configure()
        tap.equal("snapshot: a sandbox can be rehearsed on it", (venue.apply().code, len(rights(kisi))), (0, 1))


def scope():
    with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com") + booking(2, "bea@example.com", "Desk"))
        run = venue.apply("--only-person", "Bea@Example.com")
        tap.equal("only-person: the others wait", (run.code, lines(run.plan["changes"]), len(run.plan["held"])),
                  (0, ["grant bea Desk new"], 1))
        run = venue.apply("--only-group", "Room 1")
        tap.equal("only-group: likewise", (run.code, lines(run.plan["changes"])), (0, ["grant ada Room 1 new"]))


def damaged_configuration():
    with Sandbox(world(users=[(2, "ada")]), now=NOW) as kisi:
        venue = Venue(kisi, booking(1, "ada@example.com"))
        path = pathlib.Path(venue.folder, "kisi-reconcile.ini")
        venue.write("kisi-reconcile.ini", path.read_text().replace("[rule desk]", "#\0\n[rule desk]"))
        run = venue.apply()
        tap.equal("configuration: nothing behind a NUL is left out", (run.code, kisi.writes()), (78, []))


def kept_windows():
    with Sandbox(world(users=[(2, "ada"), (3, "bea")]), now=NOW) as kisi:
        rows = [booking(1, "ada@example.com", end="2026-11-17 11:00"),
                booking(2, "bea@example.com", start="2026-11-16 09:00", end="2026-11-16 10:00"),
                booking(3, "bea@example.com", start="2026-11-16 10:00", end="2026-11-16 12:00"),
                booking(4, "bea@example.com", "Desk", end="2026-11-17 11:00")]
        venue = Venue(kisi, "".join(rows))
        venue.apply()
        before = rights(kisi)
        rows[2] = rows[2].replace("2026-11-16 12:00", "whenever")
        venue.book(*rows)
        counts = set()
        for now in ("2026-11-16T09:00:00Z", "2026-11-16T09:30:00Z", "2026-11-16T10:45:00Z", "2026-11-16T11:45:00Z"):
            run = venue.apply(now=now)
            tap.equal(f"rejected half of an access, {now}: it stays", ([c["guard"] for c in run.plan["held"]], rights(kisi)),
                      (["rejected_row"], before))
            counts |= set(venue.sql("SELECT count(*) FROM givers"))
        tap.ok("what is remembered does not grow from run to run", max(counts)[0] <= 4, counts)


def addresses():
    folder = new_folder()
    for url in ("http://kisi.example.com", "http://127.0.0.1.example.com/", "ftp://127.0.0.1", "https://user:pw@127.0.0.1"):
        run = run_program(["plan"], folder=folder, files={
            "kisi-reconcile.ini": CONFIG.format(url=url, guards="", rules=""), "api.key": KEY,
            "bookings.csv": HEADER + booking(1, "ada@example.com")})
        tap.equal(f"the key is not sent to {url}", run.code, 78)


whole_way()
ignored_patch()
failed_replacement()
adjust_never_sent()
deadline_reserve()
for row in TROUBLE:
    trouble(*row)
lost_user()
killed()
terminated()
disturbed()
locked()
locked_by_any_name()
removed_by_hand()
edited_by_hand()
approval()
exact_plan()
scoped_plan()
refused_source()
blocked_member()
vanished_row()
changed_rule()
expected_endings()
unreadable()
clock()
saved_snapshot()
scope()
damaged_configuration()
kept_windows()
addresses()
tap.done()
