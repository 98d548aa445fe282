#!/usr/bin/python3
"""What each command says and how it ends when it cannot do its work: wrong words, files that are not there, a full disk."""

import fcntl
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"
BOOKINGS = HEADER + "1,mira@example.org,Mira,Room 1,,2026-11-16 10:00,2026-11-16 12:00,confirmed,\n"
CONFIG = """[kisi]
base_url     = {url}
{key}
rate         = 1000/s
attempts     = 1
[state]
database = {database}
[guards]
max_clock = 9999d
{people}
[source bookings]
profile  = generic-bookings
file     = bookings.csv
timezone = Europe/Amsterdam
[rule one]
resource = Room 1
group    = Room 1
{more}
"""

tap = Tap()


def state(members=(), **more):
    """A venue; members hold Room 1 without any booking."""
    people = [{"id": 1, "name": "Olga", "email": "olga@example.org"}, {"id": 2, "name": "Mira", "email": "mira@example.org"}]
    people += [{"id": n, "name": f"P {n}", "email": f"p{n}@example.org"} for n in members]
    return snapshot(**{"organization": {"id": 9, "name": "Harbour House", "user_id": 1},
                       "places": [{"id": 1, "name": "Harbour"}], "locks": [{"id": 20, "name": "Door", "place_id": 1}],
                       "groups": [{"id": 10, "name": "Room 1", "place_id": 1, "locks_count": 1}], "users": people,
                       "role_assignments": [{"id": n, "user_id": n, "group_id": 10} for n in members], **more})


def config(url="https://api.example.org", key="api_key_file = api.key", database="state.db", people="", more=""):
    return CONFIG.format(url=url, key=key, database=database, people=people, more=more)


def venue(text=None, key="sandbox-key", kisi=None, **files):
    """A folder with all that a run needs, and these files, whose names have _ for the dot."""
    folder = pathlib.Path(new_folder())
    given = {"kisi-reconcile.ini": text or config(), "api.key": key, "bookings.csv": BOOKINGS,
             "kisi.json": json.dumps(kisi or state())}
    for name, content in {**given, **{name.replace("_", "."): content for name, content in files.items()}}.items():
        (folder / name).write_text(content, encoding="utf-8")
        (folder / name).chmod(0o600)
    return folder


def run(folder, *words, now=NOW, env=None):
    return run_program([*(["--now", now] if now else []), *words], folder=folder, env=env)


def says(name, done, code, *words):
    """One check: this exit code, and all of these words."""
    said = done.stdout + done.stderr
    missing = [word for word in words if word not in said]
    return tap.ok(f"{name}: {code}, {', '.join(words)}", done.code == code and not missing, f"{done.code}\n{said}")


def check_words():
    folder = venue()
    for words, code, word in (
            ([], 64, "which command?"), (["--moon", "plan"], 64, "moon"), (["dance"], 64, 'unknown command "dance"'),
            (["--version"], 0, "kisi-reconcile "), (["--now", "noon", "plan"], 64, "--now: not a time"),
            (["plan", "extra"], 64, "one word too many"), (["snapshot"], 64, "which file?"),
            (["apply", "--approve", "0123"], 64, "--approve goes with"), (["apply", "--max-removals", "3"], 64, "--approve goes with"),
            (["apply", "p.json", "--approve", "0123", "--max-removals", "1"], 64, "name the plan once"),
            (["verify", "--head", "abc"], 64, "not a hash"), (["verify", "--head", "g" * 20], 64, "not a hash"),
            (["verify", "--head", "a" * 65], 64, "not a hash"), (["verify", "--head", "a" * 64], 1, "no link of the chain"),
            (["history", "--json", "-"], 64, "of which run?"), (["init"], 64, "init"), (["describe"], 64, "describe"),
            (["describe", "bookings.csv", "--date-order", "DYM"], 64, "no order of dates"),
            (["describe", "bookings.csv", "--timezone", "Mars/Base"], 64, "no time zone"),
            (["report"], 1, "no run has left a document yet"), (["report", "ffff"], 1, "no run begins with"),
            (["history", "ffff"], 1, "no run begins with"),
            (["apply", "ffffffffffff"], 1, "ffffffffffff"), (["apply", "bookings.csv"], 65, "bookings.csv"),
            (["why", "mira@example.org"], 65, "what Kisi holds is not known: no run has read it yet")):
        done = run(folder, *words, now=None if "--now" in words else NOW)
        says(" ".join(words) or "nothing", done, code, word)


