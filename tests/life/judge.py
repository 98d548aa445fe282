"""Who should be let in, worked out once more and without the program; and why somebody was or was not.

Between two runs Kisi is compared, to the second, with what people were due by the rows the last run could read.  Each piece
of difference is a *lockout* (due, and the door is closed) or a *stranger* (not due, and it is open), and is laid to one
cause, which the run's own JSON must name for this very person and group, source or room.  What nothing answers for is
UNEXPLAINED.  A piece is *needless* when a guard or hold answers for it although nothing was wrong: no damage to the
source, no bad row, no room without a rule, no hand in Kisi within a week.
"""

import collections

from world import DAY, GRANTING, HOUR, MINUTE, NEVER, PLANS, at, later

GRACE = 30 * MINUTE
COVER = HOUR + 15 * MINUTE              # run_every + slack
MAX_BRIDGE = 2 * HOUR
HAND_MEMORY = 7 * DAY                   # as long as the program minds what a hand did
UNEXPLAINED = "UNEXPLAINED"
# Findings that answer for a piece of their own person and group.
SAID = {"lockout": ("late",), "stranger": ("bridged",)}
# What comes from outside and is nobody's hold: never needless.
OUTSIDE = ("no run", "hand in Kisi", "bad row", "room without a rule", "finding late", "finding bridged")

Due = collections.namedtuple("Due", "spans sources tags")


def united(spans):
    out = []
    for since, until in sorted(spans):
        if out and since <= out[-1][1]:
            out[-1] = out[-1][0], max(until, out[-1][1])
        elif since < until:
            out.append((since, until))
    return out


def without(spans, holes):
    """What of the spans lies in none of the holes; both united."""
    out = []
    for since, until in spans:
        for begin, end in holes:
            if end <= since or begin >= until:
                continue
            if since < begin:
                out.append((since, begin))
            since = max(since, end)
        if since < until:
            out.append((since, until))
    return out


def clipped(spans, since, until):
    return [(max(a, since), min(b, until)) for a, b in spans if a < until and b > since]


class Truth:
    """What people are due by the records.  grace and short spoil it, to see that the comparison notices."""

    def __init__(self, exports, grace=GRACE, short=0):
        self.exports, self.world, self.grace, self.short = exports, exports.world, grace, short
        self.known = {}

    def spans(self, one, state):
        known = self.known.get((id(one), id(state)))
        if known is None:
            known = self.known[id(one), id(state)] = getattr(self, one.kind)(state)
        return known

    def booking(self, state):
        if state["status"] not in GRANTING or state["end"] <= state["start"]:
            return []
        return [(state["start"] - self.grace, state["end"] + self.grace)]

    def membership(self, state):
        if state["status"] not in ("active", "frozen"):
            return []
        until = NEVER if state["end"] is None else at(later(state["end"], 1 - self.short), 0)
        holes = [(at(state["freeze"][0], 0), at(later(state["freeze"][1], 1), 0))] if state["freeze"] else []
        return without([(at(state["start"], 0), until)], holes)

    def present(self, source, content):
        for one in self.exports.candidates(source, content[source]):
            state = one.at(content[source])
            if state and (source == "walkins" or self.exports.wanted(source, state, content[source])):
                yield one, state

    def due(self, content, since, until):
        """{(e-mail, group): Due} of all that can matter in [since, until)."""
        staff, barred, raw = collections.defaultdict(list), set(), collections.defaultdict(lambda: ([], set(), set()))
        for _, state in self.present("people", content):
            if state["status"] == "blocked":
                barred.add(state["email"])
            elif state["company"]:
                staff[state["company"]].append(state["email"])

        def give(one, who, group, spans, tags):
            for mail in who:
                if mail not in barred:
                    entry = raw[mail, group]
                    entry[0].extend(spans)
                    entry[1].add(one.source)
                    entry[2].update(tags)

        for source in ("bookings", "classes", "walkins", "memberships"):
            for one, state in self.present(source, content):
                spans = self.spans(one, state)
                tags = {"bad row"} if one.is_bad(content[source]) else set()
                if not clipped(spans, since - DAY, until + DAY):
                    continue
                if one.kind == "booking":
                    if self.exports.renamed(state["room"], content[source]):
                        tags.add("room without a rule")
                    give(one, {state["email"], *state["attendees"]}, state["room"], spans, tags)
                elif state["company"]:
                    give(one, staff[state["company"]], PLANS[state["plan"]], spans, tags)
                else:
                    give(one, [state["email"]], PLANS[state["plan"]], spans, tags)
        return {key: Due(united(spans), sources, tags) for key, (spans, sources, tags) in raw.items()}


class Said:
    """What one run says about itself, indexed by whom and what it speaks of."""

    def __init__(self, plan, code):
        self.code, self.planned = code, bool(plan.get("guards"))
        self.held, self.findings, self.failed = {}, collections.defaultdict(set), set()
        for one in plan.get("held", ()):
            self.held.setdefault((one["email"], one["group_id"]), one["guard"])
        for one in plan.get("findings", ()):
            self.findings[one["email"], one["group"]].add(one["kind"])
        for one in plan.get("changes", ()):
            if one.get("outcome") not in (None, "done"):
                self.failed.add((one["email"], one["group_id"]))
        self.rejects = {one["source"] for one in plan.get("rejects", ())}
        self.refused = {one["name"] for one in plan.get("sources", ()) if one.get("refused")}
        self.doubtful = self.refused | {one["name"] for one in plan.get("sources", ()) if one.get("reason")}
        self.missing = {one["group"] for one in plan.get("missing_groups", ())}
        self.unmapped = any("unmapped_resource" in kinds for kinds in self.findings.values())


