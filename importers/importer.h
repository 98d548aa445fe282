#ifndef IMPORTERS_IMPORTER_H
#define IMPORTERS_IMPORTER_H

#include "base/zone.h"
#include "importers/language.h"
#include "importers/matched.h"
#include "importers/recurrence.h"
#include "importers/row.h"
#include "model/facts.h"

/* What to do about an export that lacks its last page. */
#define PAGES_HINT "fetch all pages before you save them"

/* One import in progress: what the steps from file to record share.  Inside importers/ only. */

/* Addresses that were made canonical already: exports repeat the same people over and over. */
struct addresses;

/* Returned, caller frees with addresses_free. */
struct addresses *addresses_new(void);
void addresses_free(struct addresses *addresses);

/*
 * The canonical form of raw, as email_canonical; owned by addresses, valid until the next call.  *placeholder tells
 * whether it looks invented.  NULL and *why when it is no address.
 */
const char *addresses_get(
    struct addresses *addresses, const char *raw, bool *placeholder, const char **why);

/* A side table of the profile: key -> the values that fields take. */
struct join {
	GHashTable *rows; /* char * -> char **, one for each name of the table but the key */
};

struct ics_book;

struct importer {
	const struct source_config *source;
	uint32_t index; /* of the source */
	const struct profile *profile;
	struct source_policy policy;
	const struct record_sink *sink;
	struct import_facts *facts;
	uint64_t rows_max; /* stop behind so many; 0: read all */
	uint64_t
	    rejected_at; /* facts->rows at the last reject: a row counts once, whatever is in it */
	struct file_facts *file; /* the one being read */
	uint32_t file_index;
	struct zone *zone;	/* of the source, else of the profile; NULL */
	struct interval around; /* of a series, the occurrences that touch this */
	struct recurrence_budget budget;
	struct addresses *addresses;
	struct join *joins;   /* one for each table of the profile */
	GHashTable *statuses; /* raw word -> enum record_status */
	GHashTable *person_statuses;
	GHashTable *unmatched; /* set of char * */
	struct matched *matched;
	bool ids_spaced, ids_wordy; /* some id so far has a blank in it, or no digit */
	GHashTable *sharers;	    /* canonical address -> who it belongs to; NULL */
	GString *lines;		    /* the first lines of the file that are no records; NULL */
	uint64_t n_lines;	    /* how many there are */
	bool seen[FIELDS];	    /* JSON: fields that some record of the file had */
	uint64_t seen_records;	    /* how many were looked at for that */
	/*
	 * A file that is one page with more to come is whole only together with others: some file
	 * of the source must be a last page.
	 */
	char *open_page;    /* the refusal of the first such file; NULL */
	bool last_page;	    /* some file ended with a last page */
	GHashTable *events; /* set of char *: the keys of events that came already */
	bool undated;	    /* an event without its time was reported already */
	bool unknown_word;  /* refused for a month that nobody knows already */
	bool wrong_order;   /* refused for its order of dates already */
	bool order_open;    /* some date could be read in the other order, too */
	bool order_told;    /* some date could not */
	/* reused by every row */
	GStringChunk *scratch;
	uint64_t scratch_rows;
	GArray *values, *more_values; /* of struct value */
	GArray *attendees;	      /* of struct record_person */
	GArray *targets;	      /* of struct record_ref */
	GArray *freezes;	      /* of struct interval */
	GArray *starts;		      /* of int64_t: occurrences of a series */

	/* calendars, and zones by other names than IANA's */
	struct ics_book *book; /* of a source's calendars; NULL */
	GPtrArray *surveyed;   /* of char *: the hash of each file when it was put into the book */
	GHashTable *rooms;     /* set of char *: canonical addresses that the row says are rooms */
	const char *calendar_zone; /* what the calendar at hand calls its own zone; NULL */
	char *zone_word; /* the last [field zone] that was no IANA name, and the zone it means */
	struct zone *zone_meant;
};

/* A record on its way. */
struct draft {
	struct importer *im;
	const struct row *row;
	struct record record;
	struct zone *zone; /* of this record; NULL when there is none */
	char *reason;	   /* why it is refused; the first reason counts */
	char *booker; /* a booking: why its booker is refused, who is not all that it may let in */
	bool empty;   /* no record can come of it, and that is no fault */
	const char *nobody; /* why no person could be told from it; constant, or NULL */
	GPtrArray *notes;   /* of char *: what happened to its times; NULL until there is one */
	bool
	    unsettled; /* refused because the configuration leaves its zone or its order of dates open */
	bool recurs; /* series and im->starts hold its occurrences */
	struct series series;
};

