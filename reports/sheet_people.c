/* The sheets about addresses and groups that do not fit: who may be one person, and which groups are missing. */
#include "reports/sheets.h"

#include <string.h>

/* ---- e-mail mismatches ---- */

static const struct table_column mismatch_columns[] = {
    {"Booked or member as", CELL_TEXT, 29, false, NULL},
    {"Name", CELL_TEXT, 18, false, NULL},
    {"In Kisi as", CELL_TEXT, 29, false, NULL},
    {"Name in Kisi", CELL_TEXT, 18, false, NULL},
    {"Alike because", CELL_TEXT, 28, false, NULL},
    {"What hangs on it", CELL_TEXT, 26, false, NULL},
    {"Record", CELL_TEXT, 28, false, NULL},
    {"Likeness", CELL_PERCENT, 9, true, NULL},
    {"If it is one person", CELL_TEXT, 44, true, NULL},
    {"If they are two people", CELL_TEXT, 44, true, NULL},
    {"Kisi user", CELL_TEXT, 10, true, NULL},
};

static bool
is_about_address(const struct finding *finding)
{
	static const char *const kinds[] = {
	    "unconfirmed", "duplicate_user", "address_changed", "no_email", "shared_address", NULL};
	return g_strv_contains(kinds, finding_word(finding->kind));
}

static size_t
mismatch_rows(const struct view *view)
{
	size_t rows = run_mismatches(view->run)->len;
	for (guint i = 0; i < view->plan->findings->len; i++)
		rows += is_about_address(view->plan->findings->pdata[i]);
	return rows;
}

static void
put_address(struct view *view, struct table *table, const struct finding *finding)
{
	table_text(table, finding->email);
	table_text(table, finding->email != NULL ? view_name(view, finding->email) : NULL);
	table_empty(table);
	table_empty(table);
	table_text(table, view_word(finding_word(finding->kind)));
	table_text(table, finding->group);
	table_text(table, finding->text);
	table_empty(table);
	table_empty(table);
	table_empty(table);
	table_empty(table);
}

static void
mismatch_fill(struct view *view, struct table *table)
{
	const GPtrArray *all = run_mismatches(view->run);
	for (guint i = 0; i < all->len && table_row(table); i++) {
		const struct mismatch *mismatch = all->pdata[i];
		table_text(table, mismatch->email);
		table_text(table, mismatch->name);
		table_link(table, view_user_url(view, mismatch->user_id), mismatch->kisi_email);
		table_text(table, mismatch->kisi_name);
		table_text(table, mismatch->evidence);
		table_text(table, mismatch->groups);
		table_text(table, mismatch->record);
		table_percent(table, mismatch->score);
		table_text(table, mismatch->same);
		table_text(table, mismatch->different);
		sheet_id(view, table, mismatch->user_id);
	}
	for (guint i = 0; i < view->plan->findings->len; i++) {
		const struct finding *finding = view->plan->findings->pdata[i];
		if (is_about_address(finding) && table_row(table))
			put_address(view, table, finding);
	}
}

static const char *
mismatch_title(struct view *view)
{
	return "E-mail mismatches: who may be known to Kisi by another address";
}

const struct sheet_kind sheet_mismatches = {
    .name = "E-mail mismatches",
    .about = "Each pair is one matter on To decide; the commands that settle it stand in the grey "
	     "columns.  Below: addresses that are unconfirmed, doubled or missing.",
    .nothing = "Nobody who should have access looks like somebody else in Kisi.",
    SHEET_COLUMNS_OF(mismatch_columns),
    .frozen = 2,
    .links = 1,
    .rows = mismatch_rows,
    .title = mismatch_title,
    .fill = mismatch_fill,
};

/* ---- missing groups ---- */

