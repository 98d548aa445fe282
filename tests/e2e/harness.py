"""What end-to-end tests share: the sandbox as a context, a run of the program, and TAP.

    from harness import Sandbox, Tap, run_program, snapshot

    tap = Tap()
    with Sandbox(snapshot(users=[{"id": 1, "email": "mira@example.org"}])) as kisi:
        run = run_program(["plan", "-c", "config.ini"], files={"config.ini": "...", "api.key": kisi.key})
        tap.ok("nothing to do", run.code == 0, run.stderr)
        tap.equal("nobody was asked to change anything", kisi.writes(), [])
    tap.done()

Programs: KISI_SANDBOX (build/kisi-sandbox) and KISI_RECONCILE (build/kisi-reconcile), from the environment.
Nothing here sleeps: a sandbox is ready once it has printed its address, and every wait has an end.
"""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse

TOP = pathlib.Path(__file__).resolve().parents[2]
WAIT_SECONDS = 60

ARRAYS = ("places", "locks", "groups", "group_locks", "users", "role_assignments", "group_links", "schedules",
          "teams", "team_memberships", "roles")


def program(variable, usual):
    """Path of a program of ours: from the environment, else from the build folder."""
    return str(pathlib.Path(os.environ.get(variable) or TOP / usual).resolve())


def snapshot(organization=None, fetched_at="2026-11-14T12:00:00Z", **arrays):
    """A snapshot as a dict; arrays that are not named are empty.  Objects may be sparse."""
    unknown = set(arrays) - set(ARRAYS) - {"guests", "logins"}
    assert not unknown, f"no such arrays: {unknown}"
    out = {"format_version": 1, "fetched_at": fetched_at, "organization": organization or {"id": 1}}
    out.update({name: arrays.get(name, []) for name in ARRAYS})
    out.update(arrays)
    return out


