#!/usr/bin/python3
"""The sandbox answers as Kisi's description says: every operation, its statuses and the shape of its objects."""

import http.client
import gzip
import json
import re

from harness import Sandbox, Tap, snapshot
from kisi_shapes import complaints

tap = Tap()

VENUE = snapshot(
    organization={"id": 9, "name": "Harbour House", "domain": "harbour", "user_id": 42},
    places=[{"id": 501, "name": "North Hall", "time_zone": "Europe/Berlin"}, {"id": 502}],
    locks=[{"id": 12, "name": "Front", "place_id": 501}, {"id": 13}],
    groups=[{"id": 7, "name": "Room 1", "place_id": 501}, {"id": 8, "name": "Everywhere"}],
    group_locks=[{"id": 1, "group_id": 7, "lock_id": 12}, {"id": 2, "group_id": 8, "lock_id": 13}],
    users=[{"id": 42, "email": "ann@example.org", "name": "Ann"}, {"id": 43, "email": "bo@example.org"}, {"id": 44}],
    role_assignments=[
        {"id": 900, "user_id": 43, "group_id": 7, "valid_from": "2026-11-14T10:00:00.123Z"},
        {"id": 901, "role_id": "administrator", "applies_to_type": "Organization", "applies_to_id": 9,
         "assignee_type": "User", "assignee_id": 42},
        {"id": 902, "applies_to_type": "Group", "applies_to_id": 8, "assignee_type": "Team", "assignee_id": 5},
        {"id": 903, "role_id": "place_basic", "applies_to_type": "Place", "applies_to_id": 501,
         "assignee_type": "Guest", "assignee_id": 77, "created_by_type": "User", "created_by_id": 42,
         "assignee": {"id": 77, "resource_type": "Guest", "name": "Gus", "email": None, "phone_number": None}}],
    group_links=[{"id": 1, "group_id": 7, "name": "Plumber", "created_by_type": "User", "created_by_id": 42}],
    schedules=[
        {"id": 1, "type": "recurring_event", "scheduleable_type": "Lock", "scheduleable_id": 12, "monday": True},
        {"id": 2, "type": "single_event", "scheduleable_type": "Group", "scheduleable_id": 8,
         "starts_at": "2026-12-05T09:00:00Z", "ends_at": "2026-12-05T12:00:00Z"},
        {"id": 3, "type": "single_all_day_event", "scheduleable_type": "Lock", "scheduleable_id": 12,
         "starts_at_date": "2026-12-05", "ends_at_date": "2026-12-05"},
        {"id": 4, "type": "holiday_calendar", "scheduleable_type": "Lock", "scheduleable_id": 12, "region": "de_by"}],
    teams=[{"id": 5, "name": "Staff"}],
    team_memberships=[{"id": 1, "team_id": 5, "member_id": 44, "member_type": "User"}])

# path: shape, default limit, greatest limit (0 = not paged), sort words, whether one can be read by id
LISTS = {
    "/users": ("User", 50, 100, ["name", "unlock", "access_enabled"], True),
    "/members": ("Member", 50, 100, ["name", "unlock", "access_enabled"], True),
    "/role_assignments": ("RoleAssignment", 10, 250, ["user.name"], True),
    "/shares": ("Share", 10, 250, [], True),
    "/groups": ("Group", 10, 250, ["name"], True),
    "/group_locks?group_id=7": ("GroupLock", 10, 250, [], False),
    "/group_links": ("GroupLink", 10, 250, ["name", "unlock", "valid_until", "group_name"], False),
    "/schedules": ("Schedule", 10, 250, [], True),
    "/places": ("Place", 50, 250, ["name"], True),
    "/locks": ("Lock", 50, 250, ["name"], True),
    "/teams": ("Team", 10, 250, ["name"], True),
    "/team_memberships": ("TeamMembership", 10, 250, [], True),
    "/guests": ("Guest", 10, 250, [], True),
    "/logins": ("Login", 10, 250, [], False),
    "/roles": ("Role", 0, 0, [], True),
    "/organizations": ("Organization", 0, 0, [], False),
}

DAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), True)
ON_LOCK = {"enabled": True, "consequence": "unlock", "scheduleable_type": "Lock", "scheduleable_id": 12}
RIGHT = {"applies_to_type": "Group", "applies_to_id": 7, "assignee_type": "User", "assignee_id": 44,
         "role_id": "group_basic"}

# Creates: path, body, shape of the answer (or a status that refuses it)
CREATES = [
    ("/users", {"user": {"email": "new@example.org", "metadata": {"a": 1, "b": None}, "confirm": True}}, "User"),
    ("/users", {"user": {"email": "NEW@example.org"}}, 409),
    ("/users", {"user": {}}, 422),
    ("/users", {"user": {"email": 5}}, 422),
    ("/users", {"user": {"email": "m@example.org", "metadata": {"a": "x" * 501}}}, 422),
    ("/users", {"user": {"email": "m@example.org", "metadata": {str(n): n for n in range(51)}}}, 422),
    ("/users", {"email": "unwrapped@example.org"}, 400),
    ("/members", {"member": {"email": "member@example.org"}}, "Member"),
    ("/members", {"member": {"email": "other@example.org", "place_id": 501}}, 422),
    ("/role_assignments", {"role_assignment": {**RIGHT, "valid_until": "2026-12-31T18:00:00+01:00"}},
     "RoleAssignment"),
    ("/role_assignments", {"role_assignment": {"user_id": 44, "group_id": 7, "role_id": "group_manager"}}, 409),
    ("/role_assignments", {"role_assignment": {"user_id": 44, "group_id": "8", "role_id": "group_basic"}},
     "RoleAssignment"),
    ("/role_assignments", {"role_assignment": {"user_id": 43, "group_id": 99, "role_id": "group_basic"}}, 404),
    ("/role_assignments", {"role_assignment": {"user_id": 43, "role_id": "group_basic"}}, 422),
    ("/role_assignments", {"role_assignment": {"user_id": 43, "group_id": 8, "role_id": "owner"}}, 422),
    ("/role_assignments", {"role_assignment": {"user_id": 43, "group_id": 8, "role_id": "group_basic",
                                               "valid_from": "2026-12-02T00:00:00Z",
                                               "valid_until": "2026-12-01T00:00:00Z"}}, 422),
    ("/role_assignments", {"role_assignment": {"applies_to_type": "Organization", "applies_to_id": 9,
                                               "assignee_type": "User", "assignee_id": 43, "role_id": "observer"}},
     "RoleAssignment"),
    ("/shares", {"share": {"email": "sharer@example.org", "group_id": 8, "role_id": "manager"}}, "Share"),
    ("/shares", {"share": {"email": "sharer@example.org", "group_id": 8}}, 409),
    ("/shares", {"share": {"email": "sharer@example.org", "group_id": 99}}, 422),
    ("/groups", {"group": {"name": "Annex", "place_id": 502}}, "Group"),
    ("/groups", {"group": {"name": "Annex", "place_id": 99}}, 422),
    ("/group_locks", {"group_lock": {"group_id": 8, "lock_id": 12}}, "GroupLock"),
    ("/group_locks", {"group_lock": {"group_id": 8, "lock_id": 12}}, 409),
    ("/group_locks", {"group_lock": {"group_id": 8, "lock_id": 99}}, 422),
    ("/group_links", {"group_link": {"name": "Visit", "group_id": 7, "quick_response_code_type": "online"}},
     "NewGroupLink"),
    ("/group_links", {"group_link": {"name": "Visit", "group_id": 99}}, 422),
    ("/schedules", {"schedule": {**ON_LOCK, **DAYS, "type": "recurring_event"}}, "Schedule"),
    ("/schedules", {"schedule": {**ON_LOCK, **DAYS, "type": "recurring_event", "starts_at_time": "18:00",
                                 "ends_at_time": "08:00"}}, 422),
    ("/schedules", {"schedule": {**ON_LOCK, "type": "single_event", "starts_at": "2026-12-05T09:00:00Z",
                                 "ends_at": "2026-12-05T12:00:00Z"}}, "Schedule"),
    ("/schedules", {"schedule": {**ON_LOCK, "type": "single_event", "starts_at": "2026-12-05T09:00:00Z"}}, 422),
    ("/schedules", {"schedule": {**ON_LOCK, "type": "single_all_day_event", "starts_at_date": "2026-12-05",
                                 "ends_at_date": "2026-12-06"}}, "Schedule"),
    ("/schedules", {"schedule": {**ON_LOCK, "region": "de", "observed": True}}, "Schedule"),
    ("/schedules", {"schedule": {**ON_LOCK, "region": "zz", "observed": True}}, 422),
    ("/places", {"place": {"name": "South", "address": "2 Example St", "latitude": 1.5}}, "Place"),
    ("/places", {"place": {"name": "South"}}, 422),
    ("/locks", {"lock": {"name": "Back", "place_id": 501}}, "Lock"),
    ("/locks", {"lock": {"name": "Back", "place_id": 99}}, 422),
    ("/teams", {"team": {"name": "Night shift"}}, "Team"),
    ("/guests", {"guest": {"name": "Gil", "phone_number": "+12025550100"}}, "Guest"),
    ("/guests", {"guest": {"name": "Gil", "phone_number": "12"}}, 422),
    ("/team_memberships", {"team_membership": {"team_id": 5, "member_type": "User", "member_id": 43}},
     "TeamMembership"),
    ("/team_memberships", {"team_membership": {"team_id": 5, "member_type": "User", "member_id": 43}}, 409),
    ("/invites", {"invite": {"invites_to_type": "Group", "invites_to_id": 7, "role_assignment": {},
                             "invitee": {"resource_type": "User", "email": "in@example.org", "name": "In"}}},
     "Invite"),
    ("/invites", {"invite": {"invites_to_type": "Team", "invites_to_id": 5, "access_key": {},
                             "invitee": {"resource_type": "Guest", "name": "Out", "email": None,
                                         "phone_number": None}}}, "Invite"),
    ("/invites", {"invite": {"invites_to_type": "Group", "invites_to_id": 7, "invitee": {}}}, 422),
    ("/logins", {"login": {"type": "device"}, "user": {"domain": "harbour", "email": "bo@example.org",
                                                       "password": "any"}}, "NewLogin"),
    ("/logins", {"login": {}, "user": {"domain": "harbour", "email": "bo@example.org", "password": ""}}, 401),
    ("/locks/12/unlock", None, "Unlocked"),
    ("/locks/99/unlock", None, 404),
]

