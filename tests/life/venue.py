"""The venue at work: one sandbox that lives as long as it does, a run of the program every hour, hands in Kisi, one clock.

Program and sandbox run under clock.c, so that the clock of the machine is the simulated one: `--now`, the Date of Kisi's
answers, the journal and the times of files agree, with the settings the program comes with.
"""

import datetime
import json
import mmap
import os
import pathlib
import struct
import subprocess
import sys
import time
import zoneinfo

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from harness import Sandbox, program, snapshot  # noqa: E402
from export import Exports  # noqa: E402
from judge import NEVER, Judge, Said, Truth  # noqa: E402
from world import DAY, HOUR, MINUTE, PLANS  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
RUN_AT, EXPORT_AT = 7 * MINUTE, 3 * MINUTE       # past each hour
OWNER = "owner@house.example"
FIRST_GROUP = 100

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
"""
SOURCE = """
[source {name}]
profile = generic-{profile}
file = {name}.csv
timezone = Europe/Amsterdam
"""
PROFILES = {"bookings": "bookings", "classes": "bookings", "walkins": "bookings", "memberships": "memberships",
            "people": "people"}


def stamp(instant):
    return datetime.datetime.fromtimestamp(instant, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_stamp(text, otherwise):
    return otherwise if text is None else int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


class Clock:
    """The simulated clock of the machine, in a file that clock.c maps."""

    def __init__(self, folder):
        path, library = os.path.join(folder, "clock"), os.path.join(folder, "clock.so")
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-shared", "-fPIC", "-o", library, str(HERE / "clock.c")], check=True)
        pathlib.Path(path).write_bytes(bytes(8))
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 8)
        self.env = {"LIFE_CLOCK": path, "LD_PRELOAD": library,
                    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"}

    def set(self, instant):
        self.page[:] = struct.pack("=q", instant)


class Run:
    """One run of apply, and what could be known by it: at, code, said, content, damages, words (what cron would mail)."""

    def __init__(self, instant, content, damages):
        self.at, self.content, self.damages = instant, content, damages
        self.code, self.said, self.words = None, None, ""


class Venue:
    """A life.  options: plant (the name of a fault of PLANTS or None), settings ({section: {key: value}}), folder."""

    def __init__(self, world, folder, plant=None, settings=None):
        self.world, self.folder, self.plant = world, folder, plant
        self.clock = Clock(folder)
        self.groups = {name: FIRST_GROUP + i for i, name in enumerate([*world.rooms, *sorted(set(PLANS.values()))])}
        self.exports = Exports(world, folder, **PLANTS[plant].get("export", {}) if plant else {})
        truth = Truth(self.exports, **PLANTS[plant].get("truth", {}) if plant else {})
        self.judge = Judge(truth, self.groups)
        self.settings = {section: dict(keys) for section, keys in (settings or {}).items()}
        for section, keys in (PLANTS[plant].get("settings", {}) if plant else {}).items():
            self.settings.setdefault(section, {}).update(keys)
        self.runs, self.seconds = [], []
        self.kisi, self.state, self.held, self.acts = None, None, {}, 0

    # ---- beginning ----

    def configuration(self, url):
        parts = [CONFIG.format(url=url)]
        parts += [SOURCE.format(name=name, profile=profile) for name, profile in PROFILES.items()]
        parts += [f"\n[rule {name}]\nresource = {name}\ngroup = {name}\n" for name in self.world.rooms]
        parts += [f"\n[rule {plan}]\nplan = {plan}\ngroup = {group}\n" for plan, group in PLANS.items()]
        text = "".join(parts)
        for section, keys in self.settings.items():
            lines = "".join(f"{key} = {value}\n" for key, value in keys.items())
            head = f"[{section}]\n"
            text = text.replace(head, head + lines) if head in text else text + "\n" + head + lines
        return text

    def opening(self):
        """Kisi as another integration left it: nearly all members are in, with their dates; and one who left."""
        first = self.world.begin
        content, _ = self.exports.write(first)
        due = self.judge.truth.due(content, first, first + DAY)
        users, rights = [{"id": 1, "email": OWNER, "name": "Olga Owner"}], []
        members = sorted(key for key in due if key[1] in PLANS.values())
        for i, (mail, group) in enumerate([*members[1::2], *members[:1], ("former@mail.example", "Flex")]):
            since, until = due[mail, group].spans[0] if (mail, group) in due else (first - 9 * DAY, NEVER)
            users.append({"id": 10 + i, "email": mail, "name": mail.split("@")[0].replace(".", " ").title()})
            rights.append({"id": 10 + i, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": self.groups[group],
                           "assignee_type": "User", "assignee_id": 10 + i, "valid_from": stamp(since),
                           "valid_until": None if until == NEVER else stamp(until)})
        return snapshot(organization={"id": 1, "name": "House", "user_id": 1}, fetched_at=stamp(first), users=users,
                        places=[{"id": 1, "name": "House"}], role_assignments=rights,
                        groups=[{"id": number, "name": name, "place_id": 1} for name, number in self.groups.items()])

    def live(self, progress=None):
        """All of it."""
        self.clock.set(self.world.begin)
        opening = self.opening()
        before = dict(os.environ)
        os.environ.update(self.clock.env)       # the sandbox inherits it
        try:
            kisi = Sandbox(opening, quiet=True)
        finally:
            os.environ.clear()
            os.environ.update(before)
        with kisi:
            self.kisi = kisi
            self.write("api.key", kisi.key + "\n")
            self.write("kisi-reconcile.ini", self.configuration(kisi.url))
            self.look()
            self.hours(progress)

    def write(self, name, text):
        path = pathlib.Path(self.folder, name)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def hours(self, progress):
        run = None
        for hour in range(self.world.begin, self.world.end, HOUR):
            content, damages = self.exports.write(hour + EXPORT_AT)
            if run:
                self.between(run, max(run.at, hour - HOUR + RUN_AT), hour + RUN_AT)
            if not any(since <= hour + RUN_AT < until for since, until in self.world.off):
                run = self.apply(hour + RUN_AT, content, damages)
                if progress:
                    progress(run)
        self.between(run, max(run.at, self.world.end - HOUR + RUN_AT), self.world.end)

    # ---- one hour ----

    def apply(self, instant, content, damages):
        run = Run(instant, content, damages)
        self.clock.set(instant)
        report = pathlib.Path(self.folder, "plan.json")
        report.unlink(missing_ok=True)
        began = time.perf_counter()
        done = subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "-q", "apply", "--now", stamp(instant),
                               "--json", "plan.json"], cwd=self.folder, env={**os.environ, **self.clock.env},
                              capture_output=True, text=True, check=False, timeout=300)
        self.seconds.append(time.perf_counter() - began)
        run.code, run.words = done.returncode, done.stdout + done.stderr
        run.said = Said(json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}, run.code)
        self.runs.append(run)
        if "AddressSanitizer" in run.words or "runtime error" in run.words:
            raise RuntimeError(run.words)
        if self.plant and "kisi" in PLANTS[self.plant]:
            self.look()
            PLANTS[self.plant]["kisi"](self)
        self.look()
        run.due = self.judge.truth.due(content, instant, instant + 2 * DAY)
        return run

    def between(self, run, since, until):
        """From one instant to the next: hands in Kisi one after the other, and each stretch between them is judged."""
        for hand in [one for one in self.world.hands if since < one.at <= until]:
            self.judged(run, since, hand.at)
            self.clock.set(hand.at)
            if self.act(hand):
                self.judge.hands[hand.who, hand.group] = hand.at
                if hand.act == "readdress":     # of one person, every door, under both addresses
                    self.judge.hands.update({(mail, group): hand.at for who, group in run.due if who == hand.who
                                             for mail in (hand.who, hand.group)})
            self.look()
            since = hand.at
        self.judged(run, since, until)
        self.judge.remember(run.due)

    def judged(self, run, since, until):
        if since < until:
            self.judge.compare(run, run.due, since, until, self.held)
            self.judge.count_starts(run, run.due, since, until, self.held)

    # ---- Kisi ----

    def look(self):
        """Who could enter what and when, by Kisi's state: {(e-mail, group): [spans]}."""
        self.state = self.kisi.state()
        mails = {user["id"]: user["email"] for user in self.state["users"]
                 if user.get("access_enabled", True) and user.get("email")}
        names = {number: name for name, number in self.groups.items()}
        self.held = {}
        for one in self.state["role_assignments"]:
            if one["applies_to_type"] == "Group" and one["assignee_type"] == "User" and one["assignee_id"] in mails:
                key = mails[one["assignee_id"]], names[one["applies_to_id"]]
                self.held.setdefault(key, []).append((read_stamp(one["valid_from"], -NEVER), read_stamp(one["valid_until"], NEVER)))

    def right(self, mail, group):
        user = next((one["id"] for one in self.state["users"] if one["email"] == mail), None)
        return next((one for one in self.state["role_assignments"] if one["assignee_id"] == user and user is not None and
                     one["applies_to_id"] == self.groups[group]), None)

    def ask(self, method, path, body=None):
        reply = self.kisi.call(method, path, body)
        assert reply.status < 300, (method, path, body, reply.status, reply.body)
        return reply.json

    def act(self, hand):
        """A hand in Kisi; False when there was nothing to do it to."""
        if hand.act in ("rename", "name back"):
            name = "Altered hall" if hand.act == "rename" else hand.group
            self.ask("PATCH", f"/groups/{self.groups[hand.group]}", {"group": {"name": name}})
            return False
        if hand.act == "readdress":
            user = next((one for one in self.state["users"] if one["email"] == hand.who), None)
            if user is None or any(one["email"] == hand.group for one in self.state["users"]):
                return False
            self.ask("PATCH", f"/users/{user['id']}", {"user": {"email": hand.group}})
            return True
        if hand.act == "add":
            user = self.ask("POST", "/users", {"user": {"email": hand.who, "name": hand.who, "send_emails": False}})
            self.ask("POST", "/role_assignments", {"role_assignment": {
                "role_id": "group_basic", "assignee_type": "User", "assignee_id": user["id"], "applies_to_type": "Group",
                "applies_to_id": self.groups[hand.group]}})
            return True
        right = self.right(hand.who, PLANS.get(hand.group, hand.group))
        if right is None:
            return False
        if hand.act == "remove":
            self.ask("DELETE", f"/role_assignments/{right['id']}")
        else:
            self.ask("PATCH", f"/role_assignments/{right['id']}",
                     {"role_assignment": {"valid_from": right["valid_from"], "valid_until": stamp(hand.at + 3 * DAY)}})
        return True


