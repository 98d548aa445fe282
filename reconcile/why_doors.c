/* What one person should hold, what Kisi has of it, and what follows for each door. */
#include "reconcile/why.h"

#include "base/failure.h"
#include "base/text.h"
#include "reconcile/passes.h"

#include <string.h>

/* What the functions below share. */
struct teller {
	struct world *world;
	struct why *why;
	uint32_t person;
};

/* ---- which doors ---- */

static bool
is_called(const char *text, const char *name, int64_t id)
{
	char number[32];
	g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, id);
	return text_same(text, name) || (id != 0 && strcmp(text, number) == 0);
}

static const struct door_ref *
ref_at(const struct world *world, uint32_t ref)
{
	return &g_array_index(world->entitled->refs, struct door_ref, ref);
}

static bool
is_lock(const struct door_ref *ref)
{
	return ref->method == METHOD_UNLOCK_SCHEDULE || ref->method == METHOD_UNLOCK;
}

/* Today's id of what a reference opens; 0 when it cannot be used. */
static int64_t
door_id(const struct world *world, uint32_t ref)
{
	const GArray *ids = ref_at(world, ref)->method == METHOD_GROUP ? world->groups->of_ref
								       : world->groups->pass_of_ref;
	return g_array_index(ids, int64_t, ref);
}

static const struct missing_group *
missing_of(const struct plan *plan, const char *text)
{
	for (guint i = 0; i < plan->missing_groups->len; i++) {
		const struct missing_group *missing = plan->missing_groups->pdata[i];
		if (strcmp(missing->group, text) == 0)
			return missing;
	}
	return NULL;
}

static struct why_door *
door_of(const struct teller *t, int64_t id, bool lock, enum method method, const char *name)
{
	for (guint i = 0; i < t->why->doors->len; i++) {
		struct why_door *door = t->why->doors->pdata[i];
		if (door->id == id && door->lock == lock && door->method == method &&
		    (id != 0 || strcmp(door->name, name) == 0))
			return door;
	}
	struct why_door *door = why_add_door(t->why);
	door->id = id;
	door->lock = lock;
	door->method = method;
	door->exclusive = true;
	door->name = plan_text(t->why->plan, name);
	return door;
}

static struct why_door *
door_of_group(const struct teller *t, int64_t id)
{
	const struct kisi_group *group = snapshot_group(t->world->snapshot, id);
	return group != NULL ? door_of(t, id, false, METHOD_GROUP, group->name) : NULL;
}

static void
add_ref(GArray *refs, uint32_t ref)
{
	for (guint i = 0; i < refs->len; i++) {
		if (g_array_index(refs, uint32_t, i) == ref)
			return;
	}
	g_array_append_val(refs, ref);
}

static struct why_door *
door_of_ref(const struct teller *t, uint32_t number)
{
	const struct door_ref *ref = ref_at(t->world, number);
	int64_t id = door_id(t->world, number);
	bool lock = is_lock(ref);
	const char *name = id == 0 ? ref->text
			   : lock  ? passes_lock(t->world, id)
				   : snapshot_group(t->world->snapshot, id)->name;
	struct why_door *door = door_of(t, id, lock, ref->method, name);
	add_ref(door->refs, number);
	door->managed = true;
	door->exclusive &= ref->exclusive != EXCLUSIVE_NO;
	if (id == 0)
		door->missing = missing_of(t->why->plan, ref->text);
	return door;
}

/* A door that a record leads to, and that its source leaves out. */
static void
door_left_out(const struct teller *t, const char *text)
{
	const GArray *groups = t->world->snapshot->groups;
	for (guint i = 0; i < groups->len; i++) {
		const struct kisi_group *group = &g_array_index(groups, struct kisi_group, i);
		if (is_called(text, group->name, group->id)) {
			door_of_group(t, group->id);
			return;
		}
	}
	door_of(t, 0, false, METHOD_GROUP, text);
}

static void
find_doors_of_records(const struct teller *t)
{
	for (guint i = 0; i < t->why->records->len; i++) {
		const struct why_record *record = t->why->records->pdata[i];
		for (guint r = 0; r < record->refs->len; r++)
			door_of_ref(t, g_array_index(record->refs, uint32_t, r));
		for (guint r = 0; r < record->left_out->len; r++)
			door_left_out(t, record->left_out->pdata[r]);
	}
}

