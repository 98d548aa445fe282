/* May this be given, or sent at all?  What trips holds whole changes, and only these few things do. */
#include "reconcile/guard_run.h"

#include "model/doubts.h"
#include "reconcile/cause.h"
#include "reconcile/passes.h"

#include <string.h>

typedef bool (*change_test)(const struct guard_run *run, const struct change *change);

static GPtrArray *
select_changes(const struct guard_run *run, change_test test)
{
	GPtrArray *selected = g_ptr_array_new();
	for (guint i = 0; i < run->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(run->plan->changes, i);
		if (change->held == GUARD_NONE && test(run, change))
			g_ptr_array_add(selected, change);
	}
	return selected;
}

static bool
is_cleanup(const struct guard_run *run, const struct change *change)
{
	instant now = run->world->now;
	/* Access that was called past may not be, by another clock. */
	return !change->wanted && change->object != OBJECT_USER && change->have.until <= now;
}

static bool
drops_past(const struct guard_run *run, const struct change *change)
{
	return is_cleanup(run, change) ||
	       (change->have_id != 0 && change->wanted && change->have.until <= run->world->now);
}

/* ---- scope and the kill switch ---- */

static bool
is_outside(const struct guard_run *run, const struct change *change)
{
	const struct guard_facts *facts = run->facts;
	if (facts->only_person != NULL && strcmp(change->email, facts->only_person) != 0)
		return true;
	/* Creating a user goes with the grants that need it. */
	return facts->only_group != NULL && change->object != OBJECT_USER &&
	       world_group_of(run->world, facts->only_group) != change->group_id;
}

static struct verdict *
verdict_of(const struct guard_run *run, enum guard guard)
{
	for (guint i = 0; i < run->plan->verdicts->len; i++) {
		struct verdict *verdict = g_ptr_array_index(run->plan->verdicts, i);
		if (verdict->guard == guard)
			return verdict;
	}
	return NULL;
}

/* The same guard has held losses already; whole changes are added to what it says. */
static void
hold_besides(struct guard_run *run, enum guard guard, change_test test)
{
	struct verdict *verdict = verdict_of(run, guard);
	g_autoptr(GPtrArray) held = select_changes(run, test);
	for (guint i = 0; i < held->len; i++)
		((struct change *)g_ptr_array_index(held, i))->held = guard;
	verdict->n_held += held->len;
	verdict->measured += held->len;
	verdict->tripped |= held->len > 0;
}

static void
guard_scope(struct guard_run *run)
{
	if (run->facts->only_person != NULL || run->facts->only_group != NULL)
		hold_besides(run, GUARD_SCOPE, is_outside);
}

static bool
is_cleanup_in_doubt(const struct guard_run *run, const struct change *change)
{
	const struct snapshot *snapshot = run->world->snapshot;
	return is_cleanup(run, change) &&
	       (change->object == OBJECT_SCHEDULE
		       ? snapshot_doubts_lock(snapshot, change->lock_id)
		       : snapshot_doubts_group(snapshot, change->group_id));
}

static void
guard_not_understood(struct guard_run *run)
{
	if (run->world->snapshot->doubts->len > 0)
		hold_besides(run, GUARD_NOT_UNDERSTOOD, is_cleanup_in_doubt);
}

static void
guard_hold(struct guard_run *run)
{
	if (run->facts->hold != NULL)
		hold_besides(run, GUARD_HOLD, is_cleanup);
}

/* ---- hands ---- */

static bool
is_removed_twice(const struct guard_run *run, const struct change *change)
{
	if (change->cause != CAUSE_REMOVED_BY_HAND)
		return false;
	uint32_t person = intern_find(run->world->entitled->people, change->email);
	return (change->label != NULL ? pass_restored(run->world, change)
				      : cause_restored(run->world, person, change->group_id)) > 0;
}

static void
guard_removed_twice(struct guard_run *run)
{
	g_autoptr(GPtrArray) held = select_changes(run, is_removed_twice);
	guard_conclude_changes(run, GUARD_REMOVED_TWICE, held->len > 0, held->len, -1, held,
	    g_strdup("access that somebody removed by hand twice within 7 days"), NULL);
}

