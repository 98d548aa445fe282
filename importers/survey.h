#ifndef IMPORTERS_SURVEY_H
#define IMPORTERS_SURVEY_H

#include "importers/bytes.h"
#include "importers/guess.h"
#include "importers/names.h"

/*
 * One look through a whole file without any profile: which columns it has, and what they hold.  A column is a column of
 * a table, or a path of JSON records.
 */
struct survey_column {
	char *name;  /* header as it is, or path (`user.email`, `spaces[]`) */
	char *first; /* text_header_key of the header, or of the path's first step */
	char *rest;  /* of a path, behind the first step and its dot, without `[]`; NULL: none */
	struct guess *guess;
};

enum survey_kind { SURVEY_TABLE, SURVEY_JSON, SURVEY_ICS };

struct survey {
	enum survey_kind kind;
	GPtrArray *columns; /* of struct survey_column *, in the order of the file */
	uint64_t rows;
	uint64_t more_columns; /* that were too many to be looked at */
	char delimiter;	       /* tables */
	uint32_t header_row;
	char *lists;	   /* JSON: the paths of the lists of records that are there, `a, b` */
	bool floating;	   /* iCalendar: some start or end is in no zone */
	GHashTable *found; /* JSON: set of those paths */
	GHashTable *by_path;
};

/* Words that headers are made of; the row that knows most of them is the header. */
struct survey_hints {
	const struct names *names; /* headers that some profile asks for, or NULL */
	GPtrArray *paths;	   /* of char *: where profiles look for lists of records in JSON */
};

/*
 * Look through a table, JSON or iCalendar.  Returned, caller frees with survey_free; never NULL.  What cannot be read to its end sets
 * *error (EXIT_BAD_INPUT), and the survey holds what came before.
 */
struct survey *survey_table(struct bytes *bytes, const struct survey_hints *hints, GError **error);
struct survey *survey_json(struct bytes *bytes, const struct survey_hints *hints, GError **error);
struct survey *survey_ics(struct bytes *bytes, GError **error);
void survey_free(struct survey *survey);

/* Does the name of a profile ask for the column?  each: the profile's list of items, or NULL. */
bool survey_asks(const struct survey *survey, const struct survey_column *column,
    const struct name *name, const char *each);

#endif
