/* Small things that runs remember, by kind and key: which group a door meant, whom a Kisi user is ... */
#include "store/load.h"

bool
store_remember(
    struct store *store, const char *kind, const char *key, const char *value, GError **error)
{
	stmt_begin(store, STMT_WRITE);
	stmt_run(store, STMT_MEMORY_SAVE, "ttt", kind, key, value);
	return stmt_end(store, error);
}

bool
store_remember_only(struct store *store, const char *kind, GHashTable *values, GError **error)
{
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer key, value;
	stmt_begin(store, STMT_WRITE);
	sqlite3_stmt *row = stmt_query(store, STMT_MEMORY_KEYS, "t", kind);
	while (stmt_row(store, row)) {
		if (!g_hash_table_contains(values, stmt_text(row, 0)))
			g_ptr_array_add(gone, g_strdup(stmt_text(row, 0)));
	}
	for (guint i = 0; i < gone->len; i++)
		stmt_run(
		    store, STMT_MEMORY_DROP, "tt", kind, (const char *)g_ptr_array_index(gone, i));
	g_hash_table_iter_init(&iter, values);
	while (g_hash_table_iter_next(&iter, &key, &value))
		stmt_run(
		    store, STMT_MEMORY_SAVE, "ttt", kind, (const char *)key, (const char *)value);
	return stmt_end(store, error);
}

void
memory_load(struct store *store, struct history *history)
{
	sqlite3_stmt *row = stmt_query(store, STMT_MEMORY, "");
	while (stmt_row(store, row))
		history_remember(history, stmt_text(row, 0), stmt_text(row, 1), stmt_text(row, 2));
}
