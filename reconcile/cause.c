/*
 * Telling expected endings from surprising ones.  Only the surprising ones count against the limits, so a record
 * may only explain the end of access that it can have given.
 */
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

const struct last_window *
cause_last_window(
    const struct world *world, const struct last_import *import, uint32_t person, int64_t group_id)
{
	const char *email = world_email(world, person);
	for (guint i = last_import_first(import, email); i < import->windows->len; i++) {
		const struct last_window *window = &g_array_index(
		    import->windows, struct last_window, i);
		if (strcmp(window->email, email) != 0)
			break;
		if (window->span.until > world->now &&
		    world_group_of(world, window->group) == group_id)
			return window;
	}
	return NULL;
}

/* Can this record have given that access?  A booking gives no access without an end. */
static bool
explains(const struct world *world, const struct trace *trace, struct interval have)
{
	const struct raw_reason *reason = &g_array_index(
	    world->entitled->reasons, struct raw_reason, trace->reason);
	if (reason->kind == RECORD_BOOKING && have.until == INSTANT_NEVER)
		return false;
	return trace->span.from <= have.until && have.from <= trace->span.until;
}

static bool
trace_precedes(const struct trace *a, const struct trace *b)
{
	if (a->span.until != b->span.until)
		return a->span.until > b->span.until;
	return a->cause < b->cause;
}

static const struct trace *
find_trace(const struct world *world, uint32_t person, int64_t group_id, struct interval have)
{
	const GArray *traces = world->entitled->traces;
	guint low = 0, high = traces->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(traces, struct trace, middle).person < person)
			low = middle + 1;
		else
			high = middle;
	}
	const struct trace *best = NULL;
	for (guint i = low; i < traces->len; i++) {
		const struct trace *trace = &g_array_index(traces, struct trace, i);
		if (trace->person != person)
			break;
		if (g_array_index(world->groups->of_ref, int64_t, trace->ref) == group_id &&
		    explains(world, trace, have) && (best == NULL || trace_precedes(trace, best)))
			best = trace;
	}
	return best;
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

static const struct source_policy *
policy_of(const struct world *world, const char *source)
{
	for (guint i = 0; source != NULL && i < world->config->sources->len; i++) {
		if (strcmp(world->policies[i].name, source) == 0)
			return &world->policies[i];
	}
	return NULL;
}

enum cause
cause_of_vanishing(const struct world *world, const char *source, const char *rule)
{
	if (rule != NULL && !rule_exists(world, rule))
		return CAUSE_RULE_REMOVED;
	const struct source_policy *policy = policy_of(world, source);
	return policy != NULL && policy->absence == ABSENCE_CANCELLED ? CAUSE_ABSENT
								      : CAUSE_ROW_VANISHED;
}

/* A record of a last good import that can have given some access, and of which source. */
struct giver {
	const struct last_window *window;
	uint32_t source;
};

static void
add_givers(const struct world *world, uint32_t source, const struct holding *have, GArray *givers)
{
	const char *email = world_email(world, have->person);
	const struct interval valid = have->assignment->valid;
	const struct last_import *import = history_import(
	    world->history, world->policies[source].name);
	for (guint i = import != NULL ? last_import_first(import, email) : 0;
	     import != NULL && i < import->windows->len; i++) {
		const struct last_window *window = &g_array_index(
		    import->windows, struct last_window, i);
		if (strcmp(window->email, email) != 0)
			break;
		struct giver giver = {window, source};
		if (world_group_of(world, window->group) == have->group_id &&
		    window->span.from < valid.until && valid.from < window->record_until)
			g_array_append_val(givers, giver);
	}
}

/* Of struct giver; caller unrefs. */
static GArray *
givers_of(const struct world *world, const struct holding *have)
{
	GArray *givers = g_array_new(FALSE, FALSE, sizeof(struct giver));
	for (guint i = 0; i < world->config->sources->len; i++)
		add_givers(world, i, have, givers);
	return givers;
}

/* The very record that gave this access and is gone; its window is NULL when there is none. */
static struct giver
lost_giver(const struct world *world, const struct holding *have)
{
	GArray *givers = givers_of(world, have);
	struct giver lost = {0};
	for (guint i = 0; i < givers->len && lost.window == NULL; i++) {
		const struct giver *giver = &g_array_index(givers, struct giver, i);
		if (remembered_gone(world->remembered, giver->source, giver->window))
			lost = *giver;
	}
	g_array_unref(givers);
	return lost;
}

