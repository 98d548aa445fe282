/*
 * The difference between wanted slots and held assignments, as changes.  Decides what would be done; whether it may
 * be done is decided by the guards.
 */
#include "reconcile/diff.h"

#include "reconcile/cause.h"
#include "reconcile/doubts.h"
#include "reconcile/findings.h"
#include "reconcile/reasons.h"

#include <string.h>

/* One slot beside what is there; either may be missing. */
struct pair {
	uint32_t person;
	const struct managed_group *group;
	const struct slot *slot;
	const struct holding *have;
};

static const struct interval nothing = {INSTANT_ALWAYS, INSTANT_NEVER};

static const char *
number_text(struct plan *plan, int64_t number)
{
	return plan_printf(plan, "%" G_GINT64_FORMAT, number);
}

/*
 * Ids must not depend on the moment: a revoke whose time runs out meanwhile stays the same change.  Putting back what
 * somebody removed is another change than the grant before, whose plan may be used up.
 */
static void
identify(struct plan *plan, struct change *change)
{
	const char *what = "remove";
	if (change->object == OBJECT_USER)
		what = "create_user";
	else if (change->cause == CAUSE_REMOVED_BY_HAND)
		what = "restore";
	else if (change->wanted)
		what = change->have_id == 0 ? "grant" : "adjust";
	plan_make_id(change->id, what, change->email, number_text(plan, change->group_id),
	    number_text(plan, change->want.from), number_text(plan, change->want.until),
	    number_text(plan, change->have_id), NULL);
}

static struct change *
add_change(struct world *world, uint32_t person)
{
	struct change *change = g_new0(struct change, 1);
	const struct kisi_user *user = g_ptr_array_index(world->user_of, person);
	const char *name = world_person(world, person).name;
	change->email = plan_text(world->plan, world_email(world, person));
	change->name = plan_text(world->plan, name != NULL   ? name
					      : user != NULL ? user->name
							     : NULL);
	change->user_id = user != NULL ? user->id : 0;
	change->have = change->want = nothing;
	g_ptr_array_add(world->plan->changes, change);
	return change;
}

/* ---- reasons ---- */

static void
explain_want(struct world *world, struct change *change, const struct slot *slot)
{
	const struct slots *slots = world->slots;
	size_t n = 0;
	for (uint32_t i = 0; i < slot->used; i++)
		n += g_array_index(slots->windows, struct window, slot->next + i).count;
	struct reason *reason = reasons_alloc(world, change, n);
	for (uint32_t i = 0; i < slot->used; i++) {
		const struct window *window = &g_array_index(
		    slots->windows, struct window, slot->next + i);
		for (uint32_t j = window->first; j < window->first + window->count; j++) {
			const struct raw_window *raw = &g_array_index(
			    slots->raw, struct raw_window, j);
			reason_fill(world, reason++, raw->reason, raw->span);
		}
	}
}

/* ---- changes ---- */

static void
add_removal(struct world *world, const struct pair *pair)
{
	const struct trace *explained;
	struct change *change = add_change(world, pair->person);
	change->group_id = pair->group->id;
	change->group = plan_text(world->plan, pair->group->name);
	change->user_id = pair->have->user->id;
	change->have_id = pair->have->assignment->id;
	change->have = pair->have->assignment->valid;
	change->cause = cause_of_removal(world, pair->person, pair->have, pair->slot, &explained);
	if (explained != NULL)
		reason_fill(
		    world, reasons_alloc(world, change, 1), explained->reason, explained->span);
	identify(world->plan, change);
}

static void
add_giving(struct world *world, const struct pair *pair)
{
	struct change *change = add_change(world, pair->person);
	change->group_id = pair->group->id;
	change->group = plan_text(world->plan, pair->group->name);
	change->wanted = true;
	change->want = pair->slot->want;
	if (pair->have != NULL) {
		change->have_id = pair->have->assignment->id;
		change->have = pair->have->assignment->valid;
		change->cause = cause_of_adjust(world, pair->have, change->want);
	} else {
		change->cause = cause_of_grant(world, pair->person, pair->group->id, change->want);
	}
	explain_want(world, change, pair->slot);
	identify(world->plan, change);
}

