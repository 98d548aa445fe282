#!/usr/bin/python3
"""Files that somebody else may have made or may want to read: who may write, who may read, what is no file at all."""

import csv
import io
import json
import os
import pathlib
import re
import stat
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"
BOOKINGS = HEADER + "1,mira@example.org,Mira,Room 1,,2026-11-16 10:00,2026-11-16 12:00,confirmed,\n"
CONFIG = """[kisi]
base_url     = {url}
api_key_file = api.key
rate         = 200/s
[source bookings]
profile  = generic-bookings
file     = {file}
timezone = Europe/Amsterdam
[rule one]
resource = Room 1
group    = Room 1
"""
SNAPSHOT = snapshot(organization={"id": 9, "name": "Harbour House", "user_id": 1},
                    places=[{"id": 1, "name": "Harbour"}], locks=[{"id": 20, "name": "Door", "place_id": 1}],
                    groups=[{"id": 10, "name": "Room 1", "place_id": 1, "locks_count": 1}],
                    users=[{"id": 1, "name": "Olga", "email": "olga@example.org"},
                           {"id": 2, "name": "Mira", "email": "mira@example.org"}])

tap = Tap()


def plan(file="bookings.csv", config=CONFIG, args=(), files=None, folder=None, bookings=BOOKINGS):
    """A plan without Kisi."""
    files = {"venue.ini": config.format(url="https://api.example.org", file=file), "kisi.json": json.dumps(SNAPSHOT),
             "bookings.csv": bookings, **(files or {})}
    return run_program(["-c", "venue.ini", "--now", NOW, "plan", "--snapshot", "kisi.json", *args], files, folder)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def modes():
    """Whatever the umask was: what holds personal data is for this user alone."""
    before = os.umask(0)
    with Sandbox(SNAPSHOT, now=NOW) as kisi:
        files = {"venue.ini": CONFIG.format(url=kisi.url, file="bookings.csv"), "api.key": kisi.key,
                 "bookings.csv": BOOKINGS}
        run = run_program(["-c", "venue.ini", "--now", NOW, "--json", "plan.json", "apply"], files)
        more = run_program(["-c", "venue.ini", "snapshot", "-o", "saved.json"], folder=run.folder)
    os.umask(before)
    tap.equal("apply and snapshot", (run.code, more.code), (0, 0))
    folder = pathlib.Path(run.folder)
    made = [path for path in folder.rglob("*") if path.is_file() and path.name not in files]
    tap.ok("database, plan, snapshot and workbook were written",
           {"kisi-reconcile.db", "plan.json", "saved.json"} <= {path.name for path in made} and
           any(path.suffix == ".xlsx" for path in made), made)
    tap.equal("each is for this user alone", [path.name for path in made if mode(path) != 0o600], [])
    tap.equal("so are folders", [path.name for path in folder.rglob("*") if path.is_dir() and mode(path) != 0o700], [])
    key = kisi.key.encode()
    tap.equal("none of them holds the key", [path.name for path in made if key in path.read_bytes()], [])
    tap.ok("nor do the messages", kisi.key not in run.stdout + run.stderr + more.stdout + more.stderr)


def writers():
    """Who can write the configuration, or a table of it, decides who gets in."""
    folder = new_folder()
    tables = CONFIG + "[people]\nblocked_file = blocked.csv\n"
    plan(config=tables, folder=folder, files={"blocked.csv": "email,reason\n"})
    for name in ("venue.ini", "blocked.csv"):
        path = pathlib.Path(folder) / name
        path.chmod(0o666)
        run = run_program(["-c", "venue.ini", "--now", NOW, "plan", "--snapshot", "kisi.json"], folder=folder)
        tap.equal(f"{name} that everybody may write: refused", run.code, 78)
        tap.ok(f"{name}: the message says what to do", f"chmod o-w {folder}" in run.stderr or
               f"chmod o-w {name}" in run.stderr, run.stderr)
        path.chmod(0o600)


