"""One small organisation in which a run of `apply` has every kind of change to make, and what must hold after it.

    template = Template()                       # once: a run has made what is there, then people and bookings moved
    with template.sandbox(faults=[...]) as kisi:
        venue = template.venue(kisi)            # its own copy of the folder, state database and all
        run = venue.apply()
        complaints = venue.complaints(run)      # what the run says that is not so
    template.end                                # what Kisi holds after a run that nothing disturbed

`facts` are what Kisi holds without ids, so that they can be compared; keys of the dicts in a run's JSON are those of the plan.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess

from harness import Sandbox, new_folder, program, run_program, snapshot

EARLIER = "2026-11-16T07:00:00Z"
NOW = "2026-11-16T08:00:00Z"
KEY = "Kisi-Key-4f1d83c2a97e50b6"
ROOM, SUITE, OTHER, GATE = 10, 11, 12, 20
DATABASE = "kisi-reconcile.db"
# What the audit trail says was done.
DONE = ("SELECT change_id, action FROM intents JOIN outcomes ON intent = intents.id WHERE outcome = 'done' ORDER BY 1, 2")

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
attempts = {attempts}
backoff = {backoff}
timeout = {timeout}

[guards]
max_clock = {clock}
max_age = 9999d
max_shrink = 50%

[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
grace_before = 0
grace_after = 0

[rule room]
resource = Room
group = Room

[rule suite]
resource = Suite
group = Suite
method = link

[rule gate]
resource = Gate
lock = Gate
method = unlock-schedule
"""

HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"

# number, who, resource, hours before and after (None: the row is not there)
BOOKINGS = (
    ("r1", "kay", "Room", (6, 18), (6, 18)),          # stays
    ("r2", "dan", "Room", (6, 18), "cancelled"),      # revoke, expected
    ("r3", "fred", "Room", (6, 18), None),            # revoke, surprising
    ("r4", "bea", "Room", (6, 10), (6, 12)),          # adjust
    ("r5", "ada", "Room", None, (8, 11)),             # grant
    ("r6", "nia", "Room", None, (9, 11)),             # create_user, grant
    ("k1", "kim", "Suite", (9, 13), (9, 13)),         # stays
    ("k2", "lou", "Suite", (9, 11), "cancelled"),     # delete_link
    ("k3", "moe", "Suite", (9, 11), (10, 12)),        # create_link, delete_link
    ("k4", "lia", "Suite", None, (9, 12)),            # create_link
    ("g1", "sam", "Gate", (9, 13), (9, 13)),          # stays
    ("g2", "tom", "Gate", (9, 11), "cancelled"),      # delete_schedule
    ("g3", "uma", "Gate", (9, 11), (10, 12)),         # create_schedule, delete_schedule
    ("g4", "vic", "Gate", None, (9, 12)),             # create_schedule
)
USERS = {1: "owner", 2: "kay", 3: "dan", 4: "fred", 5: "bea", 6: "ada", 7: "zed", 8: "cleo", 9: "boss"}
EMAILS = {number: f"{name}@example.org" for number, name in USERS.items()}
# Who may lose nothing, whatever happens.
BYSTANDERS = ("assignment kay@example.org Room", "assignment boss@example.org Other", "link kim@example.org",
              "schedule kisi-reconcile bookings/g1")
EVERY_ACTION = {"create_user", "grant", "adjust", "revoke", "cleanup", "create_link", "delete_link", "create_schedule",
                "delete_schedule"}


def bookings(after):
    rows = HEADER
    for number, who, resource, *spans in BOOKINGS:
        span, status = spans[after], "confirmed"
        if span == "cancelled":
            span, status = spans[0], "cancelled"
        if span is not None:
            start, end = (f"2026-11-16 {hour:02}:00" for hour in span)
            rows += f"{number},{who}@example.org,{who.title()} Moss,{resource},,{start},{end},{status},\n"
    return rows


