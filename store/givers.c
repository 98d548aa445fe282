/*
 * Who gave time that is still ahead.  Written as a difference: an hourly run that brings nothing new writes nothing, and
 * of a million later records only the days that changed.
 */
#include "store/load.h"

#include <string.h>

/* ---- givers ---- */

/* numbers takes n of each row, of int64_t; NULL: nobody asks. */
static void
read_givers(struct store *store, struct history *into, GArray *numbers)
{
	sqlite3_stmt *row = stmt_query(store, STMT_GIVERS, "");
	while (stmt_row(store, row)) {
		struct giver giver = {.kind = (enum giver_kind)stmt_integer(row, 1),
		    .object = (enum object)stmt_integer(row, 2),
		    .email = history_text(into, stmt_text(row, 3)),
		    .door_id = stmt_integer(row, 4),
		    .span = {stmt_from(row, 5), stmt_until(row, 6)},
		    .source = history_text(into, stmt_text(row, 7)),
		    .record = history_text(into, stmt_text(row, 8)),
		    .rule = history_text(into, stmt_text(row, 9)),
		    .via = history_text(into, stmt_text(row, 10)),
		    .record_kind = (int)stmt_integer(row, 11),
		    .content = (uint32_t)stmt_integer(row, 12),
		    .how = (uint32_t)stmt_integer(row, 13)};
		int64_t n = stmt_integer(row, 0);
		g_array_append_val(into->givers, giver);
		if (numbers != NULL)
			g_array_append_val(numbers, n);
	}
}

struct stored {
	const struct giver *giver;
	int64_t n;
};

static int
compare_stored(gconstpointer p, gconstpointer q)
{
	const struct stored *a = p, *b = q;
	return giver_compare(a->giver, b->giver);
}

/* What the database has, in the order of giver_compare: of struct stored; its givers belong to `into`. */
static GArray *
stored_givers(struct store *store, struct history *into)
{
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct stored));
	read_givers(store, into, numbers);
	for (guint i = 0; i < numbers->len; i++) {
		struct stored one = {&g_array_index(into->givers, struct giver, i),
		    g_array_index(numbers, int64_t, i)};
		g_array_append_val(list, one);
	}
	g_array_sort(list, compare_stored);
	return list;
}

static void
add_giver(struct store *store, const struct giver *g)
{
	stmt_run(store, STMT_GIVER_SAVE, "ddtiwwttttdii", (int)g->kind, (int)g->object, g->email,
	    g->door_id, g->span.from, g->span.until, g->source, g->record, g->rule, g->via,
	    g->record_kind, (int64_t)g->content, (int64_t)g->how);
}

bool
store_save_givers(struct store *store, const GArray *givers, GError **error)
{
	struct history *there = history_new();
	stmt_begin(store, STMT_WRITE);
	GArray *stored = stored_givers(store, there);
	guint i = 0, j = 0;
	while (i < stored->len || j < givers->len) {
		const struct stored *old = i < stored->len
					       ? &g_array_index(stored, struct stored, i)
					       : NULL;
		const struct giver *new = j < givers->len ? &g_array_index(givers, struct giver, j)
							  : NULL;
		int order = old == NULL ? 1 : new == NULL ? -1 : giver_compare(old->giver, new);
		if (order < 0)
			stmt_run(store, STMT_GIVER_DROP, "i", old->n);
		else if (order > 0)
			add_giver(store, new);
		i += order <= 0;
		j += order >= 0;
	}
	g_array_unref(stored);
	history_free(there);
	return stmt_end(store, error);
}

/* ---- later records ---- */

struct packed_record {
	guint64 key;
	gint64 until;
};

static void
unpack(struct history *history, const char *source, GBytes *bytes)
{
	gsize size;
	const struct packed_record *list = g_bytes_get_data(bytes, &size);
	for (gsize i = 0; i < size / sizeof *list; i++) {
		struct later_record one = {history_text(history, source),
		    GUINT64_FROM_LE(list[i].key), GINT64_FROM_LE(list[i].until)};
		g_array_append_val(history->later, one);
	}
}

static char *
day_key(const char *source, int64_t day)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "\n%s", day, source);
}

/* The bytes of each day of each source: day_key -> GBytes, the list itself in the order of keys. */
static GHashTable *
pack(const GArray *later)
{
	GHashTable *days = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_byte_array_unref);
	for (guint i = 0; i < later->len; i++) {
		const struct later_record *one = &g_array_index(later, struct later_record, i);
		struct packed_record packed = {GUINT64_TO_LE(one->key), GINT64_TO_LE(one->until)};
		char *key = day_key(one->source, one->until / INSTANT_DAY);
		GByteArray *bytes = g_hash_table_lookup(days, key);
		if (bytes == NULL) {
			bytes = g_byte_array_new();
			g_hash_table_insert(days, g_strdup(key), bytes);
		}
		g_byte_array_append(bytes, (const guint8 *)&packed, sizeof packed);
		g_free(key);
	}
	return days;
}

/* Drop the days that are gone from the database, and those that are as they were from the table. */
static void
compare_days(struct store *store, GHashTable *days)
{
	g_autoptr(GPtrArray) gone = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *row = stmt_query(store, STMT_LATER, "");
	while (stmt_row(store, row)) {
		g_autofree char *key = day_key(stmt_text(row, 0), stmt_integer(row, 1));
		g_autoptr(GBytes) bytes = stmt_bytes(row, 2);
		const GByteArray *new = g_hash_table_lookup(days, key);
		gsize size;
		const void *old = g_bytes_get_data(bytes, &size);
		if (new == NULL)
			g_ptr_array_add(gone, g_steal_pointer(&key));
		else if (new->len == size && memcmp(new->data, old, size) == 0)
			g_hash_table_remove(days, key);
	}
	for (guint i = 0; i < gone->len; i++) {
		char *source;
		gint64 day = g_ascii_strtoll(g_ptr_array_index(gone, i), &source, 10);
		stmt_run(store, STMT_LATER_DROP, "ti", source + 1, (int64_t)day);
	}
}

bool
store_save_later(struct store *store, const GArray *later, GError **error)
{
	g_autoptr(GHashTable) days = pack(later);
	GHashTableIter iter;
	gpointer key, value;
	stmt_begin(store, STMT_WRITE);
	compare_days(store, days);
	g_hash_table_iter_init(&iter, days);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		char *source;
		gint64 day = g_ascii_strtoll(key, &source, 10);
		const GByteArray *bytes = value;
		g_autoptr(GBytes) packed = g_bytes_new(bytes->data, bytes->len);
		stmt_run(store, STMT_LATER_SAVE, "tib", source + 1, (int64_t)day, packed);
	}
	return stmt_end(store, error);
}

void
givers_load(struct store *store, struct history *history)
{
	read_givers(store, history, NULL);
	g_array_sort(history->givers, giver_compare);
	sqlite3_stmt *row = stmt_query(store, STMT_LATER, "");
	while (stmt_row(store, row)) {
		g_autoptr(GBytes) bytes = stmt_bytes(row, 2);
		unpack(history, stmt_text(row, 0), bytes);
	}
	g_array_sort(history->later, later_compare);
}
