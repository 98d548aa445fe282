"""A second opinion: the meaning of a run, written again from the documentation and in another language.

It reads the same configuration, exports and snapshot file as kisi-reconcile and says which changes a run at `now`
must plan.  It knows the generic formats only, has no guards, no history and no e-mail mismatch scores (the caller
names the people whom a planted mismatch holds), and it prefers plain words to speed.  Nothing here may be copied
from the program: where both agree, they agree because the meaning is clear.
"""
import csv
import glob
import io
import json
import os
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

ALWAYS = -(1 << 62)
NEVER = 1 << 62
MINUTE, HOUR, DAY = 60, 3600, 86400
BLANKS = " \t\r\n\v\f\u00a0\u202f\u2007\u200b\u200c\u200d\u2060\ufeff\u00ad\u3000"
GRANTING_BOOKINGS = {"confirmed", "completed"}
MEMBERSHIP_WORDS = {"active", "scheduled", "frozen", "expired", "cancelled", "incomplete"}
BOOKING_WORDS = {"confirmed", "completed", "tentative", "no_show", "blocked_time", "cancelled"}
BLOCKING_WORDS = {"blocked", "suspended", "deleted"}
PERSON_WORDS = BLOCKING_WORDS | {"active", "requested"}
SPELLINGS = {"canceled": "cancelled", "no-show": "no_show", "no show": "no_show"}


class Refused(Exception):
    """A row that cannot be used."""


# ---- text, addresses ----

def trim(text):
    return (text or "").strip(BLANKS)


def fold(text):
    """The form in which names of things are compared; blank gives ''."""
    words = [w for w in re.split("[%s]+" % re.escape(BLANKS), text or "") if w]
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", " ".join(words)).casefold())


def address(text):
    """The canonical form of an e-mail address; Refused when it is none."""
    text = trim(text)
    inside = re.search(r"<([^<>]*)>\s*$", text)
    if inside:
        text = trim(inside.group(1))
    if text[:7].lower() == "mailto:":
        text = trim(text[7:])
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    local, at, domain = text.partition("@")
    if not at or not local or "@" in domain or re.search(r"\s|[\x00-\x1f\x7f]", text):
        raise Refused("no address: %r" % text)
    if any(not label for label in domain.split(".")):
        raise Refused("bad domain: %r" % text)
    if not domain.isascii():
        domain = domain.encode("idna").decode("ascii")
    return local + "@" + domain


# ---- time ----

def utc(moment):
    return int((moment - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())


def shown(t, zone):
    """What the clocks of the zone show at t, without the zone."""
    return datetime.fromtimestamp(t, timezone.utc).astimezone(zone).replace(tzinfo=None, fold=0)


def local_instant(naive, zone, later):
    """The instant at which clocks show this: after a gap, the earlier or later one of an overlap."""
    both = sorted(utc(naive.replace(tzinfo=zone, fold=f).astimezone(timezone.utc)) for f in (0, 1))
    fits = [t for t in both if shown(t, zone) == naive]
    if fits:
        return fits[-1] if later else fits[0]
    low, high = both[0], both[1]
    while high - low > 1:  # the clocks jump somewhere in (low, high]
        middle = (low + high) // 2
        if shown(middle, zone) < naive:
            low = middle
        else:
            high = middle
    return high


def day_start(day, zone):
    return local_instant(datetime(day.year, day.month, day.day), zone, later=False)


def rfc3339(text):
    m = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)", text, re.I)
    if not m:
        return None
    try:
        moment = datetime(*(int(g or 0) for g in m.groups()[:6]), tzinfo=timezone.utc)
    except ValueError:
        raise Refused("no such time: %r" % text) from None
    zone = m.group(7)
    if zone in "Zz":
        return utc(moment)
    sign = -1 if zone[0] == "-" else 1
    return utc(moment) - sign * (int(zone[1:3]) * HOUR + int(zone[-2:]) * MINUTE)


def read_time(text, zone):
    """('instant', t), ('local', naive) or ('day', date)."""
    text = trim(text)
    t = rfc3339(text)
    if t is not None:
        return "instant", t
    m = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?", text)
    if not m:
        raise Refused("unreadable time: %r" % text)
    if zone is None:
        raise Refused("a local time, and no zone: %r" % text)
    try:
        if m.group(4) is None:
            return "day", date(*(int(g) for g in m.groups()[:3]))
        return "local", datetime(*(int(g or 0) for g in m.groups()[:6]))
    except ValueError:
        raise Refused("no such time: %r" % text) from None


