/* What the next run must know: every giver of time that is still ahead, and who had what before this program came. */
#include "reconcile/remember.h"

#include "reconcile/cause.h"
#include "reconcile/mismatch.h"

#include <string.h>

/* Givers whose time begins later than this behind the lookahead are remembered by a key. */
#define REMEMBER_AHEAD (7 * INSTANT_DAY)

static void
keep(struct baseline *baseline, const struct giver *giver, int64_t user_id)
{
	struct kept_giver kept = {*giver, user_id};
	g_array_append_val(baseline->givers, kept);
}

/* ---- what Kisi has ---- */

static const struct holding *
holding_of(const struct world *world, uint32_t person, int64_t group_id, instant from)
{
	const GArray *holdings = world->holdings;
	for (guint i = world_holdings(world, person, group_id); i < holdings->len; i++) {
		const struct holding *one = &g_array_index(holdings, struct holding, i);
		if (one->person != person || one->group_id != group_id)
			return NULL;
		if (one->assignment->valid.until > from)
			return one;
	}
	return NULL;
}

/* ---- records of now ---- */

static struct giver
giver_of(const struct world *world, const struct raw_window *window, int64_t group_id)
{
	const struct entitled *entitled = world->entitled;
	const struct raw_reason *reason = &g_array_index(
	    entitled->reasons, struct raw_reason, window->reason);
	const struct rule *rule = reason->rule != INTERN_NONE
				      ? g_ptr_array_index(world->config->rules, reason->rule)
				      : NULL;
	return (struct giver){.kind = GIVER_RECORD,
	    .object = OBJECT_ASSIGNMENT,
	    .email = world_email(world, window->person),
	    .door_id = group_id,
	    .span = window->span,
	    .source = world->policies[reason->source].name,
	    .record = intern_text(entitled->texts, reason->record),
	    .rule = rule != NULL ? rule->name : NULL,
	    .via = window->via != INTERN_NONE ? world->policies[window->via].name : NULL,
	    .record_kind = reason->kind,
	    .content = reason->content,
	    .how = givers_how(&world->policies[reason->source], rule)};
}

static void
keep_window(const struct world *world, struct baseline *baseline, const struct raw_window *window)
{
	const struct raw_reason *reason = &g_array_index(
	    world->entitled->reasons, struct raw_reason, window->reason);
	int64_t group_id = g_array_index(world->groups->of_ref, int64_t, window->ref);
	instant horizon = world->now + world->config->schedule.lookahead + REMEMBER_AHEAD;
	if (group_id != 0 &&
	    (window->span.from <= horizon ||
		holding_of(world, window->person, group_id, window->span.from) != NULL)) {
		struct giver giver = giver_of(world, window, group_id);
		keep(baseline, &giver, 0);
		return;
	}
	const struct source_policy *policy = &world->policies[reason->source];
	struct later_record later = {policy->name,
	    givers_later_key(
		policy, intern_text(world->entitled->texts, reason->record), reason->content),
	    window->span.until};
	g_array_append_val(baseline->later, later);
}

static void
keep_windows(const struct world *world, struct baseline *baseline)
{
	const GArray *windows = world->entitled->windows;
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		if (window->span.until > world->now)
			keep_window(world, baseline, window);
	}
}

/* ---- what was known before ---- */

/* What is past of it needs nobody. */
static bool
is_given_now(const struct world *world, uint32_t person, const struct giver *giver)
{
	struct interval rest = {MAX(giver->span.from, world->now), giver->span.until};
	return world_entitles(world, world_slot(world, person, giver->door_id), rest);
}

/* What nobody can judge now stays known; the rest as long as Kisi has some of its time and nothing of now gives that. */
static void
keep_known(const struct world *world, struct baseline *baseline)
{
	const GArray *all = givers_all(world->givers);
	for (guint i = 0; i < all->len; i++) {
		const struct known_giver *one = &g_array_index(all, struct known_giver, i);
		const struct giver *giver = one->giver;
		if (one->account.standing == STANDING_KEPT) {
			keep(baseline, giver, 0);
			continue;
		}
		/* What staff gave stays theirs while a booking is laid over it. */
		if (giver->kind != GIVER_HAND && is_given_now(world, one->person, giver))
			continue;
		const struct holding *have = holding_of(
		    world, one->person, giver->door_id, MAX(giver->span.from, world->now));
		if (have != NULL && have->assignment->valid.from < giver->span.until)
			keep(baseline, giver, have->user->id);
	}
}

static bool
is_baseline_kept(const struct world *world, const char *source)
{
	for (guint i = 0; i < world->config->sources->len; i++) {
		if (strcmp(world->policies[i].name, source) == 0)
			return world->refused[i] || world->doubted[i];
	}
	return false;
}

static void
keep_known_later(const struct world *world, struct baseline *baseline)
{
	const GArray *later = world->history->later;
	for (guint i = 0; i < later->len; i++) {
		const struct later_record *one = &g_array_index(later, struct later_record, i);
		if (one->until > world->now && is_baseline_kept(world, one->source))
			g_array_append_val(baseline->later, *one);
	}
}

/* ---- hands, and the time between ---- */

/* What is in a slot before the first write here, where no record of now gives it. */
static void
keep_hand(const struct world *world, struct baseline *baseline, const struct loss *loss)
{
	struct interval have = loss->have->assignment->valid;
	if (have.until <= world->now || cause_ledger_of(world, loss->have) != NULL)
		return;
	struct giver giver = {.kind = GIVER_HAND,
	    .object = OBJECT_ASSIGNMENT,
	    .email = loss->email,
	    .door_id = loss->door_id,
	    .span = have};
	if (loss->group->exclusive == EXCLUSIVE_OURS) {
		keep(baseline, &giver, loss->have->user->id);
		return;
	}
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct piece *piece = loss_piece(world->losses, loss, i);
		giver.span = piece->span;
		if (piece->account.giver == NULL && piece->account.cause == CAUSE_HAND_MADE)
			keep(baseline, &giver, loss->have->user->id);
	}
}

