"""Venues of any size, and the limits calculated once more: by people and sets, not as the program does it."""
import json
import math
import os
import sys
from fractions import Fraction

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from harness import snapshot  # noqa: E402

GROUPS = {3: 1, 12: 2, 100: 5, 1000: 20, 30000: 60}
LAX = "1000000"
LIMITS = ("max_removals", "max_group_removals", "max_day_removals", "max_grants")
USUAL = dict(zip(LIMITS, ("2 or 20%", "2 or 25%", "3 or 30%", "25 or 50%")))
PLANS = "membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_end\n"
VISITOR = "m-1,visitor@example.com,Vi Oxley,,Cleaner,,2026-01-01,,active,,\n"


class Crowd:
    """n people, each in a group, every third in another one, too.  A place is (person, group), both counted from 0."""

    def __init__(self, n):
        self.n, self.groups = n, GROUPS[n]
        self.places = {(i, i % self.groups) for i in range(n)}
        if self.groups > 1:
            self.places |= {(i, (i + 1) % self.groups) for i in range(0, n, 3)}

    def state(self, places=None, span=lambda place: (None, None), nobody=False):
        """What Kisi has: these places (else all); span: from and until of one."""
        rights = []
        for number, place in enumerate([] if nobody else sorted(self.places if places is None else places)):
            start, until = span(place)
            rights.append({"id": 500000 + number, "role_id": "group_basic", "applies_to_type": "Group",
                           "applies_to_id": 100 + place[1], "assignee_type": "User", "assignee_id": 1000 + place[0],
                           "valid_from": start, "valid_until": until})
        users = [{"id": 1, "email": "owner@example.org", "name": "Olga"}]
        users += [{"id": 1000 + i, "email": email(i), "name": name(i)} for i in range(self.n)]
        return snapshot(organization={"id": 1, "name": "Crowd", "user_id": 1}, users=users, role_assignments=rights,
                        groups=[{"id": 100 + g, "name": group(g)} for g in range(self.groups)])

    def members(self, g):
        return sorted(i for i, h in self.places if h == g)

    def all_of(self, people):
        """All places of these people."""
        people = set(people)
        return {place for place in self.places if place[0] in people}


def email(i):
    return f"p{i:05}@example.org"


def name(i):
    """Nobody's name is like another one's: who looks like somebody else is another guard's business."""
    letters = "".join(chr(97 + (i // 26 ** k) % 26) for k in range(4))
    return f"{letters.title()} {letters[::-1].title()}son"


def group(g):
    return f"Group {g:02}"


def row(place, start="2026-01-01", end="", status="active", plan=None, freeze=("", "")):
    i, g = place
    return f"m-{i}-{g},{email(i)},{name(i)},,{plan or group(g)},,{start},{end},{status},{freeze[0]},{freeze[1]}\n"


def rows(places):
    """A list of memberships that is never quite empty."""
    return PLANS + VISITOR + "".join(row(place) for place in sorted(places))


# ---- the limits ----

def allowed(limit, population):
    """`N`, `P%` or `N or P%`: the larger one, rounded down."""
    found = [math.floor(Fraction(part[:-1]) * population / 100) if part.endswith("%") else int(part)
             for part in limit.split(" or ")]
    return max(found)


def people(places):
    return {i for i, _ in places}


def verdicts(limits, there, gone, earlier=frozenset()):
    """
    What the guards must say when of the places `there` those in `gone` would go by surprise, after the people `earlier`
    went within a day: {(guard, scope): (measured, limit, tripped)}, and {place: guard} of what is held.
    """
    out, held = {}, {}
    managed = len(people(there))
    scopes = [("max_group_removals", group(g), {p for p in there if p[1] == g}, set()) for g in sorted({g for _, g in there})]
    counted = [(guard, scope, len(people(own)), {p for p in gone if p in own}, before) for guard, scope, own, before in scopes]
    counted += [("max_removals", None, managed, gone, set()), ("max_day_removals", None, managed, gone, set(earlier))]
    for guard, scope, population, places, before in counted:
        most, count = allowed(limits[guard], population), len(people(places) | before)
        tripped = bool(places) and count > most
        out[guard, scope] = (count, most, tripped)
        for place in places if tripped else ():
            held.setdefault(place, guard)
    return out, held


def plan_places(changes):
    """{place: guard or None} of the removals in a part of a plan."""
    return {(int(c["email"][1:6]), c["group_id"] - 100): c.get("guard") for c in changes
            if c["action"] in ("revoke", "cleanup")}


def load(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)
