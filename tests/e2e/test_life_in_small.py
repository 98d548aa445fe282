#!/usr/bin/python3
"""Single hours out of tests/life, each in a few rows: several runs over one database, and what must hold after them.

A house with two rooms and residents, in Amsterdam; `apply -q` runs with the settings the program comes with, at seven past
the hour.  Each function is one thing that ordinary days bring.
"""

import datetime
import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

BOOKINGS = "booking_id,email,name,resource,location,start,end,status,attendees"
MEMBERS = "membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_end"
ONE, TWO, RESIDENT = 21, 22, 23
GROUPS = {ONE: "Studio 1", TWO: "Studio 2", RESIDENT: "Residents"}
KEEPER = "k1,ella@house.example,Ella Keeper,,Resident,,2028-01-01,,active,,"
FAR = "b0,otto@house.example,,Studio 2,,2028-07-01 10:00,2028-07-01 11:00,confirmed,"

# The machine is not in May 2028, and the clock is not what is asked here.
CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
[guards]
max_clock = 9999d
[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = Europe/Amsterdam
[source members]
profile = generic-memberships
file = members.csv
timezone = Europe/Amsterdam
[rule one]
resource = Studio 1
group = Studio 1
[rule two]
resource = Studio 2
group = Studio 2
[rule residents]
plan = Resident
group = Residents
"""

tap = Tap()


class House:
    """The house beside its sandbox: `with House() as house`.  groups: {id: name} in Kisi."""

    def __init__(self, groups=None):
        self.kisi = Sandbox(snapshot(
            organization={"id": 1, "name": "House", "user_id": 1}, places=[{"id": 1, "name": "House"}],
            groups=[{"id": number, "name": name, "place_id": 1} for number, name in (groups or GROUPS).items()],
            users=[{"id": 1, "email": "otto@house.example", "name": "Otto Owner"}]))
        self.folder = new_folder()
        self.put("kisi-reconcile.ini", CONFIG.format(url=self.kisi.url))
        self.put("api.key", self.kisi.key + "\n")
        self.members(KEEPER)
        self.bookings(FAR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kisi.__exit__(*_)

    def put(self, name, text):
        path = pathlib.Path(self.folder, name)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def members(self, *rows):
        self.put("members.csv", "\n".join([MEMBERS, *rows]) + "\n")

    def bookings(self, *rows):
        self.put("bookings.csv", "\n".join([BOOKINGS, *rows]) + "\n")

    def run(self, day, hour, *words):
        """At seven past this hour (UTC) of this day of May 2028, with exports of now."""
        now = datetime.datetime(2028, 5, day, hour, 7, tzinfo=datetime.timezone.utc)
        for name in ("bookings.csv", "members.csv"):
            os.utime(os.path.join(self.folder, name), (now.timestamp(), now.timestamp()))
        return run_program([*words, "--now", now.strftime("%Y-%m-%dT%H:%M:%SZ")], folder=self.folder)

    def apply(self, day, hour):
        return self.run(day, hour, "-q", "apply")

    def inside(self, group):
        """Who has an assignment of that group, by the name before the @."""
        state = self.kisi.state()
        names = {user["id"]: user["email"].split("@")[0] for user in state["users"]}
        return sorted(names[one["assignee_id"]] for one in state["role_assignments"] if one["applies_to_id"] == group)


def member(number, name, start="2028-05-01"):
    return f"m{number},{name}@mail.example,,,Resident,,{start},,active,,"


def booking(key, name, room, day, since, until, *guests):
    return (f"{key},{name}@mail.example,,{room},,2028-05-{day:02} {since},2028-05-{day:02} {until},confirmed,"
            + ";".join(f"{guest}@mail.example" for guest in guests))


def told(run):
    return f"exit {run.code}\n{run.stdout}{run.stderr}"


def silent(name, run):
    tap.ok(f"{name}: done, and nothing to say", run.code == 0 and not run.stdout + run.stderr, told(run))


def unreadable_row():
    """A row that nobody can read keeps a member out who was never in: that is said; who was in stays in."""
    with House() as house:
        house.members(KEEPER, member(1, "ines"), member(2, "joost", "2028-13-02"))
        run = house.apply(9, 8)
        tap.ok("unreadable row: file and row are said", "joost@mail.example" in run.stderr and
               "members.csv:4" in run.stderr, told(run))
        tap.equal("unreadable row: the others get in", house.inside(RESIDENT), ["ella", "ines"])
        run = house.apply(9, 9)
        silent("unreadable row, an hour later", run)
        run = house.run(9, 9, "-q", "why", "joost@mail.example")
        tap.ok("unreadable row: why knows it", "members.csv:4" in run.stdout, told(run))
        house.members(KEEPER, member(1, "ines", "2028-13-02"), member(2, "joost"))
        house.apply(9, 10)
        tap.equal("unreadable row: who was in stays in", house.inside(RESIDENT), ["ella", "ines", "joost"])


def limit_of_one_group():
    """A limit in per cent is measured once, before what the run itself gives: held is no sign of not being done."""
    there = [booking(f"b{i}", f"guest{i}", "Studio 1", 9, "15:00", "16:00") for i in range(1, 12)]
    staff = [member(i, f"staff{i}") for i in range(1, 11)]
    far = [FAR, *(booking(f"f{i}", f"far{i}", "Studio 2", 28, "10:00", "11:00") for i in range(20))]
    with House() as house:
        house.members(KEEPER, *staff)
        house.bookings(*far, *there)
        house.apply(9, 8)
        tap.equal("limit of a group: eleven are in", len(house.inside(ONE)), 11)
        house.bookings(*far, *there[3:], booking("b99", "zita", "Studio 1", 9, "19:00", "20:00"))
        run = house.apply(9, 9)
        tap.ok("limit of a group: three vanished bookings are held, which is not 'not converged'", run.code == 3, told(run))
        tap.equal("limit of a group: all stay, one comes", len(house.inside(ONE)), 12)
        # Of twelve, 25 % are three.
        silent("limit of a group, an hour later", house.apply(9, 10))
        tap.equal("limit of a group: those who are booked, and no others, are in", house.inside(ONE),
                  sorted([*(f"guest{i}" for i in range(4, 12)), "zita"]))


def event_moves():
    """One booking with its guests moves to another room: the row says so, nobody is held in the old one."""
    guests = [f"guest{i}" for i in range(1, 6)]
    others = [booking(f"b{i}", f"other{i}", "Studio 1", 9, "15:00", "16:00") for i in range(1, 4)]
    with House() as house:
        house.bookings(FAR, *others, booking("e1", "host", "Studio 1", 9, "15:00", "18:00", *guests))
        house.apply(9, 8)
        house.bookings(FAR, *others, booking("e1", "host", "Studio 2", 9, "15:00", "18:00", *guests))
        silent("event moves", house.apply(9, 9))
        tap.equal("event moves: only the others are left", house.inside(ONE), ["other1", "other2", "other3"])
        tap.equal("event moves: all are where it is", house.inside(TWO), [*guests, "host"])


def evening_of_guests():
    """Nine residents, and an evening with 27 guests: that is one booking, and holds neither itself nor anybody else."""
    guests = [f"guest{i}" for i in range(1, 28)]
    with House() as house:
        house.members(KEEPER, *[member(i, f"member{i}") for i in range(1, 10)])
        house.apply(9, 8)
        house.bookings(FAR, booking("e1", "member1", "Studio 1", 10, "19:00", "22:00", *guests),
                       booking("b1", "mira", "Studio 2", 10, "19:00", "20:00"))
        silent("evening of guests", house.apply(9, 17))
        tap.equal("evening of guests: all get in", house.inside(ONE), sorted([*guests, "member1"]))
        tap.equal("evening of guests: so does somebody else", house.inside(TWO), ["mira"])


def club_after_a_pause():
    """A club of 24 matches a day, four players each, after two days without a run: an ordinary day, too."""
    def matches(day):
        return [booking(f"{day}-{i}", f"p{day}-{i}-0", f"Studio {1 + i % 2}", day, f"{8 + i // 2:02}:00", f"{8 + i // 2:02}:55",
                        *[f"p{day}-{i}-{j}" for j in (1, 2, 3)]) for i in range(24)]
    with House() as house:
        house.bookings(FAR, *matches(9), *matches(10))
        house.apply(9, 1)
        house.bookings(FAR, *matches(11))
        silent("club after a pause", house.apply(10, 21))
        tap.equal("club after a pause: everybody of tomorrow gets in",
                  len([name for group in (ONE, TWO) for name in house.inside(group) if name.startswith("p11-")]), 96)


def group_not_there():
    """A rule's group has another name in Kisi: who waits for it is said when it is known, once before it begins, and mended."""
    with House({**GROUPS, ONE: "Studio (blue)"}) as house:
        house.bookings(FAR, booking("b1", "mira", "Studio 1", 9, "20:00", "21:00"))     # from 17:30 UTC
        run = house.apply(9, 8)
        tap.ok("group not there: said, with its name, exit 3", run.code == 3 and 'no group "Studio 1"' in run.stderr and
               "hint:" in run.stderr and "mira@mail.example will not get into Studio 1" in run.stderr, told(run))
        for hour in range(9, 17):
            silent(f"group not there, at {hour}", house.apply(9, hour))
        run = house.apply(9, 17)
        tap.ok("group not there: said again in the last run before the start", run.code == 3 and
               "mira@mail.example will not get into Studio 1" in run.stderr, told(run))
        silent("group not there: not a third time, in the hour in which it begins", house.apply(9, 18))
        house.kisi.call("PATCH", f"/groups/{ONE}", {"group": {"name": "Studio 1"}})
        run = house.apply(9, 19)
        tap.equal("group not there: let in once it is there", (run.code, house.inside(ONE)), (0, ["mira"]))


def room_renamed():
    """A room has another name in the export, which no rule knows: who waits for it is said, by the room's name."""
    def rows(room):
        return FAR, booking("b1", "mira", room, 9, "12:00", "14:00"), booking("b2", "noor", room, 9, "12:00", "14:00")
    with House() as house:
        house.bookings(*rows("Studio 1")[:2])
        silent("room renamed, before", house.apply(9, 8))
        tap.equal("room renamed: in before", house.inside(ONE), ["mira"])
        house.bookings(*rows("Studio 1 (large)"))
        run = house.run(9, 9, "plan", "--json", "plan.json")
        tap.ok("room renamed: so does its text", "CLOSED DOORS (2)" in run.stdout and all(
            f"{who}@mail.example  Studio 1 (large)" in run.stdout for who in ("mira", "noor")), told(run))
        doors = json.loads(pathlib.Path(house.folder, "plan.json").read_text(encoding="utf-8"))["closed_doors"]
        tap.equal("room renamed: the plan names who waits, and the room", [(one["email"], one["door"]) for one in doors],
                  [(f"{who}@mail.example", "Studio 1 (large)") for who in ("mira", "noor")])
        run = house.apply(9, 9)
        for who in ("mira", "noor"):
            tap.ok(f"room renamed: it is said that {who} waits, and for what", run.code == 3 and "hint:" in run.stderr and
                   f"{who}@mail.example will not get into Studio 1 (large)" in run.stderr, told(run))
        house.bookings(*rows("Studio 1"))
        house.apply(9, 9)
        tap.equal("room renamed: named back, both are in", house.inside(ONE), ["mira", "noor"])


def midnight():
    """Bookings from yesterday on: at midnight a quarter of the rows leaves, because it is over.  Nothing is wrong with that."""
    def day(number):
        return [booking(f"{number}-{i}", f"p{number}-{i}", "Studio 1", number, f"1{i}:00", f"1{i}:30") for i in range(1, 6)]
    with House() as house:
        house.bookings(*day(8), *day(9), *day(10), *day(11))
        silent("midnight, before", house.apply(9, 21))
        house.bookings(*day(9), *day(10), *day(11), booking("b99", "zita", "Studio 1", 10, "06:00", "07:00"))
        silent("midnight", house.apply(9, 22))
        tap.ok("midnight: who books after it gets in", "zita" in house.inside(ONE), house.inside(ONE))


def typo_mended():
    """An address is mended in its own row: the right one gets in, the wrong one is out, and nobody need rule on it."""
    def row(mail):
        return f"m1,{mail}@mail.example,Elmer Meyer,,Resident,,2028-05-09,,active,,"
    with House() as house:
        house.members(KEEPER, row("elmer.meyerx"))
        silent("typo, before", house.apply(9, 8))
        tap.equal("typo: as it is written", house.inside(RESIDENT), ["ella", "elmer.meyerx"])
        house.members(KEEPER, row("elmer.meyer"))
        silent("typo mended", house.apply(9, 9))
        tap.equal("typo mended: only the right one", house.inside(RESIDENT), ["ella", "elmer.meyer"])


for story in (unreadable_row, limit_of_one_group, event_moves, evening_of_guests, club_after_a_pause, group_not_there,
              room_renamed, midnight, typo_mended):
    story()
tap.done()
