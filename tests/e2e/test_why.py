#!/usr/bin/python3
"""why: the chain of reasons for one person, cause by cause; offline, and not a trace left behind."""

import json
import os
import pathlib
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from feeds import Answer, Feeds  # noqa: E402
from harness import Sandbox, Tap, new_folder, run_program, snapshot  # noqa: E402

NOW = "2026-11-16T08:00:00Z"  # Monday, 09:00 in Amsterdam
BOOKINGS = "booking_id,email,name,resource,location,start,end,status,attendees\n"
MEMBERS = "membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_end\n"
PEOPLE = "person_id,email,name,company,status\n"
GRANTS = "grant_id,email,group,start,end,note\n"
CONFIG = """[kisi]
base_url     = {url}
api_key_file = api.key
place        = Harbour
rate         = 200/s

[people]
{people}

[source people]
profile  = generic-people
file     = people.csv

[source plans]
profile  = generic-memberships
file     = members.csv
timezone = Europe/Amsterdam

[source bookings]
profile  = generic-bookings
file     = bookings.csv
timezone = Europe/Amsterdam
{bookings}

[source grants]
profile  = generic-grants
file     = grants.csv
timezone = Europe/Amsterdam

[rule one]
resource = Room 1
group    = Room 1

[rule two]
resource = Room 2
group    = Room 2
{two}

[rule desk]
plan     = Desk
group    = Desks
{rules}
"""
NOBODY = {"bookings": "0,filler@example.org,Filler,Room 2,,2026-11-20 10:00,2026-11-20 12:00,confirmed,\n",
          "members": "m0,filler@example.org,Filler,,Desk,,2026-01-01,,active,,\n",
          "people": "p0,filler@example.org,Filler,,active\n", "grants": "g0,filler@example.org,Desks,,,\n"}
HEADERS = {"bookings": BOOKINGS, "members": MEMBERS, "people": PEOPLE, "grants": GRANTS}

tap = Tap()


def kisi_state(assigned=(), users=(), **more):
    """A venue of three groups; assigned: (user, group, from, until)."""
    mira = {"id": 2, "name": "Mira Moss", "email": "mira@example.org", "confirmed": True, "access_enabled": True}
    arrays = {
        "organization": {"id": 9, "name": "Harbour House", "user_id": 1},
        "places": [{"id": 1, "name": "Harbour", "time_zone": "Europe/Amsterdam"}],
        "locks": [{"id": 20, "name": "Door 1", "place_id": 1}, {"id": 21, "name": "Door 2", "place_id": 1}],
        "groups": [{"id": 10, "name": "Room 1", "place_id": 1, "login_enabled": True},
                   {"id": 11, "name": "Room 2", "place_id": 1, "login_enabled": True},
                   {"id": 12, "name": "Desks", "place_id": 1, "login_enabled": True}],
        "group_locks": [{"id": 30, "group_id": 10, "lock_id": 20}, {"id": 31, "group_id": 11, "lock_id": 21}],
        "users": [{"id": 1, "name": "Olga Owner", "email": "olga@example.org"}, *(users or [mira])],
        "role_assignments": [
            {"id": 100 + i, "role_id": "group_basic", "user_id": user, "group_id": group, "assignee_type": "User",
             "assignee_id": user, "applies_to_type": "Group", "applies_to_id": group, "valid_from": since,
             "valid_until": until} for i, (user, group, since, until) in enumerate(assigned)],
    }
    arrays.update(more)
    return snapshot(fetched_at=NOW, **arrays)


def world(folder=None, url="https://api.kisi.io", people="", source="", two="", rules="", files=None, **rows):
    """A folder with everything; rows: further lines of bookings, members, people, grants."""
    folder = pathlib.Path(folder or new_folder())
    given = {"kisi-reconcile.ini": CONFIG.format(url=url, people=people, bookings=source, two=two, rules=rules),
             "api.key": "sandbox-key", **(files or {})}
    for kind, header in HEADERS.items():
        given[f"{kind}.csv"] = header + NOBODY[kind] + rows.get(kind, "")
    for name, text in given.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o600)
        os.utime(folder / name, (1794816000, 1794816000))  # 2026-11-16T08:00:00Z
    return folder


def listing(folder):
    return {str(path): path.read_bytes() for path in pathlib.Path(folder).rglob("*") if path.is_file()}


