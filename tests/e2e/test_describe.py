#!/usr/bin/python3
"""describe: what it says of an export, what it leaves to people, and that the profile it writes reads the file."""

import json
import os
import pathlib
import random
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Tap, new_folder, run_program  # noqa: E402

SOURCES = TOP / "fixtures" / "sources"
FUZZED = 150

tap = Tap()


def describe(*arguments, files=None, folder=None):
    return run_program(["describe", *map(str, arguments)], files=files, folder=folder)


# ---- what it says ----

CLUB = """Padel Club North;;;;;;;
;;;;;;;
Reserva #;Pista;Fecha;Hora inicio;Hora fin;Jugador;E-Mail;Estado
1001;Pista 1;03/04/2026;9:00;10:30;Ada Moss;ada@example.org;Booked
1002;Pista 2;04/05/2026;23:00;0:30;Leo Brandt;leo@example.org;Booked
1003;Pista 1;05/06/2026;9:00;10:30;Ivy Stone;ivy(at)example.org;Aplazada
"""

CLUB_SAID = """\
file      club.csv, 306 bytes
encoding  UTF-8
format    CSV, delimiter semicolon
header    row 3, 8 columns
rows      3
profile   none can use this file

The nearest profile is generic-bookings, but:
  club.csv: required column missing: resource; row 3 has: Reserva #, Pista, Fecha, Hora inicio, Hora fin, Jugador, E-Mail, Estado
  hint: export all columns, or add the file's own name for it to the profile

Columns
  header       read as     filled  holds
  Reserva #    -           3       numbers
  Pista        resource?   3       2 different texts
  Fecha        start, end  3       times %x: 03/04/2026; 04/05/2026; 05/06/2026
  Hora inicio  start       3       times %T: 9:00; 23:00
  Hora fin     end         3       times %T: 10:30; 0:30
  Jugador      name?       3       texts, all different
  E-Mail       email       3       addresses, 1 of 3 wrong
  Estado       status      3       2 different texts

Day or month first?
  not known: 03/04/2026 and 2 more can be read both ways, and nothing decides

Words
  Pista   Pista 1   2
          Pista 2   1
  Estado  Booked    2  confirmed
          Aplazada  1  unknown: never lets anybody in

Addresses that are none: 1
  E-Mail  "ivy(at)example.org"  no @ in it

A profile of its own
  --write-profile FILE writes one to edit, for bookings; this must be settled in it first:
    date_order: somebody must say whether day or month comes first
"""

PLAIN = """booking_id,email,name,resource,start,end,status,Team size
b1,ada@example.org,Ada Moss,Room 1,2026-11-14 09:00,2026-11-14 10:00,confirmed,2
b2,leo@example.org,Leo Brandt,Room 2,2026-11-15 09:00,2026-11-15 10:00,Perhaps,3
"""

PLAIN_SAID = """\
file       plain.csv, 220 bytes
encoding   UTF-8
format     CSV, delimiter comma
header     row 1, 8 columns
rows       2
profile    generic-bookings: 1 row read, 1 rejected; knows 7 of 8 columns
not read   Team size
not there  location, attendees
span       Sat 2026-11-14 09:00 to Sun 2026-11-15 10:00 (Europe/Amsterdam)

Columns
  header      read as   filled  holds
  booking_id  id        2       texts, all different
  email       email     2       addresses
  name        name      2       texts, all different
  resource    resource  2       texts, all different
  start       start     2       times local: 2026-11-14 09:00; 2026-11-15 09:00
  end         end       2       times local: 2026-11-14 10:00; 2026-11-15 10:00
  status      status    2       texts, all different
  Team size   -         2       numbers

Words
  resource  Room 1     1
            Room 2     1
  status    Perhaps    1  unknown: never lets anybody in
            confirmed  1  confirmed

Rows rejected: 1
  row 3  unknown status "Perhaps"

To import it
  [source plain]
  profile    = generic-bookings
  file       = FOLDER/plain.csv
  timezone   = Europe/Amsterdam
"""


def without_rivals(text):
    """Profiles that fit, too, come and go with the folder of profiles."""
    lines = text.splitlines(keepends=True)
    begin = next((i for i, line in enumerate(lines) if line.startswith("fits, too")), None)
    if begin is not None:
        end = begin + 1
        while lines[end].startswith("     "):
            end += 1
        del lines[begin:end]
    return "".join(lines)


