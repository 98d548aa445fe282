#ifndef IMPORTERS_JSONLISTS_H
#define IMPORTERS_JSONLISTS_H

#include <glib.h>

/*
 * The paths of the lists of objects that begin in the text, the beginning of a JSON file that may break off anywhere:
 * `data.items`; "" is the document itself.  Lists inside lists do not count, and none does where another document follows:
 * then each is a record (NDJSON).  Returned, of char *, caller frees with g_ptr_array_unref.
 */
GPtrArray *json_lists(const char *text, size_t length);

#endif
