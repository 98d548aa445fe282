/* The sheets about rights: all of them to be reviewed, those that nothing supports, those that are left alone. */
#include "reports/sheets.h"

#include <string.h>

/* What a reviewer may decide. */
static const char *const decisions[] = {"keep", "remove", "change", "ask", NULL};

/* ---- access review ---- */

enum { REVIEW_DECISION = 4, REVIEW_REVIEWER, REVIEW_DATE, REVIEW_COMMENT };

static const struct table_column review_columns[] = {
    {"Ref", CELL_TEXT, 6.5, false, NULL},
    {"Person", CELL_TEXT, 18, false, NULL},
    {"E-mail", CELL_TEXT, 24, false, NULL},
    {"Group", CELL_TEXT, 18.5, false, NULL},
    {"Decision", CELL_ENTRY, 9, false, decisions},
    {"Reviewer", CELL_ENTRY, 12, false, NULL},
    {"Date", CELL_ENTRY_DATE, 10, false, NULL},
    {"Comment", CELL_ENTRY, 12, false, NULL},
    {"Why they have it", CELL_TEXT, 27, false, NULL},
    {"From", CELL_INSTANT, 19.5, false, NULL},
    {"Until", CELL_INSTANT, 19.5, false, NULL},
    {"Can they unlock?", CELL_TEXT, 16, false, NULL},
    {"Basis", CELL_TEXT, 12, true, NULL},
    {"Place", CELL_TEXT, 16, true, NULL},
    {"Doors", CELL_TEXT, 24, true, NULL},
    {"How held", CELL_TEXT, 14, true, NULL},
    {"Last unlock", CELL_INSTANT, 16, true, NULL},
    {"Given on", CELL_INSTANT, 16, true, NULL},
    {"Given by", CELL_TEXT, 16, true, NULL},
    {"Source record", CELL_TEXT, 30, true, NULL},
    {"Kisi user", CELL_TEXT, 10, true, NULL},
    {"Kisi group", CELL_TEXT, 10, true, NULL},
    {"Kisi right", CELL_TEXT, 12, true, NULL},
    {"Seal", CELL_TEXT, 14, true, NULL},
};

static size_t
review_rows(const struct view *view)
{
	return view->rights->len;
}

/* What a reader needs to know; the records stand in the grey columns. */
static const char *
why_words(struct view *view, const struct access_now *access)
{
	bool later = access->valid.from > view->plan->as_of;
	switch (access->basis) {
	case BASIS_MEMBERSHIP:
		return later ? "Membership that starts later" : "Membership, current";
	case BASIS_BOOKING:
		return later ? "Booking that starts later" : "Booking of this room";
	case BASIS_GRANT:
		return later ? "Manual grant that starts later" : "Manual grant in the export";
	case BASIS_NONE:
		return view_printf(view, "Nothing: %s", access->why);
	default:
		return access->why;
	}
}

/* Who waits for what: state after the run. */
static const char *
waits_words(struct view *view, const struct right *right)
{
	if (right->orphan == NULL)
		return "";
	if (right->orphan->held != GUARD_NONE)
		return view_printf(view, "; its removal waits for a decision");
	return right->orphan->change_id != NULL ? "; removal planned" : "";
}

static const char *
group_words(const struct access_now *access)
{
	return access->group_id == 0 && access->doors != NULL ? access->doors : access->group;
}

static void
moment(struct table *table, instant t)
{
	if (t > 0)
		table_instant(table, NULL, t);
	else
		table_empty(table);
}

static void
put_evidence(struct view *view, struct table *table, const struct right *right)
{
	const struct access_now *access = right->access;
	table_text(table, basis_word(access->basis));
	table_text(table, access->place);
	table_text(table, access->doors);
	table_text(table, access->via);
	moment(table, access->last_used);
	moment(table, access->given_at);
	table_text(table, access->given_by);
	table_text(table, access->why);
	sheet_id(view, table, access->user_id);
	sheet_id(view, table, access->group_id);
	sheet_id(view, table, access->assignment_id);
	table_text(table, right->seal);
}