UPDATES = [
    ("/users/43", {"user": {"name": "Bob", "access_enabled": False}}),
    ("/user", {"user": {"locale": "de"}}),
    ("/members/700000043", {"member": {"notes": "hello"}}),
    ("/role_assignments/900", {"role_assignment": {"role_id": "group_manager"}}),
    ("/shares/300000900", {"share": {"role_id": "basic"}}),
    ("/groups/7", {"group": {"description": "the first"}}),
    ("/schedules/1", {"schedule": {"enabled": False}}),
    ("/places/501", {"place": {"description": "north"}}),
    ("/locks/12", {"lock": {"reader_restriction_enabled": True}}),
    ("/teams/5", {"team": {"name": "All staff"}}),
    ("/login", {"login": {"name": "job"}}),
]

ACTIONS = [f"/{kind}/{number}/{word}" for kind, number in (("places", 502), ("locks", 12))
           for word in ("lock_down", "cancel_lockdown", "favorite", "unfavorite")]
ACTIONS += ["/locks/12/first_to_arrive", "/locks/12/last_to_leave"]

DELETES = ["/role_assignments/900", "/shares/300000904", "/group_locks/2", "/group_links/1", "/schedules/4",
           "/groups/8", "/team_memberships/1", "/teams/5", "/guests/77", "/locks/13", "/places/502",
           "/members/700000043", "/users/44"]