def ask(*words, state=None, args=(), folder=None, **given):
    folder = folder or world(**given)
    (folder / "kisi.json").write_text(json.dumps(state or kisi_state()), encoding="utf-8")
    before = listing(folder)
    shown = [] if "-q" in args or "--answer" in args else ["--records"]
    args = [word for word in args if word != "--answer"]
    run = run_program(["--now", NOW, "--snapshot", "kisi.json", *shown, *args, "why", *words], folder=folder)
    run.traces = listing(folder) == before
    return run


def says(name, run, *wanted, code=0):
    shown = run.stdout + run.stderr
    tap.equal(f"{name}: exit code", run.code, code)
    flat = " ".join(shown.replace("kisi-reconcile: ", "").split())
    for words in wanted:
        tap.ok(f"{name}: {words}", words in flat, shown)
    if hasattr(run, "traces"):
        tap.ok(f"{name}: no trace is left", run.traces, shown)


def booking(start="2026-11-16 09:00", end="2026-11-16 11:00", status="confirmed", resource="Room 1",
            email="mira@example.org", number=1, attendees=""):
    return f"{number},{email},Mira Moss,{resource},,{start},{end},{status},{attendees}\n"


def member(status="active", start="2026-01-01", end="", plan="Desk", email="mira@example.org", company="", freeze=","):
    return f"m1,{email},Mira Moss,{company},{plan},,{start},{end},{status},{freeze}\n"


HELD = (2, 10, "2026-11-16T07:30:00Z", "2026-11-16T10:30:00Z")


def good_answers():
    run = ask("mira@example.org", bookings=booking(), state=kisi_state([HELD]))
    says("in step", run, "Mira Moss <mira@example.org> at Mon 16 Nov 09:00 (Europe/Amsterdam)",
         "in Kisi: user 2", "booking 1 (bookings.csv:3), confirmed, Room 1, Mon 16 Nov 09:00 - 11:00",
         'gives "Room 1" by rule one, Mon 16 Nov 08:30 - 11:30', "in Kisi: assignment, Mon 16 Nov 08:30 - 11:30",
         "can open Room 1 now: yes, because Kisi has it, Mon 16 Nov 08:30 - 11:30")
    run = ask("mira@example.org", bookings=booking())
    says("not applied yet", run, "in Kisi: nothing", "a run now: grant Mon 16 Nov 08:30 - 11:30, new (booking 1 (bookings.csv:3))",
         "can open Room 1 now: no, because entitled, Mon 16 Nov 08:30 - 11:30, but Kisi does not have it yet: "
         "run `apply`")
    run = ask("mira@example.org", bookings=booking(start="2026-11-18 10:00", end="2026-11-18 11:00"))
    says("a later booking", run, 'will give "Room 1"', "can open Room 1 now: no, because entitled only later: "
         "Wed 18 Nov 09:30 - 11:30; a run places it from Tue 17 Nov 09:30 on")
    run = ask("mira@example.org", args=["--at", "2026-11-18T09:15:00Z"],
              bookings=booking(start="2026-11-18 10:00", end="2026-11-18 11:00"))
    says("at a later time", run, "can open Room 1 at Wed 18 Nov 10:15: not yet, because entitled then, "
         "Wed 18 Nov 09:30 - 11:30: a run places it")
    run = ask("mira@example.org", "room 2", bookings=booking() + booking(number=2, resource="Room 2"))
    says("one group", run, 'DOORS (1) group "Room 2"', "can open Room 2 now: no, because entitled")
    tap.equal("one group: the others are not told", re.findall("can open (.*) now", run.stdout), ["Room 2"])
    run = ask("mira@example.org", "12", bookings=booking())
    says("a group without any record", run, "can open Desks now: no, because no record of theirs is about it")
    run = ask("mira@example.org", args=["-q"], bookings=booking(), state=kisi_state([HELD]))
    tap.equal("quiet: the answer alone", run.stdout,
              "can open Room 1 now: yes, because Kisi has it, Mon 16 Nov 08:30 - 11:30\n")