def widths_even(text):
    """The first column of the head is as wide as its widest label, which may be that of a rival."""
    return re.sub(r"(?m)^(file|encoding|format|header|rows|profile|not read|not there|span) +", r"\1 ", text)


def says():
    run = describe("plain.csv", "--timezone", "Europe/Amsterdam", files={"plain.csv": PLAIN})
    tap.equal("a file that a profile fits: exit 0", run.code, 0)
    tap.equal("what it is", widths_even(without_rivals(run.stdout)),
              widths_even(PLAIN_SAID.replace("FOLDER", str(run.folder))))
    tap.ok("nobody's name or good address is shown", "Moss" not in run.stdout and "ada@" not in run.stdout, run.stdout)

    check_kinds()
    check_drafts()
    check_spellings()
    run = describe("club.csv", files={"club.csv": CLUB})
    tap.equal("a file that no profile fits: exit 65", run.code, 65)
    tap.equal("everything that can be told of it", run.stdout, CLUB_SAID)
    tap.ok("the reason and what to do", "required column missing: resource" in run.stderr and
           "--write-profile" in run.stderr, run.stderr)
    run = describe("a.csv", files={"a.csv": "Pista;Turno\nP1;a1\n"})
    tap.ok("nothing that any profile asks for", run.code == 65 and "no profile fits a.csv" in run.stderr, run.stderr)


def sections(text):
    """A profile as {section: {key: value}}."""
    out = {}
    for line in text.splitlines():
        if line.startswith("["):
            section = out.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            section[key.strip()] = value.strip()
    return out


def must(name, **more):
    return {"any": name, **more, "required": "yes"}


# Lists whose records are told by what their columns are called in other languages, and by what they hold.
KINDS = {
    "bookings": "Boekingsnummer;E-mailadres;Naam;Zaal;Begintijd;Eindtijd;Status\n"
                "1;ada@example.org;Ada;A;2026-11-14 09:00;2026-11-14 10:00;Bevestigd\n",
    "memberships": "Mitgliedsnummer;E-Mail;Tarif;Gültig ab;Gültig bis;Zustand\n"
                   "1;ada@example.org;Gold;2026-01-01;2026-12-31;Ruhend\n",
    "people": "Jmeno;E-mail;Telefon\nAda;ada@example.org;1\n",
}
KIND_PROFILES = {
    "bookings": {"field id": {"any": "Boekingsnummer"}, "field email": must("E-mailadres"), "field name": {"any": "Naam"},
                 "field resource": must("Zaal"), "field start": must("Begintijd", times="local"),
                 "field end": must("Eindtijd", times="local"), "field status": {"any": "Status"},
                 "status": {"confirmed": "Bevestigd"}},
    "memberships": {"field id": {"any": "Mitgliedsnummer"}, "field email": must("E-Mail"), "field plan": must("Tarif"),
                    "field start": must("Gültig ab", times="date"), "field end": {"any": "Gültig bis", "times": "date"},
                    "field status": {"any": "Zustand"}, "status": {"frozen": "Ruhend"}},
    "people": {"field email": must("E-mail"), "field name": {"any": "Jmeno"}},
}


def check_kinds():
    for kind, text in KINDS.items():
        run = describe("list.csv", "--write-profile", files={"list.csv": text})
        found = sections(run.stdout)
        head = found.pop("profile", {})
        tap.equal(f"kind: {kind} are known by their words", (run.code, head.get("kind"), found), (0, kind, KIND_PROFILES[kind]))
    run = describe("list.csv", "--write-profile", files={"list.csv": KINDS["memberships"]})
    tap.ok("kind: words of a status in another language", "frozen    = Ruhend" in run.stdout, run.stdout + run.stderr)
    run = describe("list.csv", "--kind", "bookings", "--write-profile", files={"list.csv": KINDS["memberships"]})
    tap.ok("kind: what is said beats what is guessed", "kind    = bookings" in run.stdout, run.stdout + run.stderr)
    run = describe("list.csv", "--kind", "rooms", files={"list.csv": KINDS["people"]})
    tap.equal("kind: no such word", run.code, 64)
    mixed = "email,name,status,Plan,Valid from,Valid until\nada@example.org,Ada,active,Gold,2026-01-01,2026-12-31\n"
    run = describe("people.csv", "--profile", "generic-people", files={"people.csv": mixed})
    tap.ok("kind: what would be left out is said first", run.stdout.startswith("Look at this first") and
           "--kind memberships" in run.stdout, run.stdout)


