#!/usr/bin/python3
"""On a terminal: names in columns as wide as it is, colour that only repeats signs, and a question before anything changes."""

import os
import re
import sys
import unicodedata

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Tap  # noqa: E402
from scenario import NOW, Template  # noqa: E402
from terminal import on_terminal  # noqa: E402

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")

tap = Tap()


def width_of(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def screen(venue, *words, **options):
    return on_terminal(["-c", "kisi-reconcile.ini", "--now", NOW, *words], venue.folder, **options)


def looks(template):
    with template.sandbox() as kisi:
        venue = template.venue(kisi)
        for width in (60, 80, 140):
            shown = screen(venue, "plan", width=width)
            page = ESCAPES.sub("", shown.text).split("kisi-reconcile: workbook")[0]
            wide = [line for line in page.splitlines() if width_of(line) > width and " " in line.strip()]
            tap.equal(f"{width} columns: no line is wider", wide, [])
            tap.ok(f"{width} columns: no line is broken in a word", "GIVE" in page and "@example.com, " not in page, page)
        coloured = screen(venue, "plan")
        tap.ok("colour on a terminal", "\x1b[31m-" in coloured.text, coloured.text)
        plain = venue.run("plan").stdout
        tap.ok("none into a file", "\x1b" not in plain)
        tap.ok("... where each change is one line with address and ids",
               re.search(r"^ [-+~!] .*@.* change [0-9a-f]{12}, .*group \d+", plain, re.M) is not None, plain)
        for name, options, wanted in (
                ("NO_COLOR", {"env": {"NO_COLOR": "1"}}, False), ("TERM=dumb", {"env": {"TERM": "dumb"}}, False),
                ("CLICOLOR_FORCE beside TERM=dumb", {"env": {"TERM": "dumb", "CLICOLOR_FORCE": "1"}}, True)):
            shown = screen(venue, "plan", **options).text
            tap.equal(f"colour: {name}", "\x1b[" in shown, wanted)
        tap.ok("--color=never", "\x1b[" not in screen(venue, "plan", "--color=never").text)
        tap.ok("--color=always in a pipe", "\x1b[31m" in venue.run("plan", "--color=always").stdout)
        refused = venue.run("plan", "--color=green")
        tap.equal("--color=green is no word", refused.code, 64)
        given = venue.run("plan").plan["changes"]
        one = next(change for change in given if change["action"] == "grant")
        only = venue.run("plan", "--only-person", one["person"].split()[0][:-1])
        tap.equal("--only-person by the beginning of a name", {change["email"] for change in only.plan["changes"]},
                  {one["email"]})
        tap.ok("... and nobody else is listed", all(word.strip(",") == one["email"] for word in only.stdout.split()
                                                    if "@example.org" in word), only.stdout)
        tap.equal("--only-person: several", venue.run("plan", "--only-person", "moss").code, 64)
        tap.equal("--only-person: nobody", venue.run("plan", "--only-person", "nobody by this name").code, 64)
        people = screen(venue, "plan", "--by", "person", "--color=never").text
        tap.ok("--by person", "by person" in people and "\nREMOVE" not in people, people)


def asks(template):
    with template.sandbox() as kisi:
        venue = template.venue(kisi)
        for name, typed in (("no", "no\n"), ("a blank line", "\n"), ("y alone", "y\n"), ("the end of the file", "\x04")):
            said = screen(venue, "apply", typed=typed)
            tap.equal(f"answer {name}: exit 1", said.code, 1)
            tap.ok(f"answer {name}: nothing was changed", "nothing was changed" in said.text, said.text[-400:])
        tap.equal("nothing was sent", kisi.writes(), [])
        quiet = venue.run("history").stdout
        tap.ok("a question leaves no run behind", len(quiet.splitlines()) <= 3, quiet)
        said = screen(venue, "apply", typed="yes\n")
        tap.ok("yes: the plan was shown before", said.text.index("GIVE") < said.text.index("Type yes"), said.text)
        tap.ok("yes: it is done", kisi.writes() != [] and "to give" in said.text and " given" in said.text, said.text)
        tap.ok("yes: and not shown twice", said.text.count("WAITING") <= 1 and "\nGIVEN" not in said.text, said.text)


def not_asked(template):
    for name, words in (("--yes", ["apply", "--yes"]), ("-q", ["apply", "-q"])):
        with template.sandbox() as kisi:
            venue = template.venue(kisi)
            said = screen(venue, *words)
            tap.ok(f"{name}: not asked, and done", "Type yes" not in said.text and kisi.writes() != [], said.text)
    with template.sandbox() as kisi:
        venue = template.venue(kisi)
        venue.run("plan", "-q", "--json", "plan.json")
        said = screen(venue, "apply", "plan.json")
        tap.ok("a saved plan: not asked, and done", "Type yes" not in said.text and kisi.writes() != [], said.text)
    with template.sandbox() as kisi:
        venue = template.venue(kisi)
        run = venue.apply()
        tap.ok("no terminal: not asked, and done", "Type yes" not in run.stdout and kisi.writes() != [], run.stdout)


def no_lock(template):
    """While somebody thinks another run goes on; what is removed then was shown, or nothing is sent."""
    with template.sandbox() as kisi:
        venue = template.venue(kisi)
        seen = []

        class Typing(str):
            def encode(self, *_):
                seen.append(venue.run("apply", "-q").code)
                kisi.forget_requests()
                return b"yes\n"

        said = screen(venue, "apply", typed=Typing("yes\n"))
        tap.ok("another apply was not locked out", seen and seen[0] in (0, 3), str(seen))
        tap.ok("... and the plan was made again: nothing was left to send", kisi.writes() == [] and said.code in (0, 3),
               f"{said.code} {kisi.writes()} {said.text[-600:]}")


def more_to_remove(template):
    """What is to be removed when the answer comes, and was not shown: nothing is sent."""
    with template.sandbox() as kisi:
        venue = template.venue(kisi)

        class Typing(str):
            def encode(self, *_):
                path = os.path.join(venue.folder, "bookings.csv")
                rows = [line for line in open(path, encoding="utf-8") if "bo@example.org" not in line]
                venue.write("bookings.csv", "".join(rows).replace(",confirmed,", ",cancelled,"))
                return b"yes\n"

        said = screen(venue, "apply", typed=Typing("yes\n"))
        tap.equal("more to remove than was shown: exit 3", said.code, 3)
        tap.ok("... and why", "than you were shown" in said.text.replace("\nkisi-reconcile: ", " "), said.text[-600:])
        tap.equal("... and nothing was sent", kisi.writes(), [])


def progress(template):
    """What takes over a second says so: a line that is written anew on a terminal, else lines with the time."""
    with template.sandbox() as kisi:
        venue = template.venue(kisi)
        ini = os.path.join(venue.folder, "kisi-reconcile.ini")
        text = open(ini, encoding="utf-8").read().replace("rate = 1000/s", "rate = 5/s")
        venue.write("kisi-reconcile.ini", text)
        slow = venue.run("plan")
        tap.ok("in a log: when it began and how it ended", re.search(
            r"^kisi-reconcile: \d{4}-\d\d-\d\dT[\d:]{8}Z Reading Kisi  \d+ s\n"
            r"kisi-reconcile: \S+Z Reading Kisi  done,  \d+ s$", slow.stderr, re.M) is not None, slow.stderr)
        quiet = venue.run("plan", "-q")
        tap.ok("-q: nothing", "Reading" not in quiet.stderr, quiet.stderr)
        shown = screen(venue, "apply", "--yes").text
        tap.ok("on a terminal: one line, written anew", shown.count("\rReading Kisi ") > 2 and
               shown.count("\rReading Kisi  done,") == 1, shown[:2000])
        stopped = screen(venue, "plan", typed="\x03", until="Reading Kisi")
        tap.ok("Ctrl-C in a dry run: what stands is said", stopped.code == -2 and "stopped; nothing was changed" in stopped.text,
               f"{stopped.code} {stopped.text}")
        runs = screen(venue, "history", width=120).text
        tap.ok("history: headings, and what each run did", re.search(
            r"^RUN +STARTED +COMMAND +REMOVED +GIVEN +CHANGED +WAIT +FAILED +EXIT +BY$", runs, re.M) is not None and
               re.search(r"^[0-9a-f]{12}  today \d+:\d\d(:\d\d)? +apply +\d+ +\d+ +\d+", runs, re.M) is not None and
               "Times: UTC." in runs, runs)
        tap.ok("... with a bar while Kisi is changed", re.search(
            r"\rChanging Kisi  \[#+\.+\]  \d+ of \d+  [\d.]+/s  \d+ s left", shown) is not None, shown[:3000])


def has_terminals():
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True


if not has_terminals():
    tap.skip("terminals", "none can be made here (is /dev/pts mounted?)")
    tap.done()
TEMPLATE = Template()
for part in (looks, asks, not_asked, no_lock, more_to_remove, progress):
    part(TEMPLATE)
tap.done()
