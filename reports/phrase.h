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

/*
 * As somebody says it at `now`: `today 9:00`, `tomorrow 9:00`, `Thu 19 Nov 13:00`; midnight is the day alone.  t: a real
 * instant.  Caller frees.
 */
char *phrase_when(const struct clock_face *face, instant now, instant t);

/*
 * A time from `now` on: `today 9:00-12:00`, `until today 12:00`, `from Mon 23 Nov`, `to the end of Thu 19 Nov`, `without
 * end`; what is past as a whole is said as it was.  Caller frees.
 */
char *phrase_span(const struct clock_face *face, instant now, const struct interval *span);

/* How a span becomes another: `until today 8:45 -> 11:45`, `today 12:30-15:30 -> 14:30-17:30`.  Caller frees. */
char *phrase_shift(const struct clock_face *face, instant now, const struct interval *have,
    const struct interval *want);

/* `Monday 16 Nov 2026, 8:30`.  Caller frees. */
char *phrase_date(const struct clock_face *face, instant t);

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
