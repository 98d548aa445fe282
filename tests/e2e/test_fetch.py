#!/usr/bin/python3
"""Sources that name an address: what is asked for, what is saved, what becomes of everything that is no export."""

import base64
import hashlib
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from feeds import Answer, Feeds  # noqa: E402
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"
LATER = "2026-11-16T08:10:00Z"
ROOM = 10
LOGIN, PASSWORD = "venue-client", "s3same-0pen:up"
BEARER = "bearer-token-0815-4711"
FEED_KEY = "feedkey-zyxw-9876"

CONFIG = """\
[kisi]
base_url = {kisi}
api_key_file = api.key
rate = 1000/s
backoff = 0

[fetch]
backoff = 0
{fetch}

[guards]
max_clock = 1000d

[source bookings]
profile = {profile}
timezone = UTC
{source}

{more}

[rule room]
resource = *
group = Room 1
"""

PEOPLE = """\
[source people]
profile = generic-people
file = people.csv
max_age = 9999d
"""

HEADER = "booking_id,email,name,resource,location,start,end,status,attendees\n"

tap = Tap()
os.umask(0o022)  # what cron gives; files must be for the job alone all the same


def csv(*names):
    return HEADER + "".join(f"{i},{name}@example.org,{name.title()} Example,Room 1,,2026-11-16 09:00,"
                            "2026-11-16 11:00,confirmed,\n" for i, name in enumerate(names, 1))


def page(names, token=None):
    bookings = [{"id": f"b-{name}", "resourceRef": "r-1", "startDate": "2026-11-16T09:00:00.000Z",
                 "endDate": "2026-11-16T11:00:00.000Z", "userOwner": {"email": f"{name}@example.org"},
                 "attendees": []} for name in names]
    return json.dumps({"bookings": bookings, **({"nextPageToken": token} if token else {})})


def world():
    return snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1},
                    groups=[{"id": ROOM, "name": "Room 1"}],
                    users=[{"id": 1, "email": "owner@example.org", "name": "Olga Owner"}])


class Venue:
    """A configuration whose source is fetched, beside a snapshot or a sandbox."""

    def __init__(self, source, profile="generic-bookings", kisi="https://api.kisi.example", fetch="", more=""):
        self.folder = pathlib.Path(new_folder())
        self.online = kisi.startswith("http:")
        self.write("kisi-reconcile.ini", CONFIG.format(kisi=kisi, fetch=fetch, profile=profile, source=source, more=more))
        self.write("api.key", "sandbox-key\n")
        self.write("kisi.json", json.dumps(world()))
        self.write("people.csv", "person_id,email,name,company,status\n1,mira@example.org,Mira,,active\n")

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *words, now=NOW):
        offline = [] if self.online else ["--snapshot", "kisi.json"]
        path = self.folder / "plan.json"
        run = run_program([*words, *offline, "--now", now, "--json", path], folder=self.folder)
        run.plan = json.loads(path.read_text()) if path.exists() else None
        path.unlink(missing_ok=True)
        return run

    def plan(self, now=NOW):
        return self.run("plan", now=now)

    def sets(self, source="bookings"):
        folder = self.folder / "kisi-reconcile.db.fetched" / source
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def granted(plan):
    return sorted(c["email"].split("@")[0] for c in plan["changes"] if c["action"] == "grant")


def refusal(run):
    """Why the source is refused: in the verdicts of a plan, or in what a run without a usable source says."""
    verdicts = [v for v in (run.plan or {}).get("guards", []) if v["guard"] == "input_readable" and v["tripped"]]
    return " ".join(v["text"] for v in verdicts) + run.stderr


# ---- what is fetched is saved, and imported like a file ----