def on_the_way():
    """Every folder and every link on the way to a file counts; so does the profile, whose words decide who gets in."""
    profile = (pathlib.Path(__file__).parents[2] / "importers/profiles/generic-bookings.ini").read_text(encoding="utf-8")
    for what, opened, hint, files, links in (
            ("a folder far above", "a", "a", {}, {}),
            ("the folder that a link leads to", "b", "b", {}, {"a/v/venue.ini": "b/venue.ini"}),
            ("the folder of a link", "c", "c", {}, {"a/v/venue.ini": "c/l.ini", "c/l.ini": "b/venue.ini"}),
            ("a folder above one that a link leads to", "b", "b", {}, {"a/v": "b/v"}),
            ("a way up and down again", "c", "c", {}, {"a/v/venue.ini": "b/../c/../b/venue.ini"}),
            ("the database behind a link", "b", "b", {}, {"a/v/kisi-reconcile.db": "b/state.db"}),
            ("a profile", "a/v/own.ini", "a/v/own.ini", {"a/v/own.ini": profile}, {}),
            ("the folder of a profile", "b", "b", {"b/own.ini": profile}, {"a/v/own.ini": "b/own.ini"}),
            ("the folder of profiles", "b", "b", {"b/generic-bookings.ini": profile}, {})):
        top = pathlib.Path(new_folder()).resolve()
        config = CONFIG.format(url="https://api.example.org", file=top / "a/v/bookings.csv")
        config = config.replace("generic-bookings", "./own.ini" if "own.ini" in str(files) else "generic-bookings")
        args = ["--profile-dir", top / "b"] if what == "the folder of profiles" else []
        for folder in ("a", "b/v" if "a/v" in links else "b", "c"):
            (top / folder).mkdir(parents=True, mode=0o755)
        if "a/v" not in links:
            (top / "a/v").mkdir()
        for name, target in links.items():
            (top / name).symlink_to(top / target)
        for name, text in {"a/v/venue.ini": config, "a/v/kisi.json": json.dumps(SNAPSHOT), "a/v/bookings.csv": BOOKINGS,
                           **files}.items():
            (top / name).write_text(text, encoding="utf-8")
            (top / name).chmod(0o600)
        command = ["-c", top / "a/v/venue.ini", "--now", NOW, *args]
        go = lambda word: run_program([*command, word, "--snapshot", top / "a/v/kisi.json"], folder=top)
        run = go("plan")
        tap.equal(f"{what}: nobody else may write it", run.code, 0)
        (top / opened).chmod((top / opened).stat().st_mode | 0o002)
        run, check = go("plan"), go("check")
        tap.ok(f"{what}: refused", run.code == 78 and f"{top / hint}: everybody on this machine" in run.stderr, run.stderr)
        tap.ok(f"{what}: what to do", f"hint: chmod o-w {top / hint}\n" in run.stderr, run.stderr)
        tap.ok(f"{what}: check says so", check.code == 78 and "everybody on this machine" in check.stdout, check.stdout)
        if (top / opened).is_dir():
            (top / opened).chmod(0o1777)
            run = go("plan")
            tap.equal(f"{what}: a sticky one is no fault", run.code, 0)


def keys():
    """A key may be its group's, when that is a group of this program."""
    folder = pathlib.Path(new_folder())
    config = CONFIG.replace("rate         = 200/s", "attempts = 1").format(url="http://127.0.0.1:1", file="bookings.csv")
    (folder / "venue.ini").write_text(config, encoding="utf-8")
    (folder / "bookings.csv").write_text(BOOKINGS, encoding="utf-8")
    (folder / "api.key").write_text("key", encoding="utf-8")
    other = max(os.getgroups() + [os.getegid()]) + 4711
    for bits, group, warned in ((0o440, -1, False), (0o640, -1, True), (0o444, -1, True), (0o440, other, True)):
        try:
            os.chown(folder / "api.key", -1, group)
        except PermissionError:  # only root may give it to a group of others
            continue
        (folder / "api.key").chmod(bits)
        run = run_program(["-c", "venue.ini", "--now", NOW, "plan"], folder=folder)
        tap.equal(f"a key of mode {bits:o}{' of another group' if group != -1 else ''}: a warning",
                  "others can read the API key" in run.stdout + run.stderr, warned)


def database():
    """Who can write the state database decides what is ours and what was approved; who can read it reads who goes where."""
    folder = pathlib.Path(new_folder())
    (folder / "var").mkdir(mode=0o700)
    config = CONFIG + "[state]\ndatabase = var/state.db\n"

    def both():
        run = run_program(["-c", "venue.ini", "--now", NOW, "plan", "--snapshot", "kisi.json"], folder=folder)
        check = run_program(["-c", "venue.ini", "--now", NOW, "check", "--snapshot", "kisi.json"], folder=folder)
        return run, check, [line for line in check.stdout.splitlines() if " state " in line]

    tap.equal("a database in a folder of its own", plan(config=config, folder=folder).code, 0)
    for what, path, bits, hint in (("a database that everybody may write", folder / "var/state.db", 0o666, "var/state.db"),
                                   ("a folder in which everybody may write", folder / "var", 0o777, "var")):
        before = mode(path)
        path.chmod(bits)
        run, check, state = both()
        tap.ok(f"{what}: refused", run.code == 78 and "everybody on this machine can change it" in run.stderr, run.stderr)
        tap.ok(f"{what}: the message says what to do", f"chmod o-w {hint}\n" in run.stderr or
               f"chmod o-w {folder}/{hint}\n" in run.stderr, run.stderr)
        tap.ok(f"{what}: check says so", check.code == 78 and "wrong" in state[0], check.stdout)
        path.chmod(before)
    (folder / "var").chmod(0o1777)
    run, check, state = both()
    tap.ok("a folder like /tmp is no fault", run.code == 0 and "ok" in state[0], run.stderr + check.stdout)
    (folder / "var").chmod(0o700)
    for bits in (0o640, 0o604):
        (folder / "var/state.db").chmod(bits)
        run, check, state = both()
        tap.ok(f"a database of mode {bits:o}: a warning", run.code == 0 and
               "others can read it, and it holds personal data" in run.stderr and "hint: chmod 600 " in run.stderr, run.stderr)
        tap.ok(f"a database of mode {bits:o}: check warns, too", "warn" in state[0], check.stdout)
    (folder / "var/state.db").chmod(0o600)
    run, check, state = both()
    tap.ok("as it was made: not a word", run.code == 0 and "others" not in run.stderr and "ok" in state[0], run.stderr)
    folder.chmod(0o777)
    run, check, _ = both()
    tap.ok("a configuration in a folder in which everybody may write", (run.code, check.code) == (78, 78) and
           f"chmod o-w {folder}\n" in run.stderr, run.stderr)
    folder.chmod(0o700)