def check_files():
    folder = venue()
    for words in (["plan"], ["apply"], ["check"], ["history"], ["report"], ["verify"], ["revert", "ffff"], ["unlock-due"],
                  ["snapshot", "-o", "x.json"], ["why", "mira@example.org"]):
        says(f"{words[0]} without a configuration", run(folder, "-c", "nowhere.ini", *words), 78, "nowhere.ini", "hint:")
    away = venue(config(database="away/state.db"))
    for words in (["plan", "--snapshot", "kisi.json"], ["apply"], ["history"], ["report"], ["verify"], ["revert", "ffff"]):
        says(f"{words[0]} without a folder for its database", run(away, *words), 1, "away/state.db", "hint:")
    dry = ["plan", "--snapshot", "kisi.json"]
    says("a document that cannot be written", run(folder, *dry, "--json", "away/plan.json"), 1, "away/plan.json")
    says("reports where a file is", run(folder, *dry, "--report-dir", "bookings.csv"), 1, "bookings.csv: folder cannot be made")
    says("a snapshot that is none", run(folder, "plan", "--snapshot", "bookings.csv"), 65, "bookings.csv")
    says("describe into nowhere", run(folder, "describe", "bookings.csv", "--json", "away/d.json"), 1, "away/d.json")
    says("a profile into nowhere", run(folder, "describe", "bookings.csv", "--write-profile=away/p.ini"), 1, "away/p.ini")
    says("a profile that is there", run(folder, "describe", "bookings.csv", "--write-profile=api.key"), 1, "is there already")
    says("a profile that is not", run(folder, "describe", "bookings.csv", "--profile", "moon"), 78, "moon")
    profiles = pathlib.Path(new_folder())
    shutil.copy(pathlib.Path(__file__).parents[2] / "importers/profiles/generic-bookings.ini", profiles)
    (profiles / "broken.ini").write_text("[profile]\n")
    says("a broken profile is said, and left out", run(folder, "describe", "bookings.csv", "--profile-dir", profiles), 0,
         "broken", "generic-bookings")
    says("init says it, too", run(folder, "init", "--snapshot", "kisi.json", "-o", "new.ini", "bookings.csv", "--profile-dir",
                                  profiles), 78, "broken")
    says("init over a file", run(folder, "init", "--snapshot", "kisi.json", "-o", "api.key", "bookings.csv"), 1,
         "is there already")
    says("init into nowhere", run(folder, "init", "--snapshot", "kisi.json", "-o", "away/new.ini", "bookings.csv"), 1,
         "away/new.ini")
    says("init of nothing that can be read", run(folder, "init", "--snapshot", "kisi.json", "-o", "new.ini", "api.key"), 65,
         "no profile reads")
    tap.ok("and nothing is left of it", not (folder / "new.ini").exists())


def check_names():
    """Exports of one name: each source has a name of its own."""
    folder = venue()
    for above in ("a/x", "b/x", "c/x"):
        (folder / above).mkdir(parents=True)
        shutil.copy(folder / "bookings.csv", folder / above / "bookings.csv")
    shutil.copy(folder / "bookings.csv", folder / "plain")
    done = run(folder, "init", "--snapshot", "kisi.json", "-o", "-", "a/x/bookings.csv", "b/x/bookings.csv",
               "c/x/bookings.csv", "plain")
    says("names of sources", done, 0, "[source bookings]", "[source x-bookings]", "[source bookings-2]", "[source plain]")


