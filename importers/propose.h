#ifndef IMPORTERS_PROPOSE_H
#define IMPORTERS_PROPOSE_H

#include "model/description.h"

/*
 * A profile to edit, made up from what the columns are called and hold.  It always loads.  What nobody can know from the
 * file (the order of day and month, the column of a field that is needed) is left open, so that it refuses the file until
 * somebody decides.  columns must be described.  profiles: of struct profile *; the generic ones lend their status
 * words.  Returned, caller frees with g_free.
 */
char *propose_profile(const struct description *description, const GPtrArray *profiles);

/* What its columns speak of, whatever anybody has said. */
enum record_kind propose_kind(const struct description *description);

/* The text of the profile called name behind comments on what it does not know of the file.  Caller frees with g_free. */
char *propose_copy(const struct description *description, const char *name, const char *text);

#endif