/* ---- what Kisi has ---- */

static void
add_hold(struct why_door *door, const char *via, struct interval span, bool off)
{
	struct why_hold *hold = why_add_hold(door);
	*hold = (struct why_hold){via, span, off};
}

/* How an assignment reaches the person; NULL when it does not.  *off: by a user that is switched off. */
static const char *
via_of(const struct teller *t, const struct kisi_assignment *assignment, bool *off)
{
	const GArray *members = t->world->snapshot->team_members;
	for (guint i = 0; i < t->why->users->len; i++) {
		const struct kisi_user *user = t->why->users->pdata[i];
		*off = !user->access_enabled;
		if (assignment->assignee == ASSIGNEE_USER && assignment->assignee_id == user->id)
			return strcmp(assignment->role_id, ROLE_GROUP_BASIC) == 0
				   ? "assignment"
				   : plan_printf(t->why->plan, "role %s", assignment->role_id);
		for (guint m = 0; assignment->assignee == ASSIGNEE_TEAM && m < members->len; m++) {
			const struct kisi_team_member *member = &g_array_index(
			    members, struct kisi_team_member, m);
			if (member->team_id != assignment->assignee_id || member->guest ||
			    member->member_id != user->id)
				continue;
			const char *team = world_team(t->world, member->team_id);
			return team != NULL ? plan_printf(t->why->plan, "team %s", team)
					    : plan_printf(t->why->plan, "team %" G_GINT64_FORMAT,
						  member->team_id);
		}
	}
	return NULL;
}

static void
hold_place(
    const struct teller *t, const struct kisi_assignment *assignment, const char *via, bool off)
{
	for (guint i = 0; i < t->why->doors->len; i++) {
		struct why_door *door = t->why->doors->pdata[i];
		const struct kisi_group *group = door->lock
						     ? NULL
						     : snapshot_group(t->world->snapshot, door->id);
		bool covers = assignment->applies_to == APPLIES_TO_ORGANIZATION ||
			      (group != NULL && group->place_id == assignment->applies_to_id);
		if (door->id != 0 && covers)
			add_hold(door, via, assignment->valid, off);
	}
}

static void
find_assignments(const struct teller *t, bool of_groups)
{
	const GArray *assignments = t->world->snapshot->assignments;
	for (guint i = 0; i < assignments->len; i++) {
		const struct kisi_assignment *assignment = &g_array_index(
		    assignments, struct kisi_assignment, i);
		bool of_group = assignment->applies_to == APPLIES_TO_GROUP, off;
		const char *via = of_group == of_groups ? via_of(t, assignment, &off) : NULL;
		if (via == NULL)
			continue;
		struct why_door *door = of_group ? door_of_group(t, assignment->applies_to_id)
						 : NULL;
		if (door != NULL)
			add_hold(door, via, assignment->valid, off);
		if (!of_group)
			hold_place(t, assignment, via, off);
	}
}

static void
find_links(const struct teller *t)
{
	const GArray *links = t->world->snapshot->links;
	for (guint i = 0; i < links->len; i++) {
		const struct kisi_link *link = &g_array_index(links, struct kisi_link, i);
		const char *owner = link->email != NULL ? passes_person(t->world, link->email)
							: NULL;
		if (g_strcmp0(owner, t->why->email) != 0)
			continue;
		const struct kisi_group *group = snapshot_group(t->world->snapshot, link->group_id);
		if (group != NULL)
			add_hold(door_of(t, group->id, false, METHOD_LINK, group->name), "link",
			    link->valid, !link->enabled);
	}
}

/* A door that stays unlocked is open to everybody; only those are named that the person's own bookings are about. */
static void
find_schedules(const struct teller *t)
{
	const GArray *schedules = t->world->snapshot->schedules;
	for (guint i = 0; i < t->why->doors->len; i++) {
		struct why_door *door = t->why->doors->pdata[i];
		for (guint s = 0; door->method == METHOD_UNLOCK_SCHEDULE && s < schedules->len;
		     s++) {
			const struct kisi_schedule *schedule = &g_array_index(
			    schedules, struct kisi_schedule, s);
			if (is_single_unlock(schedule) && schedule->target_id == door->id)
				add_hold(
				    door, "unlock schedule", schedule->span, !schedule->enabled);
		}
	}
}

