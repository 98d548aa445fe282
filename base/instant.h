#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970-01-01T00:00:00Z; never local time, never a fraction. */
typedef int64_t instant;

#define INSTANT_MINUTE ((instant)60)
#define INSTANT_HOUR ((instant)3600)
#define INSTANT_DAY ((instant)86400)

/* The two ends that an open interval has.  They compare as before and after every real instant. */
#define INSTANT_ALWAYS INT64_MIN /* "from" of an interval without a beginning */
#define INSTANT_NEVER INT64_MAX	 /* "until" of an interval without an end */

/* Real instants lie in [INSTANT_FIRST, INSTANT_LAST): 1970 to 2200.  Anything else in an input is a misreading. */
#define INSTANT_FIRST ((instant)0)
#define INSTANT_LAST ((instant)7258118400)

/* Half-open [from, until); from < until. */
struct interval {
	instant from;  /* INSTANT_ALWAYS when there is no beginning */
	instant until; /* INSTANT_NEVER when there is no end */
};

/* The same with the seconds of both ends dropped; open ends stay. */
struct interval interval_to_minutes(struct interval span);

/* Have they time in common? */
bool interval_overlap(struct interval a, struct interval b);

/* Is all of inner within outer? */
bool interval_covers(struct interval outer, struct interval inner);

/* A date and wall-clock time of some zone; not an instant until a zone makes it one (base/zone.h). */
struct civil {
	int year;   /* 1970 .. 2200 */
	int month;  /* 1 .. 12 */
	int day;    /* 1 .. 31, valid in its month */
	int hour;   /* 0 .. 23 */
	int minute; /* 0 .. 59 */
	int second; /* 0 .. 59 */
};

/*
 * Read RFC 3339 text: `YYYY-MM-DDTHH:MM[:SS[.fraction]]` with `Z` or a numeric offset; a blank may stand
 * for the T, and the offset's colon may be missing.  Fractions are dropped.  Returns false, and leaves *out
 * alone, for anything else, for a date that does not exist and for instants outside 1970 .. 2200.
 */
bool instant_parse(const char *text, instant *out);

/* Days since 1970-01-01 of a valid Gregorian date. */
int64_t civil_days(int year, int month, int day);

/* The Gregorian date that lies `days` after 1970-01-01. */
void civil_from_days(int64_t days, int *year, int *month, int *day);

/* The date and time of a clock that shows UTC, so many seconds after 1970-01-01; and back. */
struct civil civil_from_seconds(int64_t seconds);
int64_t civil_seconds(const struct civil *c);

/* Is this a date and time that a calendar and a clock can show, in 1970 .. 2200? */
bool civil_valid(const struct civil *c);

/* Room for the longest text of instant_format, with its NUL. */
#define INSTANT_TEXT 24

/*
 * Write `YYYY-MM-DDTHH:MM:SSZ` into buffer and return buffer.  An open end has no text here: the caller
 * writes null or a word of its own; passing one is a bug (assert).
 */
char *instant_format(instant t, char buffer[static INSTANT_TEXT]);

/* The same for the name of a file: `-` in place of `:`. */
char *instant_stamp(instant t, char buffer[static INSTANT_TEXT]);

/* Read a length of time as configurations write it: `90s 30m 26h 7d`, or 0.  False, and *out untouched, for all else. */
bool instant_parse_duration(const char *text, instant *out);

#endif
