"""The venue as it really is: who booked and bought what, and how that changes from hour to hour.

A World is made whole from (size, seed, days) before anything runs, so that it never depends on what the program does.
Everything in it is a Record: its state is what the booking system would say at an instant, or None when it is not there.
Instants are seconds since 1970; a day is a datetime.date; times become local only where they are written (export.py).

Besides the ordinary traffic there are incidents (incidents.py), which only use what is here: `amend` a record, note a
`Damage` to an export, an act of a `Hand` in Kisi, or hours in which the machine is `off`.
"""

import bisect
import collections
import datetime
import random
import zoneinfo

MINUTE, HOUR, DAY = 60, 3600, 86400
NEVER = 1 << 40
ZONE = zoneinfo.ZoneInfo("Europe/Amsterdam")
FIRST_DAY = datetime.date(2028, 9, 28)      # a Thursday; a Sunday and the end of a month come soon, summer time ends on 29 October
PLANS = {"Resident": "Resident", "Flex": "Flex", "Team": "Resident"}     # plan -> group in Kisi
GRANTING = ("confirmed", "completed")

Damage = collections.namedtuple("Damage", "source since until kind")
Hand = collections.namedtuple("Hand", "at act who group")


def at(day, minutes):
    """The instant of so many minutes after local midnight, by the clock on the wall."""
    wall = datetime.datetime.combine(day, datetime.time()) + datetime.timedelta(minutes=minutes)
    return int(wall.replace(tzinfo=ZONE).timestamp())


def day_of(instant):
    return datetime.datetime.fromtimestamp(instant, ZONE).date()


def later(day, days):
    return day + datetime.timedelta(days=days)


def month_end(day):
    first = day.replace(day=1)
    return later((first + datetime.timedelta(days=31)).replace(day=1), -1)


class Record:
    """One booking, membership or person of one source; `bad` are spans in which its row cannot be read."""

    def __init__(self, source, kind, key, since, **state):
        self.source, self.kind, self.key = source, kind, key
        self.times, self.states = [since], [state]
        self.bad = []

    def at(self, instant):
        i = bisect.bisect_right(self.times, instant)
        return self.states[i - 1] if i else None

    def put(self, instant, state):
        """From this instant on it is so, until the next change that is known already."""
        i = bisect.bisect_right(self.times, instant)
        self.times.insert(i, instant)
        self.states.insert(i, state)

    def amend(self, since, until=NEVER, **fields):
        """From since to until these fields are other ones, whatever else changes meanwhile."""
        if self.at(since) is None:
            return
        after = self.at(until)
        if until < NEVER:
            self.put(until, after)
        self.put(since, self.at(since))
        for i, when in enumerate(self.times):
            if since <= when < until and self.states[i] is not None:
                self.states[i] = {**self.states[i], **fields}

    def over(self):
        """No state of it matters from this instant on."""
        if self.kind != "booking":
            return NEVER
        return max((state["end"] for state in self.states if state), default=0)

    def is_bad(self, instant):
        return any(since <= instant < until for since, until in self.bad)


class Names:
    """People with names of their own: nobody looks like anybody else by chance."""
    HEADS = "bra,cor,del,fen,gor,hal,jor,kel,lun,mar,nel,pol,quin,ros,sel,tor,ulm,ver,win,zan".split(",")
    TAILS = "bek,dam,dijk,feld,gaard,horst,kamp,land,mond,nes,oord,poel,rink,stad,tal,veen,wijk,zand".split(",")
    FIRST = "Ada,Bas,Cleo,Dirk,Eva,Finn,Gina,Hugo,Iris,Jan,Kira,Leo,Mila,Noor,Otto,Puck,Ruth,Sven,Tess,Vera".split(",")

    def __init__(self, rng):
        self.rng, self.used = rng, set()

    def new(self):
        while True:
            last = (self.rng.choice(self.HEADS) + self.rng.choice(self.HEADS) + self.rng.choice(self.TAILS)).title()
            if last not in self.used:
                self.used.add(last)
                first = self.rng.choice(self.FIRST)
                return f"{first} {last}", f"{first}.{last}@{self.rng.choice(('mail', 'post', 'web'))}.example".lower()


