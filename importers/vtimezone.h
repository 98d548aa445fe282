#ifndef IMPORTERS_VTIMEZONE_H
#define IMPORTERS_VTIMEZONE_H

#include "base/zone.h"

#include <glib.h>

/*
 * The zone that a VTIMEZONE (RFC 5545, 3.6.5) describes, with its rules for summer time.  lines: its content lines (of
 * char *), those of its parts between BEGIN and END, without BEGIN:VTIMEZONE itself.  *tzid (caller frees with g_free)
 * is what it calls itself.  Returned, owned as those of zone_get; NULL, with *tzid NULL or set, when it cannot be
 * followed to the letter: a zone that is half understood would move every booking in it by an hour.
 */
struct zone *vtimezone_read(const GPtrArray *lines, char **tzid);

#endif
