#!/usr/bin/python3
"""same, different, protect, accept: what is written, what is refused, and what the next run makes of it."""

import fcntl
import json
import os
import pathlib
import stat
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-14T10:00:00Z"
CONFIG = """[source bookings]
profile = generic-bookings
file    = bookings.csv
[rule one]
resource = Room 1
group    = Room 1
[guards]
max_removals = 100%
max_group_removals = 100%
"""
BOOKINGS = ("booking_id,email,name,resource,start,end,status\n"
            "b1,anna.mueller@gmx.example,,Room 1,2026-11-14T09:00:00Z,2026-11-14T20:00:00Z,confirmed\n")
KISI = snapshot(groups=[{"id": 10, "name": "Room 1"}],
                users=[{"id": 1, "name": "Olga", "email": "olga@venue.example"},
                       {"id": 5, "name": "", "email": "anna.mueller@post.example"}],
                role_assignments=[{"id": 100, "applies_to_type": "Group", "applies_to_id": 10, "assignee_type": "User",
                                   "assignee_id": 5, "role_id": "group_basic", "valid_from": None, "valid_until": None}])
A, B = "anna.mueller@gmx.example", "anna.mueller@post.example"
HEADER = "ruling,who,other,until,by,at,reason\n"
OLGA = {"SUDO_USER": "olga"}

tap = Tap()


class Venue:
    def __init__(self, config=CONFIG, **files):
        self.folder = pathlib.Path(new_folder())
        self.write("venue.ini", config)
        self.write("bookings.csv", BOOKINGS)
        self.write("kisi.json", json.dumps(KISI))
        for name, text in files.items():
            self.write(name + ".csv", text)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o600)

    def read(self, name):
        path = self.folder / name
        return path.read_bytes().decode() if path.exists() else None

    def call(self, *args, env=None):
        return run_program(["-c", "venue.ini", "--now", NOW, *args], folder=self.folder, env={**OLGA, **(env or {})})

    def plan(self):
        """`action email` of what is changed and of what is held."""
        run = self.call("plan", "--snapshot", "kisi.json", "--json", "plan.json")
        plan = json.loads(self.read("plan.json")) if run.code != 78 else {"changes": [], "held": []}
        return ([f"{change['action']} {change['email']}" for change in plan["changes"]],
                [f"{change['action']} {change['email']}" for change in plan["held"]], plan)


def refused(name, venue, args, code, *words):
    before = {path.name: path.read_bytes() for path in venue.folder.iterdir() if path.is_file()}
    run = venue.call(*args)
    after = {path.name: path.read_bytes() for path in venue.folder.iterdir() if path.is_file()}
    tap.ok(f"{name}: exit {code}", run.code == code, f"{run.code}: {run.stdout}{run.stderr}")
    tap.ok(f"{name}: says why", all(word in run.stderr for word in words), run.stderr)
    tap.ok(f"{name}: nothing is written", before == after, sorted(set(after) - set(before)))


def commands_of_the_plan():
    """The plan names the record and two commands; either of them settles the matter."""
    for word, changed in (("same", [f"adjust {A}"]),
                          ("different", [f"create_user {A}", f"grant {A}", f"revoke {B}"])):
        venue = Venue()
        _, held, plan = venue.plan()
        tap.equal(f"{word}: held before, the loss alone", held, [f"revoke {B}"])
        pair = plan["mismatches"][0]
        tap.equal(f"{word}: the record that names the address", pair["record"], "booking b1 (bookings.csv:2)")
        command = pair[word]
        tap.equal(f"{word}: the command", command, f"kisi-reconcile -c venue.ini {word} {A} {B}")
        finding = [each["text"] for each in plan["findings"] if each["kind"] == "email_mismatch"][0]
        tap.ok(f"{word}: the finding says both", command in finding and pair["record"] in finding, finding)
        link = venue.folder / "kisi-reconcile"
        link.symlink_to(program("KISI_RECONCILE", "build/kisi-reconcile"))
        shell = subprocess.run(["sh", "-c", command], cwd=venue.folder, capture_output=True, text=True, check=False,
                               env={**os.environ, "PATH": f"{venue.folder}:{os.environ['PATH']}"})
        tap.equal(f"{word}: as it stands there, in a shell", (shell.returncode, shell.stderr), (0, ""))
        tap.ok(f"{word}: says what the next run does", "the next run takes " in shell.stdout, shell.stdout)
        found, held, _ = venue.plan()
        tap.equal(f"{word}: and then nothing is held", (sorted(found), held), (sorted(changed), []))