# ---- faults that the judge must notice ----

def _some_right(venue, fits=lambda right: True):
    """Now and then, an access that is there."""
    venue.acts += 1
    now = stamp(venue.runs[-1].at)
    found = [one for one in venue.state["role_assignments"] if one["applies_to_type"] == "Group" and fits(one) and
             (one["valid_until"] or "9") > now]
    return found[venue.acts % len(found)] if found and venue.acts % 3 == 0 else None


def _drop(venue):
    right = _some_right(venue)
    if right:
        venue.ask("DELETE", f"/role_assignments/{right['id']}")


def _prolong(venue):
    right = _some_right(venue, lambda one: one["valid_until"] and one["valid_until"] < stamp(venue.runs[-1].at + HOUR))
    if right:
        until = read_stamp(right["valid_until"], 0) + 20 * MINUTE
        venue.ask("PATCH", f"/role_assignments/{right['id']}",
                  {"role_assignment": {"valid_from": right["valid_from"], "valid_until": stamp(until)}})


def _add(venue):
    venue.acts += 1
    if venue.acts == 3:
        user = venue.ask("POST", "/users", {"user": {"email": "ghost@mail.example", "name": "G", "send_emails": False}})
        venue.ask("POST", "/role_assignments", {"role_assignment": {
            "role_id": "group_basic", "assignee_type": "User", "assignee_id": user["id"], "applies_to_type": "Group",
            "applies_to_id": FIRST_GROUP}})


PLANTS = {
    "grace": {"truth": {"grace": 35 * MINUTE}},          # the judge believes in 35 minutes
    "day": {"truth": {"short": 1}},                      # the judge ends memberships a day early
    "zone": {"export": {"zone": zoneinfo.ZoneInfo("Europe/London")}},    # times are written by another clock
    "uninvited": {"settings": {f"source {name}": {"attendees": "no"} for name in ("bookings", "classes", "walkins")}},
    "bridge": {"settings": {"schedule": {"run_every": "9h", "max_bridge": "9h"}}},   # it bridges half of the day
    "stuck": {"settings": {"guards": {"max_grants": "0"}}},      # a guard that never lets go: said, but needless
    "drop": {"kisi": _drop},                             # now and then an access is gone, behind everybody's back
    "prolong": {"kisi": _prolong},                       # now and then one lasts twenty minutes longer
    "add": {"kisi": _add},                               # somebody is let in whom nobody knows
}