# Bookings of three systems, as their answers look.
LESSONS = {"items": [
    {"ref": 1, "state": "accepted", "from": "2026-11-16T09:00:00Z", "until": "2026-11-16T10:00:00Z", "court": {"name": "C1"},
     "coach": [{"email": "coach@example.org"}], "guests": [{"email": "ada@example.org"}], "recurrence": None},
    {"ref": 2, "state": "cancelled", "from": "2026-11-16T11:00:00Z", "until": "2026-11-16T12:00:00Z", "court": {"name": "C1"},
     "coach": [{"email": "coach@example.org"}], "guests": [{"email": "ben@example.org"}], "recurrence": None}]}
SERIES = {"bookings": [
    {"uid": "a", "room": {"title": "Hall"}, "customer": {"email": "ada@example.org"}, "starts": "2026-11-02T09:00:00Z",
     "ends": "2026-11-02T10:00:00Z", "cancelled": False, "recurrence": {"rule": "FREQ=WEEKLY"}, "timezone": "Europe/Oslo"}]}
VISITS = ("When\tDate Time\tClient Email\tService\tDuration (mins.)\n"
          "x\t11/16/2026 10:00 AM\tada@example.org\tMassage\t60\n")


def draft(name, text):
    return describe(name, "--write-profile", files={name: text}).stdout


def check_drafts():
    text = draft("lessons.json", json.dumps(LESSONS))
    found = sections(text)
    tap.ok("draft: who teaches is no customer", "coach[].email" not in text and
           found["field email"]["any"] == found["field attendees"]["any"] == "guests[].email", text)
    tap.equal("draft: what is empty now and may decide later is not left out", found["profile"].get("ignore"), "coach")
    text = draft("series.json", json.dumps(SERIES))
    tap.ok("draft: a series, what was cancelled, a zone", "[field recurrence]\nany      = recurrence.rule" in text and
           "cancelled_if_true = cancelled" in text and "[field zone]\nany      = timezone" in text, text)
    text = draft("visits.tsv", VISITS)
    tap.ok("draft: a time and a length are bookings", "kind    = bookings" in text and
           "duration = Duration (mins.)" in text, text)
    run = describe("club.csv", files={"club.csv": "id,login,email,membership,expires\n1,ada,ada@example.org,Gold,2026-12-31\n"})
    tap.ok("draft: named where a near profile cannot read the file", run.code == 65 and "--write-profile" in run.stderr,
           run.stdout + run.stderr)


def check_spellings():
    sheet = "E-mail address,Room,Start date,Start time,End time\nada@example.org,A,25/03/2026,9:00,24:00\n"
    run = describe("sheet.csv", "--timezone", "Europe/Amsterdam", files={"sheet.csv": sheet})
    tap.ok("spellings: the generic form takes what spreadsheets make", run.code == 0 and
           "generic-bookings: 1 row read" in run.stdout and
           "Wed 2026-03-25 09:00 to Thu 2026-03-26 00:00" in run.stdout, run.stdout + run.stderr)


# ---- every sample ----

# These are wrong for their profile only as long as nobody says the order of their dates, which describe finds.
ORDER_FOUND = re.compile(r"date|order")


def samples():
    for folder in sorted(SOURCES.iterdir()):
        for path in sorted(folder.iterdir()):
            name = f"{folder.name}/{path.name}"
            if path.name.startswith("ok-"):
                run = describe(path, "--json", "-")
                best = json.loads(run.stdout)["profiles"][:1]
                tap.equal(f"{name}: its own profile fits best",
                          (run.code, [p["profile"] for p in best]), (0, [folder.name]))
            elif path.name.startswith("bad-") and not ORDER_FOUND.search(path.name):
                run = describe(path, "--profile", folder.name)
                tap.ok(f"{name}: its own profile refuses it, and says why",
                       run.code == 65 and "error:" in run.stderr, run.stderr)


# What a list of people needs is all there, and it can read the bad row, too.
SUBSCRIPTIONS = """First name,Last name,Email,Phone number,Company,Role,Plan,Status,Start date,Renewal date,End date
Ada,Moss,ada@example.org,,,Member,Desk,Active,2026-09-01,,
Leo,Brandt,leo@example.org,,,Member,Desk,Active,2026-09-01,,
Ivy,Stone,ivy@example.org,,,Member,Desk,Active,soon,,
"""


