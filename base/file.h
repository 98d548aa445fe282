#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/failure.h"

#include <stddef.h>

/*
 * The whole text of a small file: a configuration, a profile, a plan, a key.  Exports are read by importers/bytes.h.  Never
 * more than max bytes are read, so that a device without an end does no harm; a pipe will do.
 * Returned, caller frees with g_free; NULL and *error (code, hint; `<path>: ...`) when it cannot be read, is larger, or has NUL
 * bytes in it, behind which text would be left out without a word.  What was read by then is wiped.
 */
char *file_read(
    const char *path, size_t max, enum exit_code code, const char *hint, GError **error);

/*
 * Where a file really is: its path with every symbolic link followed, also where the last part does not exist yet.  The path
 * as it came when its folder does not exist.  Returned, caller frees with g_free.
 */
char *file_resolve(const char *path);

#endif
