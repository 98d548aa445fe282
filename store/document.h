#ifndef STORE_DOCUMENT_H
#define STORE_DOCUMENT_H

#include "store/stmt.h"

/*
 * Documents as they lie in the database: packed with zlib, 9 bytes become one.  Those of runs older than the packing are
 * text.
 */

#define DOCUMENT_MAX ((int64_t)256 << 20) /* bytes unpacked: about a million assignments */

/*
 * Pack the document of this run; *size is its size unpacked.  The store has failed when it is larger than DOCUMENT_MAX.
 * Returned, caller frees with g_bytes_unref; NULL when the store has failed.
 */
GBytes *document_pack(struct store *store, const char *run, const char *document, int64_t *size);

/*
 * The document of this run out of three columns from `column` on: document, packed, size.  Returned, caller frees with
 * g_free; NULL when the run has none, and with *error, which names the run, when what is there is damaged.
 */
char *document_read(
    struct store *store, sqlite3_stmt *row, int column, const char *run, GError **error);

#endif
