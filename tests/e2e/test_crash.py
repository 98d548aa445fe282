#!/usr/bin/python3
"""Stopped at every step: SIGKILL, SIGTERM, half a write, a full disk and a failing one, at each call that touches files or
the network.

A counting run tells how many such calls a command makes; then one run each is stopped at one of them (tests/e2e/stop_at.c is
preloaded for that), and another follows undisturbed.  Wherever it was: the database opens and is sound, the audit trail has
every request that Kisi got and says nothing is done that is not, exit codes are true, the run that follows ends in the
state and with the trail of runs that were not stopped, and nothing is there twice.

Without FULL=1 in the environment a selection that is spread over all points is tried.
"""

import collections
import multiprocessing
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scenario  # noqa: E402
from harness import TOP, Sandbox, Tap, new_folder, run_program  # noqa: E402

SELECTED = 8
WORKERS = 4
# What can happen at which calls.
MODES = {"kill": "wsdn", "torn": "w", "full": "w", "full-once": "w", "sync": "s", "term": "n"}
KILLED = ("kill", "torn")

def build_library():
    path = os.path.join(new_folder(), "stop_at.so")
    subprocess.run([os.environ.get("CC", "cc").split()[-1], "-std=gnu11", "-O1", "-fPIC", "-shared", "-o", path,
                    str(TOP / "tests/e2e/stop_at.c"), "-ldl"], check=True)
    return path


