/*
 * The difference between wanted slots and held assignments.  First as if every record were believed: changes, and what
 * they would take, piece by piece.  Then, when the guards have held pieces, as it can be done.
 */
#include "reconcile/diff.h"

#include "reconcile/cause.h"
#include "reconcile/doubts.h"
#include "reconcile/findings.h"
#include "reconcile/reasons.h"

#include <string.h>

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

/* Remembered givers that stand in for what cannot be known now, and whose time the interval touches. */
static GPtrArray *
stand_ins(const struct world *world, const struct loss *loss, struct interval want)
{
	guint count;
	const struct known_giver *list = givers_of(
	    world->givers, OBJECT_ASSIGNMENT, loss->person, loss->door_id, &count);
	GPtrArray *found = g_ptr_array_new();
	for (guint i = 0; i < count; i++) {
		if (list[i].account.standing == STANDING_KEPT &&
		    interval_overlap(list[i].giver->span, want))
			g_ptr_array_add(found, (gpointer)list[i].giver);
	}
	return found;
}

static void
explain_want(struct world *world, struct change *change, const struct loss *loss)
{
	const struct slots *slots = world->slots;
	const struct slot *slot = loss->slot;
	GPtrArray *givers = stand_ins(world, loss, change->want);
	size_t n = givers->len;
	uint32_t end = slot != NULL ? slot->first + slot->count : 0;
	for (uint32_t i = slot != NULL ? slot->next : 0; i < end; i++) {
		const struct window *window = &g_array_index(slots->windows, struct window, i);
		n += interval_overlap(window->span, change->want) ? window->count : 0;
	}
	struct reason *reason = reasons_alloc(world, change, n);
	for (uint32_t i = slot != NULL ? slot->next : 0; i < end; i++) {
		const struct window *window = &g_array_index(slots->windows, struct window, i);
		for (uint32_t j = window->first; interval_overlap(window->span, change->want) &&
						 j < window->first + window->count;
		     j++) {
			const struct raw_window *raw = &g_array_index(
			    slots->raw, struct raw_window, j);
			reason_fill(world, reason++, raw->reason, raw->span);
		}
	}
	for (guint i = 0; i < givers->len; i++)
		reason_fill_giver(world, reason++, g_ptr_array_index(givers, i));
	g_ptr_array_unref(givers);
}

/* ---- changes ---- */

/* A change of the loss's slot to want; NULL: to nothing. */
static struct change *
change_slot(struct world *world, const struct loss *loss, const struct interval *want)
{
	struct change *change = add_change(world, loss->person);
	change->group_id = loss->group->id;
	change->group = plan_text(world->plan, loss->group->name);
	if (loss->have != NULL) {
		change->user_id = loss->have->user->id;
		change->have_id = loss->have->assignment->id;
		change->have = loss->have->assignment->valid;
	}
	change->wanted = want != NULL;
	if (want != NULL)
		change->want = *want;
	return change;
}

/* Fill in why; what is held by now does not count. */
static void
explain_change(struct world *world, struct change *change, const struct loss *loss)
{
	uint32_t reason;
	struct interval span;
	if (!change->wanted) {
		change->cause = cause_of_removal(world, loss, &reason, &span);
		if (reason != INTERN_NONE)
			reason_fill(world, reasons_alloc(world, change, 1), reason, span);
		return;
	}
	change->cause = change->have_id != 0
			    ? cause_of_adjust(world, loss, change->want)
			    : cause_of_grant(world, loss->person, loss->door_id, change->want);
	explain_want(world, change, loss);
}

/* What someone is entitled to, and need not have yet, is never taken for being early. */
static bool
early_but_right(const struct world *world, const struct loss *loss)
{
	const struct window *next = world_next_window(world, loss->slot);
	return next != NULL &&
	       interval_equal_in_effect(loss->have->assignment->valid, next->span, world->now);
}

static bool
is_wanted(const struct loss *loss)
{
	return loss->slot != NULL && loss->slot->wanted && !loss->second;
}

static bool
in_step(const struct world *world, const struct loss *loss)
{
	if (loss->have == NULL)
		return !is_wanted(loss);
	if (!is_wanted(loss))
		return !loss->second && early_but_right(world, loss);
	return interval_equal_in_effect(
	    loss->have->assignment->valid, loss->slot->want, world->now);
}

