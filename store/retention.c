/*
 * What is old enough leaves the audit trail: documents, changes and their outcomes, all of which name people.  Only what
 * is sealed may go, and its seal is marked with the removal first; triggers hold everybody to that.  The seals stay, so
 * the chain still proves the rest, and that nothing but this was removed.
 */
#include "store/chain.h"

#include <string.h>

/* Over the seals of everything that the removal of this number took. */
static void
hash_removed(struct store *store, int64_t removal, char sha256[static STORE_HASH])
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	sqlite3_stmt *row = stmt_query(store, STMT_REMOVED, "i", removal);
	while (stmt_row(store, row)) {
		char *line = g_strdup_printf("%s %" G_GINT64_FORMAT " %s\n", stmt_text(row, 0),
		    stmt_integer(row, 1), stmt_text(row, 2));
		g_checksum_update(sum, (const guchar *)line, -1);
		g_free(line);
	}
	g_strlcpy(sha256, g_checksum_get_string(sum), STORE_HASH);
	g_checksum_free(sum);
}

static int64_t
mark(struct store *store, enum stmt which, int64_t removal, instant before)
{
	int64_t marked = 0;
	sqlite3_stmt *row = stmt_query(store, which, "ii", removal, before);
	while (stmt_row(store, row))
		marked++;
	return marked;
}

bool
store_retain(struct store *store, const char *run_id, instant before, instant clock, GError **error)
{
	int64_t removal = 1;
	char sha256[STORE_HASH];
	stmt_begin(store, STMT_WRITE);
	sqlite3_stmt *row = stmt_query(store, STMT_REMOVAL_NEXT, "");
	while (stmt_row(store, row))
		removal = stmt_integer(row, 0);
	int64_t documents = mark(store, STMT_MARK_DOCUMENTS, removal, before);
	int64_t intents = mark(store, STMT_MARK_INTENTS, removal, before);
	int64_t outcomes = mark(store, STMT_MARK_OUTCOMES, removal, before);
	if (documents + intents > 0) {
		hash_removed(store, removal, sha256);
		stmt_run(store, STMT_REMOVE_OUTCOMES, "i", removal);
		stmt_run(store, STMT_REMOVE_INTENTS, "i", removal);
		stmt_run(store, STMT_REMOVE_COUNTED, "");
		stmt_run(store, STMT_REMOVE_DOCUMENTS, "i", removal);
		stmt_run(store, STMT_REMOVAL_ADD, "itiiiiit", removal, run_id, clock, before,
		    documents, intents, outcomes, sha256);
	}
	stmt_run(store, STMT_REMOVE_FINDINGS, "i", before);
	stmt_run(store, STMT_REMOVE_LEDGER, "i", before);
	stmt_run(store, STMT_REMOVE_PASSES, "i", before);
	return stmt_end(store, error);
}

/* ---- proving it ---- */

static void
keep_line(struct chain_proof *proof, sqlite3_stmt *row)
{
	char at[INSTANT_TEXT], before[INSTANT_TEXT];
	g_ptr_array_add(proof->removals,
	    g_strdup_printf("run %s at %s removed, of runs before %s: %" G_GINT64_FORMAT
			    " documents, %" G_GINT64_FORMAT " changes, %" G_GINT64_FORMAT
			    " outcomes",
		stmt_text(row, 1), instant_format(stmt_integer(row, 2), at),
		instant_format(stmt_integer(row, 3), before), stmt_integer(row, 4),
		stmt_integer(row, 5), stmt_integer(row, 6)));
}

void
retention_prove(struct store *store, struct chain_proof *proof)
{
	char sha256[STORE_HASH];
	sqlite3_stmt *row = stmt_query(store, STMT_REMOVALS, "");
	while (stmt_row(store, row)) {
		int64_t removal = stmt_integer(row, 0);
		hash_removed(store, removal, sha256);
		if (strcmp(sha256, stmt_text(row, 7)) != 0)
			chain_fault(proof, proof->links,
			    "retention, row %" G_GINT64_FORMAT
			    ": run %s did not remove what is marked as removed by it",
			    removal, stmt_text(row, 1));
		keep_line(proof, row);
	}
	row = stmt_query(store, STMT_REMOVED_LOOSE, "");
	while (stmt_row(store, row))
		chain_fault(proof, proof->links,
		    "%s, row %" G_GINT64_FORMAT ": marked as removed, by no run", stmt_text(row, 0),
		    stmt_integer(row, 1));
}