class Judge:
    """Adds up, over a whole life: minutes by (lockout or stranger, cause, needless), and bookings let in at their start."""

    def __init__(self, truth, groups):
        self.truth, self.groups = truth, groups         # name of a group -> id in Kisi
        self.minutes, self.starts = collections.Counter(), collections.Counter()
        self.pieces = []
        self.givers = {}                                # (e-mail, group) -> sources that last gave it
        self.hands = {}                                 # (e-mail, group) -> when a hand last touched it

    def compare(self, run, due, since, until, held):
        """One stretch between two changes of Kisi.  run: a venue.Run; held: {(e-mail, group): [spans]} in Kisi."""
        for key in due.keys() | held.keys():
            want = clipped(due[key].spans, since, until) if key in due else []
            have = clipped(held.get(key, ()), since, until)
            if want == have:
                continue
            for kind, pieces in (("lockout", without(want, have)), ("stranger", without(have, want))):
                for begin, end in self.cut(run, pieces):
                    self.lay(run, due.get(key), key, kind, begin, end)

    @staticmethod
    def cut(run, pieces):
        """A piece does not reach over the hour in which the next run was due."""
        edge = run.at + COVER
        for begin, end in pieces:
            if begin < edge < end:
                yield begin, edge
                begin = edge
            yield begin, end

    def lay(self, run, due, key, kind, begin, end):
        cause = self.cause(run, due, key, kind, begin, end)
        needless = cause != UNEXPLAINED and not cause.startswith(OUTSIDE) and self.is_clean(run, due, key)
        self.minutes[kind, cause, needless] += (end - begin) / MINUTE
        self.pieces.append((begin, end, kind, *key, cause, "needless" if needless else ""))

    def cause(self, run, due, key, kind, begin, end):
        said, (mail, group) = run.said, key
        place = mail, self.groups[group]
        if begin >= run.at + COVER:
            return "no run"
        if run.at < self.hands.get(key, 0) <= begin:
            return "hand in Kisi"
        if not said.planned:
            return f"run ended with {said.code}"
        if place in said.held:
            return f"held {said.held[place]}"
        for word in SAID[kind]:
            if word in said.findings.get(key, ()) and self.fits(word, due, begin, end):
                return f"finding {word}"
        if place in said.failed:
            return "not done"
        return self.cause_of_data(run, due, key, kind)

    def cause_of_data(self, run, due, key, kind):
        """A source that is only doubtful goes on giving what it has: it answers for strangers, and where rows are missing."""
        said, group = run.said, key[1]
        sources = due.sources | self.givers.get(key, set()) if due else self.givers.get(key, set())
        if due and "bad row" in due.tags and sources & said.rejects:
            return "bad row"
        if due and "room without a rule" in due.tags and said.unmapped:
            return "room without a rule"
        bad = said.doubtful if kind == "stranger" else said.refused | said.doubtful & run.damages.keys()
        doubts = sorted((sources | {"people"}) & bad)
        if doubts:
            return f"source {doubts[0]} in doubt"
        return "missing group" if group in said.missing else UNEXPLAINED

    @staticmethod
    def fits(word, due, begin, end):
        """A bridge answers for the gap between two windows that is not longer than the longest one, and for nothing else."""
        if word != "bridged":
            return True
        before = [until for _, until in due.spans if until <= begin] if due else []
        after = [since for since, _ in due.spans if since >= end] if due else []
        return bool(before and after) and min(after) - max(before) <= MAX_BRIDGE

    def is_clean(self, run, due, key):
        sources = (due.sources if due else set()) | self.givers.get(key, set()) | {"people"}
        return not (sources & run.damages.keys() or due and due.tags or
                    run.at - self.hands.get(key, -NEVER) < HAND_MEMORY)

    def remember(self, due):
        for key, one in due.items():
            self.givers[key] = one.sources

    def count_starts(self, run, due, since, until, held):
        """Each person of a booking that begins now, as it then really is: let in, or not, and why not."""
        barred = {one.at(since)["email"] for one in self.truth.world.records["people"]
                  if one.at(since) and one.at(since)["status"] == "blocked"}
        for source in ("bookings", "classes", "walkins"):
            for one in self.truth.exports.candidates(source, until):
                for state in one.states:
                    start = state["start"] if state else 0
                    if not since <= start < until or one.at(start) is not state or state["status"] not in GRANTING:
                        continue
                    for mail in {state["email"], *state["attendees"]} - barred:
                        self.count_start(run, due, (mail, state["room"]), start, held)

    def count_start(self, run, due, key, start, held):
        def inside(spans):
            return any(begin <= start < end for begin, end in spans)
        if inside(held.get(key, ())):
            self.starts["let in"] += 1
        elif key in due and inside(due[key].spans):
            self.starts[self.cause(run, due[key], key, "lockout", start, start + 1)] += 1
        else:
            self.starts["not in the export yet"] += 1
