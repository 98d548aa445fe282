/*
 * What each source gave at its last good import.  A digest over the windows, blocked people and columns
 * tells whether anything is to be written at all: an hourly run that brings nothing new must not
 * rewrite 100,000 rows.
 */
#include "store/load.h"

#include <string.h>

/* ---- reading ---- */

static GArray *
load_windows(struct store *store, struct history *history, int64_t import)
{
	GArray *windows = g_array_new(FALSE, FALSE, sizeof(struct last_window));
	sqlite3_stmt *row = stmt_query(store, STMT_WINDOWS, "i", import);
	while (stmt_row(store, row)) {
		struct last_window window = {
		    .email = history_text(history, stmt_text(row, 0)),
		    .group = history_text(history, stmt_text(row, 1)),
		    .span = {stmt_from(row, 2), stmt_until(row, 3)},
		    .record = history_text(history, stmt_text(row, 4)),
		    .rule = history_text(history, stmt_text(row, 5)),
		    .record_until = stmt_from(row, 6),
		};
		g_array_append_val(windows, window);
	}
	return windows;
}

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
		    .windows = load_windows(store, history, id),
		    .blocked = load_texts(store, history, STMT_BLOCKED, id),
		    .columns = load_texts(store, history, STMT_COLUMNS, id),
		};
		g_array_append_val(history->imports, import);
	}
}

/* ---- writing ---- */

/*
 * A total order, so that neither the digest nor what is loaded depends on the order of an export's
 * rows.
 */
static int
compare_windows(gconstpointer left, gconstpointer right)
{
	const struct last_window *a = *(const struct last_window *const *)left;
	const struct last_window *b = *(const struct last_window *const *)right;
	int order = strcmp(a->email, b->email);
	if (order == 0)
		order = strcmp(a->group, b->group);
	if (order == 0)
		order = (a->span.from > b->span.from) - (a->span.from < b->span.from);
	if (order == 0)
		order = (a->span.until > b->span.until) - (a->span.until < b->span.until);
	if (order == 0)
		order = g_strcmp0(a->record, b->record);
	if (order == 0)
		order = g_strcmp0(a->rule, b->rule);
	return order != 0
		   ? order
		   : (a->record_until > b->record_until) - (a->record_until < b->record_until);
}

static int
compare_texts(gconstpointer left, gconstpointer right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Each once: what is kept from the import before is often in this one, too, and would grow with every run. */
static GPtrArray *
sorted_windows(const struct last_import *import)
{
	GPtrArray *sorted = g_ptr_array_sized_new(import->windows->len);
	for (unsigned i = 0; i < import->windows->len; i++)
		g_ptr_array_add(sorted, &g_array_index(import->windows, struct last_window, i));
	g_ptr_array_sort(sorted, compare_windows);
	unsigned kept = 0;
	for (unsigned i = 0; i < sorted->len; i++) {
		if (kept == 0 || compare_windows(&sorted->pdata[kept - 1], &sorted->pdata[i]) != 0)
			sorted->pdata[kept++] = sorted->pdata[i];
	}
	g_ptr_array_set_size(sorted, (int)kept);
	return sorted;
}

static GPtrArray *
sorted_texts(const GPtrArray *texts)
{
	GPtrArray *sorted = g_ptr_array_sized_new(texts->len);
	for (unsigned i = 0; i < texts->len; i++)
		g_ptr_array_add(sorted, texts->pdata[i]);
	g_ptr_array_sort(sorted, compare_texts);
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

static void
digest_instant(GChecksum *sum, instant t)
{
	gint64 bytes = GINT64_TO_LE(t);
	g_checksum_update(sum, (const guchar *)&bytes, sizeof bytes);
}

/* Returned, caller frees. */
static char *
digest_of(const GPtrArray *windows, const GPtrArray *blocked, const GPtrArray *columns)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	for (unsigned i = 0; i < windows->len; i++) {
		const struct last_window *window = windows->pdata[i];
		digest_text(sum, window->email);
		digest_text(sum, window->group);
		digest_instant(sum, window->span.from);
		digest_instant(sum, window->span.until);
		digest_text(sum, window->record);
		digest_instant(sum, window->record_until);
		digest_text(sum, window->rule);
	}
	digest_text(sum, NULL);
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
replace_content(struct store *store, int64_t id, const GPtrArray *windows, const GPtrArray *blocked,
    const GPtrArray *columns)
{
	stmt_run(store, STMT_WINDOWS_CLEAR, "i", id);
	for (unsigned i = 0; i < windows->len; i++) {
		const struct last_window *w = windows->pdata[i];
		stmt_run(store, STMT_WINDOW_SAVE, "iittwwtti", id, (int64_t)i, w->email, w->group,
		    w->span.from, w->span.until, w->record, w->rule, w->record_until);
	}
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
	GPtrArray *windows = sorted_windows(import);
	GPtrArray *blocked = sorted_texts(import->blocked);
	GPtrArray *columns = sorted_texts(import->columns);
	char *digest = digest_of(windows, blocked, columns);

	stmt_begin(store, STMT_WRITE);
	bool same = digest_known(store, import->source, digest);
	int64_t id = save_head(store, import, digest);
	if (!same)
		replace_content(store, id, windows, blocked, columns);
	bool saved = stmt_end(store, error);

	g_free(digest);
	g_ptr_array_unref(columns);
	g_ptr_array_unref(blocked);
	g_ptr_array_unref(windows);
	return saved;
}