/* ---- what is wanted, and what a run would do ---- */

/* Windows of the person that one door is about, each by itself. */
static void
find_own_spans(const struct teller *t, struct why_door *door)
{
	const GArray *windows = t->world->entitled->windows;
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		for (guint r = 0; window->person == t->person && r < door->refs->len; r++) {
			if (g_array_index(door->refs, uint32_t, r) == window->ref)
				g_array_append_val(door->spans, window->span);
		}
	}
}

static void
find_wanted(const struct teller *t, struct why_door *door)
{
	const struct world *world = t->world;
	const struct slot *slot = door->method == METHOD_GROUP && door->id != 0
				      ? world_slot(world, t->person, door->id)
				      : NULL;
	if (slot == NULL) {
		find_own_spans(t, door);
		return;
	}
	for (uint32_t i = slot->first; i < slot->first + slot->count; i++)
		g_array_append_val(
		    door->spans, g_array_index(world->slots->windows, struct window, i).span);
	door->wanted = slot->wanted;
	door->want = slot->want;
}

/* Of the guard that holds it. */
static const struct verdict *
verdict_on(const struct plan *plan, const struct change *change)
{
	for (guint i = 0;; i++) {
		g_assert(i < plan->verdicts->len);
		const struct verdict *verdict = plan->verdicts->pdata[i];
		if (verdict->guard == change->held &&
		    g_strcmp0(verdict->scope, change->held_scope) == 0)
			return verdict;
	}
}

static bool
is_about(const struct change *change, const struct why_door *door)
{
	switch (change->object) {
	case OBJECT_ASSIGNMENT:
		return door->method == METHOD_GROUP && change->group_id == door->id;
	case OBJECT_LINK:
		return door->method == METHOD_LINK && change->group_id == door->id;
	case OBJECT_SCHEDULE:
		return door->method == METHOD_UNLOCK_SCHEDULE && change->lock_id == door->id;
	default:
		return false;
	}
}

static void
find_changes(const struct teller *t, struct why_door *door)
{
	const struct plan *plan = t->world->plan;
	const GPtrArray *const lists[] = {plan->changes, plan->held};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; door->id != 0 && i < lists[l]->len; i++) {
			struct change *change = lists[l]->pdata[i];
			if (strcmp(change->email, t->why->email) != 0 || !is_about(change, door))
				continue;
			g_ptr_array_add(door->changes, change);
			if (change->held != GUARD_NONE && door->verdict == NULL)
				door->verdict = verdict_on(plan, change);
		}
	}
}

/* An account that could not be made is in the way of every group. */
static bool
was_about(const struct tried_change *tried, const struct why *why, const struct why_door *door)
{
	bool link = strstr(tried->action, "_link") != NULL;
	if (strcmp(tried->action, action_word(ACTION_CREATE_USER)) == 0)
		return door->method == METHOD_GROUP && why->users->len == 0;
	if (door->method == METHOD_UNLOCK_SCHEDULE)
		return tried->lock_id == door->id;
	return tried->group_id == door->id && link == (door->method == METHOD_LINK);
}

/* The last of several; of no interest once there is nothing left to do. */
static void
find_tried(const struct teller *t, struct why_door *door)
{
	const GArray *all = t->world->history->tried;
	for (guint i = 0; door->changes->len > 0 && i < all->len; i++) {
		const struct tried_change *tried = &g_array_index(all, struct tried_change, i);
		if (strcmp(tried->email, t->why->email) == 0 && was_about(tried, t->why, door))
			door->tried = tried;
	}
}

/* ---- the person ---- */

