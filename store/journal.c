/*
 * Every request that changes something: its intent is on disk before it goes out, its outcome once
 * it is known. What a kill leaves in between is an open intent; the next run asks Kisi what became
 * of it.
 */
#include "store/load.h"

bool
store_intend(struct store *store, const struct journal_intent *intent, instant clock, int64_t *id,
    GError **error)
{
	bool has = intent->have_id != 0, wants = intent->wanted;
	stmt_begin(store, STMT_WRITE);
	sqlite3_stmt *row = stmt_query(store, STMT_INTEND, "ttttiiiwwdwwtttdiit", intent->run_id,
	    intent->change_id, intent->action, intent->email, intent->user_id, intent->group_id,
	    intent->have_id, has ? intent->have.from : INSTANT_ALWAYS,
	    has ? intent->have.until : INSTANT_NEVER, (int)wants,
	    wants ? intent->want.from : INSTANT_ALWAYS, wants ? intent->want.until : INSTANT_NEVER,
	    intent->cause, intent->source, intent->rule, (int)intent->surprising, clock,
	    intent->lock_id, intent->label);
	while (stmt_row(store, row))
		*id = stmt_integer(row, 0);
	if (intent->unit != NULL)
		stmt_run(store, STMT_COUNT_UNIT, "idt", *id, 0, intent->unit);
	if (intent->gain_unit != NULL)
		stmt_run(store, STMT_COUNT_UNIT, "idt", *id, 1, intent->gain_unit);
	return stmt_end(store, error);
}

static void
must_be_open(struct store *store, int64_t intent)
{
	bool known = false;
	sqlite3_stmt *row = stmt_query(store, STMT_INTENT_STATE, "i", intent);
	while (stmt_row(store, row)) {
		known = true;
		if (stmt_text(row, 0) != NULL)
			stmt_fail(store, EXIT_FAILED, NULL,
			    "intent %" G_GINT64_FORMAT " is settled already: %s", intent,
			    stmt_text(row, 0));
	}
	if (!known)
		stmt_fail(store, EXIT_FAILED, NULL, "there is no intent %" G_GINT64_FORMAT, intent);
}

bool
store_outcome(struct store *store, int64_t intent, enum outcome outcome, const char *text,
    instant clock, GError **error)
{
	g_assert(outcome != OUTCOME_PENDING);
	stmt_begin(store, STMT_WRITE);
	must_be_open(store, intent);
	stmt_run(store, STMT_OUTCOME, "itti", intent, outcome_word(outcome), text, clock);
	return stmt_end(store, error);
}

static void
open_free(gpointer pointer)
{
	struct journal_open *open = pointer;
	g_free((char *)open->intent.run_id);
	g_free((char *)open->intent.change_id);
	g_free((char *)open->intent.action);
	g_free((char *)open->intent.email);
	g_free((char *)open->intent.cause);
	g_free((char *)open->intent.source);
	g_free((char *)open->intent.rule);
	g_free((char *)open->intent.label);
	g_free(open);
}

GPtrArray *
store_open_intents(struct store *store, GError **error)
{
	GPtrArray *intents = g_ptr_array_new_with_free_func(open_free);
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(store, STMT_OPEN_INTENTS, "");
	while (stmt_row(store, row)) {
		struct journal_open *open = g_new(struct journal_open, 1);
		open->id = stmt_integer(row, 0);
		open->at = stmt_integer(row, 1);
		open->intent = (struct journal_intent){
		    .run_id = g_strdup(stmt_text(row, 2)),
		    .change_id = g_strdup(stmt_text(row, 3)),
		    .action = g_strdup(stmt_text(row, 4)),
		    .email = g_strdup(stmt_text(row, 5)),
		    .user_id = stmt_integer(row, 6),
		    .group_id = stmt_integer(row, 7),
		    .have_id = stmt_integer(row, 8),
		    .have = {stmt_from(row, 9), stmt_until(row, 10)},
		    .wanted = stmt_integer(row, 11) != 0,
		    .want = {stmt_from(row, 12), stmt_until(row, 13)},
		    .cause = g_strdup(stmt_text(row, 14)),
		    .source = g_strdup(stmt_text(row, 15)),
		    .rule = g_strdup(stmt_text(row, 16)),
		    .surprising = stmt_integer(row, 17) != 0,
		    .lock_id = stmt_integer(row, 18),
		    .label = g_strdup(stmt_text(row, 19)),
		};
		g_ptr_array_add(intents, open);
	}
	if (stmt_end(store, error))
		return intents;
	g_ptr_array_unref(intents);
	return NULL;
}

bool
store_door_opened(struct store *store, const char *booking, const char *rule, int64_t lock_id,
    bool *opened, GError **error)
{
	*opened = false;
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(store, STMT_DOOR_OPENED, "tti", booking, rule, lock_id);
	while (stmt_row(store, row))
		*opened = stmt_integer(row, 0) != 0;
	return stmt_end(store, error);
}

void
journal_load(struct store *store, struct history *history, instant since, instant now)
{
	sqlite3_stmt *row = stmt_query(store, STMT_DAY_REMOVALS, "ii", since, now);
	while (stmt_row(store, row))
		g_ptr_array_add(
		    history->day_removed, (gpointer)history_text(history, stmt_text(row, 0)));
	row = stmt_query(store, STMT_DAY_GAINS, "ii", since, now);
	while (stmt_row(store, row))
		g_ptr_array_add(
		    history->day_given, (gpointer)history_text(history, stmt_text(row, 0)));
	row = stmt_query(store, STMT_TRIED, "");
	while (stmt_row(store, row)) {
		struct tried_change tried = {.run = history_text(history, stmt_text(row, 0)),
		    .action = history_text(history, stmt_text(row, 1)),
		    .email = history_text(history, stmt_text(row, 2)),
		    .group_id = stmt_integer(row, 3),
		    .lock_id = stmt_integer(row, 4),
		    .failed = stmt_integer(row, 5) != 0,
		    .answer = history_text(history, stmt_text(row, 6)),
		    .at = stmt_integer(row, 7)};
		g_array_append_val(history->tried, tried);
	}
}
