"""Text, addresses and times as the documentation defines them; part of the second opinion of reference.py."""
import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

ALWAYS = -(1 << 62)
NEVER = 1 << 62
MINUTE, HOUR, DAY = 60, 3600, 86400
BLANKS = " \t\r\n\v\f\u00a0\u202f\u2007\u200b\u200c\u200d\u2060\ufeff\u00ad\u3000"


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