def world():
    def right(number, user, group, start=None, end=None):
        return {"id": number, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": group,
                "assignee_type": "User", "assignee_id": user, "valid_from": start, "valid_until": end}

    return snapshot(
        organization={"id": 1, "name": "Harbour", "user_id": 1}, places=[{"id": 1, "name": "Harbour"}],
        locks=[{"id": GATE, "name": "Gate", "place_id": 1}],
        groups=[{"id": ROOM, "name": "Room"}, {"id": SUITE, "name": "Suite"}, {"id": OTHER, "name": "Other"}],
        group_locks=[{"id": 1, "group_id": OTHER, "lock_id": GATE}],
        users=[{"id": number, "email": EMAILS[number], "name": f"{name.title()} Moss"} for number, name in USERS.items()],
        role_assignments=[right(100, 9, OTHER)], teams=[{"id": 1, "name": "Staff"}],
        team_memberships=[{"id": 1, "team_id": 1, "member_type": "User", "member_id": 9}])


def disturbed(state):
    """What hands did in Kisi between the two runs."""
    rows = state["role_assignments"]
    like = next(row for row in rows if row["applies_to_id"] == ROOM)
    for number, user, start, end in ((900, 7, None, None), (901, 8, "2026-11-15T08:00:00Z", "2026-11-15T09:00:00Z")):
        rows.append({"id": number, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": ROOM,
                     "assignee_type": "User", "assignee_id": user, "valid_from": start, "valid_until": end})
    assert like
    return state


def minute(text):
    return (text or "-")[:16]


def facts(state):
    """What a state of Kisi is, without ids and without what somebody else grew there: sorted texts, one a thing."""
    emails = {user["id"]: user["email"] for user in state["users"]}
    groups = {group["id"]: group["name"] for group in state["groups"]}
    out = [f"user {user['email']}" for user in state["users"]]
    out += [f"assignment {emails.get(a['assignee_id'])} {groups[a['applies_to_id']]} {a['role_id']} "
            f"{minute(a['valid_from'])} {minute(a['valid_until'])}"
            for a in state["role_assignments"] if a["assignee_type"] == "User"]
    out += [f"link {k['email']} {k['name']} {groups[k['group_id']]} {minute(k['valid_from'])} {minute(k['valid_until'])}"
            for k in state["group_links"]]
    out += [f"schedule {s['name']} {s['scheduleable_id']} {minute(s['starts_at'])} {minute(s['ends_at'])}"
            for s in state["schedules"]]
    return sorted(line for line in out if "grown-" not in line)


def in_effect(state, change):
    """Does Kisi show this change (of a plan's JSON) as made?"""
    action, email = change["action"], change["email"]
    have = (change["have"] or {}).get("id")
    emails = {user["id"]: user["email"] for user in state["users"]}
    if action == "create_user":
        return email in emails.values()
    if action in ("revoke", "cleanup"):
        return have not in [a["id"] for a in state["role_assignments"]]
    if action == "delete_link":
        return have not in [k["id"] for k in state["group_links"]]
    if action == "delete_schedule":
        return have not in [s["id"] for s in state["schedules"]]
    until = minute(change["until"])
    if action == "create_link":
        return any(k["email"] == email and minute(k["valid_until"]) == until for k in state["group_links"])
    if action == "create_schedule":
        return any(minute(s["ends_at"]) == until and minute(s["starts_at"]) == minute(change["from"])
                   and s["name"] == change["name"] for s in state["schedules"])
    return any(emails.get(a["assignee_id"]) == email and a["applies_to_id"] == change["group_id"]
               and minute(a["valid_until"]) == until for a in state["role_assignments"])


