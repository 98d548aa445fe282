#ifndef IMPORTERS_ICS_H
#define IMPORTERS_ICS_H

#include "importers/icalendar.h"
#include "importers/icsbook.h"
#include "importers/icsfile.h"
#include "importers/importer.h"

/* What the parts of the reader of calendars share: from an event of a file to the JSON object that its row is bound to. */

/* One file on its way. */
struct calendar {
	struct importer *im;
	const char *name; /* of the file */
	struct key_map *keys;
	struct ical_reading reading;
	GHashTable *zones; /* `number of calendar`, line break, TZID -> struct zone * */
	uint32_t zones_seen;
	uint32_t number;      /* of the calendar that is being read */
	GHashTable *resolved; /* TZID -> struct zone *, of that calendar */
	GHashTable *wanted;   /* property name as spelt -> what it is wanted for */
};

/* An event on its way to a row. */
struct event {
	struct calendar *c;
	const struct ics_component *found;
	icalcomponent *component;
	struct json_object *object;
	struct zone *zone; /* of its start, else of the source; NULL */
	bool changes;	   /* it is a changed occurrence of a series */
	bool days; /* it is of whole days, be they written as dates or from midnight to midnight */
	char *fault; /* the first */
};

/* The event becomes a reject; the first reason stays.  Always returns false. */
bool event_refuse(struct event *e, const char *format, ...) G_GNUC_PRINTF(2, 3);

void event_add_text(struct event *e, const char *key, const char *text);

/* The only property of a kind; NULL when there is none.  False, the event refused, when there are several. */
bool event_single(struct event *e, icalproperty_kind kind, icalproperty **out);

/*
 * Add DTSTART and DTEND, as the time formats `zoned`, `local` and `date` read them, and e->zone and e->days.  False, the
 * event refused, where it does not say when it is.
 */
bool event_times(struct event *e);

/*
 * Add RECURRENCE, the rules of a series in the form of the field `recurrence`; nothing for an event that is none.  Behind
 * event_times.  False, the event refused, where a date of the rules, or of a change of the series, cannot be read.
 */
bool event_rules(struct event *e);

/* Remember which addresses of the event are rooms', for is_no_person. */
void event_note_rooms(struct event *e);

/* {"email": ..., "name": ...}; what is not there is left out.  Returned, owned by the caller. */
struct json_object *event_person(const struct event *e, icalproperty *property);

/* Does that attendee come: no room, no list, and somebody who has not declined? */
bool event_is_coming(icalproperty *attendee);

/* Take the places out whose rooms have declined; an event that has no other place is cancelled. */
void event_leave_declined(struct event *e);

#endif