/* Reasons to leave a slot as it is, although it is not as it should be; each is reported. */
static bool
left_alone(struct world *world, const struct loss *loss)
{
	const char *email = world_email(world, loss->person);
	const char *group = loss->group->name;
	bool wanted = is_wanted(loss);
	const char *should = !wanted		  ? "has access that nothing entitles"
			     : loss->have == NULL ? "should have access and has none"
						  : "should have access at other times";
	if (doubts_slot(world, loss->person, loss->group->id, group, should))
		return true;
	if (world_protected(world, loss->person)) {
		finding_add(world->plan, FINDING_PROTECTED, email, group, NULL,
		    "%s; %s never changed", should,
		    world_own(world, loss->person) ? "the account of the API key is"
						   : "protected people are");
		return true;
	}
	if (loss->group->exclusive == EXCLUSIVE_NO) {
		finding_add(world->plan, FINDING_REPORT_ONLY, email, group, NULL,
		    "%s; this group is only reported on", should);
		return true;
	}
	if (wanted && loss->have == NULL &&
	    world_other_role(world, loss->person, loss->group->id)) {
		finding_add(world->plan, FINDING_OTHER_ROLE, email, group, NULL,
		    "holds another role in this group, so that the booking's access cannot be "
		    "given beside it");
		return true;
	}
	if (wanted && g_ptr_array_index(world->user_of, loss->person) == NULL &&
	    world->config->people.create == CREATE_NO) {
		finding_add(world->plan, FINDING_NO_USER, email, group, NULL,
		    "should have access but is no Kisi user; [people] create = no");
		return true;
	}
	return false;
}

/* Those whose slots nobody changes, and where nothing is to be said either. */
static bool
is_untouchable(const struct world *world, const struct loss *loss)
{
	return world_protected(world, loss->person) || loss->group->exclusive == EXCLUSIVE_NO ||
	       (loss->have == NULL && world_other_role(world, loss->person, loss->group->id)) ||
	       (loss->have == NULL && world->config->people.create == CREATE_NO &&
		   g_ptr_array_index(world->user_of, loss->person) == NULL);
}

/* A second user of a person keeps what the person is wanted to have now, and no more. */
static bool
want_of_second(const struct world *world, const struct loss *loss, struct interval *want)
{
	if (loss->slot == NULL || !loss->slot->wanted)
		return false;
	struct interval have = loss->have->assignment->valid;
	*want = (struct interval){
	    MAX(have.from, loss->slot->want.from), MIN(have.until, loss->slot->want.until)};
	return want->from < want->until && want->until > world->now;
}