def odd_addresses():
    """An address out of an export is neither an option nor a piece of shell."""
    for email in ("--config=x@gmx.example", "a$HOME'x`id`@gmx.example"):
        venue = Venue()
        venue.write("bookings.csv", BOOKINGS.replace(A, email))
        kisi = json.loads(json.dumps(KISI).replace(B, email.replace("gmx", "post")))
        venue.write("kisi.json", json.dumps(kisi))
        _, _, plan = venue.plan()
        if not tap.ok(f"{email}: a look-alike", len(plan["mismatches"]) == 1, plan["mismatches"]):
            continue
        link = venue.folder / "kisi-reconcile"
        link.symlink_to(program("KISI_RECONCILE", "build/kisi-reconcile"))
        shell = subprocess.run(["sh", "-c", plan["mismatches"][0]["different"]], cwd=venue.folder, capture_output=True, text=True,
                               check=False, env={**os.environ, "PATH": f"{venue.folder}:{os.environ['PATH']}"})
        tap.equal(f"{email}: the command does what it says", (shell.returncode, shell.stderr), (0, ""))
        tap.equal(f"{email}: and settles it", venue.plan()[2]["mismatches"], [])


def written():
    """One line each, with who and when; the table is made with its header."""
    venue = Venue()
    for args in (("different", A.upper(), B, "--reason", 'mother, and "daughter"; ok'), ("protect", f"Olga <{B}>"),
                 ("protect", A, "--until", "2026-12-31"), ("accept", "4F1C09AB77DE", "--until", "2026-12-31T10:00:00+01:00"),
                 ("accept", "000000000000"), ("different", "--", "-x@gmx.example", "müller@post.example")):
        run = venue.call(*args)
        tap.equal(f"{' '.join(args)}: written", (run.code, run.stderr), (0, ""))
        line = venue.read("rulings.csv").splitlines()[-1]
        tap.ok(f"{' '.join(args)}: says the line and the next run", line in run.stdout and "the next run " in run.stdout, run.stdout)
    rest = f"olga,{NOW},"
    tap.equal("rulings.csv", venue.read("rulings.csv"), HEADER +
              f'different,{A},{B},,{rest}"mother, and ""daughter""; ok"\n'
              f"protect,{B},,,{rest}\nprotect,{A},,2026-12-31,{rest}\n"
              f"accept,4f1c09ab77de,,2026-12-31T10:00:00+01:00,{rest}\naccept,000000000000,,,{rest}\n"
              f"different,-x@gmx.example,müller@post.example,,{rest}\n")
    venue.call("same", "a@x.example", "b@x.example")
    venue.call("same", "c@x.example", "a@x.example")
    tap.equal("aliases.csv", venue.read("aliases.csv"), "alias,email\nb@x.example,a@x.example\na@x.example,c@x.example\n")
    tap.equal("the configuration is as it was", venue.read("venue.ini"), CONFIG)
    run = venue.call("check", "--snapshot", "kisi.json")
    tap.ok("check counts them", "rulings.csv: 6 rows" in run.stdout and "aliases.csv: 2 rows" in run.stdout, run.stdout)
    run = venue.call("protect", "b@x.example", "-q")
    tap.equal("quiet", (run.code, run.stdout, run.stderr), (0, "", ""))
    run = venue.call("protect", "d@x.example", env={"SUDO_USER": ""})
    tap.ok("without sudo it is the user", f",{NOW}," in venue.read("rulings.csv").splitlines()[-1] and
           ",olga," not in venue.read("rulings.csv").splitlines()[-1], venue.read("rulings.csv"))


