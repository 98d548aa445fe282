"""What goes wrong, or only looks like it: a table of incidents, strewn over a life one after the other.

Each is a function of (world, when).  It changes the world from `when` on, and picks people by the world's own dice.
"""

from world import DAY, HOUR, MINUTE, Damage, Hand, at, day_of, later


def _pick(world, kind, when, fits):
    """A record of this kind for which `fits` is true of what it says at that time; each is picked once in ten days."""
    source = {"person": "people", "membership": "memberships", "booking": "bookings"}[kind]
    found = [one for one in world.records[source]
             if world.touched.get(one, 0) + 10 * DAY < when and not one.is_bad(when) and one.at(when) and fits(one.at(when))]
    one = world.rng.choice(found) if found else None
    if one:
        world.touched[one] = when
    return one


def _standing(world, when, plans=("Resident", "Flex")):
    """The membership of a person that goes on for a while, whose e-mail nobody else's incident has."""
    return _pick(world, "membership", when, lambda state: state["email"] and state["end"] is None and
                 state["status"] == "active" and state["plan"] in plans)


def _everywhere(world, old, since, **fields):
    """What the booking system knows about a person changes in each row that names them."""
    for records in world.records.values():
        for one in records:
            if any(state and state["email"] == old for state in one.states):
                one.amend(max(since, one.times[0]), **fields)
            if any(state and old in state.get("attendees", ()) for state in one.states) and "email" in fields:
                state = one.at(max(since, one.times[0]))
                if state:
                    one.amend(max(since, one.times[0]), attendees=tuple(
                        fields["email"] if mail == old else mail for mail in state["attendees"]))


# ---- people ----

def typo_mended(world, when):
    """Somebody new, with an address that is mended some hours later in the same row."""
    who = world.person(when)
    good = who.states[0]["email"]
    row = world.membership(when, who, "Flex", day_of(when), None)
    for one in (who, row):
        one.amend(when, when + 4 * HOUR + 20 * MINUTE, email=good.replace("@", "x@"))


def new_address(world, when):
    one = _standing(world, when)
    if one:
        old = one.at(when)["email"]
        _everywhere(world, old, when, email="new." + old)


def new_address_in_kisi_too(world, when):
    one = _standing(world, when)
    if one:
        old = one.at(when)["email"]
        _everywhere(world, old, when, email="now." + old)
        world.hands.append(Hand(when + MINUTE, "readdress", old, "now." + old))


def frozen(world, when):
    one = _standing(world, when)
    if one:
        today = day_of(when)
        one.amend(when, at(later(today, 6), 0), status="frozen", freeze=(today, later(today, 5)))


def blocked(world, when):
    one = _standing(world, when)
    mail = one and one.at(when)["email"]
    for person in world.records["people"]:
        if person.at(when) and person.at(when)["email"] == mail:
            person.amend(when, when + 26 * HOUR, status="blocked")


def left(world, when):
    one = _standing(world, when)
    if one:
        one.amend(when, status="cancelled")


def company_renews(world, when):
    """The old contract's row is gone, a new one with another number is there, from today."""
    one = _pick(world, "membership", when, lambda state: state["company"])
    if one:
        one.put(when, None)
        world.membership(when, None, "Team", day_of(when), None, one.states[0]["company"])


def company_staff(world, when):
    """One leaves the company, one comes, one goes over to another."""
    for company in ("", world.companies[-1]):
        one = _pick(world, "person", when, lambda state: state["company"])
        if one:
            one.amend(when, company=company)
    world.person(when, world.companies[0])


