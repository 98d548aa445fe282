#!/usr/bin/python3
"""The sandbox in full: what each filter leaves, what each write refuses, what each switch changes, how it starts."""

import os
import pathlib
import signal
import subprocess

from harness import WAIT_SECONDS, Sandbox, Tap, new_folder, program, snapshot

tap = Tap()

VENUE = snapshot(
    organization={"id": 9, "name": "Harbour House", "domain": "harbour", "user_id": 42},
    places=[{"id": 501, "name": "North Hall", "time_zone": "Europe/Berlin"}, {"id": 502, "name": "South Hall"}],
    locks=[{"id": 12, "name": "Front", "place_id": 501, "online": True, "favorite": True},
           {"id": 13, "name": "Back", "place_id": 502, "configured": False, "online": False},
           {"id": 14, "name": "Gate", "place_id": 502, "locked_down": True, "online": False}],
    groups=[{"id": 7, "name": "Room 1", "place_id": 501}, {"id": 8, "name": "Everywhere"}],
    group_locks=[{"id": 1, "group_id": 7, "lock_id": 12}, {"id": 2, "group_id": 8, "lock_id": 13},
                 {"id": 3, "group_id": 8, "lock_id": 12}],
    users=[{"id": 42, "email": "ann@example.org", "name": "Ann"}, {"id": 43, "email": "bo@example.org", "name": "Bo"},
           {"id": 44, "email": "cy@example.org", "name": "Cy", "notes": "a plumber"}],
    role_assignments=[
        {"id": 900, "user_id": 43, "group_id": 7},
        {"id": 901, "role_id": "administrator", "applies_to_type": "Organization", "applies_to_id": 9,
         "assignee_type": "User", "assignee_id": 42},
        {"id": 902, "role_id": "group_basic", "applies_to_type": "Group", "applies_to_id": 8,
         "assignee_type": "Team", "assignee_id": 5},
        {"id": 903, "role_id": "place_basic", "applies_to_type": "Place", "applies_to_id": 501,
         "assignee_type": "Guest", "assignee_id": 77},
        {"id": 904, "user_id": 43, "group_id": 8, "role_id": "group_manager"},
        {"id": 905, "user_id": 42, "group_id": 7, "valid_until": "2026-11-14T11:00:00Z"}],
    group_links=[{"id": 1, "group_id": 7, "name": "Plumber", "email": "cy@example.org"},
                 {"id": 2, "group_id": 8, "name": "Cleaner", "phone": "+12025550100"}],
    schedules=[
        {"id": 1, "type": "recurring_event", "scheduleable_type": "Lock", "scheduleable_id": 12, "monday": True},
        {"id": 2, "type": "single_event", "scheduleable_type": "Group", "scheduleable_id": 8,
         "starts_at": "2026-12-05T09:00:00Z", "ends_at": "2026-12-05T12:00:00Z"},
        {"id": 3, "type": "recurring_event", "scheduleable_type": "ElevatorStop", "scheduleable_id": 4,
         "consequence": "permit", "sunday": True}],
    teams=[{"id": 5, "name": "Staff"}, {"id": 6, "name": "Night"}],
    team_memberships=[{"id": 1, "team_id": 5, "member_id": 44, "member_type": "User"},
                      {"id": 2, "team_id": 5, "member_id": 77, "member_type": "Guest"}],
    guests=[{"id": 77, "name": "Gus"}])

