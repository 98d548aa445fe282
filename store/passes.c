/* The links and schedules that this program made, each for one booking: the other half of the ledger. */
#include "store/load.h"

#include <string.h>

#define LINK "link"

static const char *
word_of(enum object object)
{
	g_assert(object == OBJECT_LINK || object == OBJECT_SCHEDULE);
	return object == OBJECT_LINK ? LINK : "schedule";
}

bool
store_pass_put(struct store *store, const struct ledger_pass *pass, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_PASS_PUT, "tittiwwttid", word_of(pass->object), pass->id, pass->label,
	    pass->email, pass->door_id, pass->valid.from, pass->valid.until, pass->source,
	    pass->rule, pass->made_at, (int)pass->restored);
	return stmt_end(store, error);
}

bool
store_pass_gone(struct store *store, enum object object, int64_t id, instant when, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_PASS_GONE, "tii", word_of(object), id, when);
	return stmt_end(store, error);
}

void
passes_load(struct store *store, struct history *history, instant since)
{
	sqlite3_stmt *row = stmt_query(store, STMT_PASSES, "i", since);
	while (stmt_row(store, row)) {
		struct ledger_pass pass = {
		    .object = strcmp(stmt_text(row, 0), LINK) == 0 ? OBJECT_LINK : OBJECT_SCHEDULE,
		    .id = stmt_integer(row, 1),
		    .label = history_text(history, stmt_text(row, 2)),
		    .email = history_text(history, stmt_text(row, 3)),
		    .door_id = stmt_integer(row, 4),
		    .valid = {stmt_from(row, 5), stmt_until(row, 6)},
		    .source = history_text(history, stmt_text(row, 7)),
		    .rule = history_text(history, stmt_text(row, 8)),
		    .made_at = stmt_integer(row, 9),
		    .restored = stmt_integer(row, 10) != 0,
		    .live = stmt_integer(row, 11) != 0,
		};
		g_array_append_val(history->passes, pass);
	}
}
