#ifndef IMPORTERS_WHEN_H
#define IMPORTERS_WHEN_H

#include "base/zone.h"
#include "model/config.h"

/*
 * Dates and times as exports write them.  Reading says what is there (an instant, a local time, a day, a time
 * of day); only a zone makes an instant of the last three.
 */
struct when_formats;

/*
 * Compile a NULL-terminated list of formats; importers/profiles/README.md lists them.  z_is_local: a `Z` or
 * `+00:00` behind a time is not believed.  Returned, caller frees with when_formats_free.  NULL when one is
 * wrong; then *fault (caller frees with g_free) says which and why.
 */
struct when_formats *when_formats_new(const char *const *formats, bool z_is_local, char **fault);
void when_formats_free(struct when_formats *formats);

/* Can some format be read only when the order of day and month is known? */
bool when_formats_ordered(const struct when_formats *formats);

enum when_shape {
	WHEN_INSTANT, /* at */
	WHEN_LOCAL,   /* local: date and time */
	WHEN_DATE,    /* local: its date only */
	WHEN_CLOCK,   /* local: its time of day only; 24:00, the end of a day, has the hour 24 */
};

/* What a date says about the order of day and month. */
enum when_order {
	WHEN_ORDER_NONE, /* nothing: its month is a word, or both are one number */
	WHEN_ORDER_OPEN, /* in the other order it would be another date */
	WHEN_ORDER_TOLD, /* it is a date in this order only */
};

struct when {
	enum when_shape shape;
	enum when_order order;
	instant at;
	struct civil local;
	struct zone *zone; /* WHEN_LOCAL: whose clocks show it, when the text says so; else NULL */
};

enum when_result {
	WHEN_READ,
	WHEN_UNREADABLE, /* no format fits */
	WHEN_UNKNOWN_WORD, /* it would be a date if a word in it were a month or weekday of some language */
	WHEN_OTHER_ORDER, /* it would be a date if day and month changed places: wrong for the whole file */
};

/* Read text (trimmed, NUL-terminated) with the first format that fits.  order: of `%x`; with ORDER_NONE it never fits. */
enum when_result when_read(
    const struct when_formats *formats, enum date_order order, const char *text, struct when *out);

#endif
