#ifndef REPORTS_PAGE_H
#define REPORTS_PAGE_H

#include "reports/grid.h"
#include "reports/people.h"
#include "reports/phrase.h"
#include "reports/plan_text.h"
#include "reports/tally.h"

/* What the parts of the plan as text share.  Inside reports/plan_text.c, waiting_text.c and closed_text.c, notes_text.c only. */

#define SECTION_ROWS 200 /* of a section on a terminal; a log has them all */
#define NAMES_SHOWN 10	 /* people in one list */

struct page {
	const struct run *run;
	const struct plan *plan;
	const struct text_style *style;
	struct clock_face face;
	instant now;
	struct tally tally;
	struct people *people;
	GHashTable *orphans; /* `EMAIL group` -> struct orphan, borrowed */
	GString *out;
};

/* Is it for a terminal, where people are names and lines have a width? */
bool page_is_terminal(const struct page *page);

/* `\nTITLE rest`, wrapped. */
void page_heading(struct page *page, const char *title, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* A paragraph behind so many blanks; the other lines stand under its first letter. */
void page_paragraph(struct page *page, unsigned indent, const char *text);

/* `Do: ...`, with the command of a hint in lines of its own that can be copied; NULL appends nothing. */
void page_do(struct page *page, unsigned indent, const char *hint);

/* Print the grid, and free it. */
void page_grid(struct page *page, struct grid *grid, const char *indent);

/* `... and 12 more`, where not all were shown. */
void page_more(struct page *page, size_t count, size_t shown);

/* The cells of one change; grid: of PAGE_CHANGE_COLUMNS.  sign: NULL for its own. */
#define PAGE_CHANGE_COLUMNS 9
void page_change(struct page *page, struct grid *grid, const struct change *change,
    const char *sign, const char *name, const char *remark);

/* Append `, 2 rows`, without the comma at the beginning; nothing for 0. */
void page_count(GString *out, size_t count, const char *one, const char *many);

/* `1 person`, `2 people`.  Caller frees. */
char *page_people(size_t count);

/* Is this one of the people that the text is about? */
bool page_concerns(const struct page *page, const char *email);

/* The same of a note, which may be about nobody. */
bool page_may_concern(const struct page *page, const char *email);

/* Is this a held change that waits for a decision, and not only for a run that is not limited to others? */
bool page_waits(const struct page *page, const struct change *change);
size_t page_count_waiting(const struct page *page);

/* WAITING, and REFUSED above all: what waits for a person, one paragraph a decision. */
void waiting_print_refused(struct page *page);
void waiting_print(struct page *page);

/* CLOSED DOORS: who stands before one, and what to do. */
void closed_print(struct page *page);

/* Is anything in CLOSED DOORS? */
bool closed_is_empty(const struct page *page);

/* What -v lists: exports, notes, rows that could not be read, guards; and the rest in one line. */
void notes_print_exports(struct page *page);
void notes_print_findings(struct page *page);
void notes_print_rejects(struct page *page);
void notes_print_guards(struct page *page);
void notes_print_rest(struct page *page);

#endif
