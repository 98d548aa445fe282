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

/* Write all of it; false, and errno says why. */
bool file_write_all(int fd, const char *text, size_t length);

/*
 * Write a file that is whole or not there, by another beside it that takes its name: a link is replaced, and never what
 * it points to.  What is there and no regular file (a device, a pipe, a terminal), and what lies below /dev, is written
 * to, and stays what it is.  mode: of a new file.  False and *error (FAILURE, EXIT_FAILED) when it cannot be written.
 */
bool file_write(const char *path, const char *text, size_t length, int mode, GError **error);

/*
 * Where a file really is: its path with every symbolic link followed, also where the last part does not exist yet.  The path
 * as it came when its folder does not exist.  Returned, caller frees with g_free.
 */
char *file_resolve(const char *path);

#endif