/* ---- too much at once ---- */

static int
compare_gains(gconstpointer p, gconstpointer q)
{
	const struct change *a = *(struct change *const *)p, *b = *(struct change *const *)q;
	if (a->want.from != b->want.from)
		return a->want.from < b->want.from ? -1 : 1;
	int order = strcmp(a->email, b->email);
	return order != 0 ? order : strcmp(a->id, b->id);
}

/* A membership of somebody who has, or just had, access there is renewed: at a month's end many are. */
static bool
is_renewal(const struct world *world, const struct change *change)
{
	uint32_t person = intern_find(world->entitled->people, change->email);
	guint count;
	for (size_t i = 0; i < change->n_reasons; i++) {
		if (change->reasons[i]->kind != RECORD_MEMBERSHIP)
			return false;
	}
	givers_of(world->givers, OBJECT_ASSIGNMENT, person, change->group_id, &count);
	return count > 0 || change->have_id != 0 ||
	       cause_ledger(world, person, change->group_id) != NULL ||
	       cause_was_let_in(world, person, change->group_id);
}

/* Under what a gain counts: the first of its records; NULL when one of them is known since the last good import. */
static const char *
gain_unit(const struct guard_run *run, const struct change *change)
{
	const struct world *world = run->world;
	if (!change->wanted || change->object == OBJECT_USER || change->n_reasons == 0 ||
	    (change->object == OBJECT_ASSIGNMENT && is_renewal(world, change)))
		return NULL;
	const struct reason *first = change->reasons[0];
	const char *unit = first->record != NULL
			       ? plan_printf(run->plan, "%s\n%s", first->source, first->record)
			       : plan_printf(run->plan, "%s\n%08x", first->source, first->content);
	/* What was held for being too much is no less for being known by now. */
	if (history_recall(world->history, "pending", unit) != NULL)
		return unit;
	for (size_t i = 0; i < change->n_reasons; i++) {
		if (givers_knew(world->givers, change->reasons[i]))
			return NULL;
	}
	return unit;
}

/* The gains that may not go, soonest last to be held; *measured: what all of them count. */
static GPtrArray *
gains_beyond(const struct guard_run *run, int64_t most, int64_t *measured)
{
	g_autoptr(GHashTable) units = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) gains = g_ptr_array_new();
	GPtrArray *beyond = g_ptr_array_new();
	const GPtrArray *day = run->world->history->day_given;
	for (guint i = 0; i < day->len; i++)
		g_hash_table_add(units, g_ptr_array_index(day, i));
	for (guint i = 0; i < run->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(run->plan->changes, i);
		change->gain_unit = gain_unit(run, change);
		if (change->gain_unit != NULL)
			g_ptr_array_add(gains, change);
	}
	g_ptr_array_sort(gains, compare_gains);
	for (guint i = 0; i < gains->len; i++) {
		struct change *change = g_ptr_array_index(gains, i);
		if (change->held != GUARD_NONE)
			continue;
		g_hash_table_add(units, (gpointer)change->gain_unit);
		if ((int64_t)g_hash_table_size(units) > most)
			g_ptr_array_add(beyond, change);
	}
	*measured = (int64_t)g_hash_table_size(units);
	return beyond;
}

/* What was held before this run's own changes stays held when it is planned again. */
static GPtrArray *
gains_held_before(const struct guard_run *run)
{
	const GPtrArray *before = run->facts->before->held;
	g_autoptr(GHashTable) ids = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *held = g_ptr_array_new();
	for (guint i = 0; i < before->len; i++) {
		struct change *change = g_ptr_array_index(before, i);
		if (change->held == GUARD_MAX_GRANTS)
			g_hash_table_add(ids, change->id);
	}
	for (guint i = 0; i < run->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(run->plan->changes, i);
		if (change->held == GUARD_NONE && g_hash_table_contains(ids, change->id))
			g_ptr_array_add(held, change);
	}
	return held;
}

/*
 * What the limit is a share of: the people who have access now, or the records of the last imports that are ahead.  A
 * flood that was held must not make room for itself.
 */
