/* Small things learnt about the Kisi at the other end, so that no run has to learn them again. */
#include "store/stmt.h"

char *
store_fact(struct store *store, const char *key, GError **error)
{
	char *value = NULL;
	stmt_begin(store, STMT_READ);
	sqlite3_stmt *row = stmt_query(store, STMT_FACT, "t", key);
	while (stmt_row(store, row))
		value = g_strdup(stmt_text(row, 0));
	if (!stmt_end(store, error))
		g_clear_pointer(&value, g_free);
	return value;
}

bool
store_set_fact(struct store *store, const char *key, const char *value, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_FACT_SET, "tt", key, value);
	return stmt_end(store, error);
}
