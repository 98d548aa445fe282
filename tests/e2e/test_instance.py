#!/usr/bin/python3
"""Several organisations on one machine: `--instance`, the folders and secrets of the service manager, its journal, --wait, and
the log for programs."""

import fcntl
import json
import os
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import WAIT_SECONDS, Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

NOW = "2026-11-14T09:00:00Z"
CONFIG = """\
[kisi]
base_url = {url}
api_key_file = {key}
rate = 1000/s
[guards]
max_age = 9999d
max_clock = 9999d
[source bookings]
profile = generic-bookings
file = bookings.csv
[rule room]
resource = *
group = Room
{more}
"""
BOOKINGS = ("booking_id,email,resource,start,end,status\n"
            "b1,mira@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n")
STATE = snapshot(organization={"id": 1, "name": "Harbour", "user_id": 1}, groups=[{"id": 10, "name": "Room"}],
                 users=[{"id": 1, "email": "owner@example.org", "name": "Olga"},
                        {"id": 5, "email": "mira@example.org", "name": "Mira"}])

tap = Tap()


class Machine:
    """A machine with folders like /etc/kisi-reconcile and /var/lib/kisi-reconcile/NAME."""

    def __init__(self, kisi, name="harbour", key="api.key", more=""):
        self.etc, self.state, self.credentials = (pathlib.Path(new_folder()) for _ in range(3))
        self.write(f"{name}.ini", CONFIG.format(url=kisi.url, key=key, more=more))
        self.write("bookings.csv", BOOKINGS)
        self.write("api.key", kisi.key + "\n")
        self.env = {"CONFIGURATION_DIRECTORY": str(self.etc), "STATE_DIRECTORY": str(self.state)}

    def write(self, name, text, folder=None, mode=0o600):
        path = (folder or self.etc) / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def run(self, *args, **env):
        return run_program(["--now", NOW, *args], env={**self.env, **env})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def an_instance(kisi):
    machine = Machine(kisi)
    before = names(machine.etc)
    run = machine.run("--instance", "harbour", "apply")
    tap.equal("apply of an instance", run.code, 0)
    tap.equal("its state and reports are in its own folder",
              [name for name in names(machine.state) if "." not in name or name.endswith(".db")],
              ["kisi-reconcile.db", "reports"])
    tap.equal("nothing is written beside the configuration", names(machine.etc), before)
    tap.ok("the name stands in every message",
           all(line.startswith("kisi-reconcile harbour: ") for line in run.stderr.splitlines()), run.stderr)
    machine.write("other.ini", "[nonsense]\n")
    run = machine.run("--instance", "other", "plan")
    tap.ok("in errors, too", run.code == 78 and run.stderr.startswith("kisi-reconcile other: error: "), run.stderr)
    run = machine.run("-c", str(machine.etc / "harbour.ini"), "--instance", "harbour", "plan")
    tap.equal("a configuration of another name may be given", run.code, 0)
    for name in ("../harbour", "", ".x", "-x", "a b", "x" * 65):
        tap.equal(f"no name: {name!r}", machine.run(f"--instance={name}", "plan").code, 64)
    run = machine.run("--instance", "apply", "plan")
    tap.ok("a unit of the old kind is told what an instance is", run.code == 64 and "kisi-reconcile@NAME" in run.stderr,
           run.stderr)


def default_folders(kisi):
    machine = Machine(kisi)
    run = run_program(["--instance", "there-is-none", "check"])
    tap.ok("without a service manager: /etc/kisi-reconcile", "/etc/kisi-reconcile/there-is-none.ini" in run.stdout,
           run.stdout)
    run = run_program(["--instance", "there-is-none", "-c", str(machine.etc / "harbour.ini"), "check"])
    tap.ok("and /var/lib/kisi-reconcile", "/var/lib/kisi-reconcile/there-is-none" in run.stdout, run.stdout)
    run = machine.run("-c", str(machine.etc / "harbour.ini"), "plan")
    tap.ok("a unit that sets a state folder has its state there",
           run.code == 0 and "kisi-reconcile.db" in names(machine.state), run.stderr)
    run = run_program(["--now", NOW, "-c", str(machine.etc / "harbour.ini"), "plan"])
    tap.ok("without one it is beside the configuration", "kisi-reconcile.db" in names(machine.etc), run.stderr)
    (machine.state / "kisi-reconcile.db").unlink()
    run = machine.run("-c", str(machine.etc / "harbour.ini"), "plan")
    tap.ok("and one that is there is used", run.code == 0 and "kisi-reconcile.db" not in names(machine.state), run.stderr)


