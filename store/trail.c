/* Reads back what one run left in the audit trail. */
#include "store/document.h"

static const char *
keep(struct trail *trail, const char *text)
{
	return text != NULL ? g_string_chunk_insert_const(trail->text, text) : NULL;
}

/* One that is damaged must not hide what the run sent. */
static void
read_document(struct store *store, struct trail *trail, sqlite3_stmt *row)
{
	GError *trouble = NULL;
	char *document = document_read(store, row, 8, trail->id, &trouble);
	if (document != NULL)
		trail->document = g_string_chunk_insert(trail->text, document);
	if (trouble != NULL)
		trail->damaged = keep(trail, trouble->message);
	g_clear_error(&trouble);
	g_free(document);
}

static void
read_run(struct store *store, struct trail *trail, const char *id)
{
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_READ, "t", id);
	while (stmt_row(store, row)) {
		trail->id = keep(trail, id);
		trail->command = keep(trail, stmt_text(row, 0));
		trail->who = keep(trail, stmt_text(row, 1));
		trail->version = keep(trail, stmt_text(row, 2));
		trail->as_of = stmt_integer(row, 3);
		trail->started = stmt_integer(row, 4);
		trail->ended = stmt_until(row, 5);
		trail->exit_code = (int)stmt_integer(row, 6);
		trail->summary = keep(trail, stmt_text(row, 7));
		read_document(store, trail, row);
	}
	if (trail->id == NULL)
		stmt_fail(store, EXIT_FAILED, "`history` lists the runs", "there is no run %s", id);
}

static void
read_plans(struct store *store, struct trail *trail)
{
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_PLAN, "t", trail->id);
	while (stmt_row(store, row))
		trail->plan = keep(trail, stmt_text(row, 0));
	row = stmt_query(store, STMT_CHAIN_OF_RUN, "t", trail->id);
	while (stmt_row(store, row))
		trail->head = trail->ended != INSTANT_NEVER ? keep(trail, stmt_text(row, 0)) : NULL;
	row = stmt_query(store, STMT_RUN_APPLIED, "t", trail->id);
	while (stmt_row(store, row))
		trail->applied = keep(trail, stmt_text(row, 0));
	row = stmt_query(store, STMT_RUN_APPROVAL, "t", trail->id);
	while (stmt_row(store, row))
		trail->approval = (struct approval){.plan_id = keep(trail, stmt_text(row, 0)),
		    .max_removals = stmt_integer(row, 1),
		    .who = keep(trail, stmt_text(row, 2)),
		    .at = stmt_integer(row, 3)};
}

static void
read_intents(struct store *store, struct trail *trail)
{
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_INTENTS, "t", trail->id);
	while (stmt_row(store, row)) {
		struct trail_change *change = trail_add(trail);
		change->id = stmt_integer(row, 0);
		change->change_id = keep(trail, stmt_text(row, 1));
		change->action = keep(trail, stmt_text(row, 2));
		change->email = keep(trail, stmt_text(row, 3));
		change->user_id = stmt_integer(row, 4);
		change->group_id = stmt_integer(row, 5);
		change->lock_id = stmt_integer(row, 6);
		change->label = keep(trail, stmt_text(row, 7));
		change->have_id = stmt_integer(row, 8);
		change->have = (struct interval){stmt_from(row, 9), stmt_until(row, 10)};
		change->wanted = stmt_integer(row, 11) != 0;
		change->want = (struct interval){stmt_from(row, 12), stmt_until(row, 13)};
		change->cause = keep(trail, stmt_text(row, 14));
		change->source = keep(trail, stmt_text(row, 15));
		change->rule = keep(trail, stmt_text(row, 16));
		change->surprising = stmt_integer(row, 17) != 0;
		change->at = stmt_integer(row, 18);
	}
}

/* Both lists are in the order of the intents. */
static void
read_outcomes(struct store *store, struct trail *trail)
{
	guint i = 0;
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_OUTCOMES, "t", trail->id);
	while (stmt_row(store, row)) {
		int64_t intent = stmt_integer(row, 0);
		struct trail_change *change = g_ptr_array_index(trail->changes, i);
		while (change->id != intent)
			change = g_ptr_array_index(trail->changes, ++i);
		struct trail_outcome outcome = {.outcome = outcome_of_word(stmt_text(row, 1)),
		    .text = keep(trail, stmt_text(row, 2)),
		    .at = stmt_integer(row, 3)};
		g_array_append_val(change->outcomes, outcome);
	}
}

/* What is left of a run that retention came upon is what was open then. */
static void
read_removal(struct store *store, struct trail *trail)
{
	sqlite3_stmt *row = stmt_query(store, STMT_REMOVED_OF_RUN, "i", trail->started);
	while (stmt_row(store, row)) {
		trail->removed_by = keep(trail, stmt_text(row, 0));
		trail->removed_at = stmt_integer(row, 1);
	}
}

struct trail *
store_trail(struct store *store, const char *id, GError **error)
{
	struct trail *trail = trail_new();
	stmt_begin(store, STMT_READ);
	read_run(store, trail, id);
	if (trail->id != NULL) {
		read_plans(store, trail);
		read_intents(store, trail);
		read_outcomes(store, trail);
		read_removal(store, trail);
	}
	if (stmt_end(store, error))
		return trail;
	trail_free(trail);
	return NULL;
}

bool
store_door_log(struct store *store, int64_t group_id, int64_t lock_id,
    void (*row)(void *user, const struct door_row *change), void *user, GError **error)
{
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *found = stmt_query(store, STMT_DOOR_LOG, "ii", group_id, lock_id);
	while (stmt_row(store, found)) {
		bool wanted = stmt_integer(found, 4) != 0;
		struct door_row change = {.run = stmt_text(found, 0),
		    .at = stmt_integer(found, 1),
		    .action = stmt_text(found, 2),
		    .email = stmt_text(found, 3),
		    .outcome = stmt_text(found, 9)};
		change.span = (struct interval){
		    stmt_from(found, wanted ? 7 : 5), stmt_until(found, wanted ? 8 : 6)};
		row(user, &change);
	}
	return stmt_end(store, error);
}