static void
find_person(struct teller *t)
{
	const struct world *world = t->world;
	struct why *why = t->why;
	struct entitled_person who = {0};
	if (t->person != INTERN_NONE) {
		who = world_person(world, t->person);
		why->protected = world_protected(world, t->person);
	}
	why->name = plan_text(why->plan, who.name);
	if (who.blocked || who.deleted)
		why->barred = plan_text(why->plan, who.blocked_why);
	for (guint i = 0; i < world->snapshot->users->len; i++) {
		const struct kisi_user *user = &g_array_index(
		    world->snapshot->users, struct kisi_user, i);
		if (t->person == INTERN_NONE || world_person_of(world, user) != t->person)
			continue;
		g_ptr_array_add(why->users, (gpointer)user);
		if (why->name == NULL && !text_blank(user->name))
			why->name = user->name;
	}
	why->known |= who.known || why->users->len > 0;
	why->fetched_at = world->snapshot->fetched_at;
	why->lookahead = world->config->schedule.lookahead;
}

static void
find_remarks(struct teller *t)
{
	const struct plan *plan = t->world->plan;
	struct why *why = t->why;
	for (guint i = 0; i < plan->mismatches->len; i++) {
		struct mismatch *mismatch = plan->mismatches->pdata[i];
		const char *other = passes_person(t->world, mismatch->kisi_email);
		if (strcmp(mismatch->email, why->email) == 0 || strcmp(other, why->email) == 0)
			g_ptr_array_add(why->mismatches, mismatch);
	}
	for (guint i = 0; i < plan->findings->len; i++) {
		struct finding *finding = plan->findings->pdata[i];
		if (g_strcmp0(finding->email, why->email) == 0)
			g_ptr_array_add(why->findings, finding);
	}
	for (guint i = 0; i < plan->verdicts->len; i++) {
		struct verdict *verdict = plan->verdicts->pdata[i];
		bool source = false,
		     about = verdict->tripped && guard_is_about_source(verdict->guard);
		for (guint s = 0; about && s < plan->sources->len && !source; s++) {
			const struct source_result *result = plan->sources->pdata[s];
			source = result->refused &&
				 g_strcmp0(result->facts->source, verdict->scope) == 0;
		}
		if (source)
			g_ptr_array_add(why->refused, verdict);
	}
}

/* ---- the group asked about ---- */

static bool
keep_only(struct teller *t, GError **error)
{
	struct why *why = t->why;
	const GArray *groups = t->world->snapshot->groups;
	for (guint i = 0; i < groups->len; i++) {
		const struct kisi_group *group = &g_array_index(groups, struct kisi_group, i);
		if (is_called(why->only, group->name, group->id))
			door_of_group(t, group->id);
	}
	for (guint i = 0; i < t->world->entitled->refs->len; i++) {
		if (text_same(why->only, ref_at(t->world, i)->text))
			door_of_ref(t, i);
	}
	for (guint i = why->doors->len; i-- > 0;) {
		const struct why_door *door = why->doors->pdata[i];
		if (!is_called(why->only, door->name, door->id))
			g_ptr_array_remove_index(why->doors, i);
	}
	if (why->doors->len == 0)
		return fail(error, EXIT_FAILED, "name a group or lock as Kisi or a rule does",
		    "neither Kisi nor a rule has a group \"%s\"", why->only);
	return true;
}

static int
compare_doors(gconstpointer p, gconstpointer q)
{
	const struct why_door *a = *(struct why_door *const *)p, *b = *(struct why_door *const *)q;
	int order = strcmp(a->name, b->name);
	if (order == 0)
		order = (int)a->method - (int)b->method;
	return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

bool
why_explain(struct world *world, struct why *why, GError **error)
{
	struct teller t = {world, why, intern_find(world->entitled->people, why->email)};
	find_person(&t);
	find_remarks(&t);
	find_doors_of_records(&t);
	find_assignments(&t, true);
	find_links(&t);
	if (why->only != NULL && !keep_only(&t, error))
		return false;
	find_assignments(&t, false);
	find_schedules(&t);
	for (guint i = 0; i < why->doors->len; i++) {
		struct why_door *door = why->doors->pdata[i];
		find_wanted(&t, door);
		find_changes(&t, door);
		find_tried(&t, door);
		why_restrictions(world, why, door);
		door->managed |= groups_managed(world->groups, door->id) != NULL && !door->lock;
		why_answer(world, why, door);
	}
	g_ptr_array_sort(why->doors, compare_doors);
	why_keys(world, why);
	return true;
}