/* Does this very record give the slot a window that is still to come? */
static bool
gives_later(const struct world *world, const struct slot *slot, const struct giver *giver)
{
	const struct slots *slots = world->slots;
	for (uint32_t i = slot->next; i < slot->first + slot->count; i++) {
		const struct window *window = &g_array_index(slots->windows, struct window, i);
		for (uint32_t j = window->first; j < window->first + window->count; j++) {
			const struct raw_reason *reason = &g_array_index(world->entitled->reasons,
			    struct raw_reason,
			    g_array_index(slots->raw, struct raw_window, j).reason);
			if (reason->source == giver->source &&
			    g_strcmp0(intern_text(world->entitled->texts, reason->record),
				giver->window->record) == 0)
				return true;
		}
	}
	return false;
}

/*
 * Is what gave this access still there, with a later time?  That the person has some later booking tells nothing: an
 * export that begins tomorrow has those of everybody who comes often, and lacks those of today.
 */
static bool
is_moved(const struct world *world, const struct holding *have, const struct slot *slot)
{
	if (world_next_window(world, slot) == NULL)
		return false;
	GArray *givers = givers_of(world, have);
	bool moved = givers->len > 0;
	for (guint i = 0; i < givers->len && moved; i++) {
		const struct giver *giver = &g_array_index(givers, struct giver, i);
		moved = giver->window->record != NULL && gives_later(world, slot, giver);
	}
	g_array_unref(givers);
	return moved;
}

static enum cause
cause_by_history(
    const struct world *world, uint32_t person, const struct holding *have, const struct slot *slot)
{
	const struct ledger_entry *entry = cause_ledger(world, person, have->group_id);
	bool moved = is_moved(world, have, slot);
	if (entry != NULL && entry->assignment_id == have->assignment->id) {
		if (!interval_equal_in_effect(entry->valid, have->assignment->valid, world->now))
			return CAUSE_HAND_EDITED;
		return moved ? CAUSE_MOVED : cause_of_vanishing(world, entry->source, entry->rule);
	}
	for (guint i = 0; i < world->history->imports->len && !moved; i++) {
		const struct last_import *import = &g_array_index(
		    world->history->imports, struct last_import, i);
		const struct last_window *window = cause_last_window(
		    world, import, person, have->group_id);
		if (window != NULL)
			return cause_of_vanishing(world, import->source, window->rule);
	}
	return CAUSE_HAND_MADE;
}

enum cause
cause_of_removal(const struct world *world, uint32_t person, const struct holding *have,
    const struct slot *slot, const struct trace **explained)
{
	struct entitled_person who = world_person(world, person);
	*explained = NULL;
	if (who.blocked)
		return CAUSE_BLOCKED;
	if (who.deleted)
		return CAUSE_DELETED;
	/* No other record can explain the end of what a lost one gave. */
	if (lost_giver(world, have).window == NULL)
		*explained = find_trace(world, person, have->group_id, have->assignment->valid);
	if (*explained != NULL)
		return (*explained)->cause;
	if (have->assignment->valid.until <= world->now)
		return CAUSE_ENDED;
	return cause_by_history(world, person, have, slot);
}

enum cause
cause_of_adjust(const struct world *world, const struct holding *have, struct interval want)
{
	struct interval is = have->assignment->valid;
	const struct ledger_entry *entry = cause_ledger(world, have->person, have->group_id);
	if (entry != NULL && entry->assignment_id == have->assignment->id &&
	    !interval_equal_in_effect(entry->valid, is, world->now) &&
	    entry->valid.until > world->now)
		return CAUSE_HAND_EDITED;
	instant had = MAX(is.from, world->now), wants = MAX(want.from, world->now);
	if (is.until > world->now && (had < wants || (had == wants && want.until < is.until))) {
		/* What is wanted instead comes of another record; unless it is sooner, it can wait. */
		struct giver lost = lost_giver(world, have);
		if (lost.window != NULL)
			return cause_of_vanishing(
			    world, world->policies[lost.source].name, lost.window->rule);
	}
	if (had != wants || is.until <= world->now)
		return CAUSE_MOVED;
	return want.until > is.until ? CAUSE_EXTENDED : CAUSE_SHORTENED;
}

enum cause
cause_of_grant(const struct world *world, uint32_t person, int64_t group_id, struct interval want)
{
	const struct ledger_entry *entry = cause_ledger(world, person, group_id);
	bool ours = entry != NULL && entry->valid.until > world->now &&
		    entry->valid.from < want.until && want.from < entry->valid.until;
	return ours ? CAUSE_REMOVED_BY_HAND : CAUSE_NEW;
}