def bad_rows():
    run = describe("report.csv", "--json", "-", files={"report.csv": SUBSCRIPTIONS})
    tap.equal("bad rows make no list of people of one of subscriptions",
              [p["profile"] for p in json.loads(run.stdout)["profiles"]][:1], ["spacebring-subscriptions-csv"])


# ---- the profile it writes ----

GYM = """Member No,First Name,Last Name,E-mail address,Membership type,Start date,Expiry date,Status
7,Ada,Moss,ada@example.org,Gold,25.01.2026,24.01.2027,Active
8,Leo,Brandt,leo@example.org,Silver,01.02.2026,31.01.2027,Frozen
"""

API = json.dumps({"meta": {"page": 1}, "data": {"reservations": [
    {"id": 1, "court": {"name": "Court 1"}, "start": "2026-11-14T10:00:00Z", "end": "2026-11-14T11:00:00Z",
     "user": {"email": "ada@example.org", "name": "Ada"}, "state": "booked"},
    {"id": 2, "court": {"name": "Court 2"}, "start": "2026-11-15T10:00:00Z", "end": "2026-11-15T11:00:00Z",
     "user": {"email": "leo@example.org", "name": "Leo"}, "state": "booked"}]}})

ROOMS = ("Confirmation #\tSpace\tStarts\tLength\tContact email\tState\n"
         "C1\tBay 1\tSat, Nov 14, 2026, 10:30 AM\t90\tada@example.org\tBooked\n"
         "C2\tBay 2\tSun, Nov 15, 2026, 9:00 AM\t60\tleo@example.org\tPending\n")


def round_trip(name, text, rows, span):
    folder = pathlib.Path(new_folder())
    run = describe(name, "--write-profile", "ours.ini", files={name: text}, folder=folder)
    tap.equal(f"{name}: a profile is written", (run.code, (folder / "ours.ini").exists()), (0, True))
    run = describe(name, "--profile", "./ours.ini", "--json", "-", "--timezone", "Europe/Amsterdam", folder=folder)
    said = json.loads(run.stdout)
    best = said["profiles"][0] if said["profiles"] else {}
    tap.equal(f"{name}: it reads the file", (run.code, best.get("profile"), best.get("rows"), best.get("rejected")),
              (0, "ours", rows, 0))
    tap.equal(f"{name}: its times", [said["span"]["from"], said["span"]["until"]], span)
    run = describe(name, "--write-profile", "ours.ini", folder=folder)
    tap.ok(f"{name}: an edited profile is not overwritten", run.code == 1 and "there already" in run.stderr, run.stderr)


def writes():
    round_trip("gym.csv", GYM, 2, ["2026-01-24T23:00:00Z", "2027-01-31T23:00:00Z"])
    round_trip("api.json", API, 2, ["2026-11-14T10:00:00Z", "2026-11-15T11:00:00Z"])
    round_trip("rooms.csv", ROOMS, 2, ["2026-11-14T09:30:00Z", "2026-11-15T09:00:00Z"])


def leaves_open():
    folder = pathlib.Path(new_folder())
    run = describe("club.csv", "--write-profile", "ours.ini", files={"club.csv": CLUB}, folder=folder)
    text = (folder / "ours.ini").read_text()
    tap.ok("an unknown order is left to people",
           run.code == 65 and "\n# date_order = DMY\n# date_order = MDY\n" in text, text)
    config = ("[state]\ndatabase = state.db\n[source club]\nprofile = ./ours.ini\nfile = club.csv\n"
              "timezone = Europe/Madrid\n[rule court]\nresource = Pista 1\ngroup = 10\n")
    empty = {key: [] for key in ("places", "locks", "groups", "group_locks", "users", "role_assignments",
                                 "group_links", "schedules", "teams", "team_memberships", "roles")}
    empty.update(format_version=1, fetched_at="2026-04-01T00:00:00Z", organization={"id": 1, "name": "Club"})
    (folder / "kisi.json").write_text(json.dumps(empty))
    (folder / "c.ini").write_text(config)
    run = run_program(["plan", "-c", "c.ini", "--snapshot", "kisi.json"], folder=folder)
    tap.ok("and a run refuses it until they decide", run.code == 78 and "date_order" in run.stderr, run.stderr)
    (folder / "ours.ini").write_text(text.replace("# date_order = DMY\n# date_order = MDY", "date_order = DMY"))
    run = describe("club.csv", "--profile", "./ours.ini", "--json", "-", folder=folder)
    said = json.loads(run.stdout)
    tap.equal("decided, it reads what can be read", [run.code, said["span"]["from"], said["profiles"][0]["rejected"]],
              [0, "2026-04-03T09:00:00Z", 1])


