#!/usr/bin/python3
"""A chain of venues for the benchmark: a year of bookings, memberships, and a Kisi organisation that has drifted.

    gen.py FOLDER [BOOKINGS]      writes bookings.csv, memberships.csv, rules.csv and kisi.json

Everything is made up and comes from one seed, so that two runs measure the same work.  BOOKINGS is a million unless
given; there are a tenth as many memberships, and about as many role assignments in Kisi.
"""

import csv
import datetime
import json
import pathlib
import random
import sys
import zoneinfo

NOW = datetime.datetime(2026, 10, 20, 3, 0)  # days before clocks change in Europe
HOUSES = {"Zürich HB": "Europe/Zurich", "London Shoreditch": "Europe/London", "New York SoHo": "America/New_York",
          "Singapore Bugis": "Asia/Singapore", "São Paulo Pinheiros": "America/Sao_Paulo", "Sydney CBD": "Australia/Sydney"}
ROOMS = ["Studio", "Board Room", "Phone Box", "Hall", "Day Office", "Meeting Room 1", "Meeting Room 2", "Podcast"]
PLANS = ["Hot Desk", "Fixed Desk", "Private Office", "Night Access"]
NOTES = ["", "", "", "invoice to HQ; VAT incl.", 'set-up "U-shape", catering at noon', "first line\nsecond line"]


def address(person):
    return f"member{person:06d}@example.{('com', 'org', 'net')[person % 3]}"


def as_typed(rng, text):
    """Addresses as people and forms write them."""
    how = rng.random()
    return text if how < 0.85 else text.title() if how < 0.95 else f" {text} "


def groups():
    """(house, kind, key) -> Kisi group id."""
    numbered = {}
    for house in HOUSES:
        for kind, keys in (("resource", ROOMS), ("plan", PLANS)):
            for key in keys:
                numbered[house, kind, key] = 70001 + len(numbered)
    return numbered


def write_bookings(path, rng, count, people):
    with open(path, "w", newline="", encoding="utf-8") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow("booking_id,member_id,email,first_name,last_name,location,resource,start_local,end_local,timezone,"
                       "status,notes".split(","))
        houses = list(HOUSES.items())
        for number in range(count):
            person = int(people * 0.6 * rng.random() ** 1.5)
            house, zone = rng.choice(houses)
            start = NOW - datetime.timedelta(days=365 - rng.randrange(395), hours=3) + \
                datetime.timedelta(minutes=15 * (28 + rng.randrange(56)))
            end = start + datetime.timedelta(minutes=rng.choice((30, 60, 60, 90, 120, 240)))
            status = rng.choices(("confirmed", "cancelled", "no_show"), (88, 8, 4))[0]
            sheet.writerow([f"bk_{number:09d}", f"mem_{person:06d}", as_typed(rng, address(person)), "Robin", "Example",
                            house, rng.choice(ROOMS), f"{start:%Y-%m-%d %H:%M}", f"{end:%Y-%m-%d %H:%M}", zone, status,
                            rng.choice(NOTES)])


def midnight(day, zone):
    return datetime.datetime(day.year, day.month, day.day, tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(datetime.timezone.utc)


def write_memberships(path, rng, people):
    """Returns what the active ones entitle: (person, house, plan, from, until or None)."""
    entitled = []
    with open(path, "w", newline="", encoding="utf-8") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow("membership_id,member_id,email,plan,location,start_date,end_date,status,timezone".split(","))
        for person in range(people):
            house, zone = rng.choice(list(HOUSES.items()))
            plan = rng.choice(PLANS)
            start = datetime.date(2025, 1, 1) + datetime.timedelta(days=rng.randrange(650))
            end = None if rng.random() < 0.55 else start + datetime.timedelta(days=30 + rng.randrange(500))
            status = rng.choices(("active", "paused", "cancelled"), (86, 7, 7))[0]
            sheet.writerow([f"ms_{person:07d}", f"mem_{person:06d}", as_typed(rng, address(person)), plan, house, start,
                            end or "", status, zone])
            until = end and midnight(end + datetime.timedelta(days=1), zone)
            if status == "active" and (until is None or until.replace(tzinfo=None) > NOW):
                entitled.append((person, house, plan, midnight(start, zone), until))
    return entitled


def write_rules(path, numbered):
    with open(path, "w", newline="", encoding="utf-8") as out:
        sheet = csv.writer(out, lineterminator="\n")
        sheet.writerow(("location", "kind", "key", "group"))
        for (house, kind, key), group in numbered.items():
            sheet.writerow((house, kind, key, group))


def write_kisi(path, rng, numbered, people, entitled):
    """Users, most of the access they should have, some with wrong dates, and some that nothing entitles."""
    users = [{"id": 900000 + i, "email": address(i), "name": f"Robin Example {i}"} for i in range(people)]
    rights = []

    def hold(person, group, start, until):
        rights.append({"id": 5000000 + len(rights), "role_id": "group_basic", "applies_to_type": "Group",
                       "applies_to_id": group, "assignee_type": "User", "assignee_id": 900000 + person,
                       "valid_from": f"{start:%Y-%m-%dT%H:%M:%S.000Z}",
                       "valid_until": until and f"{until:%Y-%m-%dT%H:%M:%S.000Z}"})

    for person, house, plan, start, until in entitled:
        luck = rng.random()
        if luck < 0.92:
            hold(person, numbered[house, "plan", plan], start, until)
        elif luck < 0.96:
            hold(person, numbered[house, "plan", plan], start, (until or start) + datetime.timedelta(days=900))
    rooms = [group for (_, kind, _), group in numbered.items() if kind == "resource"]
    for person in rng.sample(range(people), people // 5):  # bookings that ended, and access made by hand
        until = NOW - datetime.timedelta(hours=rng.randrange(48)) if rng.random() < 0.8 else None
        hold(person, rng.choice(rooms), NOW - datetime.timedelta(days=3), until)
    names = [{"id": group, "name": f"{house} {key}", "place_id": None, "locks_count": 0}
             for (house, _, key), group in numbered.items()]
    empty = dict.fromkeys(("places", "locks", "group_locks", "group_links", "schedules", "teams", "team_memberships",
                           "roles"), [])
    state = {"format_version": 1, "fetched_at": f"{NOW:%Y-%m-%dT%H:%M:%SZ}",
             "organization": {"id": 1, "name": "Benchmark", "time_zone": "Europe/Zurich"}, **empty, "groups": names,
             "users": users, "role_assignments": rights}
    path.write_text(json.dumps(state, separators=(",", ":")), encoding="utf-8")


def main():
    folder = pathlib.Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    people = max(count // 10, 10)
    rng = random.Random(42)
    folder.mkdir(parents=True, exist_ok=True)
    numbered = groups()
    write_bookings(folder / "bookings.csv", rng, count, people)
    entitled = write_memberships(folder / "memberships.csv", rng, people)
    write_rules(folder / "rules.csv", numbered)
    write_kisi(folder / "kisi.json", rng, numbered, people, entitled)


main()
