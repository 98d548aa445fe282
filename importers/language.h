#ifndef IMPORTERS_LANGUAGE_H
#define IMPORTERS_LANGUAGE_H

#include "importers/csvfile.h"
#include "importers/names.h"
#include "importers/profile.h"
#include "importers/when.h"
#include "model/fetch_rules.h"

#include <glib.h>

/*
 * A profile as it was read: inside importers/ it is an open struct.  importers/profiles/README.md says what the
 * words of the file mean; here is only what became of them.
 */

/* What a profile can say where to find. */
enum field {
	FIELD_ID,
	FIELD_EMAIL,
	FIELD_REF,
	FIELD_NAME,
	FIELD_COMPANY,
	FIELD_RESOURCE,
	FIELD_RESOURCE_ID,
	FIELD_PLAN,
	FIELD_PLAN_ID,
	FIELD_TITLE,
	FIELD_LOCATION,
	FIELD_GROUP,
	FIELD_START,
	FIELD_END,
	FIELD_ITEM_START,
	FIELD_ITEM_END,
	FIELD_ZONE,
	FIELD_STATUS,
	FIELD_PERSON_STATUS,
	FIELD_ATTENDEES,
	FIELD_ATTENDEE_REFS,
	FIELD_GUESTS,
	FIELD_FREEZE_START,
	FIELD_FREEZE_END,
	FIELD_RECURRENCE,
	FIELD_MADE,
	FIELDS
};

enum required {
	REQUIRED_NO,
	REQUIRED_HEADER, /* a table must have the column; JSON leaves the key out when there is nothing */
	REQUIRED_YES, /* and of JSON at least one record must have it */
};

/* An ordered set of numbers of names. */
struct alternatives {
	unsigned *names;
	size_t count;
};

#define PARTS_MAX 4

struct field_spec {
	bool used;
	enum required required;
	bool first_wins; /* several columns or values may match; the first with a value is taken */
	struct alternatives any;
	struct alternatives parts[PARTS_MAX]; /* joined by glue when `any` has no value */
	size_t n_parts;
	const char *glue;
	struct alternatives duration; /* FIELD_END: length instead of an end */
	instant unit;		      /* of a bare number there, in seconds; 0: it is no length */
	bool next_day; /* FIELD_END: without a date of its own it may lie on the next day */
	bool range;    /* FIELD_END: the start may hold both times */
	char *constant;
	char *split; /* separators of a list in one cell, line breaks among them; NULL: one value */
	GRegex *regex;		    /* its first group is the value */
	int table;		    /* number of the table that the value is looked up in; -1 */
	unsigned take;		    /* which of the table's takes */
	struct when_formats *times; /* NULL: those of the profile */
	int default_clock;	    /* seconds from midnight for a date alone; -1: the day itself */
};

/* Is the value of a name this word?  An empty key asks for a blank value. */
struct condition {
	unsigned name;
	char *key; /* text_key of the word */
};

struct conditions {
	struct condition *list;
	size_t count;
};

enum presence_test { PRESENT_FILLED, PRESENT_TRUE, PRESENT_WORD };

struct presence_rule {
	enum record_status status;
	enum presence_test test;
	struct condition condition;
};

/* Which raw word is which canonical status, and which values beat the words. */
struct vocabulary {
	enum record_kind kind; /* whose statuses they are */
	GHashTable *words;     /* text_key -> GINT_TO_POINTER(enum record_status) */
	GPtrArray *prefixes;   /* of text_key; statuses in prefix_status, longest first */
	GArray *prefix_status; /* of int */
	enum record_status absent;
	struct presence_rule *presence;
	size_t n_presence;
};

struct table_spec {
	char *name;
	char *file;	    /* beside the export; NULL: in the same file */
	char **records;	    /* paths of its arrays; "" = the document */
	struct names names; /* 0 is the key, the others are takes */
};

struct ini;
struct profile {
	char *text, *name;
	struct ini *ini; /* owns the texts of the profile that are kept as they stand */
	enum record_kind kind;
	const char *title, *description;
	const char *system;	    /* whose ids its records have; NULL: the source's own */
	bool csv, json, ics;	    /* formats it reads; ics alone */
	char **records;		    /* paths of the arrays of records */
	char *each;		    /* array inside a record whose elements are the records; NULL */
	char *zone;		    /* where neither record nor source name one; NULL */
	enum date_order date_order; /* ORDER_NONE: the source must say */
	bool ordered;		    /* some format of times needs it */
	bool order_needed;	    /* a source without it cannot be read at all */
	enum csv_quotes quotes;	    /* of tables */
	bool z_is_local;
	bool end_through; /* a date alone as end means through that day */
	struct when_formats *times;
	char **open_words;				    /* text_key of the words for "no end" */
	char **ignore;					    /* header keys known and not used */
	instant grace_before, grace_after;		    /* or UNSET */
	int absence, cancelled, same_id, attendees, guests; /* or UNSET */
	bool unless_named;
	bool report_nobody;	  /* a row that names nobody is reported, not rejected */
	bool log;		  /* records are events: the last one of an id counts */
	char **no_person;	  /* patterns of addresses that are no person's, in small letters */
	struct alternatives once; /* values that tell a repeated event, put together */

	struct names names;
	struct field_spec fields[FIELDS];
	struct table_spec *tables;
	size_t n_tables;

	struct vocabulary status;
	struct vocabulary
	    person_status; /* of the person a membership's row names; words NULL: none */

	struct conditions keep, drop, company_rows;
	struct alternatives page_left;	 /* names that the last document of a file must not have */
	struct alternatives page_errors; /* names that no document may have */
	struct alternatives page_needs;	 /* names under which every document must have something */
	struct alternatives page_true;	 /* names that every document must have as true */
	struct fetch_rules fetch;
};

/* The word of a field in `[field WORD]`; constant. */
const char *field_word(enum field field);

/* The field of that word; FIELDS when there is none. */
enum field field_of(const char *word);

/* All words, NULL-terminated; constant. */
const char *const *field_words(void);

/* May records of this kind have the field? */
bool field_fits(enum field field, enum record_kind kind);

/* Does the field hold a time? */
bool field_is_time(enum field field);

/* Read `[field WORD]` of the profile's file; *error is set at the first fault. */
void field_read(struct profile *profile, enum field field, struct ini *ini, GError **error);
void field_done(struct field_spec *spec);

/* The canonical status of a raw word; STATUS_UNKNOWN when no word fits as a whole. */
enum record_status vocabulary_status(const struct vocabulary *vocabulary, const char *raw);

/* Is the canonical address that of a calendar, a room or a relay, and of no person? */
bool profile_no_person(const struct profile *profile, const char *address);

/* Do the profile's memberships say whether their person is blocked or deleted? */
bool says_person(const struct profile *profile);

/* Read `[status]`, `[presence]`, `[person_status]`, `[person_presence]`, `[rows]`, `[complete]`; *error is set at the first fault. */
void words_read(struct profile *profile, struct ini *ini, GError **error);
void words_done(struct profile *profile);

/* Read `[fetch]`; *error is set at the first fault. */
void fetch_rules_read(struct profile *profile, struct ini *ini, GError **error);
void fetch_rules_done(struct fetch_rules *rules);

/* Add the names of a `;` list under the key to `out`. */
void alternatives_read(struct profile *profile, struct ini *ini, const char *section,
    const char *key, struct alternatives *out);

/* Compile formats; a fault becomes *error for that key. */
struct when_formats *formats_read(
    struct profile *profile, struct ini *ini, const char *section, const char *key, GError **error);

#endif
