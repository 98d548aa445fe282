#!/usr/bin/python3
"""Links and unlock schedules for single bookings, applied over HTTP: made, moved, taken back, and never made twice."""

import http.client
import http.server
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
KEY = "sandbox-key"
SUITE, DOOR = 10, 20
LABEL = "kisi-reconcile bookings/b1"

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
attempts = 3
backoff = 0

[guards]
max_clock = 1000d
max_age = 9999d

[reports]
dir = reports

[source bookings]
profile = generic-bookings
file = bookings.csv
timezone = UTC
grace_before = 0
grace_after = 0

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

tap = Tap()


def booking(resource="Suite", start="2026-11-16 09:00", end="2026-11-16 11:00", status="confirmed", email="ada@example.org",
            number="b1"):
    return f"{number},{email},Ada Moss,{resource},,{start},{end},{status},\n"


def world(**more):
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1},
                    groups=[{"id": SUITE, "name": "Suite"}], places=[{"id": 1, "name": "Harbour"}], locks=[{"id": DOOR, "name": "Gate", "place_id": 1}],
                    users=[{"id": 1, "email": "owner@example.org", "name": "Olga Owner"}], **more)


class Venue:
    """A configuration, a bookings file and a state database beside a sandbox."""

    def __init__(self, kisi, *rows, url=None):
        self.kisi = kisi
        self.folder = new_folder()
        self.write("kisi-reconcile.ini", CONFIG.format(url=url or kisi.url))
        self.write("api.key", KEY + "\n")
        self.book(*rows)

    def write(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def book(self, *rows):
        # Somebody else's booking is always there: the file is never empty, nor shrunken.
        self.write("bookings.csv", HEADER + booking("Elsewhere", number="b0") + "".join(rows))

    def run(self, *words, now=NOW):
        run = run_program([*words, "--now", now, "--json", "plan.json"], folder=self.folder)
        path = pathlib.Path(self.folder) / "plan.json"
        run.plan = json.loads(path.read_text()) if path.exists() else None
        path.unlink(missing_ok=True)
        return run

    def apply(self, *words, now=NOW):
        return self.run("apply", *words, now=now)

    def sql(self, text):
        database = sqlite3.connect(os.path.join(self.folder, "kisi-reconcile.db"))
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()

    def bytes_left(self):
        """Everything the runs left behind in the folder."""
        return b"".join(path.read_bytes() for path in pathlib.Path(self.folder).rglob("*") if path.is_file())


def lines(plan):
    return [" ".join(filter(None, [c["action"], c["email"].split("@")[0], c["cause"], c.get("outcome")]))
            for c in plan["changes"]]


def passes(kisi):
    """Links and schedules: (name, whom or which door, from, until), sorted."""
    state = kisi.state()
    links = [(k["name"], k["email"], k["valid_from"][11:16], k["valid_until"][11:16]) for k in state["group_links"]]
    schedules = [(s["name"], s["scheduleable_id"], s["starts_at"][11:16], s["ends_at"][11:16])
                 for s in state["schedules"]]
    return sorted(links) + sorted(schedules)


# Where a rule says so, one booking is one of these: what both kinds have in common is tested for both.
KINDS = (("link", "Suite", "/group_links", "ada@example.org"), ("schedule", "Gate", "/schedules", DOOR))


# ---- the life of a booking ----

def life(kind, resource, path, whom):
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking(resource))
        run = venue.apply()
        tap.equal(f"{kind}: made", (run.code, lines(run.plan)), (0, [f"create_{kind} ada new done"]))
        tap.equal(f"{kind}: for the person or door, with the marker", passes(kisi), [(LABEL, whom, "09:00", "11:00")])
        tap.equal(f"{kind}: nobody became a user for it", len(kisi.state()["users"]), 1)
        tap.equal(f"{kind}: in the ledger", venue.sql("SELECT object, label, gone_at FROM passes"), [(kind, LABEL, None)])

        kisi.forget_requests()
        run = venue.apply()
        tap.equal(f"{kind}: a second run finds nothing to do", (run.code, run.plan["changes"], kisi.writes()), (0, [], []))

        venue.book(booking(resource, start="2026-11-16 10:00", end="2026-11-16 12:00"))
        run = venue.apply()
        tap.equal(f"{kind}: moved", (run.code, lines(run.plan)),
                  (0, [f"create_{kind} ada moved done", f"delete_{kind} ada moved done"]))
        tap.equal(f"{kind}: a new one, then the old one goes", [w.rsplit("/", 1)[0] or w for w in kisi.writes()],
                  ["POST ", f"DELETE {path}"])
        tap.equal(f"{kind}: one is left", passes(kisi), [(LABEL, whom, "10:00", "12:00")])

        venue.book(booking(resource, start="2026-11-16 10:00", end="2026-11-16 12:00", status="cancelled"))
        run = venue.apply()
        tap.equal(f"{kind}: cancelled", (run.code, lines(run.plan), passes(kisi)),
                  (0, [f"delete_{kind} ada cancelled done"], []))
        tap.equal(f"{kind}: none lives in the ledger",
                  venue.sql("SELECT count(*), count(gone_at) FROM passes"), [(2, 2)])


