#ifndef REPORTS_SHEET_H
#define REPORTS_SHEET_H

#include "base/failure.h"
#include "base/zone.h"

/*
 * A workbook file and its cells: the one door to libxlsxwriter.  Errors stick: cell functions return nothing, the
 * first thing that went wrong is kept with sheet and row, and book_finish reports it.  Rows and columns count from 0;
 * a row is written when the next one begins, so rows must come in ascending order.  A row grows with its wrapped
 * texts, up to twelve lines.
 */
struct book;
struct sheet;

/* How a cell looks; the table behind it is in sheet_look.c. */
enum style {
	STYLE_TEXT,   /* wrapped, at the top of its cell */
	STYLE_STRONG, /* the same in bold */
	STYLE_HEADER,
	STYLE_HEADER_ENTRY, /* above cells for the reader to fill in */
	STYLE_INTEGER,	    /* at the right */
	STYLE_FIGURE,	    /* an integer at the left */
	STYLE_PERCENT,
	STYLE_ENTRY,	  /* for the reader to fill in; open on a protected sheet */
	STYLE_ENTRY_DATE, /* the same for a day */
	STYLE_ALARM,
	STYLE_GREY, /* codes, ids and seals */
	STYLE_LINK,
	STYLE_LINK_PLAIN, /* not wrapped */
	STYLE_SMALL,	  /* grey, not wrapped */
	STYLE_TITLE,
	STYLE_ABOUT, /* small grey line under the title */
	STYLE_STATUS,
	STYLE_SECTION,
	STYLE_LABEL,
	STYLE_PLAIN,	  /* neither wrapped nor framed: may run over the next cells */
	STYLE_BAR_RED,	  /* the verdict of a run that cannot be used */
	STYLE_BAR_YELLOW, /* ... that leaves something to decide */
	STYLE_BAR_GREEN,
	STYLE_BIG,	/* the five figures */
	STYLE_BIG_RED,	/* the one among them that must not be */
	STYLE_BIG_NOTE, /* what they count */
	STYLE_CAPTION,
	STYLE_FRAME, /* of a form, filled in */
	STYLE_TICK,  /* ties, or does not */
	STYLE_COUNT
};

struct book_facts {
	const char *title; /* document properties; all borrowed for the call */
	const char *author;
	const char *venue;  /* at the top of each printed page */
	const char *as_of;  /* likewise */
	const char *footer; /* at the bottom */
	instant created; /* what the document says about itself: the machine's clock is not asked */
	struct zone *zone; /* in which instants are shown */
	bool letter;	   /* paper: US Letter, else A4 */
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

/* A page that stands for itself: portrait, whole on one page, no grid. */
void sheet_page(struct sheet *sheet);

/* The book's zone; owned by the book. */
struct zone *sheet_zone(const struct sheet *sheet);

/*
 * A text as it stands: never a formula, a number or an escape, whatever it begins with.  Characters that the format cannot
 * hold become U+FFFD, more than Excel's 32,767 are cut with a mark.  NULL: an empty cell of this style.
 */
void sheet_text(
    struct sheet *sheet, uint32_t row, uint16_t column, enum style style, const char *text);

/* The same with a link: an address, or `internal:'Sheet'!A5`.  Where the sheet has no room for more, only the text. */
void sheet_link(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
    const char *url, const char *text);

/*
 * A real date with wall time of a zone, NULL for the book's; another than the book's is named in the cell.  Open ends
 * read `always` and `no end`, and sort as what they are.
 */
void sheet_instant(
    struct sheet *sheet, uint32_t row, uint16_t column, struct zone *zone, instant t);

/* A whole number; one that a spreadsheet would round is written as text. */
void sheet_integer(
    struct sheet *sheet, uint32_t row, uint16_t column, enum style style, int64_t value);
void sheet_percent(struct sheet *sheet, uint32_t row, uint16_t column, int percent);

/* A formula of this program, and what it comes to now. */
void sheet_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
    const char *formula, const char *value);

/* Width in digits; call before the first row, or texts there wrap as if the column were narrow. */
void sheet_width(struct sheet *sheet, uint16_t column, double width);

/* Height in points of a row that should not find its own. */
void sheet_height(struct sheet *sheet, uint32_t row, double height);

/* How many cells, with it, the texts of one cell of STYLE_PLAIN, _TITLE, _BAR... may run over: for its height only. */
double sheet_span(const struct sheet *sheet, uint16_t first, uint16_t last);

/* Keep rows above `row` and columns before `column` on the screen, and the rows on each printed page. */
void sheet_freeze(struct sheet *sheet, uint32_t row, uint16_t column);

/* Print rows 0 .. last and columns 0 .. column. */
void sheet_print(struct sheet *sheet, uint32_t last, uint16_t column);

/* Filters over the n columns of rows header .. last. */
void sheet_filter(struct sheet *sheet, uint32_t header, uint32_t last, uint16_t n);

/* Nothing but entries can be changed; filtering and sizes can.  No password. */
void sheet_protect(struct sheet *sheet);

/* Rows first .. last of a column take only one of the NULL-terminated words, or only days. */
void sheet_choices(
    struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last, const char *const *words);
void sheet_days(struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last);

/* Red in rows first .. last of a column where the formula, written for the first of them, holds. */
void sheet_red(
    struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last, const char *formula);

/* A chart over columns of a sheet (`data`) that has titles in its first row: see summary.c. */
struct sheet_chart {
	const char *title;
	const char *data; /* name of the sheet with the figures */
	uint32_t first, last;
	uint16_t names;	       /* column */
	uint16_t series[3];    /* columns; 0 ends them */
	const char *titles[3]; /* of the series */
	bool across;	       /* bars across, stacked; else columns and a line */
	bool hatched[3];       /* what nothing supports */
	int width, height;     /* pixels */
};
void sheet_chart(
    struct sheet *sheet, uint32_t row, uint16_t column, const struct sheet_chart *chart);

#endif