def no_files():
    """Devices, pipes, folders and links in the place of an export: refused at once, or followed and said."""
    folder = pathlib.Path(new_folder())
    os.mkfifo(folder / "pipe.csv")
    (folder / "folder.csv").mkdir()
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "link.csv").symlink_to("bookings.csv")
    for name in ("pipe.csv", "folder.csv", "zero.csv", "loop.csv", "/dev/zero"):
        run = plan(name, folder=folder)
        tap.equal(f"{name} is no export", run.code, 65)
    run = plan("*.csv", folder=folder)
    tap.equal("a glob that meets them is refused as a whole", run.code, 65)
    run = plan("link.csv", folder=folder, args=["--json", "-"])
    tap.ok("a link is followed, and said", run.code == 0 and '"symlink"' in run.stdout, run.stderr)
    for args in (["-c", "/dev/zero", "check"], ["-c", "venue.ini", "apply", "/dev/zero"],
                 ["-c", "venue.ini", "plan", "--snapshot", "/dev/zero"]):
        run = run_program(args, folder=folder)
        tap.ok(f"{' '.join(args)} ends", run.code in (65, 78), run.stderr)


def names():
    """Line breaks, control characters and ways out of a folder in the names of files."""
    folder = pathlib.Path(new_folder())
    odd = "b\nhint: rm -rf x\x1b[2J.csv"
    (folder / odd).write_text(HEADER + "1,nobody,X,Room 1,,bad,bad,confirmed,\n", encoding="utf-8")
    run = plan("b?hint*.csv", folder=folder)
    both = run.stdout + run.stderr
    tap.ok("a line break in a name makes no line of its own",
           "hint: rm -rf" not in [line.strip()[:12] for line in both.splitlines()] and "\x1b" not in both, both)
    bad = BOOKINGS.replace(",Mira,", ',"Mi\u202era\x1b[2J\u200b",').replace("Room 1", "=HYPERLINK(1)\u202e\x1b[2J")
    run = plan(bookings=bad, args=["--report-dir", "up/../reports"])
    tap.ok("neither control nor direction marks reach the terminal",
           not set("\x1b\u202e\u200b") & set(run.stdout + run.stderr), run.stdout)
    tap.ok("the folder of workbooks may be anywhere its user may write",
           any((pathlib.Path(run.folder) / "reports").glob("*.xlsx")), run.stderr)


