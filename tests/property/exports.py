"""Exports become records, as the documentation defines them; part of the second opinion of reference.py."""
import csv
import glob
import io
import json
import os
from datetime import timedelta
from zoneinfo import ZoneInfo

from values import ALWAYS, NEVER, Refused, address, as_end, as_start, day_of, day_start, fold, trim

GRANTING_BOOKINGS = {"confirmed", "completed"}
MEMBERSHIP_WORDS = {"active", "scheduled", "frozen", "expired", "cancelled", "incomplete"}
BOOKING_WORDS = {"confirmed", "completed", "tentative", "no_show", "blocked_time", "cancelled"}
BLOCKING_WORDS = {"blocked", "suspended", "deleted"}
PERSON_WORDS = BLOCKING_WORDS | {"active", "requested"}
SPELLINGS = {"canceled": "cancelled", "no-show": "no_show", "no show": "no_show"}


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

    def end_by(self, row):
        """A later row of this id cannot be read: nothing is given any more; by a cancellation, that is announced."""
        self.over = self.spans if row.status == "cancelled" else []
        self.status, self.spans = row.status, []


def read_booking(r, row, zone, now):
    r.status = status_of(row, BOOKING_WORDS, "confirmed")
    start, end = as_start(cell(row, "start"), zone), as_end(cell(row, "end"), zone)
    if end <= start:
        raise Refused("ends before it starts")
    booked = True
    try:
        if cell(row, "email"):
            r.emails.append(address(cell(row, "email")))
        else:
            booked = r.status == "cancelled"
    except Refused:
        booked = False
    if r.policy.get("attendees", "yes") == "yes":
        for a in cell_list(row, "attendees"):
            try:
                r.emails.append(address(a))
            except Refused:
                pass
    if not booked and not r.emails:
        raise Refused("nobody's booking")
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


def named(row):
    try:
        return {address(cell(row, "email"))}
    except Refused:
        return set()


def read_source(name, policy, folder, now):
    """
    The records of one source, and the addresses in rows that cannot be read.  Of those with one id the last counts;
    one that is refused ends what its id gave.
    """
    kind = policy["profile"].rpartition("-")[2]
    reader, id_column = READERS[kind]
    zone = ZoneInfo(policy["timezone"]) if policy.get("timezone") else None
    last, loose, unread = {}, [], set()
    for path in sorted(glob.glob(os.path.join(folder, policy["file"]))):
        for row in read_rows(path):
            r = Record(kind, name, policy, cell(row, id_column))
            r.location = cell(row, "location") or policy.get("location", "")
            try:
                reader(r, row, zone, now)
            except Refused:
                # Cancelled is cancelled, whenever it was to be.
                unread |= named(row) if r.status != "cancelled" else set()
                if r.id in last and kind != "people":
                    last[r.id].end_by(r)
                continue
            if r.status == "unknown" and kind != "people":
                unread |= named(row)
            if r.id:
                last[r.id] = r
            else:
                loose.append(r)
    return list(last.values()) + loose, unread
