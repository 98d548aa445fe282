/*
 * Documents as they lie in the database.  Each is packed by itself: to keep the list of who can enter only once for all
 * runs in which it is the same was measured, too, and saves nothing, since a row that comes or goes in an export moves
 * the rows behind it, and the list names rows.
 */
#include "store/document.h"

#include <string.h>
#include <zlib.h>

GBytes *
document_pack(struct store *store, const char *run, const char *document, int64_t *size)
{
	*size = (int64_t)strlen(document);
	if (*size > DOCUMENT_MAX) {
		stmt_fail(store, EXIT_FAILED, "name fewer groups in this configuration",
		    "run %s: its document has %" G_GINT64_FORMAT " bytes, and %" G_GINT64_FORMAT
		    " are the most that is kept",
		    run, *size, DOCUMENT_MAX);
		return NULL;
	}
	uLongf length = compressBound((uLong)*size);
	void *packed = g_malloc(length);
	int rc = compress(packed, &length, (const Bytef *)document, (uLong)*size);
	g_assert(rc == Z_OK); /* there is room; without memory the process ends, as anywhere */
	return g_bytes_new_take(g_realloc(packed, length), length);
}

static char *
unpack(const void *packed, uLong length, int64_t size)
{
	if (packed == NULL || size < 0 || size > DOCUMENT_MAX)
		return NULL;
	char *document = g_malloc((gsize)size + 1);
	uLongf room = (uLongf)size;
	if (uncompress((Bytef *)document, &room, packed, length) == Z_OK && room == (uLongf)size &&
	    memchr(document, '\0', room) == NULL) {
		document[size] = '\0';
		return document;
	}
	g_free(document);
	return NULL;
}

char *
document_read(struct store *store, sqlite3_stmt *row, int column, const char *run, GError **error)
{
	bool packed = sqlite3_column_type(row, column + 1) != SQLITE_NULL;
	if (!packed)
		return g_strdup(stmt_text(row, column));
	const void *bytes = sqlite3_column_blob(row, column + 1);
	char *document = unpack(
	    bytes, (uLong)sqlite3_column_bytes(row, column + 1), stmt_integer(row, column + 2));
	if (document == NULL)
		fail(error, EXIT_FAILED,
		    "`verify` says what else was altered; a backup of the database may have it",
		    "%s: run %s: its document is damaged", store->path, run);
	return document;
}