def seconds():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking("Gate", start="2026-11-16 09:00:20", end="2026-11-16 11:00:40"))
        run = venue.apply()
        tap.equal("seconds: Kisi leaves them out of schedules, and that is as wanted",
                  (run.code, lines(run.plan), passes(kisi)),
                  (0, ["create_schedule ada new done"], [(LABEL, DOOR, "09:00", "11:00")]))
        tap.equal("seconds: and nothing is left to do", venue.apply().plan["changes"], [])


def two_people():
    # Two links of one booking have one name: each is the person's own.
    row = "b1,ada@example.org,Ada Moss,Suite,,2026-11-16 09:00,2026-11-16 11:00,confirmed,ben@example.org\n"
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, row)
        tap.equal("two people: a link for each", (venue.apply().code, passes(kisi)),
                  (0, [(LABEL, f"{who}@example.org", "09:00", "11:00") for who in ("ada", "ben")]))
        venue.book(booking())
        run = venue.apply()
        tap.equal("two people: one is not invited any more", [who for _, who, _, _ in passes(kisi)], ["ada@example.org"])
        tap.equal("two people: the other keeps the link", [line.split()[0] for line in lines(run.plan)], ["delete_link"])


def by_hand(kind, resource, path, whom):
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking(resource))
        venue.apply()
        made = venue.sql("SELECT id FROM passes")[0][0]
        tap.equal(f"{kind}: a hand deletes it", kisi.call("DELETE", f"{path}/{made}").status, 204)
        run = venue.apply()
        tap.equal(f"{kind}: it is put back", (run.code, lines(run.plan), passes(kisi)),
                  (0, [f"create_{kind} ada removed-by-hand done"], [(LABEL, whom, "09:00", "11:00")]))
        tap.equal(f"{kind}: and remembered as that", venue.sql("SELECT restored FROM passes ORDER BY id"), [(0,), (1,)])


# ---- trouble on the way ----

# fault, exit code, outcome, creations asked for; what is there in the end is one, always
LOST = (("cut-before", 0, "done", 2), ("cut-after", 0, "done", 1), ("500", 0, "done", 2), ("503 commit=1", 0, "done", 1),
        ("empty commit=1", 0, "done", 1), ("noop", 4, "failed", 1), ("422", 4, "failed", 1),
        ("cut-before count=2", 4, "failed", 2))


def lost(kind, resource, path, whom):
    for fault, code, outcome, asked in LOST:
        with Sandbox(world(), now=NOW, faults=[f"POST {path} {fault}"]) as kisi:
            venue = Venue(kisi, booking(resource))
            run = venue.apply()
            name = f"{kind}, POST {fault}"
            tap.equal(f"{name}: what the run says", (run.code, lines(run.plan)), (code, [f"create_{kind} ada new {outcome}"]))
            tap.equal(f"{name}: how often it asked", kisi.writes().count(f"POST {path}"), asked)
            tap.equal(f"{name}: what is there", len(passes(kisi)), 1 if outcome == "done" else 0)
            kisi.clear_faults()
            tap.equal(f"{name}: the next run ends as it should", (venue.apply().code, passes(kisi)),
                      (0, [(LABEL, whom, "09:00", "11:00")]))


def lagging(kind, resource, path, whom):
    # A search that does not know the new one yet must not lead to a second.
    with Sandbox(world(), now=NOW, faults=[f"POST {path} cut-after"], switches={"search_lag_ms": 3600000}) as kisi:
        code = Venue(kisi, booking(resource)).apply().code
        tap.equal(f"{kind}: a lagging search does not make two", (code, passes(kisi)), (0, [(LABEL, whom, "09:00", "11:00")]))


# fault of the DELETE, outcome; gone in the end, always
KEPT = (("cut-before", "done"), ("cut-after", "done"), ("404 commit=1", "done"), ("500", "done"), ("noop", "failed"),
        ("403", "failed"))