static void
review_fill(struct view *view, struct table *table)
{
	for (guint i = 0; i < view->rights->len && table_row(table); i++) {
		const struct right *right = view->rights->pdata[i];
		const struct access_now *access = right->access;
		bool alarm = access->basis == BASIS_NONE;
		table_text(table, right->ref);
		table_link(table, view_user_url(view, access->user_id),
		    access->name != NULL ? access->name : access->email);
		table_text(table, access->email);
		sheet_door(view, table, group_words(access), access->group_id, true);
		const char *why = view_printf(
		    view, "%s%s", why_words(view, access), waits_words(view, right));
		if (alarm)
			table_alarm(table, why);
		else
			table_text(table, why);
		sheet_span_of(view, table, access->group_id, &access->valid);
		if (access->cannot)
			table_alarm(table, access->can);
		else
			table_text(table, access->can);
		put_evidence(view, table, right);
	}
}

static const char *
review_title(struct view *view)
{
	return "Access review: every right in Kisi that opens a door, now or later";
}

static const char *
review_status(struct view *view)
{
	return view_printf(view, "0 of %u rows decided; %zu without any basis are still open",
	    view->rights->len, view->by_basis[BASIS_NONE]);
}

/* The last row of data as a spreadsheet counts it. */
static guint
last_row(const struct view *view)
{
	return view->rights->len + TABLE_FIRST;
}

static const char *
review_formula(struct view *view)
{
	guint last = last_row(view);
	return view_printf(view,
	    "=COUNTA(E5:E%u)&\" of %u rows decided; \"&COUNTIFS(M5:M%u,\"none\",E5:E%u,\"\")&"
	    "\" without any basis are still open\"",
	    last, view->rights->len, last, last);
}

/* Nobody reviews their own access, nor what they did; what is kept without a basis needs a word. */
static void
review_finish(struct view *view, struct sheet *sheet, uint32_t last)
{
	if (last < TABLE_FIRST)
		return;
	sheet_red(sheet, REVIEW_REVIEWER, TABLE_FIRST, last,
	    "=AND($F5<>\"\",LOWER(TRIM($F5))=LOWER($C5))");
	if (view->run->who != NULL && strpbrk(view->run->who, "\"") == NULL) {
		g_autofree char *ran = g_strdup_printf(
		    "=AND($F5<>\"\",LOWER(TRIM($F5))=LOWER(\"%s\"))", view->run->who);
		sheet_red(sheet, REVIEW_REVIEWER, TABLE_FIRST, last, ran);
	}
	sheet_red(
	    sheet, REVIEW_COMMENT, TABLE_FIRST, last, "=AND($E5=\"keep\",$M5=\"none\",$H5=\"\")");
	sheet_red(sheet, REVIEW_REVIEWER, TABLE_FIRST, last, "=AND($E5<>\"\",$F5=\"\")");
}

const struct sheet_kind sheet_review = {
    .name = "Access review",
    .about =
	"Decide each row in the yellow columns.  Rows without support come first.  Red: own "
	"access, no reviewer (an e-mail address), or no reason for keeping.  Times are local to "
	"the door.",
    .nothing = "Kisi holds no right that opens a door.",
    SHEET_COLUMNS_OF(review_columns),
    .frozen = 2,
    .links = 2,
    .rows = review_rows,
    .title = review_title,
    .status = review_status,
    .formula = review_formula,
    .fill = review_fill,
    .finish = review_finish,
};

/* ---- orphaned users ---- */

static const struct table_column orphan_columns[] = {
    {"Ref", CELL_TEXT, 6.5, false, NULL},
    {"Person", CELL_TEXT, 20, false, NULL},
    {"E-mail", CELL_TEXT, 30, false, NULL},
    {"Group", CELL_TEXT, 22, false, NULL},
    {"What we know of them", CELL_TEXT, 36, false, NULL},
    {"What becomes of it", CELL_TEXT, 26, false, NULL},
    {"From", CELL_INSTANT, 19.5, false, NULL},
    {"Until", CELL_INSTANT, 19.5, false, NULL},
    {"Given by", CELL_TEXT, 16, true, NULL},
    {"Given on", CELL_INSTANT, 16, true, NULL},
    {"Last unlock", CELL_INSTANT, 16, true, NULL},
    {"Kisi user", CELL_TEXT, 10, true, NULL},
    {"Kisi right", CELL_TEXT, 12, true, NULL},
    {"Change", CELL_TEXT, 14, true, NULL},
};

static bool
is_orphaned(const struct right *right)
{
	return right->access->basis == BASIS_NONE;
}

static size_t
count_rights(const struct view *view, bool (*which)(const struct right *right))
{
	size_t count = 0;
	for (guint i = 0; i < view->rights->len; i++)
		count += which(view->rights->pdata[i]);
	return count;
}

static size_t
orphan_rows(const struct view *view)
{
	return count_rights(view, is_orphaned);
}