def copies():
    run = describe("plain.csv", "--write-profile", files={"plain.csv": PLAIN})
    tap.ok("the profile that fits is the one to edit",
           run.code == 0 and "kind        = bookings" in run.stdout and "Not read: column \"Team size\"" in run.stdout
           and "[status]: Perhaps" in run.stdout, run.stdout)


# ---- the order of day and month ----

DESK = """[profile]
kind  = bookings
times = %x %T
[field email]
any = Email
[field resource]
any = Desk
[field start]
any      = From
required = yes
[field end]
any = To
"""


def ordered(rows, *arguments, profile=DESK):
    text = "Email,Desk,From,To\n" + "".join(f"ada@example.org,D{i},{a} 9:00,{b} 10:00\n" for i, (a, b) in enumerate(rows))
    run = describe("desk.csv", "--profile", "./p.ini", "--json", "-", *arguments,
                   files={"desk.csv": text, "p.ini": profile})
    said = json.loads(run.stdout)
    return [said["dates"]["order"], said["span"]["date_order"], said["span"]["needs_date_order"], said["span"]["from"]]


def orders():
    both_ways = [("03/04/2026", "03/04/2026"), ("05/06/2026", "05/06/2026")]
    tap.equal("nothing decides: no order, and no times", ordered(both_ways), ["ambiguous", None, True, None])
    tap.equal("one end decides for every start", ordered([("03/04/2026", "03/04/2026"), ("12/04/2026", "13/04/2026")]),
              ["DMY", "DMY", True, "2026-04-03T09:00:00Z"])
    tap.equal("month first", ordered([("03/04/2026", "03/04/2026"), ("03/14/2026", "03/14/2026")]),
              ["MDY", "MDY", True, "2026-03-04T09:00:00Z"])
    against = [("25/03/2026", "25/03/2026"), ("03/25/2026", "03/25/2026")]
    tap.equal("a contradiction decides nothing", ordered(against), ["contradictory", None, False, None])
    tap.equal("somebody decides", ordered(both_ways, "--date-order", "mdy"),
              ["ambiguous", "MDY", False, "2026-03-04T09:00:00Z"])
    usual = DESK.replace("[field email]", "date_order = MDY\n[field email]")
    tap.equal("the order that is usual for a profile", ordered(both_ways, profile=usual),
              ["ambiguous", "MDY", False, "2026-03-04T09:00:00Z"])
    tap.equal("dates beat what is usual", ordered([("25/03/2026", "26/03/2026")], profile=usual),
              ["DMY", "DMY", True, "2026-03-25T09:00:00Z"])
    text = "Email,Desk,From,To\nada@example.org,D1,03/04/2026 9:00,03/04/2026 10:00\n"
    run = describe("desk.csv", "--profile", "./p.ini", files={"desk.csv": text, "p.ini": usual})
    rows = "".join(f"ada@example.org,D1,{a} 9:00,{b} 10:00\n" for a, b in against)
    broken = describe("desk.csv", "--profile", "./p.ini", files={"desk.csv": "Email,Desk,From,To\n" + rows, "p.ini": DESK})
    tap.ok("and refuses the file", broken.code == 65 and "its dates contradict each other: 25/03/2026" in broken.stderr,
           broken.stderr)
    tap.ok("what is only usual is said", "nothing in the file confirms it" in run.stdout, run.stdout)


# ---- the command line ----

def usage():
    for arguments, why in ((["describe"], "which file"), (["describe", "a", "b"], "one word too many"),
                           (["describe", "a", "--timezone", "Mars/Base"], "time zone"),
                           (["describe", "a", "--date-order", "XYZ"], "order of dates"),
                           (["describe", "a", "--only-person", "x@example.org"], "no option"),
                           (["plan", "--write-profile", "x"], "no option")):
        run = run_program(arguments)
        tap.ok(f"usage: {' '.join(arguments)}", run.code == 64 and why in run.stderr, run.stderr)
    run = describe("missing.csv")
    tap.ok("a file that is not there: exit 65", run.code == 65 and "missing.csv" in run.stderr, run.stderr)


# ---- files that nobody wrote ----