def kept(kind, resource, path, _):
    for fault, outcome in KEPT:
        with Sandbox(world(), now=NOW) as kisi:
            venue = Venue(kisi, booking(resource))
            venue.apply()
            kisi.fault(f"DELETE {path}/* {fault}")
            venue.book(booking(resource, status="cancelled"))
            run = venue.apply()
            name = f"{kind}, DELETE {fault}"
            tap.equal(f"{name}: what the run says", lines(run.plan), [f"delete_{kind} ada cancelled {outcome}"])
            tap.equal(f"{name}: what is there", len(passes(kisi)), 0 if outcome == "done" else 1)
            tap.equal(f"{name}: what the ledger says", venue.sql("SELECT gone_at IS NULL FROM passes"),
                      [(int(outcome != "done"),)])
            kisi.clear_faults()
            tap.equal(f"{name}: the next run ends as it should", (venue.apply().code, passes(kisi)), (0, []))


def not_replaced(kind, resource, path, whom):
    # Answered with an error, and answered with a success that did nothing: what there was stays.
    for fault, why in (("422", "not sent: what replaces it was not made"),
                       ("noop", "not sent: Kisi does not show what replaces it")):
        with Sandbox(world(), now=NOW) as kisi:
            venue = Venue(kisi, booking(resource))
            venue.apply()
            kisi.forget_requests()
            kisi.fault(f"POST {path} {fault}")
            venue.book(booking(resource, start="2026-11-16 10:00", end="2026-11-16 12:00"))
            run = venue.apply()
            name = f"{kind} moved, POST {fault}"
            tap.equal(f"{name}: neither is done", (run.code, lines(run.plan)),
                      (4, [f"create_{kind} ada moved failed", f"delete_{kind} ada moved failed"]))
            tap.equal(f"{name}: the outcome says why", run.plan["changes"][1]["answer"], why)
            tap.equal(f"{name}: the old one stays", (kisi.writes(), passes(kisi)),
                      ([f"POST {path}"], [(LABEL, whom, "09:00", "11:00")]))
            kisi.clear_faults()
            tap.equal(f"{name}: the next run ends as it should", (venue.apply().code, passes(kisi)),
                      (0, [(LABEL, whom, "10:00", "12:00")]))


def quota():
    for status in ("422", "403"):
        full = [{"id": 1, "name": "Plumber", "email": "plumber@example.org", "group_id": SUITE}]
        with Sandbox(world(group_links=full), now=NOW, switches={"link_quota": 1, "link_quota_status": status}) as kisi:
            run = Venue(kisi, booking()).apply()
            tap.equal(f"quota answered with {status}: failed, exit 4", (run.code, lines(run.plan)),
                      (4, ["create_link ada new failed"]))
            tap.ok(f"quota answered with {status}: with Kisi's reason", status in run.plan["changes"][0]["answer"],
                   run.plan["changes"][0]["answer"])


# ---- being stopped ----

def killed(kind, resource, path, whom):
    # The request hangs; the program dies with the intent committed and no answer: once before, once after it took.
    for name, commit in (("before it took", 0), ("after it took", 1)):
        with Sandbox(world(), now=NOW, faults=[f"POST {path} hang commit={commit}"]) as kisi:
            venue = Venue(kisi, booking(resource))
            kill_at(venue, lambda: kisi.writes() == [f"POST {path}"])
            tap.equal(f"{kind}, killed {name}: one intent is open",
                      venue.sql("SELECT count(*) FROM intents WHERE id NOT IN (SELECT intent FROM outcomes)"), [(1,)])
            kisi.clear_faults()
            run = venue.apply()
            tap.equal(f"{kind}, killed {name}: one in the end, and settled", (run.code, passes(kisi),
                      venue.sql("SELECT count(*) FROM intents WHERE id NOT IN "
                                "(SELECT intent FROM outcomes WHERE outcome <> 'unknown')")),
                      (0, [(LABEL, whom, "09:00", "11:00")], [(0,)]))
            tap.equal(f"{kind}, killed {name}: the ledger has it once", venue.sql("SELECT count(*) FROM passes"), [(1,)])
    # Between the new one and the end of the old one.
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking(resource))
        venue.apply()
        kisi.forget_requests()
        kisi.fault(f"DELETE {path}/* hang")
        venue.book(booking(resource, start="2026-11-16 10:00", end="2026-11-16 12:00"))
        kill_at(venue, lambda: len(kisi.writes()) == 2)
        kisi.clear_faults()
        tap.equal(f"{kind}, killed while moving: the next run takes the old one", (venue.apply().code, passes(kisi)),
                  (0, [(LABEL, whom, "10:00", "12:00")]))


def kill_at(venue, condition):
    """Start an apply, and kill it once the condition holds; the sandbox answers at once, so this is no sleep for luck."""
    process = subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), "-q", "apply", "--now", NOW],
                               cwd=venue.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    held = any(condition() for _ in range(20000))
    process.kill()
    process.communicate()
    if not held:
        raise RuntimeError("waited in vain: " + json.dumps(venue.kisi.requests()[-3:]))