/* What someone is entitled to, and need not have yet, is never taken for being early. */
static bool
early_but_right(const struct world *world, const struct pair *pair)
{
	const struct window *next = world_next_window(world, pair->slot);
	return next != NULL &&
	       interval_equal_in_effect(pair->have->assignment->valid, next->span, world->now);
}

static bool
in_step(const struct world *world, const struct pair *pair)
{
	bool wanted = pair->slot != NULL && pair->slot->wanted;
	if (pair->have == NULL)
		return !wanted;
	if (!wanted)
		return early_but_right(world, pair);
	return interval_equal_in_effect(
	    pair->have->assignment->valid, pair->slot->want, world->now);
}

/* Reasons to leave a slot as it is, although it is not as it should be; each is reported. */
static bool
left_alone(struct world *world, const struct pair *pair)
{
	const char *email = world_email(world, pair->person);
	const char *group = pair->group->name;
	bool wanted = pair->slot != NULL && pair->slot->wanted;
	const char *should = !wanted		  ? "has access that nothing entitles"
			     : pair->have == NULL ? "should have access and has none"
						  : "should have access at other times";
	if (doubts_slot(world, pair->person, pair->group->id, group, should))
		return true;
	if (world_protected(world, pair->person)) {
		finding_add(world->plan, "protected", email, group, NULL, "%s; %s never changed",
		    should,
		    world_own(world, pair->person) ? "the account of the API key is"
						   : "protected people are");
		return true;
	}
	if (!pair->group->exclusive) {
		finding_add(world->plan, "report_only", email, group, NULL,
		    "%s; this group is only reported on", should);
		return true;
	}
	if (wanted && pair->have == NULL &&
	    world_other_role(world, pair->person, pair->group->id)) {
		finding_add(world->plan, "other_role", email, group, NULL,
		    "holds another role in this group, so that the booking's access cannot be "
		    "given beside it");
		return true;
	}
	if (wanted && g_ptr_array_index(world->user_of, pair->person) == NULL &&
	    world->config->people.create == CREATE_NO) {
		finding_add(world->plan, "no_user", email, group, NULL,
		    "should have access but is no Kisi user; [people] create = no");
		return true;
	}
	return false;
}

static void
compare_pair(struct world *world, const struct pair *pair)
{
	if (in_step(world, pair) || left_alone(world, pair))
		return;
	if (pair->slot != NULL && pair->slot->wanted)
		add_giving(world, pair);
	else
		add_removal(world, pair);
}

/* ---- the walk ---- */

/* Kisi promises one role for each user and group; should it hold two, the one nearest to what is wanted counts. */
static const struct holding *
pick_holding(struct world *world, const struct slot *slot, guint first, guint end)
{
	const struct holding *best = &g_array_index(world->holdings, struct holding, first);
	for (guint i = first + 1; i < end; i++) {
		const struct holding *other = &g_array_index(world->holdings, struct holding, i);
		bool right = slot != NULL && slot->wanted &&
			     interval_equal_in_effect(
				 other->assignment->valid, slot->want, world->now);
		finding_add(world->plan, "duplicate_assignment", world_email(world, other->person),
		    groups_managed(world->groups, other->group_id)->name, NULL,
		    "holds this group more than once (assignments %" G_GINT64_FORMAT
		    " and %" G_GINT64_FORMAT "); only one is looked at",
		    best->assignment->id, other->assignment->id);
		bool best_right = slot != NULL && slot->wanted &&
				  interval_equal_in_effect(
				      best->assignment->valid, slot->want, world->now);
		if (right ||
		    (!best_right && other->assignment->valid.until > best->assignment->valid.until))
			best = other;
	}
	return best;
}