def twice():
    """Saying it again is no fault and no second line; saying more is."""
    venue = Venue(CONFIG.replace("[rule", "[people]\nprotected = olga@venue.example\n[rule"))
    for args in (("different", A, B), ("protect", A, "--until", "2026-12-31"), ("accept", "4f1c09ab77de")):
        venue.call(*args)
    before = venue.read("rulings.csv")
    for args in (("different", A, B), ("different", B, A), ("protect", A, "--until", "2026-12-31"),
                 ("protect", A, "--until", "2026-12-01"), ("accept", "4F1C09AB77DE"), ("protect", "olga@venue.example")):
        run = venue.call(*args)
        tap.ok(f"{' '.join(args)} again", run.code == 0 and " already" in run.stdout and run.stderr == "", run.stdout + run.stderr)
    tap.equal("no second line", venue.read("rulings.csv"), before)
    venue.call("protect", A)
    tap.equal("for good after until: a line", len(venue.read("rulings.csv").splitlines()), len(before.splitlines()) + 1)
    for args in (("same", "x@x.example", "y@x.example"), ("same", "x@x.example", "y@x.example"), ("same", "y@x.example", "x@x.example")):
        tap.equal(f"{' '.join(args)}: one person", venue.call(*args).code, 0)
    tap.equal("aliases: one line", venue.read("aliases.csv"), "alias,email\ny@x.example,x@x.example\n")


def nonsense():
    venue = Venue(aliases="alias,email\nb@x.example,a@x.example\nown@x.example,own@x.example\n",
                  rulings="ruling,who,other\ndifferent,a@x.example,c@x.example\n")
    refused("one address twice", venue, ("same", A, A.upper()), 64, "one address twice")
    refused("no address", venue, ("same", "anna", B), 64, "not an e-mail address")
    refused("no address of different", venue, ("different", A, "@"), 64, "not an e-mail address")
    refused("a word is missing", venue, ("same", A), 64, "hint: kisi-reconcile same A B")
    refused("a word too many", venue, ("protect", A, B), 64, "one word too many")
    refused("two who are one", venue, ("different", "a@x.example", "b@x.example"), 64, "one person by their aliases")
    refused("one who is two", venue, ("same", "c@x.example", "b@x.example"), 64, "ruled to be two people")
    refused("a person of their own", venue, ("same", "own@x.example", A), 64, "a person of their own")
    refused("and the other way round", venue, ("same", A, "own@x.example"), 64, "a person of their own")
    refused("no id", venue, ("accept", "4f1c09"), 64, "12 hex digits")
    refused("an address for an id", venue, ("accept", A), 64, "12 hex digits")
    refused("a time in the past", venue, ("protect", A, "--until", "2026-11-14T10:00:00Z"), 64, "over already")
    refused("no time", venue, ("accept", "4f1c09ab77de", "--until", "31/12/2026"), 64, "not a time")
    refused("until of two people", venue, ("different", A, B, "--until", "2026-12-31"), 64, "no option --until")
    refused("a reason in two lines", venue, ("protect", A, "--reason", "a\nb"), 64, "one line of plain text")
    refused("no UTF-8", venue, ("protect", A, "--reason", "\udcff\udcfe"), 64, "UTF-8")
    refused("a reason that the table has no column for", venue, ("same", A, B, "--reason", "told me"), 78, "all the columns")
    venue.write("aliases.csv", "alias,email\na@x.example,b@x.example\nb@x.example,a@x.example\n")
    refused("a circle that is there already", venue, ("same", A, B), 78, "rows 2 and 3")


