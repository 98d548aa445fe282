/*
 * When a finding was first and last seen, and in how many runs.  A run counts when its as-of is
 * another than the last one's: whoever plans ten times before lunch does not make a finding look
 * ten runs old.
 */
#include "store/load.h"

void
findings_load(struct store *store, struct history *history)
{
	sqlite3_stmt *row = stmt_query(store, STMT_FINDINGS, "");
	while (stmt_row(store, row)) {
		struct finding_seen finding = {
		    .id = history_text(history, stmt_text(row, 0)),
		    .first_seen = stmt_integer(row, 1),
		    .last_seen = stmt_integer(row, 2),
		    .runs_seen = stmt_integer(row, 3),
		};
		g_array_append_val(history->findings, finding);
	}
}

bool
store_save_findings(struct store *store, const GPtrArray *findings, instant now, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	for (unsigned i = 0; i < findings->len; i++) {
		const struct finding *finding = findings->pdata[i];
		stmt_run(store, STMT_FINDING_SAVE, "ti", finding->id, now);
	}
	return stmt_end(store, error);
}
