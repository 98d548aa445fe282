#!/usr/bin/python3
"""A hostile Kisi: every endpoint that a run of `apply` asks, times every way in which it can fail.

One cell is one run against a Kisi with that fault, then one without.  Whatever the fault: nobody loses what is theirs, what the
run says of each change is so, its exit code is one designed for that fault, the audit trail knows every write, no secret
gets out, and the second run ends in the state of a run that nothing disturbed.

Without FULL=1 in the environment a selection that is spread over all of it is run.  CELL=text runs those whose name has the text.
"""

import collections
import multiprocessing
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scenario  # noqa: E402
from harness import Tap  # noqa: E402

SELECTED = 130
WORKERS = 4

# faults: texts as of --fault.  codes: the exit codes that are designed for them.  switches and config: of the sandbox and
# of the configuration.  lies: Kisi shows what is not so for good, and nobody can tell.  moved: somebody else made changes.
# keeps: False when it may happen that the replaced access could not be put back.  alters: what
# somebody else made can change what is right to do, such as two groups of one name; deletes: or deleted.
Cell = collections.namedtuple("Cell", "name faults codes switches config lies moved keeps alters deletes",
                              defaults=({}, {}, False, False, True, False, False))

READS = ("/organization", "/roles", "/places", "/locks", "/groups", "/group_locks", "/teams", "/team_memberships",
         "/group_links", "/schedules", "/role_assignments", "/users")
LISTS = READS[2:]
UNSORTED = {"/group_locks", "/team_memberships", "/schedules"}
WRITES = ("POST /users", "POST /role_assignments", "PATCH /role_assignments/*", "DELETE /role_assignments/*",
          "POST /group_links", "DELETE /group_links/*", "POST /schedules", "DELETE /schedules/*")
LOOKS = ("GET /role_assignments/*", "GET /role_assignments?*assignee_id*", "GET /users?*email=*", "GET /users?*query=*",
         "GET /group_links?*group_id*", "GET /schedules?*scheduleable_id*")

IN_STEP, DOWN, HELD, PARTLY = 0, 69, 3, 4

# What an answer can be that is no answer.  (fault, whether asking again is of use)
NO_ANSWER = (("401", False), ("403", False), ("404", False), ("409", False), ("422", False), ("429", True),
             ("429 retry=1", True), ("500", True), ("502", True), ("503", True), ("503 retry=1", True), ("500 quote=1", True),
             ("403 quote=1", False), ("html", True), ("html status=200", True), ("html quote=1", True), ("empty", True),
             ("empty status=204", True), ("truncate", True), ("truncate cut=1", True), ("cut-before", True),
             ("cut-after", True), ("hang", True))
# An answer that may be odd, but is one.
ODD_ANSWER = ("gzip", "chunked", "huge bytes=3000000", "slow ms=200")
# Pages that are wrong: (fault, may it be taken for right when it strikes once, and always)
WRONG_PAGE = ("page-repeat", "page-skip", "page-reorder", "page-grow", "clamp rows=1", "clamp rows=0", "total-lies rows=1",
              "total-lies rows=-1", "total-lies rows=30000")


def once_and_always(name, fault, once, always, **more):
    """A fault that strikes once, and one that strikes always."""
    first = fault[0] if isinstance(fault, tuple) else fault
    yield Cell(f"{name}, once", (first,), once, **more)
    yield Cell(f"{name}, always", (f"{first} count=0",), always, **more)


