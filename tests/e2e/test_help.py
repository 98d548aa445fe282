#!/usr/bin/python3
"""--help says what is so: of each command the options that it takes, and no other is taken."""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap, new_folder, program  # noqa: E402

PROGRAM = program("KISI_RECONCILE", "build/kisi-reconcile")
FOLDER = new_folder()
OF_ALL = {"config", "instance", "log-json", "color", "now", "profile-dir", "quiet", "verbose", "help", "version"}

tap = Tap()


def run(*words):
    return subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          cwd=FOLDER)


def part(text, title):
    return text.split(f"\n{title}:\n")[1].split("\n\n")[0]


def options(text):
    """Name -> whether a value goes with it, and the commands named before its text."""
    found = {}
    for name, value, rest in re.findall(r"^  (?:-\w,|   ) --([\w-]+)(\[?=[\w@]+\]?)? +(.*)$", part(text, "Options"), re.M):
        takers = re.match(r"([a-z-]+(?:, [a-z-]+)*): ", rest)
        found[name] = (value, set(takers[1].split(", ")) if takers else set())
    return found


def of_command(command, whole):
    done = run(command, "--help")
    own = options(done.stdout)
    tap.equal(f"{command} --help", [done.returncode, done.stderr], [0, ""])
    tap.equal(f"{command}: its name, and what it is", [
        done.stdout.splitlines()[1].startswith(f"  kisi-reconcile [OPTION...] {command}"),
        done.stdout.split("\n\n")[1] in whole], [True, True])
    told = {name for name, (_, takers) in options(whole).items() if command in takers}
    tap.equal(f"{command}: the same options as in the whole", sorted(set(own) - OF_ALL), sorted(told - OF_ALL))
    tap.ok(f"{command}: some exit codes", {0, 64} <= {int(code) for code in re.findall(r"^ +(\d+)  ", part(
        done.stdout + "\n\n", "Exit codes"), re.M)}, done.stdout)
    taken = []
    for name, (value, _) in options(whole).items():
        if name not in own:
            refused = run(command, *(["-o", "x"] if command == "snapshot" and name != "output" else []),
                          f"--{name}=1" if value else f"--{name}")
            if refused.returncode != 64 or f"{command} has no option --{name}" not in refused.stderr:
                taken.append(name)
    tap.equal(f"{command}: every other option is refused", taken, [])


def check():
    whole = run("--help").stdout
    commands = re.findall(r"^  ([a-z-]+) ", part(whole, "Commands"), re.M)
    tap.ok("--help has commands and options", len(commands) > 10 and len(options(whole)) > 20, whole)
    tap.equal("-h is the same", run("-h").stdout, whole)
    tap.equal("options of all are said to be of none", [name for name, (_, takers) in options(whole).items()
                                                       if bool(takers) == (name in OF_ALL)], [])
    for command in commands:
        of_command(command, whole)
    done = run("dance", "--help")
    tap.equal("of no command there is no help", [done.returncode, done.stdout], [64, ""])


check()
tap.done()
