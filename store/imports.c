/*
 * What each source was at its last good import.  A digest over the blocked people and columns
 * tells whether anything is to be written at all: an hourly run that brings nothing new must not
 * rewrite 100,000 rows.
 */
#include "store/load.h"

#include "base/text.h"

#include <string.h>

/* ---- reading ---- */

static GPtrArray *
load_texts(struct store *store, struct history *history, enum stmt statement, int64_t import)
{
	GPtrArray *texts = g_ptr_array_new();
	sqlite3_stmt *row = stmt_query(store, statement, "i", import);
	while (stmt_row(store, row))
		g_ptr_array_add(texts, (gpointer)history_text(history, stmt_text(row, 0)));
	return texts;
}

void
imports_load(struct store *store, struct history *history)
{
	sqlite3_stmt *row = stmt_query(store, STMT_IMPORTS, "");
	while (stmt_row(store, row)) {
		int64_t id = stmt_integer(row, 0);
		struct last_import import = {
		    .source = history_text(history, stmt_text(row, 1)),
		    .as_of = stmt_integer(row, 2),
		    .rows = stmt_integer(row, 3),
		    .latest = stmt_from(row, 4),
		    .blocked = load_texts(store, history, STMT_BLOCKED, id),
		    .columns = load_texts(store, history, STMT_COLUMNS, id),
		};
		g_array_append_val(history->imports, import);
	}
}

/* ---- writing ---- */

static GPtrArray *
sorted_texts(const GPtrArray *texts)
{
	GPtrArray *sorted = g_ptr_array_sized_new(texts->len);
	for (unsigned i = 0; i < texts->len; i++)
		g_ptr_array_add(sorted, texts->pdata[i]);
	g_ptr_array_sort(sorted, text_compare);
	return sorted;
}

/* With its NUL, and a mark before it, so that no two lists of texts feed the same bytes. */
static void
digest_text(GChecksum *sum, const char *text)
{
	g_checksum_update(sum, (const guchar *)(text != NULL ? "+" : "-"), 1);
	if (text != NULL)
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
}

/* Returned, caller frees. */
static char *
digest_of(const GPtrArray *blocked, const GPtrArray *columns)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	for (unsigned i = 0; i < blocked->len; i++)
		digest_text(sum, blocked->pdata[i]);
	digest_text(sum, NULL);
	for (unsigned i = 0; i < columns->len; i++)
		digest_text(sum, columns->pdata[i]);

	char *digest = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	return digest;
}

static bool
digest_known(struct store *store, const char *source, const char *digest)
{
	bool known = false;
	sqlite3_stmt *row = stmt_query(store, STMT_IMPORT_DIGEST, "t", source);
	while (stmt_row(store, row))
		known = strcmp(stmt_text(row, 0), digest) == 0;
	return known;
}

static int64_t
save_head(struct store *store, const struct last_import *import, const char *digest)
{
	int64_t id = 0;
	sqlite3_stmt *row = stmt_query(store, STMT_IMPORT_SAVE, "tiiwt", import->source,
	    import->as_of, import->rows, import->latest, digest);
	while (stmt_row(store, row))
		id = stmt_integer(row, 0);
	return id;
}

static void
replace_content(struct store *store, int64_t id, const GPtrArray *blocked, const GPtrArray *columns)
{
	stmt_run(store, STMT_BLOCKED_CLEAR, "i", id);
	for (unsigned i = 0; i < blocked->len; i++)
		stmt_run(store, STMT_BLOCKED_SAVE, "it", id, (const char *)blocked->pdata[i]);
	stmt_run(store, STMT_COLUMNS_CLEAR, "i", id);
	for (unsigned i = 0; i < columns->len; i++)
		stmt_run(store, STMT_COLUMN_SAVE, "it", id, (const char *)columns->pdata[i]);
}

bool
store_save_import(struct store *store, const struct last_import *import, GError **error)
{
	GPtrArray *blocked = sorted_texts(import->blocked);
	GPtrArray *columns = sorted_texts(import->columns);
	char *digest = digest_of(blocked, columns);

	stmt_begin(store, STMT_WRITE);
	bool same = digest_known(store, import->source, digest);
	int64_t id = save_head(store, import, digest);
	if (!same)
		replace_content(store, id, blocked, columns);
	bool saved = stmt_end(store, error);

	g_free(digest);
	g_ptr_array_unref(columns);
	g_ptr_array_unref(blocked);
	return saved;
}
