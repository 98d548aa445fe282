#!/usr/bin/python3
"""What one apply leaves for the next to know: sequences of runs, with what only their state can get wrong."""

import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import WAIT_SECONDS, Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

tap = Tap()
ROOM = 10
KISI = "[kisi]\nbase_url = {url}\napi_key_file = api.key\nrate = 1000/s\n[guards]\nmax_age = 9999d\n"
BOOKINGS = """[source b]
profile = generic-bookings
file = b.csv
grace_before = 0
grace_after = 0
[rule room]
resource = *
group = Room 1
"""
MEMBERS = """[source m]
profile = generic-memberships
file = m.csv
timezone = UTC
[rule desk]
plan = *
group = Room 1
"""


def at(hour):
    return f"2026-11-14T{hour}:00Z"


def bookings(*rows):
    """Each (id, person, from, until, status)."""
    return "booking_id,email,resource,start,end,status\n" + "".join(
        f"{n},{who}@example.com,Room 1,{at(start)},{at(end)},{status}\n" for n, who, start, end, status in rows)


def members(freeze, *people):
    return ("membership_id,email,company,plan,start,end,status,freeze_start,freeze_end\n" + "".join(
        f"{who},{who}@example.com,,Desk,2026-01-01,2027-01-01,active,{freeze}\n" for who in people))


class Venue:
    """A Kisi with people 20, 21, ... called p0, p1, ..., and a folder with a configuration and exports."""

    def __init__(self, people, config, rights=(), **files):
        self.folder, self.config = new_folder(), config
        self.write("api.key", "sandbox-key\n")
        users = [{"id": 1, "email": "owner@example.com", "name": "Olga"}]
        users += [{"id": 20 + i, "email": f"p{i}@example.com", "name": f"P {i}"} for i in range(people)]
        assignments = [{"id": 100 + i, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": ROOM,
                        "assignee_type": "User", "assignee_id": user, "valid_from": at(start), "valid_until": at(end)}
                       for i, (user, start, end) in enumerate(rights)]
        self.state = snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1},
                              groups=[{"id": ROOM, "name": "Room 1"}], users=users, role_assignments=assignments)
        for name, text in files.items():
            self.write(name + ".csv", text)

    def write(self, name, text):
        path = pathlib.Path(self.folder, name)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def sandbox(self, hour, *faults):
        """Kisi as the last run left it, with its clock at that hour."""
        kisi = Sandbox(self.state, now=at(hour), faults=faults)
        self.write("venue.ini", KISI.format(url=kisi.url) + self.config)
        return kisi

    def apply(self, hour, *words):
        with self.sandbox(hour) as kisi:
            run_program(["-c", "venue.ini", "apply", *words, "-q", "--now", at(hour)], folder=self.folder)
            self.state = kisi.state()

    def killed(self, hour):
        """An apply that dies when Kisi has carried out its first change of dates, and has not answered."""
        with self.sandbox(hour, "PATCH * hang commit=1 count=1") as kisi:
            words = ["-c", "venue.ini", "apply", "-q", "--now", at(hour)]
            with subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), *words], cwd=self.folder,
                                  stderr=subprocess.DEVNULL) as process:
                end = time.monotonic() + WAIT_SECONDS
                while not kisi.writes() and process.poll() is None and time.monotonic() < end:
                    time.sleep(0.01)
                process.kill()
            self.state = kisi.state()

    def access(self):
        return sorted((a["assignee_id"], (a["valid_from"] or "")[11:16], (a["valid_until"] or "")[11:16])
                      for a in self.state["role_assignments"])


def killed_over_a_hand():
    stays = ("2", "p1", "08:00", "20:00", "confirmed")
    venue = Venue(2, BOOKINGS + "exclusive = ours\n", [(20, "10:00", "12:00"), (21, "08:00", "20:00")],
                  b=bookings(("1", "p0", "09:00", "13:00", "confirmed"), stays))
    venue.killed("07:00")
    tap.ok("the run died when the booking was laid over what staff gave", (20, "09:00", "13:00") in venue.access(),
           venue.access())
    venue.apply("08:00")
    venue.write("b.csv", bookings(("1", "p0", "09:00", "13:00", "cancelled"), stays))
    venue.apply("09:00")
    tap.ok("what staff gave is known all the same, and comes back", (20, "10:00", "12:00") in venue.access(),
           venue.access())


def hand_under_a_booking():
    stays = ("2", "p1", "08:00", "20:00", "confirmed")
    venue = Venue(2, BOOKINGS + "exclusive = ours\n", [(20, "10:00", "12:00")],
                  b=bookings(("1", "p0", "09:00", "13:00", "confirmed"), stays))
    venue.apply("05:00")
    venue.apply("06:00")
    venue.write("b.csv", bookings(("1", "p0", "09:00", "09:30", "confirmed"), stays))
    venue.apply("07:00")
    tap.ok("what staff gave is not forgotten while a booking covers it", (20, "09:00", "12:00") in venue.access(),
           venue.access())


def flood_past_a_small_run():
    first = ("k", "p0", "08:00", "20:00", "confirmed")
    venue = Venue(60, BOOKINGS, b=bookings(first))
    venue.apply("07:00")
    venue.write("b.csv", bookings(first, *((i, f"p{i}", "12:00", "14:00", "confirmed") for i in range(1, 60))))
    venue.apply("08:00", "--only-person", "p5@example.com")
    venue.apply("09:00")
    tap.equal("a flood is no smaller because a run limited to one person has seen it: 25 new ones and who was there",
              len(venue.access()), 26)
    venue.apply("10:00")
    tap.equal("nor does what was held make room for itself", len(venue.access()), 26)


def freezes():
    for freeze, what, wanted in (("2026-11-10,2026-11-12", "over: its days may go blank", 4),
                                 ("2026-11-10,2026-11-20", "ahead: blank days are a lost column", 0)):
        venue = Venue(5, MEMBERS, m=members(freeze, "p0", "p1", "p2"))
        venue.apply("07:00")
        venue.write("m.csv", members(",", "p0", "p1", "p2", "p3"))
        venue.apply("08:00")
        tap.equal(f"a freeze that is {what}", len(venue.access()), wanted)


killed_over_a_hand()
hand_under_a_booking()
flood_past_a_small_run()
freezes()
tap.done()
