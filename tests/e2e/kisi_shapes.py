"""What Kisi's objects look like, as one compact table, and a checker for it.

A shape is a line of `name:type` words.  Types: i integer, n number, s text, b boolean, t instant, d date,
h hh:mm, o object, a array, 0 null; a `?` behind means "or null"; `@Name` is a nested object of that shape,
`=word|word` one of these texts.  A name with a leading `~` may be absent.  Nothing else may be in the object.
"""

import re

STUBS = {
    "UserStub": "id:i resource_type:=User email:s name:s",
    "GroupStub": "id:i resource_type:=Group name:s",
    "PlaceStub": "id:i resource_type:=Place name:s",
    "TeamStub": "id:i resource_type:=Team name:s",
    "MemberStub": "id:i resource_type:=Member name:s",
    "OrganizationStub": "id:i resource_type:=Organization name:s domain:s",
    "GuestStub": "id:i resource_type:=Guest name:s email:s? phone_number:s?",
    "LockStub": "id:i description:s? name:s",
    "LockPlaceStub": "id:i name:s latitude:n? longitude:n?",
    "MemberUserStub": "id:i resource_type:=User email:s name:s otp_required_for_login:b",
    "Target": "id:i type:=Group|Lock|ElevatorStop name:s",
    "Span": "starts_at:t ends_at:t",
    "RightStub": "id:i resource_type:=RoleAssignment role_id:s ~valid_from:t? ~valid_until:t?",
    "KeyStub": "id:i resource_type:=AccessKey link_enabled:b qr_code_enabled:b",
}

BORN = "created_at:t updated_at:t "
MAKER = "created_by_type:s? created_by_id:i? "
RIGHT = ("id:i resource_type:=RoleAssignment " + BORN + MAKER + "role_id:s notify:b applies_to_id:i"
         " assignee_type:=User|Team|Guest assignee_id:i assignee:@Any user_id:i? ~user:@UserStub"
         " assignee_team_id:i? ~assignee_team:@TeamStub guest_id:i? ~guest:@GuestStub issued_by_id:i? ")
SCHEDULE = ("id:i resource_type:=Schedule " + BORN + "name:s? enabled:b override:b"
            " consequence:=allow|first_to_arrive|permit|unlock scheduleable_type:=Group|Lock|ElevatorStop"
            " scheduleable_id:i scheduleable:@Target place_id:i? ~place:@PlaceStub integration_id:i? ")
LINK = ("id:i resource_type:=GroupLink name:s email:s? phone:s? last_used_at:t? link_enabled:b"
        " quick_response_code_type:s? valid_from:t? valid_until:t? " + BORN + MAKER +
        "group_id:i group:@GroupStub ~created_by:@Any issued_by_id:i? ~issued_by:@UserStub ")
LOGIN = ("id:i " + BORN + "type:=api|device name:s? primary:b expire:b last_used_at:t? device_brand:s?"
         " device_model:s? os_name:s? user_id:i user:@UserStub app:o user_agent:o device:o os:o ")
INVITE = ("id:i resource_type:=Invite notify:b " + BORN + "invites_to_id:i invitee_type:=User|Guest invitee_id:i"
          " invitee:@Any ~access_key:@KeyStub ")

