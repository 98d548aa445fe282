#ifndef MODEL_DESCRIPTION_H
#define MODEL_DESCRIPTION_H

#include "model/record.h"

#include <glib.h>
#include <stdbool.h>

/*
 * What one export file is, as far as it shows: its form, what its columns hold, and which profiles read it.  Everything
 * belongs to struct description.  Addresses and words are kept only where a person must look at them.
 */

/* What the dates like 03/04/2026 of a column or file say about the order of day and month. */
struct date_evidence {
	uint64_t day_first;   /* dates that have no other reading: 25/03/2026 */
	uint64_t month_first; /* 03/25/2026 */
	uint64_t either;      /* 03/04/2026 */
	char *day_example, *month_example, *either_example; /* the first of each, or NULL */
};

enum date_answer {
	DATES_NONE, /* no such dates */
	DATES_DAY_FIRST,
	DATES_MONTH_FIRST,
	DATES_EITHER, /* nothing decides: somebody must say */
	DATES_BOTH,   /* they contradict each other */
};

/* What the evidence comes to. */
enum date_answer date_evidence_answer(const struct date_evidence *evidence);

/* The profile's word for an answer, DMY or MDY; NULL when it decides nothing.  Constant. */
const char *date_answer_word(enum date_answer answer);

/* Add what `from` has seen. */
void date_evidence_add(struct date_evidence *evidence, const struct date_evidence *from);
void date_evidence_done(struct date_evidence *evidence);

enum column_holds {
	HOLDS_NOTHING, /* blank everywhere */
	HOLDS_ADDRESSES,
	HOLDS_TIMES,
	HOLDS_NUMBERS,
	HOLDS_WORDS, /* few different texts */
	HOLDS_TEXTS,
};

enum time_shape { TIME_INSTANT, TIME_LOCAL, TIME_DATE, TIME_CLOCK };

#define EXAMPLES 3	/* of the times of a column */
#define BAD_ADDRESSES 5 /* shown of a column */

/* A text that comes again and again. */
struct described_word {
	char *text; /* printable */
	uint64_t count;
	const char *meaning; /* canonical word of a status; NULL: none, it never grants */
};

/* An address that is none. */
struct bad_address {
	char *text;	 /* printable, shortened */
	const char *why; /* constant */
};

/* One column of a table, or one path of JSON records (`user.email`, `spaces[]`). */
struct described_column {
	char *name;   /* header or path, printable */
	char *fields; /* fields of the best profile that read it, `start, end`; NULL */
	const char *
	    suggested; /* field that its name and content suggest, when none reads it; constant, NULL */
	bool in_rules;	 /* its rules for rows and status look at it */
	bool ignored;	 /* it knows the column and does not use it */
	bool status;	 /* a field `status` reads it: words have a meaning */
	bool of_person;	 /* the status is that of a person: an unknown word changes nothing */
	bool listed;	 /* its words may be shown: no names or addresses of people */
	uint64_t filled; /* values; lists count once */
	enum column_holds holds;
	/* HOLDS_ADDRESSES */
	bool lists;		  /* several in one cell */
	uint64_t bad;		  /* values that are no address */
	GPtrArray *bad_addresses; /* of struct bad_address *, the first ones */
	/* HOLDS_TIMES */
	const char *format,
	    *other_format;	    /* in the words of a profile; constant, the other one NULL */
	enum time_shape shape;	    /* of the first format */
	bool local;		    /* some are no instants: they need a zone */
	uint64_t unread;	    /* values without one of these formats */
	char *unread_example;	    /* NULL */
	struct date_evidence dates; /* of this column */
	char *examples
	    [EXAMPLES]; /* the first different values, shortened; also when not read as times */
	/* HOLDS_WORDS */
	GPtrArray *
	    words; /* of struct described_word *, most frequent first; NULL when there are too many */
};

/* How a profile took the file. */
struct described_profile {
	char *name, *title; /* title may be NULL */
	enum record_kind kind;
	bool fits;
	bool log;		 /* its records are events */
	uint64_t rows, rejected; /* of those tried */
	unsigned columns;	 /* columns of the file that it uses or knows */
	unsigned ignored;	 /* of these, the ones it does not read */
	unsigned exact;		 /* of these, the ones called as the profile calls them first */
	unsigned lacking;	 /* fields that it requires and no column holds */
	char *refusal;		 /* why it takes none of the file, maybe with "\nhint: ..."; NULL */
};

struct described_reject {
	uint32_t row;
	char *reason;
};

struct description {
	char *name;	    /* of the file */
	const char *source; /* read with the settings of this one; borrowed; NULL: of none */
	int64_t bytes;
	const char *encoding; /* constant */
	const char *format;   /* csv, json, ics; constant; NULL when it could not be opened */
	char delimiter;	      /* csv only */
	uint32_t header_row;  /* csv only, as a spreadsheet counts; 0: none found */
	char *lists;	      /* json only: where its lists of records are */
	char *fault;	      /* why it cannot be read to its end, maybe with "\nhint: ..."; NULL */
	uint64_t rows;	      /* without header and blank ones */
	GPtrArray *columns;   /* of struct described_column *, in file order */
	struct date_evidence dates; /* of all columns */
	GPtrArray *profiles;	    /* of struct described_profile *: those that fit, best first */
	struct described_profile *nearest; /* none fits: the one that lacks least; NULL */
	/* what the best profile read; whole file */
	const char *no_status; /* what every row counts as, there being no status; constant, NULL */
	char *
	    missing; /* its fields that no column of the file holds, `status, location`; NULL: none */
	uint64_t dropped;
	GPtrArray *rejects; /* of struct described_reject *, the first ones */
	instant from,
	    until; /* first start, last end; INSTANT_NEVER and INSTANT_ALWAYS when there are none */
	uint64_t open_ends;
	const char *
	    zone; /* that local times were taken in; NULL: none was said, and UTC stood in.  Borrowed */
	bool needs_zone;  /* local times, and no zone of their own */
	bool needs_order; /* the profile leaves the order of day and month to the source */
	bool
	    order_assumed; /* it is only what is usual for the profile: nothing in the file confirms it */
	const char *order;	    /* that was taken: DMY, MDY, YMD; NULL: none is known */
	enum record_kind kind_said; /* by somebody; RECORD_KINDS: nobody */
	char *path;		    /* of the file, absolute */
	const char
	    *profile_said; /* the only one that was tried, as a source names it; borrowed; NULL */
	bool zone_said, order_said; /* by somebody, not by the profile */
	/* Columns that the best profile leaves out although they look like plans, times or a status; NULL. */
	char *overlooked;
	enum record_kind other_kind; /* that they speak of; RECORD_KINDS: none but its own */
	/* a profile to edit */
	char *proposal; /* its text; NULL when there is nothing to propose */
	struct described_profile
	    *proposed; /* how it took the file; NULL: it is that of the best profile */
};

/* Returned, caller frees with description_free (NULL is fine). */
struct description *description_new(const char *name);
void description_free(struct description *description);
struct described_column *described_column_new(const char *name);
void described_profile_free(struct described_profile *profile);

/* The best profile that fits; NULL. */
const struct described_profile *description_best(const struct description *description);

#endif