def stopping(library, mode, at=0, log=None):
    return {"LD_PRELOAD": library, "STOP_AT_MODE": mode, "STOP_AT": str(at), "STOP_AT_LOG": log or "",
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"}


# ---- the scenarios ----

class Changes:
    """`apply` with every kind of change to make."""

    name = "apply, every kind of change"
    now = scenario.NOW

    def __init__(self):
        template = scenario.Template()
        self.state, self.folder, self.end, self.trail = template.state, template.folder, template.end, template.done

    def command(self, venue, env=None):
        return venue.apply(now=self.now, env=env)

    def proof(self, venue):
        """What there is in the end, ids left out."""
        return scenario.facts(venue.kisi.state())


class First(Changes):
    """The first run there ever is: it makes the database, too."""

    name = "apply, the first run ever"
    now = scenario.EARLIER

    def __init__(self):
        self.state, self.folder = scenario.world(), new_folder()
        pathlib.Path(self.folder, "bookings.csv").write_text(scenario.bookings(0), encoding="utf-8")
        with self.sandbox() as kisi:
            venue = self.venue(kisi)
            assert self.command(venue).code == 0
            self.end, self.trail = self.proof(venue), venue.sql(scenario.DONE)

    def sandbox(self):
        return Sandbox(self.state, key=scenario.KEY, now=self.now)

    def venue(self, kisi, **config):
        folder = new_folder()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return scenario.Venue(kisi, folder, **config)


Changes.sandbox, Changes.venue = First.sandbox, First.venue


def outcome_complaints(venue):
    """Outcomes in the journal that Kisi does not bear out."""
    out, state = [], venue.kisi.state()
    for action, email, group, lock, label, have, start, until, word in venue.sql(
            "SELECT action, email, group_id, lock_id, label, have_id, strftime('%Y-%m-%dT%H:%M:%SZ', want_from, 'unixepoch'), "
            "strftime('%Y-%m-%dT%H:%M:%SZ', want_until, 'unixepoch'), outcome FROM intents JOIN outcomes ON intent = intents.id "
            f"WHERE outcome = 'done' AND run = (SELECT id FROM runs ORDER BY seq DESC LIMIT 1)"):
        change = {"action": action, "email": email, "group_id": group, "lock_id": lock, "name": label,
                  "have": {"id": have}, "from": start, "until": until}
        if not scenario.in_effect(state, change):
            out.append(f"the journal says {word}: {action} {email}")
    return out


def runs_of(venue):
    """How often a run began, as the database has it; 0 when it has no tables yet."""
    if not os.path.exists(os.path.join(venue.folder, scenario.DATABASE)):
        return 0
    try:
        return venue.sql("SELECT count(*) FROM runs")[0][0]
    except sqlite3.OperationalError:
        return 0


def history_complaints(venue, run):
    """What `history` says of the newest run must be how it ended, or that it did not."""
    listed = run_program(["history"], folder=venue.folder)
    if listed.code != 0:
        return [f"history: exit {listed.code}: {listed.stderr}"]
    said = listed.stdout.splitlines()[0].split("exit ")[1].split()[0]
    # It is written before JSON and workbook are: what fails or is killed there changes nothing about the changes.
    late = said == "0" and run.code in (1, -signal.SIGKILL)
    return [] if said in ("-", str(run.code)) or late else [f"history says exit {said}, it was {run.code}: {run.stderr}"]


def chain_complaints(venue):
    """A run that died is no fault of the audit trail."""
    proof = run_program(["verify"], folder=venue.folder)
    return [] if proof.code == 0 and "chain whole" in proof.stdout else [f"verify: exit {proof.code}: {proof.stdout}{proof.stderr}"]


def point(job):
    """Stop the scenario at one call; a list of what is wrong then or after the next run."""
    number, library, mode, at = job
    one, out = SCENARIOS[number], []
    with one.sandbox() as kisi:
        venue = one.venue(kisi)
        before, began = one.proof(venue), runs_of(venue)
        run = one.command(venue, stopping(library, mode, at))
        after = one.proof(venue)
        if run.code not in ((-signal.SIGKILL, 0) if mode in KILLED else (0, 4) if mode == "term" else (0, 1, 4)):
            out.append(f"exit {run.code}: {run.stderr}")
        if run.code == 0 and after != one.end:
            out.append("exit 0, but Kisi is not as it should be")
        if run.code == 1 and after not in (before, one.end):
            out.append(f"exit 1, but some of the changes took: {run.stderr}")
        if run.code > 0 and not run.stderr.startswith("kisi-reconcile: "):
            out.append(f"no word about exit {run.code}: {run.stderr}")
        out += venue.untrue(run.plan, kisi.state()) if run.code >= 0 else []
        out += scenario.bystander_complaints(kisi.state()) if number == 0 else []
        if kisi.writes() or runs_of(venue) > began:
            out += venue.journal_complaints(settled=False) + outcome_complaints(venue) + history_complaints(venue, run)
            out += chain_complaints(venue)
            if mode == "term" and venue.sql("SELECT 1 FROM intents WHERE id NOT IN (SELECT intent FROM outcomes)"):
                out.append("a request was sent, and its answer is not in the journal")
            late = venue.sql("SELECT exit_code FROM runs ORDER BY seq DESC LIMIT 1") == [(0,)]
            out += ["recorded as exit 0, but Kisi is not as it should be"] if late and after != one.end else []
        again = one.command(venue)
        if again.code != 0:
            out.append(f"the next run: exit {again.code}: {again.stderr}")
        if one.proof(venue) != one.end:
            out += [f"ends differently: {line}" for line in sorted(set(one.proof(venue)) ^ set(one.end)) or ["something twice"]]
        out += venue.journal_complaints(settled=True) + venue.untrue(again.plan, kisi.state()) + chain_complaints(venue)
        trail = venue.sql(scenario.DONE)
        if trail != one.trail:
            out.append(f"another trail: {collections.Counter(trail) - collections.Counter(one.trail)}, lacks "
                       f"{collections.Counter(one.trail) - collections.Counter(trail)}")
        out += venue.leaks(run.stdout, run.stderr)
    return "\n".join(f"{mode} {at}: {text}" for text in out)


# ---- doors ----

class Unlock:
    """`unlock-due`: a door is opened once, or not at all."""

    name = "unlock-due"
    now = "2026-11-16T09:00:00Z"

    def sandbox(self):
        return Sandbox(scenario.world(), key=scenario.KEY, now=self.now)

    def venue(self, kisi):
        venue = scenario.Venue(kisi, new_folder(), clock="2m", more="[rule door]\nresource = Door\nlock = Gate\nmethod = unlock\n")
        venue.write("bookings.csv", scenario.HEADER + "d1,ada@example.org,,Door,,2026-11-16 09:00,2026-11-16 11:00,confirmed,\n")
        return venue

    def command(self, venue, env=None):
        return venue.run("unlock-due", now=self.now, env=env)


def door_point(job):
    """The same for the door."""
    number, library, mode, at = job
    one, out = SCENARIOS[number], []
    with one.sandbox() as kisi:
        venue = one.venue(kisi)
        run = one.command(venue, stopping(library, mode, at))
        opened, meant = len(kisi.unlocks()), intents(venue)
        if run.code == 0 and opened != 1:
            out.append(f"exit 0, and the door was opened {opened} times")
        if opened > meant:
            out.append("opened without an intent in the journal")
        again = one.command(venue)
        if len(kisi.unlocks()) > 1:
            out.append("opened twice")
        if not kisi.unlocks() and not meant:
            out.append(f"never opened: exit {run.code}, then {again.code}: {again.stderr}")
        out += venue.journal_complaints(settled=False) + chain_complaints(venue) + venue.leaks(run.stdout, run.stderr, again.stdout, again.stderr)
    return "\n".join(f"{mode} {at}: {text}" for text in out)


def intents(venue):
    return venue.sql("SELECT count(*) FROM intents")[0][0] if runs_of(venue) else 0


# ---- several runs, and time that is over ----

def together(tap, one):
    """Three runs started at once: one at a time, and what is to be made is made once."""
    for n in range(5):
        with one.sandbox() as kisi:
            venue = one.venue(kisi)
            started = [venue.start("-q", "apply") for _ in range(3)]
            ended = [(process.communicate(), process.returncode) for process in started]
            codes = sorted(code for _, code in ended)
            tap.ok(f"started together, {n}: one does it, the others wait or find nothing to do",
                   codes[0] == 0 and set(codes) <= {0, 5}, ended)
            tap.equal(f"started together, {n}: everything once", (one.proof(venue), venue.sql(scenario.DONE)), (one.end, one.trail))


def stopped_holder(tap, one):
    """Whoever lives holds the lock, even when nothing moves there."""
    with one.sandbox() as kisi:
        venue = one.venue(kisi, timeout="60s")
        kisi.fault("GET /places hang")
        process = venue.start("-q", "apply")
        wait_for(lambda: any(r["path"] == "/places" for r in kisi.requests()))
        process.send_signal(signal.SIGSTOP)
        second = venue.apply()
        tap.equal("a holder that stands still is not dead: exit 5, and nothing is sent", (second.code, kisi.writes()), (5, []))
        tap.ok("and who it is, and since when, is said",
               f"process {process.pid} on " in second.stderr and "since 20" in second.stderr and " min)" in second.stderr,
               second.stderr)
        process.kill()
        process.communicate()
        tap.equal("once it is dead the next run does it all", (venue.apply().code, one.proof(venue)), (0, one.end))


def wait_for(condition):
    """Ask the sandbox until it holds; it answers at once, so this is no sleep for luck."""
    if not any(condition() for _ in range(20000)):
        raise RuntimeError("waited in vain")


def told_while_waiting(tap, one):
    """A stop does not wait for what Kisi asks to wait for."""
    with one.sandbox() as kisi:
        venue = one.venue(kisi, attempts=6)
        kisi.fault("GET /users 429 retry=60 count=0")
        process = venue.start("-q", "apply")
        wait_for(lambda: any(r["path"] == "/users" for r in kisi.requests()))
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        said = process.communicate()[1]
        tap.ok("told to stop while it waits: at once, exit 4, and nothing is sent",
               time.monotonic() - started < 30 and process.returncode == 4 and kisi.writes() == [], (process.returncode, said))
        tap.ok("told to stop while it waits: says so", "told to stop before the first change" in said, said)
        kisi.clear_faults()
        tap.equal("told to stop while it waits: the next run does it all", (venue.apply().code, one.proof(venue)), (0, one.end))


def deadline(tap, one):
    """A run whose time is over finishes its request and leaves the rest to the next."""
    with one.sandbox() as kisi:
        venue = one.venue(kisi, timeout="10s", more="[schedule]\ndeadline = 1s\n")
        for method in ("POST", "PATCH", "DELETE"):
            kisi.fault(f"{method} * slow ms=400 count=0")
        run = venue.apply()
        words = [change["outcome"] for change in run.plan["changes"]]
        tap.ok("deadline: exit 4, and part of it is made", run.code == 4 and 1 <= len(kisi.writes()) <= 4, (run.code, kisi.writes()))
        tap.equal("deadline: what the run says is so", venue.untrue(run.plan, kisi.state()), [])
        tap.ok("deadline: what was not sent is not called anything else", words.count("pending") >= len(words) - 4, words)
        tap.equal("deadline: every request is journalled", venue.journal_complaints(settled=False), [])
        kisi.clear_faults()
        venue.configure()
        tap.equal("deadline: the next run does the rest", (venue.apply().code, one.proof(venue), venue.sql(scenario.DONE)),
                  (0, one.end, one.trail))


def count(one, library):
    """The letters of the calls of a run that is not stopped."""
    log = os.path.join(new_folder(), "calls")
    with one.sandbox() as kisi:
        venue = one.venue(kisi)
        run = one.command(venue, stopping(library, "count", log=log))
        assert run.code == 0, run.stderr
    return pathlib.Path(log).read_text(encoding="ascii")


def spread(points):
    """All, or a few of them at even distances, with the first and the last."""
    if os.environ.get("FULL") == "1" or len(points) <= SELECTED:
        return points
    return [points[i * (len(points) - 1) // (SELECTED - 1)] for i in range(SELECTED)]


SCENARIOS = []


def main():
    tap, started, tried, all_points = Tap(), time.monotonic(), collections.Counter(), 0
    library = build_library()
    SCENARIOS.extend([Changes(), First(), Unlock()])
    jobs = []
    for number, one in enumerate(SCENARIOS):
        calls = count(one, library)
        tap.ok(f"{one.name}: calls that can be stopped at", {"w", "s", "n"} <= set(calls), calls)
        print(f"# {len(calls)} calls: " + ", ".join(f"{calls.count(c)} {c}" for c in "wsdn"))
        for mode, letters in MODES.items():
            points = [i + 1 for i, letter in enumerate(calls) if letter in letters]
            all_points += len(points)
            jobs.append((number, mode, spread(points)))
    with multiprocessing.Pool(WORKERS) as pool:
        for number, mode, points in jobs:
            walk = door_point if isinstance(SCENARIOS[number], Unlock) else point
            found = pool.map(walk, [(number, library, mode, at) for at in points], chunksize=1)
            tried[mode] += len(points)
            tap.ok(f"{SCENARIOS[number].name}: {mode} at {len(points)} points", not any(found), "\n".join(filter(None, found)))
    together(tap, SCENARIOS[0])
    stopped_holder(tap, SCENARIOS[0])
    told_while_waiting(tap, SCENARIOS[0])
    deadline(tap, SCENARIOS[0])
    print(f"# {sum(tried.values())} of {all_points} points ({', '.join(f'{n} {mode}' for mode, n in tried.items())}), "
          f"{time.monotonic() - started:.0f} s")
    tap.done()


if __name__ == "__main__":
    main()
