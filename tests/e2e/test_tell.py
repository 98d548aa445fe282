#!/usr/bin/python3
"""Nobody must find out from a guest: figures for a monitoring system, pings for a dead-man service, a run that did not come, and
`status`."""

import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-14T09:00:00Z"
SOON = "2026-11-14T10:10:00Z"
LATE = "2026-11-14T18:00:00Z"
CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
attempts = 2
backoff = 0
[guards]
max_age = 9999d
max_clock = 9999d
[source bookings "a"]
profile = generic-bookings
file = bookings.csv
[rule room]
resource = *
group = Room
{more}
"""
HEADER = "booking_id,email,resource,start,end,status\n"
BOOKINGS = HEADER + ("b1,mira@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n"
                     "b2,mira@example.org,Room 1,2026-11-14T14:00:00Z,2026-11-14T15:00:00Z,confirmed\n"
                     "b3,noor@example.org,Room 1,2026-11-15T14:00:00Z,2026-11-15T15:00:00Z,confirmed\n"
                     "b4,,Room 1,2026-11-14T14:00:00Z,2026-11-14T15:00:00Z,confirmed\n")
STATE = snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=[{"id": 10, "name": "Room"}],
                 users=[{"id": 1, "email": "owner@example.org", "name": "Olga"},
                        {"id": 5, "email": "mira@example.org", "name": "Mira"},
                        {"id": 6, "email": "noor@example.org", "name": "Noor"}])

tap = Tap()


class Venue:
    def __init__(self, kisi, more=""):
        self.folder, self.kisi = pathlib.Path(new_folder()), kisi
        self.configure(more)
        self.write("api.key", kisi.key + "\n")
        self.write("bookings.csv", BOOKINGS)

    def configure(self, more):
        self.write("harbour.ini", CONFIG.format(url=self.kisi.url, more=more))

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def run(self, *args, now=NOW):
        return run_program(["-c", "harbour.ini", "--now", now, *args], folder=str(self.folder))


class Service:
    """A dead-man service: notes what it is told; answers `status`."""

    def __init__(self, status=200):
        self.told, self.status = [], status
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                service.told.append((self.path, text))
                self.send_response(service.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def figures(text):
    """{line before the number: number}"""
    return {line.rsplit(" ", 1)[0]: int(line.rsplit(" ", 1)[1]) for line in text.splitlines() if not line.startswith("#")}


def metrics(kisi):
    venue = Venue(kisi, "[metrics]\nfile = kisi.prom\n")
    run = venue.run("apply")
    path = venue.folder / "kisi.prom"
    if not tap.ok("apply leaves figures", run.code == 0 and path.exists(), run.stderr):
        return
    text = path.read_text(encoding="utf-8")
    found = figures(text)
    label = 'organization="harbour"'
    tap.equal("anybody may read them", oct(path.stat().st_mode & 0o777), "0o644")
    tap.equal("a grant", found.get(f'kisi_reconcile_changes{{{label},action="grant",outcome="done"}}'), 1)
    tap.equal("the exit code", found.get(f'kisi_reconcile_last_exit_code{{{label},command="apply"}}'), 0)
    tap.ok("when", found.get(f'kisi_reconcile_last_success_timestamp_seconds{{{label},command="apply"}}', 0) > 1.7e9, text)
    tap.equal("rows that could not be read, and a name with quotes",
              found.get(f'kisi_reconcile_source_rejected_rows{{{label},source="bookings \\"a\\""}}'), 1)
    tap.ok("requests", found.get(f'kisi_reconcile_requests{{{label},result="ok"}}', 0) > 5, text)
    tap.ok("every figure names the organisation", all(label in line for line in found), text)
    tap.equal("each name has one help and one type, before its figures",
              [sorted(re.findall(rf"^# {what} (\w+) ", text, re.M)) for what in ("HELP", "TYPE")],
              [sorted(set(re.findall(r"^# HELP (\w+) ", text, re.M)))] * 2)
    tap.ok("no name comes without help",
           {line.split("{")[0] for line in found} <= set(re.findall(r"^# HELP (\w+) ", text, re.M)), text)
    tap.ok("no person is in it", "@" not in text and "Mira" not in text and "Noor" not in text, text)
    tap.ok("it ends with a line break", text.endswith("\n"))
    venue.run("plan", "--detailed-exitcode", now=SOON)
    found = figures(path.read_text(encoding="utf-8"))
    tap.ok("after a plan it still says when apply ran",
           f'kisi_reconcile_last_run_timestamp_seconds{{{label},command="apply"}}' in found and
           f'kisi_reconcile_last_run_timestamp_seconds{{{label},command="plan"}}' in found, found)
    venue.write("bookings.csv", HEADER)
    venue.run("apply", now=SOON)
    text = path.read_text(encoding="utf-8")
    tap.ok("a refused export is a figure", 'source_refused{organization="harbour",source="bookings \\"a\\""} 1' in text, text)
    before = venue.kisi.writes()
    venue.configure("[metrics]\nfile = /proc/nothing/kisi.prom\n")
    venue.write("bookings.csv", BOOKINGS)
    run = venue.run("apply", now=SOON)
    tap.ok("figures that cannot be written are said, and change nothing",
           run.code == 0 and "[metrics] file" in run.stderr and venue.kisi.writes() == before, run.stderr)
    checked(path)


def checked(path):
    if shutil.which("promtool") is None:
        tap.ok("promtool has nothing to say # SKIP no promtool here", True)
        return
    with open(path, encoding="utf-8") as stream:
        run = subprocess.run(["promtool", "check", "metrics"], stdin=stream, capture_output=True, text=True, check=False)
    tap.ok("promtool has nothing to say", run.returncode in (0, 3) and "error" not in run.stderr, run.stderr)
    run = subprocess.run(["promtool", "check", "rules", str(TOP / "packaging/prometheus/kisi-reconcile.rules.yml")],
                         capture_output=True, text=True, check=False)
    tap.equal("nor about the alerts", [run.returncode, run.stderr], [0, ""])


def alerts():
    rules = (TOP / "packaging/prometheus/kisi-reconcile.rules.yml").read_text(encoding="utf-8")
    source = (TOP / "reports/metrics.c").read_text(encoding="utf-8")
    known = {name for name in re.findall(r'"([a-z_]+)"', source)}
    used = set(re.findall(r"kisi_reconcile_(\w+)", rules))
    tap.ok("the alerts are about figures that exist", used and used <= known, used - known)


def pings(kisi):
    with Service() as service:
        venue = Venue(kisi, "[notify]\nping_url_file = ping.url\n")
        venue.write("ping.url", service.url + "?rid=1\n")
        run = venue.run("apply")
        tap.equal("start and end are told", [path for path, _ in service.told],
                  ["/ping/secret/start?rid=1", "/ping/secret/0?rid=1"])
        tap.ok("the end with its headline, which names nobody",
               "exit 0: " in service.told[-1][1] and "@" not in service.told[-1][1], service.told)
        tap.ok("and nothing shows the address", service.url not in run.stdout + run.stderr, run.stderr)
        service.told.clear()
        venue.run("plan", now=SOON)
        tap.equal("a plan is no sign of life", service.told, [])
        venue.write("bookings.csv", HEADER)
        venue.run("apply", now=SOON)
        tap.equal("an end that is no good one", [path for path, _ in service.told][1:], ["/ping/secret/65?rid=1"])
        service.told.clear()
        venue.configure("[notify]\nping_url_file = ping.url\nping_ok = 0 3\n[state]\ndatabase = other.db\n")
        venue.write("bookings.csv", HEADER + "b1,,Room 1,x,y,confirmed\n")
        run = venue.run("apply")
        tap.ok("one that is", service.told[-1][0] == f"/ping/secret/{0 if run.code in (0, 3) else run.code}?rid=1",
               (run.code, service.told))
        service.told.clear()
        venue.write("api.key", "wrong\n")
        venue.write("bookings.csv", BOOKINGS)
        run = venue.run("apply")
        tap.equal("a run that came to no plan, too", [service.told[-1][0], run.code], ["/ping/secret/69?rid=1", 69])
        venue.write("api.key", kisi.key + "\n")
        service.status = 500
        service.told.clear()
        run = venue.run("apply")
        tap.ok("a service that fails is tried three times, is said, and changes nothing",
               run.code == 0 and len(service.told) == 6 and "nobody could be told" in run.stderr, (run.code, run.stderr))
    venue.configure("[notify]\nping_ok = 9\n")
    tap.equal("exit codes must be some", venue.run("apply").code, 78)


def missed(kisi):
    venue = Venue(kisi)
    run = venue.run("status")
    tap.ok("status: never ran", run.code == 3 and "never" in run.stdout, run.stdout)
    run = venue.run("apply")
    tap.ok("the first run misses none", "last good run" not in run.stderr, run.stderr)
    run = venue.run("status", now=SOON)
    tap.ok("status: in time, in one line", run.code == 0 and run.stdout.count("\n") == 1 and
           "last good run 1 h ago; run_every is 1 h; the next is due by 2026-11-14T10:15:00Z" in run.stdout, run.stdout)
    run = venue.run("check", now=SOON)
    tap.ok("check says when, too", "last good run 1 h ago" in run.stdout, run.stdout)
    run = venue.run("status", now=LATE)
    tap.ok("status: late", run.code == 3 and run.stdout.startswith("LATE: last good run 9 h ago"), run.stdout)
    run = venue.run("status", "--json", "-", now=LATE)
    told = json.loads(run.stdout)
    tap.equal("as JSON", [told["late"], told["due"], told["last_run"]["exit"], told["last_good_run"]["as_of"]],
              [True, "2026-11-14T10:15:00Z", 0, NOW])
    run = venue.run("status", "-q", now=SOON)
    tap.equal("quiet when all is well", [run.code, run.stdout], [0, ""])
    run = venue.run("check", now=LATE)
    tap.ok("check warns", re.search(r"last run.*last good run 9 h ago", run.stdout) and run.code == 0, run.stdout)
    run = venue.run("apply", now=LATE)
    tap.ok("the next run says it, with what began meanwhile",
           "last good run 9 h ago; run_every is 1 h; 2 windows began in it" in run.stderr, run.stderr)
    run = venue.run("apply", now="2026-11-14T18:30:00Z")
    tap.ok("and the one after it does not", "last good run" not in run.stderr, run.stderr)
    tap.ok("a word too many is one", venue.run("status", "now").code == 64)


for scene in (metrics, pings, missed):
    with Sandbox(STATE) as sandbox:
        scene(sandbox)
alerts()
tap.done()
