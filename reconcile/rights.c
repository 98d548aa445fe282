/*
 * The auditor's view of rights: who can open what, now or later, by Kisi's own state, on what that rests, and whether it
 * opens.  Nothing here decides about changes.
 */
#include "reconcile/audit.h"

#include "base/zone.h"
#include "reconcile/cause.h"
#include "reconcile/guards.h"
#include "reconcile/loss.h"
#include "reconcile/passes.h"
#include "reconcile/unlock.h"

#include <string.h>

/* What all rights of one group share; its texts belong to the plan. */
struct room {
	int64_t id; /* of the group */
	const char *place, *doors;
	struct zone *zone;  /* of its place, else the site's */
	const char *limits; /* NULL */
	bool shut;
};

struct auditor {
	struct world *world;
	struct plan *plan;
	const struct plan *judged; /* the plan that has the verdicts on the inputs */
	struct zone *zone;
	GHashTable *rooms;  /* int64_t * -> struct room *, owned */
	GHashTable *losses; /* int64_t *: assignment id -> struct piece * that tells most */
	GHashTable *roles;  /* char * -> const char *: role id -> its name */
	GHashTable
	    *elsewhere; /* char *: `user place` or `user group` that another right opens now */
};

/* ---- doors ---- */

static const char *
place_name(const struct snapshot *snapshot, int64_t id)
{
	const struct kisi_place *place = id > 0 ? snapshot_place(snapshot, id) : NULL;
	return place != NULL ? place->name : NULL;
}

static const struct room *
room_of(struct auditor *a, int64_t group_id)
{
	struct room *room = g_hash_table_lookup(a->rooms, &group_id);
	if (room != NULL)
		return room;
	const struct snapshot *snapshot = a->world->snapshot;
	const struct kisi_group *group = snapshot_group(snapshot, group_id);
	g_autofree char *doors = unlock_doors(snapshot, group_id);
	room = g_new0(struct room, 1);
	room->id = group_id;
	g_autofree char *limits = unlock_limits(snapshot, group_id, true, &room->shut);
	room->limits = plan_text(a->plan, limits);
	room->doors = plan_text(a->plan, doors);
	const struct kisi_place *place = group != NULL && group->place_id > 0
					     ? snapshot_place(snapshot, group->place_id)
					     : NULL;
	room->place = place != NULL ? place->name : NULL;
	room->zone = place != NULL && place->time_zone != NULL ? zone_get(place->time_zone) : NULL;
	if (room->zone == NULL)
		room->zone = a->zone;
	g_hash_table_insert(a->rooms, &room->id, room);
	return room;
}

/* ---- on what it rests ---- */

static const char *
records_text(struct auditor *a, const struct window *window)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (uint32_t i = window->first; i < window->first + window->count; i++) {
		const struct raw_window *raw = &g_array_index(
		    a->world->slots->raw, struct raw_window, i);
		g_autofree char *record = audit_record(a->world, raw->reason);
		g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", record);
	}
	return plan_text(a->plan, text->str);
}

/* The strongest of what gives a window. */
static enum basis
basis_of(const struct auditor *a, const struct window *window)
{
	enum basis basis = BASIS_GRANT;
	for (uint32_t i = window->first; i < window->first + window->count; i++) {
		const struct raw_window *raw = &g_array_index(
		    a->world->slots->raw, struct raw_window, i);
		const struct raw_reason *reason = &g_array_index(
		    a->world->entitled->reasons, struct raw_reason, raw->reason);
		if (reason->kind == RECORD_MEMBERSHIP)
			return BASIS_MEMBERSHIP;
		if (reason->kind == RECORD_BOOKING)
			basis = BASIS_BOOKING;
	}
	return basis;
}

/* The source or row that cannot be used, why, and since when what it gave is kept. */
static const char *
unknown_why(struct auditor *a, const struct account *account)
{
	if (account->scope == NULL)
		return account->guard == GUARD_REJECTED_ROW
			   ? "not known: a row about this person cannot be read; kept"
			   : "not known yet; kept";
	const struct last_import *last = history_import(a->world->history, account->scope);
	const char *why = guard_reason_of(a->judged, a->plan, account->scope);
	char at[ZONE_TEXT];
	return plan_printf(a->plan, "not known: %s %s%s%s%s; kept%s%s", account->scope,
	    account->guard == GUARD_DOUBTFUL_SOURCE ? "is doubted" : "is refused",
	    why != NULL ? " (" : "", why != NULL ? why : "", why != NULL ? ")" : "",
	    last != NULL ? " as at the last good import of " : "",
	    last != NULL ? zone_format(a->zone, last->as_of, at) : "");
}

