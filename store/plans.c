/*
 * Saved plans, and leave to go beyond a limit.  Both work once: an `apply PLAN` that stays in a
 * crontab must not apply the same thing again each time it comes back.
 */
#include "store/document.h"

bool
store_save_plan(struct store *store, const char *plan_id, const char *approval_id,
    const char *run_id, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_PLAN_SAVE, "ttt", plan_id, approval_id, run_id);
	return stmt_end(store, error);
}

bool
store_last_shown(struct store *store, const char *id, instant *as_of, GError **error)
{
	*as_of = INSTANT_ALWAYS;
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(store, STMT_PLAN_SHOWN, "t", id);
	while (stmt_row(store, row))
		*as_of = stmt_integer(row, 0);
	return stmt_end(store, error);
}

static void
no_such_plan(struct store *store, const char *plan_id)
{
	stmt_fail(store, EXIT_FAILED, "`plan` prints the id of the plan it saves",
	    "there is no plan \"%s\"", plan_id);
}

char *
store_load_plan(struct store *store, const char *plan_id, bool *used, GError **error)
{
	char *document = NULL;
	bool known = false;
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(store, STMT_PLAN_LOAD, "t", plan_id);
	while (stmt_row(store, row)) {
		known = true;
		document = document_read(store, row, 0, stmt_text(row, 3), &store->failed);
		*used = stmt_integer(row, 4) != 0;
	}
	if (!known)
		no_such_plan(store, plan_id);
	if (!stmt_end(store, error))
		g_clear_pointer(&document, g_free);
	return document;
}

bool
store_use_plan(struct store *store, const char *plan_id, const char *run_id, GError **error)
{
	bool known = false;
	char *user = NULL;
	stmt_begin(store, STMT_WRITE);
	sqlite3_stmt *row = stmt_query(store, STMT_PLAN_USER, "t", plan_id);
	while (stmt_row(store, row)) {
		known = true;
		user = g_strdup(stmt_text(row, 0));
	}
	if (!known)
		no_such_plan(store, plan_id);
	if (user != NULL)
		stmt_fail(store, EXIT_HELD, "plan again and apply the new plan",
		    "plan %s was applied before, by run %s", plan_id, user);
	stmt_run(store, STMT_PLAN_USE, "tt", plan_id, run_id);
	g_free(user);
	return stmt_end(store, error);
}

bool
store_save_approval(
    struct store *store, const struct approval *approval, const char *run_id, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	sqlite3_stmt *row = stmt_query(store, STMT_APPROVAL, "t", approval->plan_id);
	while (stmt_row(store, row)) {
		char when[INSTANT_TEXT];
		stmt_fail(store, EXIT_HELD, "plan again: what is held then can be approved anew",
		    "the approval of plan %s was used before, by %s at %s in run %s",
		    approval->plan_id, stmt_text(row, 0),
		    instant_format(stmt_integer(row, 1), when), stmt_text(row, 2));
	}
	stmt_run(store, STMT_APPROVAL_SAVE, "titit", approval->plan_id, approval->max_removals,
	    approval->who, approval->at, run_id);
	return stmt_end(store, error);
}
