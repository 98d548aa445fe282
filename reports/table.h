#ifndef REPORTS_TABLE_H
#define REPORTS_TABLE_H

#include "reports/sheet.h"

/* A sheet that is one table: header, filters, typed columns, cells filled from left to right. */
enum cell_type {
	CELL_TEXT,
	CELL_INSTANT, /* the zone's name stands behind the title */
	CELL_INTEGER,
	CELL_PERCENT,
	CELL_FLAG,  /* yes or no */
	CELL_ENTRY, /* empty, for the reader; the table fills it by itself */
};

struct table_column {
	const char *title; /* different from the others of the sheet, however written */
	enum cell_type type;
	double width;		    /* in characters */
	const char *const *choices; /* of an entry: NULL-terminated words to offer; NULL */
};

struct table;

/*
 * Begin the table on an empty sheet (borrowed until table_end) with its header.  rows: exactly how many will be
 * offered.  room: how many rows a sheet can hold, the header's included.  Entry columns must come last.
 */
struct table *table_begin(struct sheet *sheet, const struct table_column *columns, size_t n_columns,
    size_t rows, size_t room);

/* How many of so many rows do not fit, since the last row then has to say so. */
size_t table_left_out(size_t rows, size_t room);

/* Begin the next row; the one before it must be complete.  False when it does not fit: then leave it out. */
bool table_row(struct table *table);

/* The next cell; its column must be of this type (assert).  NULL and "" are empty cells. */
void table_text(struct table *table, const char *text);
void table_alarm(struct table *table, const char *text); /* text that must not be overlooked */
void table_instant(struct table *table, instant t);
void table_integer(struct table *table, int64_t value);
void table_percent(struct table *table, int percent);
void table_flag(struct table *table, bool yes);
void table_empty(struct table *table); /* of any type */

/* All rows were offered: says what was left out or that there is nothing, and closes the table.  table: taken. */
void table_end(struct table *table);

#endif