def event(world, when, guests=28):
    """One booking, many guests, in two hours' time or tomorrow."""
    room, start = world.rooms[-1], when - when % HOUR + 7 * HOUR
    names = [world.names.new()[1] for _ in range(min(guests, 4 + world.size // 2))]
    one = world.booking(when, world.guests[0], room, start, start + 3 * HOUR, names)
    world.touched[one] = when
    return one


def event_moved(world, when):
    event(world, when).amend(when + 4 * HOUR + 10 * MINUTE, room=world.rooms[0])


def event_cancelled(world, when):
    event(world, when).amend(when + 5 * HOUR + 10 * MINUTE, status="cancelled")


def event_vanished(world, when):
    event(world, when).put(when + 5 * HOUR + 10 * MINUTE, None)


# ---- names ----

def room_renamed(world, when):
    world.renamed.append((world.rooms[1], when, when + 7 * HOUR))


def group_renamed(world, when):
    world.hands.append(Hand(when, "rename", "", world.rooms[0]))
    world.hands.append(Hand(when + 25 * HOUR, "name back", "", world.rooms[0]))


# ---- hands in Kisi ----

def hand_made(world, when):
    world.hands.append(Hand(when, "add", world.names.new()[1], "Flex"))


def _by_hand(act, *hours):
    def incident(world, when):
        one = _standing(world, when)
        for late in hours if one else ():
            world.hands.append(Hand(when + late * HOUR, act, one.at(when)["email"], one.at(when)["plan"]))
    return incident


# ---- exports ----

def _damage(source, kind, hours):
    def incident(world, when):
        world.damages.append(Damage(source, when, when + hours * HOUR, kind))
    return incident


def bad_row(world, when):
    for kind in ("membership", "booking"):
        one = (_standing(world, when) if kind == "membership" else
               _pick(world, "booking", when, lambda state: when + 3 * HOUR < state["start"] < when + DAY))
        if one:
            one.bad.append((when, when + 9 * HOUR))


def machine_off(world, when):
    world.off.append((when, when + (24 if world.days > 9 else 7) * HOUR))


INCIDENTS = {
    "a wrong address, mended": typo_mended,
    "half of the bookings": _damage("bookings", "half", 2),
    "access ended by hand": _by_hand("remove", 0),
    "an event of many guests": event,
    "bookings without the column status": _damage("bookings", "no status", 2),
    "a new address": new_address,
    "a row that cannot be read": bad_row,
    "hand-made access": hand_made,
    "a membership frozen": frozen,
    "an event moved to another room": event_moved,
    "memberships without their ends": _damage("memberships", "no ends", 2),
    "a company renews": company_renews,
    "somebody blocked for a day": blocked,
    "yesterday's bookings under a new date": _damage("bookings", "old", 3),
    "a new address, in Kisi as well": new_address_in_kisi_too,
    "a room renamed and back": room_renamed,
    "access ended by hand twice": _by_hand("remove", 0, 3),
    "an event cancelled": event_cancelled,
    "no new memberships for 30 hours": _damage("memberships", "stale", 30),
    "staff comes and goes": company_staff,
    "dates changed by hand": _by_hand("redate", 0),
    "a group renamed in Kisi and back": group_renamed,
    "a membership cancelled": left,
    "no file of the people": _damage("people", "missing", 1),
    "an event that vanishes": event_vanished,
    "half of the memberships": _damage("memberships", "half", 1),
    "the machine off": machine_off,
}


def _extent(world):
    """Grows with whatever happens."""
    records = [one for records in world.records.values() for one in records]
    return (len(records), sum(len(one.times) + len(one.bad) for one in records),
            *map(len, (world.hands, world.damages, world.off, world.renamed)))


def strew(world):
    """One incident after the other from the third hour on: each once in 30 days, or in all of a shorter life.

    The log tells those that found somebody to happen to.
    """
    world.touched = {}
    first, last = world.begin + 3 * HOUR, world.end - 8 * HOUR
    step = min(last - first, 30 * DAY) // len(INCIDENTS)
    when, i = first, 0
    while step > 0 and when < last:
        name = list(INCIDENTS)[i % len(INCIDENTS)]
        before = _extent(world)
        INCIDENTS[name](world, when)
        if _extent(world) != before:
            world.log.append((when, name))
        when, i = when + step, i + 1