def shape_of_refusal(status):
    return "Errors" if status == 422 else "Error"


def check_reply(name, reply, status, shape):
    """Status, content type and shape of an answer, as one check."""
    wrong = []
    if reply.status != status:
        wrong.append(f"status {reply.status}, not {status}: {reply.body!r}")
    elif shape is None:
        wrong += [f"a body: {reply.body!r}"] if reply.body or reply.headers["Content-Type"] else []
    else:
        rows = reply.json if isinstance(reply.json, list) else [reply.json]
        wrong += [text for row in rows for text in complaints(shape, row)]
        if not reply.headers["Content-Type"].startswith("application/json"):
            wrong.append(reply.headers["Content-Type"])
    return tap.ok(name, not wrong, "\n".join(wrong[:10]))


def check_lists(kisi, when):
    for path, (shape, usual, greatest, sorts, by_id) in LISTS.items():
        reply = kisi.get(path)
        check_reply(f"GET {path} {when}", reply, 200, shape)
        if greatest == 0:
            tap.equal(f"{path}: no range", reply.headers["X-Collection-Range"], None)
            continue
        start, end, total = reply.range()
        bare = (path, when) == ("/team_memberships", "after the deletes")
        tap.equal(f"{path}: range of the default page", (start, end, total == 0),
                  (None, None, True) if bare else (0, usual - 1, False))
        joint = "&" if "?" in path else "?"
        over = kisi.get(f"{path}{joint}limit={greatest + 1}")
        tap.equal(f"{path}: a greater limit is clamped", over.range()[1], None if bare else greatest - 1)
        for word in sorts:
            there = [row["id"] for row in kisi.get(f"{path}{joint}limit={greatest}&sort={word}").json]
            back = [row["id"] for row in kisi.get(f"{path}{joint}limit={greatest}&sort=-{word}").json]
            tap.equal(f"{path}: sort=-{word} is {word} backwards", back[::-1], there)
        if by_id:
            for row in reply.json[:3]:
                check_reply(f"GET {path}/{row['id']}", kisi.get(f"{path}/{row['id']}"), 200, shape)
            check_reply(f"GET {path}/987654", kisi.get(f"{path}/987654"), 404, "Error")


def check_operations():
    with Sandbox(VENUE) as kisi:
        check_lists(kisi, "at the start")
        check_reply("GET /user", kisi.get("/user"), 200, "CurrentUser")
        check_reply("GET /login", kisi.get("/login"), 200, "CurrentLogin")
        check_reply("GET /organization", kisi.get("/organization"), 200, "Organization")
        for path, body, wanted in CREATES:
            status = wanted if isinstance(wanted, int) else 200
            shape = shape_of_refusal(wanted) if isinstance(wanted, int) else wanted
            check_reply(f"POST {path} {json.dumps(body)[:60]}", kisi.call("POST", path, body), status, shape)
        for path, body in UPDATES:
            for method in ("PATCH", "PUT"):
                check_reply(f"{method} {path}", kisi.call(method, path, body), 204, None)
        for path in ACTIONS:
            check_reply(f"POST {path}", kisi.call("POST", path), 204, None)
        check_lists(kisi, "after the writes")
        tap.equal("the patch took", kisi.get("/users/43").json["name"], "Bob")
        tap.equal("an instant comes back in UTC",
                  kisi.get("/role_assignments", user_id=44, group_id=7).json[0]["valid_until"],
                  "2026-12-31T17:00:00.000Z")
        tap.equal("the unlock is on record", [entry["lock_id"] for entry in kisi.unlocks()], [12])
        for path in DELETES:
            check_reply(f"DELETE {path}", kisi.call("DELETE", path), 204, None)
            check_reply(f"DELETE {path} again", kisi.call("DELETE", path), 404, "Error")
        check_reply("the owner stays", kisi.call("DELETE", "/users/42"), 422, "Errors")
        check_reply("DELETE /login/elsewhere", kisi.call("DELETE", "/login/elsewhere"), 204, None)
        check_lists(kisi, "after the deletes")
        check_reply("DELETE /login", kisi.call("DELETE", "/login"), 204, None)
        check_reply("the key is gone with it", kisi.get("/user"), 401, "Error")
        tap.equal("it stops cleanly", kisi.stop(), 0)
        left = kisi.dump()
        tap.ok("the dump is of this shape", not [text for row in left["role_assignments"]
                                                  for text in complaints("RoleAssignment", row)], left)
        with Sandbox(left) as again:
            kept = {name: rows for name, rows in again.state().items() if name != "fetched_at"}
            tap.equal("a dump loads as it was", kept, {n: r for n, r in left.items() if n != "fetched_at"})


