#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include "reports/sheet.h"

/*
 * A sheet that is one table: a title, how to read it, what of it is done, a header in row 4, and rows filled from left to
 * right.
 */
enum cell_type {
	CELL_TEXT,
	CELL_INSTANT,
	CELL_INTEGER,
	CELL_PERCENT,
	CELL_ENTRY,	 /* empty, for the reader */
	CELL_ENTRY_DATE, /* the same for a day */
};

struct table_column {
	const char *title; /* different from the others of the sheet, however written */
	enum cell_type type;
	double width;		    /* in digits */
	bool grey;		    /* a code, an id: behind the others, not printed */
	const char *const *choices; /* of an entry: NULL-terminated words, and no others; NULL */
};

struct table_head {
	const char *title;	    /* borrowed for the call; so all of them */
	const char *about;	    /* how to read it */
	const char *status;	    /* in row 3; NULL */
	const char *status_formula; /* what computes it; NULL: the text itself */
	const char *nothing;	    /* why there is no row */
	uint16_t frozen;	    /* columns that stay on the screen */
	size_t links;		    /* how many cells of a row link somewhere */
};

#define TABLE_FIRST 4 /* row of the first row of data, from 0 */

struct table;

/*
 * Begin the table on an empty sheet (borrowed until table_end).  rows: exactly how many will be offered.  room: how many
 * rows a sheet can hold.
 */
struct table *table_begin(struct sheet *sheet, const struct table_head *head,
    const struct table_column *columns, size_t n_columns, size_t rows, size_t room);

/* How many of so many rows do not fit, since the last row then has to say so. */
size_t table_left_out(size_t rows, size_t room);

/* Begin the next row; the one before it must be complete.  False when it does not fit: then leave it out. */
bool table_row(struct table *table);

/* The number of the current row as a spreadsheet shows it, from 1. */
uint32_t table_number(const struct table *table);

/*
 * The next cell; entries before it are made by themselves.  Its column must be of this type (assert).  NULL and "" are
 * empty cells.
 */
void table_text(struct table *table, const char *text);
void table_strong(struct table *table, const char *text);
void table_alarm(struct table *table, const char *text); /* text that must not be overlooked */
void table_link(
    struct table *table, const char *url, const char *text); /* url NULL: as table_text */
void table_instant(struct table *table, struct zone *zone, instant t);
void table_integer(struct table *table, int64_t value);
void table_percent(struct table *table, int percent);
void table_empty(struct table *table); /* of any type */

/*
 * All rows were offered: says what was left out or that there is nothing, and closes the table.  table: taken.  Returned:
 * row of the last row of data, from 0; less than TABLE_FIRST when there is none.
 */
uint32_t table_end(struct table *table);

#endif