def fuzz():
    """Cut, doubled and overwritten samples: it always answers, and never with a crash."""
    chance = random.Random(7)
    folder, wrong = pathlib.Path(new_folder()), []
    paths = sorted(path for path in SOURCES.glob("*/*") if path.suffix != ".md")
    for number in range(FUZZED):
        data = bytearray(chance.choice(paths).read_bytes())
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data) + 1)
            data[at:at + chance.randint(0, 3)] = chance.choice(
                (b"", b'"', b"\n", b";", b",", b"\x00", b"\xff", b"{", b"]", b"@", b"99", b"\r", b"[]", b":"))
        (folder / "f").write_bytes(data)
        run = describe("f", "--write-profile", "-", folder=folder)
        if run.code not in (0, 65):
            wrong.append((number, run.code, run.stderr))
    tap.equal("broken files are described or refused", wrong[:3], [])


OURS = """[state]
database = state.db
[source hall]
profile    = ./ours.ini
file       = exports/*.csv
timezone   = Europe/Amsterdam
date_order = MDY
[source feed]
profile  = generic-bookings
url_file = address
timezone = Europe/Amsterdam
"""
OUR_PROFILE = """[profile]
kind = bookings
times = %x %T
[field email]
any = Mail
required = yes
[field resource]
any = Court
required = yes
[field start]
any = From
required = yes
[field end]
any = To
required = yes
"""


def as_a_source():
    """With the settings of a source of the configuration a file is read as a run reads it."""
    head = "Mail,Court,From,To,Wer\n"
    folder = new_folder()
    files = {"v.ini": OURS, "ours.ini": OUR_PROFILE}
    exports = pathlib.Path(folder) / "exports"
    exports.mkdir()
    for i, name in enumerate(("new.csv", "old.csv")):
        (exports / name).write_text(head + "ada@example.org,C,03/04/2026 9:00,03/04/2026 10:00,x\n" * (i + 1))
        os.utime(exports / name, (1794000000 - i, 1794000000 - i))
    run = describe("-c", "v.ini", "--source", "hall", files=files, folder=folder)
    tap.equal("source: read", (run.code, run.stderr), (0, ""))
    tap.ok("source: the newest file", run.stdout.startswith("file      new.csv"), run.stdout)
    tap.ok("source: its settings are named", "source    hall: read with its settings" in run.stdout, run.stdout)
    tap.ok("source: its order of dates, its zone", "Wed 2026-03-04 09:00 to Wed 2026-03-04 10:00 (Europe/Amsterdam)" in
           run.stdout, run.stdout)
    tap.ok("source: nothing is left to settle", "To import it" not in run.stdout and "To be settled" not in run.stdout,
           run.stdout)
    other = pathlib.Path(folder) / "other.csv"
    other.write_text(head + "ada@example.org,C,25/03/2026 9:00,25/03/2026 10:00,x\n")
    run = describe("-c", "v.ini", "--source", "hall", "other.csv", folder=folder)
    tap.ok("source: a file that it would refuse", run.code == 65 and "25/03/2026" in run.stdout + run.stderr,
           run.stdout + run.stderr)
    run = describe("-c", "v.ini", "--source", "hall", "--date-order", "DMY", "other.csv", folder=folder)
    tap.equal("source: what the command line says beats it", run.code, 0)
    loose = OURS.replace("timezone   = Europe/Amsterdam\ndate_order = MDY", "")
    run = describe("-c", "w.ini", "--source", "hall", "other.csv", files={"w.ini": loose}, folder=folder)
    tap.ok("source: what it lacks", "To be settled\n  [source hall]" in run.stdout and "timezone" in run.stdout, run.stdout)
    for name, arguments, code, said in (
            ("no such source", ("-c", "v.ini", "--source", "hal"), 64, 'is it "hall"?'),
            ("not fetched yet", ("-c", "v.ini", "--source", "feed"), 65, "was never fetched here"),
            ("two profiles", ("-c", "v.ini", "--source", "hall", "--profile", "ical"), 64, "only one of them"),
            ("no configuration", ("-c", "none.ini", "--source", "hall"), 78, "none.ini")):
        run = describe(*arguments, folder=folder)
        tap.ok(f"source: {name}", run.code == code and said in run.stderr, (run.code, run.stderr))


def calendars():
    """Of an event everything is read that decides when and which one it is."""
    run = describe(SOURCES / "ical" / "ok-series.ics")
    tap.ok("calendar: what is not read", "\nnot read   DTSTAMP, SUMMARY\n" in run.stdout, run.stdout)


says()
as_a_source()
calendars()
samples()
bad_rows()
writes()
leaves_open()
copies()
orders()
usage()
fuzz()
tap.done()