def check_refusals():
    with Sandbox(VENUE) as kisi:
        for path in LISTS:
            check_reply(f"GET {path} without key", kisi.call("GET", path, key=None), 401, "Error")
            check_reply(f"GET {path} with another", kisi.call("GET", path, key="wrong"), 401, "Error")
        tap.equal("an unknown path has its code", kisi.get("/nowhere").json["code"], "000404")
        tap.equal("a link cannot be read", kisi.get("/group_links/1").json["code"], "000404")
        for path in ("/group_locks", "/users?limit=0", "/users?limit=x", "/users?offset=-1", "/users?offset=20001",
                     "/users?sort=id", "/users?ids=a", "/role_assignments?assignee_id=43",
                     "/schedules?scheduleable_type=Lock", "/locks?online=maybe"):
            check_reply(f"GET {path}", kisi.get(path), 400, "Error")
        check_reply("locks of an unknown group", kisi.get("/group_locks?group_id=99"), 404, "Error")
        for raw in (b"{", b"[]", b"null", b'"x"', b"\xff", b'{"user":' * 1000, b"[" * 100000):
            check_reply(f"POST /users {raw[:10]!r}", kisi.call("POST", "/users", raw=raw), 400, "Error")
        check_reply("a body of 2 MiB", kisi.call("POST", "/users", raw=b"x" * (2 << 20)), 413, "Error")
        for value in (None, True, -1, 1.5, 2 ** 70, "", "x\0y", [], {}, [None]):
            for path, wrapper, field in (("/users", "user", "email"), ("/role_assignments", "role_assignment", "user_id"),
                                         ("/groups", "group", "name"), ("/schedules", "schedule", "type"),
                                         ("/invites", "invite", "invitee"), ("/locks", "lock", "place_id")):
                reply = kisi.call("POST", path, {wrapper: {field: value}})
                check_reply(f"POST {path} {field}={value!r}", reply, 422, "Errors")


def pages(kisi, path, limit):
    """All rows of a list, page by page."""
    rows, offset = [], 0
    while offset == 0 or offset < total:
        reply = kisi.get(path, limit=limit, offset=offset, sort="name")
        total = reply.range()[2]
        rows += reply.json
        offset += limit
    return rows