static const char *
fate(struct view *view, const struct right *right)
{
	if (right->orphan == NULL)
		return "Shortened, or waits: see Changes made and Held back";
	if (right->orphan->held != GUARD_NONE)
		return view_printf(view, "Waits: %s", view_word(guard_word(right->orphan->held)));
	return right->orphan->change_id != NULL ? "Goes with the next apply"
						: "Stays: nothing takes it away";
}

static const char *
ref_url(struct view *view, const struct right *right)
{
	return view_printf(view, "internal:'Access review'!A%u", right->row);
}

static void
orphan_fill(struct view *view, struct table *table)
{
	for (guint i = 0; i < view->rights->len; i++) {
		const struct right *right = view->rights->pdata[i];
		const struct access_now *access = right->access;
		if (!is_orphaned(right) || !table_row(table))
			continue;
		table_link(table, ref_url(view, right), right->ref);
		table_link(table, view_user_url(view, access->user_id),
		    access->name != NULL ? access->name : access->email);
		table_text(table, access->email);
		sheet_door(view, table, group_words(access), access->group_id, true);
		table_text(table, access->why);
		table_text(table, fate(view, right));
		sheet_span_of(view, table, access->group_id, &access->valid);
		table_text(table, access->given_by);
		moment(table, access->given_at);
		moment(table, access->last_used);
		sheet_id(view, table, access->user_id);
		sheet_id(view, table, access->assignment_id);
		table_text(table, right->orphan != NULL ? right->orphan->change_id : NULL);
	}
}

static const char *
orphan_title(struct view *view)
{
	return "Orphaned users: who has access that no booking, membership or grant supports";
}

const struct sheet_kind sheet_orphans = {
    .name = "Orphaned users",
    .about = "The rows of Access review without a basis, told apart by what we know of the "
	     "person.  State after the run.  Who is out of scope stands on another sheet.",
    .nothing = "Every right in Kisi rests on a booking, a membership, a grant or a role of Kisi.",
    SHEET_COLUMNS_OF(orphan_columns),
    .frozen = 2,
    .links = 3,
    .rows = orphan_rows,
    .title = orphan_title,
    .fill = orphan_fill,
};

/* ---- out of scope ---- */

static const struct table_column outside_columns[] = {
    {"Ref", CELL_TEXT, 6.5, false, NULL},
    {"Who or what", CELL_TEXT, 22, false, NULL},
    {"E-mail", CELL_TEXT, 30, false, NULL},
    {"Access", CELL_TEXT, 30, false, NULL},
    {"Why left alone", CELL_TEXT, 34, false, NULL},
    {"Why they have it", CELL_TEXT, 34, false, NULL},
    {"Since", CELL_INSTANT, 19.5, false, NULL},
    {"Given by", CELL_TEXT, 18, true, NULL},
    {"Given on", CELL_INSTANT, 16, true, NULL},
    {"Role", CELL_TEXT, 16, true, NULL},
    {"Kisi right", CELL_TEXT, 12, true, NULL},
};

static bool
is_outside(const struct right *right)
{
	return right->access->left != NULL;
}

static size_t
outside_rows(const struct view *view)
{
	return count_rights(view, is_outside);
}

static void
outside_fill(struct view *view, struct table *table)
{
	for (guint i = 0; i < view->rights->len; i++) {
		const struct right *right = view->rights->pdata[i];
		const struct access_now *access = right->access;
		if (!is_outside(right) || !table_row(table))
			continue;
		table_link(table, ref_url(view, right), right->ref);
		table_link(table, view_user_url(view, access->user_id),
		    access->name != NULL ? access->name : access->email);
		table_text(table, access->email);
		sheet_door(view, table, group_words(access), access->group_id, true);
		table_text(table, access->left);
		table_text(table, why_words(view, access));
		table_instant(table, view_zone(view, access->group_id), access->valid.from);
		table_text(table, access->given_by);
		moment(table, access->given_at);
		table_text(table, access->role);
		sheet_id(view, table, access->assignment_id);
	}
}

static const char *
outside_title(struct view *view)
{
	return "Out of scope: what this program reads and never changes";
}

const struct sheet_kind sheet_outside = {
    .name = "Out of scope",
    .about = "Owners, administrators, managers, teams, guests, protected people, and groups "
	     "without a rule.  They count as rights on Access review.",
    .nothing = "Every right is in scope.",
    SHEET_COLUMNS_OF(outside_columns),
    .frozen = 2,
    .links = 3,
    .rows = outside_rows,
    .title = outside_title,
    .fill = outside_fill,
};