def the_answer_first():
    """Without --records: yes, no or not yet, why, and what to do."""
    short = ["--answer"]
    run = ask("mira@example.org", args=short, bookings=booking(), state=kisi_state([HELD]))
    says("yes", run, "Mira Moss <mira@example.org>, Monday 16 Nov 2026, 9:00 (Europe/Amsterdam)",
         "YES Room 1 until today 11:30", "Nothing to do.", "From bookings.csv:3; Kisi as read", "More: --records")
    tap.ok("... and no records", "WHAT THE SOURCES SAY" not in run.stdout, run.stdout)
    says("not applied yet", ask("mira@example.org", args=short, bookings=booking()),
         "NO Room 1 until today 11:30; but Kisi does not have it yet", "Admin: run apply now.")
    says("later", ask("mira@example.org", args=short, bookings=booking(start="2026-11-16 12:00", end="2026-11-16 13:00")),
         "NOT YET Room 1 today 11:30-13:30, in 2 h", "Tell them: the door opens from today 11:30 on.")
    says("cancelled", ask("mira@example.org", args=short, bookings=booking(status="cancelled")),
         "NO Room 1 the booking of Room 1 (bookings.csv:3) was cancelled", "Tell them: it was cancelled.", "book it again")
    says("left over", ask("mira@example.org", args=short, bookings=booking(status="cancelled"), state=kisi_state([HELD])),
         "YES Room 1 until today 11:30; the booking of Room 1 (bookings.csv:3) was cancelled", "the next run takes this away")
    state = kisi_state([HELD])
    for user in state["users"]:
        user["confirmed"] = False
    says("unconfirmed", ask("mira@example.org", args=short, bookings=booking(), state=state),
         "NO Room 1 has the right, but never confirmed the e-mail address", "send the invitation again")
    state = kisi_state([HELD])
    for user in state["users"]:
        user["access_enabled"] = False
    says("switched off", ask("mira@example.org", args=short, bookings=booking(), state=state),
         "NO Room 1 has it", "switched off in Kisi", "switch this person on")
    for asked, shown in (("10:15", "Monday 16 Nov 2026, 10:15"), ("tomorrow 9:00", "Tuesday 17 Nov 2026, 9:00"),
                         ("2026-11-30 18:45", "Monday 30 Nov 2026, 18:45")):
        says(f"--at {asked}", ask("mira@example.org", args=[*short, "--at", asked], bookings=booking()),
             f"Mira Moss <mira@example.org>, {shown} (Europe/Amsterdam)")
    says("--at noon", ask("mira@example.org", args=[*short, "--at", "noon"], bookings=booking()), "not a time", code=64)
    says("nothing at all", ask("mira@example.org", args=short, state=kisi_state([])), "NO any door no export names this address",
         "with which address did you book?")


def who_is_meant():
    bookings = booking() + booking(number=2, email="mirabel@example.org").replace("Mira Moss", "Mirabel Ray")
    says("a name", ask("Mira Moss", bookings=bookings), "Mira Moss <mira@example.org>")
    says("the beginning of a word", ask("mirab", bookings=bookings), "Mirabel Ray <mirabel@example.org>")
    says("not the middle of one", ask("oss", bookings=bookings), 'neither a source nor Kisi knows "oss"', code=1)
    says("a part of one name", ask("moss", bookings=bookings), "Mira Moss <mira@example.org>")
    says("a part of two", ask("mira", bookings=bookings), '"mira" may be any of 2 people: mira@example.org (Mira Moss) '
         "mirabel@example.org (Mirabel Ray)", "name one of them by address", code=1)
    says("nobody", ask("zoe", bookings=bookings), 'neither a source nor Kisi knows "zoe"', code=1)
    says("a slip", ask("mira@exampel.org"), "near it: mira@example.org (Mira Moss)", code=1)
    says("an address nobody knows", ask("zoe@example.net"), 'knows "zoe@example.net"', code=1)
    says("no such group", ask("mira@example.org", "Attic"), 'has a group "Attic"', code=1)
    says("nobody asked for", ask(), "why: who?", code=64)
    says("a time that is none", ask("mira@example.org", args=["--at", "noon"]), "--at: not a time", code=64)
    alias = ask("m.moss@example.net", bookings=booking(), people="aliases_file = aliases.csv",
                files={"aliases.csv": "alias,email\nm.moss@example.net,mira@example.org\n"})
    says("an alias", alias, "m.moss@example.net is an alias of this address", "can open Room 1 now")
    says("only Kisi knows", ask("mira@example.org"), "nothing: no record names this address",
         "can open any door now: no, because no record in any source names this address")