def check_switches():
    many = snapshot(users=[{"id": n, "email": f"u{n}@example.org", "name": f"U {n % 7}"} for n in range(1, 121)])
    with Sandbox(many) as kisi:
        orders = {tuple(row["id"] for row in kisi.get("/users", limit=100).json) for _ in range(3)}
        tap.ok("without sort the order differs", len(orders) > 1)
        ids = [row["id"] for row in pages(kisi, "/users", 25)]
        tap.equal("with sort every row comes once", sorted(ids), list(range(1, 121)))
        kisi.switch(order="id")
        tap.equal("order=id", [row["id"] for row in kisi.get("/users", limit=100).json], list(range(1, 101)))
        tap.equal("past the end", kisi.get("/users", offset=500).range(), (500, 549, 120))
        kisi.switch(past_end_range="star", offset_over="empty", limit_over=422)
        tap.equal("past_end_range=star", kisi.get("/users", offset=500).range(), (None, None, 120))
        tap.equal("offset_over=empty", kisi.get("/users", offset=20001).json, [])
        check_reply("limit_over=422", kisi.get("/users", limit=101), 422, "Errors")
        tap.equal("an empty collection", kisi.get("/teams").headers["X-Collection-Range"], "*/0")
        kisi.switch(empty_range="numbers", duplicate=422, unwrapped=422, pair_missing=422, search_lag_ms=3600000)
        tap.equal("empty_range=numbers", kisi.get("/teams").headers["X-Collection-Range"], "0-9/0")
        check_reply("duplicate=422", kisi.call("POST", "/users", {"user": {"email": "u1@example.org"}}), 422, "Errors")
        check_reply("unwrapped=422", kisi.call("POST", "/users", {"email": "x@example.org"}), 422, "Errors")
        check_reply("pair_missing=422", kisi.get("/role_assignments", applies_to_id=1), 422, "Errors")
        kisi.call("POST", "/users", {"user": {"email": "fresh@example.org"}})
        tap.equal("search_lag_ms hides from query", kisi.get("/users", query="fresh").json, [])
        tap.equal("but not from email", len(kisi.get("/users", email="FRESH@example.org").json), 1)
        tap.ok("deprecation headers", kisi.get("/members").headers["Sunset"])
        kisi.switch(deprecation="off")
        tap.equal("deprecation=off", kisi.get("/members").headers["Sunset"], None)
        tap.equal("logins: own ones only", len(kisi.get("/logins", scope="all").json), 1)


def check_windows():
    past = {"id": 1, "user_id": 2, "group_id": 7, "valid_until": "2026-11-14T11:00:00Z"}
    venue = snapshot(groups=[{"id": 7}], users=[{"id": 2}], role_assignments=[past])
    patch = {"role_assignment": {"valid_until": "2027-01-01T00:00:00Z"}}
    with Sandbox(venue, now="2026-11-14T12:00:00Z") as kisi:
        tap.equal("what is over stays in the list", len(kisi.get("/role_assignments").json), 1)
        kisi.switch(expired="dropped")
        tap.equal("expired=dropped", kisi.get("/role_assignments").json, [])
        kisi.switch(expired="kept", patch_window="ignored")
        kisi.call("PATCH", "/role_assignments/1", patch)
        tap.equal("patch_window=ignored", kisi.get("/role_assignments/1").json["valid_until"], past["valid_until"])
        kisi.switch(patch_window="applied")
        kisi.call("PATCH", "/role_assignments/1", patch)
        tap.equal("patch_window=applied", kisi.get("/role_assignments/1").json["valid_until"], "2027-01-01T00:00:00.000Z")
        tap.ok("its clock is where it was told", kisi.get("/user").headers["Date"].startswith("Sat, 14 Nov 2026 12:0"))


def check_rate():
    with Sandbox(VENUE, keys=["second@42", "other@43"], switches={"rate": 5}) as kisi:
        replies = [kisi.call("GET", "/user", key=key) for key in ("", "second") * 3]
        tap.equal("the sixth request of a user in a second", [r.status for r in replies], [200] * 5 + [429])
        tap.equal("no Retry-After unless asked for", replies[-1].headers["Retry-After"], None)
        tap.equal("another user is not slowed", kisi.call("GET", "/user", key="other").status, 200)
        kisi.switch(rate=0)
        tap.equal("rate=0", {kisi.get("/user").status for _ in range(20)}, {200})
        kisi.fault("GET /user 429")
        kisi.switch(retry_after=2, rate_body="empty")
        reply = kisi.get("/user")
        tap.equal("retry_after, rate_body=empty", (reply.status, reply.headers["Retry-After"], reply.body), (429, "2", b""))


