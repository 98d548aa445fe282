#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/instant.h"

/* A named IANA time zone, with a cache of its offsets.  Never the machine's zone. */
struct zone;

/*
 * The zone with this IANA name (`Europe/Amsterdam`, `UTC`) or fixed offset (`UTC-05`, `UTC+05:30`,
 * `+02:00`).  Returned, owned by a table of this module that lives as long as the process; the same name
 * gives the same zone.  NULL when the machine's zone data (package tzdata) does not know the name.
 */
struct zone *zone_get(const char *name);

/* From this instant on clocks are ahead of UTC by so many seconds. */
struct zone_change {
	instant at;
	int offset;
};

/*
 * A zone that nobody but the caller knows the rules of: `first` seconds ahead of UTC, until `changes` (copied, in order
 * of time) say otherwise.  zone_get gives it by this name from then on; a zone that has the name already is returned
 * as it is.  Returned as by zone_get.
 */
struct zone *zone_define(
    const char *name, int first, const struct zone_change *changes, size_t count);

/* The name the zone was asked for with; owned by the zone. */
const char *zone_name(const struct zone *zone);

/* What happened when a local time was turned into an instant. */
enum zone_fit {
	ZONE_EXACT,   /* exactly one instant shows this local time */
	ZONE_GAP,     /* none does: the first instant after the gap was taken */
	ZONE_OVERLAP, /* two do: the one asked for was taken */
};

/* Which of the two instants of an overlap to take. */
enum zone_pick { ZONE_EARLIER, ZONE_LATER };

/*
 * The instant at which clocks in the zone show `local` (must be civil_valid).  A local time in a gap becomes
 * the first instant after the gap; in an overlap, pick decides.  Never fails.
 */
enum zone_fit zone_instant(
    struct zone *zone, const struct civil *local, enum zone_pick pick, instant *out);

/* What clocks in the zone show at t (a real instant, not an open end). */
struct civil zone_civil(struct zone *zone, instant t);

/*
 * The first instant of the local day that holds t, moved by `days` local days.  Where midnight falls into a
 * gap, the first instant after it; where midnight occurs twice, the earlier.
 */
instant zone_midnight(struct zone *zone, instant t, int days);

/* The first instant of the local day year-month-day, moved by `days` local days; as zone_midnight. */
instant zone_day_start(struct zone *zone, int year, int month, int day, int days);

/* Seconds that local time is ahead of UTC at t. */
int zone_offset(struct zone *zone, instant t);

/* Room for the longest text of zone_format, with its NUL. */
#define ZONE_TEXT 32

/* Write `Sat 2026-11-14 11:30` as shown in the zone into buffer and return it; t is a real instant. */
char *zone_format(struct zone *zone, instant t, char buffer[static ZONE_TEXT]);

#endif