# ---- the secret of a link ----

class Listener(http.server.ThreadingHTTPServer):
    """Hands requests on to the sandbox and keeps the secrets of the answers; spoil: as an answer 500 that quotes one."""

    def __init__(self, kisi, spoil):
        super().__init__(("127.0.0.1", 0), Handler)
        self.kisi, self.spoil, self.secrets = kisi, spoil, []
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_any(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        reply = self.server.kisi.call(self.command, self.path, raw=raw, key=KEY)
        status = reply.status
        if self.command == "POST" and (reply.json or {}).get("secret"):
            self.server.secrets.append(reply.json["secret"])
            status = 500 if self.server.spoil else status
        self.send_response_only(status, http.client.responses[status])
        for name in ("Content-Type", "X-Collection-Range", "Date"):
            if reply.headers[name]:
                self.send_header(name, reply.headers[name])
        if status != 204:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body)

    do_GET = do_POST = do_DELETE = do_PATCH = do_any  # noqa: N815

    def log_message(self, *_):
        pass


def secret():
    for spoil in (False, True):
        with Sandbox(world(), now=NOW) as kisi:
            listener = Listener(kisi, spoil)
            venue = Venue(kisi, booking(), url=listener.url)
            run = venue.apply("-v")
            name = "secret, quoted in an error" if spoil else "secret"
            tap.equal(f"{name}: one link is made", (run.code, len(passes(kisi)), len(listener.secrets)), (0, 1, 1))
            told = run.stdout.encode() + run.stderr.encode() + json.dumps(run.plan).encode() + venue.bytes_left()
            tap.ok(f"{name}: a report was written", b"SQLite format 3" in told and b"PK" in told)
            tap.ok(f"{name}: it is nowhere", not any(text.encode() in told for text in listener.secrets))
            listener.shutdown()
            listener.server_close()


# ---- a saved plan ----

def saved_plan():
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking(), booking("Gate", number="b2"))
        run_program(["plan", "--now", NOW, "--json", "saved.json"], folder=venue.folder)
        run = venue.apply("saved.json")
        tap.equal("saved plan: exactly that is applied", (run.code, len(passes(kisi))), (0, 2))
        said = {"create_link": {"group_id": SUITE, "group": "Suite", "name": LABEL},
                "create_schedule": {"group_id": None, "group": None, "lock_id": DOOR, "lock": "Gate",
                                    "name": "kisi-reconcile bookings/b2"}}
        tap.equal("saved plan: what it says of them",
                  {c["action"]: {key: c.get(key) for key in said[c["action"]]} for c in run.plan["changes"]}, said)
        venue.book(booking(status="cancelled"), booking("Gate", number="b2"))
        run_program(["plan", "--now", NOW, "--json", "saved.json"], folder=venue.folder)
        venue.book(booking(), booking("Gate", number="b2"))
        run = venue.apply("saved.json")
        tap.equal("saved plan: another export, another plan", (run.code, len(passes(kisi))), (3, 2))


def undone(kind, resource, path, whom):
    # A booking that moved: its old pass is given back, the new one is taken; then the other way round.
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue(kisi, booking(resource))
        venue.apply()
        venue.book(booking(resource, end="2026-11-16 12:00"))
        venue.apply()
        run = venue.sql("SELECT id FROM runs ORDER BY seq DESC LIMIT 1")[0][0]
        tap.equal(f"{kind}: moved", passes(kisi), [(LABEL, whom, "09:00", "12:00")])
        back = venue.run("revert", run, "--apply", now=NOW)
        tap.equal(f"{kind}: reverting takes the new one and gives the old one back", (back.code, sorted(lines(back.plan))),
                  (0, [f"create_{kind} ada reverted done", f"delete_{kind} ada reverted done"]))
        tap.equal(f"{kind}: as before", passes(kisi), [(LABEL, whom, "09:00", "11:00")])
        again = venue.run("revert", run, "--apply", now=NOW)
        tap.equal(f"{kind}: reverting twice does nothing", (again.code, lines(again.plan)), (0, []))
        tap.equal(f"{kind}: the next apply follows the booking", (venue.apply().code, passes(kisi)),
                  (0, [(LABEL, whom, "09:00", "12:00")]))


for each in KINDS:
    undone(*each)
    life(*each)
    by_hand(*each)
    lost(*each)
    lagging(*each)
    kept(*each)
    not_replaced(*each)
    killed(*each)
seconds()
two_people()
quota()
secret()
saved_plan()
tap.done()
