#ifndef REPORTS_PHRASE_H
#define REPORTS_PHRASE_H

#include "base/zone.h"
#include "model/run.h"

/* How reports put instants, reasons and causes into words.  Texts may hold anything the data held. */

/* What a reader's wall clock shows, and the year that need not be said. */
struct clock_face {
	struct zone *zone;
	int year;
};

/* The site's clock at the plan's as-of; UTC where the machine does not know the plan's zone. */
struct clock_face clock_face_of(const struct plan *plan);

#define PHRASE_ALWAYS "always" /* where an interval has no beginning */
#define PHRASE_NEVER "no end"  /* where it has no end */

/*
 * `Sat 14 Nov 11:30`; with the year where it is another than the face's, with seconds where there are some,
 * and with the offset where the clocks show this time twice.  t: also an open end.  Caller frees.
 */
char *phrase_instant(const struct clock_face *face, instant t);

/* `Sat 14 Nov 11:30 - 16:30`, `Sat 14 Nov 11:30 - Sun 15 Nov 02:00`, `always - no end`.  Caller frees. */
char *phrase_interval(const struct clock_face *face, const struct interval *span);

/* Seconds as `12 min`, `26 h`, `3 days`; `unknown` below 0.  Caller frees. */
char *phrase_age(instant seconds);

/* `booking 17 (bookings.csv:12)`.  Caller frees. */
char *phrase_reason(const struct reason *reason);

/* The same with rule and window: `... by rule Room 1, Sat 14 Nov 11:30 - 16:30`.  Caller frees. */
char *phrase_reason_full(const struct clock_face *face, const struct reason *reason);

/* The first reason and how many more, or what the cause says by itself.  Caller frees. */
char *phrase_why(const struct change *change);

/* All reasons in full, one a line; what the cause says by itself comes first.  Caller frees. */
char *phrase_why_full(const struct clock_face *face, const struct change *change);

/* What a cause means, as half a sentence; constant. */
const char *phrase_cause(enum cause cause);

/* The last part of a path; an address (`https://...`) stays whole.  NULL gives "-".  Points into path. */
const char *phrase_place(const char *path);

#endif