def letters():
    """Options and arguments with letters outside ASCII mean the same in every locale, and so does what is printed."""
    folder = pathlib.Path(new_folder())
    world = json.loads(json.dumps(SNAPSHOT).replace("Room 1", "S\u00fcd").replace("mira@example", "m\u00efra@example"))
    (folder / "Kisi \u4e2d.json").write_text(json.dumps(world), encoding="utf-8")
    config = CONFIG.format(url="https://api.example.org", file="bookings.csv")
    config = config.replace("resource = Room 1\ngroup    = Room 1", "resource = Room 1\ngroup    = S\u00fcd")
    (folder / "L\u00e4den.ini").write_text(config.replace("source bookings", "source B\u00fccher"), encoding="utf-8")
    (folder / "bookings.csv").write_text(BOOKINGS.replace("mira@", "m\u00efra@"), encoding="utf-8")
    common = ["-c", "L\u00e4den.ini", "--now", NOW]
    offline = ["--snapshot", "Kisi \u4e2d.json"]
    seen = {}
    for locale in ("C", "POSIX", "C.UTF-8", "de_DE.UTF-8", "nobody_KNOWS"):
        env = {"LC_ALL": locale, "LANG": locale, "LANGUAGE": "de"}
        for words, wanted in ((["plan", "--only-group", "S\u00fcd", *offline], "S\u00fcd"),
                              (["plan", "--only-person", "m\u00efra@example.org", *offline], "m\u00efra@example.org"),
                              (["why", "m\u00efra@example.org", "S\u00fcd", *offline], "S\u00fcd"),
                              (["describe", "--source", "B\u00fccher"], "B\u00fccher")):
            run = run_program([*common, *words], folder=folder, env=env)
            text = re.sub(r"\brun [0-9a-f]{12}\b|[0-9a-f]{12}", "RUN", run.stdout)
            tap.ok(f"{locale}: {' '.join(words[:2])}", run.code == 0 and wanted in run.stdout, run.stdout + run.stderr)
            tap.equal(f"{locale}: {' '.join(words[:2])}: the same in every locale", text, seen.setdefault(str(words), text))
    latin = ["--only-group", os.fsdecode("S\u00fcd".encode("latin-1"))]
    run = run_program([*common, "plan", *latin, *offline], folder=folder, env={"LC_ALL": "C"})
    tap.ok("bytes that are no text are refused, and not shown", run.code == 64 and "--only-group: this is no text" in run.stderr,
           run.stderr)


def targets():
    """What is written replaces a link and never what it points to."""
    folder = pathlib.Path(new_folder())
    precious = folder / "precious"
    precious.write_text("keep me", encoding="utf-8")
    (folder / "plan.json").symlink_to(precious)
    run = plan(folder=folder, args=["--json", "plan.json"])
    tap.equal("a link in the place of the plan", (run.code, precious.read_text(encoding="utf-8")), (0, "keep me"))
    precious.write_text("keep me", encoding="utf-8")
    (folder / "kisi-reconcile.db.lock").symlink_to(precious)
    run = run_program(["-c", "venue.ini", "apply"], folder=folder, env={"KISI_API_KEY": "k"})
    tap.ok("a link in the place of the lock is refused", run.code == 1 and "kisi-reconcile.db.lock" in run.stderr and
           precious.read_text(encoding="utf-8") == "keep me", f"{run.code}: {run.stderr}")


def process():
    """While it runs: no core file, and no secret on its command line."""
    folder = pathlib.Path(new_folder())
    plan(folder=folder)
    os.mkfifo(folder / "late.ini")
    command = [program("KISI_RECONCILE", "build/kisi-reconcile"), "-c", "late.ini", "check"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        with open(folder / "late.ini", "w", encoding="utf-8") as config:  # opens when the program does
            limits = pathlib.Path(f"/proc/{running.pid}/limits").read_text(encoding="utf-8")
            status = pathlib.Path(f"/proc/{running.pid}/status").read_text(encoding="utf-8")
            arguments = pathlib.Path(f"/proc/{running.pid}/cmdline").read_bytes()
            config.write("[nothing]\n")
        running.wait(timeout=60)
    core = [line.split()[4:6] for line in limits.splitlines() if line.startswith("Max core file size")]
    tap.equal("no core files", core, [["0", "0"]])
    tap.ok("what it makes is for nobody else, whatever makes it", "Umask:\t0077\n" in status, status)
    tap.ok("the command line is what was typed", arguments.split(b"\0")[1:-1] == [b"-c", b"late.ini", b"check"])
    tap.equal("a configuration from a pipe is read", running.returncode, 78)


def round_trips():
    """What another program wrote as CSV is read to the letter; the plan is what another program reads as JSON."""
    ids = ['a"b', "a,b", "a;b|c\td", "\u00e9\u4e2d\U0001d11e", "'", "\\n", "#1", "=1+1", '""', "a / b", "%s%n", "{}", "0x10"]
    for line_end in ("\n", "\r\n"):
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
            text = io.StringIO()
            writer = csv.writer(text, lineterminator=line_end, quoting=quoting)
            writer.writerow(HEADER.strip().split(","))
            for i, name in enumerate(ids):
                writer.writerow([name, f"p{i}@example.org", 'Ada "A", B\nC', "Room 1", "", "2026-11-16 10:00",
                                 "2026-11-16 12:00", "confirmed", ""])
            run = plan(bookings=text.getvalue(), args=["--json", "plan.json"])
            raw = (pathlib.Path(run.folder) / "plan.json").read_bytes().decode("utf-8")
            found = [reason["record"] for change in json.loads(raw)["changes"] for reason in change.get("reasons", [])
                     if change["action"] == "grant"]
            tap.equal(f"{len(ids)} ids, line end {line_end!r}, quoting {quoting}", sorted(found), sorted(ids))


modes()
writers()
on_the_way()
keys()
database()
no_files()
names()
letters()
targets()
process()
round_trips()
tap.done()
