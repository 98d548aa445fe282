/*
 * The difference between wanted passes and ours that are there.  Decides what would be done; whether it may be done is
 * decided by the guards.
 */
#include "reconcile/passes.h"

#include "reconcile/cause.h"
#include "reconcile/doubts.h"
#include "reconcile/findings.h"
#include "reconcile/loss.h"
#include "reconcile/reasons.h"

#include <string.h>

static const struct interval nothing = {INSTANT_ALWAYS, INSTANT_NEVER};

/* What the data says of the records that passes were made for. */
struct records {
	GHashTable *live, *blocked; /* sets of record_key */
	GHashTable *traces;	    /* record_key -> struct trace */
};

/* The passes of one booking: of one object, with one label. */
struct block {
	guint wanted, wanted_end;
	guint there, there_end;
};

struct comparison {
	struct world *world;
	const struct passes *passes;
	struct records records;
	bool *kept;	    /* one for each pass there */
	const char **after; /* one for each pass there: the change that takes its place; NULL */
};

/* ---- what became of the records ---- */

static int64_t *
record_key(uint32_t source, uint32_t record)
{
	int64_t key = (int64_t)source << 32 | record;
	return g_memdup2(&key, sizeof key);
}

static int64_t *
key_of_reason(const struct world *world, uint32_t number)
{
	const struct raw_reason *reason = &g_array_index(
	    world->entitled->reasons, struct raw_reason, number);
	return record_key(reason->source, reason->record);
}

static void
add_records(const struct world *world, const GArray *windows, GHashTable *set)
{
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		if (window->span.until > world->now)
			g_hash_table_add(set, key_of_reason(world, window->reason));
	}
}

static void
records_init(const struct world *world, struct records *records)
{
	records->live = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	records->blocked = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	records->traces = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	/* Most organisations have no passes at all, and some have a million windows. */
	if (world->passes->there->len == 0)
		return;
	add_records(world, world->entitled->windows, records->live);
	add_records(world, world->entitled->blocked_windows, records->blocked);
	/* All traces of a record have the cause of its row; from the last on, so that the first one stays. */
	const GArray *traces = world->entitled->traces;
	for (guint i = traces->len; i-- > 0;) {
		struct trace *trace = &g_array_index(traces, struct trace, i);
		g_hash_table_replace(records->traces, key_of_reason(world, trace->reason), trace);
	}
}

static void
records_done(struct records *records)
{
	g_hash_table_unref(records->live);
	g_hash_table_unref(records->blocked);
	g_hash_table_unref(records->traces);
}

static gpointer
look_up(const struct comparison *c, GHashTable *table, const struct pass *pass)
{
	uint32_t record = intern_find(c->world->entitled->texts, pass->record);
	int64_t *key = record_key(pass->source, record);
	gpointer found = record != INTERN_NONE ? g_hash_table_lookup(table, key) : NULL;
	g_free(key);
	return found;
}

/* ---- the ledger ---- */

static const struct ledger_pass *
ledger_of_id(const struct world *world, enum object object, int64_t id)
{
	const GArray *made = world->history->passes;
	for (guint i = 0; i < made->len; i++) {
		const struct ledger_pass *entry = &g_array_index(made, struct ledger_pass, i);
		if (entry->object == object && entry->id == id)
			return entry;
	}
	return NULL;
}

static bool
is_entry_of(
    const struct ledger_pass *entry, enum object object, const char *label, const char *email)
{
	return entry->object == object && strcmp(entry->label, label) == 0 &&
	       (object == OBJECT_SCHEDULE || strcmp(entry->email, email) == 0);
}

/* Did this tool make the wanted pass, and somebody took it away? */
static bool
removed_by_hand(const struct world *world, const struct pass *pass)
{
	const GArray *made = world->history->passes;
	for (guint i = 0; i < made->len; i++) {
		const struct ledger_pass *entry = &g_array_index(made, struct ledger_pass, i);
		if (entry->live && is_entry_of(entry, pass->object, pass->label, pass->email) &&
		    entry->door_id == pass->door_id && entry->valid.until > world->now &&
		    interval_overlap(entry->valid, pass->span))
			return true;
	}
	return false;
}