def approvals(kisi):
    """The command that a held run prints must work for whoever reads it."""
    machine = Machine(kisi, more="[guards]\nmax_removals = 0\n")
    rights = [{"id": 100, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": 10,
               "assignee_type": "User", "assignee_id": 5}]
    held = snapshot(organization=STATE["organization"], groups=STATE["groups"], users=STATE["users"], role_assignments=rights)
    machine.write("bookings.csv", BOOKINGS.splitlines()[0] + "\n"
                  "b2,olga@example.org,Room 1,2026-11-14T10:00:00Z,2026-11-14T12:00:00Z,confirmed\n")
    with Sandbox(held) as other:
        machine.write("harbour.ini", CONFIG.format(url=other.url, key="api.key", more="").replace(
            "max_age = 9999d", "max_age = 9999d\nmax_removals = 0"))
        run = machine.run("--instance", "harbour", "apply")
        tap.ok("a command that is printed names the instance",
               "kisi-reconcile --instance harbour --now" in run.stdout + run.stderr, run.stdout + run.stderr)


def credentials(kisi):
    machine = Machine(kisi, key="harbour.key")
    run = machine.run("--instance", "harbour", "-q", "plan")
    tap.equal("no key anywhere", run.code, 78)
    machine.write("harbour.key", kisi.key + "\n", machine.credentials, 0o440)
    env = {"CREDENTIALS_DIRECTORY": str(machine.credentials)}
    run = machine.run("--instance", "harbour", "-q", "plan", **env)
    tap.equal("a credential of the file's name is the key", [run.code, run.stderr], [0, ""])
    machine.write("harbour.key", "wrong\n")
    tap.equal("it counts before the file", machine.run("--instance", "harbour", "-q", "plan", **env).code, 0)
    tap.equal("which counts without it", machine.run("--instance", "harbour", "-q", "plan").code, 69)
    run = machine.run("--instance", "harbour", "check", **env)
    tap.ok("check says which", str(machine.credentials / "harbour.key") in run.stdout, run.stdout)
    more = f"[source fetched]\nprofile = generic-people\nurl = {kisi.url}/none\ncredentials_file = feed.login\n"
    machine.write("harbour.ini", CONFIG.format(url=kisi.url, key="harbour.key", more=more))
    run = machine.run("--instance", "harbour", "plan", **env)
    tap.ok("the login of a source is looked for", "feed.login" in run.stdout + run.stderr, run.stderr)
    machine.write("feed.login", "user:word\n", machine.credentials, 0o440)
    run = machine.run("--instance", "harbour", "plan", **env)
    tap.ok("and may be a credential, too", "feed.login" not in run.stdout + run.stderr, run.stderr)


def journal(kisi):
    machine = Machine(kisi)
    for kind in ("error", "warning", "note"):
        if kind == "error":
            args = ["--instance", "harbour", "apply", "no-such-plan"]
        elif kind == "warning":
            (machine.etc / "api.key").chmod(0o644)
            args = ["--instance", "harbour", "-q", "plan"]
        else:
            (machine.etc / "api.key").chmod(0o600)
            args = ["--instance", "harbour", "snapshot", "-o", str(machine.state / "kisi.json")]
        path = machine.state / f"stderr.{kind}"
        with open(path, "wb") as stream:
            about = os.fstat(stream.fileno())
            subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "--now", NOW, *args], stderr=stream,
                           stdout=subprocess.DEVNULL, timeout=WAIT_SECONDS, check=False,
                           env={**os.environ, **machine.env, "JOURNAL_STREAM": f"{about.st_dev}:{about.st_ino}"})
        lines = path.read_text(encoding="utf-8").splitlines()
        wanted = {"error": "<3>", "warning": "<4>", "note": "<6>"}[kind]
        tap.ok(f"under the journal every line of a {kind} has its priority",
               lines and all(line.startswith(wanted + "kisi-reconcile harbour: ") for line in lines), lines)
    run = machine.run("--instance", "harbour", "apply", "no-such-plan", JOURNAL_STREAM="1:2")
    tap.ok("elsewhere none has", run.stderr.startswith("kisi-reconcile harbour: "), run.stderr)