# path and query: the ids that are left, in any order; a status where it is refused
FILTERED = {
    "/users?query=BO": [43], "/users?query=plumb": [44], "/users?query=bo@example": [43],
    "/users?email=bo@example.org": [43], "/users?email=bo@example": [], "/users?ids=44,43,44,99": [43, 44],
    "/users?ids[]=42": [42], "/users?ids=43,x": 400,
    "/users?user_id=44": [44], "/users?user_id=me": [42], "/users?user_id=x": 400,
    "/users?group_id=7": [43], "/users?group_id=8": [43, 44], "/users?group_id=99": [],
    "/users?place_id=501": [42, 43], "/users?place_id=502": [42], "/users?group_id=x": 400,
    "/guests?query=gu": [77], "/guests?query=no": [],
    "/members?user_id=43": [700000043],
    "/role_assignments?query=bo": [900, 904], "/role_assignments?query=staff": [],
    "/role_assignments?role_id=group_manager": [904],
    "/role_assignments?scope=team": [902], "/role_assignments?scope=organization": [901],
    "/role_assignments?scope=place": [903], "/role_assignments?scope=moon": 400,
    "/role_assignments?place_id=501": [903], "/role_assignments?group_id=8": [902, 904],
    "/role_assignments?user_id=43": [900, 904], "/role_assignments?user_id=43&group_id=7": [900],
    "/role_assignments?group_id=7&user_id=44": [],
    "/role_assignments?assignee_type=Team&assignee_id=5": [902],
    "/role_assignments?applies_to_type=Place&applies_to_id=501": [903],
    "/role_assignments?applies_to_type=Moon": 400,
    "/shares?group_id=8": [300000904], "/shares?member_id=700000043": [300000900, 300000904],
    "/shares?place_id=501": [300000900], "/shares?role_id=manager": [300000904], "/shares?role_id=owner": 400,
    "/shares?query=bo&group_id=7": [300000900],
    "/groups?query=room": [7], "/groups?scope=organization": [8], "/groups?scope=place": [7],
    "/groups?place_id=501": [7], "/groups?lock_id=12": [7, 8], "/groups?lock_id=13": [8], "/groups?lock_id=99": [],
    "/groups?elevator_stop_id=1": [],
    "/group_locks?group_id=8&lock_id=12": [3], "/group_locks?group_id=8&query=back": [2],
    "/group_locks?group_id=8&query=everyw": [2, 3], "/group_locks?group_id=x": 400,
    "/group_links?group_id=7": [1], "/group_links?query=plumb": [1], "/group_links?query=every": [2],
    "/group_links?query=cy@": [1], "/group_links?query=nobody": [],
    "/locks?query=fro": [12], "/locks?place_id=502": [13, 14], "/locks?online=true": [12],
    "/locks?configured=false": [13], "/locks?configured=true": [12, 14], "/locks?locked_down=true": [14],
    "/locks?favorite=true": [12], "/locks?favorite=false": [13, 14], "/locks?favorite=*": [12, 13, 14],
    "/locks?favorite=x": 400, "/places?query=south": [502], "/places?favorite=true": [],
    "/locks?sort=favorite": [12, 13, 14], "/locks?sort=-favorite": 400,
    "/teams?query=sta": [5], "/teams?scope=organization": [5, 6],
    "/team_memberships?team_id=6": [], "/team_memberships?member_type=Guest": [2],
    "/team_memberships?member_type=User&member_id=44": [1], "/team_memberships?member_id=44": 400,
    "/schedules?consequence=permit": [3], "/schedules?scheduleable_type=Lock&scheduleable_id=12": [1],
    "/users?query=%ff": 400,
}

DOOR = {"enabled": True, "consequence": "unlock", "scheduleable_type": "Lock", "scheduleable_id": 12}
SINGLE = {"type": "single_event", "starts_at": "2026-12-05T09:00:00Z", "ends_at": "2026-12-05T12:00:00Z"}
DAYS = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), False)
GUEST = {"resource_type": "Guest", "name": "Out", "email": None, "phone_number": None}
SIGN_IN = {"domain": "harbour", "email": "bo@example.org", "password": "any"}


def right(**more):
    return {"role_assignment": {"applies_to_type": "Group", "applies_to_id": 7, "assignee_type": "User",
                                "assignee_id": 44, "role_id": "group_basic", **more}}


def invite(invitee, **more):
    return {"invite": {"invites_to_type": "Group", "invites_to_id": 7, "role_assignment": {}, "invitee": invitee,
                       **more}}