def records_that_give_nothing():
    for status, words in (("cancelled", "it was cancelled"), ("pending", "it is not confirmed yet"),
                          ("perhaps", "its status is blank or a word that the profile does not know"),
                          ("", "its status is blank or a word that the profile does not know")):
        says(f"a booking that is {status or 'blank'}", ask("mira@example.org", bookings=booking(status=status)),
             f"gives nothing: {words}", f"now: no, because booking 1 (bookings.csv:3): {words}")
    for status, words in (("expired", "it has run out"), ("cancelled", "it was cancelled"),
                          ("frozen", "it is frozen"), ("incomplete", "it is incomplete")):
        says(f"a membership that is {status}", ask("mira@example.org", members=member(status)),
             f"can open Desks now: no, because membership m1 (members.csv:3): {words}")
    says("over", ask("mira@example.org", bookings=booking("2026-11-15 09:00", "2026-11-15 11:00")),
         'gave "Room 1" by rule one', "can open Room 1 now: no, because booking 1 (bookings.csv:3): its time is over")
    says("long over", ask("mira@example.org", bookings=booking("2026-10-01 09:00", "2026-10-01 11:00")),
         "1 older booking, long over, left out", "can open any door now: no, because all their bookings are long over")
    says("run out", ask("mira@example.org", members=member(end="2026-11-10")),
         "can open Desks now: no, because membership m1 (members.csv:3): it has run out")
    says("frozen today", ask("mira@example.org", members=member(freeze="2026-11-10,2026-11-20")),
         "gives nothing: it is frozen until Sat 21 Nov 00:00", 'will give "Desks" by rule desk, Sat 21 Nov 00:00 - no end',
         "Desks now: no, because entitled only later: "
         "Sat 21 Nov 00:00 - no end")
    says("unmapped", ask("mira@example.org", bookings=booking(resource="Sauna")),
         "booking 1 (bookings.csv:3), confirmed, Sauna", "gives nothing: no rule names it",
         "can open any door now: no, because booking 1 (bookings.csv:3): no rule names it")
    says("an unmapped plan", ask("mira@example.org", members=member(plan="Gold")),
         "because membership m1 (members.csv:3): no rule names it")
    says("not enabled", ask("mira@example.org", bookings=booking(), source="enabled_doors = Room 2"),
         "the source's enabled_doors leave out what its rule opens")
    invited = booking(email="omar@example.org", attendees="mira@example.org")
    says("invited", ask("mira@example.org", bookings=invited), "as invited", "can open Room 1 now: no, because entitled")
    says("invited where that does not count", ask("mira@example.org", bookings=invited, source="attendees = no"),
         "gives nothing: invited people do not count here",
         "can open Room 1 now: no, because booking 1 (bookings.csv:3): invited people do not count")
    twice = booking(resource="Room 2") + booking()
    says("superseded", ask("mira@example.org", bookings=twice), "gives nothing: a later row or event with the same id")
    says("repeated", ask("mira@example.org", bookings=booking() + booking()), "gives nothing: another row says the same")
    says("rejected", ask("mira@example.org", bookings=booking(start="yesterday")), "(bookings.csv:3)",
         "gives nothing: the row cannot be read: start:")
    says("an address that cannot be read", ask("mira@example.org", bookings=booking(email="mira@example")),
         "gives nothing: the row cannot be read: email is no address")


def people_and_companies():
    staff = "p1,mira@example.org,Mira Moss,Acme,{}\n"
    acme = member(email="", company="Acme")
    says("of a company", company(staff.format("active"), acme), "as one of the company", "can open Desks now: no, because entitled")
    says("only asked to join", company(staff.format("requested"), acme), "only asked to join: not in the company yet",
         "because person p1 (people.csv:3): only asked to join")
    says("a company without a membership", company(staff.format("active"), ""),
         'no membership of the company "Acme" is in any source',
         "no, because known, but without a booking or membership, and their company has none, either")
    blocked = company(staff.format("blocked"), booking_rows=booking())
    says("blocked", blocked, "BLOCKED: blocked in people, row 3", "person p1 (people.csv:3), blocked, company Acme "
         "takes all access from the person", "gives nothing: the person is blocked or deleted",
         "can open Room 1 now: no, because the person is blocked or deleted: blocked in people, row 3")
    says("deleted", company(staff.format("deleted"), booking_rows=booking()), "BLOCKED: deleted in people, row 3")
    says("a status nobody knows", company(staff.format("vip")), "it bars nobody")
    says("on the list", ask("mira@example.org", bookings=booking(), people="blocked_file = blocked.csv",
                            files={"blocked.csv": "email,reason\nmira@example.org,owes rent\n"}),
         "no, because the person is blocked or deleted", "owes rent")


