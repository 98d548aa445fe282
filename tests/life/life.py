#!/usr/bin/python3
"""Live a venue through, hour by hour, and see who stood before a closed door, and who was let in without being due.

usage: life.py [--size 8,150] [--seed 1,2] [--days 60] [--calm] [--plant FAULT] [--set SECTION.KEY=VALUE] [--pieces FILE] [--words]
               [--keep FOLDER]

README.md beside this file says what is lived, what is judged, and how to read the table.  Exit 1: minutes without a cause.
"""

import argparse
import collections
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from judge import UNEXPLAINED  # noqa: E402
from venue import PLANTS, Venue, stamp  # noqa: E402
from world import FIRST_DAY, World, at  # noqa: E402


class Result:
    """The figures of one life."""

    def __init__(self, venue):
        judge, self.world, self.venue = venue.judge, venue.world, venue
        self.minutes, self.starts, self.pieces = judge.minutes, judge.starts, sorted(judge.pieces)
        self.codes = collections.Counter(run.code for run in venue.runs)
        self.mails = sum(bool(run.words) for run in venue.runs)
        self.runs, self.seconds = len(venue.runs), sum(venue.seconds)

    def total(self, kind=None, cause=None, needless=None):
        """Minutes of that kind, with that cause, needless or not."""
        return sum(minutes for (a, b, c), minutes in self.minutes.items()
                   if kind in (None, a) and cause in (None, b) and needless in (None, c))

    def unexplained(self):
        return self.total(cause=UNEXPLAINED)

    def mails_a_month(self):
        return self.mails * 30 / self.world.days

    def let_in(self):
        """Share of those who could be known whose door was open when their booking began."""
        known = sum(self.starts.values()) - self.starts["not in the export yet"] - self.starts["no run"]
        return self.starts["let in"] / known if known else 1

    def table(self):
        lines = [f"{self.world.size} people, {self.world.days} days, {self.runs} runs of {self.seconds / self.runs:.2f} s; "
                 f"{self.mails_a_month():.0f} mails a month; exit codes " +
                 ", ".join(f"{code}: {count}" for code, count in sorted(self.codes.items())),
                 f"{'minutes':>9}  {'':8}  needless  cause"]
        for (kind, cause, needless), minutes in sorted(self.minutes.items(), key=lambda one: (one[0][0], -one[1])):
            lines.append(f"{minutes:9.0f}  {kind:8}  {'yes' if needless else '':8}  {cause}")
        starts = sum(self.starts.values())
        lines.append(f"{starts} people at the start of a booking, {100 * self.let_in():.2f} % of those that could be known let in")
        lines += [f"{count:9}  {why}" for why, count in self.starts.most_common()]
        return "\n".join(lines)

    def row(self, seed):
        """For a table of many lives."""
        return "| " + " | ".join([
            f"{self.world.size}", f"{seed}", f"{self.world.days}", f"{self.unexplained():.0f}",
            f"{self.total('lockout', needless=True):.0f}", f"{self.total('stranger', needless=True):.0f}",
            f"{self.total('lockout'):.0f}", f"{self.total('stranger'):.0f}", f"{100 * self.let_in():.2f}",
            f"{self.mails_a_month():.0f}", " ".join(f"{code}:{count}" for code, count in sorted(self.codes.items())),
            f"{self.seconds / self.runs:.2f}"]) + " |"

    HEAD = ("| people | seed | days | unexplained | needless lockout | needless stranger | lockout | stranger | let in % | mails/month "
            "| exit:runs | s/run |\n" + "|---" * 12 + "|")


def live(size, seed, days, calm=False, plant=None, settings=None, keep=None, progress=None, first=FIRST_DAY, hours=None):
    """One life from beginning to end; a Result.  hours: of the first day only, such as (7, 16)."""
    folder = keep or tempfile.mkdtemp(prefix="kisi-life-")
    try:
        world = World(size, seed, days, calm, first)
        if hours:
            world.begin, world.end = at(first, hours[0] * 60), at(first, hours[1] * 60)
        venue = Venue(world, folder, plant, settings)
        venue.live(progress)
        return Result(venue)
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def numbers(text):
    return [int(word) for word in text.replace(",", " ").split()]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--size", type=numbers, default=[150])
    parser.add_argument("--seed", type=numbers, default=[1])
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--calm", action="store_true")
    parser.add_argument("--plant", choices=PLANTS)
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.KEY=VALUE")
    parser.add_argument("--pieces")
    parser.add_argument("--keep")
    parser.add_argument("--words", action="store_true")
    options = parser.parse_args()
    settings = collections.defaultdict(dict)
    for text in options.set:
        name, value = text.split("=", 1)
        settings[name.split(".")[0]][name.split(".")[1]] = value

    def progress(run):
        if options.words and run.words:
            print(f"-- {stamp(run.at)} exit {run.code}\n{run.words}", flush=True)
    rows, bad = [], False
    for size in options.size:
        for seed in options.seed:
            result = live(size, seed, options.days, options.calm, options.plant, settings, options.keep, progress)
            print(result.table(), flush=True)
            rows.append(result.row(seed))
            bad = bad or result.unexplained() > 0
            if options.pieces:
                with open(options.pieces, "w", encoding="utf-8") as file:
                    for when, name in result.world.log:
                        print(stamp(when), "#", name, file=file)
                    for begin, end, *rest in result.pieces:
                        print(stamp(begin), stamp(end), f"{(end - begin) // 60:5}", *rest, sep="  ", file=file)
    print("\n".join([Result.HEAD, *rows]))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
