/* The assignments that this program made: what is not in here was made by somebody else. */
#include "store/load.h"

bool
store_ledger_put(struct store *store, const struct ledger_entry *entry, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_LEDGER_PUT, "itiwwttid", entry->assignment_id, entry->email,
	    entry->group_id, entry->valid.from, entry->valid.until, entry->source, entry->rule,
	    entry->made_at, (int)entry->restored);
	return stmt_end(store, error);
}

bool
store_ledger_gone(struct store *store, int64_t assignment_id, instant when, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_LEDGER_GONE, "ii", assignment_id, when);
	return stmt_end(store, error);
}

bool
store_ledger_follow(struct store *store, int64_t old, int64_t id, instant when, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_LEDGER_FOLLOW, "iii", old, id, when);
	return stmt_end(store, error);
}

void
ledger_load(struct store *store, struct history *history, instant since)
{
	sqlite3_stmt *row = stmt_query(store, STMT_LEDGER, "i", since);
	while (stmt_row(store, row)) {
		struct ledger_entry entry = {
		    .assignment_id = stmt_integer(row, 0),
		    .email = history_text(history, stmt_text(row, 1)),
		    .group_id = stmt_integer(row, 2),
		    .valid = {stmt_from(row, 3), stmt_until(row, 4)},
		    .source = history_text(history, stmt_text(row, 5)),
		    .rule = history_text(history, stmt_text(row, 6)),
		    .made_at = stmt_integer(row, 7),
		    .restored = stmt_integer(row, 8) != 0,
		    .live = stmt_integer(row, 9) != 0,
		};
		g_array_append_val(history->ledger, entry);
	}
}