def company(people_rows, member_rows="", booking_rows=""):
    folder = world(members=member_rows, bookings=booking_rows)
    with open(folder / "people.csv", "a", encoding="utf-8") as file:
        file.write(people_rows)
    os.utime(folder / "people.csv", (1794816000, 1794816000))
    return ask("mira@example.org", folder=folder)


def what_kisi_has():
    off = {"id": 2, "name": "Mira Moss", "email": "mira@example.org", "access_enabled": False, "confirmed": False}
    says("switched off", ask("mira@example.org", bookings=booking(), state=kisi_state([HELD], users=[off])),
         "ACCESS IS SWITCHED OFF there; has not confirmed the e-mail address yet",
         "can open Room 1 now: no, because Kisi has it, Mon 16 Nov 08:30 - 11:30, but it is switched off there")
    says("left over", ask("mira@example.org", state=kisi_state([(2, 10, None, None)])),
         "a run now: revoke, hand-made (nothing entitles it and this program did not make it)",
         "can open Room 1 now: yes, because Kisi still has it, always - no end, though nothing entitles it")
    says("left over, and a record says why", ask("mira@example.org", bookings=booking(status="cancelled"),
                                                 state=kisi_state([HELD])), "a run now: revoke, cancelled",
         "though nothing entitles it (booking 1 (bookings.csv:3): it was cancelled)")
    attic = {"groups": [*kisi_state()["groups"], {"id": 13, "name": "Attic", "place_id": 1, "login_enabled": True}]}
    says("not managed", ask("mira@example.org", state=kisi_state([(2, 13, None, None)], **attic)),
         "not managed here: no rule names it", "can open Attic now: yes, because Kisi has it, always - no end")
    reader = [{"id": 20, "name": "Door 1", "place_id": 1, "reader_restriction_enabled": True}]
    says("restricted", ask("mira@example.org", bookings=booking(), state=kisi_state([HELD], locks=reader)),
         "restricted in Kisi: Door 1: reader", "but mind the restrictions")
    says("no such group", ask("mira@example.org", bookings=booking(),
                              state=kisi_state(groups=kisi_state()["groups"][1:])),
         "can open Room 1 now: no, because entitled, Mon 16 Nov 08:30 - 11:30, but Kisi has no such door")
    other = [{"id": 2, "name": "Mira Moss", "email": "mira+old@example.org", "access_enabled": True}]
    says("another address", ask("mira@example.org", bookings=booking(), state=kisi_state(users=other)),
         "in Kisi: nobody has this address", "perhaps the same person: mira@example.org booked, mira+old@example.org "
         "is in Kisi", "a run now: grant", "can open Room 1 now: no, because entitled")
    says("asked for by that other address", ask("mira+old@example.org", bookings=booking(),
                                                state=kisi_state(users=other)),
         "perhaps the same person", "can open any door now: no, because the booking is under another address")
    says("no user", ask("zoe@example.org", bookings=booking(email="zoe@example.org"), people="create = no"),
         "but no user of Kisi, and [people] create = no")
    says("protected", ask("mira@example.org", bookings=booking(), people="protected = mira@example.org"),
         "protected: this program never changes anything about them")
    says("reported on", ask("mira@example.org", bookings=booking(resource="Room 2"), two="exclusive = no"),
         "can open Room 2 now: no, because entitled, Mon 16 Nov 08:30 - 11:30")
    manager = kisi_state([HELD])
    manager["role_assignments"][0]["role_id"] = "group_manager"
    says("another role", ask("mira@example.org", bookings=booking(), state=manager), "in Kisi: role group_manager",
         "can open Room 1 now: yes")
    team = kisi_state(teams=[{"id": 5, "name": "Crew"}],
                      team_memberships=[{"id": 6, "team_id": 5, "member_id": 2, "member_type": "User"}])
    team["role_assignments"] = [{"id": 100, "role_id": "group_basic", "group_id": 10, "team_id": 5,
                                 "assignee_type": "Team", "assignee_id": 5, "applies_to_type": "Group",
                                 "applies_to_id": 10, "valid_from": None, "valid_until": None}]
    says("by a team", ask("mira@example.org", state=team), "in Kisi: team Crew, always - no end",
         "can open Room 1 now: yes")