static int64_t
gains_population(const struct guard_run *run)
{
	int64_t records = -(int64_t)g_hash_table_size(
	    history_memory(run->world->history, "pending"));
	for (guint i = 0; i < run->world->config->sources->len; i++)
		records += givers_count(run->world->givers, i).known;
	return MAX(records, (int64_t)run->plan->managed_people);
}

void
guard_grants(struct guard_run *run)
{
	const struct limit *limit = &run->world->config->guards.max_grants;
	int64_t most = limit_value(limit, gains_population(run)), measured;
	g_autoptr(GPtrArray) found = gains_beyond(run, most, &measured);
	g_autoptr(GPtrArray) beyond = run->facts->before != NULL ? gains_held_before(run)
								 : g_ptr_array_ref(found);
	if (run->world->history->fresh) {
		/* An opening day is no flood, and not the beginning of one either. */
		for (guint i = 0; i < run->plan->changes->len; i++)
			((struct change *)g_ptr_array_index(run->plan->changes, i))->gain_unit =
			    NULL;
		g_ptr_array_set_size(beyond, 0);
		guard_conclude_changes(run, GUARD_MAX_GRANTS, false, measured, most, beyond,
		    g_strdup("nothing was applied before"), NULL)
		    ->not_judged = true;
		return;
	}
	const struct approval *approval = run->world->history->approval;
	bool approved = beyond->len > 0 && approval != NULL &&
			guard_approved(run, approval->max_grants, beyond->len);
	run->plan->approved |= approved;
	g_autofree char *text = limit_text(limit);
	g_autofree char *hint = g_strdup_printf(
	    "if they are right: %s --approve %s --max-grants %u", run->facts->command,
	    run->plan->removals_id, beyond->len);
	guard_conclude_changes(run, GUARD_MAX_GRANTS, beyond->len > 0 && !approved, measured, most,
	    beyond,
	    g_strdup_printf("%" G_GINT64_FORMAT
			    " new bookings or memberships would let somebody in "
			    "within a day; at most %" G_GINT64_FORMAT " (%s), the soonest go%s%s",
		measured, most, text, approved ? "; approved by " : "",
		approved ? approval->who : ""),
	    hint);
}

/* ---- the clock ---- */

static bool
is_any(const struct guard_run *run, const struct change *change)
{
	return true;
}

static bool
takes_or_drops(const struct guard_run *run, const struct change *change)
{
	return change_takes_away(change, run->world->now) || drops_past(run, change);
}

static void
guard_clock(struct guard_run *run)
{
	instant most = run->world->config->guards.max_clock;
	instant offset = ABS(run->facts->clock_offset);
	if (run->facts->clock == CLOCK_OFFLINE) {
		g_autoptr(GPtrArray) none = g_ptr_array_new();
		guard_conclude_changes(run, GUARD_CLOCK, false, 0, most, none,
		    g_strdup("offline: no clock to compare with"), NULL)
		    ->not_judged = true;
		return;
	}
	bool known = run->facts->clock == CLOCK_KNOWN, off = known && offset > most;
	g_autoptr(GPtrArray) held = known && !off
					? g_ptr_array_new()
					: select_changes(run, off ? is_any : takes_or_drops);
	guard_conclude_changes(run, GUARD_CLOCK, off || held->len > 0, known ? offset : 0, most,
	    held,
	    known ? g_strdup_printf("this machine and Kisi differ by %" G_GINT64_FORMAT
				    " s; at most %" G_GINT64_FORMAT " s",
			offset, most)
		  : g_strdup("Kisi's answers carry no time that can be read, so nothing is taken"),
	    known ? "set this machine's clock (or give the right --now)"
		  : "is there a proxy that drops the Date header? let it pass");
}

static void (*const change_guards[])(struct guard_run *run) = {
    guard_scope,
    guard_hold,
    guard_not_understood,
    guard_removed_twice,
    guard_grants,
    guard_clock,
};

void
guard_changes(struct world *world, const struct guard_facts *facts)
{
	struct guard_run run = {
	    .world = world, .facts = facts, .plan = world->plan, .losses = world->losses};
	for (size_t i = 0; i < G_N_ELEMENTS(change_guards); i++)
		change_guards[i](&run);
}
