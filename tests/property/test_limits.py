#!/usr/bin/python3
"""The guards for three people and for thirty thousand.

A made-up venue of each size (tests/property/crowds.py) in which the limits are met exactly, and passed by one; what must
be held is calculated there once more.  The command that the message of a limit names is carried out to the letter.

Without FULL=1 in the environment the smaller venues are tried whole, and of the larger ones what costs little.
"""
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
sys.dont_write_bytecode = True
import crowds  # noqa: E402
from crowds import LAX, LIMITS, USUAL, Crowd  # noqa: E402
from harness import Sandbox, Tap, new_folder, program, run_program, snapshot  # noqa: E402

FULL = os.environ.get("FULL") == "1"
MONDAY = 1794823200  # 2026-11-16T10:00:00Z
HOUR = 3600
KEY = "sandbox-key"
if os.access("/dev/shm", os.W_OK | os.X_OK):
    # Nothing here is about disks.
    tempfile.tempdir = "/dev/shm"

CONFIG = """\
[kisi]
base_url = {url}
api_key_file = api.key
rate = 1000/s
[guards]
max_clock = 9999d
max_age = 9999d
max_rejects = 1
max_shrink = {shrink}
{limits}
[source plans]
profile = generic-memberships
file = plans.csv
timezone = UTC
[source others]
profile = generic-memberships
file = others.csv
timezone = UTC
[rules]
file = rules.csv
"""

tap = Tap()
_venues = []


def at(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Venue:
    """A crowd, its exports and its configuration; every path has a blank and a quote in it, as paths may have."""

    def __init__(self, crowd, base=None):
        self.crowd, self.folder = crowd, os.path.join(new_folder(), "it's a venue")
        _venues.append(self.folder)
        if base is not None:
            shutil.copytree(base.folder, self.folder)
        else:
            os.mkdir(self.folder)
            self.write("api.key", KEY)
            self.write("others.csv", crowds.PLANS + "m-1,cleaner@example.com,,,Cleaner,,2026-01-01,,active,,\n")
            self.write("rules.csv", "location,kind,key,group\n" + "".join(
                f",plan,{crowds.group(g)},{crowds.group(g)}\n" for g in range(crowd.groups)))
            self.export(crowd.places)
            self.config()
            self.state(crowd.state())

    def write(self, name, text):
        path = pathlib.Path(self.folder, name)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o600)

    def export(self, places, extra=""):
        self.write("plans.csv", crowds.rows(places) + extra)

    def config(self, limits=None, url="http://127.0.0.1:9", shrink="100%"):
        """Limits that are not given hold nothing."""
        text = "".join(f"{name} = {(limits or {}).get(name, LAX)}\n" for name in LIMITS)
        self.write("venue.ini", CONFIG.format(url=url, limits=text, shrink=shrink))

    def state(self, state):
        self.write("kisi.json", crowds.json.dumps(state))

    def run(self, *words, now=MONDAY, offline=True):
        """A run; its plan is in .plan."""
        more = ["--snapshot", "kisi.json"] if offline else []
        out = os.path.join(self.folder, "plan.json")
        if os.path.exists(out):
            os.remove(out)
        done = run_program(["-q", "-c", os.path.join(self.folder, "venue.ini"), *words, "--now", at(now), "--json", out, *more],
                           folder=self.folder, timeout=600)
        done.plan = crowds.load(out) if os.path.exists(out) else {"changes": [], "held": [], "guards": []}
        return done

    def apply(self, *words, now=MONDAY):
        return self.run("apply", *words, now=now, offline=False)


def tripped(plan):
    return {(g["guard"], g["scope"]): (g["measured"], g["limit"]) for g in plan["guards"] if g["tripped"]}


def some(places, count, chance=None):
    """All places of so many people."""
    chosen = sorted(crowds.people(places))
    if chance is not None:
        chance.shuffle(chosen)
    return set(chosen[:count])


# ---- what there is to begin with ----

def in_step(crowd):
    """A venue that an apply has seen, with nothing to do."""
    venue = Venue(crowd)
    with Sandbox(crowd.state(), key=KEY) as kisi:
        venue.config(url=kisi.url)
        run = venue.apply(now=MONDAY - 30 * HOUR)
        tap.equal(f"{crowd.n}: in step to begin with", (run.code, run.plan["changes"]), (0, []))
    return venue


