/*
 * What the objects of Kisi's API mean in the model, field by field.  What it cannot understand it
 * does not guess, since a right that was misread would be taken from a person: it notes what the
 * object concerns.  It does not ask whether a collection is complete.
 */
#include "kisi/snapshot_object.h"

#include "base/failure.h"
#include "base/json.h"
#include "model/doubts.h"

#include <string.h>

/* The years that base/instant.h reads, as text. */
#define FIRST_YEAR "1970"
#define LAST_YEAR "2199"
#define YEAR_DIGITS 4

typedef bool object_parser(struct snapshot *snapshot, struct json_object *object, GError **error);

static bool
refuse(GError **error, const char *what)
{
	return fail(error, EXIT_HELD, NULL, "%s", what);
}

static bool
need_id(struct json_object *object, const char *key, int64_t *out, GError **error)
{
	char *what = NULL;

	if (json_integer(object, key, out) && *out > 0)
		return true;
	what = g_strdup_printf("%s is missing or no whole number above 0", key);
	refuse(error, what);
	g_free(what);
	return false;
}

/* Absent or null is 0; anything else must be an id. */
static bool
maybe_id(struct json_object *object, const char *key, int64_t *out, GError **error)
{
	*out = 0;
	return json_member(object, key) == NULL || need_id(object, key, out, error);
}

static bool
need_text(struct json_object *object, const char *key, const char **out, GError **error)
{
	char *what = NULL;

	*out = json_text(object, key);
	if (*out != NULL)
		return true;
	what = g_strdup_printf("%s is missing", key);
	refuse(error, what);
	g_free(what);
	return false;
}

static bool
flag(struct json_object *object, const char *key, bool absent)
{
	bool value = absent;

	json_boolean(object, key, &value);
	return value;
}

/*
 * Is this a time in a year that our calendar leaves out?  Programs write 9999 for "never" and 0001
 * for "always" (it is .NET's zero); one such row must not make the organisation unreadable.  The
 * rest of the text is proven in a leap year, so that 29 February passes.
 */
static bool
outside_calendar(const char *text, bool late)
{
	char *moved = NULL;
	bool yes = false;
	instant t = 0;

	if (text == NULL || strlen(text) <= YEAR_DIGITS || text[YEAR_DIGITS] != '-')
		return false;
	for (size_t i = 0; i < YEAR_DIGITS; i++)
		if (!g_ascii_isdigit(text[i]))
			return false;
	if (late ? strncmp(text, LAST_YEAR, YEAR_DIGITS) <= 0
		 : strncmp(text, FIRST_YEAR, YEAR_DIGITS) >= 0)
		return false;
	moved = g_strconcat("1972", text + YEAR_DIGITS, NULL);
	yes = instant_parse(moved, &t);
	g_free(moved);
	return yes;
}

static bool
interval(struct json_object *object, const char *from, const char *until, struct interval *out,
    GError **error)
{
	if (!json_instant(object, from, INSTANT_ALWAYS, &out->from)) {
		if (!outside_calendar(json_text(object, from), false))
			return refuse(error, "its beginning is not a time");
		out->from = INSTANT_ALWAYS;
	}
	if (!json_instant(object, until, INSTANT_NEVER, &out->until)) {
		if (!outside_calendar(json_text(object, until), true))
			return refuse(error, "its end is not a time");
		out->until = INSTANT_NEVER;
	}
	/*
	 * Dropping parts of a second can bring both ends together; an interval has at least one
	 * second.
	 */
	if (out->until == out->from)
		out->until++;
	if (out->until < out->from)
		return refuse(error, "its end is before its beginning");
	return true;
}

static bool
parse_place(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_place place = {0};

	if (!need_id(object, "id", &place.id, error) ||
	    !need_text(object, "name", &place.name, error))
		return false;
	place.name = snapshot_text(snapshot, place.name);
	place.time_zone = json_text(object, "tz_time_zone");
	if (place.time_zone == NULL)
		place.time_zone = json_text(object, "time_zone");
	place.time_zone = snapshot_text(snapshot, place.time_zone);
	place.locked_down = flag(object, "locked_down", false);
	g_array_append_val(snapshot->places, place);
	return true;
}

