"""A second opinion: the meaning of a run, written again from the documentation and in another language.

It reads the same configuration, exports and snapshot file as kisi-reconcile and says which changes a run at `now`
must plan.  Each loss is looked at piece by piece: explained, not explained, or kept.  It knows the generic formats
only, has no limits, no history and no e-mail mismatch scores (the caller names the people whom a planted mismatch
holds), and it prefers plain words to speed.  Nothing here is copied from the program.  In two places the documentation
left a choice, and the program's reading was taken over after both had been compared: which rows make a loss an expected
one, and what an ambiguous name holds (both in standing).
"""
import csv
import os
import re

from exports import BLOCKING_WORDS, read_source
from values import ALWAYS, DAY, HOUR, MINUTE, NEVER, Refused, address, fold, rfc3339, stamp, trim


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
            self.rules.append(self.rule({row["kind"]: row["key"], "location": row["location"],
                                         "group": row["group"]}))

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
        self.records, self.unread = [], {}
        for name, policy in c.sources:
            records, unread = read_source(name, policy, c.dir, now)
            self.records += records
            self.unread[name] = {c.person(email) for email in unread}
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
            start, end = span
            return (start if start == ALWAYS else start - before), (end if end == NEVER else end + after)

        windows = [widened(span) for span in r.spans]
        if person not in self.blocked:
            self.windows.setdefault((person, group), []).extend(windows)
        over = [w for w in windows if w[1] <= self.now] + [widened(span) for span in r.over]
        self.over.setdefault((person, group), []).extend((r.kind, w) for w in over)

    # ---- slots ----

    def first(self, slot):
        return next((w for w in self.windows.get(slot, []) if w[1] > self.now), None)

    def wanted(self, slot, kept=()):
        """The interval the slot should hold, or None.  kept: what may not be taken, and counts as windows do."""
        ahead = [w for w in united(self.windows.get(slot, []) + list(kept)) if w[1] > self.now]
        last = self.now + self.config.lookahead
        if not ahead or ahead[0][0] > last:
            return None
        start, end = ahead[0]
        for a, b in ahead[1:]:
            if a >= self.now + self.config.cover or not self.config.bridge or a - end > self.config.max_bridge:
                break
            end = b
        # One interval must hold all that is kept.
        return start, max([end] + [b for a, b in ahead if a <= last and any(a <= k[0] < b for k in kept)])

    # ---- losses ----

    def pieces(self, slot, valid):
        """What somebody has from now on and no window covers, cut where a window or record begins or ends."""
        begin = max(valid[0], self.now)
        windows = self.windows.get(slot, [])
        edges = {e for span in windows + [w for _, w in self.over.get(slot, [])] for e in span if begin < e < valid[1]}
        edges = [begin] + sorted(edges) + [valid[1]]
        cut = [(a, b) for a, b in zip(edges, edges[1:]) if a < b]
        return [p for p in cut if not any(w[0] <= p[0] and p[1] <= w[1] for w in windows)]

    def standing(self, slot, piece):
        """Is the end of this piece explained by a record of now, or not, or can nobody know?"""
        if slot[0] in self.blocked:
            return "explained"
        if slot[1] in self.doubted:
            return "kept"
        # A booking gives no access without an end; and nothing speaks for a time beyond its own.
        if any(w[0] <= piece[0] and piece[1] <= w[1] and (kind != "bookings" or piece[1] != NEVER)
               for kind, w in self.over.get(slot, [])):
            return "explained"
        unread = [name for name, people in self.unread.items() if slot[0] in people and self.feeds(name, slot[1])]
        return "kept" if unread else "unexplained"

    def feeds(self, name, group):
        """May the source give this group?"""
        kind = dict(self.config.sources)[name]["profile"].rpartition("-")[2]
        if kind == "grants":
            return True
        if kind == "people":
            return any(rule["id"] == group for rule in self.config.rules)
        words = {"bookings": "resource", "memberships": "plan"}
        return any(rule["id"] == group and rule["kind"] == words[kind] and rule["source"] in (None, name)
                   for rule in self.config.rules)

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
            if change:
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
        lost = {piece: self.standing(slot, piece) for piece in self.pieces(slot, valid)} if valid[1] > self.now else {}
        # What is there already began when it began: nothing in a plan may follow the moment of the run.
        kept = [(valid[0] if piece[0] == self.now else piece[0], piece[1]) for piece, how in lost.items() if how == "kept"]
        if kept:
            want = self.wanted(slot, kept)
            keep = want or next(w for w in united(self.windows.get(slot, []) + kept) if w[1] > self.now)
            if self.same(valid, keep):
                return None
        expected = "unexplained" not in lost.values()
        if want:
            return "adjust", person, group, stamp(want[0]), stamp(want[1]), a["id"], expected
        if valid[1] <= self.now:
            return "cleanup", person, group, None, None, a["id"], True
        return "revoke", person, group, None, None, a["id"], expected


def validity(assignment):
    start, end = assignment["valid_from"], assignment["valid_until"]
    return (ALWAYS if start is None else rfc3339(start)), (NEVER if end is None else rfc3339(end))