def other_methods():
    link = "[rule hall]\nresource = Hall\ngroup = Room 1\nmethod = link\n"
    says("a link that is to be made", ask("mira@example.org", bookings=booking(resource="Hall"), rules=link),
         'group "Room 1" by link', "a run now: create_link", "but Kisi does not have it yet: run `apply`")
    made = [{"id": 50, "name": "kisi-reconcile bookings/1", "email": "mira@example.org", "group_id": 10,
             "enabled": True, "valid_from": "2026-11-16T07:30:00Z", "valid_until": "2026-11-16T10:30:00Z"}]
    says("a link", ask("mira@example.org", bookings=booking(resource="Hall"), rules=link,
                       state=kisi_state(group_links=made)), "in Kisi: link", "can open Room 1 now: yes")
    unlock = "[rule gate]\nresource = Gate\nlock = Door 1\nmethod = unlock\n"
    says("opened at the start", ask("mira@example.org", bookings=booking(resource="Gate"), rules=unlock),
         "can open Door 1 now: no, because the door is opened once for everybody, at the start of")
    stays = unlock.replace("= unlock", "= unlock-schedule")
    says("stays unlocked", ask("mira@example.org", bookings=booking(resource="Gate"), rules=stays),
         'lock "Door 1" by unlock-schedule', "a run now: create_schedule")


def held_back():
    crowd = "".join(f"c{i},guest{i}@example.org,Guest {i},,Desk,,2026-01-01,,active,,\n" for i in range(40))
    # What a fresh database is given is not judged.
    with Sandbox(kisi_state(), now=NOW) as kisi:
        folder = world(url=kisi.url)
        run_program(["--now", NOW, "-q", "apply"], folder=folder)
    run = ask("guest39@example.org", folder=world(folder, url=kisi.url, members=crowd))
    says("a limit", run, "HELD by max_grants", "max_grants:", "but a guard holds it back (max_grants)")
    old = world(bookings=booking())
    os.utime(old / "bookings.csv", (1794000000, 1794000000))
    says("a source in doubt gives", ask("mira@example.org", folder=old), "can open Room 1 now: no, because entitled")
    (old / "bookings.csv").write_text("<html>" + booking(), encoding="utf-8")
    says("a refused source", ask("mira@example.org", folder=old), "source bookings is REFUSED, so it gives nothing")
    for name in HEADERS:
        (old / f"{name}.csv").unlink()
    says("every source refused", ask("mira@example.org", folder=old), "source bookings is REFUSED",
         "no, because no record names this address, and a source is refused")


def stored_state():
    with Sandbox(kisi_state(), now=NOW) as kisi:
        folder = world(url=kisi.url, bookings=booking())
        none = run_program(["--records", "--now", NOW, "why", "mira@example.org"], folder=folder)
        says("before any run", none, "what Kisi holds is not known: no run has read it yet", "run `plan` first", code=65)
        plan = run_program(["--now", NOW, "-q", "plan"], folder=folder)
        says("after a plan", run_program(["--records", "--now", NOW, "why", "mira@example.org"], folder=folder),
             "sources as they are now; Kisi as it was read Mon 16 Nov 09:00", "run `apply`")
        kept = folder / "kisi-reconcile.db.kisi.json"
        tap.equal("what is kept is nobody else's business", oct(kept.stat().st_mode & 0o777), "0o600")
        tap.equal("the plan was one", plan.code, 0)
        apply = run_program(["--now", NOW, "-q", "apply"], folder=folder)
        tap.equal("applied", apply.code, 0)
    before = listing(folder)
    run = run_program(["--records", "--now", NOW, "why", "mira@example.org"], folder=folder)
    says("after an apply, without Kisi", run, "in Kisi: assignment, Mon 16 Nov 08:30 - 11:30",
         "can open Room 1 now: yes")
    tap.ok("no trace is left", listing(folder) == before)


