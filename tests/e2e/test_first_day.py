#!/usr/bin/python3
"""docs/first-day.md shows what the program prints: every command of the page is run, and its output compared.

    tests/e2e/test_first_day.py --write     write the page's output anew, for somebody to read
"""

import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import TOP, Tap, new_folder, program  # noqa: E402

PAGE = TOP / "docs" / "first-day.md"
FILES = TOP / "fixtures" / "first-day"
NOW = "2026-11-16T08:30:00Z"
EXPORTED = 1794817200  # ten minutes before
HOME = "/srv/venue"


def begin(name):
    """A folder with this export and the saved state of Kisi."""
    folder = new_folder()
    for file in (name, "kisi.json"):
        shutil.copyfile(FILES / file, os.path.join(folder, file))
        os.utime(os.path.join(folder, file), (EXPORTED, EXPORTED))
    return folder


def run(folder, command):
    """What a terminal shows; the name of the workbook ends in a run's own id."""
    reconcile = f"{program('KISI_RECONCILE', 'build/kisi-reconcile')} --now {NOW}"
    ended = subprocess.run(["sh", "-c", re.sub(r"^kisi-reconcile\b", reconcile, command)], cwd=folder, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
                           env={**os.environ, "LC_ALL": "C.UTF-8"})
    shown = ended.stdout.replace(os.path.realpath(folder), HOME).replace(folder, HOME).replace(f" --now {NOW}", "")
    # What goes to standard error comes first in a pipe.
    lines = shown.splitlines()
    said = [line for line in lines if line.startswith("kisi-reconcile: ")]
    lines = [line for line in lines if not line.startswith("kisi-reconcile: ")] + said
    return [re.sub(r"-[0-9a-f]{8}\.xlsx$", "-01234567.xlsx", line).rstrip() for line in lines]


def blocks(lines):
    """(where a command stands, its folder, the command, what is shown below it)"""
    folder = None
    for number, line in enumerate(lines):
        start = re.match(r"```console ?(\S*)$", line)
        if start and start.group(1):
            folder = begin(start.group(1))
        if line.startswith("$ "):
            end = number + 1
            while not lines[end].startswith(("$ ", "```")):
                end += 1
            yield number, folder, line[2:], lines[number + 1:end]


def write():
    lines = PAGE.read_text(encoding="utf-8").split("\n")
    out, after = [], 0
    for number, folder, command, shown in blocks(lines):
        out += lines[after:number + 1] + run(folder, command)
        after = number + 1 + len(shown)
    PAGE.write_text("\n".join(out + lines[after:]), encoding="utf-8")


def main():
    if sys.argv[1:] == ["--write"]:
        write()
        return
    tap = Tap()
    for _, folder, command, shown in blocks(PAGE.read_text(encoding="utf-8").split("\n")):
        tap.equal(command, run(folder, command), shown)
    tap.done()


main()
