#ifndef REPORTS_SHEETS_H
#define REPORTS_SHEETS_H

#include "reports/table.h"
#include "reports/view.h"

/* What stands on the table sheets of the workbook. */
struct sheet_kind {
	const char *name;
	const char *about;   /* how to read it */
	const char *nothing; /* why there is no row */
	const struct table_column *columns;
	size_t n_columns;
	uint16_t frozen;			 /* columns that stay on the screen */
	size_t links;				 /* cells of a row that link somewhere */
	bool changes;				 /* a sheet of `--sheets changes` */
	size_t (*rows)(const struct view *view); /* how many rows there are to list */
	const char *(*title)(struct view *view);
	const char *(*status)(struct view *view);	      /* NULL: none */
	const char *(*formula)(struct view *view);	      /* that computes it; NULL: none */
	void (*fill)(struct view *view, struct table *table); /* offers exactly so many */
	void (*finish)(struct view *view, struct sheet *sheet, uint32_t last); /* NULL: nothing */
};

#define SHEET_COLUMNS_OF(list) .columns = (list), .n_columns = G_N_ELEMENTS(list)

extern const struct sheet_kind sheet_decide, sheet_review, sheet_changes, sheet_held,
    sheet_mismatches, sheet_groups, sheet_orphans, sheet_next, sheet_passes, sheet_outside,
    sheet_since, sheet_sources, sheet_checks, sheet_rejects, sheet_words;

/* In the order of the workbook, behind Summary. */
#define SHEET_KINDS 15
extern const struct sheet_kind *const sheet_kinds[SHEET_KINDS];

/* `3 rights`, `1 right`.  Of the view. */
const char *sheet_count(struct view *view, size_t n, const char *one, const char *many);

/* A time in the zone of a group's place. */
void sheet_span_of(
    struct view *view, struct table *table, int64_t group_id, const struct interval *span);

/* Name or id of a group or lock, with a link to its page. */
void sheet_door(struct view *view, struct table *table, const char *name, int64_t id, bool group);

/* An id of Kisi as text; nothing for 0. */
void sheet_id(struct view *view, struct table *table, int64_t id);

#endif