# ---- a busy Monday ----

ENDINGS = (
    # what the export says, and until when Kisi would let them in
    ("ran out yesterday", {"end": "2026-11-15"}, None),
    ("ran out, and Kisi closed by itself", {"end": "2026-11-15"}, "2026-11-16T00:00:00Z"),
    ("cancelled", {"status": "cancelled"}, None),
    ("expired", {"status": "expired"}, "2026-12-31T00:00:00Z"),
    ("frozen", {"status": "frozen", "freeze": ("2026-11-10", "2026-12-10")}, None),
)


def busy_monday(crowd, base):
    """Everybody's access ends, and everybody's row says why: not one of them counts, though no limit leaves room for one."""
    for first, known in ((0, base), (2, None)):
        venue = Venue(crowd, known)
        venue.config(dict.fromkeys(LIMITS, "0"))
        kinds = {place: ENDINGS[(place[0] + first) % len(ENDINGS)] for place in crowd.places}
        venue.write("plans.csv", crowds.PLANS + "".join(crowds.row(p, **kinds[p][1]) for p in sorted(crowd.places)))
        # Where nobody remembers who gave it, a row speaks for its own time only.
        closed = {place: kinds[place][2] if known or "end" not in kinds[place][1] else "2026-11-16T00:00:00Z" for place in kinds}
        venue.state(crowd.state(span=lambda place: ("2026-01-01T00:00:00Z", closed[place])))
        run = venue.run("plan")
        gone = crowds.plan_places(run.plan["changes"])
        tap.equal(f"{crowd.n}: everybody's access ends as announced, {'known' if known else 'unknown'}: nothing is held",
                  (run.code, tripped(run.plan), set(gone) == crowd.places, run.stderr), (0, {}, True, ""))
    every_booking_over(crowd)


def every_booking_over(crowd):
    """All bookings of the day have ended, and Kisi closed by itself."""
    venue = Venue(crowd)
    venue.config(dict.fromkeys(LIMITS, "0"))
    text = pathlib.Path(venue.folder, "venue.ini").read_text().replace("generic-memberships\nfile = plans", "generic-bookings\nfile = plans")
    venue.write("venue.ini", text)
    venue.write("rules.csv", pathlib.Path(venue.folder, "rules.csv").read_text().replace("plan", "resource"))
    venue.write("plans.csv", "booking_id,email,name,resource,location,start,end,status,attendees\n" + "".join(
        f"b-{i}-{g},{crowds.email(i)},{crowds.name(i)},{crowds.group(g)},,2026-11-16 07:00,2026-11-16 0{8 + i % 2}:00,confirmed,\n"
        for i, g in sorted(crowd.places)))
    venue.state(crowd.state(span=lambda p: ("2026-11-16T06:30:00Z", f"2026-11-16T0{8 + p[0] % 2}:30:00Z")))
    run = venue.run("plan")
    tap.equal(f"{crowd.n}: every booking of the day has ended: cleared away, nothing is held",
              (run.code, tripped(run.plan), {c["action"] for c in run.plan["changes"]},
               set(crowds.plan_places(run.plan["changes"])) == crowd.places, run.stderr), (0, {}, {"cleanup"}, True, ""))


# ---- half an export ----

def check_verdicts(what, crowd, run, limits, gone, earlier=frozenset()):
    """The program's verdicts, and what it holds, are those of the other calculation."""
    wanted, held = crowds.verdicts(limits, crowd.places, gone, earlier)
    found = {(g["guard"], g["scope"]): (g["measured"], g["limit"], g["tripped"]) for g in run.plan["guards"]
             if g["guard"] in LIMITS[:3]}
    tap.equal(f"{what}: figures", sorted(set(found.items()) ^ set(wanted.items()), key=str), [])
    tap.equal(f"{what}: {len(held)} of {len(gone)} are held, exit {3 if held else 0}",
              (crowds.plan_places(run.plan["held"]), set(crowds.plan_places(run.plan["changes"])), run.code),
              (held, set(gone) - set(held), 3 if held else 0))