static void
compare_slot(struct world *world, struct loss *loss)
{
	struct interval want;
	bool wanted = loss->second ? want_of_second(world, loss, &want) : is_wanted(loss);
	if (wanted && !loss->second)
		want = loss->slot->want;
	bool step = loss->second && wanted
			? interval_equal_in_effect(loss->have->assignment->valid, want, world->now)
			: in_step(world, loss);
	if (step ? is_untouchable(world, loss) : left_alone(world, loss))
		return;
	loss->object = OBJECT_ASSIGNMENT;
	loss->email = world_email(world, loss->person);
	loss->door_id = loss->group->id;
	loss->door = loss->group->name;
	struct loss *kept = losses_add(world, world->losses, loss);
	if (step)
		return;
	struct change *change = change_slot(world, loss, wanted ? &want : NULL);
	explain_change(world, change, loss);
	identify(world->plan, change);
	if (kept != NULL)
		kept->change = change;
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
		finding_add(world->plan, FINDING_DUPLICATE_ASSIGNMENT,
		    world_email(world, other->person),
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

/* A person may have several users in a group; each of them is a slot of Kisi's. */
static void
compare_users(struct world *world, const struct loss *place, guint first, guint end)
{
	const GArray *holdings = world->holdings;
	bool given = false;
	while (first < end) {
		const struct holding *one = &g_array_index(holdings, struct holding, first);
		guint next = first + 1;
		while (
		    next < end && g_array_index(holdings, struct holding, next).user == one->user)
			next++;
		struct loss own = *place;
		own.second = one->second && place->slot != NULL &&
			     world_next_window(world, place->slot) != NULL;
		own.have = pick_holding(world, place->slot, first, next);
		given |= !own.second;
		compare_slot(world, &own);
		first = next;
	}
	if (!given && place->slot != NULL) {
		struct loss own = *place;
		compare_slot(world, &own);
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
		struct loss place = {.person = order <= 0 ? slot->person : have->person,
		    .group = groups_managed(
			world->groups, order <= 0 ? slot->group_id : have->group_id),
		    .slot = order <= 0 ? slot : NULL};
		guint first = j;
		while (order >= 0 && j < holdings->len &&
		       same_slot(have, &g_array_index(holdings, struct holding, j)))
			j++;
		if (order < 0)
			compare_slot(world, &place);
		else
			compare_users(world, &place, first, j);
		i += order <= 0;
	}
}

static bool
is_held_by(const struct world *world, uint32_t person, int64_t group_id)
{
	const struct holding at = {.person = person, .group_id = group_id};
	guint i = world_holdings(world, person, group_id);
	return i < world->holdings->len &&
	       same_slot(&g_array_index(world->holdings, struct holding, i), &at);
}

/* Remembered givers that stand in where today's records give nothing, and Kisi has nothing either. */
static void
walk_stand_ins(struct world *world)
{
	const GArray *all = givers_all(world->givers);
	const struct known_giver *last = NULL;
	for (guint i = 0; i < all->len; i++) {
		const struct known_giver *one = &g_array_index(all, struct known_giver, i);
		int64_t group_id = one->giver->door_id;
		bool again = last != NULL && last->person == one->person &&
			     last->giver->door_id == group_id;
		const struct managed_group *group = groups_managed(world->groups, group_id);
		if (one->account.standing != STANDING_KEPT || again || group == NULL ||
		    one->giver->object != OBJECT_ASSIGNMENT || group->former)
			continue;
		last = one;
		if (world_slot(world, one->person, group_id) != NULL ||
		    is_held_by(world, one->person, group_id))
			continue;
		struct loss place = {.person = one->person, .group = group};
		compare_slot(world, &place);
	}
}

/* ---- as it can be done ---- */

static int
compare_pieces(gconstpointer p, gconstpointer q)
{
	const struct piece_of_time *a = p, *b = q;
	return (a->span.from > b->span.from) - (a->span.from < b->span.from);
}

static void
unite_pieces(GArray *list)
{
	guint n = 0;
	g_array_sort(list, compare_pieces);
	for (guint i = 0; i < list->len; i++) {
		struct piece_of_time piece = g_array_index(list, struct piece_of_time, i);
		struct piece_of_time *last = n > 0
						 ? &g_array_index(list, struct piece_of_time, n - 1)
						 : NULL;
		if (last == NULL || piece.span.from > last->span.until) {
			g_array_index(list, struct piece_of_time, n++) = piece;
			continue;
		}
		last->span.until = MAX(last->span.until, piece.span.until);
		last->kept |= piece.kept;
	}
	g_array_set_size(list, n);
}

static bool
stays(const struct piece *piece)
{
	return piece->held != GUARD_NONE || piece->by_hand;
}

/* What the slot is to serve besides today's records: what stands in, and what is held; of struct piece_of_time. */
static GArray *
extra_pieces(const struct world *world, const struct loss *loss)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct piece_of_time));
	static const struct interval ever = {INSTANT_ALWAYS, INSTANT_NEVER};
	GPtrArray *givers = loss->group->former ? g_ptr_array_new() : stand_ins(world, loss, ever);
	for (guint i = 0; i < givers->len; i++) {
		const struct giver *giver = g_ptr_array_index(givers, i);
		struct piece_of_time piece = {
		    giver->span, loss->have != NULL &&
				     interval_overlap(giver->span, loss->have->assignment->valid)};
		g_array_append_val(list, piece);
	}
	g_ptr_array_unref(givers);
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct piece *one = loss_piece(world->losses, loss, i);
		struct piece_of_time piece = {one->span, true};
		/* What is there already began when it began: nothing in a plan may follow the moment of the run. */
		if (piece.span.from == world->now)
			piece.span.from = MIN(piece.span.from, loss->have->assignment->valid.from);
		if (stays(one))
			g_array_append_val(list, piece);
	}
	return list;
}

static const struct piece *
first_held(const struct world *world, const struct loss *loss)
{
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct piece *piece = loss_piece(world->losses, loss, i);
		if (piece->held != GUARD_NONE)
			return piece;
	}
	return NULL;
}

static bool
same_want(const struct change *change, const struct choice *choice, instant now)
{
	if (!choice->wanted || !change->wanted)
		return choice->wanted == change->wanted;
	return interval_equal_in_effect(change->want, choice->want, now);
}

/* What waits for a decision is listed; what only would have been sooner, or longer, is not. */
static void
put_aside(struct world *world, const struct loss *loss, GHashTable *dropped)
{
	const struct piece *held = first_held(world, loss);
	if (loss->change == NULL)
		return;
	if (held == NULL) {
		g_hash_table_add(dropped, loss->change);
		return;
	}
	loss->change->held = held->held;
	loss->change->held_scope = held->scope;
}