unsigned
pass_restored(const struct world *world, const struct change *change)
{
	const GArray *made = world->history->passes;
	unsigned restored = 0;
	for (guint i = 0; i < made->len; i++) {
		const struct ledger_pass *entry = &g_array_index(made, struct ledger_pass, i);
		restored += entry->restored && entry->made_at > world->now - CAUSE_RESTORE_MEMORY &&
			    is_entry_of(entry, change->object, change->label, change->email);
	}
	return restored;
}

/* ---- changes ---- */

static struct change *
add_change(struct world *world, const struct pass *pass)
{
	struct change *change = g_new0(struct change, 1);
	struct plan *plan = world->plan;
	const char *door = pass_door(world, pass);
	bool link = pass->object == OBJECT_LINK;
	*change = (struct change){.object = pass->object,
	    .email = plan_text(plan, pass->email),
	    .label = plan_text(plan, pass->label),
	    .group_id = link ? pass->door_id : 0,
	    .group = link ? plan_text(plan, door) : NULL,
	    .lock_id = link ? 0 : pass->door_id,
	    .lock = link ? NULL : plan_text(plan, door),
	    .have = nothing,
	    .want = nothing};
	uint32_t person = intern_find(world->entitled->people, pass->email);
	if (person != INTERN_NONE)
		change->name = plan_text(plan, world_person(world, person).name);
	g_ptr_array_add(plan->changes, change);
	return change;
}

static void
identify(struct plan *plan, struct change *change)
{
	const char *what = !change->wanted			    ? "delete"
			   : change->cause == CAUSE_REMOVED_BY_HAND ? "restore"
								    : "create";
	plan_make_id(change->id, what, change->object == OBJECT_LINK ? "link" : "schedule",
	    change->label, change->object == OBJECT_LINK ? change->email : "",
	    plan_printf(plan, "%" G_GINT64_FORMAT, change->group_id + change->lock_id),
	    plan_printf(plan, "%" G_GINT64_FORMAT, change->want.from),
	    plan_printf(plan, "%" G_GINT64_FORMAT, change->want.until),
	    plan_printf(plan, "%" G_GINT64_FORMAT, change->have_id), NULL);
}

/* instead: the one that is there with other dates, or switched off; NULL. */
static enum cause
cause_of_making(const struct world *world, const struct pass *wanted, const struct pass *instead)
{
	if (instead == NULL)
		return removed_by_hand(world, wanted) ? CAUSE_REMOVED_BY_HAND : CAUSE_NEW;
	const struct ledger_pass *made = ledger_of_id(world, instead->object, instead->id);
	bool edited = made != NULL &&
		      interval_equal_in_effect(made->valid, wanted->span, world->now);
	/* Switched off, or ended before its time: that is as good as taken away. */
	if (made != NULL && (instead->off || (edited && instead->span.until < made->valid.until)))
		return CAUSE_REMOVED_BY_HAND;
	return edited || instead->off ? CAUSE_HAND_EDITED : CAUSE_MOVED;
}

static const char *
add_making(struct comparison *c, const struct pass *wanted, const struct pass *instead)
{
	struct world *world = c->world;
	struct change *change = add_change(world, wanted);
	change->wanted = true;
	change->want = wanted->span;
	change->cause = cause_of_making(world, wanted, instead);
	struct reason *reason = reasons_alloc(world, change, wanted->count);
	for (uint32_t i = wanted->first; i < wanted->first + wanted->count; i++) {
		const struct raw_window *window = &g_array_index(
		    c->passes->windows, struct raw_window, i);
		reason_fill(world, reason++, window->reason, window->span);
	}
	identify(world->plan, change);
	return change->id;
}

