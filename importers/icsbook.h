#ifndef IMPORTERS_ICSBOOK_H
#define IMPORTERS_ICSBOOK_H

#include "importers/icalendar.h"

/*
 * Which of the events of a source's calendars count.  One UID is often one booking in several versions, and as often
 * several bookings: a series of evenings, or a meeting in two rooms whose calendars were put together.  All events are
 * looked at, those of all files, before the first becomes a record.
 */
struct ics_book;

struct ics_seen {
	uint32_t file, calendar, number; /* where it stands; number from 1 within the file */
	const char *uid;		 /* NULL: it has none, and counts for itself */
	const char *place;		 /* as written */
	int64_t sequence, stamp;	 /* of two versions the higher one counts */
	bool series;			 /* it has rules */
	bool days;			 /* it is of whole days */
	bool starts;			 /* `start` could be read */
	struct ical_time start;
	bool changes; /* it is an occurrence of a series that was changed */
	bool which_known;
	struct ical_time which; /* the one that it was */
};

/* zone: of local times and days, or NULL.  Returned, caller frees with ics_book_free (NULL is fine). */
struct ics_book *ics_book_new(struct zone *zone);
void ics_book_free(struct ics_book *book);

/* Events of one file come in the order of their numbers.  seen: texts are copied. */
void ics_book_add(struct ics_book *book, const struct ics_seen *seen);

/* All have been added; what follows may be asked from now on. */
void ics_book_close(struct ics_book *book);

struct ics_verdict {
	bool counts;	      /* else a newer version does */
	bool shared;	      /* others with its UID count, too: the UID alone is no id */
	instant which, start; /* INSTANT_ALWAYS: none, or unreadable */
	const char *place;    /* owned by the book */
};

void ics_book_verdict(
    const struct ics_book *book, uint32_t file, uint32_t number, struct ics_verdict *out);

/*
 * Append to `instants` (of instant) which occurrences of that series have an event of their own.  *steps: how many events
 * may be looked at, less those that were.  False when they were too many, or one of them does not say which occurrence
 * it changes.
 */
bool ics_book_changed(
    const struct ics_book *book, uint32_t file, uint32_t number, uint64_t *steps, GArray *instants);

#endif
