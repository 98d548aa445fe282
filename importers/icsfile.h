#ifndef IMPORTERS_ICSFILE_H
#define IMPORTERS_ICSFILE_H

#include "importers/bytes.h"

/*
 * The structure of an iCalendar file (RFC 5545): logical lines, and components inside components.  A file may hold
 * several calendars one after another, and any number of events; one is in memory at a time.
 */
struct ics_component {
	bool event;	   /* a VEVENT; else a VTIMEZONE */
	uint32_t number;   /* of this event in the file, from 1 */
	uint32_t calendar; /* that it lies in, from 1: a file may be several, one after another */
	const char
	    *zone; /* what that calendar calls its time zone (X-WR-TIMEZONE), before it; or NULL */
	uint32_t line; /* physical line of its BEGIN */
	GPtrArray *
	    lines; /* of char *: content lines, unfolded, without what lies in components inside an event */
	const char *fault; /* why it cannot be used, lower case; NULL */
};

struct ics_handler {
	/* Is a property of that name wanted?  name: as written, `length` bytes. */
	bool (*wanted)(void *user, const char *name, size_t length);
	/* A component, when its END has been read; borrowed.  False stops the reading, with *error set. */
	bool (*component)(void *user, const struct ics_component *component, GError **error);
	void *user;
};

/*
 * Read all events and time zones.  False with *error (EXIT_BAD_INPUT) when components are not closed in their order,
 * the file ends inside one, or holds something else than calendars; what was handed out before must not be used.
 */
bool ics_read(struct bytes *bytes, const struct ics_handler *handler, GError **error);

/* Is the content line a property of that name? */
bool ics_is(const char *line, const char *name);

/* The component's first line of that property; NULL. */
const char *ics_line(const struct ics_component *component, const char *name);

/* What stands behind the colon that ends name and parameters; inside line. */
const char *ics_value(const char *line);

#endif