static struct account
account_as(enum standing standing, enum cause cause)
{
	return (struct account){.standing = standing,
	    .cause = cause,
	    .counted = standing == STANDING_UNEXPLAINED,
	    .reason = INTERN_NONE};
}

static const struct pass *
pass_at(const GArray *passes, guint i)
{
	return &g_array_index(passes, struct pass, i);
}

static bool
same_person(const struct pass *a, const struct pass *b)
{
	return a->object == OBJECT_SCHEDULE || strcmp(a->email, b->email) == 0;
}

/* Does the booking give this person something, now or later, wherever? */
static bool
is_wanted_for(const struct comparison *c, const struct block *block, const struct pass *pass)
{
	for (guint i = block->wanted; i < block->wanted_end; i++) {
		const struct pass *wanted = pass_at(c->passes->wanted, i);
		if (same_person(pass, wanted))
			return true;
	}
	return false;
}

/* What is there of the record decides; whether it can be known comes first. */
static struct account
account_of_end(const struct comparison *c, const struct block *block, const struct pass *pass,
    const char *email)
{
	const struct world *world = c->world;
	uint32_t person = intern_find(world->entitled->people, email);
	struct entitled_person who = {0};
	/* Of a schedule nobody may be known. */
	if (person != INTERN_NONE)
		who = world_person(world, person);
	if (pass->span.until <= world->now)
		return account_as(STANDING_EXPLAINED, CAUSE_ENDED);
	if (who.blocked || who.deleted)
		return account_as(STANDING_EXPLAINED, who.blocked ? CAUSE_BLOCKED : CAUSE_DELETED);
	const char *scope;
	enum guard guard = givers_keep(world->givers, pass->source, pass->record, email, &scope);
	const struct trace *trace = look_up(c, c->records.traces, pass);
	struct account account = account_as(STANDING_KEPT, CAUSE_ROW_VANISHED);
	account.guard = guard;
	account.scope = scope;
	if (guard != GUARD_NONE)
		return account;
	/* The row is there, and says another time or door; or another person: a sorted column swaps everybody. */
	if (look_up(c, c->records.live, pass) != NULL) {
		account = account_as(STANDING_EXPLAINED, CAUSE_MOVED);
		account.counted = !is_wanted_for(c, block, pass);
		return account;
	}
	if (look_up(c, c->records.blocked, pass) != NULL)
		return account_as(STANDING_EXPLAINED, CAUSE_BLOCKED);
	if (trace != NULL) {
		account = account_as(STANDING_EXPLAINED, (enum cause)trace->cause);
		account.reason = trace->reason;
		account.span = trace->span;
		return account;
	}
	const struct ledger_pass *made = ledger_of_id(world, pass->object, pass->id);
	return account_as(
	    STANDING_UNEXPLAINED, cause_of_vanishing(world, world->policies[pass->source].name,
				      made != NULL ? made->rule : NULL));
}

static void
add_end(struct comparison *c, const struct block *block, const struct pass *pass, const char *after)
{
	struct world *world = c->world;
	struct change *change = add_change(world, pass);
	const struct ledger_pass *made = ledger_of_id(world, pass->object, pass->id);
	if (pass->object == OBJECT_SCHEDULE && made != NULL)
		change->email = plan_text(world->plan, made->email);
	change->have_id = pass->id;
	change->have = pass->span;
	change->after = after;
	struct account account = after != NULL && pass->span.until > world->now
				     ? account_as(STANDING_EXPLAINED, CAUSE_MOVED)
				     : account_of_end(c, block, pass, change->email);
	change->cause = account.cause;
	if (account.reason != INTERN_NONE)
		reason_fill(world, reasons_alloc(world, change, 1), account.reason, account.span);
	identify(world->plan, change);
	losses_add_change(world, world->losses, change, &account);
}

/* ---- the walk ---- */

static bool
is_protected(const struct world *world, const struct pass *pass)
{
	uint32_t person = intern_find(world->entitled->people, pass->email);
	if (person == INTERN_NONE || !world_protected(world, person))
		return false;
	finding_add(world->plan, FINDING_PROTECTED, pass->email, pass_door(world, pass),
	    pass->label, "%s would change; protected people are left alone", pass->label);
	return true;
}