/* The last window of a slot. */
static const struct window *
last_window(const struct auditor *a, const struct slot *slot)
{
	return &g_array_index(
	    a->world->slots->windows, struct window, slot->first + slot->count - 1);
}

/* A right without an end that bookings alone support is not what they were made for. */
static void
rest_on_window(struct auditor *a, struct access_now *access, const struct slot *slot,
    const struct window *window, const struct piece *piece)
{
	access->basis = basis_of(a, window);
	access->why = records_text(a, window);
	instant until = last_window(a, slot)->span.until;
	bool longer = piece != NULL && access->valid.until > until;
	if (!longer)
		return;
	if (piece->account.standing == STANDING_KEPT) {
		access->why = plan_printf(
		    a->plan, "%s; longer: %s", access->why, unknown_why(a, &piece->account));
		return;
	}
	char at[ZONE_TEXT];
	access->why = plan_printf(a->plan, "%s until %s; nothing supports it beyond", access->why,
	    zone_format(a->zone, until, at));
	if (access->basis == BASIS_BOOKING && access->valid.until == INSTANT_NEVER)
		access->basis = BASIS_NONE;
}

/* A right in a slot of ours. */
static void
rest_on_slot(struct auditor *a, struct access_now *access, uint32_t person)
{
	struct world *world = a->world;
	const struct slot *slot = world_slot(world, person, access->group_id);
	const struct window *window = world_next_window(world, slot);
	const struct piece *piece = g_hash_table_lookup(a->losses, &access->assignment_id);
	if (world_protected(world, person))
		access->left = "protected: never changed";
	if (window != NULL) {
		rest_on_window(a, access, slot, window, piece);
	} else if (piece != NULL && piece->account.standing == STANDING_KEPT) {
		access->basis = BASIS_UNKNOWN;
		access->why = unknown_why(a, &piece->account);
	} else if (access->left != NULL) {
		access->basis = BASIS_OUTSIDE;
		access->why = access->left;
	} else {
		access->basis = BASIS_NONE;
		access->why = audit_nothing(world, person, piece);
	}
}

/* Its role says what it is for. */
static void
rest_on_role(struct auditor *a, struct access_now *access, const struct kisi_assignment *assignment)
{
	const char *name = g_hash_table_lookup(a->roles, assignment->role_id);
	const char *of = "the organisation";
	if (assignment->applies_to == APPLIES_TO_PLACE)
		of = access->place != NULL ? access->place : "its place";
	else if (assignment->applies_to == APPLIES_TO_GROUP)
		of = "this group";
	access->basis = BASIS_ROLE;
	access->why = plan_printf(
	    a->plan, "%s of %s in Kisi", name != NULL ? name : assignment->role_id, of);
	access->left = "a Kisi role";
}

static bool
is_basic(const struct kisi_assignment *assignment)
{
	return assignment->applies_to == APPLIES_TO_GROUP &&
	       strcmp(assignment->role_id, ROLE_GROUP_BASIC) == 0;
}

static void
find_basis(struct auditor *a, struct access_now *access, const struct kisi_assignment *assignment,
    uint32_t person, const char *team)
{
	const struct managed_group *group = groups_managed(a->world->groups, access->group_id);
	if (team != NULL) {
		access->basis = BASIS_TEAM;
		access->why = plan_printf(a->plan, "member of the team \"%s\" in Kisi", team);
		access->left = "a team";
	} else if (!is_basic(assignment)) {
		rest_on_role(a, access, assignment);
	} else if (group == NULL ||
		   (group->former && !g_hash_table_contains(a->world->ledger, &assignment->id))) {
		access->basis = BASIS_OUTSIDE;
		access->why = "not managed here";
		access->left = "a group without a rule";
	} else if (person == INTERN_NONE) {
		access->basis = BASIS_OUTSIDE;
		access->why = "a guest of Kisi, or nobody it lists";
		access->left = "no user of Kisi";
	} else {
		rest_on_slot(a, access, person);
	}
	if (group != NULL && group->exclusive == EXCLUSIVE_NO && access->left == NULL)
		access->left = "a group that is only reported on";
}

/* ---- can they unlock? ---- */

static char *
elsewhere_key(int64_t user_id, char kind, int64_t id)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %c%" G_GINT64_FORMAT, user_id, kind, id);
}

static bool
is_open(const struct auditor *a, int64_t user_id, int64_t group_id)
{
	const struct kisi_group *group = snapshot_group(a->world->snapshot, group_id);
	g_autofree char *own = elsewhere_key(user_id, 'g', group_id);
	g_autofree char *place = elsewhere_key(user_id, 'p', group != NULL ? group->place_id : 0);
	g_autofree char *all = elsewhere_key(user_id, 'o', 0);
	return g_hash_table_contains(a->elsewhere, own) ||
	       g_hash_table_contains(a->elsewhere, place) ||
	       g_hash_table_contains(a->elsewhere, all);
}