/* A person may have several users in a group that nothing entitles; each of them is a slot of Kisi's. */
static void
compare_users(struct world *world, const struct pair *pair, guint first, guint end)
{
	const GArray *holdings = world->holdings;
	while (first < end) {
		const struct kisi_user *user = g_array_index(holdings, struct holding, first).user;
		guint next = first + 1;
		while (next < end && g_array_index(holdings, struct holding, next).user == user)
			next++;
		struct pair own = *pair;
		own.have = pick_holding(world, pair->slot, first, next);
		compare_pair(world, &own);
		first = next;
	}
}

static int
compare_keys(const struct slot *slot, const struct holding *have)
{
	if (slot->person != have->person)
		return slot->person < have->person ? -1 : 1;
	return (slot->group_id > have->group_id) - (slot->group_id < have->group_id);
}

static bool
same_slot(const struct holding *a, const struct holding *b)
{
	return a->person == b->person && a->group_id == b->group_id;
}

static void
walk(struct world *world)
{
	const GArray *slots = world->slots->slots, *holdings = world->holdings;
	guint i = 0, j = 0;
	while (i < slots->len || j < holdings->len) {
		const struct slot *slot = i < slots->len ? &g_array_index(slots, struct slot, i)
							 : NULL;
		const struct holding *have = j < holdings->len
						 ? &g_array_index(holdings, struct holding, j)
						 : NULL;
		int order = slot == NULL ? 1 : have == NULL ? -1 : compare_keys(slot, have);
		struct pair pair = {.person = order <= 0 ? slot->person : have->person,
		    .group = groups_managed(
			world->groups, order <= 0 ? slot->group_id : have->group_id),
		    .slot = order <= 0 ? slot : NULL};
		guint first = j;
		while (order >= 0 && j < holdings->len &&
		       same_slot(have, &g_array_index(holdings, struct holding, j)))
			j++;
		if (order < 0)
			compare_pair(world, &pair);
		else
			compare_users(world, &pair, first, j);
		i += order <= 0;
	}
}

/* ---- users ---- */

/* Everybody who is given access and is no user yet is created once. */
static void
add_users(struct world *world)
{
	GHashTable *created = g_hash_table_new(NULL, NULL);
	guint n = world->plan->changes->len;
	for (guint i = 0; i < n; i++) {
		const struct change *giving = g_ptr_array_index(world->plan->changes, i);
		uint32_t person = intern_find(world->entitled->people, giving->email);
		if (giving->user_id != 0 ||
		    !g_hash_table_add(created, GUINT_TO_POINTER(person + 1)))
			continue;
		struct change *change = add_change(world, person);
		change->object = OBJECT_USER;
		change->wanted = true;
		change->cause = CAUSE_NEW;
		change->reasons = giving->reasons;
		change->n_reasons = giving->n_reasons;
		identify(world->plan, change);
	}
	g_hash_table_unref(created);
}

/* People who should get in and cannot, although their assignment may be right. */
static void
report_users(struct world *world)
{
	const GArray *slots = world->slots->slots;
	for (guint i = 0; i < slots->len; i++) {
		const struct slot *slot = &g_array_index(slots, struct slot, i);
		const struct kisi_user *user = g_ptr_array_index(world->user_of, slot->person);
		if (!slot->wanted || user == NULL)
			continue;
		const char *email = world_email(world, slot->person);
		if (!user->access_enabled)
			finding_add(world->plan, "suspended", email, NULL, NULL,
			    "is entitled, but access is switched off for this user in Kisi");
		if (!user->confirmed)
			finding_add(world->plan, "unconfirmed", email, NULL, NULL,
			    "is entitled, but has not confirmed the e-mail address in Kisi");
	}
}

void
diff(struct world *world)
{
	walk(world);
	add_users(world);
	report_users(world);
}