def as_start(text, zone):
    kind, value = read_time(text, zone)
    if kind == "day":
        return day_start(value, zone)
    return value if kind == "instant" else local_instant(value, zone, later=False)


def as_end(text, zone):
    """A day runs to its end."""
    kind, value = read_time(text, zone)
    if kind == "day":
        return day_start(value + timedelta(days=1), zone)
    return value if kind == "instant" else local_instant(value, zone, later=True)


def day_of(text, zone):
    kind, value = read_time(text, zone)
    if kind == "day":
        return value
    return value.date() if kind == "local" else shown(value, zone).date()


def stamp(t):
    return None if t in (ALWAYS, NEVER) else datetime.fromtimestamp(t, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- configuration ----

def duration(text):
    units = {"s": 1, "m": MINUTE, "h": HOUR, "d": DAY, "": 1}
    m = re.fullmatch(r"(\d+)\s*([smhd]?)", trim(text))
    return int(m.group(1)) * units[m.group(2)]


def read_ini(path):
    sections, current = {}, None
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.strip()
            if not line or line[0] == "#":
                continue
            if line[0] == "[":
                current = sections.setdefault(line[1:-1], {})
            else:
                key, _, value = line.partition("=")
                current[key.strip()] = value.strip()
    return sections


def read_table(path):
    with open(path, encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


class Config:
    def __init__(self, path):
        ini = read_ini(path)
        self.dir = os.path.dirname(os.path.abspath(path))
        self.place = ini.get("kisi", {}).get("place")
        s = ini.get("schedule", {})
        self.cover = duration(s.get("run_every", "1h")) + duration(s.get("slack", "15m"))
        self.lookahead = duration(s.get("lookahead", "24h"))
        self.max_bridge = duration(s.get("max_bridge", "2h"))
        self.bridge = s.get("between_windows", "bridge") == "bridge"
        p = ini.get("people", {})
        self.create = p.get("create", "managed")
        self.aliases = {}
        for row in self.table(p.get("aliases_file")):
            self.aliases[address(row["alias"])] = address(row["email"])
        self.protected = {self.person(a) for a in p.get("protected", "").split(";") if trim(a)}
        self.blocked = {self.person(row["email"]) for row in self.table(p.get("blocked_file"))}
        self.sources = [(name[7:], keys) for name, keys in ini.items() if name.startswith("source ")]
        self.rules = [self.rule(keys) for name, keys in ini.items() if name.startswith("rule ")]
        for row in self.table(ini.get("rules", {}).get("file")):
            self.rules.append(self.rule({row["kind"]: row["key"], "location": row["location"], "group": row["group"]}))

    def table(self, name):
        return read_table(os.path.join(self.dir, name)) if name else []

    def person(self, text):
        """Whom an address stands for: one step through the aliases."""
        email = address(text)
        return self.aliases.get(email, email)

    @staticmethod
    def rule(keys):
        kind = "resource" if "resource" in keys else "plan"
        return {"kind": kind, "key": trim(keys[kind]), "location": keys.get("location") or None,
                "source": keys.get("source"), "group": trim(keys["group"]),
                "exclusive": keys.get("exclusive", "yes") == "yes",
                "grace_before": keys.get("grace_before"), "grace_after": keys.get("grace_after")}


def fits(rule, kind, source, keys, location):
    if rule["kind"] != kind or (rule["source"] and rule["source"] != source):
        return False
    if rule["location"] and fold(rule["location"]) != fold(location):
        return False
    return any(k and (rule["key"] == "*" or fold(rule["key"]) == fold(k)) for k in keys)


# ---- exports ----

def read_rows(path):
    """The records of a CSV, JSON or NDJSON file as dicts of text (or lists of text)."""
    with open(path, "rb") as f:
        text = f.read().decode("utf-8-sig")
    if path.endswith(".json"):
        return json.loads(text)
    if path.endswith(".ndjson"):
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    header = text.splitlines()[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    names = [trim(n).lower() for n in rows[0]]
    return [dict(zip(names, r)) for r in rows[1:] if any(trim(c) for c in r)]


def cell(row, name):
    value = row.get(name)
    if value is None:
        return ""
    return trim(value if isinstance(value, str) else json.dumps(value))


def cell_list(row, name):
    value = row.get(name) or []
    items = value if isinstance(value, list) else value.split(";")
    return [trim(i) for i in items if trim(i)]


def status_of(row, words, absent):
    if "status" not in row:
        return absent
    word = fold(row["status"])
    word = SPELLINGS.get(word, word)
    return word if word in words else "unknown"


class Record:
    """
    A row.  spans: the windows it gives, without grace; over: the times for which it says that there is no access
    any more, which makes a removal in them an expected one.  A word nobody knows says nothing.
    """

    def __init__(self, kind, source, policy, rid):
        self.kind, self.source, self.policy, self.id = kind, source, policy, rid
        self.emails, self.company, self.keys, self.location = [], "", [], ""
        self.group = None
        self.status, self.spans, self.over = "unknown", [], []


def read_booking(r, row, zone, now):
    r.status = status_of(row, BOOKING_WORDS, "confirmed")
    start, end = as_start(cell(row, "start"), zone), as_end(cell(row, "end"), zone)
    if end <= start:
        raise Refused("ends before it starts")
    if cell(row, "email"):
        r.emails.append(address(cell(row, "email")))
    elif r.status != "cancelled":
        raise Refused("nobody's booking")
    if r.policy.get("attendees", "yes") == "yes":
        for a in cell_list(row, "attendees"):
            try:
                r.emails.append(address(a))
            except Refused:
                pass
    r.keys = cell_list(row, "resource")
    if not r.keys:
        raise Refused("no resource")
    r.spans = [(start, end)] if r.status in GRANTING_BOOKINGS else []
    r.over = [] if r.spans or r.status == "unknown" else [(start, end)]


def without(spans, hole):
    out = []
    for a, b in spans:
        out += [(x, y) for x, y in ((a, min(b, hole[0])), (max(a, hole[1]), b)) if x < y]
    return out


def read_freeze(row, zone):
    first, last = cell(row, "freeze_start"), cell(row, "freeze_end")
    if not first and not last:
        return None
    if not first:
        raise Refused("a freeze ends that never began")
    begin = day_start(day_of(first, zone), zone)
    end = day_start(day_of(last, zone) + timedelta(days=1), zone) if last else NEVER
    if end <= begin:
        raise Refused("a freeze ends before it begins")
    return begin, end


def read_membership(r, row, zone, now):
    r.status = status_of(row, MEMBERSHIP_WORDS, "active")
    if not cell(row, "start"):
        raise Refused("no start")
    start = day_start(day_of(cell(row, "start"), zone), zone)
    end = as_end(cell(row, "end"), zone) if cell(row, "end") else NEVER
    if end <= start:
        raise Refused("ends before it starts")
    freeze = read_freeze(row, zone)
    if cell(row, "email"):
        r.emails = [address(cell(row, "email"))]
    else:
        r.company = cell(row, "company")
    r.keys = [cell(row, "plan")]
    if not (r.emails or r.company) or not r.keys[0]:
        raise Refused("nobody's, or no plan")
    gives = r.status in ("active", "scheduled")
    gives |= r.status == "frozen" and freeze is not None and freeze[1] != NEVER
    gives |= r.status == "cancelled" and r.policy.get("cancelled") == "until-end" and end != NEVER
    r.spans = [(start, end)] if gives else []
    if freeze:
        r.spans = without(r.spans, freeze)
    if not gives and r.status != "unknown" or gives and end <= now:
        r.over = [(start, end)]
    elif gives and freeze and freeze[0] <= now < freeze[1] and freeze[0] < end and start < freeze[1]:
        r.over = [freeze]


def read_grant(r, row, zone, now):
    start = as_start(cell(row, "start"), zone) if cell(row, "start") else ALWAYS
    end = as_end(cell(row, "end"), zone) if cell(row, "end") else NEVER
    if end <= start:
        raise Refused("ends before it starts")
    r.emails = [address(cell(row, "email"))]
    r.group = cell(row, "group")
    if not r.group:
        raise Refused("no group")
    r.status, r.spans = "active", [(start, end)]


def read_person(r, row, zone, now):
    r.status = status_of(row, PERSON_WORDS, "active")
    r.company = cell(row, "company")
    r.emails = [address(cell(row, "email"))]


READERS = {"bookings": (read_booking, "booking_id"), "memberships": (read_membership, "membership_id"),
           "grants": (read_grant, "grant_id"), "people": (read_person, "person_id")}


def read_source(name, policy, folder, now):
    """The records of one source; of those with one id the last."""
    kind = policy["profile"].rpartition("-")[2]
    reader, id_column = READERS[kind]
    zone = ZoneInfo(policy["timezone"]) if policy.get("timezone") else None
    last, loose = {}, []
    for path in sorted(glob.glob(os.path.join(folder, policy["file"]))):
        for row in read_rows(path):
            r = Record(kind, name, policy, cell(row, id_column))
            r.location = cell(row, "location") or policy.get("location", "")
            try:
                reader(r, row, zone, now)
            except Refused:
                continue
            if r.id:
                last[r.id] = r
            else:
                loose.append(r)
    return list(last.values()) + loose


# ---- groups ----

def place_id(snapshot, text):
    if text is None:
        return None
    for p in snapshot["places"]:
        if str(p["id"]) == text:
            return p["id"]
    return next(p["id"] for p in snapshot["places"] if fold(p["name"]) == fold(text))


def find_groups(snapshot, place, text):
    """The groups that may be meant: none when it is missing or in another place, several when it is ambiguous."""
    def here(g):
        return place is None or g["place_id"] is None or g["place_id"] == place

    if re.fullmatch("[0-9]+", text):
        for g in snapshot["groups"]:
            if g["id"] == int(text):
                return [g["id"]] if here(g) else []
    for same in (lambda n: n == text, lambda n: fold(n) == fold(text)):
        found = [g["id"] for g in snapshot["groups"] if same(g["name"]) and here(g)]
        if found:
            return found
    return []


def find_group(snapshot, place, text):
    found = find_groups(snapshot, place, text)
    return found[0] if len(found) == 1 else None


# ---- windows ----

def united(windows):
    out = []
    for a, b in sorted(windows):
        if out and a <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], b))
        else:
            out.append((a, b))
    return out