def one_address(web):
    web.at("/bookings.csv", Answer(csv("ada", "zed")))
    venue = Venue("url = " + web.url("/bookings.csv?week=47"))
    run = venue.plan()
    tap.equal("one address: everybody of the feed is granted", granted(run.plan), ["ada", "zed"])
    tap.equal("one address: its own query is sent, and nobody is named",
              [(r.parameters, r.headers.get("Authorization")) for r in web.requests], [({"week": "47"}, None)])
    tap.ok("one address: the agent is named", web.requests[0].headers["User-Agent"].startswith("kisi-reconcile/"))
    sets = venue.sets()
    tap.ok("saved: one set, named by the instant and the run",
           len(sets) == 1 and re.fullmatch(r"2026-11-16T08-00-00Z-" + run.plan["run"], sets[0]), sets)
    folder = venue.folder / "kisi-reconcile.db.fetched" / "bookings" / sets[0]
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    tap.equal("saved: the page and the sums", sorted(files), ["0001.txt", "SHA256SUMS"])
    tap.equal("saved: as it came", files["0001.txt"].decode(), csv("ada", "zed"))
    sha = hashlib.sha256(files["0001.txt"]).hexdigest()
    tap.equal("saved: its hash", files["SHA256SUMS"].decode(), f"{sha}  0001.txt\n")
    tap.ok("the plan names the same hash", sha in json.dumps(run.plan["sources"]), run.plan["sources"])
    modes = {oct(p.stat().st_mode & 0o777) for p in (folder.parent.parent, folder.parent, folder)}
    tap.equal("saved: folders are for the job alone", modes, {"0o700"})
    tap.equal("saved: files are, too", {oct(p.stat().st_mode & 0o777) for p in folder.iterdir()}, {"0o600"})
    again = venue.plan()
    tap.equal("the same feed makes the same plan", again.plan["plan"], run.plan["plan"])
    tap.equal("... from the same inputs", again.plan["hashes"], run.plan["hashes"])
    web.at("/bookings.csv", Answer(csv("ada", "zed", "cleo")))
    tap.ok("another feed is another input", venue.plan().plan["hashes"]["inputs"] != run.plan["hashes"]["inputs"])


def all_pages(web):
    pages = {None: page(["ada"], "two/2"), "two/2": page(["bo"], "three & 3"), "three & 3": page(["cy"])}
    web.at("/resources/bookings/v1",
           Answer(lambda request: Answer(pages[request.parameters.get("nextPageToken")])))
    venue = Venue("url = " + web.url("/resources/bookings/v1?locationRef=loc-1&limit=50") +
                  "\ncredentials_file = login", profile="spacebring-bookings")
    venue.write("login", f"{LOGIN}:{PASSWORD}\n")
    run = venue.plan()
    tap.equal("pages: everybody of every page is granted", granted(run.plan), ["ada", "bo", "cy"])
    wanted = {"locationRef": "loc-1", "limit": "50", "status": "confirmed,canceled", "singleBookings": "true",
              "endDate[gte]": "2026-10-16T08:00:00Z", "startDate[lte]": "2026-12-17T08:00:00Z"}
    asked = [dict(r.parameters) for r in web.requests]
    tap.equal("pages: the tokens", [a.pop("nextPageToken", None) for a in asked], [None, "two/2", "three & 3"])
    tap.equal("pages: every one is asked for with the same parameters, the address's own first", asked, [wanted] * 3)
    basic = "Basic " + base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()
    tap.equal("pages: every one is asked for by name", {r.headers.get("Authorization") for r in web.requests}, {basic})
    tap.equal("pages: all are saved", sorted(p.name for p in (venue.folder / "kisi-reconcile.db.fetched/bookings" / venue.sets()[0]).iterdir()),
              ["0001.json", "0002.json", "0003.json", "SHA256SUMS"])


