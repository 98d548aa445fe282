#ifndef NET_SAVED_H
#define NET_SAVED_H

#include "base/instant.h"

#include <stddef.h>

/*
 * What was fetched for a source, on disk before anybody reads it: a folder `<dir>/<source>/<stamp>-<run>` with the
 * pages `0001.json`, `0002.json` ... and their hashes in SHA256SUMS, folders 0700 and files 0600.  The folder has its
 * name only once the last page is in it; a run that was killed leaves one that begins with a dot, which a later run
 * removes.
 */
struct saved;

/*
 * Begin a set.  as_of: stands in the name, and is the time of the files.  run: id of the run; NULL
 * for a set that will not be finished.  Returned, caller ends it with saved_close; NULL and *error (EXIT_BAD_INPUT).
 */
struct saved *saved_begin(
    const char *dir, const char *source, instant as_of, const char *run, GError **error);

/* Add the next page. */
bool saved_page(struct saved *saved, const char *bytes, size_t length, GError **error);

/*
 * The set is whole: give it its name, and remove older sets of the source but for the newest keep (this one counts, and
 * is never removed; nor is one that another run has still open).
 */
bool saved_finish(struct saved *saved, unsigned keep, GError **error);

/* The pages in order, of char * (paths, others once it is finished); belongs to saved. */
const GPtrArray *saved_files(const struct saved *saved);

/*
 * The pages of the newest set of a source, in order, of char *.  Returned, caller frees with g_ptr_array_unref; NULL
 * when nothing of it is saved.
 */
GPtrArray *saved_newest(const char *dir, const char *source);

/* Let go of the set, and remove it unless it was finished.  NULL is fine. */
void saved_close(struct saved *saved);

#endif