class Reply:
    """An answer: status, headers (case-insensitive get), body as bytes, json (None when there is none)."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.json = json.loads(self.body) if self.body and "json" in (self.headers["Content-Type"] or "") else None

    def range(self):
        """(start, end, total) of X-Collection-Range; start and end are None for `*`."""
        span, total = self.headers["X-Collection-Range"].split("/")
        start, end = (None, None) if span == "*" else map(int, span.split("-"))
        return start, end, int(total)


class Sandbox:
    """A running kisi-sandbox; use it in a `with`.

    source: a snapshot as dict, the path of one, or None.  switches: {name: value}; the rate is unlimited
    unless they say otherwise.  faults: texts as of --fault.  now: where its clock starts.  quiet: drop its stderr.
    Attributes: url, port, key.
    """

    def __init__(self, source=None, key="sandbox-key", keys=(), switches=None, faults=(), now=None, options=(),
                 quiet=False):
        self.key = key
        self.folder = tempfile.mkdtemp(prefix="kisi-sandbox-")
        self.dump_file = os.path.join(self.folder, "dump.json")
        command = [program("KISI_SANDBOX", "build/kisi-sandbox"), "--port=0", f"--dump={self.dump_file}"]
        if isinstance(source, (dict, list)):
            path = os.path.join(self.folder, "snapshot.json")
            pathlib.Path(path).write_text(json.dumps(source), encoding="utf-8")
            source = path
        if source is not None:
            command.append(f"--snapshot={source}")
        command += [f"--key={text}" for text in (key, *keys)]
        command += [f"--switch={name}={value}" for name, value in {"rate": 0, **(switches or {})}.items()]
        command += [f"--fault={text}" for text in faults]
        command += [f"--now={now}"] if now else []
        self.process = subprocess.Popen(command + list(options), stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL if quiet else None)
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.process.wait(WAIT_SECONDS)
            self.stop()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise RuntimeError(f"kisi-sandbox did not start (exit {self.process.returncode})")
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        code = self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        if code != 0 and kind is None:
            raise RuntimeError(f"kisi-sandbox ended with exit {code}")

    def stop(self):
        """Stop it (twice is fine) and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(WAIT_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process.stdout.close()
        return self.process.returncode

    def dump(self):
        """The snapshot that a stopped sandbox left behind."""
        return json.loads(pathlib.Path(self.dump_file).read_text(encoding="utf-8"))

    def call(self, method, path, body=None, key="", raw=None, headers=None):
        """One request; key "" means the usual one, None means no Authorization.  Returns a Reply.

        A connection that is closed without an answer raises http.client.HTTPException or OSError.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_SECONDS)
        sent = {"Accept": "application/json", **(headers or {})}
        if key is not None:
            sent["Authorization"] = "KISI-LOGIN " + (key or self.key)
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body=raw, headers=sent)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, **parameters):
        """GET with query parameters."""
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        return self.call("GET", path + query)

    def control(self, method, name, body=None):
        """A request to a control endpoint; its JSON."""
        reply = self.call(method, f"/__sandbox/{name}", body, key=None)
        assert reply.status in (200, 204), reply.body
        return reply.json

    def state(self):
        """The whole state as a snapshot."""
        return self.control("GET", "state")

    def requests(self):
        """The requests so far: dicts with method, path, query, status (0 = no answer), user_id."""
        return self.control("GET", "requests")["requests"]

    def writes(self):
        """The same, of those that are not GET, as `METHOD path` texts."""
        return [f"{r['method']} {r['path']}" for r in self.requests() if r["method"] != "GET"]

    def forget_requests(self):
        self.control("DELETE", "requests")

    def unlocks(self):
        """The locks opened so far: dicts with lock_id, user_id, at."""
        return self.control("GET", "unlocks")

    def fault(self, text):
        """Add a fault, as of --fault."""
        self.control("POST", "faults", {"fault": text})

    def clear_faults(self):
        self.control("DELETE", "faults")

    def switch(self, **values):
        self.control("POST", "switches", {name: str(value) for name, value in values.items()})


class Run:
    """How a program ended: code, stdout, stderr, and the folder it ran in (its files are in `read`)."""

    def __init__(self, code, stdout, stderr, folder):
        self.code, self.stdout, self.stderr, self.folder = code, stdout, stderr, folder

    def read(self, name):
        return (pathlib.Path(self.folder) / name).read_text(encoding="utf-8")

    def json(self, name):
        return json.loads(self.read(name))


_folders = []


def new_folder():
    """A temporary folder that goes away with the test."""
    _folders.append(tempfile.TemporaryDirectory(prefix="kisi-reconcile-"))
    return _folders[-1].name


def run_program(args, files=None, folder=None, env=None, timeout=WAIT_SECONDS, stdin=None):
    """Run kisi-reconcile in a folder (a new one unless given) that holds these files ({name: text or bytes}).

    Files are written with mode 0600, so that a key file is one as it should be.  env: more of the environment.
    Returns a Run; a run that takes longer than timeout seconds raises subprocess.TimeoutExpired.
    """
    folder = folder or new_folder()
    for name, content in (files or {}).items():
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o600)
    done = subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), *map(str, args)], cwd=folder,
                          env={**os.environ, **(env or {})}, input=stdin, capture_output=True, text=True,
                          timeout=timeout, check=False)
    return Run(done.returncode, done.stdout, done.stderr, folder)


class Tap:
    """Test Anything Protocol on stdout: ok() for each check, done() at the end."""

    def __init__(self):
        self.count = self.failed = 0

    def ok(self, name, passed, diagnosis=""):
        """One check.  The diagnosis (any value) is shown when it failed.  Returns passed as a bool."""
        self.count += 1
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name}".replace("#", r"\#"), flush=True)
        if not passed:
            self.failed += 1
            for line in str(diagnosis).splitlines():
                print(f"# {line}", flush=True)
        return bool(passed)

    def skip(self, name, why):
        """A check that cannot be made here, and why."""
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}", flush=True)

    def equal(self, name, found, wanted):
        return self.ok(name, found == wanted, f"found  {found!r}\nwanted {wanted!r}")

    def done(self):
        """Print the plan and end the test."""
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)
