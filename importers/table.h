#ifndef IMPORTERS_TABLE_H
#define IMPORTERS_TABLE_H

#include <glib.h>
#include <stdbool.h>

/*
 * Small CSV tables that belong to the configuration (aliases, blocked people, rules): read whole, with the same
 * care for bytes and structure as exports, but any fault is a fault of the configuration.
 */

enum column_need {
	COLUMN_OPTIONAL,
	COLUMN_TOLD, /* where the table has it, no row may be too short for it: blank must be said */
	COLUMN_REQUIRED, /* the table must have it, and every row, too */
};

/* Columns a table may have; a NULL name ends the list. */
struct table_column {
	const char *name; /* header, compared by text_header_key */
	enum column_need need;
};

/* One row: its cells in the order of the columns asked for; "" where the table lacks the column. */
typedef bool (*table_row)(void *user, const char *const *cells, unsigned row, GError **error);

/*
 * Read the table at path and call row for each of its rows, blank ones left out.  code is the exit code of
 * failures: file missing, header missing, unknown or double column, broken quoting, or row said false.
 * bytes: takes the file's content (returned, caller frees) for hashing; may be NULL.
 */
bool table_read(const char *path, const struct table_column *columns, table_row row, void *user,
    int code, GString **bytes, GError **error);

/* How a table is written: what stands between its cells, how many there are, and where each of the columns stands. */
struct table_shape {
	char delimiter;
	size_t width;
	int *at; /* one for each column asked for; -1: the table lacks it */
};

/* Caller frees out->at with g_free.  False and *error (EXIT_BAD_INPUT or EXIT_BAD_CONFIG) as table_read, but for rows. */
bool table_shape(
    const char *path, const struct table_column *columns, struct table_shape *out, GError **error);

#endif
