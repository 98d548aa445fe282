"""Made-up venues: configuration, exports and Kisi state, all from one seed.

The worlds are small and dense on purpose: few people and groups, many windows near `now`, so that merging, bridging,
edges of the lookahead, clock changes and drift meet each other.  Addresses are random letters, so that nobody
resembles anybody else unless a world plants it.
"""
import os
import random
import unicodedata
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import reference
import values
from sheets import Export, keep_order, put
from values import ALWAYS, DAY, HOUR, MINUTE, NEVER

ZONES = """Europe/Amsterdam Europe/London Europe/Dublin Europe/Lisbon Atlantic/Azores America/New_York America/St_Johns
America/Havana America/Santiago America/Sao_Paulo America/Asuncion Asia/Kathmandu Asia/Beirut Asia/Tehran Africa/Cairo
Africa/Casablanca Antarctica/Troll Australia/Lord_Howe Australia/Sydney Pacific/Chatham Pacific/Apia Pacific/Kiritimati
Pacific/Marquesas Asia/Gaza Africa/Monrovia UTC""".split()
COLUMNS = {
    "bookings": "booking_id,email,name,resource,location,start,end,status,attendees",
    "memberships": "membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_end",
    "people": "person_id,email,name,company,status",
    "grants": "grant_id,email,group,start,end,note",
}
RESOURCES = ["Meeting Room 1", "Padel  Court", "Caf\u00e9 Salon", "Stra\u00dfe 9", "101"]
PLANS = ["Resident Desk", "Night Owl", "Team", "7"]
LOCATIONS = ["Harbour House", "Z\u00fcrich HB"]
STEP = 5 * MINUTE
GUARDS = """[guards]
max_removals = 1000000 or 100%
max_group_removals = 1000000 or 100%
max_day_removals = 1000000 or 100%
max_grants = 1000000 or 100%
max_rejects = 100%
max_shrink = 100%
max_age = 9999d
"""


def transitions(zone, year):
    """The instants of that year at which clocks of the zone jump, to the minute."""
    out, t = [], values.utc(datetime(year, 1, 1, tzinfo=timezone.utc))
    offset = lambda x: datetime.fromtimestamp(x, timezone.utc).astimezone(zone).utcoffset()
    for day in range(365):
        low, high = t + day * DAY, t + day * DAY + DAY
        if offset(low) == offset(high):
            continue
        while high - low > MINUTE:
            middle = (low + high) // 2 // MINUTE * MINUTE
            low, high = (middle, high) if offset(middle) == offset(low) else (low, middle)
        out.append(high)
    return out