SHAPES = {
    "Error": "code:s error:s",
    "Errors": "errors:o",
    "User": "id:i resource_type:=User name:s email:s " + BORN + "metadata:o image:s? otp_required_for_login:b"
            " password_flow_enabled:b access_enabled:b last_accessed_at:t? scim_access_enabled:b notes:s?"
            " organization_id:i confirmed:b groups_count:i",
    "CurrentUser": "id:i resource_type:=User name:s email:s image:s? locale:s? notifications_unread_count:i"
                   " otp_required_for_login:b otp_enabled_at:t? primary_login_exists:b " + BORN +
                   "announcements_last_seen_at:t? last_read_at:o? notes:s? organization_id:i"
                   " organization:@OrganizationStub",
    "Member": "id:i resource_type:=Member name:s image:s? password_flow_enabled:b access_enabled:b"
              " scim_access_enabled:b last_accessed_at:t? " + BORN + "role_id:s notes:s? metadata:o"
              " organization_id:i? user_id:i user:@MemberUserStub place_id:0 shares_count:i confirmed:b",
    "OrganizationRight": RIGHT + "applies_to_type:=Organization applies_to:@OrganizationStub type:=organization"
                         " scope:=organization organization_id:i organization:@OrganizationStub",
    "PlaceRight": RIGHT + "applies_to_type:=Place applies_to:@PlaceStub type:=place scope:=place place_id:i"
                  " place:@PlaceStub",
    "GroupRight": RIGHT + "applies_to_type:=Group applies_to:@GroupStub type:=group scope:=group group_id:i"
                  " group:@GroupStub valid_from:t? valid_until:t?",
    "Share": "id:i resource_type:=Share " + BORN + MAKER + "email:s notify:b? role_id:=manager|basic valid_from:t?"
             " valid_until:t? group_id:i group:@GroupStub member_id:i member:@MemberStub place_id:i?"
             " ~place:@PlaceStub user_id:i user:@UserStub ~created_by:@Any lock_id:0 apply_to_place:b role:s?"
             " issued_to_id:i? issued_to_email:s issued_by_id:i? ~issued_by:@UserStub",
    "Group": "id:i resource_type:=Group name:s description:s? " + BORN + "geofence_restriction_enabled:b"
             " geofence_restriction_radius:n primary_device_restriction_enabled:b"
             " managed_device_restriction_enabled:b reader_restriction_enabled:b time_restriction_enabled:b"
             " tap_to_access_restriction_enabled:b login_enabled:b users_count:i locks_count:i"
             " elevator_stops_count:i place_id:i? ~place:@PlaceStub time_restriction_time_zone:s?"
             " members_count:i",
    "GroupLock": "id:i resource_type:=GroupLock " + BORN + "group_id:i group:@GroupStub lock_id:i lock:@LockStub"
                 " place_id:i place:@PlaceStub",
    "GroupLink": LINK,
    "NewGroupLink": LINK + "secret:s? quick_response_code_token:s? quick_response_code_image:s?",
    "recurring_event": SCHEDULE + "type:=recurring_event monday:b tuesday:b wednesday:b thursday:b friday:b"
                       " saturday:b sunday:b starts_at_time:h ends_at_time:h next_occurence:@Span",
    "single_event": SCHEDULE + "type:=single_event starts_at:t ends_at:t",
    "single_all_day_event": SCHEDULE + "type:=single_all_day_event starts_at_date:d ends_at_date:d",
    "holiday_calendar": SCHEDULE + "type:=holiday_calendar region:s observed:b ignored_holidays:a holidays:a",
    "Place": "id:i resource_type:=Place name:s description:s? " + BORN + "latitude:n? longitude:n? address:s"
             " image:s? time_zone:s? tz_time_zone:s? locks_count:i integrations_count:i locked_down:b"
             " locked_down_since:t? occupancy_rate:n? ~favorite:b organization_id:i"
             " organization:@OrganizationStub color:s? logo:s? user_id:0 members_count:i",
    "Lock": "id:i resource_type:=Lock " + BORN + "configured:b description:s? first_to_arrive_required_until:t?"
            " first_to_arrive_satisfied:b latitude:n? locked_down:b locked_down_since:t? longitude:n? name:s"
            " on_scheduled_unlock:b online:b? open:b order_id:i? unlocked:b geofence_restriction_enabled:b?"
            " geofence_restriction_radius:n reader_restriction_enabled:b? time_restriction_enabled:b?"
            " time_restriction_time_zone:s? ~favorite:b place_id:i place:@LockPlaceStub floor_id:i?"
            " groups_count:i unlocked_until:t?",
    "Unlocked": "message:=Unlocked!",
    "Team": "id:i resource_type:=Team name:s " + BORN,
    "TeamMembership": "id:i resource_type:=TeamMembership " + BORN + "team_id:i team:@TeamStub"
                      " member_type:=User|Guest member_id:i member:@Any",
    "Role": "id:s resource_type:=Role applies_to:=Organization|Place|Group name:s description:s? custom:b"
            " permissions:o custom_role_id:i?",
    "Organization": "id:i resource_type:=Organization name:s domain:s logo:s? address:s? description:s?"
                    " device_logins_expire_after:i? places_count:i scim_enabled:b sso_flow_enabled:b"
                    " sso_expiration_override_enabled:b sso_expiration_override:i? metadata:s? time_zone:s"
                    " web_authentication_api_enabled:b apple_pass_enabled:b " + BORN + "user_id:i?"
                    " transfer_to_id:i? ~transfer_to:@UserStub image:s? color:s?",
    "Login": LOGIN,
    "CurrentLogin": LOGIN + "scram_credentials:o?",
    "NewLogin": LOGIN + "scram_credentials:o? secret:s authentication_token:s has_primary_device:b email:s"
                " notifications_unread_count:i otp_required_for_login:b otp_enabled_at:t? image:s?"
                " primary_login_exists:b",
    "Guest": "id:i resource_type:=Guest name:s email:s? phone_number:s? " + BORN,
    "RightInvite": INVITE + "invites_to_type:=Place|Group role_assignment_id:i role_assignment:@RightStub",
    "TeamInvite": INVITE + "invites_to_type:=Team team_membership_id:i",
}