def check_full_disk():
    """What is printed onto a full disk is no success."""
    folder = venue()
    run(folder, "plan", "--snapshot", "kisi.json", "--quiet")
    for words in (["plan", "--snapshot", "kisi.json"], ["plan", "--snapshot", "kisi.json", "--json", "-"],
                  ["plan", "--snapshot", "kisi.json", "--detailed-exitcode"], ["history"], ["verify"],
                  ["init", "--snapshot", "kisi.json", "-o", "-", "bookings.csv"], ["describe", "bookings.csv"],
                  ["describe", "bookings.csv", "--json", "-"], ["check", "--snapshot", "kisi.json"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "--now", NOW, *words], cwd=folder,
                                  stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        tap.ok(f"{' '.join(words)} >/dev/full", done.returncode == 1 and "standard output: cannot be written" in done.stderr,
               f"{done.returncode}\n{done.stderr}")


def check_tables():
    kinds = "location,kind,key,group,lock,method\n"
    for row, word in ((",resource,R,,,", "row 2: group is blank"), (",resource,R,G,L,", "row 2: has both group and lock"),
                      (",door,R,G,,", 'row 2: kind: neither resource nor plan: "door"'), (",plan, ,G,,", "row 2: key is blank"),
                      (",plan,P,G,,fly", 'row 2: method "fly": unknown'), (",plan,P,G,,unlock", 'row 2: method "unlock"')):
        folder = venue(config(more="[rules]\nfile = rules.csv"), rules_csv=kinds + row + "\n")
        says(f"rules: {row}", run(folder, "plan", "--snapshot", "kisi.json"), 78, "rules.csv", word)
    folder = venue(config(more="[rules]\nfile = rules.csv"), rules_csv=kinds + ",plan,Gold,Room 1,,\n,resource,Hall,,Door,unlock-schedule\n")
    says("rules: good ones", run(folder, "check", "--snapshot", "kisi.json"), 0, "rules.csv: 2 rows")
    for rows, code, word in (("b@x.org,a@x.org\nb@x.org,a@x.org\n", 0, "aliases.csv: 1 row"),
                             ("b@x.org,a@x.org\nb@x.org,c@x.org\n", 78, "aliases.csv: row 3")):
        folder = venue(config(people="[people]\naliases_file = aliases.csv"), aliases_csv="alias,email\n" + rows)
        says(f"aliases: {rows!r}", run(folder, "check", "--snapshot", "kisi.json"), code, word)
    folder = venue(config(people="[people]\naliases_file = aliases.csv"), aliases_csv="alias,email\n")
    (folder / "aliases.csv").chmod(0o666)
    says("a table that everybody can change", run(folder, "check", "--snapshot", "kisi.json"), 78,
         "everybody on this machine can change it", "chmod o-w")
    folder = venue(config(more="[source log]\nprofile = generic-bookings\nfile = bookings.csv\ntimezone = UTC\n"
                               "log_of = nowhere"))
    says("a log of what is not there", run(folder, "check", "--snapshot", "kisi.json"), 78, "log_of", "nowhere")


def check_check():
    """What check finds in a key, on this machine and in Kisi."""
    roles = [{"id": "custom", "name": "Custom", "applies_to": "Organization"}]
    rights = [{"id": 5, "role_id": "custom", "applies_to_type": "Organization", "applies_to_id": 9, "assignee_type": "User",
               "assignee_id": 4}]
    people = [{"id": 1, "name": "Olga", "email": "olga@example.org"}, {"id": 3, "email": "nemo@example.org"},
              {"id": 4, "name": "Cus", "email": "cus@example.org"}]
    world = state(users=people, roles=roles, role_assignments=rights, organization={"id": 9, "user_id": 1})
    with Sandbox(world, now=NOW, keys=["nobody@3", "custom@4"]) as kisi:
        says("a key without a role", run(venue(config(kisi.url), key="nobody"), "check"), 69, "no role on the organisation")
        says("a role that may too little", run(venue(config(kisi.url), key="custom"), "check"), 69,
             "custom on the organisation, which may not: places_read")
        says("a run that is not there", run(venue(config(kisi.url)), "revert", "ffff"), 1, "no run begins with")
        exposed = venue(config(kisi.url))
        (exposed / "api.key").chmod(0o644)
        says("a key that others can read", run(exposed, "check"), 0, "others can read the API key", "chmod 600")
        busy = venue(config(kisi.url))
        with open(busy / "state.db.lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write(f"7 elsewhere {NOW}\n")
            lock.flush()
            says("a run under way", run(busy, "check"), 0, "another run is under way", "process 7 on elsewhere")
            says("apply is refused then", run(busy, "apply"), 5, "another run holds the lock", "process 7 on elsewhere")
        kisi.fault("GET /users 403")
        says("a state that cannot be read", run(venue(config(kisi.url)), "check"), 69, "snapshot", "403")
        credentials = pathlib.Path(new_folder())
        given = {"CREDENTIALS_DIRECTORY": str(credentials), "KISI_API_KEY": ""}
        says("no key at all", run(venue(config(kisi.url, key="")), "plan", env=given), 78, "key")
        (credentials / "kisi-api-key").write_text("sandbox-key\n")
        says("a key of the service manager", run(venue(config(kisi.url, key="")), "plan", env=given), 0)
        kept = venue(config(kisi.url))
        kisi.fault("GET /organization 401")
        says("snapshot with a key that is refused", run(kept, "snapshot", "-o", "out.json"), 69, "/organization", "hint:")
        tap.ok("leaves no file", not (kept / "out.json").exists())
        says("snapshot into nowhere", run(kept, "snapshot", "-o", "away/out.json"), 1, "away/out.json")
        says("snapshot without a key", run(venue(config(kisi.url, key="api_key_file = no.key")), "snapshot", "-o", "x.json"),
             78, "no.key")
        says("a quiet snapshot", run(kept, "--quiet", "snapshot", "-o", "out.json"), 0)
        tap.equal("it is whole", len(json.loads((kept / "out.json").read_text())["users"]), 3)


def check_saved_plans():
    """A saved plan is whole or none; it is applied once, by its file or by its id; and it may name what is approved."""
    with Sandbox(state(), now=NOW) as kisi:
        folder = venue(config(kisi.url))
        run(folder, "plan", "--json", "plan.json")
        whole = json.loads((folder / "plan.json").read_text())
        broken = {"no changes": {"changes": None}, "a change without id": {"changes": [{}]}, "no time": {"as_of": None},
                  "no such time": {"as_of": "noon"}, "no version": {"format_version": None},
                  "another version": {"format_version": 2}, "no id": {"plan": None}, "no run": {"run": None},
                  "no approval": {"approval": None}, "no hashes": {"hashes": None}}
        broken |= {f"no hash of {name}": {"hashes": {**whole["hashes"], name: None}}
                   for name in ("inputs", "config", "snapshot")}
        for name, change in broken.items():
            (folder / "odd.json").write_text(json.dumps({**whole, **change}))
            says(f"a plan with {name}", run(folder, "apply", "odd.json"), 65, "odd.json: not a saved plan", "hint:")
        tap.equal("nothing was sent", kisi.writes(), [])
        says("by its id", run(folder, "apply", whole["plan"]), 0)
        tap.equal("it was sent", kisi.writes(), ["POST /role_assignments"])
        says("only once", run(folder, "apply", whole["plan"]), 3, "was applied before")
        says("nor by its file", run(folder, "apply", "plan.json"), 3, "was applied before")
    members = range(3, 9)
    with Sandbox(state(members), now=NOW) as kisi:
        folder = venue(config(kisi.url))
        says("too many removals", run(folder, "plan", "--json", "plan.json"), 3, "max_removals")
        says("approved too late", run(folder, "apply", "--approve", "plan.json", "--max-removals", "6",
                                      now="2026-11-18T08:00:00Z"), 3, "is not applied: it is")
        says("approved, but fewer", run(folder, "apply", "--approve", "plan.json", "--max-removals", "5"), 3)
        says("approved by another file", run(folder, "apply", "--approve", "kisi.json", "--max-removals", "6"), 65,
             "not a saved plan")
        tap.equal("nobody was removed", [w for w in kisi.writes() if w.startswith("DELETE")], [])
        says("approved by its file", run(folder, "apply", "--approve", "plan.json", "--max-removals", "6"), 0)
        tap.equal("they were removed", len([w for w in kisi.writes() if w.startswith("DELETE")]), 6)
        database = sqlite3.connect(folder / "state.db")
        tap.equal("and it is on record", database.execute("SELECT max_removals FROM approvals").fetchall(), [(6,)])
        database.close()


FULL = "CREATE TRIGGER full BEFORE {what} BEGIN SELECT raise(ABORT, 'no room'); END"


def spoil(folder, what):
    """From now on the database refuses this: `INSERT ON intents` and the like; None: it takes everything again."""
    database = sqlite3.connect(folder / "state.db", isolation_level=None)
    database.execute("DROP TRIGGER IF EXISTS full" if what is None else FULL.format(what=what))
    database.close()


def check_database_fails():
    """The database takes no more at some step of a run: what is said is true, and the run after it makes good."""
    steps = (  # what fails, exit code, what Kisi was asked to change
        ("INSERT ON intents", 4, 0), ("INSERT ON outcomes", 4, 1), ("INSERT ON ledger", 4, 1), ("UPDATE ON runs", 1, 1))
    for what, code, writes in steps:
        with Sandbox(state(), now=NOW) as kisi:
            folder = venue(config(kisi.url))
            run(folder, "history")
            spoil(folder, what)
            says(f"apply, {what} fails", run(folder, "apply"), code, "no room")
            tap.equal(f"{what}: sent", len(kisi.writes()), writes)
            spoil(folder, None)
            says(f"{what}: the run after it", run(folder, "apply"), 0)
            rights = [(row["assignee_id"], row["applies_to_id"]) for row in kisi.state()["role_assignments"]]
            tap.equal(f"{what}: one right, once", rights, [(2, 10)])
            says(f"{what}: and the trail is whole", run(folder, "verify"), 0, "chain whole")
    due = config("{}", more="[rule door]\nresource = Room 1\nlock = Door\nmethod = unlock\n")
    for what, code, opened in (("INSERT ON intents", 1, 0), ("INSERT ON outcomes", 4, 1), ("UPDATE ON runs", 1, 1)):
        with Sandbox(state(), now="2026-11-16T09:00:00Z") as kisi:
            folder = venue(due.format(kisi.url))
            run(folder, "history")
            spoil(folder, what)
            says(f"unlock-due, {what} fails", run(folder, "unlock-due", now="2026-11-16T09:00:00Z"), code, "no room")
            tap.equal(f"{what}: opened", len(kisi.unlocks()), opened)
            spoil(folder, None)
            run(folder, "unlock-due", now="2026-11-16T09:00:30Z")
            tap.equal(f"{what}: once, and not again", len(kisi.unlocks()), 1)


def check_trail_damaged():
    """A document that cannot be read any more, and more faults than anybody reads."""
    folder = venue()
    run(folder, "plan", "--snapshot", "kisi.json", "--quiet")
    identity = run(folder, "history").stdout.split()[0]
    database = sqlite3.connect(folder / "state.db", isolation_level=None)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    [(packed,)] = database.execute("SELECT packed FROM runs").fetchall()
    database.execute("UPDATE runs SET packed = ?", (packed[:len(packed) // 2],))
    says("history of it", run(folder, "history", identity), 0, "what was held is not shown")
    says("report of it", run(folder, "report", identity), 1, identity)
    says("verify finds it", run(folder, "verify"), 1, "1 fault")
    database.execute("UPDATE runs SET packed = ?", (packed,))
    database.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25)"
                     " INSERT INTO plans (id, run) SELECT 'p' || i, (SELECT id FROM runs) FROM n")
    database.close()
    done = run(folder, "verify")
    says("25 rows too many", done, 1, "and 5 more", "25 faults")
    tap.equal("20 of them are named", done.stdout.count("was added"), 20)


def start_run(folder, *words, **more):
    return subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), "--now", NOW, *words], cwd=folder,
                            stdout=subprocess.PIPE, text=True, **{"stderr": subprocess.PIPE, **more})