def spreadsheets():
    """A table that somebody saved with a spreadsheet keeps its ways; what it cannot hold is refused."""
    line = "protect;a@x.example;;;olga;2026-11-14T10:00:00Z;x\r\n"
    for name, text, want in (
            ("semicolons", HEADER.replace(",", ";").replace("\n", "\r\n"), line),
            ("a BOM", "\ufeff" + HEADER.replace(",", ";"), line.replace("\r", "")),
            ("no line break at the end", HEADER.strip(), "\nprotect,a@x.example,,,olga,2026-11-14T10:00:00Z,x\n"),
            ("another order", "reason;who;ruling;until;other;at;by\n", "x;a@x.example;protect;;;2026-11-14T10:00:00Z;olga\n"),
            ("a title", "Rulings of the house\n" + HEADER, "protect,a@x.example,,,olga,2026-11-14T10:00:00Z,x\n")):
        venue = Venue(rulings=text)
        run = venue.call("protect", "a@x.example", "--reason", "x")
        tap.equal(f"{name}: {run.stderr}", venue.read("rulings.csv"), text + want)
        tap.ok(f"{name}: read again", "rulings.csv: 1 row" in venue.call("check", "--snapshot", "kisi.json").stdout)
    venue = Venue(rulings=HEADER.encode() + b"protect,b@x.example,,,olga,,caf\xe9\n")
    refused("windows-1252 has no such letter", venue, ("protect", "a@x.example", "--reason", "ж"), 78, "UTF-8")
    venue = Venue(rulings=HEADER.encode("utf-16"))
    refused("UTF-16", venue, ("protect", "a@x.example"), 78, "UTF-8")
    venue = Venue(rulings="ruling,who,other\n")
    refused("a column is missing", venue, ("protect", "a@x.example"), 78, "all the columns")


def files():
    """Who may write, whose it is, and where it is."""
    venue = Venue(rulings=HEADER)
    (venue.folder / "rulings.csv").chmod(0o666)
    refused("a table that everybody can write", venue, ("protect", A), 78, "everybody on this machine can change it", "chmod o-w")
    (venue.folder / "rulings.csv").chmod(0o640)
    venue.call("protect", A)
    tap.equal("the mode stays", stat.S_IMODE((venue.folder / "rulings.csv").stat().st_mode), 0o640)
    tap.equal("no file is left over", sorted(path.name for path in venue.folder.glob("rulings*")), ["rulings.csv"])
    for folder_mode, mode in ((0o700, 0o600), (0o750, 0o640), (0o755, 0o640)):
        venue.folder.chmod(folder_mode)
        (venue.folder / "rulings.csv").unlink()
        venue.call("protect", A)
        tap.equal(f"a new table in a folder of mode {folder_mode:o}", stat.S_IMODE((venue.folder / "rulings.csv").stat().st_mode), mode)
    (venue.folder / "rulings.csv").unlink()
    venue.folder.chmod(0o777)
    refused("a folder in which everybody may write", venue, ("protect", A), 78, "everybody on this machine can change it")
    venue.folder.chmod(0o700)
    venue.write("tables/kept.csv", HEADER)
    (venue.folder / "rulings.csv").symlink_to("tables/kept.csv")
    venue.call("protect", A)
    tap.ok("a link stays a link", (venue.folder / "rulings.csv").is_symlink() and A in venue.read("tables/kept.csv"))
    named = Venue(CONFIG + "[people]\naliases_file = tables/a.csv\nrulings_file = tables/r.csv\n[state]\ndatabase = var/state.db\n")
    refused("a folder that is not there", named, ("protect", A), 1, "No such file")
    (named.folder / "tables").mkdir()
    (named.folder / "var").mkdir()
    tap.equal("named by the configuration: made there", (named.call("protect", A).code, named.call("same", "x@x.example", "y@x.example").code,
              len((named.read("tables/r.csv") or "").splitlines()), len((named.read("tables/a.csv") or "").splitlines())), (0, 0, 2, 2))
    beside = Venue(CONFIG + "[state]\ndatabase = var/state.db\n")
    (beside.folder / "var").mkdir()
    beside.call("same", A, B)
    tap.equal("else beside the database", beside.read("var/aliases.csv"), f"alias,email\n{B},{A}\n")
    tap.equal("where the next run reads it", beside.plan()[:2], ([f"adjust {A}"], []))