# Objects whose shape depends on what they say.
VARIANTS = {
    "RoleAssignment": ("applies_to_type", {"Organization": "OrganizationRight", "Place": "PlaceRight",
                                           "Group": "GroupRight"}),
    "Schedule": ("type", {name: name for name in ("recurring_event", "single_event", "single_all_day_event",
                                                  "holiday_calendar")}),
    "Invite": ("invites_to_type", {"Place": "RightInvite", "Group": "RightInvite", "Team": "TeamInvite"}),
    "Any": ("resource_type", {name: name + "Stub" for name in ("User", "Guest", "Team")}),
}

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def _is_text(value, pattern=""):
    return isinstance(value, str) and re.search(pattern, value) is not None


CHECKS = {
    "i": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "n": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "s": _is_text,
    "b": lambda v: isinstance(v, bool),
    "t": lambda v: _is_text(v, INSTANT),
    "d": lambda v: _is_text(v, r"^\d{4}-\d\d-\d\d$"),
    "h": lambda v: _is_text(v, r"^\d\d:\d\d$"),
    "o": lambda v: isinstance(v, dict),
    "a": lambda v: isinstance(v, list),
    "0": lambda v: v is None,
}


def _fits(kind, value, where):
    """Complaints about one value."""
    if kind.startswith("@"):
        return complaints(kind[1:], value, where)
    if kind.startswith("="):
        return [] if value in kind[1:].split("|") else [f"{where}: {value!r} is not {kind[1:]}"]
    if value is None and kind.endswith("?"):
        return []
    return [] if CHECKS[kind.rstrip("?")](value) else [f"{where}: {value!r} is not of type {kind}"]


def complaints(name, value, where=""):
    """What is wrong with value as an object of that shape: a list of texts, empty when it is right."""
    where = where or name
    if not isinstance(value, dict):
        return [f"{where}: {value!r} is not an object"]
    if name in VARIANTS:
        key, shapes = VARIANTS[name]
        if value.get(key) not in shapes:
            return [f"{where}: {key} is {value.get(key)!r}"]
        name = shapes[value[key]]
    out = []
    known = set()
    for word in (STUBS.get(name) or SHAPES[name]).split():
        member, kind = word.split(":", 1)
        optional = member.startswith("~")
        member = member.lstrip("~")
        known.add(member)
        if member in value:
            out += _fits(kind, value[member], f"{where}.{member}")
        elif not optional:
            out.append(f"{where}: {member} is missing")
    out += [f"{where}: {member} should not be there" for member in value if member not in known]
    return out