def check_stopped():
    """Stopped, or killed, while it reads: nothing was sent, and it shows."""
    for number, code in ((signal.SIGTERM, 4), (signal.SIGKILL, -signal.SIGKILL)):
        with Sandbox(state(), now=NOW, faults=["GET /users 429 retry=60"]) as kisi:
            folder = venue(config(kisi.url).replace("attempts     = 1", "attempts = 3"))
            process = start_run(folder, "apply")
            while process.poll() is None and not any(r["path"] == "/users" for r in kisi.requests()):
                pass
            process.send_signal(number)
            said = process.communicate(timeout=30)[1]
            tap.equal(f"signal {int(number)}: exit", process.returncode, code)
            tap.equal("it says so, if it can", "told to stop before the first change" in said, number == signal.SIGTERM)
            tap.equal("nothing was sent", kisi.writes(), [])
            if number == signal.SIGKILL:
                run(folder, "plan")
                says("verify counts the one that died", run(folder, "verify"), 0, "1 runs have no end")
            kisi.clear_faults()
            says("the next run", run(folder, "apply"), 0)


def check_terminal():
    """On a terminal it says how far it is."""
    with Sandbox(state(), now=NOW) as kisi:
        outer, inner = os.openpty()
        process = start_run(venue(config(kisi.url).replace("1000/s", "5/s")), "apply", stderr=inner)
        process.communicate(timeout=30)
        os.close(inner)
        said = os.read(outer, 65536).decode()
        os.close(outer)
        tap.ok("progress", process.returncode == 0 and "\rReading Kisi  done," in said and
               "\rReading Kisi back  done," in said, (process.returncode, said))


check_words()
check_files()
check_names()
check_full_disk()
check_tables()
check_check()
check_saved_plans()
check_database_fails()
check_trail_damaged()
check_stopped()
check_terminal()
tap.done()
