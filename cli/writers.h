#ifndef CLI_WRITERS_H
#define CLI_WRITERS_H

#include "base/failure.h"

/*
 * What everybody on this machine can write, so that they decide what is read at this path: the file, or a folder on the way
 * to it, with each symbolic link followed and its own folder judged, too.  A folder with the sticky bit does not count, nor
 * does anything on a mount that is read-only.  Returned (a real path), caller frees with g_free; NULL: nothing, or path is
 * NULL.
 */
char *writers_exposed(const char *path);

/* False and *error (EXIT_BAD_CONFIG) when there is something of that kind. */
bool writers_check(const char *path, GError **error);

#endif