def exactly(crowd, base, limit, text):
    """Exactly as many as the limit says go; one more, and all of that scope are held.  None: the venue is too small."""
    g = max(range(crowd.groups), key=lambda h: len(crowd.members(h)))
    scope = {p for p in crowd.places if p[1] == g} if limit == "max_group_removals" else crowd.places
    most = crowds.allowed(text, len(crowds.people(scope)))
    for count in (most, most + 1):
        if count > len(crowds.people(scope)):
            return None
        chosen = some(scope, count)
        gone = {p for p in scope if p[0] in chosen}
        venue = Venue(crowd, base)
        limits = dict.fromkeys(LIMITS, LAX) | {limit: text}
        venue.config(limits)
        venue.export(crowd.places - gone)
        run = venue.run("plan")
        check_verdicts(f"{crowd.n}: {limit} = {text}, {count} people", crowd, run, limits, gone)
    message(crowd, run, limit, text, most, len(crowds.people(scope)), chosen)
    return venue


def message(crowd, run, limit, text, most, population, chosen):
    """It names the limit, the figure, the first ten people, and the command."""
    told = [line for line in run.stderr.splitlines() if f" {limit}" in line]
    figure = f"{len(chosen)} of {population} people would lose access nobody announced; at most {most} ({text})"
    names = ", ".join(crowds.email(i) for i in sorted(chosen)[:10])
    more = f" and {len(chosen) - 10} more" if len(chosen) > 10 else ""
    tap.ok(f"{crowd.n}: {limit} = {text}: the message has limit, figure and people",
           len(told) == 1 and told[0].endswith(f"{figure}: {names}{more}"), run.stderr[:2000])
    tap.ok(f"{crowd.n}: {limit} = {text}: and the command", command_of(run) is not None, run.stderr[:2000])


def command_of(run):
    """Of the plan: on the terminal a matter is said once."""
    found = [g["hint"] for g in run.plan["guards"] if g["tripped"] and g["guard"] in LIMITS]
    return found[0].removeprefix("if they are right: ") if found else None


def execute(command):
    """In a shell, to the letter, from anywhere."""
    path = os.path.dirname(program("KISI_RECONCILE", "build/kisi-reconcile"))
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd="/", check=False,
                          env={**os.environ, "PATH": path + ":" + os.environ["PATH"]}, timeout=600)


def there(kisi):
    return {(a["assignee_id"] - 1000, a["applies_to_id"] - 100) for a in kisi.state()["role_assignments"]}


def approved(crowd, base, limit, text):
    """The command of the message lets exactly these through, once."""
    held = exactly(crowd, base, limit, text)
    if held is None:
        return
    venue = Venue(crowd, held)
    limits = dict.fromkeys(LIMITS, LAX) | {limit: text}
    what = f"{crowd.n}: {limit} = {text}"
    for again in (False, True):
        with Sandbox(crowd.state(), key=KEY) as kisi:
            venue.config(limits, url=kisi.url)
            run = venue.apply()
            gone = set(crowds.plan_places(run.plan["held"]))
            command = command_of(run)
            if not again:
                tap.ok(f"{what}: nobody goes without the command", there(kisi) == crowd.places and run.code == 3, run.stderr[:2000])
                first = command
                done = execute(command)
                tap.ok(f"{what}: with it they do, and nobody else", done.returncode == 0 and
                       there(kisi) == crowd.places - gone, f"{command}\nexit {done.returncode}: {done.stderr[:2000]}")
                done = execute(command)
                tap.ok(f"{what}: a second time it is refused", done.returncode == 3, f"exit {done.returncode}: {done.stderr[:2000]}")
            else:
                tap.ok(f"{what}: the same people there again, held again, by the same name", command == first, f"{first}\n{command}")
                done = execute(first)
                tap.ok(f"{what}: the old approval lets nobody through", done.returncode == 3 and "was used before" in done.stderr
                       and there(kisi) == crowd.places, f"exit {done.returncode}: {done.stderr[:2000]}")


def scoped(crowd, base):
    """A run of one group alone is approved as that, and takes nothing elsewhere."""
    venue = Venue(crowd, base)
    with Sandbox(crowd.state(), key=KEY) as kisi:
        venue.config({"max_group_removals": "0"}, url=kisi.url)
        venue.export(set())
        run = venue.apply("--only-group", crowds.group(0))
        done = execute(command_of(run))
        tap.ok(f"{crowd.n}: approved for one group, the others stay",
               done.returncode == 0 and there(kisi) == {p for p in crowd.places if p[1] != 0}, done.stderr[:2000])