static const char *
not_yet(struct auditor *a, const struct access_now *access, const struct room *room)
{
	const char *limits = room != NULL ? room->limits : NULL;
	char at[ZONE_TEXT];
	bool open = access->user_id != 0 && is_open(a, access->user_id, access->group_id);
	return plan_printf(a->plan, "From %s%s%s%s",
	    zone_format(room != NULL ? room->zone : a->zone, access->valid.from, at),
	    open ? "; before that by another right" : "", limits != NULL ? ", but " : "",
	    limits != NULL ? limits : "");
}

static void
find_can(struct auditor *a, struct access_now *access, const struct kisi_user *user)
{
	const struct room *room = access->group_id != 0 ? room_of(a, access->group_id) : NULL;
	const char *limits = room != NULL ? room->limits : NULL;
	const char *no = NULL;
	if (user != NULL && !user->access_enabled)
		no = "switched off in Kisi";
	else if (room != NULL && room->shut)
		no = limits;
	else if (user != NULL && !user->confirmed)
		no = "has never confirmed the e-mail address";
	access->cannot = no != NULL;
	if (no != NULL)
		access->can = plan_printf(a->plan, "No: %s", no);
	else if (access->valid.from > a->world->now)
		access->can = not_yet(a, access, room);
	else if (limits != NULL)
		access->can = plan_printf(a->plan, "Yes, but %s", limits);
	else
		access->can = "Yes";
}

/* ---- one right ---- */

static const char *
giver_name(struct auditor *a, const struct kisi_assignment *assignment)
{
	if (g_hash_table_contains(a->world->ledger, &assignment->id))
		return "kisi-reconcile";
	const struct kisi_user *user = assignment->creator == CREATOR_USER
					   ? snapshot_user(
						 a->world->snapshot, assignment->creator_id)
					   : NULL;
	if (user != NULL)
		return user->name != NULL ? user->name : user->email;
	if (assignment->creator == CREATOR_UNKNOWN)
		return NULL;
	return plan_printf(a->plan, "%s %" G_GINT64_FORMAT,
	    assignment->creator == CREATOR_USER ? "user" : "integration", assignment->creator_id);
}

static void
find_door(struct auditor *a, struct access_now *access, const struct kisi_assignment *assignment)
{
	const struct snapshot *snapshot = a->world->snapshot;
	if (assignment->applies_to == APPLIES_TO_GROUP) {
		const struct kisi_group *group = snapshot_group(
		    snapshot, assignment->applies_to_id);
		const struct room *room = room_of(a, assignment->applies_to_id);
		access->group_id = assignment->applies_to_id;
		access->group = group != NULL ? group->name : NULL;
		access->place = room->place;
		access->doors = room->doors;
	} else if (assignment->applies_to == APPLIES_TO_PLACE) {
		access->group = "(whole place)";
		access->place = place_name(snapshot, assignment->applies_to_id);
		access->doors = plan_printf(a->plan, "every door of %s",
		    access->place != NULL ? access->place : "its place");
	} else {
		access->group = "(whole organisation)";
		access->doors = "every door of the organisation";
	}
}

/* Who it is: a user whom Kisi lists, or the id of somebody of whom it tells no more. */
static void
add_access(struct auditor *a, const struct kisi_assignment *assignment, bool guest, int64_t who,
    const char *team)
{
	struct plan *plan = a->plan;
	const struct kisi_user *user = guest ? NULL : snapshot_user(a->world->snapshot, who);
	uint32_t person = user != NULL ? world_person_of(a->world, user) : INTERN_NONE;
	struct access_now *access = g_new0(struct access_now, 1);
	access->via = team != NULL ? plan_printf(plan, "team %s", team)
		      : strcmp(assignment->role_id, ROLE_GROUP_BASIC) == 0
			  ? "assignment"
			  : plan_printf(plan, "role %s", assignment->role_id);
	access->valid = assignment->valid;
	access->role = assignment->role_id;
	access->assignment_id = assignment->id;
	access->given_at = assignment->created_at;
	access->given_by = giver_name(a, assignment);
	if (user != NULL) {
		access->email = plan_text(plan, world_email(a->world, person));
		access->name = user->name;
		access->user_id = user->id;
		access->last_used = user->last_access_at;
	} else {
		access->email = plan_printf(
		    plan, "%s %" G_GINT64_FORMAT, guest ? "guest" : "user", who);
	}
	find_door(a, access, assignment);
	find_basis(a, access, assignment, person, team);
	find_can(a, access, user);
	g_ptr_array_add(plan->access, access);
}