# method, path, body, status, a word of the answer
WRITES = [
    ("POST", "/users", {"user": {"email": "a@b@c"}}, 422, "not an email"),
    ("POST", "/users", {"user": {"email": "@b.c"}}, 422, "not an email"),
    ("POST", "/users", {"user": {"email": "a@"}}, 422, "not an email"),
    ("POST", "/users", {"user": {"email": "a b@c.d"}}, 422, "not an email"),
    ("POST", "/users", {"user": {"email": "a\u0001@c.d"}}, 422, "not an email"),
    ("POST", "/users", {"user": {"email": "a;b@c.d"}}, 422, "not an email"),
    ("POST", "/users", {"user": {"email": "a" * 251 + "@c.d"}}, 422, "not an email"),
    ("POST", "/places", {"place": {"name": "X", "address": "x" * 501}}, 422, "too long"),
    ("POST", "/users", {"user": {"email": "n@b.c", "metadata": {"x" * 51: 1}}}, 422, "too long"),
    ("POST", "/users", {"user": {"email": "n@b.c", "metadata": {"x": {}}}}, 422, "basic types"),
    ("POST", "/users", {"user": {"email": "n@b.c", "metadata": {"x": []}}}, 422, "basic types"),
    ("POST", "/users", {"user": {"email": "n@b.c", "metadata": 5}}, 422, "not an object"),
    ("PATCH", "/users/43", {"user": {"name": " "}}, 422, "blank"),
    ("PATCH", "/user", {"user": {"password": "short"}}, 422, "too short"),
    ("PATCH", "/user", {"user": {"password": "long enough"}}, 204, ""),
    ("PATCH", "/user", {"user": {"last_read_at": {"news": "2026-11-14T12:00:00Z"}}}, 204, ""),
    ("PATCH", "/user", {"user": {"last_read_at": {"news": "today"}}}, 422, "date-times"),
    ("PATCH", "/user", {"user": {"last_read_at": {"news": None}}}, 422, "date-times"),
    ("POST", "/guests", {"guest": {}}, 422, "blank"),
    ("POST", "/guests", {"guest": {"name": "G", "phone_number": "+1202555010x"}}, 422, "phone"),
    ("POST", "/guests", {"guest": {"name": "G", "phone_number": "+120255501"}}, 422, "phone"),
    ("POST", "/places", {"place": {"name": "X", "address": "Y", "time_zone": "Mars/Base"}}, 422, "time zone"),
    ("POST", "/places", {"place": {"name": "X", "address": "Y", "time_zone": "Europe/Rome"}}, 200, "Europe/Rome"),
    ("POST", "/role_assignments", right(applies_to_type="Place", applies_to_id=501, role_id="group_basic"), 422, "role"),
    ("POST", "/role_assignments", right(applies_to_type="Place", applies_to_id=501, role_id="place_basic",
                                        valid_until="2027-01-01T00:00:00Z"), 200, '"type":"place"'),
    ("POST", "/role_assignments", right(assignee_type="Team", assignee_id=99), 404, ""),
    ("POST", "/role_assignments", right(applies_to_id=None), 422, "blank"),
    # what is over makes room for the next
    ("POST", "/role_assignments", right(assignee_id=42, valid_until="2026-12-01T00:00:00Z"), 200, "2026-12-01"),
    ("PATCH", "/role_assignments/900", {"role_assignment": {"role_id": "owner"}}, 422, "role"),
    ("PATCH", "/shares/300000900", {"share": {"valid_from": "2027-01-02T00:00:00Z",
                                              "valid_until": "2027-01-01T00:00:00Z"}}, 422, "valid_until"),
    ("POST", "/shares", {"share": {"group_id": 8}}, 422, "email"),
    ("POST", "/schedules", {"schedule": {**DOOR, "type": "recurring_event", **DAYS}}, 422, "at least one weekday"),
    ("POST", "/schedules", {"schedule": {**DOOR}}, 422, "type"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "ends_at": SINGLE["starts_at"]}}, 422, "after the start"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "ends_at": "2026-12-05T10:30:00+02:00"}}, 422, "after"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "scheduleable_id": 99}}, 422, "must exist"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "scheduleable_type": "ElevatorStop"}}, 422, "must exist"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "consequence": "permit"}}, 422, "does not fit"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "consequence": "allow"}}, 200, "allow"),
    ("POST", "/schedules", {"schedule": {**DOOR, **SINGLE, "scheduleable_type": "Group", "scheduleable_id": 8}}, 422,
     "does not fit"),
    ("POST", "/schedules", {"schedule": {**DOOR, "region": "de_xx", "observed": True}}, 422, "list"),
    ("POST", "/schedules", {"schedule": {**DOOR, "region": "de_by", "observed": True,
                                         "ignored_holidays": ["a", "b"]}}, 200, "de_by"),
    ("POST", "/schedules", {"schedule": {**DOOR, "region": "de", "observed": True, "ignored_holidays": [1]}}, 422,
     "not an array"),
    ("POST", "/schedules", {"schedule": {**DOOR, "type": "single_all_day_event", "starts_at_date": "2026-12-5",
                                         "ends_at_date": "2026-12-06"}}, 422, "not a valid date"),
    ("POST", "/schedules", {"schedule": {**DOOR, "type": "single_all_day_event", "starts_at_date": "2026-12-06",
                                         "ends_at_date": "2026-12-05"}}, 422, "after the start"),
    ("POST", "/schedules", {"schedule": {**DOOR, **DAYS, "sunday": True, "type": "recurring_event",
                                         "starts_at_time": "8:00"}}, 422, "not a valid time"),
    ("PATCH", "/schedules/1", {"schedule": {"monday": False}}, 422, "at least one weekday"),
    ("PATCH", "/schedules/1", {"schedule": {"type": "single_event"}}, 422, "blank"),
    ("PATCH", "/schedules/1", {"schedule": SINGLE}, 204, ""),
    ("POST", "/team_memberships", {"team_membership": {"team_id": 99, "member_type": "User", "member_id": 43}}, 422,
     "team_id"),
    ("POST", "/team_memberships", {"team_membership": {"team_id": 5, "member_type": "User", "member_id": 99}}, 422,
     "member_id"),
    ("POST", "/team_memberships", {"team_membership": {"team_id": 6, "member_id": 43}}, 422, "member_type"),
    ("POST", "/invites", invite({"resource_type": "User"}), 422, "email"),
    ("POST", "/invites", invite(GUEST, invites_to_id=99), 422, "must exist"),
    ("POST", "/invites", invite(GUEST, role_assignment=None), 422, "role_assignment"),
    ("POST", "/invites", invite({"resource_type": "User", "email": "bo@example.org", "name": "Bo"},
                                invites_to_id=8), 409, ""),
    ("POST", "/invites", invite({"resource_type": "User", "email": "ann@example.org", "name": "Ann"},
                                invites_to_id=8), 200, "Invite"),
    ("POST", "/invites", invite(GUEST, notify=False, invites_to_type="Place", invites_to_id=501,
                                role_assignment={"role_id": "place_basic"}), 200, "place_basic"),
    ("POST", "/invites", invite(GUEST, role_assignment={"valid_until": "2027-01-01T00:00:00Z"}), 200, "2027-01-01"),
    # a role that is none: the guest who was made for it does not stay
    ("POST", "/invites", invite({**GUEST, "name": "Nobody"}, role_assignment={"role_id": "moon"}), 422, "role"),
    ("POST", "/invites", {}, 400, "invite"),
    ("POST", "/group_links", {"group_link": {"name": "A", "group_id": 7, "email": "odd"}}, 422, "email"),
    ("POST", "/locks/13/unlock", None, 503, "not configured"),
    ("POST", "/locks/14/unlock", None, 409, "fad001"),
    ("POST", "/locks/99/lock_down", None, 404, ""),
    ("POST", "/locks/12/dance", None, 404, "000404"),
    ("GET", "/roles/group_basic", None, 200, "group_basic"),
    ("GET", "/roles/moon", None, 404, ""),
    ("GET", "/", None, 404, "000404"),
    ("GET", "//", None, 404, "000404"),
    ("GET", "/users/", None, 200, "ann@example.org"),
    ("GET", "/users/43/extra", None, 404, "000404"),
    ("GET", "/users/%ff", None, 404, ""),
    ("PUT", "/users", {"user": {}}, 404, "000404"),
    ("POST", "/logins", {"login": {"type": "api"}, "user": {**SIGN_IN, "domain": "mill"}}, 401, "afc516"),
    ("POST", "/logins", {"login": {"type": "api"}, "user": {**SIGN_IN, "email": "no@example.org"}}, 401, "afc516"),
    ("POST", "/logins", {"login": {"type": "api"}}, 401, "afc516"),
    ("POST", "/logins", {"login": {"email": "bo@example.org"}}, 200, '"device"'),
    ("POST", "/logins", {"login": {"email": "no@example.org"}}, 404, ""),
    ("POST", "/logins", {"login": {"type": "api", "email": "bo@example.org"}}, 403, "for others"),
    ("POST", "/logins", {"login": {"type": "moon"}, "user": SIGN_IN}, 422, "type"),
    ("DELETE", "/user", None, 403, "owner"),
]


