#ifndef SANDBOX_SNAPSHOT_H
#define SANDBOX_SNAPSHOT_H

#include "sandbox/request.h"

/*
 * Load a snapshot file into the empty sandbox.  Objects may be sparse: what they leave out gets
 * its default, and what they refer to but the file lacks is made up (from the stub, where there
 * is one), with a line on stderr.  False and *error (EXIT_BAD_INPUT) when the file is missing, is
 * not JSON, or holds a member of the wrong type.  path NULL: an empty organisation.
 */
bool sandbox_load(struct sandbox *sandbox, const char *path, GError **error);

/* The whole state as a snapshot file.  Returned, caller frees with g_free. */
char *sandbox_text(struct sandbox *sandbox);

/* Write that beside path and rename it into place.  False and *error (EXIT_FAILED). */
bool sandbox_save(struct sandbox *sandbox, const char *path, GError **error);

/*
 * Let this key in: `SECRET` or `SECRET@USER_ID`.  Without a user it is the owner's, else an
 * administrator's, else the first user's, else a made-up owner's.  False and *error
 * (EXIT_BAD_USAGE) for a blank key, one given twice or an unknown user; the message does not hold
 * the key.
 */
bool sandbox_add_key(struct sandbox *sandbox, const char *text, GError **error);

#endif