def tried_in_vain():
    """What the last apply could not do is part of the answer, until it is done."""
    for fault, words, ending in (("POST /role_assignments 422 count=0", "grant FAILED: ", "tried, and failed: see above"),
                                 ("POST /role_assignments 500 count=0", "grant FAILED: ", "tried, and failed: see above")):
        with Sandbox(kisi_state(), now=NOW, faults=[fault]) as kisi:
            folder = world(url=kisi.url, bookings=booking())
            (folder / "api.key").write_text(kisi.key)
            (folder / "api.key").chmod(0o600)
            applied = run_program(["--now", NOW, "apply"], folder=folder)
            tap.equal(f"{fault}: the apply fails", applied.code, 4)
            asked = ["--now", NOW, "--records", "--json", "why.json", "why", "mira@example.org"]
            says(fault, run_program(asked, folder=folder), "a run now: grant", words, "hint: the next apply tries again",
                 "run `apply`; the last apply " + ending)
            door = json.loads((folder / "why.json").read_text())["doors"][0]
            tap.equal("... for programs", (door["tried"]["action"], door["tried"]["outcome"]), ("grant", "failed"))
            kisi.clear_faults()
            run_program(["--now", NOW, "apply"], folder=folder)
            after = run_program(asked, folder=folder)
            tap.ok("... and is over once it is done", "FAILED" not in after.stdout and "now: yes" in after.stdout,
                   after.stdout)


def nobody_knows():
    """Kisi stops answering in the middle of the change."""
    with Sandbox(kisi_state(), now=NOW) as kisi:
        folder = world(url=kisi.url, bookings=booking())
        (folder / "api.key").write_text(kisi.key)
        (folder / "api.key").chmod(0o600)
        config = folder / "kisi-reconcile.ini"
        config.write_text(config.read_text().replace("[kisi]", "[kisi]\nattempts = 1"))
        run_program(["--now", NOW, "-q", "plan"], folder=folder)
        kisi.fault(f"* * 503 count=0 after={len(kisi.requests())}")
        applied = run_program(["--now", NOW, "-q", "apply"], folder=folder)
        tap.equal("no answer: the apply says so", applied.code, 4)
        asked = ["--now", NOW, "--records", "why", "mira@example.org"]
        says("no answer", run_program(asked, folder=folder), "grant, and NOBODY KNOWS what became of it",
             "hint: the next apply reads Kisi and settles it",
             "run `apply`; the last apply tried, and nobody knows how it ended")


def fetched_source():
    with Sandbox(kisi_state(), now=NOW) as kisi, Feeds() as web:
        web.at("/bookings.csv", Answer(BOOKINGS + booking()))
        folder = world(url=kisi.url)
        path = folder / "kisi-reconcile.ini"
        path.write_text(path.read_text(encoding="utf-8").replace("file     = bookings.csv", f"url = {web.url('/bookings.csv')}"),
                        encoding="utf-8")
        (folder / "kisi.json").write_text(json.dumps(kisi_state()), encoding="utf-8")
        never = run_program(["--records", "--now", NOW, "--snapshot", "kisi.json", "why", "mira@example.org"], folder=folder)
        says("a source that was never fetched", never, "source bookings: was never fetched here", "`plan` fetches it")
        run_program(["--now", NOW, "-q", "plan"], folder=folder)
    run = run_program(["--records", "--now", NOW, "why", "mira@example.org"], folder=folder)
    says("what was fetched stands in for the address", run, "booking 1 (0001.txt:2)", "run `apply`")


def for_programs():
    run = ask("mira@example.org", args=["--json", "-"], bookings=booking(status="cancelled"), members=member())
    answer = json.loads(run.stdout)
    tap.equal("json: who", [answer["email"], answer["name"], answer["at"]], ["mira@example.org", "Mira Moss", NOW])
    tap.equal("json: the records", [(r["record"], r["says"], [g["door"] for g in r["gives"]])
                                    for r in answer["records"]], [("m1", "gives", ["Desks"]), ("1", "cancelled", [])])
    tap.equal("json: the doors", [(d["group"], d["can_open"], d["because"]) for d in answer["doors"]],
              [("Desks", "no", "not_applied"), ("Room 1", "no", "record")])
    tap.equal("json: what a run would do", answer["doors"][0]["changes"][0]["action"], "grant")


for part in (good_answers, the_answer_first, who_is_meant, records_that_give_nothing, people_and_companies, what_kisi_has, other_methods,
             held_back, stored_state, tried_in_vain, nobody_knows, fetched_source, for_programs):
    part()
tap.done()