def calendar(web):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Harbour//Hall//EN", "BEGIN:VEVENT", "UID:hall-1@example.org",
             "DTSTAMP:20261115T120000Z", "DTSTART:20261116T090000Z", "DTEND:20261116T110000Z", "STATUS:CONFIRMED",
             "ORGANIZER;CN=Ada:mailto:ada@example.org", "LOCATION:Hall", "END:VEVENT", "END:VCALENDAR", ""]
    web.at("/hall.ics", Answer("\r\n".join(lines)))
    venue = Venue("url = " + web.url("/hall.ics"), profile="ical", more=PEOPLE)
    run = venue.plan()
    tap.equal("calendar: its people are granted", granted(run.plan), ["ada"])
    tap.ok("calendar: saved as one", (venue.folder / "kisi-reconcile.db.fetched/bookings" / venue.sets()[0] / "0001.ics").exists())
    web.at("/hall.ics", Answer("\r\n".join(lines[:-2])))
    run = venue.plan()
    tap.ok("calendar: one without its end is refused", granted(run.plan) == [] and "0001.ics" in refusal(run), refusal(run))


def header_and_secret_address(web):
    web.at(f"/ical/{FEED_KEY}", Answer(csv("ada")))
    venue = Venue("url_file = address\nheader_file = header")
    venue.write("address", web.url(f"/ical/{FEED_KEY}") + "\n")
    venue.write("header", f"Authorization: Bearer {BEARER}\n\nX-Venue: harbour\n")
    run = venue.plan()
    tap.equal("header: everybody is granted", granted(run.plan), ["ada"])
    asked = web.requests[0].headers
    tap.equal("header: its lines are sent", (asked.get("Authorization"), asked.get("X-Venue")),
              (f"Bearer {BEARER}", "harbour"))
    (venue.folder / "header").chmod(0o644)
    run = venue.plan()
    tap.ok("header: that others can read it is said", "others can read the header" in run.stderr, run.stderr)