class World:
    """Everything a run knows, and who should hold what."""

    def __init__(self, config_path, snapshot, now):
        self.config, self.snapshot, self.now = Config(config_path), snapshot, now
        c = self.config
        self.records = [r for name, policy in c.sources for r in read_source(name, policy, c.dir, now)]
        self.place = place_id(snapshot, c.place)
        self.managed, self.report_only = set(), set()
        for rule in c.rules:
            rule["id"] = find_group(snapshot, self.place, rule["group"])
            if rule["id"] is not None:
                self.managed.add(rule["id"])
                if not rule["exclusive"]:
                    self.report_only.add(rule["id"])
        texts = [rule["group"] for rule in c.rules] + [r.group for r in self.records if r.kind == "grants"]
        found = [find_groups(snapshot, self.place, text) for text in texts]
        self.doubted = {group for groups in found if len(groups) > 1 for group in groups}
        self.blocked, self.companies = set(c.blocked), {}
        self.read_people()
        self.windows, self.over = {}, {}
        for r in self.records:
            if r.kind != "people":
                self.entitle(r)
        self.windows = {slot: united(w) for slot, w in self.windows.items()}

    def read_people(self):
        for r in (r for r in self.records if r.kind == "people"):
            for email in r.emails:
                person = self.config.person(email)
                if r.status in BLOCKING_WORDS:
                    self.blocked.add(person)
                if fold(r.company) and r.status != "requested":
                    self.companies.setdefault(fold(r.company), set()).add(person)

    def entitle(self, r):
        people = {self.config.person(e) for e in r.emails}
        if r.company:
            people |= self.companies.get(fold(r.company), set())
        if r.kind == "grants":
            group = find_group(self.snapshot, self.place, r.group)
            gives = [(group, 0, 0)] if group in self.managed else []
        else:
            gives = list(self.by_rules(r))
        for group, before, after in gives:
            for person in people:
                self.add(person, group, r, before, after)

    def by_rules(self, r):
        kind = "resource" if r.kind == "bookings" else "plan"
        for rule in self.config.rules:
            if rule["id"] is None or not fits(rule, kind, r.source, r.keys, r.location):
                continue
            grace = [0, 0]
            if kind == "resource":
                for i, side in enumerate(("grace_before", "grace_after")):
                    given = [v for v in (rule[side], r.policy.get(side)) if v is not None]
                    grace[i] = duration(given[0]) if given else 30 * MINUTE
            yield rule["id"], grace[0], grace[1]

    def add(self, person, group, r, before, after):
        def widened(span):
            return (span[0] if span[0] == ALWAYS else span[0] - before), (span[1] if span[1] == NEVER else span[1] + after)

        windows = [widened(span) for span in r.spans]
        if person not in self.blocked:
            self.windows.setdefault((person, group), []).extend(windows)
        over = [w for w in windows if w[1] <= self.now] + [widened(span) for span in r.over]
        self.over.setdefault((person, group), []).extend((r.kind, w) for w in over)

    # ---- slots ----

    def first(self, slot):
        return next((w for w in self.windows.get(slot, []) if w[1] > self.now), None)

    def wanted(self, slot):
        """The interval the slot should hold, or None."""
        ahead = [w for w in self.windows.get(slot, []) if w[1] > self.now]
        if not ahead or ahead[0][0] > self.now + self.config.lookahead:
            return None
        start, end = ahead[0]
        for a, b in ahead[1:]:
            if a >= self.now + self.config.cover or not self.config.bridge or a - end > self.config.max_bridge:
                break
            end = b
        return start, end

    def same(self, one, other):
        """Equal in effect: they agree from now on."""
        return one[1] == other[1] and max(one[0], self.now) == max(other[0], self.now)

    # ---- difference ----

    def user_person(self, user):
        try:
            return self.config.person(user["email"])
        except Refused:
            return user["email"]

    def holdings(self):
        """slot -> basic assignment of a user, and the slots in which a user has another role."""
        people = {u["id"]: self.user_person(u) for u in self.snapshot["users"]}
        have, others = {}, set()
        for a in self.snapshot["role_assignments"]:
            if a["assignee_type"] != "User" or a["applies_to_type"] != "Group":
                continue
            slot = people[a["assignee_id"]], a["applies_to_id"]
            if a["role_id"] == "group_basic":
                have[slot] = a
            else:
                others.add(slot)
        return have, others

    def touchable(self, slot):
        person, group = slot
        return group in self.managed and group not in self.report_only and person not in self.config.protected

    def changes(self, held=()):
        """Set of (action, email, group_id, from, until, have id, expected) without those of held people."""
        have, others = self.holdings()
        users = {self.user_person(u) for u in self.snapshot["users"]}
        out = set()
        for slot in set(have) | set(self.windows):
            person, group = slot
            if not self.touchable(slot) or person in held or slot in others:
                continue
            if slot not in have and person not in users and self.config.create == "no":
                continue
            change = self.change(slot, have.get(slot))
            if change and not (group in self.doubted and self.takes_away(slot, have.get(slot))):
                out.add(change)
                if person not in users:
                    out.add(("create_user", person, None, None, None, None, True))
        return out

    def change(self, slot, a):
        person, group = slot
        want = self.wanted(slot)
        if a is None:
            return ("grant", person, group, stamp(want[0]), stamp(want[1]), None, True) if want else None
        valid = validity(a)
        keep = want or self.first(slot)
        if keep and valid[1] > self.now and self.same(valid, keep):
            return None
        if want:
            return "adjust", person, group, stamp(want[0]), stamp(want[1]), a["id"], True
        if valid[1] <= self.now:
            return "cleanup", person, group, None, None, a["id"], True
        return "revoke", person, group, None, None, a["id"], person in self.blocked or self.says_so(slot, valid)

    def takes_away(self, slot, a):
        """Is there a time from now on at which the person could enter before and cannot after?"""
        if a is None or validity(a)[1] <= self.now:
            return False
        want, (start, end) = self.wanted(slot), validity(a)
        return want is None or want[1] < end or max(want[0], self.now) > max(start, self.now)

    def says_so(self, slot, valid):
        """Is a row there that says so?  Only of access it can have given: about that time, with an end if it is a booking's."""
        return any(over[0] <= valid[1] and valid[0] <= over[1] and (kind != "bookings" or valid[1] != NEVER)
                   for kind, over in self.over.get(slot, []))


def validity(assignment):
    start, end = assignment["valid_from"], assignment["valid_until"]
    return (ALWAYS if start is None else rfc3339(start)), (NEVER if end is None else rfc3339(end))