class Venue:
    """A folder with configuration, bookings and state database beside a sandbox."""

    def __init__(self, kisi, folder, **config):
        self.kisi, self.folder = kisi, folder
        self.configure(**config)
        self.write("api.key", KEY + "\n")

    def configure(self, attempts=2, backoff=0, timeout="1s", clock="1000d", more=""):
        self.write("kisi-reconcile.ini",
                   CONFIG.format(url=self.kisi.url, attempts=attempts, backoff=backoff, timeout=timeout, clock=clock) + more)

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *words, now=NOW, env=None):
        path = pathlib.Path(self.folder) / "plan.json"
        path.unlink(missing_ok=True)
        run = run_program([*words, "--now", now, "--json", "plan.json"], folder=self.folder, env=env)
        run.plan = json.loads(path.read_text()) if path.exists() else None
        return run

    def apply(self, now=NOW, env=None):
        return self.run("-q", "apply", now=now, env=env)

    def start(self, *words, env=None):
        return subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), *words, "--now", NOW], cwd=self.folder,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})

    def sql(self, text):
        database = sqlite3.connect(os.path.join(self.folder, DATABASE))
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()

    def leaks(self, *texts):
        """Which secrets stand in these texts or in anything the runs left behind."""
        left = b"".join(path.read_bytes() for path in pathlib.Path(self.folder).rglob("*")
                        if path.is_file() and path.name != "api.key") + "".join(texts).encode()
        secrets = [KEY] + [row["secret"] for row in self.kisi.state()["group_links"] if row.get("secret")]
        return [f"a secret is in the output or on disk: {secret}" for secret in secrets if secret.encode() in left]

    def untrue(self, plan, state):
        """Outcomes of a run's plan that Kisi does not bear out."""
        out = []
        for change in plan["changes"] if plan else []:
            word, there = change.get("outcome"), in_effect(state, change)
            if (word == "done" and not there) or (word == "failed" and there):
                out.append(f"outcome {word}, but {'is' if there else 'is not'} so: {change['action']} {change['email']}")
        return out

    def journal_complaints(self, settled):
        """What the audit trail lacks: each write that Kisi saw has an intent; settled: and every intent its end."""
        database = sqlite3.connect(os.path.join(self.folder, DATABASE))
        try:
            check = database.execute("PRAGMA integrity_check").fetchall()
            intents = database.execute("SELECT action, have_id FROM intents").fetchall()
            still_open = database.execute("SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM outcomes "
                                          "WHERE outcome IN ('done', 'failed'))").fetchone()[0]
        finally:
            database.close()
        out = [] if check == [("ok",)] else [f"integrity_check: {check}"]
        deleted = {have for _, have in intents}
        actions = {action for action, _ in intents}
        causes = {"/users": {"create_user"}, "/role_assignments": {"grant", "adjust"}, "/group_links": {"create_link"},
                  "/schedules": {"create_schedule"}}
        for write in self.kisi.writes():
            method, path = write.split()
            if path.endswith("/unlock"):
                out += [] if "unlock" in actions else [f"no intent for {write}"]
                continue
            if method == "POST" and not actions & causes[path]:
                out.append(f"no intent for {write}")
            if method != "POST" and int(path.rsplit("/", 1)[1]) not in deleted and not actions & {"adjust"}:
                out.append(f"no intent for {write}")
        if settled and still_open:
            out.append(f"{still_open} intents are open")
        return out


def bystander_complaints(state):
    lines = facts(state)
    out = [f"wrongly removed: {who}" for who in BYSTANDERS if not any(line.startswith(who) for line in lines)]
    return out + [f"wrongly removed: {email}" for email in EMAILS.values() if f"user {email}" not in lines]


class Template:
    """The state of Kisi and the folder before the run that all this is about."""

    def __init__(self):
        self.folder = new_folder()
        with Sandbox(world(), key=KEY, now=EARLIER) as kisi:
            venue = Venue(kisi, self.folder)
            venue.write("bookings.csv", bookings(0))
            run = venue.apply(now=EARLIER)
            assert run.code == 0, run.stderr
            self.state = disturbed(kisi.state())
        venue.write("bookings.csv", bookings(1))
        shutil.rmtree(os.path.join(self.folder, "reports"))
        with self.sandbox() as kisi:
            venue = self.venue(kisi)
            run = venue.apply()
            assert run.code == 0, run.stderr
            assert {change["action"] for change in run.plan["changes"]} == EVERY_ACTION, run.plan["changes"]
            self.requests = kisi.requests()
            self.end = facts(kisi.state())
            self.done = venue.sql(DONE)
            # An access whose dates Kisi does not change in place is taken away and given again.
            self.removals = {write[7:] for write in kisi.writes() if write.startswith("DELETE ")} | {
                write[6:] for write in kisi.writes() if write.startswith("PATCH ")}

    def wrong_removals(self, kisi):
        """What was deleted that a run without trouble would have left alone; it made what is not in the state before."""
        paths = {f"/{name}/{row['id']}" for name in ("users", "role_assignments", "group_links", "schedules")
                 for row in self.state[name]}
        return [f"wrongly removed: {write}" for write in kisi.writes()
                if write.startswith("DELETE ") and write[7:] in paths - self.removals]

    def sandbox(self, **options):
        return Sandbox(self.state, key=KEY, now=NOW, **options)

    def venue(self, kisi, **config):
        folder = new_folder()
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Venue(kisi, folder, **config)