/* Locks have some of these, groups all (kisi-api 5.2, 5.3). */
static unsigned
restrictions(struct json_object *object)
{
	static const struct {
		const char *key;
		unsigned restriction;
	} keys[] = {
	    {"reader_restriction_enabled", RESTRICTION_READER},
	    {"tap_to_access_restriction_enabled", RESTRICTION_TAP},
	    {"geofence_restriction_enabled", RESTRICTION_GEOFENCE},
	    {"time_restriction_enabled", RESTRICTION_TIME},
	    {"primary_device_restriction_enabled", RESTRICTION_DEVICE},
	    {"managed_device_restriction_enabled", RESTRICTION_DEVICE},
	};
	unsigned found = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (flag(object, keys[i].key, false))
			found |= keys[i].restriction;
	return found;
}

/* What Kisi does not say is well. */
static unsigned
trouble(struct json_object *object)
{
	return (flag(object, "online", true) ? 0 : TROUBLE_OFFLINE) |
	       (flag(object, "configured", true) ? 0 : TROUBLE_UNCONFIGURED) |
	       (flag(object, "locked_down", false) ? TROUBLE_LOCKED_DOWN : 0);
}

/* A time that nothing depends on but what reports tell: one that cannot be read is not known. */
static instant
told_time(struct json_object *object, const char *key)
{
	instant t = 0;
	return json_instant(object, key, 0, &t) ? t : 0;
}

static bool
parse_lock(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_lock lock = {0};

	if (!need_id(object, "id", &lock.id, error) ||
	    !need_text(object, "name", &lock.name, error) ||
	    !maybe_id(object, "place_id", &lock.place_id, error))
		return false;
	lock.name = snapshot_text(snapshot, lock.name);
	lock.restrictions = restrictions(object);
	lock.trouble = trouble(object);
	g_array_append_val(snapshot->locks, lock);
	return true;
}

static bool
parse_group(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_group group = {.locks_count = -1};

	if (!need_id(object, "id", &group.id, error) ||
	    !need_text(object, "name", &group.name, error) ||
	    !maybe_id(object, "place_id", &group.place_id, error))
		return false;
	group.name = snapshot_text(snapshot, group.name);
	json_integer(object, "locks_count", &group.locks_count);
	group.login_enabled = flag(object, "login_enabled", true);
	group.restrictions = restrictions(object);
	g_array_append_val(snapshot->groups, group);
	return true;
}

static bool
parse_group_lock(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_group_lock relation = {0};

	if (!maybe_id(object, "id", &relation.id, error) ||
	    !need_id(object, "group_id", &relation.group_id, error) ||
	    !need_id(object, "lock_id", &relation.lock_id, error))
		return false;
	g_array_append_val(snapshot->group_locks, relation);
	return true;
}

static bool
parse_user(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_user user = {0};

	if (!need_id(object, "id", &user.id, error))
		return false;
	if (json_member(object, "email") != NULL && json_text(object, "email") == NULL)
		return refuse(error, "its email is no text");
	user.email = snapshot_text(snapshot, json_text(object, "email"));
	user.name = snapshot_text(snapshot, json_text(object, "name"));
	user.access_enabled = flag(object, "access_enabled", true) &&
			      flag(object, "scim_access_enabled", true);
	user.confirmed = flag(object, "confirmed", true);
	user.created_at = told_time(object, "created_at");
	user.last_access_at = told_time(object, "last_accessed_at");
	g_array_append_val(snapshot->users, user);
	return true;
}

