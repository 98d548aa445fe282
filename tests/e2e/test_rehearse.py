#!/usr/bin/python3
"""`rehearse`: an apply on a copy, of which nothing leaves this machine; and `backup`, the copy of the state."""

import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import WAIT_SECONDS, Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-14T09:00:00Z"
CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
[guards]
max_age = 9999d
max_clock = 9999d
{guards}
[metrics]
file = kisi.prom
[source bookings]
profile = generic-bookings
file = bookings.csv
[rule room]
resource = *
group = Room
"""
HEADER = "booking_id,email,resource,start,end,status\n"
MIRA = "b1,mira@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n"
ALIAS = "b2,other@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n"
STATE = snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=[{"id": 10, "name": "Room"}],
                 users=[{"id": 1, "email": "owner@example.org", "name": "Olga"},
                        {"id": 5, "email": "mira@example.org", "name": "Mira"},
                        {"id": 6, "email": "noor@example.org", "name": "Noor"}],
                 role_assignments=[{"id": 100, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": 10,
                                    "assignee_type": "User", "assignee_id": 6}])

tap = Tap()


class Venue:
    def __init__(self, kisi, guards=""):
        self.folder = pathlib.Path(new_folder())
        self.write("venue.ini", CONFIG.format(url=kisi.url, guards=guards))
        self.write("api.key", kisi.key + "\n")
        self.write("bookings.csv", HEADER + MIRA)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *args, **more):
        return run_program(["-c", "venue.ini", "--now", NOW, *args], folder=str(self.folder), **more)

    def files(self):
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


def rehearsals(kisi):
    venue = Venue(kisi)
    before = venue.files()
    run = venue.run("rehearse")
    tap.equal("a rehearsal", run.code, 0)
    tap.ok("shows what an apply does", "mira@example.org" in run.stdout and "noor@example.org" in run.stdout, run.stdout)
    tap.ok("and that a second plan is empty", "a second plan has nothing left to do" in run.stdout, run.stdout)
    tap.equal("Kisi was only read", kisi.writes(), [])
    tap.equal("nothing of it stays, and nothing changed here", venue.files(), before)
    venue.write("bookings.csv", HEADER + MIRA + ALIAS)
    venue.write("aliases.csv", "alias,email\nother@example.org,mira@example.org\n")
    run = venue.run("rehearse", "--json", "plan.json")
    tap.ok("tables beside the state count", run.code == 0 and "other@example.org" not in run.stdout, run.stdout)
    changes = run.json("plan.json")["changes"]
    tap.equal("the plan as JSON", sorted(change["action"] for change in changes), ["grant", "revoke"])


def offline(kisi):
    venue = Venue(kisi)
    venue.run("snapshot", "-o", "kisi.json")
    (venue.folder / "api.key").unlink()
    kisi.forget_requests()
    run = venue.run("rehearse", "--snapshot", "kisi.json")
    tap.ok("with a snapshot it needs no key", run.code == 0 and "nothing left to do" in run.stdout, run.stderr)
    tap.equal("and asks nothing", kisi.requests(), [])
    tap.ok("the snapshot stays", (venue.folder / "kisi.json").exists())
    run = venue.run("rehearse")
    tap.equal("without one it does", run.code, 78)
    tap.equal("nothing stays of what failed", [name for name in os.listdir(venue.folder) if "rehearsal" in name], [])


def held(kisi):
    venue = Venue(kisi, "max_removals = 0\nmax_group_removals = 0")
    run = venue.run("rehearse")
    tap.ok("what an apply would hold is held", run.code == 3 and "noor@example.org" in run.stdout, run.stdout)
    run = venue.run("apply")
    tap.equal("as it does then", run.code, 3)
    state = (venue.folder / "kisi-reconcile.db").read_bytes()
    writes = kisi.writes()
    run = venue.run("rehearse", "--json", "plan.json")
    tap.equal("after an apply it goes on from its state", run.json("plan.json")["changes"], [])
    tap.equal("and leaves that alone", [(venue.folder / "kisi-reconcile.db").read_bytes() == state, kisi.writes()],
              [True, writes])


def without_sandbox(kisi):
    venue = Venue(kisi)
    alone = pathlib.Path(new_folder()) / "bin"
    alone.mkdir()
    shutil.copy(program("KISI_RECONCILE", "build/kisi-reconcile"), alone)
    profiles = str(pathlib.Path(__file__).resolve().parents[2] / "importers/profiles")
    command = [str(alone / "kisi-reconcile"), "-c", "venue.ini", "--now", NOW, "--profile-dir", profiles, "rehearse"]
    for path, wanted in (("/usr/bin:/bin", 1),
                         (os.path.dirname(program("KISI_SANDBOX", "build/kisi-sandbox")) + ":/usr/bin", 0)):
        run = subprocess.run(command, cwd=venue.folder, env={**os.environ, "PATH": path}, capture_output=True, text=True,
                             timeout=WAIT_SECONDS, check=False)
        tap.ok(f"the sandbox is looked for in PATH: exit {wanted}",
               run.returncode == wanted and (wanted == 0 or "kisi-sandbox is not there" in run.stderr), run.stderr)


def backups(kisi):
    venue = Venue(kisi)
    tap.equal("no state, no backup", venue.run("backup", "copy.db").code, 1)
    venue.run("apply")
    tap.equal("which file?", venue.run("backup").code, 64)
    run = venue.run("backup", "kisi-reconcile.db")
    tap.equal("not the database itself", run.code, 64)
    # somebody has it open, and is at work
    database = sqlite3.connect(venue.folder / "kisi-reconcile.db", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    run = venue.run("backup", "copy.db")
    tap.equal("a backup while a run writes", run.code, 0)
    database.execute("ROLLBACK")
    database.close()
    copy = venue.folder / "copy.db"
    tap.equal("nobody else can read it", oct(copy.stat().st_mode & 0o777), "0o600")
    tap.equal("it is one file", [name for name in os.listdir(venue.folder) if name.startswith("copy.db")], ["copy.db"])
    history = venue.run("history").stdout
    for name in ("kisi-reconcile.db", "kisi-reconcile.db-wal", "kisi-reconcile.db-shm"):
        (venue.folder / name).unlink(missing_ok=True)
    shutil.copy(copy, venue.folder / "kisi-reconcile.db")
    tap.equal("restored, it knows the same runs", venue.run("history").stdout, history)
    tap.equal("and its audit trail is intact", venue.run("verify").code, 0)
    run = venue.run("apply", "--json", "plan.json")
    tap.equal("and the next run finds all in step", [run.code, run.json("plan.json")["changes"]], [0, []])
    tap.equal("a folder that is not there", venue.run("backup", "no/copy.db").code, 1)
    before = copy.read_bytes()
    (venue.folder / "kisi-reconcile.db").write_bytes(before[:4096] + bytes(4096) + before[8192:])
    run = venue.run("backup", "copy.db")
    tap.ok("a damaged one is said, and the older copy stays", run.code == 1 and copy.read_bytes() == before, run.stderr)


def restored(kisi):
    """An older copy does not know what was given since: that looks as if somebody had given it by hand."""
    venue = Venue(kisi)
    venue.run("apply")
    venue.run("backup", "copy.db")
    noor = "b9,noor@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n"
    venue.write("bookings.csv", HEADER + MIRA + noor)
    venue.run("apply")
    for name in ("kisi-reconcile.db", "kisi-reconcile.db-wal", "kisi-reconcile.db-shm"):
        (venue.folder / name).unlink(missing_ok=True)
    shutil.copy(venue.folder / "copy.db", venue.folder / "kisi-reconcile.db")
    venue.write("bookings.csv", HEADER + MIRA)
    run = venue.run("plan")
    tap.ok("a plan says that the state was restored", run.code == 3 and "restored" in run.stdout, run.stdout)
    before = kisi.writes()
    run = venue.run("apply")
    tap.ok("and the first apply only observes", run.code == 3 and "restored" in run.stdout and kisi.writes() == before,
           run.stdout)
    run = venue.run("apply")
    tap.ok("the next one removes", run.code == 0 and len(kisi.writes()) == len(before) + 1, run.stdout)
    run = venue.run("apply")
    tap.ok("and all is as ever", run.code == 0 and "restored" not in run.stdout, run.stdout)


for scene in (rehearsals, offline, held, without_sandbox, backups, restored):
    with Sandbox(STATE) as sandbox:
        scene(sandbox)
tap.done()