def read_cells(before):
    """Faults of what the snapshot is read from: before the changes, and in the proof after them."""
    for path in READS:
        later = before[path]
        for fault, again in NO_ANSWER:
            name = f"GET {path} {fault}"
            yield from once_and_always(name, name, {IN_STEP} if again else {DOWN}, {DOWN})
            yield Cell(f"{name}, in the proof", (f"{name} after={later} count=0",), {PARTLY})
            yield Cell(f"{name}, once in the proof", (f"{name} after={later}",), {IN_STEP} if again else {PARTLY})
        for fault in ODD_ANSWER:
            name = f"GET {path} {fault}"
            yield from once_and_always(name, name, {IN_STEP}, {IN_STEP})
        yield from once_and_always(f"GET {path} too large", f"GET {path} huge bytes=70000000", {DOWN}, {DOWN})
        yield Cell(f"GET {path} clock, far off", (f"GET {path} clock seconds=3600 count=0",), {HELD, IN_STEP},
                   config={"clock": "2m"})
    for path in LISTS:
        for fault in WRONG_PAGE:
            name, moved = f"GET {path} {fault}", fault == "page-grow"
            # The same in the middle of a list that takes several pages.
            short = f"GET {path} clamp rows=1 count=0"
            yield Cell(f"{name}, on the second page", (short, f"{name} after=1"), {IN_STEP, HELD, PARTLY}, moved=moved,
                       alters=moved)
            yield Cell(f"{name}, on every page", (short, f"{name} count=0"), {IN_STEP, HELD, DOWN, PARTLY}, moved=moved,
                       alters=moved, lies=fault == "total-lies rows=-1")
            yield from once_and_always(name, name, {IN_STEP, PARTLY} if moved else {IN_STEP},
                                       {IN_STEP, HELD, DOWN, PARTLY}, moved=moved)
            yield Cell(f"{name}, in the proof", (f"{name} after={before[path]} count=0",), {IN_STEP, PARTLY}, moved=moved)
        for when, text in (("once", ""), ("always", "count=0"), ("in the proof", f"after={before[path]}")):
            yield Cell(f"GET {path} page-shrink, {when}", (f"GET {path} clamp rows=1 count=0", f"GET {path} page-shrink {text}"),
                       {IN_STEP, HELD, DOWN, PARTLY}, moved=True, alters=True, deletes=True)
        # A row that is hidden and not counted: nobody can tell, and still nobody may lose anything.
        for when, text in (("always", "count=0"), ("once", "count=1"), ("in the proof", f"after={before[path]} count=0")):
            yield Cell(f"GET {path} hides a row, {when}",
                       (f"GET {path} page-skip {text}", f"GET {path} total-lies rows=-1 {text}"),
                       {IN_STEP, HELD, PARTLY, DOWN}, lies=True)


def write_cells():
    for target in WRITES:
        replaces = target.startswith("PATCH") or target == "POST /role_assignments"
        for fault in ("403", "404", "409", "422", "403 quote=1", "422 quote=1"):
            name = f"{target} {fault}"
            yield from once_and_always(name, name, {IN_STEP, PARTLY}, {IN_STEP, PARTLY})
            yield Cell(f"{name}, though it took", (f"{name} commit=1",), {IN_STEP, PARTLY})
        for fault in ("401", "401 quote=1"):
            name = f"{target} {fault}"
            yield from once_and_always(name, name, {DOWN, PARTLY}, {DOWN, PARTLY})
            yield Cell(f"{name}, the second", (f"{name} after=1 count=0",), {PARTLY, IN_STEP})
            yield Cell(f"{name}, though it took", (f"{name} commit=1",), {DOWN, PARTLY})
        for fault in ("429", "429 retry=1", "500", "502", "503", "html", "html quote=1", "html status=200", "empty",
                      "empty status=204", "truncate", "truncate cut=1", "cut-before", "cut-after", "hang", "500 quote=1"):
            name = f"{target} {fault}"
            # Where no body is due, these are successes that did nothing.
            empty = not target.startswith("POST") and fault.startswith(("empty", "html status=200"))
            once = {IN_STEP, PARTLY} if empty else {IN_STEP}
            yield from once_and_always(name, name, once, {IN_STEP, PARTLY}, keeps=not replaces)
            yield Cell(f"{name}, the second", (f"{name} after=1",), once)
            if fault not in ("429", "429 retry=1", "truncate", "truncate cut=1", "cut-before", "cut-after"):
                yield Cell(f"{name}, though it took", (f"{name} commit=1",), {IN_STEP})
                yield Cell(f"{name}, always, though it took", (f"{name} commit=1 count=0",), {IN_STEP, PARTLY})
        for fault in ("noop", "ignore-patch"):
            name = f"{target} {fault}"
            yield from once_and_always(name, name, {IN_STEP, PARTLY}, {IN_STEP, PARTLY})
        for fault in ODD_ANSWER + ("huge bytes=70000000",):
            name = f"{target} {fault}"
            yield from once_and_always(name, name, {IN_STEP}, {IN_STEP})
        # The request waits somewhere and is carried out when the program has long given up on it.
        name = f"{target} slow ms=1300"
        yield from once_and_always(f"{name}, carried out late", name, {IN_STEP, PARTLY}, {IN_STEP, PARTLY}, moved=True,
                                   keeps=not replaces)