def log(kisi):
    machine = Machine(kisi)
    (machine.etc / "api.key").chmod(0o644)
    path = machine.state / "log"
    run = machine.run("--instance", "harbour", "-q", "--log-json", str(path), "apply", "no-such-plan")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    tap.ok("the log has what was said, and stderr has it, too",
           run.stderr.count("kisi-reconcile harbour:") >= len(lines) > 0, run.stderr)
    last = lines[-1]
    tap.equal("an error", [last["level"], last["organization"], last["code"] == run.code, bool(last["run"])],
              ["error", "harbour", True, True])
    tap.ok("with its time", last["time"].endswith("Z") and last["text"] in run.stderr, last)
    run = machine.run("--instance", "harbour", "-q", "--log-json", str(path), "plan")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    warnings = [line for line in lines if line["level"] == "warning" and "API key" in line["text"]]
    tap.ok("it goes on behind what is there; hints stand apart",
           warnings and warnings[-1]["hint"].startswith("chmod 600") and "hint" not in warnings[-1]["text"], lines)
    tap.ok("nobody else can read it", path.stat().st_mode & 0o77 == 0, oct(path.stat().st_mode))
    read, write = os.pipe()
    subprocess.run([program("KISI_RECONCILE", "build/kisi-reconcile"), "--now", NOW, "--instance", "harbour", "--log-json",
                    str(write), "-q", "apply", "no-such-plan"], env={**os.environ, **machine.env}, pass_fds=[write],
                   capture_output=True, timeout=WAIT_SECONDS, check=False)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as stream:
        lines = [json.loads(line) for line in stream]
    tap.ok("a number is a descriptor", lines and lines[-1]["level"] == "error", lines)
    run = machine.run("--instance", "harbour", "--log-json", str(machine.state / "no" / "log"), "plan")
    tap.equal("one that cannot be opened stops the run", run.code, 1)


def unwritable(kisi):
    machine = Machine(kisi)
    machine.write("reports", "a file\n", machine.state)
    kisi.forget_requests()
    run = machine.run("--instance", "harbour", "apply")
    tap.ok("reports that cannot be written are found at once", run.code == 1 and "reports" in run.stderr, run.stderr)
    tap.equal("and nothing was asked of Kisi", kisi.requests(), [])


def waiting(kisi):
    machine = Machine(kisi)
    machine.run("--instance", "harbour", "plan")
    lock = open(machine.state / "kisi-reconcile.db.lock", "w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX)
    tap.equal("another run holds the lock", machine.run("--instance", "harbour", "apply").code, 5)
    began = time.monotonic()
    tap.equal("waiting has an end", machine.run("--instance", "harbour", "--wait", "1s", "apply").code, 5)
    tap.ok("not before its time", time.monotonic() - began >= 1)
    command = [program("KISI_RECONCILE", "build/kisi-reconcile"), "--instance", "harbour", "--wait", "1h", "-q", "apply"]
    with subprocess.Popen(command, env={**os.environ, **machine.env}, stderr=subprocess.PIPE, text=True) as process:
        try:
            process.wait(1)
        except subprocess.TimeoutExpired:
            pass
        tap.ok("a run that waits goes on waiting", process.poll() is None)
        lock.close()
        process.communicate(timeout=WAIT_SECONDS)
        tap.equal("and runs when the other has ended", process.returncode, 0)
    run = machine.run("--instance", "harbour", "--wait", "soon", "apply")
    tap.equal("a time to wait must be one", run.code, 64)


with Sandbox(STATE) as sandbox:
    an_instance(sandbox)
    default_folders(sandbox)
    approvals(sandbox)
    credentials(sandbox)
    journal(sandbox)
    log(sandbox)
    unwritable(sandbox)
    waiting(sandbox)
tap.done()