def refused(kisi, method, path, body=None):
    reply = kisi.call(method, path, body)
    return reply.status, reply.body.decode(errors="replace")


def check_filters():
    with Sandbox(VENUE, now="2026-11-14T12:00:00Z", switches={"expired": "dropped"}) as kisi:
        for path, wanted in FILTERED.items():
            reply = kisi.call("GET", path)
            if isinstance(wanted, int):
                tap.equal(f"GET {path} is refused", reply.status, wanted)
                continue
            found = sorted(row["id"] for row in reply.json) if reply.status == 200 else reply.body
            tap.equal(f"GET {path}", found, wanted)
            if reply.status == 200:
                tap.equal(f"GET {path}: total", reply.range()[2], len(wanted))
        tap.equal("favourites come first", [row["id"] for row in kisi.get("/locks", sort="favorite").json], [12, 13, 14])
        tap.ok("favorite is shown where it is asked for", "favorite" in kisi.get("/locks", favorite="*").json[0])
        tap.ok("and nowhere else", "favorite" not in kisi.get("/locks").json[0])


def check_writes():
    with Sandbox(VENUE, now="2026-11-14T12:00:00Z", switches={"expired": "dropped"}) as kisi:
        for method, path, body, status, word in WRITES:
            found, text = refused(kisi, method, path, body)
            tap.ok(f"{method} {path} {str(body)[:90]}: {status} {word}", found == status and word in text, (found, text))
        state = kisi.state()
        tap.equal("nobody is made for an invite that was refused",
                  [row for row in state["guests"] if row["name"] == "Nobody"], [])
        tap.equal("one slot, one right", [row["id"] for row in state["role_assignments"]
                                          if (row["assignee_id"], row["applies_to_id"]) == (42, 7)
                                          and row["assignee_type"] == "User" and row["id"] == 905], [])
        tap.equal("no door was opened", kisi.unlocks(), [])
        # 10 API keys, and no more; of 40 devices the oldest makes room
        own = {"domain": "harbour", "email": "cy@example.org", "password": "any"}
        made = [kisi.call("POST", "/logins", {"login": {"type": "api"}, "user": own}).status for _ in range(11)]
        tap.equal("API logins", made, [200] * 10 + [403])
        devices = [kisi.call("POST", "/logins", {"login": {}, "user": own}).json for _ in range(42)]
        kept = {row["id"] for row in kisi.get("/logins", user_id=44, limit=250).json}
        tap.equal("device logins", [row["id"] in kept for row in devices].count(False), 2)
        tap.ok("the oldest went", devices[0]["id"] not in kept and devices[-1]["id"] in kept)
        bo = kisi.call("POST", "/logins", {"login": {}, "user": SIGN_IN}).json["secret"]
        tap.equal("all of Bo's logins but this one", kisi.call("DELETE", "/login/elsewhere", key=bo).status, 204)
        tap.equal("he is still in", kisi.call("GET", "/user", key=bo).json["email"], "bo@example.org")
        tap.equal("who is not the owner may go", kisi.call("DELETE", "/user", key=bo).status, 204)
        tap.equal("and is gone", [row["id"] for row in kisi.get("/users").json if row["id"] == 43], [])
        tap.equal("with his keys", kisi.call("GET", "/user", key=bo).status, 401)
        for key, why in (("\xff", "not UTF-8"), ("", "empty"), ("sandbox-key2", "another")):
            headers = {"Authorization": f"KISI-LOGIN {key}".encode("latin-1")}
            tap.equal(f"a key that is {why}", kisi.call("GET", "/user", key=None, headers=headers).status, 401)


