"""What the booking system writes before each run: five CSV files, and what happens to them on the way.

`Exports.write(instant)` writes what is to be written and says for each source of when its content is, so that the judge
knows what could be known.  A file that is damaged keeps the content it should have had: the judge asks what people are
due, and the program must say that it cannot know.
"""

import csv
import datetime
import io
import os
import pathlib

from world import DAY, HOUR, ZONE, at, day_of, later

HEADERS = {
    "booking": "booking_id,email,name,resource,location,start,end,status,attendees",
    "membership": "membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_end",
    "person": "person_id,email,name,company,status",
}
KINDS = {"bookings": "booking", "memberships": "membership", "people": "person", "classes": "booking", "walkins": "booking"}
MAX_AGE = 26 * HOUR
UNREADABLE = "2028-13-45 10:00"


def local(instant, zone=ZONE):
    return datetime.datetime.fromtimestamp(instant, zone).strftime("%Y-%m-%d %H:%M")


class Exports:
    def __init__(self, world, folder, zone=ZONE):
        self.world, self.folder, self.zone = world, pathlib.Path(folder), zone
        self.written = {}       # (record, state) as written, by their ids: most rows are written many times
        self.alive = {}
        self.content = {}       # source -> of which instant its rows are

    def candidates(self, source, instant):
        """The records that can matter on this day, so that an hour costs what is there and not what ever was."""
        day = instant // DAY
        if self.alive.get(source, (None,))[0] != day:
            self.alive[source] = day, [one for one in self.world.records[source]
                                       if one.times[0] < (day + 1) * DAY and one.over() > (day - 3) * DAY]
        return self.alive[source][1]

    def renamed(self, room, instant):
        return any(name == room and since <= instant < until for name, since, until in self.world.renamed)

    def cells(self, one, state, instant):
        """A row; the same text every hour unless something is odd about it."""
        known = self.written.get((id(one), id(state)))
        if known is None:
            known = self.written[id(one), id(state)] = getattr(self, one.kind)(one, state)
        if one.is_bad(instant):
            place = HEADERS[one.kind].split(",").index("start")
            known = [*known[:place], UNREADABLE, *known[place + 1:]]
        if one.kind == "booking" and self.renamed(state["room"], instant):
            known = [*known[:3], known[3] + " (big)", *known[4:]]
        return known

    def booking(self, one, state):
        return [one.key, state["email"], state["name"], state["room"], "", local(state["start"], self.zone),
                local(state["end"], self.zone), state["status"], ";".join(state["attendees"])]

    @staticmethod
    def membership(one, state):
        freeze = state["freeze"] or ("", "")
        return [one.key, state["email"], state["name"], state["company"], state["plan"], "", str(state["start"]),
                str(state["end"] or ""), state["status"], str(freeze[0]), str(freeze[1])]

    @staticmethod
    def person(one, state):
        return [one.key, state["email"], state["name"], state["company"], state["status"]]

    def wanted(self, source, state, instant):
        """Is it in this export: bookings from yesterday to +30 days, classes of today, memberships up to 31 days after?"""
        today = day_of(instant)
        if source == "bookings":
            return state["end"] >= at(later(today, -1), 0) and state["start"] < instant + 30 * DAY
        if source == "classes":
            return day_of(state["start"]) == today
        if source == "memberships":
            return state["end"] is None or state["end"] >= later(today, -31)
        return True

    def rows(self, source, instant):
        if source == "walkins":         # only grows: each change is one more row, and the last one counts
            changes = sorted((when, one.key, one, state) for one in self.world.records[source]
                             for when, state in zip(one.times, one.states) if when <= instant)
            return [self.cells(one, state, instant) for _, _, one, state in changes]
        found = ((one, one.at(instant)) for one in self.candidates(source, instant))
        return [self.cells(one, state, instant) for one, state in found if state and self.wanted(source, state, instant)]

    def damage(self, source, instant):
        return next((one.kind for one in self.world.damages if one.source == source and one.since <= instant < one.until), None)

    def write(self, instant):
        """Write all sources as of this instant; {source: instant of its content}, and {source: damage}.

        A file that is not written anew is a damage only when it is older than the program takes for good.
        """
        damages = {source: self.damage(source, instant) for source in KINDS}
        for source, kind in damages.items():
            path = self.folder / f"{source}.csv"
            if kind == "stale" and path.exists():
                damages[source] = kind if instant - self.content[source] > MAX_AGE - HOUR else None
                continue
            self.content[source] = instant - DAY if kind == "old" else instant
            if kind == "missing":
                path.unlink(missing_ok=True)
                continue
            path.write_text(self.text(source, self.content[source], kind), encoding="utf-8")
            os.utime(path, (instant, instant))
        return dict(self.content), {source: kind for source, kind in damages.items() if kind}

    def text(self, source, instant, damage):
        header = HEADERS[KINDS[source]].split(",")
        rows = self.rows(source, instant)
        if damage == "no status":
            place = header.index("status")
            header, rows = [header[:place] + header[place + 1:]] + [[row[:place] + row[place + 1:] for row in rows]]
        if damage == "no ends":
            place = header.index("end")
            rows = [[*row[:place], "", *row[place + 1:]] for row in rows]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        return out.getvalue()[:len(out.getvalue()) // 2] if damage == "half" else out.getvalue()
