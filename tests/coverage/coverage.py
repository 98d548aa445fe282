#!/usr/bin/python3
"""Says how much of each folder the tests ran, and fails where that is less than floors.txt asks for.

usage: tests/coverage/coverage.py BUILD [WORD...]

BUILD is a build folder made with --coverage in which the tests have run.  With words, every line of the files whose
path has one of them that was not run, or of which a branch was not taken, is printed, too.
"""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))

# A broken assertion is a bug, which no test can have: neither are its branches, nor is what only says so.
ASSERTS = re.compile(r"\bg_(assert|return|warn)\w*\(")
# What these ask inside is GLib's business; the line itself has to run.
MACROS = re.compile(r"^g_(clear_\w+|string_append_c)\(")


def measure(build):
    """What gcov knows, as {file: [line]}."""
    out = os.path.join(build, "coverage.json")
    subprocess.run(
        ["gcovr", "--root", TOP, "--filter", r"[a-z]+/[a-z_]+\.c$", "--exclude", "tests/", "--exclude-unreachable-branches",
         "--json", out, os.path.join(build, "obj")], cwd=TOP, check=True, stdout=subprocess.DEVNULL)
    with open(out, encoding="utf-8") as file:
        return {f["file"]: f["lines"] for f in json.load(file)["files"]}


def read_table(name, separator):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                yield number, [cell.strip() for cell in line.split(separator)]


class Exempt:
    """The lines of exempt.txt, and how often each was needed."""

    def __init__(self):
        self.used = {}
        for number, (file, text, why) in read_table("exempt.txt", " | "):
            assert why, f"exempt.txt:{number}: why?"
            self.used[(file, text)] = [number, False]

    def has(self, file, text):
        for (where, what), used in self.used.items():
            if where == file and (what == text or what.endswith("...") and text.startswith(what[:-3])):
                used[1] = True
                return True
        return False

    def wrong(self):
        return [f"exempt.txt:{number}: not needed" for number, used in self.used.values() if not used]


def main():
    build, words = sys.argv[1], sys.argv[2:]
    exempt = Exempt()
    floors = {folder: tuple(map(float, cells.split())) for _, (folder, cells) in read_table("floors.txt", ":")}
    totals = {folder: [0, 0, 0, 0] for folder in floors}
    for file, lines in sorted(measure(build).items()):
        with open(os.path.join(TOP, file), encoding="utf-8") as source:
            texts = [line.strip() for line in source]
        for line in lines:
            text = texts[line["line_number"] - 1]
            if line["gcovr/noncode"] or ASSERTS.search(text):
                continue
            branches = [] if MACROS.search(text) else [b["count"] > 0 for b in line["branches"]]
            ran = line["count"] > 0
            if not (ran and all(branches)) and exempt.has(file, text):
                ran, branches = True, []
            total = totals[file.split("/")[0]]
            for i, value in enumerate((1, ran, len(branches), sum(branches))):
                total[i] += value
            if not (ran and all(branches)) and any(word in file for word in words):
                print(f"{file}:{line['line_number']}: {'' if ran else 'not run; '}{sum(branches)} of {len(branches)}: {text}")

    failures = exempt.wrong()
    print("folder        lines            branches")
    for folder, (lines, ran, branches, taken) in list(totals.items()) + [
            ("all", [sum(column) for column in zip(*totals.values())])]:
        shares = (100 * ran / lines, 100 * taken / branches)
        print(f"{folder:10}  {ran:5} {shares[0]:6.2f} %   {taken:5} {shares[1]:6.2f} %")
        failures += [f"{folder}: {share:.2f} % of {what}, not {floor:g} %"
                     for share, floor, what in zip(shares, floors.get(folder, (0, 0)), ("lines", "branches")) if share < floor]
    print(f"exempt: {len(exempt.used)} lines")
    for failure in failures:
        print(f"coverage: {failure}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