def check_switches():
    with Sandbox(VENUE, now="2026-11-14T12:00:00Z", keys=["bo@43"]) as kisi:
        for times, wanted in (("seconds", ":00Z"), ("offset", ":00+00:00"), ("milliseconds", ":00.000Z")):
            kisi.switch(times=times)
            made = kisi.call("POST", "/role_assignments", right(
                assignee_id=44, valid_until="2026-12-01T09:00:00+01:00")).json
            tap.equal(f"times={times}", made["valid_until"], "2026-12-01T08:00" + wanted)
            kisi.call("DELETE", f"/role_assignments/{made['id']}")
        kisi.switch(unknown_fields="on")
        tap.equal("unknown_fields=on", kisi.get("/users/43").json["tomorrows_field"], [])
        kisi.switch(unknown_fields="off", unwrapped="accept")
        tap.equal("unwrapped=accept", kisi.call("POST", "/groups", {"name": "Loose"}).json["name"], "Loose")
        kisi.switch(email_filter="partial")
        tap.equal("email_filter=partial", [row["id"] for row in kisi.get("/users", email="BO@").json], [43])
        kisi.switch(email_filter="exact", search_lag_ms=3600000, search_lag_on="email")
        kisi.call("POST", "/users", {"user": {"email": "late@example.org"}})
        tap.equal("search_lag_on=email", kisi.get("/users", email="late@example.org").json, [])
        kisi.switch(search_lag_ms=0)
        tap.equal("no lag", len(kisi.get("/users", email="late@example.org").json), 1)
        kisi.switch(window_elsewhere=422)
        there = {"applies_to_type": "Place", "applies_to_id": 502, "role_id": "place_basic"}
        tap.equal("window_elsewhere=422", refused(kisi, "POST", "/role_assignments", right(
            **there, valid_from="2027-01-01T00:00:00Z"))[0], 422)
        tap.equal("but none is none", refused(kisi, "POST", "/role_assignments", right(**there))[0], 200)
        kisi.switch(users_count="direct")
        direct = kisi.get("/groups/8").json["users_count"]
        kisi.switch(users_count="teams")
        tap.equal("users_count", (direct, kisi.get("/groups/8").json["users_count"]), (1, 2))
        late = invite({"resource_type": "User", "email": "late@example.org", "name": "Late"})
        kisi.switch(invite_existing=409)
        tap.equal("invite_existing=409", refused(kisi, "POST", "/invites", late)[0], 409)
        kisi.switch(invite_existing="reuse")
        tap.equal("invite_existing=reuse", refused(kisi, "POST", "/invites", late)[0], 200)
        kisi.switch(link_read=405, bad_parameter=422)
        tap.equal("link_read=405", refused(kisi, "GET", "/group_links/1")[0], 405)
        tap.equal("bad_parameter=422", refused(kisi, "GET", "/users?limit=x")[0], 422)
        for status in (422, 403):
            kisi.switch(link_quota=1, link_quota_status=status)
            tap.equal(f"link_quota_status={status}", refused(kisi, "POST", "/group_links", {"group_link": {
                "name": "A", "group_id": 7, "email": "a@example.org"}})[0], status)
        kisi.switch(logins_scope_all="on")
        tap.ok("logins_scope_all=on", len(kisi.get("/logins", scope="all").json) > 1)
        tap.equal("the owner may do all", kisi.get("/users").status, 200)
        tap.equal("anybody may", kisi.call("GET", "/users", key="bo").status, 200)
        kisi.switch(permissions="on")
        tap.equal("permissions=on: the owner still may", kisi.get("/users").status, 200)
        tap.equal("who has no role may not", kisi.call("GET", "/users", key="bo").status, 403)
        kisi.call("POST", "/role_assignments", {"role_assignment": {
            "organization_id": 9, "user_id": 43, "role_id": "observer"}})
        tap.equal("who may read", kisi.call("GET", "/users", key="bo").status, 200)
        tap.equal("may not write", kisi.call("POST", "/users", {"user": {"email": "x@y.z"}}, key="bo").status, 403)
        for body, word in (({"moon": "on"}, "no switch"), ({"times": "never"}, "not one of"), ([], "write"),
                           ({"times": None}, "not one of")):
            reply = kisi.call("POST", "/__sandbox/switches", body, key=None)
            tap.ok(f"switches {body}", reply.status == 400 and word in reply.body.decode(), reply.body)
        for body in ({"fault": "GET /users 999"}, {"fault": ""}, {}, []):
            tap.equal(f"faults {body}", kisi.call("POST", "/__sandbox/faults", body, key=None).status, 400)