def silence(kisi, method, path, body=None):
    """Does the connection end without a whole answer?"""
    try:
        kisi.call(method, path, body)
        return False
    except (http.client.HTTPException, OSError):
        return True


def emails(kisi):
    return {row["email"] for row in kisi.state()["users"]}


def check_write_faults():
    with Sandbox(VENUE) as kisi:
        def user(name):
            return {"user": {"email": f"{name}@example.org"}}

        for status in (401, 403, 404, 409, 422, 429, 500, 502, 503):
            kisi.fault(f"POST /users {status}")
            check_reply(f"status {status}", kisi.call("POST", "/users", user("status")), status, shape_of_refusal(status))
        tap.ok("none of these did anything", "status@example.org" not in emails(kisi))
        kisi.fault("POST /users 429 retry=7")
        tap.equal("retry=: Retry-After", kisi.call("POST", "/users", user("status")).headers["Retry-After"], "7")
        for kind in ("403", "422", "500", "html"):
            kisi.fault(f"POST /users {kind} quote=1")
            tap.ok(f"{kind} quote=1: the key is in the answer",
                   kisi.key.encode() in kisi.call("POST", "/users", user("status")).body)
        kisi.fault("POST /users 500 commit=1")
        tap.equal("commit=1: still 500", kisi.call("POST", "/users", user("commit")).status, 500)
        kisi.fault("POST /users cut-before")
        tap.ok("cut-before is silent", silence(kisi, "POST", "/users", user("before")))
        kisi.fault("POST /users cut-after")
        tap.ok("cut-after is silent", silence(kisi, "POST", "/users", user("after")))
        kisi.fault("POST /users hang ms=50 commit=1")
        tap.ok("hang is silent", silence(kisi, "POST", "/users", user("hang")))
        kisi.fault("POST /users noop")
        check_reply("noop looks fine", kisi.call("POST", "/users", user("noop")), 200, "User")
        kisi.fault("PATCH /users/* ignore-patch")
        tap.equal("ignore-patch", kisi.call("PATCH", "/users/43", {"user": {"name": "Zoe"}}).status, 204)
        tap.equal("and the name stays", kisi.get("/users/43").json["name"], "bo")
        known = {name: f"{name}@example.org" in emails(kisi) for name in ("commit", "before", "after", "hang", "noop")}
        tap.equal("what took and what did not", known,
                  {"commit": True, "before": False, "after": True, "hang": True, "noop": False})
        kisi.fault("GET /users 500 after=2 count=2")
        tap.equal("after= and count=", [kisi.get("/users").status for _ in range(5)], [200, 200, 500, 500, 200])
        tap.equal("silence is journalled as 0", [r["status"] for r in kisi.requests() if r["method"] == "POST"].count(0), 3)


