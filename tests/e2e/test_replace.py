#!/usr/bin/python3
"""Where Kisi ignores new dates an access is taken away and made anew: whatever happens in between, nobody is left outside."""

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
KEY = "sandbox-key"
ROOM = 10
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
max_removals = 100%
max_group_removals = 100%
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
[rule room]
resource = Room 1
group = Room 1
"""
HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"
OLD, NEW = "2026-11-16T10:00", "2026-11-16T11:30"

tap = Tap()


def world(people):
    rights = [{"id": 100 + n, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": ROOM,
               "assignee_type": "User", "assignee_id": n, "valid_from": "2026-11-16T07:30:00Z", "valid_until": f"{OLD}:00Z"}
              for n in people]
    users = [{"id": n, "email": f"p{n}@example.com", "name": f"P {n}"} for n in (1, *people)]
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=[{"id": ROOM, "name": "Room 1"}],
                    users=users, role_assignments=rights)


class Venue:
    """People who hold Room 1 until OLD, and whose bookings give it until NEW."""

    def __init__(self, kisi, people):
        self.kisi, self.folder = kisi, pathlib.Path(new_folder())
        self.write("kisi-reconcile.ini", CONFIG.format(url=kisi.url))
        self.write("api.key", KEY + "\n")
        self.write("bookings.csv", HEADER + "".join(
            f"{n},p{n}@example.com,P {n},Room 1,,2026-11-16 08:00,2026-11-16 11:00,confirmed,\n" for n in people))

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")
        (self.folder / name).chmod(0o600)

    def apply(self):
        run = run_program(["apply", "--now", NOW, "--json", "plan.json"], folder=self.folder)
        run.plan = json.loads((self.folder / "plan.json").read_text())
        return run

    def sql(self, text):
        database = sqlite3.connect(self.folder / "kisi-reconcile.db")
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()

    def rights(self):
        return sorted((a["assignee_id"], a["valid_until"][:16]) for a in self.kisi.state()["role_assignments"])


def sandbox(people, *faults):
    return Sandbox(world(people), now=NOW, switches={"patch_window": "ignored"}, faults=faults)


def outcomes(run):
    return [change["outcome"] for change in run.plan["changes"]]


def all_until(people, end):
    return [(n, end) for n in people]


EIGHT = range(2, 10)


def no_new_one_taken():
    """Eight people once stood outside here, run after run."""
    for fault in ("500", "503", "403", "html", "empty", "cut-before", "429"):
        with sandbox(EIGHT, f"POST /role_assignments {fault} count=0") as kisi:
            venue = Venue(kisi, EIGHT)
            for n in ("first", "second"):
                run = venue.apply()
                tap.equal(f"no new one is taken: nothing is taken away ({fault}, {n} run)",
                          (run.code, venue.rights(), [w for w in kisi.writes() if w.startswith("DELETE")]),
                          (4, all_until(EIGHT, OLD), []))
            tap.equal(f"and the others are not begun ({fault})",
                      ["not be made anew" in change["answer"] for change in run.plan["changes"][1:]], [True] * (len(EIGHT) - 1))
            kisi.clear_faults()
            tap.equal(f"the run after it makes them ({fault})", (venue.apply().code, venue.rights()), (0, all_until(EIGHT, NEW)))


def fails_after_it():
    """The proof was good, and then it fails all the same: the old access is put back at once, and no other is begun."""
    # after=1: the first is the proof.  Two tries of the new one fail, and of the old one as many as the count leaves.
    for fault, back in (("500 after=1 count=2", True), ("503 after=1 count=3", True), ("422 after=1 count=1", True),
                        ("cut-before after=1 count=2", True), ("noop after=1 count=1", True), ("500 after=1 count=0", False)):
        with sandbox(EIGHT, f"POST /role_assignments {fault}") as kisi:
            venue = Venue(kisi, EIGHT)
            run = venue.apply()
            tap.equal(f"{fault}: the old access is put back at once", (run.code, venue.rights()),
                      (4, all_until(EIGHT if back else EIGHT[1:], OLD)))
            tap.equal(f"{fault}: one was taken away", len([w for w in kisi.writes() if w.startswith("DELETE")]), 1)
            tap.equal(f"{fault}: said so", set(outcomes(run)), {"failed"})
            tap.ok(f"{fault}: and what became of it",
                   ("the old access is there again" if back else "could not be put back") in run.plan["changes"][0]["answer"],
                   run.plan["changes"][0])
            kisi.clear_faults()
            # Whatever became of the export meanwhile: what the good one promised stands in for it.
            bookings = (venue.folder / "bookings.csv").read_text()
            venue.write("bookings.csv", "")
            run = venue.apply()
            tap.equal(f"{fault}: the next run puts back first, by whatever export, and gives what was promised",
                      (run.code, venue.rights()), (65, all_until(EIGHT, NEW)))
            tap.equal(f"{fault}: and says so", "was given back first" in run.stderr, not back)
            venue.write("bookings.csv", bookings)
            tap.equal(f"{fault}: then all is made", (venue.apply().code, venue.rights()), (0, all_until(EIGHT, NEW)))
            tap.equal(f"{fault}: nothing is left open", venue.sql(
                "SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM outcomes WHERE outcome <> 'unknown')"), [(0,)])


def never_taken():
    """Kisi says that it takes a new one, and never does: one is outside, and that is known before another is taken apart."""
    for fault in ("noop", "500 after=1"):
        with sandbox(EIGHT, f"POST /role_assignments {fault} count=0") as kisi:
            venue = Venue(kisi, EIGHT)
            for _ in range(3):
                code = venue.apply().code
            tap.equal(f"{fault}: one more is not taken away, run after run",
                      (code, venue.rights(), [w for w in kisi.writes() if w.startswith("DELETE")]),
                      (4, all_until(EIGHT[1:], OLD), ["DELETE /role_assignments/102"]))
            kisi.clear_faults()
            tap.equal(f"{fault}: the run after it makes all", (venue.apply().code, venue.rights()), (0, all_until(EIGHT, NEW)))


def killed_between():
    """The program dies between the two requests: the next run puts access back before it does anything else."""
    with sandbox(EIGHT, "POST /role_assignments hang after=1") as kisi:
        venue = Venue(kisi, EIGHT)
        process = subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), "-q", "apply", "--now", NOW],
                                   cwd=venue.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and [w.split()[0] for w in kisi.writes()][-2:] != ["DELETE", "POST"]:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        tap.equal("killed in between: one is outside", venue.rights(), all_until(EIGHT[1:], OLD))
        kisi.clear_faults()
        kisi.forget_requests()
        run = venue.apply()
        tap.equal("killed in between: the next run ends as it should", (run.code, venue.rights()), (0, all_until(EIGHT, NEW)))
        tap.equal("killed in between: it puts access back first, then plans: all are changes of dates",
                  [kisi.writes()[0], {change["action"] for change in run.plan["changes"]}], ["POST /role_assignments", {"adjust"}])


no_new_one_taken()
fails_after_it()
never_taken()
killed_between()
tap.done()