def check_faults():
    def count(kisi, path):
        return kisi.get(path).range()[2]

    for path in ("/role_assignments", "/team_memberships", "/group_locks?group_id=7", "/groups", "/group_links", "/teams",
                 "/schedules"):
        with Sandbox(VENUE, faults=[f"GET {path.split('?')[0]} page-grow"]) as kisi:
            before, after = count(kisi, path), count(kisi, path)
            tap.equal(f"page-grow {path}", after, before + 1)
            tap.ok("and it is a whole one", not any(row is None for row in kisi.get(path).json))
    with Sandbox(snapshot(users=[{"id": 42}]), faults=["GET /users page-repeat", "GET /users page-shrink after=1"]) as kisi:
        tap.equal("page-repeat of one row", [row["id"] for row in kisi.get("/users").json], [42, 42])
        kisi.get("/users")
        tap.equal("page-shrink leaves who asks", count(kisi, "/users"), 1)
    with Sandbox(VENUE) as kisi:
        for method, path in (("POST", "/locks/12/unlock"), ("POST", "/locks/12/lock_down"), ("DELETE", "/login"),
                             ("DELETE", "/login/elsewhere")):
            kisi.fault(f"{method} {path} noop")
            tap.ok(f"noop {path}", kisi.call(method, path).status in (200, 204))
        tap.equal("no door was opened", kisi.unlocks(), [])
        tap.equal("it is not locked down", kisi.get("/locks/12").json["locked_down"], False)
        tap.equal("the key is good still", kisi.get("/user").status, 200)
        kisi.fault("POST /invites noop")
        before = len(kisi.state()["guests"])
        kisi.call("POST", "/invites", invite(GUEST))
        tap.equal("an invite that did nothing leaves no guest", len(kisi.state()["guests"]), before)
        kisi.fault("GET /organization truncate bytes=3")
        try:
            kisi.get("/organization")
            tap.ok("truncate bytes=", False)
        except ValueError:
            tap.ok("truncate bytes=", True)