def planted():
    """In a folder like /tmp somebody else may have put a table beside the database."""
    venue = Venue(CONFIG + "[state]\ndatabase = var/state.db\n")
    venue.write("var/aliases.csv", f"alias,email\n{B},{A}\n")
    (venue.folder / "var").chmod(0o1777)
    tap.equal("one's own table in a folder like /tmp", venue.plan()[0], [f"adjust {A}"])
    if os.geteuid() != 0:
        tap.skip("a table of somebody else", "only root can give a file away")
        return
    os.chown(venue.folder / "var/aliases.csv", 65534, 65534)
    refused("a table of somebody else", venue, ("plan", "--snapshot", "kisi.json"), 78, "belongs to somebody else")
    tap.ok("and check says so", "belongs to somebody else" in venue.call("check", "--snapshot", "kisi.json").stdout)
    (venue.folder / "var").chmod(0o755)
    tap.equal("in a folder of nobody else it counts", venue.plan()[0], [f"adjust {A}"])
    venue.call("same", A, "third@x.example")
    status = (venue.folder / "var/aliases.csv").stat()
    tap.equal("its owner stays", (status.st_uid, status.st_gid), (65534, 65534))


def waiting(runs):
    """How many of these processes wait for a lock."""
    ids = {str(run.pid) for run in runs}
    lines = [line.split() for line in pathlib.Path("/proc/locks").read_text(encoding="ascii").splitlines()]
    return len(ids.intersection(*[{words[5] for words in lines if words[1] == "->"}]))


def at_once():
    """Twelve who rule at the same time, all of them before the first one writes: every line is there."""
    venue = Venue()
    with_us = os.open(venue.folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(with_us, fcntl.LOCK_EX)
    runs = [subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), "-c", "venue.ini", "--now", NOW, "-q", "protect",
                              f"p{i}@x.example"], cwd=venue.folder) for i in range(12)]
    end = time.monotonic() + 60
    while waiting(runs) < len(runs) and time.monotonic() < end and not any(run.poll() is not None for run in runs):
        time.sleep(0.01)
    tap.equal("twelve wait while somebody writes", (waiting(runs), venue.read("rulings.csv")), (12, None))
    os.close(with_us)
    tap.equal("twelve at once", [run.wait(timeout=60) for run in runs], [0] * 12)
    tap.equal("twelve lines", sorted(line.split(",")[1] for line in venue.read("rulings.csv").splitlines()[1:]),
              sorted(f"p{i}@x.example" for i in range(12)))


def bound():
    """A saved plan is of the rulings that were there: another one refuses it."""
    with Sandbox(KISI, now=NOW) as kisi:
        venue = Venue(f"[kisi]\nbase_url = {kisi.url}\napi_key_file = api.key\nrate = 1000/s\n" + CONFIG)
        venue.write("api.key", kisi.key)
        hashes = []
        for name in ("first.json", "second.json"):
            venue.call("plan", "--json", name)
            hashes.append(json.loads(venue.read(name))["hashes"]["config"])
        tap.equal("without a ruling the configuration is the same", hashes[0], hashes[1])
        venue.call("different", A, B)
        run = venue.call("apply", "second.json")
        tap.ok("a ruling refuses the plan saved before it", run.code == 3 and "the configuration changed since" in run.stderr and
               kisi.writes() == [], (run.code, run.stderr, kisi.writes()))
        venue.call("plan", "--json", "third.json")
        run = venue.call("apply", "third.json")
        tap.equal("one saved after it is applied", (run.code, kisi.writes()),
                  (0, ["POST /users", "POST /role_assignments", "DELETE /role_assignments/100"]))


commands_of_the_plan()
odd_addresses()
written()
twice()
nonsense()
spreadsheets()
files()
planted()
at_once()
bound()
tap.done()