def check_body_faults():
    with Sandbox(VENUE) as kisi:
        whole = kisi.get("/organization").body
        kisi.fault("GET /organization html")
        tap.ok("html", b"<html>" in kisi.get("/organization").body)
        kisi.fault("GET /organization empty")
        tap.equal("empty", (lambda r: (r.status, r.body))(kisi.get("/organization")), (200, b""))
        kisi.fault("GET /organization truncate")
        try:
            kisi.get("/organization")
            tap.ok("truncate is not JSON", False)
        except ValueError:
            tap.ok("truncate is not JSON", True)
        kisi.fault("GET /organization truncate cut=1")
        tap.ok("truncate cut=1", silence(kisi, "GET", "/organization"))
        kisi.fault("GET /organization chunked")
        reply = kisi.get("/organization")
        tap.equal("chunked", (reply.headers["Transfer-Encoding"], reply.body), ("chunked", whole))
        kisi.fault("GET /organization gzip")
        connection = http.client.HTTPConnection("127.0.0.1", kisi.port)
        connection.request("GET", "/organization", headers={"Authorization": "KISI-LOGIN " + kisi.key})
        tap.equal("gzip", gzip.decompress(connection.getresponse().read()), whole)
        connection.close()
        kisi.fault("GET /organization huge bytes=3000000")
        reply = kisi.get("/organization")
        tap.equal("huge", (len(reply.body), reply.json), (3000000, json.loads(whole)))
        kisi.fault("GET /organization clock seconds=-7200")
        dates = [kisi.get("/organization").headers["Date"] for _ in range(2)]
        tap.ok("clock", dates[0][:22] != dates[1][:22], dates)
        kisi.fault("GET /role_assignments new-words")
        kinds = [{row["assignee_type"] for row in kisi.get("/role_assignments").json} for _ in range(2)]
        tap.equal("new-words", kinds[0], {f"New{word}" for word in kinds[1]})
        kisi.fault("GET /organization undated")
        tap.equal("undated", kisi.get("/organization").headers.get_all("Date"), ["no time"])
        kisi.fault("GET /organization slow ms=30")
        tap.equal("slow", kisi.get("/organization").status, 200)
        kisi.switch(rate=5)
        kisi.fault("GET /organization busy")
        tap.equal("busy", kisi.get("/organization").status, 429)


def check_page_faults():
    many = snapshot(users=[{"id": n, "email": f"u{n}@example.org", "name": f"U {n:03}"} for n in range(1, 31)])
    wanted = list(range(1, 31))

    def after(*faults):
        with Sandbox(many, faults=faults) as kisi:
            rows = [row["id"] for row in pages(kisi, "/users", 10)]
            return rows, kisi.get("/users").range()[2]

    tap.equal("no fault", after(), (wanted, 30))
    tap.ok("page-repeat", len(set(after("GET /users page-repeat after=1")[0])) == 29)
    tap.ok("page-skip", len(after("GET /users page-skip after=1")[0]) == 29)
    tap.ok("page-reorder", sorted(after("GET /users page-reorder after=2")[0]) != wanted)
    rows, total = after("GET /users page-shrink")
    tap.ok("page-shrink: one is gone, another is missed", total == 29 and 11 not in rows, rows)
    tap.equal("page-grow: the total grows", after("GET /users page-grow")[1], 31)
    tap.ok("clamp", len(after("GET /users clamp rows=4")[0]) == 24)
    with Sandbox(many, faults=["GET /users total-lies rows=-3"]) as kisi:
        tap.equal("total-lies", kisi.get("/users").range()[2], 27)


def check_robust_start():
    for text in ("{", "[]", '{"users":[{"id":"x"}]}', '{"users":[{"id":1},{"id":1}]}', '{"format_version":2}',
                 '{"users":[{"id":1,"name":5}]}', '{"group_locks":[{"id":1}]}', '{"organization":[]}'):
        try:
            with Sandbox(json.loads(text) if text != "{" else "/dev/null", quiet=True):
                tap.ok(f"refuses {text}", False)
        except RuntimeError as error:
            tap.ok(f"refuses {text}", re.search(r"exit 65", str(error)), error)
    gaps = snapshot(role_assignments=[{"id": 1, "user_id": 2, "group_id": 3}], group_locks=[
        {"id": 1, "group_id": 3, "lock_id": 4}])
    with Sandbox(gaps, quiet=True) as kisi:
        check_reply("what a file lacks is made up", kisi.get("/role_assignments"), 200, "RoleAssignment")
        check_reply("down to the place of a lock", kisi.get("/locks"), 200, "Lock")


check_operations()
check_refusals()
check_switches()
check_windows()
check_rate()
check_write_faults()
check_body_faults()
check_page_faults()
check_robust_start()
tap.done()