def start(*options, stdin=None):
    """How kisi-sandbox ends that cannot begin: exit code and what it said."""
    done = subprocess.run([program("KISI_SANDBOX", "build/kisi-sandbox"), *options], capture_output=True, text=True,
                          timeout=WAIT_SECONDS, check=False)
    return done.returncode, done.stdout + done.stderr


def check_start():
    folder = pathlib.Path(new_folder())
    (folder / "keys").write_text("one@42\n\n  two  \n")
    (folder / "keys-bad").write_text("one@99\n")
    (folder / "venue.json").write_text("{}")
    for text, word in (('{"users":[5]}', "not an object"), ('{"users":[]}{}', "more than one document"),
                       ('{"users":[{"id":0}]}', "id"), ('{"roles":[{"id":5}]}', "not a text"),
                       ('{"roles":[{"id":"a"},{"id":"a"}]}', "another role"),
                       ('{"users":[{"id":99999999999999999999}]}', "id"),
                       ('{"schedules":[{"id":1,"scheduleable_type":"Lock","scheduleable_id":1}]}', "type"),
                       ('{"schedules":[{"id":1,"type":"single_event","scheduleable_type":"Moon"}]}', "scheduleable_type"),
                       ('{"schedules":[{"id":1,"type":"single_event","scheduleable_type":"Lock","scheduleable_id":1}]}',
                        "starts_at"),
                       ('{"schedules":[{"id":1,"type":"recurring_event","scheduleable_type":"Lock","scheduleable_id":1,'
                        '"starts_at_time":"8:00"}]}', "hh:mm"),
                       ('{"schedules":[{"id":1,"type":"recurring_event","scheduleable_type":"Lock","scheduleable_id":1,'
                        '"starts_at_time":"25:00"}]}', "hh:mm"),
                       ('{"role_assignments":[{"id":1,"assignee_type":"Moon","assignee_id":1,"applies_to_type":"Group",'
                        '"applies_to_id":1}]}', "role_assignments"),
                       ('{"role_assignments":[{"id":1,"assignee_type":"User","assignee_id":1}]}', "role_assignments")):
        (folder / "odd.json").write_text(text)
        code, said = start("--port=0", f"--snapshot={folder / 'odd.json'}")
        tap.ok(f"refuses {text[:70]}", code == 65 and word in said, (code, said))
    for options, code, word in ((("--moon",), 64, "moon"), (("extra",), 64, "extra"), (("--port=70000",), 64, "port"),
                                (("--port=-1",), 64, "port"), (("--now=noon",), 64, "noon"),
                                (("--switch=times",), 64, "no value"), (("--switch=tines=x",), 64, "times"),
                                (("--fault=GET",), 64, ""), (("--key= ",), 64, "blank"), (("--key=a@99",), 64, "99"),
                                (("--key=a", "--key=a"), 64, ""), (("--key-file=/nowhere",), 78, "nowhere"),
                                ((f"--key-file={folder / 'keys-bad'}",), 64, "99"),
                                (("--snapshot=/nowhere",), 65, "nowhere"), ((f"--snapshot={folder}",), 65, ""),
                                (("--version",), 0, "kisi-sandbox")):
        found, said = start("--port=0", *options)
        tap.ok(f"{' '.join(options)}: exit {code}", found == code and word in said, (found, said))
    with Sandbox(VENUE, options=[f"--key-file={folder / 'keys'}"]) as kisi:
        tap.equal("keys of a file", [kisi.call("GET", "/user", key=key).status for key in ("one", "two", "three")],
                  [200, 200, 401])
        found, said = start(f"--port={kisi.port}")
        tap.ok("a port that is taken", found == 1 and str(kisi.port) in said, (found, said))
        os.kill(kisi.process.pid, signal.SIGUSR1)
        tap.equal("SIGUSR1 does not stop it", kisi.get("/user").status, 200)
    with Sandbox(None) as kisi:
        tap.equal("without a file there is an owner", kisi.get("/user").json["email"], "owner@example.org")
    with Sandbox(VENUE, options=["--dump=/nowhere/dump.json"], quiet=True) as kisi:
        kisi.process.send_signal(signal.SIGTERM)
        tap.equal("a dump that cannot be written", kisi.process.wait(WAIT_SECONDS), 1)
        kisi.process.returncode = 0


check_filters()
check_writes()
check_switches()
check_faults()
check_start()
tap.done()