/* Refuse the draft; the first reason stays.  Always returns false. */
bool draft_refuse(struct draft *draft, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* An optional text field: NULL when there is none; false, the draft refused, when what is there cannot be a text. */
bool draft_text(struct draft *draft, enum field field, const char **out);

/* The same for a list field: false, the draft refused, when it has more than LIST_MAX values. */
bool draft_values(struct draft *draft, enum field field, GArray *out);

/* The text as a reason may quote it: printable and short; lives as long as the row. */
const char *draft_quote(const struct draft *draft, const char *text);

/* Hand a note on a record, person or word to the sink; email, subject may be NULL. */
void importer_note(const struct importer *im, const struct record_place *place,
    enum finding_kind kind, const char *email, const char *subject, const char *text);

/* The one value of a field: presence says what was found; BAD carries the reason. */
void field_value(
    const struct importer *im, const struct row *row, enum field field, struct value *out);

/* What `any` of a field has, whether or not its parts have something, too. */
void field_whole(
    const struct importer *im, const struct row *row, enum field field, struct value *out);

/*
 * All values of a list field, emptied into out first; one that a table does not know is VALUE_ABSENT.  Where there are more
 * than LIST_MAX, at least one more than that: whom the rest would name must not go unnoticed.
 */
void field_values(const struct importer *im, const struct row *row, enum field field, GArray *out);

/* Fill the draft's zone; false when it names one that does not exist. */
bool span_zone(struct draft *draft);

/* Read a text as the time field would. */
enum when_result span_try(
    const struct draft *draft, enum field field, const char *text, struct when *out);

/* Fill the draft's span and freezes from its time fields, as its kind demands. */
bool span_booking(struct draft *draft);
bool span_membership(struct draft *draft);
bool span_grant(struct draft *draft);
bool span_freezes(struct draft *draft);

/* Set the draft's span to that of the occurrence that starts then; false when the change of clocks leaves none. */
bool span_occurrence(struct draft *draft, int64_t start);
/* When the event of the draft happened; false when nothing tells. */
bool span_made(const struct draft *draft, instant *made);

/* Is this event, by the profile's `once`, one that came already?  From now on it is. */
bool event_repeats(struct importer *im, const struct row *row);

/* Fill in since when the record is so; refuses an event that names no id. */
bool event_read(struct draft *draft);

/*
 * A refused event of a log, and a refused row where the last one of an id counts, still say something of that id: that it
 * is cancelled, or that what was known of it holds no more.  Reduces the record to that; *unknown (owned by the caller) becomes the reason to report unless it is cancelled.
 * False when it tells nothing at all.
 */
bool event_salvage(struct draft *draft, char **unknown);

/* Fill the draft's person, attendees. */
bool person_read(struct draft *draft);
bool attendees_read(struct draft *draft);

/* As person_read for a booking, whose booker may be refused (draft->booker): those who are invited come all the same. */
void booker_read(struct draft *draft);

/* Is the canonical address that of a calendar, a room or a relay, by the profile or by the row at hand? */
bool is_no_person(const struct importer *im, const char *address);

/*
 * Whose row a refused one is, as far as it tells: id and address are filled where the refusal came before them.  In a
 * table whose cells have shifted the first address counts, wherever it stands.
 */
void person_recognise(struct draft *draft);

/* Tell the sink, once for each address, when rows of the source give one address to several people. */
void sharing_look(struct importer *im, const struct record *record);

/* What a row that was refused looks like. */
enum row_look {
	LOOK_RECORD, /* it has an address, an id or two dates */
	LOOK_UNSURE, /* nothing tells whose it was, but it fills the columns of the table */
	LOOK_REPORT, /* a line of a report above, between or below tables */
};

/* Of a refused draft. */
enum row_look look_of(struct draft *draft);

/* Does the row begin like a line of a report? */
bool look_is_report(const struct row *row);

/* An id of a record that was read: ids look alike. */
void look_learn(struct importer *im, const char *id);

/* Add the row to the lines of the file that are no records; look_note tells the sink of all of them. */
void look_list(struct importer *im, const struct row *row);
void look_note(struct importer *im);

/* Tell the sink about addresses of the draft that look wrong, once it is accepted or refused for want of one. */
void person_notes(const struct draft *draft);

/*
 * Make of a row what the profile says: records, rejects and notes to the sink, counts to the facts.  refused: why
 * nothing can come of it although it counts as a row, or NULL.  object: the JSON record that the row was bound to.
 */
void build_row(struct importer *im, struct row *row, const char *refused);
void build_object(
    struct importer *im, struct row *row, struct json_object *object, const char *refused);

/* The format that the file's first character tells: csv, json, ics; constant. */
struct bytes;
const char *import_format(const struct bytes *bytes);

/* Read one file; a fault of the whole file becomes a refusal in the facts. */
bool csv_import(struct importer *im, struct bytes *bytes, GError **error);
bool json_import(struct importer *im, struct bytes *bytes, GError **error);
bool ics_import(struct importer *im, struct bytes *bytes, GError **error);

/* Put the events of the file im->file_index, of a source of several calendars, into im->book. */
void ics_survey(struct importer *im, struct bytes *bytes);

/* Once the records of the file called name were built: false with *error when none of them had a field without which
 * no record means anything: these are other records. */
bool build_complete(const struct importer *im, const char *name, GError **error);

/* Are these all the rows that were asked for? */
bool importer_full(const struct importer *im);

/*
 * As import_source for the one file that was opened already, whose path is that of the source; at most rows_max of its
 * rows, unless that is 0.  What only the end of a file can tell (a quote never closed, a last page) is then not seen.
 */
struct bytes_facts;
struct import_facts *import_opened(const struct source_config *source,
    const struct profile *profile, struct bytes *bytes, const struct bytes_facts *found,
    uint64_t rows_max, struct interval around, const struct record_sink *sink);

/* Fill im->joins for the file at path, opened as bytes; folder: where files of tables lie. */
bool joins_fill(struct importer *im, struct bytes *bytes, const char *folder, GError **error);
void joins_clear(struct importer *im);
const char *joins_get(const struct importer *im, int table, const char *key, unsigned take);

#endif