class Maker:
    def __init__(self, seed, plant=None):
        self.seed, self.random = seed, random.Random(seed)
        R = self.random
        self.plant = R.random() < 0.12 if plant is None else plant
        self.zone_names = R.sample(ZONES, 2)
        self.create = "managed" if self.plant else R.choice(["managed", "managed", "invited", "no"])
        self.tables, self.exports, self.held = {}, [], set()
        self.pick_now()
        self.lookahead = R.choice([24 * HOUR, 24 * HOUR, 12 * HOUR, 48 * HOUR, 30 * MINUTE])
        self.plain = R.random() < 0.4  # no grace, so that bookings stand exactly on the edges
        self.cover = R.choice([75 * MINUTE, 75 * MINUTE, 4 * HOUR])
        self.max_bridge = R.choice([2 * HOUR, 2 * HOUR, 45 * MINUTE, 0])
        self.people = [self.person() for _ in range(R.randint(4, 9))]
        self.aliases = {}
        for p in R.sample(self.people, R.randint(0, 2)):
            self.aliases[self.local_part() + "@alias.example"] = p
        self.companies = [self.word().title() + " " + w for w in ("BV", "Gmbh")]
        self.serial = 0

    # ---- small things ----

    def pick_now(self):
        R = self.random
        year = R.randint(2023, 2027)
        jumps = [t for z in self.zone_names for t in transitions(ZoneInfo(z), year)]
        if jumps and R.random() < 0.6:
            self.now = R.choice(jumps) + R.randint(-30 * 60, 30 * 60) * MINUTE
        else:
            self.now = values.utc(datetime(year, 1, 1, tzinfo=timezone.utc)) + R.randint(0, 364 * 1440) * MINUTE
        self.now -= self.now % (5 * MINUTE)

    def chance(self, share):
        return self.random.random() < share

    def local_part(self):
        return "".join(self.random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))

    def word(self):
        return "".join(self.random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(9))

    def person(self):
        local = self.local_part()
        if self.chance(0.15):
            local = local[:6] + self.random.choice(["\u00e9", "\u00f8", "\u00df", "+x", ".y"]) + local[6:]
        domain = self.random.choice(["example.org", "example.com", "b\u00fccher.example", "mail.example.net"])
        return values.address(local + "@" + domain)

    def written(self, email):
        """An address as people write it."""
        R = self.random
        local, _, domain = email.partition("@")
        if domain.startswith("xn--") and self.chance(0.7):
            domain = domain.encode("ascii").decode("idna")
        text = local + "@" + domain
        text = R.choice([text, text, text, text.title(), text.upper() if "\u00df" not in text else text])
        if self.chance(0.2):
            text = unicodedata.normalize("NFD", text)
        return R.choice([text] * 6 + [" %s " % text, "\u00a0" + text, "mailto:" + text, "Some One <%s>" % text])

    def someone(self):
        """An address of one of the people, sometimes an alias."""
        aliases = list(self.aliases)
        if aliases and self.chance(0.15):
            return self.written(self.random.choice(aliases))
        return self.written(self.random.choice(self.people))

    def garble(self, text):
        """The same name to a reader."""
        if self.chance(0.7):
            return text
        text = self.random.choice([text.upper(), text.lower()]) if "\u00df" not in text else text
        return self.random.choice([text, " " + text, text.replace(" ", "  ") + "\u00a0"])

    def new_id(self, kind):
        self.serial += 1
        return "%s-%d" % (kind[0], self.serial)

    # ---- times ----

    def moment(self):
        """An instant near now, often exactly on an edge."""
        R, now = self.random, self.now
        if self.chance(0.35):
            edges = [0, self.lookahead, self.cover, -self.max_bridge, self.cover + self.max_bridge]
            grace = [0, 30 * MINUTE, -30 * MINUTE, 5 * MINUTE, -5 * MINUTE]
            return now + R.choice(edges) + R.choice(grace)
        if self.chance(0.7):
            return now + R.randint(-12 * 8, 12 * 8) * 5 * MINUTE
        return now + R.randint(-3 * 96, 4 * 96) * 15 * MINUTE

    def say(self, t, zone):
        """An instant as text of an export whose zone this is."""
        form = self.random.choice(["local", "local", "local", "z", "offset", "fraction"])
        if form == "local":
            return values.shown(t, zone).strftime("%Y-%m-%d %H:%M")
        if form == "offset":
            moment = datetime.fromtimestamp(t, timezone.utc).astimezone(zone)
            minutes = int(moment.utcoffset().total_seconds()) // 60
            moment = datetime.fromtimestamp(t, timezone.utc) + timedelta(minutes=minutes)
            sign = "-" if minutes < 0 else "+"
            hours, minutes = divmod(abs(minutes), 60)
            return moment.strftime("%Y-%m-%dT%H:%M:%S") + "%s%02d:%02d" % (sign, hours, minutes)
        text = datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
        return text + (".731Z" if form == "fraction" else "Z")

    def near_jump(self, zone):
        """Local start and end in or about the hour that a clock skips or repeats; None where no clock jumps near now."""
        year = values.shown(self.now, zone).year
        jumps = [t for t in transitions(zone, year) if abs(t - self.now) < 3 * DAY]
        if not jumps:
            return None
        jump = self.random.choice(jumps)
        start = values.shown(jump - MINUTE, zone) + timedelta(minutes=1 + 5 * self.random.randint(-18, 12))
        end = start + timedelta(minutes=5 * self.random.randint(1, 36))
        return start.strftime("%Y-%m-%d %H:%M"), end.strftime("%Y-%m-%d %H:%M")

    def day(self, t, zone):
        return values.shown(t, zone).strftime("%Y-%m-%d")

    # ---- rows ----

    def booking(self, zone):
        R, start = self.random, self.moment()
        row = {"booking_id": self.new_id("bookings"), "email": self.someone(), "name": "",
               "resource": self.garble(R.choice(RESOURCES)), "location": self.garble(R.choice(LOCATIONS + [""])),
               "start": self.say(start, zone), "end": self.say(start + R.randint(1, 40) * 5 * MINUTE, zone),
               "status": R.choice(["confirmed"] * 9 + ["Confirmed ", "COMPLETED", "cancelled", "Cancelled", "tentative",
                                                       "no_show", "blocked_time"]),
               "attendees": ""}
        if self.chance(0.25):
            row["attendees"] = ";".join(self.someone() for _ in range(R.randint(1, 3)))
            if self.chance(0.2):
                row["attendees"] += ";not an address"
        if self.chance(0.1):
            row["resource"] = "; ".join(R.sample(RESOURCES, 2))
        jump = self.near_jump(zone)
        if jump and self.chance(0.45):
            row["start"], row["end"] = jump
        if self.chance(0.1):
            self.spoil(row, {"status": ["confirmed?", "", "paid", "confirmed - late"],
                             "start": ["2026-02-30 10:00", "soon", "", "10:00"],
                             "end": ["never?", "2026-13-01 09:00", "", row["start"]],
                             "email": ["not an address", "a@@b.example", "@example.org", "x@", "", ""], "resource": [""]})
        return row

    def chain(self, zone, rows):
        """Bookings of one person and resource that are about to be merged, bridged, left open, or just on an edge."""
        R, who, what = self.random, self.random.choice(self.people), self.random.choice(RESOURCES)
        for start, end in R.choice([self.gaps, self.edge, self.edge])():
            row = self.booking(zone)
            row.update(email=self.written(who), resource=what, location="", start=self.say(start, zone),
                       end=self.say(end, zone), status=R.choice(["confirmed"] * 6 + ["cancelled"]))
            rows.append(row)

    def gaps(self):
        R, t, out = self.random, self.now - STEP * self.random.randint(0, 24), []
        for _ in range(R.randint(2, 5)):
            end = t + STEP * R.randint(1, 12)
            out.append((t, end))
            t = end + R.choice([0, STEP, 20 * MINUTE, HOUR, 65 * MINUTE, self.max_bridge, self.max_bridge + HOUR])
        return out

    def edge(self):
        """Windows on, just before or just behind one of the edges that the documentation names."""
        R, now = self.random, self.now
        off, length = R.choice([-STEP, 0, 0, 0, STEP]), STEP * R.randint(1, 12)
        start = now - STEP * R.randint(1, 12)
        way = R.choice(["ahead", "past", "touch", "cover", "bridge"])
        if way == "ahead":
            start = now + self.lookahead + off
            return [(start, start + length)]
        if way == "past":
            return [(start - length, now + off), (now + length, now + 2 * length)]
        if way == "cover":
            second = now + self.cover + off
            first = max(second - max(self.max_bridge - R.choice([0, STEP]), STEP), now + STEP)
        else:
            first = now + STEP * R.randint(1, 4)
            second = first + (max(off, 0) if way == "touch" else max(self.max_bridge + off, STEP))
        return [(start, first), (second, second + length)]

    def spoil(self, row, ways):
        column = self.random.choice(sorted(ways))
        row[column] = self.random.choice(ways[column])

    def membership(self, zone):
        R = self.random
        start = self.now + R.choice([-400, -90, -30, -3, -1, 0, 1, 2, 5, 30]) * DAY + R.randint(-12, 12) * HOUR
        end = max(start, R.choice([start, self.now]) + R.choice([0, 0, 1, 2, 20, 300]) * DAY)
        row = {"membership_id": self.new_id("memberships"), "email": self.someone(), "name": "", "company": "",
               "plan": self.garble(R.choice(PLANS)), "location": self.garble(R.choice(LOCATIONS + [""])),
               "start": self.day(start, zone), "end": "",
               "status": R.choice(["active"] * 8 + ["scheduled", "frozen", "Frozen", "cancelled", "cancelled", "expired",
                                                   "incomplete", " ACTIVE"]),
               "freeze_start": "", "freeze_end": ""}
        if self.chance(0.2):
            row["start"] = self.say(start, zone)
        if self.chance(0.6):
            row["end"] = self.day(end, zone)
            if self.chance(0.25):
                row["end"] = self.say(max(end, start + 25 * HOUR), zone)
        self.freeze(row, zone)
        if self.chance(0.3):
            row["company"] = self.garble(R.choice(self.companies))
            if self.chance(0.7):
                row["email"] = ""
        if self.chance(0.1):
            self.spoil(row, {"status": ["aktiv!", "", "active until May"], "start": ["", "2025-02-29", "yesterday"],
                             "end": ["when done", "2026-00-10", "1999-01-01"], "email": ["not an address"], "plan": [""],
                             "freeze_end": ["1999-01-01", "thaw"]})
        return row

    def freeze(self, row, zone):
        if "frozen" not in row["status"].lower() and self.chance(0.75):
            return
        if self.chance(0.15):
            return
        first = self.now + self.random.randint(-6, 3) * DAY
        row["freeze_start"] = self.day(first, zone)
        if self.chance(0.75):
            row["freeze_end"] = self.day(first + self.random.choice([0, 0, 1, 4, 30]) * DAY, zone)

    def people_row(self, zone):
        R = self.random
        return {"person_id": self.new_id("people"), "email": self.someone(), "name": "",
                "company": self.garble(R.choice(self.companies + [""])),
                "status": R.choice(["active"] * 8 + ["blocked", "Suspended", "deleted", "requested", "odd", ""])}

    def grant(self, zone):
        R, start = self.random, self.moment()
        row = {"grant_id": self.new_id("grants"), "email": self.someone(), "group": self.group_words(), "note": "",
               "start": self.say(start, zone), "end": self.say(start + R.randint(1, 300) * 10 * MINUTE, zone)}
        if self.chance(0.3):
            row["start"] = R.choice(["", self.day(start, zone)])
        if self.chance(0.3):
            row["end"] = R.choice(["", self.day(start + R.randint(0, 4) * DAY, zone)])
        if self.chance(0.1):
            self.spoil(row, {"start": ["2026-02-30", "?"], "end": ["open?", "1999-01-01"], "email": ["x@"],
                             "group": [""]})
        return row

    def group_words(self):
        """A group as somebody writes it: by name, by id, in another case; now and then one that is not there."""
        g = self.random.choice(self.groups)
        return self.random.choice([g["name"]] * 4 + [str(g["id"])] * 2 + [g["name"].upper(), "Nowhere", "999999"])

    # ---- files ----

    def add_source(self, name, kind):
        R = self.random
        zone_name = R.choice(self.zone_names)
        keys = {"profile": "generic-" + kind, "file": "", "timezone": zone_name}
        if self.chance(0.3):
            keys["location"] = R.choice(LOCATIONS)
        if kind == "bookings":
            for side in ("grace_before", "grace_after"):
                if self.plain:
                    keys[side] = "0m"
                elif self.chance(0.3):
                    keys[side] = R.choice(["0m", "10m", "1h"])
            if self.chance(0.3):
                keys["attendees"] = R.choice(["yes", "no"])
        if kind == "memberships" and self.chance(0.5):
            keys["cancelled"] = R.choice(["until-end", "at-once"])
        if self.chance(0.3):
            keys["absence"] = R.choice(["cancelled", "surprising"])
        form = R.choice(["csv", "csv", "json", "ndjson"])
        parts = R.choice([1, 1, 2])
        columns = COLUMNS[kind].split(",")
        if "status" in columns and self.chance(0.1):
            columns.remove("status")
        keys["file"] = "%s-*.%s" % (name, form) if parts > 1 else "%s-1.%s" % (name, form)
        make = {"bookings": self.booking, "memberships": self.membership, "people": self.people_row,
                "grants": self.grant}[kind]
        for part in range(parts):
            export = Export("%s-%d.%s" % (name, part + 1, form), kind, form, columns)
            count = {"bookings": 25, "memberships": 10, "people": 10, "grants": 5}[kind]
            export.rows = [make(ZoneInfo(zone_name)) for _ in range(R.randint(2, count))]
            if kind == "bookings":
                for _ in range(R.randint(0, 3)):
                    self.chain(ZoneInfo(zone_name), export.rows)
            self.exports.append(export)
        self.repeat([e for e in self.exports if e.name.startswith(name + "-")], COLUMNS[kind].split(",")[0])
        return name, keys

    def repeat(self, exports, id_column):
        """Exact duplicates, the same id with other words, and rows without an id."""
        rows = [r for e in exports for r in e.rows]
        for row in self.random.sample(rows, min(len(rows), self.random.randint(0, 2))):
            self.random.choice(exports).rows.append(dict(row))
        if self.chance(0.3) and len(rows) > 2:
            one, other = self.random.sample(rows, 2)
            one[id_column] = other[id_column]
        if self.chance(0.3):
            self.random.choice(rows)[id_column] = ""

    # ---- Kisi ----

    def make_groups(self):
        R = self.random
        self.places = [{"id": 500 + i, "resource_type": "Place", "name": n, "time_zone": "Europe/Amsterdam"}
                       for i, n in enumerate(["Harbour House", "North Hall"])]
        names = ["Room 1 + Front door", "Court", "Night Owls", "Lounge", "LOUNGE", "Gym", "Gym", "2024", "Caf\u00e9"]
        self.groups = []
        for i, n in enumerate(names):
            place = R.choice([500, 500, None, 501])
            if n == "Gym":
                place = 500 + i % 2
            self.groups.append({"id": 7000 + i, "resource_type": "Group", "name": n, "description": None,
                                "place_id": place, "login_enabled": True, "locks_count": 1})
        self.place = R.choice([None, None, "Harbour House", "500"])

    def make_rules(self):
        R = self.random
        reported = {g["id"] for g in self.groups if R.random() < 0.08}
        ini, table = [], []
        for i in range(R.randint(8, 16)):
            kind, keys = R.choice([("resource", RESOURCES), ("plan", PLANS)])
            rule = {kind: "*" if self.chance(0.1) else self.garble(R.choice(keys)).strip()}
            rule["group"] = self.group_words()
            if self.chance(0.3):
                rule["location"] = self.garble(R.choice(LOCATIONS)).strip()
            found = reference.find_group({"groups": self.groups}, None, rule["group"])
            named = {g["id"] for g in self.groups if values.fold(g["name"]) == values.fold(rule["group"])}
            named.add(found)
            if named & reported:
                rule["exclusive"] = "no"
            elif self.chance(0.3):
                table.append({"location": rule.get("location", ""), "kind": kind, "key": rule[kind],
                              "group": rule["group"]})
                continue
            for side in ("grace_before", "grace_after"):
                if kind == "resource" and not self.plain and self.chance(0.2):
                    rule[side] = R.choice(["0m", "15m", "2h"])
            if self.chance(0.15):
                rule["source"] = R.choice([n for n, _ in self.sources])
            ini.append(("rule r%d" % i, rule))
        return ini, table

    def make_users(self):
        R, self.users = self.random, []
        addresses = [self.written(p).strip() for p in self.people if R.random() < 0.75]
        for alias, p in self.aliases.items():
            known = {values.address(a) for a in addresses}
            if p not in known and self.chance(0.5):
                addresses.append(alias.title())
        addresses += [self.local_part() + "@example.org" for _ in range(R.randint(1, 4))]
        if self.chance(0.2):
            addresses.append("door-tablet-" + self.word())
        for i, a in enumerate(addresses):
            a = a.replace("mailto:", "").rpartition("<")[2].rstrip(">").strip("\u00a0 ")
            self.users.append({"id": 100 + i, "resource_type": "User", "email": a,
                               "name": self.word().title() + " " + self.word().title(),
                               "access_enabled": R.random() < 0.95, "scim_access_enabled": True, "confirmed": True})

    def assign(self, user, group, start, end, role="group_basic", kind="User", to="Group"):
        self.serial += 1
        self.assignments.append({
            "id": 50000 + self.serial * 7 % 9973 * 10 + self.serial % 10, "resource_type": "RoleAssignment",
            "role_id": role, "applies_to_type": to, "applies_to_id": group, "assignee_type": kind, "assignee_id": user,
            "notify": False, "valid_from": self.kisi_time(start), "valid_until": self.kisi_time(end)})

    def kisi_time(self, t):
        text = values.stamp(t)
        if text is None or self.chance(0.4):
            return text
        return text[:-1] + self.random.choice([".000Z", ".746Z", "+00:00"])

    def make_assignments(self, world):
        R, self.assignments = self.random, []
        for user in self.users:
            person = world.user_person(user)
            for group in self.groups:
                slot, have = (person, group["id"]), None
                want, first = world.wanted(slot), world.first(slot)
                if self.plant and person in self.held:
                    have = (self.now - HOUR, self.now + DAY)
                elif want and self.chance(0.8):
                    have = self.drift(want)
                elif first and self.chance(0.5):
                    have = self.drift(first)
                elif self.chance(0.3 if slot in world.windows or slot in world.over else 0.12):
                    start = self.moment()
                    end = start + R.randint(1, 50) * 20 * MINUTE
                    have = R.choice([(start, end), (start, NEVER), (ALWAYS, NEVER)])
                if have:
                    role = R.choice(["group_basic"] * 19 + ["group_manager", "custom-77"])
                    self.assign(user["id"], group["id"], *have, role=role)
        for group in R.sample(self.groups, 2):
            self.assign(R.choice([31, 32]), group["id"], self.now - DAY, self.now + DAY,
                        kind=R.choice(["Team", "Guest"]))
        self.assign(R.choice(self.users)["id"], 500, ALWAYS, NEVER, role="place_manager", to="Place")
        self.assign(R.choice(self.users)["id"], 9, ALWAYS, NEVER, role="administrator", to="Organization")
        if len({a["id"] for a in self.assignments}) != len(self.assignments):
            for i, a in enumerate(self.assignments):
                a["id"] = 50000 + i

    def drift(self, interval):
        """The interval as Kisi might hold it: in step, equal in effect, or moved."""
        R, (start, end) = self.random, interval
        way = R.choice(["same", "same", "same", "effect", "end", "start", "open", "past"])
        if way == "effect" and start <= self.now:
            start = R.choice([ALWAYS, self.now - R.randint(0, 9999) * MINUTE])
        elif way == "end":
            end = R.choice([NEVER, self.now + R.randint(1, 500) * MINUTE])
            start = min(start, end - 5 * MINUTE)
        elif way == "start" and start != ALWAYS:
            start -= R.choice([5 * MINUTE, 3 * HOUR])
        elif way == "open":
            end = NEVER
        elif way == "past":
            start, end = self.now - 5 * DAY, self.now - R.choice([0, 1, 30]) * MINUTE
        return start, end

    def plant_mismatch(self, world):
        """Somebody wanted without a user, and beside it the same mailbox with a tag."""
        have = {world.user_person(u) for u in self.users}
        waiting = sorted(p for p, g in world.windows if p not in have and "+" not in p and world.touchable((p, g))
                         and world.wanted((p, g)))
        if not waiting:
            self.plant = False
            return
        local, _, domain = waiting[0].partition("@")
        twin = local + "+kisi@" + domain
        self.users.append({"id": 900, "resource_type": "User", "email": twin, "name": self.word().title(),
                           "access_enabled": True, "scim_access_enabled": True, "confirmed": True})
        self.held = {twin}

    # ---- all of it ----

    def make(self, folder):
        R = self.random
        self.make_groups()
        kinds = ["bookings"] + R.choice([[], ["bookings"]]) + R.choice([[], ["memberships"], ["memberships"] * 2])
        kinds += R.choice([[], ["people"]]) + R.choice([[], ["grants"]])
        self.sources = [self.add_source("%s%d" % (k, i), k) for i, k in enumerate(kinds)]
        self.rule_sections, table = self.make_rules()
        self.tables["aliases.csv"] = "alias,email\n" + "".join("%s,%s\n" % (self.written(a).strip(), p)
                                                               for a, p in self.aliases.items())
        blocked = R.sample(self.people, R.choice([0, 0, 1])) + R.sample(sorted(self.aliases), R.choice([0, 0, 1])
                                                                        if self.aliases else 0)
        self.tables["blocked.csv"] = "email,reason\n" + "".join("%s,keys lost\n" % b for b in blocked)
        if table:
            self.tables["rules.csv"] = "location,kind,key,group\n" + "".join(
                ",".join('"%s"' % r[c] for c in ("location", "kind", "key", "group")) + "\n" for r in table)
        self.protected = R.sample(self.people, R.choice([0, 0, 1]))
        self.write(folder)
        self.make_users()
        self.assignments = []
        world = reference.World(os.path.join(folder, "kisi.ini"), self.snapshot(), self.now)
        if self.plant:
            self.plant_mismatch(world)
        self.make_assignments(world)
        return self

    def config(self):
        R = random.Random(self.seed + 1)
        text = ["[kisi]"] + (["place = " + self.place] if self.place else [])
        text += ["", "[state]", "database = state.db", "", "[reports]", "dir = reports", "", "[schedule]"]
        text += ["run_every = %dm" % (self.cover // MINUTE - 15), "slack = 15m"]
        text += ["lookahead = %dm" % (self.lookahead // MINUTE), "max_bridge = %dm" % (self.max_bridge // MINUTE)]
        text += ["between_windows = " + R.choice(["bridge", "bridge", "strict"])]
        text += ["", "[people]", "create = " + self.create]
        text += ["aliases_file = aliases.csv", "blocked_file = blocked.csv"]
        if self.protected:
            text += ["protected = " + "; ".join(self.protected)]
        text += ["", GUARDS]
        if "rules.csv" in self.tables:
            text += ["[rules]", "file = rules.csv", ""]
        for name, keys in [("source " + n, k) for n, k in self.sources] + self.rule_sections:
            text += ["[%s]" % name] + ["%s = %s" % kv for kv in keys.items()] + [""]
        return "\n".join(text)

    def snapshot(self):
        return {"format_version": 1, "fetched_at": values.stamp(self.now - MINUTE),
                "organization": {"id": 9, "name": "Example", "domain": "example", "time_zone": "Europe/Amsterdam"},
                "places": self.places, "locks": [], "groups": self.groups, "group_locks": [], "users": self.users,
                "role_assignments": self.assignments, "group_links": [], "schedules": [],
                "teams": [{"id": 31, "resource_type": "Team", "name": "Crew"}], "team_memberships": [], "roles": []}

    def write(self, folder):
        for name, text in [("kisi.ini", self.config())] + list(self.tables.items()):
            put(os.path.join(folder, name), text)
        for export in self.exports:
            put(os.path.join(folder, export.name), export.text())

    def shuffled(self, folder, seed):
        """The same facts in another order, some rows twice."""
        R = random.Random(seed)
        for export in self.exports:
            id_column = COLUMNS[export.kind].split(",")[0]
            kept, rows = export.rows, list(export.rows)
            seen = [r[id_column] for e in self.exports if e.kind == export.kind for r in e.rows]
            alone = [r for r in rows if seen.count(r[id_column]) == 1]
            rows += [dict(r) for r in R.sample(alone, min(len(alone), 3))]
            R.shuffle(rows)
            export.rows = keep_order(kept, rows, id_column)
            put(os.path.join(folder, export.name), export.text())
            export.rows = kept
        for name, text in [("kisi.ini", self.config())] + list(self.tables.items()):
            put(os.path.join(folder, name), text)
        snapshot = dict(self.snapshot())
        for key in ("groups", "users", "role_assignments"):
            snapshot[key] = R.sample(snapshot[key], len(snapshot[key]))
        return snapshot