static int
compare_spans(gconstpointer p, gconstpointer q)
{
	const struct interval *a = p, *b = q;
	return (a->from > b->from) - (a->from < b->from);
}

/* What serves somebody in the slot, in order of time: of struct interval. */
static GArray *
served(const struct world *world, const struct loss *loss)
{
	guint count;
	GArray *spans = g_array_new(FALSE, FALSE, sizeof(struct interval));
	const struct known_giver *givers = givers_of(
	    world->givers, OBJECT_ASSIGNMENT, loss->person, loss->door_id, &count);
	for (guint i = 0; i < count; i++) {
		if (givers[i].account.standing == STANDING_KEPT)
			g_array_append_val(spans, givers[i].giver->span);
	}
	for (uint32_t i = 0; loss->slot != NULL && i < loss->slot->count; i++)
		g_array_append_val(spans,
		    g_array_index(world->slots->windows, struct window, loss->slot->first + i)
			.span);
	for (uint32_t i = 0; i < loss->count; i++) {
		const struct piece *piece = loss_piece(world->losses, loss, i);
		if (piece->held != GUARD_NONE || piece->by_hand)
			g_array_append_val(spans, piece->span);
	}
	g_array_sort(spans, compare_spans);
	return spans;
}

/* Time that one interval has to bridge is ours: it ends as soon as what lies beside it does not need it. */
static void
keep_between(const struct world *world, struct baseline *baseline, const struct change *change,
    const struct loss *loss)
{
	g_autoptr(GArray) spans = served(world, loss);
	struct giver giver = {.kind = GIVER_OURS,
	    .object = OBJECT_ASSIGNMENT,
	    .email = change->email,
	    .door_id = change->group_id};
	instant at = change->want.from;
	for (guint i = 0; i < spans->len && at < change->want.until; i++) {
		struct interval span = g_array_index(spans, struct interval, i);
		giver.span = (struct interval){at, MIN(span.from, change->want.until)};
		if (giver.span.from < giver.span.until)
			keep(baseline, &giver, 0);
		at = MAX(at, span.until);
	}
}

static void
keep_changes(const struct world *world, struct baseline *baseline)
{
	g_autoptr(GHashTable) losses = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < world->losses->list->len; i++) {
		struct loss *loss = &g_array_index(world->losses->list, struct loss, i);
		if (loss->change != NULL && loss->group != NULL)
			g_hash_table_insert(losses, loss->change, loss);
	}
	for (guint i = 0; i < world->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(world->plan->changes, i);
		if (change->object != OBJECT_ASSIGNMENT || !change->wanted)
			continue;
		uint32_t person = intern_find(world->entitled->people, change->email);
		struct loss place = {.person = person,
		    .email = change->email,
		    .door_id = change->group_id,
		    .slot = world_slot(world, person, change->group_id),
		    .group = groups_managed(world->groups, change->group_id),
		    .have = holding_of(world, person, change->group_id, world->now)};
		const struct loss *loss = g_hash_table_lookup(losses, change);
		if (loss == NULL)
			loss = &place;
		keep_between(world, baseline, change, loss);
		if (loss->have != NULL && loss->group != NULL)
			keep_hand(world, baseline, loss);
	}
}

/* ---- doors and look-alikes ---- */

static void
keep_doors(const struct world *world, struct baseline *baseline)
{
	for (guint i = 0; i < world->entitled->refs->len; i++) {
		const struct door_ref *ref = &g_array_index(
		    world->entitled->refs, struct door_ref, i);
		int64_t id = g_array_index(world->groups->of_ref, int64_t, i);
		if (id != 0)
			g_hash_table_replace(baseline->doors, g_strdup(ref->key),
			    g_strdup_printf("%" G_GINT64_FORMAT, id));
	}
}

static void
keep_lookalikes(const struct world *world, struct baseline *baseline)
{
	for (guint i = 0; i < world->plan->mismatches->len; i++) {
		const struct mismatch *one = g_ptr_array_index(world->plan->mismatches, i);
		if (one->score >= MISMATCH_HOLD)
			g_hash_table_add(baseline->lookalikes,
			    g_strdup_printf("%s\n%" G_GINT64_FORMAT, one->email, one->user_id));
	}
}

/* What waits, whatever holds it, is no less new for being known by now. */
static void
keep_pending(const struct world *world, struct baseline *baseline)
{
	const GPtrArray *changes = world->plan->changes;
	g_autoptr(GHashTable) going = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = g_ptr_array_index(changes, i);
		if (change->held == GUARD_NONE && change->gain_unit != NULL)
			g_hash_table_add(going, (gpointer)change->gain_unit);
	}
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = g_ptr_array_index(changes, i);
		if (change->held != GUARD_NONE && change->gain_unit != NULL &&
		    !g_hash_table_contains(going, change->gain_unit))
			g_hash_table_add(baseline->pending, g_strdup(change->gain_unit));
	}
}

void
remember(const struct world *world, struct baseline *baseline)
{
	keep_windows(world, baseline);
	keep_known(world, baseline);
	keep_known_later(world, baseline);
	keep_changes(world, baseline);
	keep_doors(world, baseline);
	keep_lookalikes(world, baseline);
	identity_remember(world, baseline->identities);
	keep_pending(world, baseline);
}