def look_cells():
    """The look after a lost answer fails, too; and the replacement where PATCH is ignored."""
    asked = {"GET /role_assignments/*": "PATCH /role_assignments/*", "GET /role_assignments?*assignee_id*": "POST /role_assignments",
             "GET /users?*email=*": "POST /users", "GET /users?*query=*": "POST /users",
             "GET /group_links?*group_id*": "POST /group_links", "GET /schedules?*scheduleable_id*": "POST /schedules"}
    for look in LOOKS:
        for lost in ("cut-after", "cut-before", "409 commit=1", "503"):
            for fault in ("401", "403", "404", "422", "429", "500", "html", "html status=200", "empty", "truncate",
                          "cut-before", "hang", "page-skip", "page-repeat", "total-lies rows=7"):
                if fault == "404" and look == "GET /role_assignments/*":
                    continue
                yield Cell(f"{asked[look]} {lost}, then {look} {fault}",
                           (f"{asked[look]} {lost}", f"{look} {fault} count=0"), {IN_STEP, PARTLY, DOWN})
    for fault in ("403", "422", "429", "500", "500 commit=1", "html", "cut-before", "cut-after", "hang", "noop", "409"):
        for target in ("DELETE", "POST"):
            path = "/role_assignments" + ("/*" if target == "DELETE" else "")
            for times in ("", " count=0"):
                yield Cell(f"PATCH ignored, then {target} {fault}{times}",
                           ("PATCH /role_assignments/* ignore-patch count=0", f"{target} {path} {fault}{times}"),
                           {IN_STEP, PARTLY}, keeps=not (times and target == "POST" and fault in ("noop", "409")))
    yield Cell("PATCH ignored", ("PATCH * ignore-patch count=0",), {IN_STEP})


def other_cells():
    yield Cell("another client uses up the rate, once", ("GET /users busy",), {IN_STEP}, {"rate": 900},
               {"backoff": "1s", "attempts": 6})
    yield Cell("another client uses up the rate while changes are made", ("POST * busy",), {IN_STEP}, {"rate": 900},
               {"backoff": "1s", "attempts": 6})
    yield Cell("the rate is five a second", (), {IN_STEP}, {"rate": 5}, {"backoff": "1s", "attempts": 6})
    yield Cell("the rate is five a second, with Retry-After", (), {IN_STEP}, {"rate": 5, "retry_after": 1}, {"attempts": 6})
    yield Cell("Retry-After of a day", ("GET /users 429 retry=86400 count=0",), {DOWN}, config={"more": "[schedule]\ndeadline = 2s\n"})
    yield Cell("Retry-After of a day for changes", ("POST * 429 retry=86400 count=0",), {PARTLY},
               config={"more": "[schedule]\ndeadline = 2s\n"})
    yield Cell("search lags behind", ("POST * cut-after count=0",), {IN_STEP, PARTLY}, {"search_lag_ms": 3600000})
    yield Cell("search lags behind for email=, too", ("POST * cut-after count=0",), {IN_STEP, PARTLY},
               {"search_lag_ms": 3600000, "search_lag_on": "email"})
    yield Cell("duplicates are answered with 422", ("POST * cut-after count=0",), {IN_STEP, PARTLY}, {"duplicate": 422})
    yield Cell("everything is answered with 500, and took", ("POST * 500 commit=1 count=0", "DELETE * 500 commit=1 count=0",
                                                           "PATCH * 500 commit=1 count=0"), {IN_STEP, PARTLY})
    yield Cell("every third request is cut", tuple(f"* * cut-before after={n}" for n in range(2, 90, 3)),
               {IN_STEP, PARTLY, DOWN}, config={"attempts": 4})
    yield Cell("every third request is cut after it took", tuple(f"* * cut-after after={n}" for n in range(2, 90, 3)),
               {IN_STEP, PARTLY, DOWN}, config={"attempts": 4})
    for name, value in (("times", "offset"), ("times", "seconds"), ("unknown_fields", "on"), ("patch_window", "ignored"), ("empty_range", "numbers"), ("past_end_range", "star")):
        yield Cell(f"{name}={value}", (), {IN_STEP}, {name: value})
    # What is over is there, and Kisi does not show it: it need not be cleaned up.
    yield Cell("expired=dropped", (), {IN_STEP}, {"expired": "dropped"}, alters=True)


