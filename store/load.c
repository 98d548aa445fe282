/* Puts together what earlier runs left, as the plain value that the pure stages take. */
#include "store/load.h"

/*
 * How long the ledger remembers what no longer lives: a second removal by hand within this time is
 * held.
 */
#define LOAD_LEDGER_MEMORY (7 * INSTANT_DAY)

static bool
ever_applied(struct store *store)
{
	bool applied = false;
	sqlite3_stmt *row = stmt_query(store, STMT_RUN_EVER_APPLIED, "");
	while (stmt_row(store, row))
		applied = stmt_integer(row, 0) != 0;
	return applied;
}

struct history *
store_history(struct store *store, instant now, GError **error)
{
	struct history *history = history_new();
	stmt_begin(store, STMT_READ);
	history->fresh = !ever_applied(store);
	imports_load(store, history);
	givers_load(store, history);
	memory_load(store, history);
	rules_load(store, history);
	findings_load(store, history);
	ledger_load(store, history, now - LOAD_LEDGER_MEMORY);
	passes_load(store, history, now - LOAD_LEDGER_MEMORY);
	journal_load(store, history, now - INSTANT_DAY, now);
	if (stmt_end(store, error))
		return history;
	history_free(history);
	return NULL;
}