def any_halves(crowd, base, tries):
    """Any removals under any limits."""
    for seed in range(tries):
        chance = random.Random(f"{crowd.n} {seed}")
        limits = dict(USUAL) if seed == 0 else {
            name: chance.choice(("0", "1", "2", "5%", "12.5%", "33.3%", "1 or 10%", "2 or 20%", "3 or 30%", "40 or 0.1%"))
            for name in LIMITS}
        gone = set(chance.sample(sorted(crowd.places), chance.randrange(1, min(len(crowd.places), 12 if seed % 2 else 10 ** 6))))
        venue = Venue(crowd, base)
        venue.config(limits)
        venue.export(crowd.places - gone)
        check_verdicts(f"{crowd.n}: {limits['max_removals']}, {limits['max_group_removals']}, {limits['max_day_removals']}",
                       crowd, venue.run("plan"), limits, gone)


def over_a_day(crowd, base, text):
    """People who went within 24 hours count, whichever run it was; each of them once, however many doors it was."""
    venue = Venue(crowd, base)
    with Sandbox(crowd.state(), key=KEY) as kisi:
        venue.config({"max_day_removals": text}, url=kisi.url)
        order, left, gone, what = sorted(range(crowd.n), key=lambda i: (i % 3, i)), set(crowd.places), set(), f"{crowd.n}: {text} a day"
        most = crowds.allowed(text, crowd.n)
        for run_number, upto in enumerate((most - most // 2, most)):
            gone = crowd.all_of(order[:upto])
            venue.export(crowd.places - gone)
            # A share is one of who is left.
            limits = dict.fromkeys(LIMITS, LAX) | {"max_day_removals": str(most)}
            venue.config(limits, url=kisi.url)
            run = venue.apply(now=MONDAY + run_number * HOUR)
            tap.equal(f"{what}: {upto} go, in {run_number + 1} runs", (run.code, there(kisi) == crowd.places - gone), (0, True))
        if most == crowd.n:
            return
        more = crowd.all_of(order[:most + 1])
        venue.export(crowd.places - more)
        run = venue.apply(now=MONDAY + 24 * HOUR - 1)
        measured = tripped(run.plan).get(("max_day_removals", None))
        tap.equal(f"{what}: one more is held", (run.code, measured, there(kisi) == crowd.places - gone), (3, (most + 1, most), True))
        tap.ok(f"{what}: and the message says what it counts", "those of the last 24 h included" in run.stderr, run.stderr)
        run = venue.apply(now=MONDAY + 24 * HOUR)
        tap.equal(f"{what}: goes when the first are a day ago", (run.code, there(kisi) == crowd.places - more), (0, True))


# ---- additions ----

def additions(crowd, text):
    """Exactly as many new rows as the limit says, and one more: the soonest go, the rest waits for an approval.

    False: the venue is too small for that.
    """
    before = {p for p in crowd.places if p[0] < crowd.n // 2}
    # A share of the people who have access, or of the rows that give any, whichever are more: each place has a row.
    most = crowds.allowed(text, max(len(crowds.people(before)), len(before)))
    new = sorted(p for p in crowd.places if p[0] >= crowd.n // 2)
    state = crowd.state(places=before) | {"users": crowd.state(nobody=True)["users"][:1 + crowd.n * 3 // 4]}
    base = Venue(crowd)
    with Sandbox(state, key=KEY) as kisi:
        base.config(url=kisi.url)
        base.export(before)
        base.apply(now=MONDAY - 30 * HOUR)
    for count in (most, most + 1):
        if count > len(new):
            return False
        venue = Venue(crowd, base)
        venue.config({"max_grants": text})
        venue.state(state)
        venue.export(before | set(new[:count]))
        run = venue.run("plan")
        grants = {a: len([c for c in run.plan[a] if c["action"] == "grant"]) for a in ("changes", "held")}
        users = {a: {c["email"] for c in run.plan[a] if c["action"] == "create_user"} for a in ("changes", "held")}
        if count <= most:
            tap.equal(f"{crowd.n}: max_grants = {text}: {count} are given", (run.code, grants), (0, {"changes": count, "held": 0}))
    what = f"{crowd.n}: max_grants = {text}"
    tap.equal(f"{what}: one more, and one waits", (run.code, grants, tripped(run.plan)),
              (3, {"changes": most, "held": 1}, {("max_grants", None): (most + 1, most)}))
    given = {c["email"] for c in run.plan["changes"] if c["action"] == "grant"}
    tap.ok(f"{what}: nobody is created for nothing", users["changes"] <= given, users)
    waits = [c["email"] for c in run.plan["held"] if c["action"] == "grant"]
    told = f"at most {most} ({text}), the soonest go: {', '.join(waits)}"
    tap.ok(f"{what}: the message has limit, figure and people", told in run.stderr and f"{most + 1} new" in run.stderr, run.stderr[:2000])
    with Sandbox(state, key=KEY) as kisi:
        venue.config({"max_grants": text}, url=kisi.url)
        run = venue.apply()
        missing = (before | set(new[:count])) - there_by_email(kisi)
        tap.equal(f"{what}: the rest is given", (run.code, len(missing)), (3, 1))
        done = execute(command_of(run))
        missing = (before | set(new[:count])) - there_by_email(kisi)
        tap.equal(f"{what}: approved, all are given", (done.returncode, missing), (0, set()))
    return True


def there_by_email(kisi):
    """As `there`, also for users that were made."""
    state = kisi.state()
    numbers = {user["id"]: int(user["email"][1:6]) for user in state["users"] if user["email"].startswith("p0")}
    return {(numbers[a["assignee_id"]], a["applies_to_id"] - 100) for a in state["role_assignments"] if a["assignee_id"] in numbers}


# ---- the first run ever ----

def first_run(crowd):
    """Nobody is known: what looks made by hand goes up to the limits, and the rest is held."""
    limit = min(crowds.allowed(USUAL["max_removals"], crowd.n),
                min(crowds.allowed(USUAL["max_group_removals"], len(crowd.members(g))) for g in range(crowd.groups)))
    for count in (limit, crowd.n):
        gone = crowd.all_of(range(count))
        venue = Venue(crowd)
        venue.config(USUAL)
        venue.export(crowd.places - gone, "m-x,new@example.org,Xan Queue,,Group 00,,2026-01-01,,active,,\n")
        run = venue.run("plan")
        check_verdicts(f"{crowd.n}: the first run ever, {count} nobody booked", crowd, run, USUAL, gone)
        causes = {c["cause"] for c in run.plan["changes"] + run.plan["held"] if c["have"]}
        tap.equal(f"{crowd.n}: the first run ever, {count}: they look made by hand", causes, {"hand-made"})


# ---- a rule that is changed ----

def rule_change(crowd, base):
    """A rule is taken away: the first apply looks on, the next one makes what the limits let it make."""
    venue = Venue(crowd, base)
    people = range(2)
    extra = {(i, crowd.groups) for i in people}
    rules = pathlib.Path(venue.folder, "rules.csv").read_text()
    state = crowd.state()
    # One more group, of two plans: of the first is everybody who stays in it, of the other whom the rule concerns.
    state["groups"].append({"id": 100 + crowd.groups, "name": crowds.group(crowd.groups)})
    stays = {(i, crowd.groups) for i in range(2, crowd.n)}
    for place in sorted(extra | stays):
        state["role_assignments"].append({"id": 900000 + place[0], "role_id": "group_basic", "applies_to_type": "Group",
                                          "applies_to_id": 100 + place[1], "assignee_type": "User", "assignee_id": 1000 + place[0],
                                          "valid_from": None, "valid_until": None})
    with Sandbox(state, key=KEY) as kisi:
        venue.config(USUAL, url=kisi.url)
        own, both = f",plan,{crowds.group(crowd.groups)},{crowds.group(crowd.groups)}\n", f",plan,Guest,{crowds.group(crowd.groups)}\n"
        venue.write("rules.csv", rules + own + both)
        venue.export(crowd.places | stays, "".join(crowds.row(p, plan="Guest") for p in sorted(extra)))
        run = venue.apply()
        tap.equal(f"{crowd.n}: a rule for a guest plan, in step", (run.code, run.plan["changes"]), (0, []))
        venue.write("rules.csv", rules + own)
        for command in ("plan", "plan", "apply"):
            run = venue.run(command, offline=False, now=MONDAY + HOUR)
        tap.equal(f"{crowd.n}: the rule is taken away: observed, however often it is looked at",
                  (run.code, set(crowds.plan_places(run.plan["held"]).items()), len(there(kisi))),
                  (3, {(p, "rules_changed") for p in extra}, len(crowd.places | stays | extra)))
        run = venue.apply(now=MONDAY + 2 * HOUR)
        tap.equal(f"{crowd.n}: the next apply makes it", (run.code, there(kisi) == crowd.places | stays), (0, True))


# ---- a refused source ----

def refused(crowd, base):
    """No way in which an export can be unfit takes anything, with no limit in the way."""
    whole = crowds.rows(crowd.places).splitlines(keepends=True)
    half = whole[:1 + len(whole) // 2]
    ways = {"is not there": (None, "refused_source"), "is empty": ("", "refused_source"),
            "has a header alone": (whole[0], "refused_source"), "has half of its rows": ("".join(half), "doubtful_source"),
            "is cut in the middle of a row": ("".join(half)[:-9], "refused_source"),
            "is a login page": ("<html><body>log in</body></html>\n", "refused_source"),
            "has a column less": (whole[0].replace(",status,", ",state,") + "".join(whole[1:]), "refused_source"),
            "has no good row": (whole[0] + "".join(line.replace("@", " at ") for line in whole[1:]), "doubtful_source")}
    for what, (text, word) in ways.items():
        venue = Venue(crowd, base)
        venue.config(shrink="10%")
        if text is None:
            os.remove(os.path.join(venue.folder, "plans.csv"))
        else:
            venue.write("plans.csv", text)
        run = venue.run("plan")
        tap.equal(f"{crowd.n}: an export that {what} takes nobody's access",
                  (run.code, run.plan["changes"], set(re.findall("(?:refused|doubtful)_source", run.stderr))), (3, [], {word}))


# ---- all of it ----

def tidy(*kept):
    """Thirty thousand people fill a disk, if each venue that was tried stays there."""
    for folder in [folder for folder in _venues if folder not in [venue.folder for venue in kept]]:
        shutil.rmtree(folder, ignore_errors=True)
        _venues.remove(folder)


def limits(crowd, base):
    """Thousands of requests say nothing that a few do not: there nothing is sent."""
    for limit in LIMITS[:3]:
        for text in (USUAL[limit], "3", "12.5%")[:3 if crowd.n <= 1000 else 2]:
            send = crowds.allowed(text, crowd.n) <= 300 and (FULL or text == USUAL[limit])
            (approved if send else exactly)(crowd, base, limit, text)
            tidy(base)


def everything(crowd):
    base = in_step(crowd)
    busy_monday(crowd, base)
    first_run(crowd)
    tidy(base)
    limits(crowd, base)
    any_halves(crowd, base, 4 if not FULL else 40 if crowd.n <= 1000 else 4)
    tidy(base)
    for text in (USUAL["max_grants"], "2", "20%"):
        additions(crowd, text)
    tidy(base)
    scoped(crowd, base)
    over_a_day(crowd, base, USUAL["max_day_removals"] if crowd.n <= 1000 else "5")
    rule_change(crowd, base)
    refused(crowd, base)


def least(crowd):
    """What tells a small venue from a large one, at little cost."""
    every_booking_over(crowd)
    exactly(crowd, None, "max_removals", USUAL["max_removals"])


def most(crowd):
    """All but what needs a Kisi that is written to."""
    base = in_step(crowd)
    busy_monday(crowd, base)
    for limit in LIMITS[:3]:
        exactly(crowd, base, limit, USUAL[limit])
    any_halves(crowd, base, 2)
    tap.ok(f"{crowd.n}: enough people for max_grants as it comes", additions(crowd, USUAL["max_grants"]))
    refused(crowd, base)


# Under the sanitizers the code is looked at, not the arithmetic.
SANITIZED = "san" in os.environ.get("BUILD", "")
SIZES = ({3: everything, 12: least, 30000: every_booking_over} if SANITIZED else
         {3: everything, 12: everything, 100: most, 30000: least})
for n in crowds.GROUPS:
    if str(n) in sys.argv[1:] or len(sys.argv) < 2 and (FULL or n in SIZES):
        began = time.monotonic()
        (everything if FULL else SIZES.get(n, most))(Crowd(n))
        tidy()
        print(f"# {n} people: {time.monotonic() - began:.1f} s", flush=True)
tap.done()
