#ifndef NET_SAVED_H
#define NET_SAVED_H

#include "base/instant.h"

#include <stddef.h>

/*
 * What was fetched for a source, on disk before anybody reads it: a folder `<dir>/<source>/<stamp>-<run>` with the
 * pages `0001.json`, `0002.json` ... and their hashes in SHA256SUMS, folders 0700 and files 0600.  The folder has its
 * name only once the last page is in it; a run that was killed leaves one that begins with a dot.  A folder is removed
 * only when it carries our SHA256SUMS and holds nothing but what that names: whatever else people keep there stays.
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

/* The set is whole: give it its name. */
bool saved_finish(struct saved *saved, GError **error);

/* The name of the set that the run of this id fetched as of this instant.  Returned, caller frees with g_free. */
char *saved_name(instant as_of, const char *run);

/*
 * Remove sets of a source: of those with these names (char *) that are there all behind the first keep, and whatever killed
 * runs left.  One that another run has still open stays, and so does a set that is not named.
 */
void saved_clear(const char *dir, const char *source, const GPtrArray *names, unsigned keep);

/* The pages in order, of char * (paths, others once it is finished); belongs to saved. */
const GPtrArray *saved_files(const struct saved *saved);

/*
 * The pages of the set of this name, in order, of char *.  Returned, caller frees with g_ptr_array_unref; NULL when there is
 * none, or nothing in it.
 */
GPtrArray *saved_set(const char *dir, const char *source, const char *name);

/* Let go of the set, and remove it unless it was finished.  NULL is fine. */
void saved_close(struct saved *saved);

#endif
