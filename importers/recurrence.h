#ifndef IMPORTERS_RECURRENCE_H
#define IMPORTERS_RECURRENCE_H

#include "base/zone.h"

#include <glib.h>

/*
 * Recurring bookings.  A series follows the clocks on the wall: what is at nine is at nine before and after a
 * change of the clocks.  Local times are counted in seconds as if the clocks were those of UTC.
 */
struct series {
	struct zone *zone;
	int64_t start;	 /* local time at which the first occurrence begins */
	int64_t length;	 /* of each occurrence, on the clocks */
	bool z_is_local; /* a `Z` in its rules is not believed */
};

/* What a file may ask of recurrence_expand, and how much of it is left. */
struct recurrence_budget {
	uint64_t steps;
};

/*
 * Append to `starts` (of int64_t) the local starts of the occurrences that touch `span`, in order, each once.
 * text: lines of iCalendar: RRULE, RDATE, EXDATE, and DTSTART and DTEND, of which DTSTART is the first occurrence in
 * place of series->start.  budget: shared by all series of a source, so that none of them can keep a run busy.
 * False and *fault (caller frees with g_free, lower case) when a rule cannot be read, recurs more often than daily,
 * or goes beyond importers/limits.h; nothing is appended then.
 */
bool recurrence_expand(const char *text, const struct series *series, struct interval span,
    struct recurrence_budget *budget, GArray *starts, char **fault);

/* Is this the value of an RRULE in a form that libical reads as it stands? */
bool recurrence_well_formed(const char *rule);

#endif
