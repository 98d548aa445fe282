#!/usr/bin/python3
"""How much a year of hourly runs leaves in the state database.

    trail.py FOLDER [PEOPLE [RUNS [PERCENT]]]

A venue of PEOPLE members (3000) is planned RUNS times (720: a month), an hour apart; between two runs PERCENT (1) of them
get another membership, in the export and in Kisi.  Everything is made up and comes from one seed.  Not a test.
"""

import csv
import datetime
import json
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import snapshot  # noqa: E402

START = datetime.datetime(2026, 11, 1, 6, 0, tzinfo=datetime.timezone.utc)
FIRST = "Ada Bo Cleo Dan Eva Finn Gia Hal Ida Jon Kim Lee Mira Ned Olga Pia Quin Rosa Sam Tess Udo Vera Wim Xia Yan Zoe".split()
LAST = "Moss Lake Hill Stone Wood Field Brook Marsh Dale Ford Grove Heath Lane Mills Peak Reed Shaw Vale Wells York".split()
CONFIG = """\
[kisi]
base_url = http://127.0.0.1:1
[state]
database = state.db
[guards]
max_age = 90000d
[source members]
profile  = generic-memberships
file     = memberships.csv
timezone = UTC
[rule desk]
plan  = Desk
group = Desk
"""


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class Venue:
    def __init__(self, folder, people, rng):
        self.folder, self.rng = pathlib.Path(folder), rng
        self.members = [{"number": i, "name": f"{rng.choice(FIRST)} {rng.choice(LAST)}", "term": None} for i in range(people)]
        for member in self.members:
            self.renew(member)
        (self.folder / "venue.ini").write_text(CONFIG)

    def renew(self, member):
        member["id"] = f"ms-{self.rng.randrange(10 ** 9):09d}"
        member["start"] = datetime.date(2026, 1, 1) + datetime.timedelta(days=self.rng.randrange(300))
        member["end"] = datetime.date(2027, 1, 1) + datetime.timedelta(days=self.rng.randrange(300))

    def change(self, percent):
        """Who gets another membership comes last in the export: all rows behind the old one move up."""
        changed = self.rng.sample(self.members, max(1, round(len(self.members) * percent / 100)))
        self.members = [member for member in self.members if member not in changed] + changed
        for member in changed:
            self.renew(member)

    def write(self):
        with open(self.folder / "memberships.csv", "w", newline="", encoding="utf-8") as out:
            sheet = csv.writer(out, lineterminator="\n")
            sheet.writerow("membership_id,email,name,company,plan,location,start,end,status".split(","))
            for m in self.members:
                sheet.writerow([m["id"], f"member{m['number']:05d}@example.org", m["name"], "", "Desk", "", m["start"],
                                m["end"], "active"])
        def midnight(day, days=0):
            return f"{day + datetime.timedelta(days=days)}T00:00:00Z"

        users = [{"id": 1, "email": "owner@example.org", "name": "Olga Owner"}]
        rights = []
        for m in self.members:
            users.append({"id": 100 + m["number"], "email": f"member{m['number']:05d}@example.org", "name": m["name"]})
            rights.append({"id": 500000 + int(m["id"][3:]) % 400000 * 10000 + m["number"], "role_id": "group_basic",
                           "applies_to_type": "Group", "applies_to_id": 10, "assignee_type": "User",
                           "assignee_id": 100 + m["number"], "valid_from": midnight(m["start"]),
                           "valid_until": midnight(m["end"], 1)})
        (self.folder / "kisi.json").write_text(json.dumps(snapshot(
            organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=[{"id": 10, "name": "Desk"}], users=users,
            role_assignments=rights)))


def main():
    folder = pathlib.Path(sys.argv[1])
    people, runs, percent = (float(word) for word in (sys.argv[2:] + ["3000", "720", "1"][len(sys.argv) - 2:]))
    program = os.environ.get("KISI_RECONCILE", "build/kisi-reconcile")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    venue = Venue(folder, int(people), random.Random(1))
    began = time.monotonic()
    for i in range(int(runs)):
        if i > 0:
            venue.change(percent)
        venue.write()
        run = subprocess.run([os.path.abspath(program), "-c", "venue.ini", "-q", "plan", "--snapshot", "kisi.json", "--now",
                              text(START + datetime.timedelta(hours=i))], cwd=folder, check=False, capture_output=True, text=True)
        if run.returncode not in (0, 3):
            sys.exit(run.stderr)
        shutil.rmtree(folder / "reports", ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s")
    database = sqlite3.connect(folder / "state.db")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = os.path.getsize(folder / "state.db")
    print(f"{size} bytes, {size / runs:.0f} a run, {size / runs * 8760 / 1e6:.0f} MB a year")


main()