static const struct table_column group_columns[] = {
    {"Group", CELL_TEXT, 22, false, NULL},
    {"Problem", CELL_TEXT, 24, false, NULL},
    {"Whom it hits next", CELL_TEXT, 26, false, NULL},
    {"From", CELL_INSTANT, 16, false, NULL},
    {"What to do", CELL_TEXT, 34, false, NULL},
    {"Place", CELL_TEXT, 17, false, NULL},
    {"Doors", CELL_TEXT, 22, false, NULL},
    {"People now", CELL_INTEGER, 8, false, NULL},
    {"Rooms and plans that open it", CELL_TEXT, 22, false, NULL},
    {"Rule", CELL_TEXT, 26, true, NULL},
    {"Kisi group", CELL_TEXT, 10, true, NULL},
};

static size_t
group_rows(const struct view *view)
{
	return view->plan->missing_groups->len + run_groups(view->run)->len;
}

static void
put_missing(struct view *view, struct table *table, const struct missing_group *missing)
{
	const struct missing_hit *hit = missing->hit != NULL && missing->hit->len > 0
					    ? missing->hit->pdata[0]
					    : NULL;
	table_strong(table, missing->group);
	table_alarm(table,
	    view_printf(view, "%s: %s", view_word(finding_word(missing->kind)), missing->text));
	if (hit == NULL)
		table_text(table, "Nobody");
	else
		table_text(table, missing->hit->len == 1
				      ? view_name(view, hit->email)
				      : view_printf(view, "%s and %u more",
					    view_name(view, hit->email), missing->hit->len - 1));
	if (hit != NULL)
		table_instant(table, NULL, hit->next.from);
	else
		table_empty(table);
	table_text(table, missing->hint);
	for (int i = 0; i < 4; i++)
		table_empty(table);
	table_text(table, missing->rules);
	table_empty(table);
}

static const char *
problem_of(const struct group_facts *group)
{
	if (group->empty)
		return "Opens no door in Kisi";
	if (!group->managed)
		return "No rule: only read, never changed";
	return group->reported ? "Only reported on" : NULL;
}

static void
put_group(struct view *view, struct table *table, const struct group_facts *group)
{
	sheet_door(view, table, group->name, group->id, true);
	table_text(table, problem_of(group));
	table_empty(table);
	table_empty(table);
	table_text(table, group->empty && group->managed ? "Give it its doors in Kisi" : NULL);
	table_text(table, group->place != NULL ? group->place : "the organisation");
	table_text(table, group->doors);
	table_integer(table, (int64_t)group->people);
	table_text(table, group->keys != NULL ? group->keys
			  : group->data	      ? "the booking system names it"
					      : NULL);
	table_text(table, group->rules);
	sheet_id(view, table, group->id);
}

static void
group_fill(struct view *view, struct table *table)
{
	const GPtrArray *missing = view->plan->missing_groups, *groups = run_groups(view->run);
	for (guint i = 0; i < missing->len && table_row(table); i++)
		put_missing(view, table, missing->pdata[i]);
	for (int problems = 1; problems >= 0; problems--) {
		for (guint i = 0; i < groups->len; i++) {
			const struct group_facts *group = groups->pdata[i];
			if ((problem_of(group) != NULL) == (problems == 1) && table_row(table))
				put_group(view, table, group);
		}
	}
}

static const char *
group_title(struct view *view)
{
	return view_printf(view, "Missing groups, and every group with its doors: %s",
	    view->plan->missing_groups->len == 0
		? "none is missing"
		: sheet_count(view, view->plan->missing_groups->len, "problem", "problems"));
}

const struct sheet_kind sheet_groups = {
    .name = "Missing groups",
    .about = "First what rules or data name and Kisi does not have, or has twice; then all groups "
	     "of Kisi: which doors they open, how many people have them now, and what opens them.",
    .nothing = "Kisi has no groups.",
    SHEET_COLUMNS_OF(group_columns),
    .frozen = 1,
    .links = 1,
    .rows = group_rows,
    .title = group_title,
    .fill = group_fill,
};