/* Whatever is there of this booking for this person stays: its door cannot be found, so nothing is known. */
static void
keep_all(struct comparison *c, const struct block *block, const struct pass *wanted)
{
	for (guint i = block->there; i < block->there_end; i++)
		c->kept[i] |= same_person(pass_at(c->passes->there, i), wanted);
}

/* What is replaced goes only when the new one is there. */
static void
follow(struct comparison *c, const struct block *block, const struct pass *wanted, const char *id)
{
	for (guint i = block->there; i < block->there_end; i++) {
		if (same_person(pass_at(c->passes->there, i), wanted) && c->after[i] == NULL)
			c->after[i] = id;
	}
}

static void
compare_wanted(struct comparison *c, const struct block *block, const struct pass *wanted)
{
	const struct pass *instead = NULL;
	if (wanted->door_id == 0) {
		keep_all(c, block, wanted);
		return;
	}
	for (guint i = block->there; i < block->there_end; i++) {
		const struct pass *pass = pass_at(c->passes->there, i);
		if (pass_compare(pass, wanted) != 0)
			continue;
		instead = pass;
		if (!pass->off &&
		    interval_equal_in_effect(pass->span, wanted->span, c->world->now)) {
			c->kept[i] = true;
			return;
		}
	}
	if (wanted->span.from <= c->world->now + c->world->config->schedule.lookahead &&
	    !is_protected(c->world, wanted) && !doubts_pass(c->world, wanted))
		follow(c, block, wanted, add_making(c, wanted, instead));
}

static void
compare_block(struct comparison *c, const struct block *block)
{
	for (guint i = block->wanted; i < block->wanted_end; i++)
		compare_wanted(c, block, pass_at(c->passes->wanted, i));
	for (guint i = block->there; i < block->there_end; i++) {
		const struct pass *pass = pass_at(c->passes->there, i);
		if (!c->kept[i] && !is_protected(c->world, pass))
			add_end(c, block, pass, c->after[i]);
	}
}

static int
compare_labels(const struct pass *a, const struct pass *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? 1 : -1;
	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	return strcmp(a->label, b->label);
}

static guint
block_end(const GArray *passes, guint first)
{
	guint end = first;
	while (
	    end < passes->len && compare_labels(pass_at(passes, first), pass_at(passes, end)) == 0)
		end++;
	return end;
}

void
passes_diff(struct world *world)
{
	const GArray *wanted = world->passes->wanted, *there = world->passes->there;
	struct comparison c = {.world = world,
	    .passes = world->passes,
	    .kept = g_new0(bool, there->len + 1),
	    .after = g_new0(const char *, there->len + 1)};
	records_init(world, &c.records);
	guint i = 0, j = 0;
	while (i < wanted->len || j < there->len) {
		int order = compare_labels(i < wanted->len ? pass_at(wanted, i) : NULL,
		    j < there->len ? pass_at(there, j) : NULL);
		struct block block = {i, order <= 0 ? block_end(wanted, i) : i, j,
		    order >= 0 ? block_end(there, j) : j};
		compare_block(&c, &block);
		i = block.wanted_end;
		j = block.there_end;
	}
	records_done(&c.records);
	g_free(c.kept);
	g_free(c.after);
}

void
passes_hold_followers(struct plan *plan)
{
	GHashTable *held = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		if (change->held != GUARD_NONE)
			g_hash_table_insert(held, (gpointer)change->id, (gpointer)change);
	}
	for (guint i = 0; i < plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(plan->changes, i);
		const struct change *first = change->after != NULL && change->held == GUARD_NONE
						 ? g_hash_table_lookup(held, change->after)
						 : NULL;
		if (first == NULL)
			continue;
		change->held = first->held;
		change->held_scope = first->held_scope;
	}
	g_hash_table_unref(held);
}
