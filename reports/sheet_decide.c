/* To decide: one matter, one row, soonest closed door first. */
#include "reports/sheets.h"

static const char *const decisions[] = {
    "approve", "keep", "same person", "two people", "done", "ask", NULL};

static const struct table_column columns[] = {
    {"No", CELL_INTEGER, 4.5, false, NULL},
    {"By when", CELL_TEXT, 13, false, NULL},
    {"What", CELL_TEXT, 22, false, NULL},
    {"Who", CELL_TEXT, 22, false, NULL},
    {"Door or group", CELL_TEXT, 18, false, NULL},
    {"Why it waits", CELL_TEXT, 34, false, NULL},
    {"What we suggest", CELL_TEXT, 34, false, NULL},
    {"Decision", CELL_ENTRY, 11, false, decisions},
    {"Decided by", CELL_ENTRY, 13, false, NULL},
    {"Date", CELL_ENTRY_DATE, 10.5, false, NULL},
    {"How", CELL_TEXT, 40, true, NULL},
    {"First seen", CELL_INSTANT, 16, true, NULL},
    {"Runs seen", CELL_INTEGER, 9, true, NULL},
    {"Id", CELL_TEXT, 14, true, NULL},
    {"Code", CELL_TEXT, 18, true, NULL},
};

static size_t
rows(const struct view *view)
{
	return view->decisions->len;
}

static void
fill(struct view *view, struct table *table)
{
	for (guint i = 0; i < view->decisions->len && table_row(table); i++) {
		const struct decision *decision = view->decisions->pdata[i];
		table_integer(table, i + 1);
		if (decision->when <= view->plan->as_of + INSTANT_DAY)
			table_alarm(table, decision->by);
		else
			table_text(table, decision->by);
		table_text(table, decision->what);
		table_strong(table, decision->who);
		table_text(table, decision->door);
		table_text(table, decision->why);
		table_text(table, decision->suggest);
		table_text(table, decision->how);
		if (decision->first_seen > 0)
			table_instant(table, NULL, decision->first_seen);
		else
			table_empty(table);
		if (decision->runs_seen > 0)
			table_integer(table, decision->runs_seen);
		else
			table_empty(table);
		table_text(table, decision->id);
		table_text(table, decision->code);
	}
}

static const char *
title(struct view *view)
{
	return view_printf(view, "To decide: %s, soonest first",
	    sheet_count(view, view->decisions->len, "matter", "matters"));
}

static const char *
status(struct view *view)
{
	return view_printf(view, "0 of %u decided", view->decisions->len);
}

static const char *
formula(struct view *view)
{
	return view_printf(view, "=COUNTA(H5:H%u)&\" of %u decided\"",
	    view->decisions->len + TABLE_FIRST, view->decisions->len);
}

const struct sheet_kind sheet_decide = {
    .name = "To decide",
    .about = "One row is one matter.  Nothing happens to it until somebody decides.  The grey "
	     "columns at the right have the command or line to paste.",
    .nothing = "No matter waits for a decision.",
    SHEET_COLUMNS_OF(columns),
    .frozen = 3,
    .rows = rows,
    .title = title,
    .status = status,
    .formula = formula,
    .fill = fill,
};
