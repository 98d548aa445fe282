#!/usr/bin/python3
"""The audit trail over whole runs: what history tells of a run, and the same workbook again."""

import io
import json
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import time
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
LATER = "2026-11-16T08:30:00Z"
KEY = "sandbox-key"
ROOM, DESK = 10, 11

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

[state]
database = state.db
{state}

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
"""

HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"

tap = Tap()


def booking(number, email, resource="Room 1", start="2026-11-16 09:00", end="2026-11-16 11:00", status="confirmed"):
    return f"{number},{email},{email.split('@')[0].title()} Example,{resource},,{start},{end},{status},\n"


def world(users=(), assignments=()):
    groups = [{"id": ROOM, "name": "Room 1"}, {"id": DESK, "name": "Desk"}]
    people = [{"id": i, "email": f"{name}@example.com", "name": f"{name.title()} Example"} for i, name in users]
    rights = [{"id": i, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": group,
               "assignee_type": "User", "assignee_id": user, "valid_from": start, "valid_until": end}
              for i, user, group, start, end in assignments]
    people.append({"id": 1, "email": "owner@example.com", "name": "Olga Owner"})
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=groups, users=people,
                    role_assignments=rights)


class Venue:
    """A configuration, a bookings file and a state database beside a sandbox."""

    def __init__(self, kisi, *rows, guards="", state=""):
        self.kisi = kisi
        self.folder = new_folder()
        self.configure(guards, state)
        self.write("api.key", KEY + "\n")
        self.book(*rows)

    def configure(self, guards="", state=""):
        self.write("kisi-reconcile.ini", CONFIG.format(url=self.kisi.url, guards=guards, state=state))

    def book(self, *rows):
        self.write("bookings.csv", HEADER + "".join(rows))

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *words, now=NOW):
        return run_program([*words, "--now", now], folder=self.folder)

    def json(self, *words, now=NOW):
        run = self.run(*words, "--json", "-", now=now)
        return json.loads(run.stdout) if run.code == 0 else run.stderr

    def runs(self):
        """Ids of the runs, newest first."""
        return [line.split()[0] for line in self.run("history").stdout.splitlines()]

    def sql(self, text):
        database = sqlite3.connect(os.path.join(self.folder, "state.db"), isolation_level=None)
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()

    def books(self):
        folder = pathlib.Path(self.folder) / "reports"
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.xlsx"))}


# Everything a plan may hold: changes of each kind, one held, findings, rejects.
def busy(**more):
    return world(users=[(2, "ada"), (3, "zed"), (4, "cleo"), (5, "mira"), (6, "yan")],
                 assignments=[(100, 3, ROOM, None, None), (106, 6, ROOM, None, None),
                              (101, 4, ROOM, "2026-11-16T08:00:00Z", "2026-11-16T09:30:00Z"),
                              (102, 5, DESK, "2026-11-15T08:00:00Z", "2026-11-15T09:00:00Z")])


ROWS = (booking(1, "ada@example.com"), booking(2, "new@example.com", "Desk"),
        booking(3, "cleo@example.com", start="2026-11-16 08:30"), booking(4, "kim@example.com", end="never"),
        booking(5, "lee@example.com", "Cellar"))


# ---- history RUN ----

def one_run():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards="max_group_removals = 1\nmax_rejects = 50%\nmax_shrink = 100%")
        applied = venue.run("apply")
        run = venue.runs()[0]
        shown = venue.run("history", run[:6])
        told = venue.json("history", run)
        tap.equal("history RUN: ends well", (shown.code, shown.stderr), (0, ""))
        tap.equal("history RUN: whose run it was", (told["run"], told["command"], told["exit"], told["as_of"]),
                  (run, "apply", applied.code, NOW))
        tap.equal("history RUN: everything sent", sorted((c["action"], c["email"].split("@")[0], c["outcome"])
                                                         for c in told["sent"]),
                  [("adjust", "cleo", "done"), ("cleanup", "mira", "done"), ("create_user", "new", "done"),
                   ("grant", "ada", "done"), ("grant", "new", "done")])
        adjust = next(c for c in told["sent"] if c["action"] == "adjust")
        tap.equal("history RUN: what was there and what was wanted",
                  (adjust["have"], adjust["want"], adjust["group"], adjust["cause"], adjust["rule"]),
                  ({"id": 101, "from": "2026-11-16T08:00:00Z", "until": "2026-11-16T09:30:00Z"},
                   {"from": "2026-11-16T08:00:00Z", "until": "2026-11-16T11:30:00Z"}, "Room 1", "extended", "room"))
        tap.equal("history RUN: answered, then read back",
                  [(o["outcome"], o["text"]) for o in adjust["outcomes"]],
                  [("unknown", "answered success"), ("done", "read back as wanted")])
        tap.equal("history RUN: what was held and why",
                  [(h["action"], h["email"], h["guard"], bool(h["why"])) for h in told["held"]],
                  [("revoke", "yan@example.com", "max_group_removals", True),
                   ("revoke", "zed@example.com", "max_group_removals", True)])
        for word in (run, "adjust", "cleo@example.com", "answered success", "settled: done", "max_group_removals",
                     "was there: 101"):
            tap.ok(f"history RUN: the text says {word}", word in shown.stdout, shown.stdout)
        tap.equal("history: no such run", venue.run("history", "zzz").code, 1)
        tap.equal("history --json needs a run", venue.run("history", "--json", "-").code, 64)


# A run that is killed after its first request has no end; what it sent is told all the same.
def died():
    with Sandbox(busy(), now=NOW, faults=["POST /role_assignments hang count=1"]) as kisi:
        venue = Venue(kisi, *ROWS, guards="max_rejects = 50%\nmax_shrink = 100%")
        start_and_kill(venue, kisi)
        dead = venue.runs()[0]
        told = venue.json("history", dead)
        tap.equal("history of a run that died: no end", (told["ended"], told["exit"], told["summary"]),
                  (None, None, None))
        tap.ok("history of a run that died: its intents", len(told["sent"]) > 0, told)
        tap.ok("history of a run that died: the text says so", "or died" in venue.run("history", dead).stdout)
        tap.equal("report of a run that died", venue.run("report", dead).code, 1)
        venue.run("apply")
        tap.equal("what a dead run sent is settled by the next", {c["outcome"] for c in venue.json("history", dead)["sent"]},
                  {"done", "failed"})


def start_and_kill(venue, kisi):
    process = subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), "-q", "apply", "--now", NOW],
                               cwd=venue.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not any(r["path"] == "/role_assignments" and r["method"] == "POST" for r in kisi.requests()):
        assert process.poll() is None and time.monotonic() < until, "the run never sent a grant"
        time.sleep(0.01)
    process.kill()
    process.wait()
    kisi.clear_faults()


# ---- report ----

def same_again():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards="max_group_removals = 1\nmax_rejects = 50%\nmax_shrink = 100%")
        venue.run("plan")
        venue.run("apply")
        books = venue.books()
        tap.equal("each run left a workbook", len(books), 2)
        for run in venue.runs():
            name = next(name for name in books if name.endswith(f"-{run[:8]}.xlsx"))
            again = venue.run("report", run[:8], "--report-dir", "again", now=LATER)
            tap.equal(f"report {name}: ends well", again.code, 0)
            path = pathlib.Path(venue.folder) / "again" / name
            tap.ok(f"report {name}: the same bytes", path.read_bytes() == books[name])
        newest = venue.runs()[0]
        tap.equal("report: the newest by default", venue.json("report")["run"], newest)
        venue.run("apply", "--json", "first.json", now=LATER)
        venue.run("report", "--json", "second.json")
        files = [pathlib.Path(venue.folder, name).read_bytes() for name in ("first.json", "second.json")]
        tap.ok("report --json: the same bytes", files[0] == files[1])


# What a run sent is told although its document is no good any more.
def damaged():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards="max_rejects = 50%\nmax_shrink = 100%")
        venue.run("apply")
        run = venue.runs()[0]
        sizes = venue.sql("SELECT document IS NULL, length(packed) < size FROM runs")
        tap.equal("a document is kept packed", sizes, [(1, 1)])
        venue.sql("DROP TRIGGER runs_ended")
        venue.sql("UPDATE runs SET packed = substr(packed, 1, 200)")
        report = venue.run("report", run)
        tap.ok("report of a damaged document: an error that names the run", report.code == 1 and
               f"run {run}: its document is damaged" in report.stderr and "hint: " in report.stderr, report.stderr)
        told = venue.run("history", run, "--json", "told.json")
        tap.ok("history tells what was sent, and that the rest is missing", told.code == 0 and
               "what was held is not shown" in told.stderr and "ada@example.com" in told.stdout, told.stderr)
        tap.equal("verify names it", venue.run("verify").stdout,
                  f"packed, row 1: document of run {run} was altered since run {run} sealed it\n")
        again = venue.run("apply", now=LATER)
        tap.equal("the next run goes on", (again.code, venue.run("report").code), (0, 0))


# ---- verify ----

def chain():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards="max_rejects = 50%\nmax_shrink = 100%")
        none = venue.run("verify")
        tap.equal("verify: no run yet", (none.code, none.stdout),
                  (0, "0 runs, no chain yet: it begins with the next run\n"))
        venue.run("plan")
        applied = venue.run("apply")
        last = applied.stdout.splitlines()[-1]
        run, head = venue.runs()[0], re.search("head ([0-9a-f]{64})", last).group(1)
        tap.equal("apply ends with the head, and with what waits", last,
                  f"audit trail: run {run}, head {head}; 1 matter waits: see plan")
        whole = venue.run("verify")
        tap.equal("verify: whole", (whole.code, whole.stdout), (0, f"2 runs, chain whole, head {head}\n"))
        tap.equal("history RUN names its head", venue.json("history", run)["head"], head)
        book = next(data for name, data in venue.books().items() if name.endswith(f"-{run[:8]}.xlsx"))
        with zipfile.ZipFile(io.BytesIO(book)) as parts:
            sheets = "".join(parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet"))
        tap.ok("the workbook shows the head", head in sheets)
        venue.run("plan")
        known = venue.run("verify", "--head", head[:16].upper())
        tap.equal("verify --head: an older head is known", (known.code, known.stdout.splitlines()[-1]),
                  (0, f"the head given is that of run {run}; 1 runs ended since"))
        unknown = venue.run("verify", "--head", "0" * 64)
        tap.equal("verify --head: another is not", (unknown.code, "no link of the chain" in unknown.stderr), (1, True))
        tap.equal("verify --head: no hash", venue.run("verify", "--head", "12ab").code, 64)
        venue.sql("DROP TRIGGER intents_fixed")
        venue.sql("UPDATE intents SET email = 'eve@example.com' WHERE id = 2")
        found = venue.run("verify")
        tap.equal("verify: an altered row", (found.code, found.stdout),
                  (1, f"intents, row 2: intent of run {run} was altered since run {run} sealed it\n"))


# An apply that comes to no plan leaves a run, too.
def early():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS)
        refused = venue.run("apply", "--approve", "0" * 12, "--max-removals", "1")
        os.remove(os.path.join(venue.folder, "bookings.csv"))
        unread = venue.run("apply")
        quiet = venue.run("-q", "apply")
        dry = venue.run("plan")
        for what, failed, run in (("refused", refused, venue.runs()[-1]), ("without input", unread, venue.runs()[-2])):
            head = venue.json("history", run)["head"]
            tap.ok(f"an apply {what}: ends with the head",
                   failed.stdout.startswith(f"audit trail: run {run}, head {head}") and failed.stdout.count("\n") == 1,
                   failed.stdout)
            tap.ok(f"an apply {what}: which verify knows", venue.run("verify", "--head", head).code == 0)
        tap.equal("exit codes as before", (refused.code, unread.code, quiet.code, dry.code), (3, 65, 65, 65))
        tap.equal("not when quiet, nor of a plan", (quiet.stdout, dry.stdout), ("", ""))


# ---- retention ----

def retention():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards="max_rejects = 50%\nmax_shrink = 100%", state="keep_runs = 0")
        # A run of years ago, as a database older than the chain has it.
        venue.run("history")
        venue.sql("INSERT INTO runs (id, command, who, version, as_of, started, ended, exit_code, summary, document)"
                  " VALUES ('0123456789ab', 'apply', 'old@host', '0.0', 1500000000, 1500000000, 1500000001, 0, '', '{}')")
        venue.sql("INSERT INTO intents (run, change_id, action, email, user_id, group_id, have_id, wanted, cause,"
                  " surprising, at) VALUES ('0123456789ab', 'c', 'grant', 'old@example.com', 1, 2, 0, 1, 'new', 0, 1500000000)")
        venue.sql("INSERT INTO outcomes (intent, outcome, at) VALUES (1, 'done', 1500000001)")
        venue.run("apply")
        tap.equal("keep_runs = 0: everything stays", len(venue.json("history", "0123")["sent"]), 1)
        tap.ok("verify: the chain began later", "1 runs ended before the chain began" in venue.run("verify").stdout)
        venue.configure("max_rejects = 50%\nmax_shrink = 100%")
        venue.run("plan")
        tap.equal("a plan removes nothing", len(venue.json("history", "0123")["sent"]), 1)
        venue.run("apply", now=LATER)
        keeper = venue.runs()[0]
        told = venue.json("history", "0123")
        tap.equal("keep_runs: what is old is gone, and who removed it is told",
                  (told["sent"], told["who"], told["removed_by"]), ([], "old@host", keeper))
        report = venue.run("report", "0123")
        tap.ok("report of a removed run says why", report.code == 1 and keeper in report.stderr, report.stderr)
        proof = venue.run("verify")
        tap.equal("verify after a removal", proof.code, 0)
        tap.ok("verify tells what was removed", f"run {keeper} at " in proof.stdout and
               "1 documents, 1 changes, 1 outcomes" in proof.stdout, proof.stdout)


# ---- revert ----

def held_by(kisi):
    """Who holds what: (user, group, from, until), sorted."""
    return sorted((a["assignee_id"], a["applies_to_id"], a["valid_from"][:16] if a["valid_from"] else None,
                   a["valid_until"][:16] if a["valid_until"] else None) for a in kisi.state()["role_assignments"])


def did(plan):
    return sorted(f"{c['action']} {c['email'].split('@')[0]} {c['cause']} {c.get('outcome', 'planned')}"
                  for c in plan["changes"])


LOOSE = "max_rejects = 50%\nmax_shrink = 100%\nmax_removals = 100\nmax_group_removals = 100\nmax_day_removals = 100"


def undone():
    with Sandbox(busy(), now=NOW) as kisi:
        before = held_by(kisi)
        venue = Venue(kisi, *ROWS, guards=LOOSE)
        venue.run("apply")
        run = venue.runs()[0]
        after = held_by(kisi)
        kisi.forget_requests()
        plan = venue.json("revert", run[:8])
        tap.equal("revert: the plan", did(plan),
                  ["adjust cleo reverted planned", "grant yan reverted planned", "grant zed reverted planned",
                   "revoke ada reverted planned", "revoke new reverted planned"])
        tap.equal("revert: changes nothing by itself", (kisi.writes(), held_by(kisi)), ([], after))
        dry = venue.run("revert", run)
        tap.equal("revert: says that the next apply undoes it", (dry.code, "the next apply undoes this again" in dry.stderr),
                  (0, True))
        baseline = venue.sql("SELECT source, rows FROM imports")
        venue.book(*ROWS, booking(6, "pat@example.com", "Cellar"))
        done = venue.run("revert", run, "--apply")
        # What had ended before the run is not given back.
        tap.equal("revert --apply: the state before the run", (done.code, held_by(kisi)),
                  (0, [a for a in before if a[0] != 5]))
        tap.equal("revert --apply: moves no baseline", venue.sql("SELECT source, rows FROM imports"), baseline)
        venue.book(*ROWS)
        tap.ok("revert --apply: proves it", "nothing left to do" in done.stdout, done.stdout)
        tap.ok("revert --apply: users stay", any(u["email"] == "new@example.com" for u in kisi.state()["users"]))
        told = venue.json("history", venue.runs()[0])
        tap.equal("revert --apply: is in the audit trail", (told["command"], {c["outcome"] for c in told["sent"]}),
                  ("revert", {"done"}))
        tap.equal("revert --apply: again finds nothing", did(venue.json("revert", run, "--apply")), [])
        tap.equal("the chain is whole", venue.run("verify").code, 0)
        back = venue.runs()[1]
        tap.equal("a revert can be reverted", venue.run("revert", back, "--apply").code, 0)
        tap.equal("... to what the first run left", held_by(kisi), after)
        venue.run("revert", back, "--apply")
        tap.equal("the next apply does the run again", (venue.run("apply").code, held_by(kisi)), (0, after))
        tap.equal("revert: no run named", venue.run("revert").code, 64)
        tap.equal("revert: nothing to approve in a dry run",
                  venue.run("revert", run, "--approve", "x", "--max-removals", "1").code, 64)
        tap.equal("revert of a plan", venue.run("revert", plan["run"]).code, 1)


def moved():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards=LOOSE)
        venue.run("apply")
        run = venue.runs()[0]
        ada = next(a for a in kisi.state()["role_assignments"] if a["assignee_id"] == 2)
        kisi.call("PATCH", f"/role_assignments/{ada['id']}",
                  {"role_assignment": {"valid_until": "2026-11-20T00:00:00Z"}})
        kisi.call("POST", "/role_assignments", {"role_assignment": {
            "assignee_type": "User", "assignee_id": 3, "role_id": "group_basic", "group_id": ROOM,
            "valid_from": NOW, "valid_until": "2026-11-20T00:00:00Z"}})
        now = held_by(kisi)
        plan = venue.json("revert", run, "--apply")
        tap.equal("revert: what has moved since stays", did(plan),
                  ["adjust cleo reverted done", "grant yan reverted done", "revoke new reverted done"])
        tap.equal("revert: and is reported", sorted(f["email"] for f in plan["findings"] if f["kind"] == "moved_since"),
                  ["ada@example.com", "zed@example.com"])
        kept = [a for a in now if a[0] in (2, 3)]
        tap.equal("revert: untouched", [a for a in held_by(kisi) if a[0] in (2, 3)], kept)


def unheard():
    """Whoever reads the output goes away: the run ends all the same, and is known."""
    with Sandbox(busy(), now=NOW) as kisi:
        # Without kim's row, which cannot be read and would be 3 of its own.
        venue = Venue(kisi, *ROWS[:3], ROWS[4], guards=LOOSE)
        reader, writer = os.pipe()
        os.close(reader)
        code = subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "--now", NOW, "apply"],
                              cwd=venue.folder, stdout=writer, stderr=subprocess.DEVNULL, timeout=60,
                              check=False).returncode
        os.close(writer)
        tap.equal("unheard: said by the exit code", code, 1)
        ended = venue.sql("SELECT ended IS NOT NULL, packed IS NOT NULL FROM runs")
        tap.equal("unheard: the run has its end and its document", ended, [(1, 1)])


def guarded():
    with Sandbox(busy(), now=NOW) as kisi:
        venue = Venue(kisi, *ROWS, guards=LOOSE)
        venue.run("apply")
        run = venue.runs()[0]
        venue.configure("max_rejects = 50%\nmax_shrink = 100%\nmax_group_removals = 100\nmax_day_removals = 100\n"
                        "max_removals = 1")
        held = venue.run("revert", run, "--apply", "--json", "held.json")
        document = json.loads((pathlib.Path(venue.folder) / "held.json").read_text())
        # Who had less before loses that, too.
        tap.equal("revert: what it takes counts as removals", (held.code, sorted(c["email"] for c in document["held"])),
                  (3, ["ada@example.com", "cleo@example.com", "new@example.com"]))
        hint = next(g["hint"] for g in document["guards"] if g["guard"] == "max_removals")
        tap.ok("revert: the hint is the command that lets it through", f"revert {run} --apply --approve" in hint, hint)
        words = hint.split("revert ", 1)[1].split()
        tap.equal("revert: approved", (venue.run("revert", *words).code, len([a for a in held_by(kisi) if a[0] == 2])), (0, 0))


one_run()
died()
unheard()
same_again()
damaged()
chain()
early()
retention()
undone()
moved()
guarded()
tap.done()
