/* Why a change is there, in one word: that of the piece which tells most. */
#include "reconcile/cause.h"

#include <string.h>

static int
compare_entry(const struct ledger_entry *entry, const char *email, int64_t group_id)
{
	int order = strcmp(entry->email, email);
	return order != 0 ? order : (entry->group_id > group_id) - (entry->group_id < group_id);
}

/* The ledger's entries for the slot: index of the first, and how many. */
static guint
ledger_range(const struct world *world, uint32_t person, int64_t group_id, guint *count)
{
	const GArray *ledger = world->history->ledger;
	const char *email = world_email(world, person);
	guint low = 0, high = ledger->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (compare_entry(
			&g_array_index(ledger, struct ledger_entry, middle), email, group_id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	guint end = low;
	while (end < ledger->len && compare_entry(&g_array_index(ledger, struct ledger_entry, end),
					email, group_id) == 0)
		end++;
	*count = end - low;
	return low;
}

const struct ledger_entry *
cause_ledger(const struct world *world, uint32_t person, int64_t group_id)
{
	guint count, first = ledger_range(world, person, group_id, &count);
	const struct ledger_entry *live = NULL;
	for (guint i = first; i < first + count; i++) {
		const struct ledger_entry *entry = &g_array_index(
		    world->history->ledger, struct ledger_entry, i);
		if (entry->live)
			live = entry;
	}
	return live;
}

bool
cause_was_let_in(const struct world *world, uint32_t person, int64_t group_id)
{
	guint count;
	ledger_range(world, person, group_id, &count);
	return count > 0;
}

unsigned
cause_restored(const struct world *world, uint32_t person, int64_t group_id)
{
	guint count, first = ledger_range(world, person, group_id, &count);
	unsigned restored = 0;
	for (guint i = first; i < first + count; i++) {
		const struct ledger_entry *entry = &g_array_index(
		    world->history->ledger, struct ledger_entry, i);
		restored += entry->restored && entry->made_at > world->now - CAUSE_RESTORE_MEMORY;
	}
	return restored;
}

const struct ledger_entry *
cause_ledger_of(const struct world *world, const struct holding *have)
{
	return g_hash_table_lookup(world->ledger, &have->assignment->id);
}

static bool
rule_exists(const struct world *world, const char *name)
{
	for (guint i = 0; i < world->config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(world->config->rules, i);
		if (strcmp(rule->name, name) == 0)
			return true;
	}
	return false;
}

enum cause
cause_of_vanishing(const struct world *world, const char *source, const char *rule)
{
	if (rule != NULL && !rule_exists(world, rule))
		return CAUSE_RULE_REMOVED;
	for (guint i = 0; source != NULL && i < world->config->sources->len; i++) {
		if (strcmp(world->policies[i].name, source) == 0 &&
		    world->policies[i].absence == ABSENCE_CANCELLED)
			return CAUSE_ABSENT;
	}
	return CAUSE_ROW_VANISHED;
}

/* Access that is past already: the record that it may have come from. */
static const struct trace *
trace_of_past(const struct world *world, const struct loss *loss)
{
	const struct interval have = loss->have->assignment->valid;
	const GArray *traces = world->entitled->traces;
	const struct trace *best = NULL;
	for (guint i = world_traces(world, loss->person); i < traces->len; i++) {
		const struct trace *trace = &g_array_index(traces, struct trace, i);
		if (trace->person != loss->person)
			break;
		if (g_array_index(world->groups->of_ref, int64_t, trace->ref) == loss->door_id &&
		    trace->span.from <= have.until && have.from <= trace->span.until &&
		    (best == NULL || trace->span.until > best->span.until))
			best = trace;
	}
	return best;
}

static enum cause
cause_of_cleanup(
    const struct world *world, const struct loss *loss, uint32_t *reason, struct interval *span)
{
	struct entitled_person who = world_person(world, loss->person);
	if (who.blocked || who.deleted)
		return who.blocked ? CAUSE_BLOCKED : CAUSE_DELETED;
	const struct trace *trace = trace_of_past(world, loss);
	if (trace == NULL)
		return CAUSE_ENDED;
	*reason = trace->reason;
	*span = trace->span;
	return (enum cause)trace->cause;
}

enum cause
cause_of_removal(
    const struct world *world, const struct loss *loss, uint32_t *reason, struct interval *span)
{
	*reason = INTERN_NONE;
	if (loss->have->assignment->valid.until <= world->now)
		return cause_of_cleanup(world, loss, reason, span);
	const struct piece *piece = loss_telling(world->losses, loss);
	if (piece == NULL)
		return CAUSE_MOVED; /* all of it is wanted, later */
	*reason = piece->account.reason;
	*span = piece->account.span;
	return piece->account.cause;
}

/* Did somebody end it sooner than this program left it, so that it is given back now? */
static bool
ended_by_hand(const struct world *world, const struct ledger_entry *made, struct interval is,
    struct interval want)
{
	return made->valid.until > world->now && is.until < made->valid.until &&
	       want.until > is.until && want.from < made->valid.until;
}

enum cause
cause_of_adjust(const struct world *world, const struct loss *loss, struct interval want)
{
	struct interval is = loss->have->assignment->valid;
	const struct ledger_entry *made = cause_ledger_of(world, loss->have);
	if (made != NULL && ended_by_hand(world, made, is, want))
		return CAUSE_REMOVED_BY_HAND;
	/* What is held, or stays with staff, is not why there is a change. */
	const struct piece *piece = loss_telling(world->losses, loss);
	if (piece != NULL && piece->held == GUARD_NONE && !piece->by_hand &&
	    piece->account.standing == STANDING_UNEXPLAINED)
		return piece->account.cause;
	if (piece == NULL && made != NULL && made->valid.until > world->now &&
	    !interval_equal_in_effect(made->valid, is, world->now))
		return CAUSE_HAND_EDITED;
	if (MAX(is.from, world->now) != MAX(want.from, world->now) || is.until <= world->now)
		return CAUSE_MOVED;
	return want.until > is.until ? CAUSE_EXTENDED : CAUSE_SHORTENED;
}

enum cause
cause_of_grant(const struct world *world, uint32_t person, int64_t group_id, struct interval want)
{
	const struct ledger_entry *entry = cause_ledger(world, person, group_id);
	bool ours = entry != NULL && entry->valid.until > world->now &&
		    interval_overlap(entry->valid, want);
	return ours ? CAUSE_REMOVED_BY_HAND : CAUSE_NEW;
}