class World:
    """Attributes: begin and end (instants), records by source, rooms, companies, damages, hands, off, renamed."""

    def __init__(self, size, seed, days, calm=False, first=FIRST_DAY):
        self.size, self.days, self.first = size, days, first
        self.rng = random.Random(f"{size} {seed} {days}")
        self.begin, self.end = at(first, 0), at(later(first, days), 0)
        self.names = Names(self.rng)
        self.records = {name: [] for name in ("bookings", "memberships", "people", "classes", "walkins")}
        self.rooms = [f"Room {i + 1}" for i in range(max(2, min(40, size // 12)))]
        self.companies = [f"{self.names.new()[0].split()[1]} BV" for _ in range(max(1, size // 25))]
        self.damages, self.hands, self.off, self.renamed, self.log = [], [], [], [], []
        self.number = 0
        self.people()
        self.traffic()
        self.extras()
        if not calm:
            import incidents        # pylint: disable=import-outside-toplevel
            incidents.strew(self)
        self.hands.sort()

    # ---- making records ----

    def record(self, source, kind, since, **state):
        self.number += 1
        one = Record(source, kind, f"{kind[0].upper()}{self.number}", since, **state)
        self.records[source].append(one)
        return one

    def person(self, since, company=""):
        name, mail = self.names.new()
        return self.record("people", "person", since, email=mail, name=name, company=company, status="active")

    def membership(self, since, who, plan, start, end, company=""):
        """who: the record of a person, or None for a company's."""
        person = who.at(since) if who else {"email": "", "name": ""}
        return self.record("memberships", "membership", since, email=person["email"], name=person["name"], company=company,
                           plan=plan, start=start, end=end, status="active", freeze=None)

    def booking(self, since, who, room, start, end, attendees=(), source="bookings"):
        return self.record(source, "booking", since, email=who["email"], name=who["name"], room=room, start=start, end=end,
                           status="confirmed", attendees=tuple(attendees))

    def people(self):
        rng, long_ago = self.rng, self.begin - 90 * DAY
        self.guests = [dict(zip(("name", "email"), self.names.new())) for _ in range(max(6, self.size // 2))]
        for name in self.companies:
            self.membership(long_ago, None, "Team", later(self.first, -90), None, name)
        for i in range(self.size):
            kind = "company" if i % 4 == 3 else "visitor" if i % 7 == 6 else "monthly" if i % 5 == 0 else "open"
            who = self.person(long_ago, rng.choice(self.companies) if kind == "company" else "")
            if kind == "open":
                self.membership(long_ago, who, rng.choice(("Resident", "Flex")), later(self.first, -rng.randint(2, 80)), None)
            elif kind == "monthly":
                self.monthly(who)

    def monthly(self, who):
        """Months one after the other, prolonged in the row or by a new one; now and then a few hours late."""
        rng, plan = self.rng, self.rng.choice(("Resident", "Flex"))
        end = month_end(later(self.first, -3))
        row = self.membership(self.begin - 40 * DAY, who, plan, end.replace(day=1), end)
        while at(end, 0) < self.end:
            close, after = at(later(end, 1), 0), later(end, 1)
            when = close + rng.randint(1, 20) * HOUR if rng.random() < .1 else close - rng.randint(1, 4 * 24) * HOUR
            if rng.random() < .7:
                row.put(when, {**row.at(when), "end": month_end(after)})
            else:
                row = self.membership(when, who, plan, after, month_end(after))
            end = month_end(after)

    # ---- bookings ----

    def somebody(self):
        """Who books: mostly somebody of the house, as they are called at the beginning."""
        if self.rng.random() < .8:
            return self.rng.choice(self.records["people"]).at(self.begin) or self.rng.choice(self.guests)
        return self.rng.choice(self.guests)

    def traffic(self):
        """Ordinary days, and one week in which hardly anybody comes (the fifth)."""
        for number in range(-1, self.days + 31):
            day = later(self.first, number)
            busy = (1, .9, .9, 1, .8, .3, .1)[day.weekday()] * (.05 if 28 <= number < 35 else 1)
            wanted = busy * (1 + self.size * .2)
            for _ in range(int(wanted) + (self.rng.random() < wanted % 1)):
                self.one_booking(day)

    def lead(self, start):
        """When it is booked: most some days ahead, some within the hour, a few when they have begun already."""
        rng, x = self.rng, self.rng.random()
        for share, least, most in ((.02, -30, 0), (.12, 1, 60), (.37, 60, 600), (.6, 600, 2 * 1440), (1, 2 * 1440, 14 * 1440)):
            if x < share:
                return start - rng.randint(least, most) * MINUTE
        return start

    def one_booking(self, day):
        rng, who, room = self.rng, self.somebody(), self.rng.choice(self.rooms)
        minutes = 30 * rng.randint(15, 40)
        start = at(day, minutes)
        end = start + 30 * MINUTE * rng.randint(1, 6)
        since = self.lead(start)
        guests = [self.somebody()["email"] for _ in range(rng.randint(1, 4))] if rng.random() < .2 else ()
        self.fate(self.booking(since, who, room, start, end, guests))
        while rng.random() < .15:        # the same person in the same room again
            start = end + rng.choice((0, 30, 90, 150, 240)) * MINUTE
            end = start + 60 * MINUTE
            self.fate(self.booking(min(since, start), who, room, start, end))

    def fate(self, one):
        """What becomes of a booking."""
        rng, since, state = self.rng, one.times[0], one.states[0]
        start, end, x = state["start"], state["end"], rng.random()
        if since < start - 2 * MINUTE:
            when = rng.randint(since + 1, start - 1)
            if x < .06:
                one.put(when, {**state, "status": "cancelled"})
                return
            if x < .08:
                one.put(when, None)
                return
            if x < .14:
                shift = rng.choice((-HOUR, HOUR, 2 * HOUR, DAY, 2 * DAY))
                if start + shift > when + HOUR:
                    one.put(when, {**state, "start": start + shift, "end": end + shift})
            elif x < .17:
                one.put(when, {**state, "room": rng.choice(self.rooms)})
        state = one.states[-1]
        if x > .97:
            one.put(rng.randint(state["start"], state["end"] - 5 * MINUTE), {**state, "end": state["end"] + HOUR})
        elif x > .94:
            one.put(state["start"] + 20 * MINUTE, {**state, "status": "no_show"})
        elif x > .4:
            one.put(state["end"] + rng.randint(0, 90) * MINUTE, {**state, "status": "completed"})

    def extras(self):
        """Classes: a list of today's alone, none on Sundays.  A trainer, all day.  Walk-ins: a file that only grows."""
        rng = self.rng
        for number in range(-1, self.days + 1):
            day = later(self.first, number)
            if day.weekday() != 6:
                for hour in (9, 18):
                    start, guests = at(day, hour * 60), rng.sample(self.guests, min(len(self.guests), 3 + self.size // 60))
                    for who in guests:
                        self.booking(start - 9 * DAY, who, self.rooms[0], start, start + HOUR, source="classes")
                for begin, end in ((540, 600), (810, 870), (900, 930), (995, 1050)):     # a trainer, with pupils
                    self.booking(at(day, 0) - 3 * DAY, self.guests[1], self.rooms[1], at(day, begin), at(day, end),
                                 [rng.choice(self.guests[2:])["email"]])
            for _ in range(1 + self.size // 100):
                start = at(day, 30 * rng.randint(18, 36))
                one = self.booking(start - rng.randint(10, 300) * MINUTE, self.somebody(), rng.choice(self.rooms), start,
                                   start + HOUR, source="walkins")
                if rng.random() < .1:
                    one.put(start - 5 * MINUTE, {**one.states[0], "status": "cancelled"})