/* The index of the word, or -1. */
static int
word_of(const char *word, const char *const *words)
{
	for (int i = 0; word != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

bool
snapshot_parse_assignment(struct json_object *object, struct kisi_assignment *out, GError **error)
{
	static const char *const assignees[] = {"User", "Team", "Guest", NULL};
	static const char *const targets[] = {"Organization", "Place", "Group", NULL};
	struct kisi_assignment assignment = {0};
	int assignee = word_of(json_text(object, "assignee_type"), assignees);
	int target = word_of(json_text(object, "applies_to_type"), targets);

	if (!need_id(object, "id", &assignment.id, error))
		return false;
	if (assignee < 0)
		return refuse(error, "assignee_type is not a known word");
	if (target < 0)
		return refuse(error, "applies_to_type is not a known word");
	if (!need_text(object, "role_id", &assignment.role_id, error) ||
	    !need_id(object, "assignee_id", &assignment.assignee_id, error) ||
	    !need_id(object, "applies_to_id", &assignment.applies_to_id, error) ||
	    !interval(object, "valid_from", "valid_until", &assignment.valid, error))
		return false;
	assignment.assignee = (enum assignee)assignee;
	assignment.created_at = told_time(object, "created_at");
	const char *creator = json_text(object, "created_by_type");
	assignment.creator = g_strcmp0(creator, "User") == 0 ? CREATOR_USER
			     : creator != NULL		     ? CREATOR_APP
							     : CREATOR_UNKNOWN;
	json_integer(object, "created_by_id", &assignment.creator_id);
	assignment.applies_to = (enum applies_to)target;
	*out = assignment;
	return true;
}

/* Keep what the assignment says about its user; only used when the list of users lacks that one. */
static void
keep_stub(struct snapshot *snapshot, struct json_object *object, int64_t user_id)
{
	struct json_object *stub = json_member(object, "assignee");
	struct kisi_user user = {.id = user_id, .access_enabled = true, .confirmed = true};
	GArray *stubs = snapshot->stubs;

	/* Assignments of one person mostly come together. */
	if (stubs->len > 0 && g_array_index(stubs, struct kisi_user, stubs->len - 1).id == user_id)
		return;
	user.email = snapshot_text(snapshot, json_text(stub, "email"));
	user.name = snapshot_text(snapshot, json_text(stub, "name"));
	g_array_append_val(stubs, user);
}

static bool
parse_assignment(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_assignment assignment;

	if (!snapshot_parse_assignment(object, &assignment, error))
		return false;
	assignment.role_id = snapshot_text(snapshot, assignment.role_id);
	if (assignment.assignee == ASSIGNEE_USER)
		keep_stub(snapshot, object, assignment.assignee_id);
	g_array_append_val(snapshot->assignments, assignment);
	return true;
}

static bool
parse_link(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_link link = {0};

	if (!need_id(object, "id", &link.id, error) ||
	    !need_text(object, "name", &link.name, error) ||
	    !need_id(object, "group_id", &link.group_id, error) ||
	    !interval(object, "valid_from", "valid_until", &link.valid, error))
		return false;
	link.name = snapshot_text(snapshot, link.name);
	link.email = snapshot_text(snapshot, json_text(object, "email"));
	link.enabled = flag(object, "link_enabled", true);
	g_array_append_val(snapshot->links, link);
	return true;
}

/* The days of the week and the time of day; NULL when it says no days.  Caller frees. */
static char *
hours(struct json_object *object)
{
	static const char *const days[] = {
	    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
	static const char *const words[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	const char *from = json_text(object, "starts_at_time"),
		   *until = json_text(object, "ends_at_time");
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(days); i++)
		if (flag(object, days[i], false))
			g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", words[i]);
	if (text->len == 0)
		return g_string_free(text, TRUE);
	if (from != NULL && until != NULL)
		g_string_append_printf(text, " %.5s-%.5s", from, until);
	return g_string_free(text, FALSE);
}

static bool
parse_schedule(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_schedule schedule = {.span = {INSTANT_ALWAYS, INSTANT_NEVER}};
	g_autofree char *weekly = NULL;

	if (!need_id(object, "id", &schedule.id, error) ||
	    !need_text(object, "type", &schedule.type, error) ||
	    !need_text(object, "consequence", &schedule.consequence, error) ||
	    !need_text(object, "scheduleable_type", &schedule.target_type, error) ||
	    !need_id(object, "scheduleable_id", &schedule.target_id, error))
		return false;
	if (strcmp(schedule.type, "single_event") == 0 &&
	    !interval(object, "starts_at", "ends_at", &schedule.span, error))
		return false;
	schedule.name = snapshot_text(snapshot, json_text(object, "name"));
	schedule.type = snapshot_text(snapshot, schedule.type);
	schedule.consequence = snapshot_text(snapshot, schedule.consequence);
	schedule.target_type = snapshot_text(snapshot, schedule.target_type);
	schedule.enabled = flag(object, "enabled", true);
	schedule.override = flag(object, "override", false);
	weekly = hours(object);
	schedule.hours = snapshot_text(snapshot, weekly);
	g_array_append_val(snapshot->schedules, schedule);
	return true;
}

static bool
parse_team(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_team team = {0};

	if (!need_id(object, "id", &team.id, error) ||
	    !need_text(object, "name", &team.name, error))
		return false;
	team.name = snapshot_text(snapshot, team.name);
	g_array_append_val(snapshot->teams, team);
	return true;
}

static bool
parse_team_member(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	static const char *const kinds[] = {"User", "Guest", NULL};
	struct kisi_team_member member = {0};
	int kind = word_of(json_text(object, "member_type"), kinds);

	if (kind < 0)
		return refuse(error, "member_type is not a known word");
	if (!need_id(object, "team_id", &member.team_id, error) ||
	    !need_id(object, "member_id", &member.member_id, error))
		return false;
	member.guest = kind == 1;
	g_array_append_val(snapshot->team_members, member);
	return true;
}

static bool
parse_role(struct snapshot *snapshot, struct json_object *object, GError **error)
{
	struct kisi_role role = {0};

	if (!need_text(object, "id", &role.id, error) ||
	    !need_text(object, "applies_to", &role.applies_to, error))
		return false;
	role.id = snapshot_text(snapshot, role.id);
	role.name = snapshot_text(snapshot, json_text(object, "name"));
	role.applies_to = snapshot_text(snapshot, role.applies_to);
	g_array_append_val(snapshot->roles, role);
	return true;
}

/* --- what is not understood --- */

/* What can be read of one whose name or place cannot: it must not look as if it were not there. */
static void
salvage_place(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	struct kisi_place place = {.id = doubt->id, .name = ""};

	g_array_append_val(snapshot->places, place);
	doubt->place_id = doubt->id;
}

static const char *
name_of(struct snapshot *snapshot, struct json_object *object)
{
	const char *name = json_text(object, "name");

	return snapshot_text(snapshot, name == NULL ? "" : name);
}

/* No place has this id: of what is there nobody knows, nothing is taken for being here. */
#define NOWHERE (-1)

static void
salvage_lock(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	struct kisi_lock lock = {.id = doubt->id, .place_id = NOWHERE};

	lock.name = name_of(snapshot, object);
	g_array_append_val(snapshot->locks, lock);
	doubt->lock_id = doubt->id;
}

static void
salvage_group(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	struct kisi_group group = {
	    .id = doubt->id, .place_id = NOWHERE, .locks_count = -1, .login_enabled = true};

	group.name = name_of(snapshot, object);
	g_array_append_val(snapshot->groups, group);
	doubt->group_id = doubt->id;
}

static int64_t
id_or_none(struct json_object *object, const char *key)
{
	int64_t id = 0;

	return json_integer(object, key, &id) && id > 0 ? id : 0;
}

/* A lock more than is known: the group is not the one that holds just the other. */
static void
salvage_group_lock(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	struct kisi_group_lock relation = {.id = doubt->id, .lock_id = -doubt->id};

	relation.group_id = doubt->group_id = id_or_none(object, "group_id");
	doubt->lock_id = id_or_none(object, "lock_id");
	doubt->anywhere = doubt->group_id == 0;
	if (doubt->group_id != 0)
		g_array_append_val(snapshot->group_locks, relation);
}

static void
salvage_user(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	struct kisi_user user = {.id = doubt->id, .access_enabled = true, .confirmed = true};

	user.name = snapshot_text(snapshot, json_text(object, "name"));
	g_array_append_val(snapshot->users, user);
	doubt->user_id = doubt->id;
}

/* Rights of teams and guests take no place that a user could have; of kinds unknown they may. */
static void
place_assignment(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	const char *assignee = json_text(object, "assignee_type");
	const char *target = json_text(object, "applies_to_type");
	bool elsewhere = g_strcmp0(target, "Place") == 0 || g_strcmp0(target, "Organization") == 0;

	if (elsewhere)
		return;
	doubt->group_id = id_or_none(object, "applies_to_id");
	doubt->anywhere = doubt->group_id == 0 || g_strcmp0(target, "Group") != 0;
	if (g_strcmp0(assignee, "Team") != 0 && g_strcmp0(assignee, "Guest") != 0)
		doubt->user_id = id_or_none(object, "assignee_id");
}

static void
place_link(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	doubt->group_id = id_or_none(object, "group_id");
	doubt->anywhere = doubt->group_id == 0;
	doubt->label = json_text(object, "name");
}

static void
place_schedule(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	const char *target = json_text(object, "scheduleable_type");
	int64_t id = id_or_none(object, "scheduleable_id");

	if (g_strcmp0(target, "Lock") == 0)
		doubt->lock_id = id;
	else if (g_strcmp0(target, "Group") == 0)
		doubt->group_id = id;
	doubt->anywhere = doubt->lock_id == 0 && doubt->group_id == 0;
	doubt->label = json_text(object, "name");
}

/* Only who gets in through it is not known, and nothing is ever changed about that. */
static void
salvage_team(struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt)
{
	struct kisi_team team = {.id = doubt->id, .name = ""};

	g_array_append_val(snapshot->teams, team);
}

static const struct {
	const char *name;
	size_t offset; /* of the GArray * in struct snapshot */
	object_parser *parse;
	enum snapshot_count kind;
	bool no_id; /* they may have none that is a number */
	/* Keeps what can be read of one that is not understood, and finds what it concerns; NULL = nothing. */
	void (*salvage)(
	    struct snapshot *snapshot, struct json_object *object, struct kisi_doubt *doubt);
} arrays[SNAPSHOT_ARRAYS] = {
    [SNAPSHOT_PLACES] = {"places", offsetof(struct snapshot, places), parse_place, COUNT_PLACES,
	false, salvage_place},
    [SNAPSHOT_LOCKS] = {"locks", offsetof(struct snapshot, locks), parse_lock, COUNT_LOCKS, false,
	salvage_lock},
    [SNAPSHOT_GROUPS] = {"groups", offsetof(struct snapshot, groups), parse_group, COUNT_GROUPS,
	false, salvage_group},
    [SNAPSHOT_GROUP_LOCKS] = {"group_locks", offsetof(struct snapshot, group_locks),
	parse_group_lock, COUNT_GROUP_LOCKS, false, salvage_group_lock},
    [SNAPSHOT_USERS] = {"users", offsetof(struct snapshot, users), parse_user, COUNT_USERS, false,
	salvage_user},
    [SNAPSHOT_ROLE_ASSIGNMENTS] = {"role_assignments", offsetof(struct snapshot, assignments),
	parse_assignment, COUNT_ASSIGNMENTS, false, place_assignment},
    [SNAPSHOT_GROUP_LINKS] = {"group_links", offsetof(struct snapshot, links), parse_link,
	COUNT_LINKS, false, place_link},
    [SNAPSHOT_SCHEDULES] = {"schedules", offsetof(struct snapshot, schedules), parse_schedule,
	COUNT_SCHEDULES, false, place_schedule},
    [SNAPSHOT_TEAMS] = {"teams", offsetof(struct snapshot, teams), parse_team, COUNT_TEAMS, false,
	salvage_team},
    [SNAPSHOT_TEAM_MEMBERSHIPS] = {"team_memberships", offsetof(struct snapshot, team_members),
	parse_team_member, COUNT_TEAM_MEMBERS, true, NULL},
    [SNAPSHOT_ROLES] = {"roles", offsetof(struct snapshot, roles), parse_role, COUNT_ROLES, true,
	NULL},
};

const char *
snapshot_array_name(enum snapshot_array array)
{
	return arrays[array].name;
}

GArray *
snapshot_array_of(struct snapshot *snapshot, enum snapshot_array array)
{
	return *(GArray **)((char *)snapshot + arrays[array].offset);
}

bool
snapshot_parse(struct snapshot *snapshot, enum snapshot_array array, struct json_object *object,
    GError **error)
{
	struct kisi_doubt doubt = {.kind = arrays[array].kind};
	GError *cause = NULL;

	if (arrays[array].parse(snapshot, object, &cause))
		return true;
	doubt.id = id_or_none(object, "id");
	if (doubt.id == 0 && !arrays[array].no_id) {
		g_propagate_prefixed_error(error, cause, "%s: ", arrays[array].name);
		return false;
	}
	doubt.what = cause->message;
	if (arrays[array].salvage != NULL)
		arrays[array].salvage(snapshot, object, &doubt);
	snapshot_doubt(snapshot, &doubt);
	g_error_free(cause);
	return true;
}

void
snapshot_parse_organization(struct snapshot *snapshot, struct json_object *object)
{
	json_integer(object, "id", &snapshot->organization_id);
	snapshot->organization = snapshot_text(snapshot, json_text(object, "name"));
	snapshot->time_zone = snapshot_text(snapshot, json_text(object, "time_zone"));
}
