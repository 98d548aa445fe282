#ifndef REPORTS_SHEET_H
#define REPORTS_SHEET_H

#include "base/failure.h"
#include "base/zone.h"

/*
 * A workbook file and its cells: the one door to libxlsxwriter.  Errors stick: cell functions return nothing, the
 * first thing that went wrong is kept with sheet and row, and book_finish reports it.  Rows and columns count from 0;
 * rows of one sheet must be written in ascending order.  A row grows with its wrapped texts, up to twelve lines.
 */
struct book;
struct sheet;

/* How a cell looks; the table behind it is in sheet.c. */
enum style {
	STYLE_TEXT,	    /* wrapped, at the top of its cell */
	STYLE_HEADER,	    /* of a table */
	STYLE_HEADER_RIGHT, /* the same above numbers */
	STYLE_INSTANT,
	STYLE_SECONDS, /* an instant that has seconds */
	STYLE_INTEGER, /* at the right, below STYLE_HEADER_RIGHT */
	STYLE_FIGURE,  /* an integer at the left, below or beside its title */
	STYLE_PERCENT,
	STYLE_CENTRE, /* short text among numbers */
	STYLE_ENTRY,  /* for the reader to fill in */
	STYLE_ALARM,
	STYLE_TITLE,
	STYLE_SECTION,
	STYLE_LABEL,
	STYLE_PLAIN, /* neither wrapped nor framed: may run over the next cells */
	STYLE_CODE,  /* hashes and commands */
	STYLE_COUNT
};

struct book_facts {
	const char *title; /* document properties; borrowed for the call */
	const char *author;
	const char *footer; /* at the bottom of each printed page; no `&` */
	instant created; /* what the document says about itself: the machine's clock is not asked */
	struct zone *zone; /* in which instants are shown */
	bool streaming;	   /* constant memory, and filters instead of tables */
};

/*
 * Begin a workbook that will be at path, in a temporary file beside it of mode 0600.  Returned, caller ends it with
 * book_finish or book_discard; NULL and *error (EXIT_FAILED) when the file cannot be made.
 */
struct book *book_new(const char *path, const struct book_facts *facts, GError **error);

/*
 * Write the file, sync it and move it to its path.  book: taken.  False and *error (EXIT_FAILED) for the first error of
 * any cell or of the writing; then path is as it was and the temporary file is gone.
 */
bool book_finish(struct book *book, GError **error);

/* Give up: removes the temporary file.  book: taken; NULL is fine. */
void book_discard(struct book *book);

/* Add a sheet behind the others, ready for landscape printing on one page's width.  Owned by the book. */
struct sheet *book_sheet(struct book *book, const char *name);

/* Name of the zone instants are shown in; owned by the book. */
const char *sheet_zone(const struct sheet *sheet);

/*
 * A text as it stands: never a formula, a number or an escape, whatever it begins with.  Characters that the format cannot
 * hold become U+FFFD, more than Excel's 32,767 are cut with a mark.  NULL: an empty cell of this style.
 */
void sheet_text(
    struct sheet *sheet, uint32_t row, uint16_t column, enum style style, const char *text);

/* The same over the cells first .. last of a row. */
void sheet_merge(struct sheet *sheet, uint32_t row, uint16_t first, uint16_t last, enum style style,
    const char *text);

/* A real date with wall time of the book's zone; open ends as words. */
void sheet_instant(struct sheet *sheet, uint32_t row, uint16_t column, instant t);

/* A whole number; one that a spreadsheet would round is written as text. */
void sheet_integer(
    struct sheet *sheet, uint32_t row, uint16_t column, enum style style, int64_t value);
void sheet_percent(struct sheet *sheet, uint32_t row, uint16_t column, int percent);

/* Width in characters; call before the first row, or texts there wrap as if the column were narrow. */
void sheet_width(struct sheet *sheet, uint16_t column, double width);

/* Height in points of a row that should not find its own. */
void sheet_height(struct sheet *sheet, uint32_t row, double height);

/* No lines between cells, not even on the screen. */
void sheet_blank_paper(struct sheet *sheet);

/* Keep rows above `row` on the screen, and on each printed page. */
void sheet_freeze(struct sheet *sheet, uint32_t row);

/* Make rows 0 .. last a table with filters; titles: n headers, all different, already written to row 0. */
void sheet_table(struct sheet *sheet, uint32_t last, const char *const *titles, uint16_t n);

/* Offer the NULL-terminated words in rows first .. last of a column; others stay possible. */
void sheet_choices(
    struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last, const char *const *words);

#endif