static struct choice
pick_with(const struct world *world, const struct loss *loss, GArray *list)
{
	for (uint32_t i = 0; loss->slot != NULL && i < loss->slot->count; i++) {
		struct piece_of_time piece = {
		    g_array_index(world->slots->windows, struct window, loss->slot->first + i).span,
		    false};
		g_array_append_val(list, piece);
	}
	unite_pieces(list);
	struct choice choice = slots_pick(
	    world->config, world->now, (const struct piece_of_time *)(void *)list->data, list->len);
	/* What is right, or kept, is not taken for being early. */
	if (!choice.wanted && loss->have != NULL && choice.next < list->len) {
		struct interval next = g_array_index(list, struct piece_of_time, choice.next).span;
		choice.wanted = interval_equal_in_effect(
		    loss->have->assignment->valid, next, world->now);
		choice.want = next;
	}
	return choice;
}

static bool
is_in_step_with(const struct world *world, const struct loss *loss, const struct choice *choice)
{
	if (loss->have == NULL)
		return !choice->wanted;
	return choice->wanted &&
	       interval_equal_in_effect(loss->have->assignment->valid, choice->want, world->now);
}

static void
settle_slot(struct world *world, struct loss *loss, GHashTable *dropped)
{
	if (loss->second) {
		if (first_held(world, loss) != NULL)
			put_aside(world, loss, dropped);
		return;
	}
	GArray *list = extra_pieces(world, loss);
	if (list->len > 0) {
		struct choice choice = pick_with(world, loss, list);
		bool same = loss->change != NULL && same_want(loss->change, &choice, world->now);
		/* What is held comes later than the lookahead: it is taken out for now, and is not why. */
		if (same && loss->have != NULL && loss->change->wanted)
			loss->change->cause = cause_of_adjust(world, loss, loss->change->want);
		if (!same) {
			put_aside(world, loss, dropped);
			loss->change = NULL;
			if (!is_in_step_with(world, loss, &choice)) {
				loss->change = change_slot(
				    world, loss, choice.wanted ? &choice.want : NULL);
				explain_change(world, loss->change, loss);
				identify(world->plan, loss->change);
			}
		}
	}
	g_array_unref(list);
}

/* Of the changes that go: do they take what nobody explains, and under what is that counted? */
static void
weigh_change(struct world *world, const struct loss *loss)
{
	if (loss->change == NULL || loss->change->held != GUARD_NONE)
		return;
	const struct piece *telling = loss_telling(world->losses, loss);
	loss->change->surprising = telling != NULL && telling->held == GUARD_NONE &&
				   telling->account.standing == STANDING_UNEXPLAINED &&
				   !telling->by_hand;
	loss->change->unit = loss_unit(world, world->losses, loss);
}

static void
drop_changes(struct plan *plan, GHashTable *dropped)
{
	g_autoptr(GPtrArray) kept = g_ptr_array_new();
	for (guint i = 0; i < plan->changes->len; i++) {
		gpointer change = g_ptr_array_index(plan->changes, i);
		if (g_hash_table_contains(dropped, change))
			g_free(change);
		else
			g_ptr_array_add(kept, change);
	}
	g_ptr_array_set_free_func(plan->changes, NULL);
	g_ptr_array_set_size(plan->changes, 0);
	g_ptr_array_set_free_func(plan->changes, g_free);
	for (guint i = 0; i < kept->len; i++)
		g_ptr_array_add(plan->changes, g_ptr_array_index(kept, i));
}

void
diff_settle(struct world *world)
{
	g_autoptr(GHashTable) dropped = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < world->losses->list->len; i++) {
		struct loss *loss = &g_array_index(world->losses->list, struct loss, i);
		if (loss->group != NULL)
			settle_slot(world, loss, dropped);
		else if (first_held(world, loss) != NULL)
			put_aside(world, loss, dropped);
		weigh_change(world, loss);
	}
	drop_changes(world->plan, dropped);
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
		if (giving->object != OBJECT_ASSIGNMENT || !giving->wanted ||
		    giving->user_id != 0 ||
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
			finding_add(world->plan, FINDING_SUSPENDED, email, NULL, NULL,
			    "is entitled, but access is switched off for this user in Kisi");
		if (!user->confirmed)
			finding_add(world->plan, FINDING_UNCONFIRMED, email, NULL, NULL,
			    "is entitled, but has not confirmed the e-mail address in Kisi");
	}
}

void
diff(struct world *world)
{
	walk(world);
	walk_stand_ins(world);
	report_users(world);
}

void
diff_users(struct world *world)
{
	add_users(world);
}
