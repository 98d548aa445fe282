#ifndef IMPORTERS_ICALENDAR_H
#define IMPORTERS_ICALENDAR_H

#include "base/zone.h"

#include <glib.h>
#include <libical/ical.h>

/*
 * iCalendar (RFC 5545) over libical 3.0, which takes nearly everything: what it could not read it leaves out with an
 * X-LIC-ERROR property, and of numbers only their digits count.  Here both are faults.
 */

/*
 * The component of that kind ("VEVENT") with these unfolded content lines, without their line ends.  Returned, caller
 * frees with icalcomponent_free; NULL and *fault (caller frees with g_free, lower case) when a line cannot be read.
 */
icalcomponent *ical_parse(const char *kind, const char *const *lines, size_t count, char **fault);

/* Finds the zone that a TZID means; NULL when there is none. */
typedef struct zone *(*ical_zones)(const void *user, const char *tzid);

/* Those of zone_named; user is not used. */
struct zone *ical_zones_named(const void *user, const char *tzid);

/* How the times of one calendar are read. */
struct ical_reading {
	ical_zones zones;
	const void *user;
	bool z_is_local; /* a `Z` is not believed */
};

/* A date, or a date and time. */
struct ical_time {
	bool date;	   /* local: its date only */
	struct zone *zone; /* whose clocks show it; NULL: it floats */
	struct civil local;
};

/*
 * The value of a property such as DTSTART.  False and *fault (caller frees, lower case) when it is no such time, or
 * in a zone that nobody knows; *fault must be NULL before.
 */
bool ical_time_read(const struct ical_reading *reading, icalproperty *property,
    struct ical_time *out, char **fault);

/* The same of a content line; false when it cannot be read. */
bool ical_time_line(const struct ical_reading *reading, const char *line, struct ical_time *out);

/* The same of a bare value, such as UNTIL; tzid may be NULL. */
bool ical_time_of(const struct ical_reading *reading, struct icaltimetype value, const char *tzid,
    struct ical_time *out, char **fault);

/*
 * What clocks in the zone show at that time, in seconds as if they were those of UTC; a time without a zone is one of
 * this zone.
 */
int64_t ical_local(const struct ical_time *t, struct zone *zone);

/* The same of what libical read, which has no zone here. */
int64_t ical_seconds(struct icaltimetype t);

bool ical_midnight(const struct ical_time *t);

/* Is what lies between them whole days: dates, or from midnight to midnight on the same clocks? */
bool ical_whole_days(const struct ical_time *start, const struct ical_time *end);

/*
 * Where something ends that is so long, such as `P1DT30M`.  Days follow the calendar, hours and minutes the time that
 * passes in the zone; zone: of the start, or what it floats in; NULL when nobody knows.  False and *fault (caller frees
 * with g_free, lower case) for what is no length, is too long, or ends behind 2200.
 */
bool ical_end(const struct ical_time *start, const char *length, struct zone *zone,
    struct ical_time *end, char **fault);

/*
 * The day that a time of a series of whole days means, at its midnight, in seconds as above.  Writers name such days
 * by a date, by midnight in whatever zone they think in, or by the instant of the venue's midnight.
 */
int64_t ical_day(const struct ical_time *t, struct zone *zone);

#endif
