#ifndef RECONCILE_PLACES_H
#define RECONCILE_PLACES_H

#include <glib.h>
#include <stdbool.h>

/*
 * Several places in one text, as people and calendars write them: `Hall; Annex`, `Microsoft Teams Meeting, Hall`.
 * Appends to `out` (of char *, caller frees each) the places that `known` knows.  False, `out` left as it was, when there
 * is no way to cut the text so that every part is one of them, or says that the meeting is online; or when none is.
 */
bool places_split(
    const char *text, bool (*known)(void *user, const char *place), void *user, GPtrArray *out);

#endif