/* For each member of the team; an assignment of a user or guest is their own. */
static void
each_holder(struct auditor *a, const struct kisi_assignment *assignment,
    void (*one)(struct auditor *, const struct kisi_assignment *, bool guest, int64_t who,
	const char *team))
{
	if (assignment->assignee != ASSIGNEE_TEAM) {
		one(a, assignment, assignment->assignee == ASSIGNEE_GUEST, assignment->assignee_id,
		    NULL);
		return;
	}
	const GArray *members = a->world->snapshot->team_members;
	const char *name = world_team(a->world, assignment->assignee_id);
	for (guint i = 0; i < members->len; i++) {
		const struct kisi_team_member *member = &g_array_index(
		    members, struct kisi_team_member, i);
		if (member->team_id == assignment->assignee_id)
			one(a, assignment, member->guest, member->member_id,
			    name != NULL ? name : "");
	}
}

/* Rights in force of another kind than a group's own people have: they open a door before such a one begins. */
static void
note_elsewhere(struct auditor *a, const struct kisi_assignment *assignment, bool guest, int64_t who,
    const char *team)
{
	static const char kinds[] = {
	    [APPLIES_TO_ORGANIZATION] = 'o', [APPLIES_TO_PLACE] = 'p', [APPLIES_TO_GROUP] = 'g'};
	bool now = assignment->valid.from <= a->world->now &&
		   assignment->valid.until > a->world->now;
	if (guest || !now || (team == NULL && is_basic(assignment)))
		return;
	bool all = assignment->applies_to == APPLIES_TO_ORGANIZATION;
	g_hash_table_add(a->elsewhere,
	    elsewhere_key(who, kinds[assignment->applies_to], all ? 0 : assignment->applies_to_id));
}

static int
compare_access(gconstpointer p, gconstpointer q)
{
	const struct access_now *a = *(struct access_now *const *)p,
				*b = *(struct access_now *const *)q;
	int order = g_strcmp0(a->group, b->group);
	if (order == 0)
		order = (a->group_id > b->group_id) - (a->group_id < b->group_id);
	if (order == 0)
		order = g_strcmp0(a->email, b->email);
	if (order == 0)
		order = g_strcmp0(a->via, b->via);
	return order != 0
		   ? order
		   : (a->assignment_id > b->assignment_id) - (a->assignment_id < b->assignment_id);
}

static void
auditor_init(struct auditor *a, struct world *world, const struct plan *judged)
{
	*a = (struct auditor){.world = world,
	    .plan = world->plan,
	    .judged = judged,
	    .zone = zone_get(world->groups->zone),
	    .rooms = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free),
	    .losses = g_hash_table_new(g_int64_hash, g_int64_equal),
	    .roles = g_hash_table_new(g_str_hash, g_str_equal),
	    .elsewhere = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	const GArray *roles = world->snapshot->roles;
	for (guint i = 0; i < roles->len; i++) {
		const struct kisi_role *role = &g_array_index(roles, struct kisi_role, i);
		if (role->name != NULL)
			g_hash_table_insert(a->roles, (gpointer)role->id, (gpointer)role->name);
	}
}

static void
auditor_done(struct auditor *a)
{
	g_hash_table_unref(a->rooms);
	g_hash_table_unref(a->losses);
	g_hash_table_unref(a->roles);
	g_hash_table_unref(a->elsewhere);
}

static void
index_losses(struct auditor *a, const struct losses *losses)
{
	for (guint i = 0; i < losses->list->len; i++) {
		const struct loss *loss = &g_array_index(losses->list, struct loss, i);
		const struct piece *piece = loss->have != NULL ? loss_telling(losses, loss) : NULL;
		if (piece != NULL)
			g_hash_table_insert(
			    a->losses, (gpointer)&loss->have->assignment->id, (gpointer)piece);
	}
}

void
audit_access(struct world *world, const struct losses *alone, const struct plan *judged)
{
	const GArray *assignments = world->snapshot->assignments;
	struct auditor a;
	auditor_init(&a, world, judged);
	index_losses(&a, world->losses);
	index_losses(&a, alone);
	for (guint i = 0; i < assignments->len; i++)
		each_holder(
		    &a, &g_array_index(assignments, struct kisi_assignment, i), note_elsewhere);
	for (guint i = 0; i < assignments->len; i++) {
		const struct kisi_assignment *one = &g_array_index(
		    assignments, struct kisi_assignment, i);
		if (one->valid.until > world->now)
			each_holder(&a, one, add_access);
	}
	passes_access(world);
	g_ptr_array_sort(world->plan->access, compare_access);
	auditor_done(&a);
}