def all_cells(template):
    # What a look reads again comes between the snapshot and the proof.
    last = max(i for i, request in enumerate(template.requests) if request["method"] != "GET")
    before = collections.Counter(request["path"] for request in template.requests[:last] if request["method"] == "GET")
    return [*read_cells(before), *write_cells(), *look_cells(), *other_cells()]


# ---- one cell ----

def complaints_of(venue, run, cell, name):
    state = venue.kisi.state()
    out = [] if cell.deletes else scenario.bystander_complaints(state)
    out += TEMPLATE.wrong_removals(venue.kisi)
    if not cell.lies and not cell.moved:
        out += venue.untrue(run.plan, state)
    if cell.keeps and not cell.deletes and not any(line.startswith("assignment bea@") for line in scenario.facts(state)):
        out.append("bea lost the access that was to be extended")
    out += venue.journal_complaints(settled=False) + venue.leaks(run.stdout, run.stderr)
    return [f"{name}: {text}" for text in out]


def converged(template, venue, cell):
    if cell.alters:
        # The end is another one: there must be nothing left to do, but what a guard holds.
        left = venue.run("plan")
        return [f"not in step: exit {left.code} {left.stderr} {left.plan['changes']} {left.plan['held']}"] if left.code not in (IN_STEP, HELD) or left.plan["changes"] else []
    found = scenario.facts(venue.kisi.state())
    if cell.lies or cell.moved:
        # What somebody else made meanwhile may need one run more, or stay.
        found = sorted(set(found))
    return [] if found == template.end else [f"ends differently: {line}" for line in
                                              sorted(set(found) ^ set(template.end)) or ["something is there twice"]]


def run_cell(cell):
    started = time.monotonic()
    template = TEMPLATE
    out = []
    with template.sandbox(faults=cell.faults, switches=cell.switches) as kisi:
        venue = template.venue(kisi, **cell.config)
        run = venue.apply()
        fired = sum(fault["used"] for fault in kisi.control("GET", "faults"))
        if run.code not in cell.codes:
            out.append(f"exit {run.code}, not one of {sorted(cell.codes)}: {run.stderr}")
        if run.code != 0 and not run.stderr.startswith("kisi-reconcile: "):
            out.append(f"exit {run.code} without a word")
        out += complaints_of(venue, run, cell, "first run")
        kisi.clear_faults()
        kisi.switch(rate=0)
        venue.configure()
        again = venue.apply()
        left = again.plan["changes"] if again.plan and again.code == PARTLY else None
        if again.code not in ({IN_STEP, PARTLY, HELD} if cell.moved or cell.lies else {IN_STEP}):
            out.append(f"second run: exit {again.code}: {again.stderr} {left}")
        if cell.moved or cell.lies:
            again = venue.apply()
        out += complaints_of(venue, again, cell, "second run")
        out += converged(template, venue, cell)
        out += venue.journal_complaints(settled=True)
    return cell.name, out, fired, time.monotonic() - started


TEMPLATE = None


def main():
    global TEMPLATE
    tap, started = Tap(), time.monotonic()
    TEMPLATE = scenario.Template()
    cells = all_cells(TEMPLATE)
    total = len(cells)
    if os.environ.get("CELL"):
        cells = [cell for cell in cells if os.environ["CELL"] in cell.name]
    elif os.environ.get("FULL") != "1":
        # A stride that shares no factor with the tables walks over endpoints and faults alike.
        cells = cells[::max(1, total // SELECTED)]
    faults = 0
    with multiprocessing.Pool(WORKERS) as pool:
        for name, complaints, fired, took in pool.imap_unordered(run_cell, cells):
            faults += fired
            tap.ok(name, not complaints, "\n".join(complaints))
            if took > 20:
                print(f"# slow: {took:.1f} s")
    print(f"# {len(cells)} of {total} cells, {faults} faults struck, {time.monotonic() - started:.0f} s")
    tap.done()


if __name__ == "__main__":
    main()
