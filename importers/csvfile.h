#ifndef IMPORTERS_CSVFILE_H
#define IMPORTERS_CSVFILE_H

#include "importers/bytes.h"

/* One record of a CSV file; valid during the call. */
struct csv_record {
	char **cells;	   /* NUL-terminated, may be changed in place */
	size_t n_cells;	   /* 0: a blank line, which a spreadsheet shows as a row */
	uint32_t row;	   /* as a spreadsheet counts, from 1; a `sep=` line does not count */
	uint32_t line;	   /* physical line it begins on, from 1 */
	bool at_end;	   /* the file ends behind it without a line break */
	bool too_long;	   /* a cell was longer than CELL_MAX and is empty here */
	const char *fault; /* why it cannot be read; its cells may be wrong then.  Constant; NULL */
};

/* What becomes of a row with a quote that does not fit. */
enum csv_quotes {
	CSV_WHOLE,     /* the file is refused */
	CSV_DOUBLED,   /* the row is handed over with its fault, the others are read */
	CSV_BACKSLASH, /* it is read once more, with `\"` as a quote, and else as above */
};

/* Return false to stop. */
typedef bool (*csv_taker)(void *user, const struct csv_record *record);

/*
 * Read all records of the text from its beginning.  delimiter: as found by csv_find_header.  Files that were put together
 * are read as one: a BOM at the beginning of a line is none of its text.  False with *error (EXIT_BAD_INPUT,
 * `<name>:<line>: ...`) at a quote that is never closed, at a stray one when quotes say so, or in a line of
 * more than 256 KiB, at more cells or a longer row than limits.h allows, at NUL bytes, and when reading fails: records
 * handed over before that may be wrong, so the caller must not use them.  True when take said stop.
 */
bool csv_read(struct bytes *bytes, char delimiter, enum csv_quotes quotes, csv_taker take,
    void *user, GError **error);

/*
 * How well the cells (trimmed) fit as a header: 0 for not at all; the best row wins, the first of equals; *complete
 * when nothing that is required is missing.
 */
typedef unsigned (*csv_judge)(void *user, char *const *cells, size_t n_cells, bool *complete);

struct csv_header {
	char delimiter;
	uint32_t row; /* of the header; 0 when no row fits at all */
	char **cells; /* trimmed, NULL-terminated; NULL when row is 0 */
	char **raw;   /* as they are in the file */
	char
	    *first; /* the first row, for messages: cells joined by ", "; NULL when there is none */
	bool complete;
};

/*
 * Find delimiter and header: the first complete row among the first ten, with any of the delimiters, else the row
 * that fits best.  A first line `sep=;` settles the delimiter.  Caller empties *out with csv_header_done.
 */
void csv_find_header(
    const struct bytes *bytes, csv_judge judge, void *user, struct csv_header *out);
void csv_header_done(struct csv_header *header);

#endif
