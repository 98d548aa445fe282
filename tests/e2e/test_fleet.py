#!/usr/bin/python3
"""`fleet`: the same command for many organisations; none stops or hides another, and none shares another's state or hurry."""

import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-14T09:00:00Z"
CONFIG = """\
[kisi]
base_url = {url}
api_key_file = {key}
rate = 1000/s
[guards]
max_age = 9999d
max_clock = 9999d
[source bookings]
profile = generic-bookings
file = {file}
[rule room]
resource = *
group = Room
{more}
"""
BOOKINGS = ("booking_id,email,resource,start,end,status\n"
            "b1,mira@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n")

tap = Tap()


def state(number):
    return snapshot(organization={"id": number, "name": f"House {number}", "user_id": 1},
                    groups=[{"id": 10, "name": "Room"}],
                    users=[{"id": 1, "email": "owner@example.org", "name": "Olga"},
                           {"id": 5, "email": "mira@example.org", "name": "Mira"}])


class Fleet:
    def __init__(self, *sandboxes):
        self.folder, self.states = pathlib.Path(new_folder()), pathlib.Path(new_folder())
        self.write("bookings.csv", BOOKINGS)
        for number, kisi in enumerate(sandboxes):
            self.write(f"key{number}", kisi.key + "\n")
            self.add(f"house-{number}", kisi, f"key{number}")

    def add(self, name, kisi, key, more="", file="bookings.csv"):
        self.write(f"{name}.ini", CONFIG.format(url=kisi.url, key=key, more=more, file=file))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *args, env=None):
        return run_program(["--now", NOW, "fleet", *args], env={"STATE_DIRECTORY": str(self.states), **(env or {})})

    def table(self, *args, env=None):
        """(exit, {organisation: exit or None when it was not run})"""
        run = self.run(*args, "--json", "-", env=env)
        told = json.loads(run.stdout) if run.stdout else {"organizations": []}
        return run.code, {o["organization"]: o["exit"] if o["run"] else None for o in told["organizations"]}


def whole(one, other, third):
    fleet = Fleet(one, other, third)
    where = str(fleet.folder)
    run = fleet.run("status", where)
    tap.ok("status before any run", run.code == 3 and run.stdout.count("LATE") == 3, run.stdout)
    run = fleet.run("apply", where)
    tap.ok("apply", run.code == 0 and "3 organisations, 3 in step" in run.stdout, run.stdout + run.stderr)
    tap.equal("each has a state of its own", sorted(os.listdir(fleet.states)), ["house-0", "house-1", "house-2"])
    tap.ok("and did its work", all(kisi.writes() for kisi in (one, other, third)))
    tap.ok("the table is in the order of names, with what the run left",
           [line.split()[0] for line in run.stdout.splitlines()[-4:-1]] == ["house-0", "house-1", "house-2"] and
           "1 change: 1 grant" in run.stdout, run.stdout)
    run = fleet.run("status", where)
    tap.ok("status: a line each", run.code == 0 and [line.split(":")[0] for line in sorted(run.stdout.splitlines())] ==
           ["house-0", "house-1", "house-2"], run.stdout)
    tap.equal("plan, one at a time", fleet.table("plan", where, "-j", "1"), (0, {f"house-{i}": 0 for i in range(3)}))
    fleet.write("house-1.ini", "[nonsense]\n")
    fleet.add("house-2", third, "key2", file="none.csv")
    code, codes = fleet.table("apply", where)
    tap.equal("one that fails does not stop the others, and the worst is the end", (code, codes["house-0"], codes["house-1"]),
              (78, 0, 78))
    run = fleet.run("check", where)
    tap.ok("what is said names whose it is", run.code == 78 and
           any(line.startswith("house-1: ") for line in run.stdout.splitlines()), run.stdout)
    tap.ok("and on stderr", "kisi-reconcile house-1: error" in fleet.run("apply", where).stderr)


def shared(one, other):
    fleet = Fleet(one, other)
    where = str(fleet.folder)
    fleet.add("house-2", one, "key0")
    run = fleet.run("apply", where)
    tap.ok("two with one key run one after the other", run.code == 0 and "3 in step" in run.stdout, run.stdout + run.stderr)
    fleet.add("house-2", one, "key0", "[state]\ndatabase = shared.db\n")
    fleet.add("house-3", one, "key0", "[state]\ndatabase = shared.db\n")
    one.forget_requests()
    run = fleet.run("apply", where)
    tap.ok("two with one state are refused, before anything is asked",
           run.code == 78 and "house-2 and house-3 have the same state" in run.stderr and one.requests() == [], run.stderr)


def shards(kisi):
    fleet = Fleet(kisi)
    for number in range(1, 20):
        shutil.copy(fleet.folder / "house-0.ini", fleet.folder / f"house-{number}.ini")
    where = str(fleet.folder)
    parts = [set(fleet.table("status", where, "--shard", f"{i}/3")[1]) for i in range(3)]
    tap.equal("the parts are the whole, and share nothing", [len(set.union(*parts)), sum(map(len, parts))], [20, 20])
    slurm = {"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_MIN": "4", "SLURM_ARRAY_TASK_COUNT": "3"}
    tap.equal("Slurm says which", set(fleet.table("status", where, env=slurm)[1]), parts[1])
    tap.equal("Kubernetes, too, but not of how many",
              set(fleet.table("status", where, "--shard", "3", env={"JOB_COMPLETION_INDEX": "2"})[1]), parts[2])
    tap.equal("the parts never change", sorted(fleet.table("status", where, "--shard", "0/7")[1]), SEVENTH)
    for shard in ("3/3", "-1/3", "0/0", "1", "x", "1/3/5"):
        tap.equal(f"no part: {shard}", fleet.run("status", where, f"--shard={shard}").code, 64)


SEVENTH = ["house-9"]     # a name that moved to another part would run twice, or not at all


def words():
    fleet = Fleet()
    for args in ((), ("apply",), ("revert", str(fleet.folder)), ("apply", str(fleet.folder), "more")):
        tap.equal(f"usage: {args}", fleet.run(*args).code, 64)
    tap.equal("a folder that is not there", fleet.run("apply", "/no/such/folder").code, 78)
    tap.equal("--jobs", fleet.run("apply", str(fleet.folder), "-j", "0").code, 64)
    run = fleet.run("apply", str(fleet.folder))
    tap.ok("nobody there", run.code == 0 and "0 organisations" in run.stdout, run.stdout)
    fleet.write("a b.ini", "")
    tap.ok("a name that is none", "a b.ini" in fleet.run("apply", str(fleet.folder)).stderr)


with Sandbox(state(1)) as a, Sandbox(state(2), key="other-key") as b, Sandbox(state(3), key="third-key") as c:
    whole(a, b, c)
with Sandbox(state(1)) as a, Sandbox(state(2), key="other-key") as b:
    shared(a, b)
with Sandbox(state(1)) as a:
    shards(a)
words()
tap.done()
