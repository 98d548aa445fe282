/* The workbook as a whole: which sheets, and in which order. */
#include "reports/workbook.h"

#include "reports/sheets.h"
#include "reports/summary.h"

/* What Excel can hold. */
static const struct workbook_limits usual = {.sheet_rows = 1048576};

bool
workbook_write(const struct run *run, const char *path, bool only_changes, GError **error)
{
	struct workbook_limits limits = usual;
	limits.only_changes = only_changes;
	return workbook_write_within(run, path, &limits, error);
}

static void
write_sheet(struct view *view, struct book *book, const struct sheet_kind *kind,
    const struct workbook_limits *limits)
{
	struct table_head head = {.title = kind->title(view),
	    .about = kind->about,
	    .status = kind->status != NULL ? kind->status(view) : NULL,
	    .status_formula = kind->formula != NULL ? kind->formula(view) : NULL,
	    .nothing = view->run->no_plan != NULL ? "This run came to no plan: see Summary."
						  : kind->nothing,
	    .frozen = kind->frozen,
	    .links = kind->links};
	struct sheet *sheet = book_sheet(book, kind->name);
	struct table *table = table_begin(
	    sheet, &head, kind->columns, kind->n_columns, kind->rows(view), limits->sheet_rows);
	kind->fill(view, table);
	uint32_t last = table_end(table);
	if (kind->finish != NULL)
		kind->finish(view, sheet, last);
}

static struct book *
begin(struct view *view, const char *path, GError **error)
{
	const struct run *run = view->run;
	const char *venue = run->plan->snapshot.organization;
	g_autofree char *as_of = phrase_instant(&view->face, run->as_of);
	struct book_facts facts = {
	    .title = view_printf(view, "Access review %s", run->id),
	    .author = view_printf(view, "kisi-reconcile %s", run->version),
	    .venue = venue != NULL ? venue : "Kisi",
	    .as_of = view_printf(view, "%s (%s)", as_of, zone_name(view->face.zone)),
	    .footer = view_printf(view, "Run %s - contains personal data", run->id),
	    .created = run->ended > 0 ? run->ended : run->as_of,
	    .zone = view->face.zone,
	    .letter = run->letter,
	};
	return book_new(path, &facts, error);
}

bool
workbook_write_within(
    const struct run *run, const char *path, const struct workbook_limits *limits, GError **error)
{
	struct view *view = view_new(run);
	struct book *book = begin(view, path, error);
	size_t left_out = 0;
	for (size_t i = 0; i < SHEET_KINDS; i++)
		left_out += table_left_out(sheet_kinds[i]->rows(view), limits->sheet_rows);
	if (book != NULL && !limits->only_changes)
		summary_write(view, book_sheet(book, "Summary"), left_out);
	for (size_t i = 0; book != NULL && i < SHEET_KINDS; i++) {
		if (sheet_kinds[i]->changes || !limits->only_changes)
			write_sheet(view, book, sheet_kinds[i], limits);
	}
	bool good = book != NULL && book_finish(book, error);
	view_free(view);
	return good;
}