def secrets_stay(web):
    """Success, refusal and a look at the process while it waits: nothing shows who asks, nor the secret address."""
    secrets = [FEED_KEY, BEARER, PASSWORD, base64.b64encode(f"{LOGIN}:{PASSWORD}".encode()).decode()]
    for identity, answers, code in (("header_file = header", [Answer(csv("ada"))], 0),
                                    ("credentials_file = login", [Answer("no", 401)], 3),
                                    ("header_file = header", [Answer("", 302, {"Location": f"ftp://{FEED_KEY}.example/"})], 3),
                                    ("credentials_file = login", [Answer(csv("ada"), cut=20)], 3),
                                    ("header_file = header", [Answer(csv("ada"), hang=1)], 0)):
        web.at(f"/ical/{FEED_KEY}", *answers)
        venue = Venue("url_file = address\n" + identity, fetch="attempts = 1\ntimeout = 2s", more=PEOPLE)
        venue.write("address", web.url(f"/ical/{FEED_KEY}"))
        venue.write("login", f"{LOGIN}:{PASSWORD}")
        venue.write("header", f"Authorization: Bearer {BEARER}\n")
        process = subprocess.Popen([program("KISI_RECONCILE", "build/kisi-reconcile"), "plan", "-v", "--snapshot", "kisi.json",
                                    "--now", NOW, "--json", "plan.json"], cwd=venue.folder, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        seen = b""
        if answers[0].hang:
            end = time.monotonic() + 30
            while not web.requests and time.monotonic() < end:
                time.sleep(0.01)
            seen = b"".join(pathlib.Path(f"/proc/{process.pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        out, err = process.communicate(timeout=60)
        left = b"".join(path.read_bytes() for path in venue.folder.rglob("*")
                        if path.is_file() and path.name not in ("address", "login", "header"))
        told = [s for s in secrets if s.encode() in out.encode() + err.encode() + left + seen]
        tap.equal(f"secrets: {identity.split('_')[0]}, {answers[0].status}: none is shown or kept", told, [])
        tap.ok("secrets: the run itself was one, and asked", process.returncode == code and len(web.requests) == 1, err)


# ---- what is no export ----

def faults(web):
    token = {"profile": "spacebring-bookings"}
    here = web.url("")
    cases = [
        ("a broken server", [Answer("oh", 500)], "answered 500", 3, {}),
        ("too many requests", [Answer("", 429, {"Retry-After": "0"})], "answered 429", 3, {}),
        ("a wrong login", [Answer("who?", 401)], "answered 401", 1, {}),
        ("a wrong address", [Answer("what?", 404)], "answered 404", 1, {}),
        ("part of it", [Answer(csv("ada"), 206)], "answered 206", 1, {}),
        ("nothing", [Answer(" \n")], "answered with nothing", 1, {}),
        ("a login page", [Answer("\n<!DOCTYPE html><title>Log in</title>")], "a web page", 1, {}),
        ("a cut answer", [Answer(csv("ada", "zed"), cut=90)], "no usable answer", 3, {}),
        ("no answer in time", [Answer(csv("ada"), hang=20)], "no usable answer", 2, {"fetch": "timeout = 1s\nattempts = 2"}),
        ("an answer without end", [Answer("x" * 1000000, endless=True)], "larger than", 1, {}),
        ("a redirect for ever", [Answer("", 302, {"Location": here + "/f"})], "redirects for ever", 6, {}),
        ("a redirect to nowhere", [Answer("", 302)], "redirects nowhere", 1, {}),
        ("a redirect over plain http", [Answer("", 302, {"Location": "http://feeds.example.org/"})], "http would show", 1, {}),
        ("a redirect into a file", [Answer("", 302, {"Location": "file:///etc/passwd"})], "not an address of a server", 1, {}),
        ("no JSON where pages are", [Answer("id,email\n")], "not JSON", 1, token),
        ("pages in a circle", [Answer(page(["ada"], "again"))], "round in a circle", 2, token),
        ("the second page fails", [Answer(page(["ada"], "2")), Answer("", 503)], "page 2: answered 503", 4, token),
        ("the second page is a login page", [Answer(page(["ada"], "2")), Answer("<html>")], "page 2: answered with a web page", 2, token),
        ("a token that is none", [Answer('{"bookings":[],"nextPageToken":{}}')], "nextPageToken is neither", 1, token),
        ("an error that looks like success", [Answer('{"message":"try later"}')], "bookings", 1, token),
    ]
    for name, answers, reason, requests, more in cases:
        web.at("/f", *answers)
        venue = Venue("url = " + web.url("/f"), more=PEOPLE, **{"fetch": "attempts = 3", **more})
        run = venue.plan()
        # With another good source the run goes on.
        tap.ok(f"{name}: the source is refused, the run goes on",
               run.plan and reason in refusal(run) and granted(run.plan) == [], refusal(run))
        tap.equal(f"{name}: asked so often", len(web.requests), requests)
        if name != "an error that looks like success":
            tap.equal(f"{name}: nothing is kept", venue.sets(), [])
    web.at("/f", Answer("", 500))
    run = Venue("url = " + web.url("/f"), fetch="attempts = 1").plan()
    tap.equal("the only source: no usable input", run.code, 65)
    tap.ok("... and it says which and why", "source bookings: source bookings: not fetched: 127.0.0.1" in run.stderr
           and "answered 500" in run.stderr, run.stderr)


def endless_pages(web):
    web.at("/f", Answer(lambda request: Answer(page(["ada"], str(int(request.parameters.get("nextPageToken", 0)) + 1)))))
    venue = Venue("url = " + web.url("/f"), profile="spacebring-bookings", fetch="deadline = 1s", more=PEOPLE)
    run = venue.plan()
    tap.ok("pages without end: the time is over", "the time for this source is over" in refusal(run), refusal(run))
    tap.equal("... and nothing is kept", venue.sets(), [])
    tap.ok("... and the rate was held to", len(web.requests) <= 12, len(web.requests))


def repeats(web):
    for name, first in (("500", [Answer("", 500)]), ("429 with a wait", [Answer("", 429, {"Retry-After": "1"})]),
                        ("a cut answer", [Answer(csv("ada"), cut=60)]), ("500 twice", [Answer("", 502), Answer("", 500)])):
        web.at("/f", *first, Answer(csv("ada")))
        begun = time.monotonic()
        run = Venue("url = " + web.url("/f")).plan()
        tap.equal(f"{name}, then well: everybody is granted", granted(run.plan) if run.plan else run.stderr, ["ada"])
        if "wait" in name:
            tap.ok("... after the wait it asked for", time.monotonic() - begun >= 1)


def redirects(web):
    with Feeds() as other:
        web.at("/old", Answer("", 301, {"Location": "/new"}))
        web.at("/new", Answer(csv("ada")))
        venue = Venue("url = " + web.url("/old") + "\nheader_file = header")
        venue.write("header", f"Authorization: Bearer {BEARER}")
        tap.equal("redirect on the same server: followed", granted(venue.plan().plan), ["ada"])
        tap.equal("... and told who asks", [r.headers.get("Authorization") for r in web.requests], [f"Bearer {BEARER}"] * 2)

        other.at("/back", Answer("", 307, {"Location": web.url("/new")}))
        web.at("/old", Answer("", 302, {"Location": other.url("/back")}))
        tap.equal("redirect to another server and back: followed", granted(venue.plan().plan), ["ada"])
        tap.equal("... which is not told who asks", [r.headers.get("Authorization") for r in other.requests], [None])
        tap.equal("... and nobody is, behind it", [r.headers.get("Authorization") for r in web.requests],
                  [f"Bearer {BEARER}", None])

        other.at("/page", Answer(page(["ada"], "2")))
        web.at("/old", Answer("", 302, {"Location": other.url("/page")}), Answer(page(["bo"])))
        pages = Venue("url = " + web.url("/old") + "\nheader_file = header", profile="spacebring-bookings")
        pages.write("header", f"Authorization: Bearer {BEARER}")
        tap.equal("redirect of one page: followed", granted(pages.plan().plan), ["ada", "bo"])
        tap.equal("... and the next page is asked for by name again",
                  [r.headers.get("Authorization") for r in web.requests + other.requests], [f"Bearer {BEARER}"] * 2 + [None])

        web.at("/old", Answer("", 302, {"Location": web.url("/new", host="localhost")}))
        venue.plan()
        tap.equal("another name of the server is another server", [r.headers.get("Authorization") for r in web.requests],
                  [f"Bearer {BEARER}", None])


# ---- over several runs ----

def holds(web):
    web.at("/f", Answer(csv("ada", "zed")))
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue("url = " + web.url("/f"), kisi=kisi.url, fetch="attempts = 1", more=PEOPLE)
        run = venue.run("apply")
        tap.equal("apply: everybody of the feed is let in", (run.code, granted(run.plan)), (0, ["ada", "zed"]))
        held = len(kisi.state()["role_assignments"])
        for name, answer in (("500", Answer("", 500)), ("cut", Answer(csv("ada", "zed"), cut=80)), ("empty", Answer(""))):
            web.at("/f", answer)
            run = venue.run("apply", now=LATER)
            tap.equal(f"feed fails ({name}): nobody loses anything",
                      (run.plan["changes"], len(kisi.state()["role_assignments"])), ([], held))
        web.at("/f", Answer(csv("ada")))
        run = venue.plan(now=LATER)
        tap.equal("a good feed counts again", ([(c["action"], c["email"]) for c in run.plan["changes"]],
                                               [v["guard"] for v in run.plan["guards"] if v["tripped"]]),
                  ([("revoke", "zed@example.org")], []))


def exact_plan(web):
    web.at("/f", Answer(csv("ada")))
    with Sandbox(world(), now=NOW) as kisi:
        venue = Venue("url = " + web.url("/f"), kisi=kisi.url)
        run_program(["plan", "--now", NOW, "--json", "looked-at.json"], folder=venue.folder)
        web.at("/f", Answer(csv("ada", "zed")))
        run = venue.run("apply", "looked-at.json")
        tap.ok("a saved plan is refused when the feed changed", run.code == 3 and "an input file changed" in run.stderr, run.stderr)
        web.at("/f", Answer(csv("ada")))
        run = venue.run("apply", "looked-at.json")
        tap.equal("... and applied when it is as it was", (run.code, granted(run.plan)), (0, ["ada"]))


def keeps_a_few(web):
    web.at("/f", Answer(csv("ada")))
    venue = Venue("url = " + web.url("/f"), fetch="keep = 2")
    for minute in range(4):
        venue.plan(now=f"2026-11-16T08:0{minute}:00Z")
    tap.equal("the newest sets are kept", [name[:20] for name in venue.sets()],
              ["2026-11-16T08-02-00Z", "2026-11-16T08-03-00Z"])
    left = venue.folder / "kisi-reconcile.db.fetched/bookings/.partial-killed"
    left.mkdir()
    (left / "0001.txt").write_text("half")
    (left / "SHA256SUMS").write_text("")
    (venue.folder / "kisi-reconcile.db.fetched/bookings/notes").mkdir()
    run = venue.plan(now="2026-11-15T20:00:00Z")
    tap.ok("an older instant's own set is not removed under it", run.plan and granted(run.plan) == ["ada"], run.stderr)
    tap.equal("what a killed run left is removed, what is not ours is not",
              [name[:10] for name in venue.sets()], ["2026-11-15", "2026-11-16", "notes"])
    web.at("/f", Answer("", 500))
    before = venue.sets()
    venue.plan(now="2026-11-16T09:00:00Z")
    tap.equal("a failed fetch removes nothing", venue.sets(), before)


def others_stay(web):
    """Two venues may share the folder, and people may keep what they like in it."""
    web.at("/f", Answer(csv("ada")))
    web.at("/g", Answer(csv("bob")))
    venue = Venue("url = " + web.url("/f"), fetch="keep = 1")
    bookings = venue.folder / "kisi-reconcile.db.fetched/bookings"
    (bookings / "2025 bills").mkdir(parents=True)
    (bookings / "2025 bills/SHA256SUMS").write_text(f"{'0' * 64}  bill.csv\n")
    (bookings / "2025 bills/bill.csv").write_text("kept")
    text = (venue.folder / "kisi-reconcile.ini").read_text().replace(web.url("/f"), web.url("/g"))
    (venue.folder / "other.ini").write_text("[state]\ndatabase = other.db\nfetched_dir = kisi-reconcile.db.fetched\n" + text)
    other = ("-c", "other.ini")
    venue.run(*other, "plan")
    for minute in range(3):
        venue.plan(now=f"2026-11-16T08:0{minute}:00Z")
    tap.equal("each keeps its own sets, and a folder of somebody else stays", [name[:16] for name in venue.sets()],
              ["2025 bills", "2026-11-16T08-00", "2026-11-16T08-02"])
    tap.ok("... with what is in it", (bookings / "2025 bills/bill.csv").exists())
    for who, words in (("ada", ()), ("bob", other)):
        run = venue.run(*words, *([] if "-q" in words else ["--records"]), "why", f"{who}@example.org", now="2026-11-16T08:05:00Z")
        tap.ok(f"why reads what its own state fetched: {who}", "booking 1 (0001.txt:2)" in run.stdout, run.stdout + run.stderr)


def looks_ahead(web):
    """What was fetched for another time is not what is known now."""
    clock = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    at = lambda **ahead: (clock + datetime.timedelta(**ahead)).isoformat()
    row = lambda status: ("booking_id,email,resource,start,end,status\n"
                          f"1,ada@example.org,Room 1,{at(hours=-2)},{at(days=20)},{status}\n")
    venue = Venue("url = " + web.url("/f"), fetch="keep = 1")
    why = lambda *more: run_program(["--records", "why", "ada@example.org", "--snapshot", "kisi.json", *more], folder=venue.folder)
    web.at("/f", Answer(row("cancelled")))
    run = venue.plan(now=at(days=7))
    run = run_program(["describe", "--source", "bookings"], folder=venue.folder)
    tap.ok("a look ahead is not what was fetched last", run.code == 65 and "was never fetched here" in run.stderr, run.stderr)
    run_program(["plan", "-q", "--snapshot", "kisi.json"], folder=venue.folder)
    web.at("/f", Answer(row("confirmed")))
    for days in (3, 5, 7):
        run = venue.plan(now=at(days=days))
    tap.ok("a look ahead sees what is there now", granted(run.plan) == ["ada"], run.stderr)
    tap.ok("why: but answers by the last run of now", "it was cancelled" in why().stdout, why().stdout)
    said = why("--now", at(days=7))
    tap.ok("why: asked for that time, by the look ahead", 'confirmed, Room 1' in said.stdout and 'gives "Room 1"' in said.stdout and
           "it was cancelled" not in said.stdout, said.stdout + said.stderr)
    tap.equal("what why reads outlives looks ahead", len(venue.sets()), 2)


def check_looks_only(web):
    web.at("/f", Answer(csv("ada")))
    venue = Venue("url = " + web.url("/f"))
    run = run_program(["check", "--snapshot", "kisi.json", "--now", NOW], folder=venue.folder)
    tap.ok("check: the feed was looked at", len(web.requests) == 1 and "0001.txt" in run.stdout, run.stdout + run.stderr)
    tap.ok("check: and nothing of it is kept", not (venue.folder / "kisi-reconcile.db.fetched/bookings").exists())
    web.at("/f", Answer("who?", 401))
    run = run_program(["check", "--snapshot", "kisi.json", "--now", NOW], folder=venue.folder)
    tap.ok("check: what cannot be fetched is said", "answered 401" in run.stdout and run.code == 65, run.stdout + run.stderr)


# ---- configuration ----

def configuration(web):
    for name, source, wanted in (
            ("two places", f"file = b.csv\nurl = {web.url('/f')}", "only one of file, url and url_file"),
            ("no place", "", 'key "file" is missing'),
            ("plain http", "url = http://feeds.example.org/f", "http would show"),
            ("a password in the address", f"url = https://u:{PASSWORD.replace(':', '')}@example.org/", "user name or password"),
            ("another scheme", "url = webcal://example.org/f.ics", "neither https nor http"),
            ("a login for a file", "file = b.csv\ncredentials_file = login", "go with url"),
            ("two logins", f"url = {web.url('/f')}\ncredentials_file = a\nheader_file = b", "either credentials_file or"),
            ("pick", f"url = {web.url('/f')}\npick = newest", "goes with file")):
        run = Venue(source).plan()
        tap.ok(f"configuration: {name}: exit 78 and why", run.code == 78 and wanted in run.stderr, run.stderr)
        tap.ok(f"configuration: {name}: no password is shown", PASSWORD.replace(":", "") not in run.stderr)
    run = Venue(f"url = {web.url('/f')}", fetch="timeout = 0").plan()
    tap.ok("configuration: no patience at all", run.code == 78 and "from 1s to 1d" in run.stderr, run.stderr)
    for name, source, text, wanted in (
            ("no login file", "credentials_file = login", None, "login: cannot be read: No such file"),
            ("a login that is none", "credentials_file = login", f"{BEARER}\n", "this is no login"),
            ("a header that is none", "header_file = login", f"{BEARER}\n", "line 1 is no header line"),
            ("a header that is ours", "header_file = login", "Host: example.org\n", "cannot be set")):
        web.at("/f", Answer(csv("ada")))
        venue = Venue(f"url = {web.url('/f')}\n{source}", more=PEOPLE)
        if text is not None:
            venue.write("login", text)
        run = venue.plan()
        tap.ok(f"{name}: the source is refused", run.plan and wanted in refusal(run) and not web.requests, refusal(run))
        tap.ok(f"{name}: its text is not shown", BEARER not in refusal(run))
    venue = Venue("url_file = address", more=PEOPLE)
    venue.write("address", f"http://feeds.example.org/{FEED_KEY}")
    run = venue.plan()
    tap.ok("a secret address over plain http is refused, and not shown",
           "http would show" in refusal(run) and FEED_KEY not in refusal(run), refusal(run))


with Feeds() as server:
    for part in (one_address, all_pages, calendar, header_and_secret_address, secrets_stay, faults, endless_pages, repeats,
                 redirects, holds, exact_plan, keeps_a_few, others_stay, looks_ahead, check_looks_only, configuration):
        part(server)
tap.done()
