/* The sheets about changes: those made, those held back, and what the next hours bring. */
#include "reports/sheets.h"

#include "reports/figures.h"

#include <string.h>

static const char *
what_words(enum action action)
{
	static const char *const words[ACTION_COUNT] = {
	    [ACTION_CREATE_USER] = "new in Kisi",
	    [ACTION_GRANT] = "given",
	    [ACTION_ADJUST] = "dates changed",
	    [ACTION_REVOKE] = "removed",
	    [ACTION_CLEANUP] = "expired entry cleared",
	    [ACTION_CREATE_LINK] = "link sent",
	    [ACTION_DELETE_LINK] = "link withdrawn",
	    [ACTION_CREATE_SCHEDULE] = "door opened for a booking",
	    [ACTION_DELETE_SCHEDULE] = "door no longer opened",
	};
	return words[action];
}

/* ---- what a change was, and is to be ---- */

static void
put_before_and_after(struct view *view, struct table *table, const struct change *change)
{
	enum action action = change_action(change, view->plan->as_of);
	if (change->have_id != 0) {
		sheet_span_of(view, table, change->group_id, &change->have);
	} else {
		table_empty(table);
		table_empty(table);
	}
	if (change->wanted && action != ACTION_CREATE_USER) {
		sheet_span_of(view, table, change->group_id, &change->want);
	} else {
		table_empty(table);
		table_empty(table);
	}
}

static void
put_person(struct view *view, struct table *table, const struct change *change)
{
	enum action action = change_action(change, view->plan->as_of);
	table_link(table, view_user_url(view, change->user_id),
	    change->name != NULL ? change->name : change->email);
	sheet_door(view, table, change_door(change),
	    change->object == OBJECT_SCHEDULE ? change->lock_id : change->group_id,
	    change->object != OBJECT_SCHEDULE);
	if (change_removes(change, view->plan->as_of))
		table_alarm(table, what_words(action));
	else
		table_text(table, what_words(action));
}

static void
put_why(struct view *view, struct table *table, const struct change *change)
{
	g_autofree char *why = phrase_why_full(&view->face, change);
	table_text(table, why);
}

static void
put_codes(struct table *table, const struct change *change)
{
	table_text(table, change->email);
	table_text(table, cause_word(change->cause));
	table_text(table, change_expected(change) ? "yes" : "no");
	table_text(table, change->label);
	table_text(table, change->id);
}

/* ---- changes made ---- */

static const struct table_column change_columns[] = {
    {"Person", CELL_TEXT, 20, false, NULL},
    {"Group or door", CELL_TEXT, 20, false, NULL},
    {"What", CELL_TEXT, 13, false, NULL},
    {"Before: from", CELL_INSTANT, 19.5, false, NULL},
    {"Before: until", CELL_INSTANT, 19.5, false, NULL},
    {"After: from", CELL_INSTANT, 19.5, false, NULL},
    {"After: until", CELL_INSTANT, 19.5, false, NULL},
    {"Why", CELL_TEXT, 30, false, NULL},
    {"Outcome", CELL_TEXT, 16, false, NULL},
    {"Kisi answered", CELL_TEXT, 24, true, NULL},
    {"E-mail", CELL_TEXT, 26, true, NULL},
    {"Cause", CELL_TEXT, 14, true, NULL},
    {"Known in advance?", CELL_TEXT, 10, true, NULL},
    {"Link or schedule", CELL_TEXT, 24, true, NULL},
    {"Change", CELL_TEXT, 14, true, NULL},
};

static size_t
change_rows(const struct view *view)
{
	return view->plan->changes->len;
}

static const char *
outcome_words(const struct change_outcome *outcome)
{
	static const char *const words[OUTCOME_COUNT] = {
	    [OUTCOME_PENDING] = "not tried",
	    [OUTCOME_DONE] = "made and read back",
	    [OUTCOME_FAILED] = "FAILED",
	    [OUTCOME_UNKNOWN] = "not known",
	};
	return outcome == NULL ? "planned" : words[outcome->outcome];
}

static void
put_outcome(struct table *table, const struct change_outcome *outcome)
{
	if (outcome == NULL || outcome->outcome == OUTCOME_DONE)
		table_text(table, outcome_words(outcome));
	else
		table_alarm(table, outcome_words(outcome));
	table_text(table, outcome != NULL ? outcome->text : NULL);
}

/* Those that went wrong, or those that did not. */
static void
put_changes(struct view *view, struct table *table, bool good)
{
	const GPtrArray *changes = view->plan->changes;
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = changes->pdata[i];
		const struct change_outcome *outcome = view->run->outcomes != NULL
							   ? &view->run->outcomes[i]
							   : NULL;
		bool fine = outcome == NULL || outcome->outcome == OUTCOME_DONE;
		if (fine != good || !table_row(table))
			continue;
		put_person(view, table, change);
		put_before_and_after(view, table, change);
		put_why(view, table, change);
		put_outcome(table, outcome);
		put_codes(table, change);
	}
}

static void
change_fill(struct view *view, struct table *table)
{
	put_changes(view, table, false);
	put_changes(view, table, true);
}

static const char *
change_title(struct view *view)
{
	return view->run->outcomes != NULL
		   ? "Changes made: what this run gave, took and changed in Kisi"
		   : "Changes planned: what an apply would give, take and change (dry run: "
		     "nothing was done)";
}

const struct sheet_kind sheet_changes = {
    .name = "Changes made",
    .about = "Before is what Kisi had when the run began, After what it has then.  What failed "
	     "stands first.  A change is made when Kisi shows it afterwards.",
    .nothing = "Nothing had to be changed.",
    SHEET_COLUMNS_OF(change_columns),
    .frozen = 1,
    .links = 2,
    .changes = true,
    .rows = change_rows,
    .title = change_title,
    .fill = change_fill,
};

/* ---- held back ---- */

static const struct table_column held_columns[] = {
    {"What holds it", CELL_TEXT, 26, false, NULL},
    {"What it found", CELL_TEXT, 42, false, NULL},
    {"Figure", CELL_TEXT, 10, false, NULL},
    {"Limit", CELL_TEXT, 12, false, NULL},
    {"People", CELL_INTEGER, 7.5, false, NULL},
    {"What lets it go", CELL_TEXT, 40, false, NULL},
    {"Group or door", CELL_TEXT, 20, false, NULL},
    {"What", CELL_TEXT, 13, false, NULL},
    {"Before: from", CELL_INSTANT, 16, true, NULL},
    {"Before: until", CELL_INSTANT, 16, true, NULL},
    {"After: from", CELL_INSTANT, 16, true, NULL},
    {"After: until", CELL_INSTANT, 16, true, NULL},
    {"E-mail", CELL_TEXT, 26, true, NULL},
    {"Cause", CELL_TEXT, 14, true, NULL},
    {"Known in advance?", CELL_TEXT, 10, true, NULL},
    {"Link or schedule", CELL_TEXT, 24, true, NULL},
    {"Change", CELL_TEXT, 14, true, NULL},
};

/* Verdicts that tripped, those that hold most first; of const struct verdict *. */
static int
compare_verdicts(gconstpointer p, gconstpointer q)
{
	const struct verdict *a = *(struct verdict *const *)p, *b = *(struct verdict *const *)q;
	if (a->n_held != b->n_held)
		return a->n_held > b->n_held ? -1 : 1;
	int order = (int)a->guard - (int)b->guard;
	return order != 0 ? order : g_strcmp0(a->scope, b->scope);
}

static GPtrArray *
tripped(const struct view *view)
{
	GPtrArray *list = g_ptr_array_new();
	for (guint i = 0; i < view->plan->verdicts->len; i++) {
		struct verdict *verdict = view->plan->verdicts->pdata[i];
		if (verdict->tripped)
			g_ptr_array_add(list, verdict);
	}
	g_ptr_array_sort(list, compare_verdicts);
	return list;
}

static size_t
held_rows(const struct view *view)
{
	g_autoptr(GPtrArray) list = tripped(view);
	return list->len + view->plan->held->len;
}

/* The verdict that a held change stands below: of its guard, the first that may be about it. */
static const struct verdict *
verdict_of(const GPtrArray *list, const struct change *change)
{
	const struct verdict *found = NULL;
	for (guint i = 0; i < list->len; i++) {
		const struct verdict *verdict = list->pdata[i];
		if (verdict->guard != change->held)
			continue;
		if (found == NULL || g_strcmp0(verdict->scope, change->group) == 0)
			found = verdict;
	}
	return found;
}

static size_t
count_people(const GPtrArray *held, const GPtrArray *list, const struct verdict *verdict)
{
	g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < held->len; i++) {
		const struct change *change = held->pdata[i];
		if (verdict_of(list, change) == verdict)
			g_hash_table_add(people, (gpointer)change->email);
	}
	return g_hash_table_size(people);
}

static void
put_verdict(
    struct view *view, struct table *table, const GPtrArray *list, const struct verdict *verdict)
{
	g_autofree char *figure = figure_text(guard_word(verdict->guard), verdict->measured);
	g_autofree char *limit = verdict->limit >= 0
				     ? figure_text(guard_word(verdict->guard), verdict->limit)
				     : NULL;
	table_alarm(table, verdict->scope != NULL
			       ? view_printf(view, "%s (%s)", view_word(guard_word(verdict->guard)),
				     verdict->scope)
			       : view_word(guard_word(verdict->guard)));
	table_text(table, verdict->text);
	table_text(table, figure);
	table_text(table, limit);
	table_integer(table, (int64_t)count_people(view->plan->held, list, verdict));
	table_text(table, verdict->hint);
	for (int i = 0; i < 11; i++)
		table_empty(table);
}

static void
put_held(struct view *view, struct table *table, const struct change *change)
{
	enum action action = change_action(change, view->plan->as_of);
	table_text(table, NULL);
	table_strong(table, change->name != NULL ? change->name : change->email);
	table_empty(table);
	table_empty(table);
	table_empty(table);
	put_why(view, table, change);
	sheet_door(view, table, change_door(change),
	    change->object == OBJECT_SCHEDULE ? change->lock_id : change->group_id,
	    change->object != OBJECT_SCHEDULE);
	table_text(table, what_words(action));
	put_before_and_after(view, table, change);
	put_codes(table, change);
}

static void
held_fill(struct view *view, struct table *table)
{
	g_autoptr(GPtrArray) list = tripped(view);
	const GPtrArray *held = view->plan->held;
	for (guint v = 0; v < list->len && table_row(table); v++) {
		put_verdict(view, table, list, list->pdata[v]);
		for (guint i = 0; i < held->len; i++) {
			if (verdict_of(list, held->pdata[i]) == list->pdata[v] && table_row(table))
				put_held(view, table, held->pdata[i]);
		}
	}
	for (guint i = 0; i < held->len; i++) {
		if (verdict_of(list, held->pdata[i]) == NULL && table_row(table))
			put_held(view, table, held->pdata[i]);
	}
}

static const char *
held_title(struct view *view)
{
	return view_printf(view, "Held back: %s for a decision",
	    sheet_count(view, view->plan->held->len, "change waits", "changes wait"));
}

const struct sheet_kind sheet_held = {
    .name = "Held back",
    .about = "Each limit that holds something, with what it found; below it whose change waits, "
	     "and why the change is due.",
    .nothing = "Nothing is held back.",
    SHEET_COLUMNS_OF(held_columns),
    .frozen = 1,
    .links = 1,
    .changes = true,
    .rows = held_rows,
    .title = held_title,
    .fill = held_fill,
};

/* ---- next 24 hours ---- */

struct coming {
	struct interval span;
	int64_t group_id;
	const char *door, *who, *booking, *placed;
	bool bad;
};

static const struct table_column next_columns[] = {
    {"Door", CELL_TEXT, 26, false, NULL},
    {"Person", CELL_TEXT, 28, false, NULL},
    {"From", CELL_INSTANT, 20, false, NULL},
    {"Until", CELL_INSTANT, 20, false, NULL},
    {"Booking", CELL_TEXT, 46, false, NULL},
    {"Placed?", CELL_TEXT, 38, false, NULL},
};

static int
compare_coming(gconstpointer p, gconstpointer q)
{
	const struct coming *a = p, *b = q;
	if (a->span.from != b->span.from)
		return a->span.from < b->span.from ? -1 : 1;
	int order = g_strcmp0(a->door, b->door);
	return order != 0 ? order : g_strcmp0(a->who, b->who);
}

static bool
is_soon(const struct view *view, const struct interval *span)
{
	return span->from <= view->plan->as_of + INSTANT_DAY && span->until > view->plan->as_of;
}

static void
take_change(const struct view *view, GArray *out, const struct change *change, const char *placed)
{
	bool gives = change->wanted && change->object != OBJECT_USER;
	if (!gives || !is_soon(view, &change->want) ||
	    (change->have_id != 0 && change->object == OBJECT_ASSIGNMENT &&
		change->have.from <= view->plan->as_of && change->want.until <= change->have.until))
		return;
	struct coming one = {.span = change->want,
	    .group_id = change->group_id,
	    .door = change_door(change),
	    .who = view_name(view, change->email),
	    .booking = change->n_reasons > 0 ? change->reasons[0]->record : NULL,
	    .placed = placed,
	    .bad = true};
	g_array_append_val(out, one);
}

static void
take_placed(const struct view *view, GArray *out)
{
	for (guint i = 0; i < view->rights->len; i++) {
		const struct access_now *access =
		    ((const struct right *)view->rights->pdata[i])->access;
		if (access->basis != BASIS_BOOKING || !is_soon(view, &access->valid))
			continue;
		struct coming one = {.span = access->valid,
		    .group_id = access->group_id,
		    .door = access->group,
		    .who = view_name(view, access->email),
		    .booking = access->why,
		    .placed = access->cannot ? access->can : "Yes",
		    .bad = access->cannot};
		g_array_append_val(out, one);
	}
}

/* Of struct coming, soonest first.  Caller frees with g_array_unref. */
static GArray *
coming(const struct view *view)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct coming));
	take_placed(view, out);
	for (guint i = 0; i < view->plan->changes->len; i++) {
		bool made = view->run->outcomes != NULL &&
			    view->run->outcomes[i].outcome == OUTCOME_DONE;
		if (!made)
			take_change(view, out, view->plan->changes->pdata[i],
			    view->run->outcomes == NULL ? "No: an apply places it"
							: "No: see Changes made");
	}
	for (guint i = 0; i < view->plan->closed->len; i++) {
		const struct closed_door *closed = view->plan->closed->pdata[i];
		struct coming one = {.span = {closed->from, INSTANT_NEVER},
		    .door = closed->unread ? NULL : closed->door,
		    .who = view_name(view, closed->email),
		    .booking = view_word(closed->why),
		    .placed = "No: see To decide",
		    .bad = true};
		if (is_soon(view, &one.span))
			g_array_append_val(out, one);
	}
	g_array_sort(out, compare_coming);
	return out;
}

static size_t
next_rows(const struct view *view)
{
	g_autoptr(GArray) list = coming(view);
	return list->len;
}

static void
next_fill(struct view *view, struct table *table)
{
	g_autoptr(GArray) list = coming(view);
	for (guint i = 0; i < list->len && table_row(table); i++) {
		const struct coming *one = &g_array_index(list, struct coming, i);
		sheet_door(view, table, one->door, one->group_id, true);
		table_text(table, one->who);
		table_instant(table, view_zone(view, one->group_id), one->span.from);
		if (one->span.until == INSTANT_NEVER)
			table_empty(table);
		else
			table_instant(table, view_zone(view, one->group_id), one->span.until);
		table_text(table, one->booking);
		if (one->bad)
			table_alarm(table, one->placed);
		else
			table_text(table, one->placed);
	}
}

static const char *
next_title(struct view *view)
{
	return "Next 24 hours: whose booking begins or goes on, and whether the door will open";
}

const struct sheet_kind sheet_next = {
    .name = "Next 24 hours",
    .about = "Access that rests on a booking, and what has not been placed yet.  Memberships "
	     "stand on Access review.",
    .nothing = "No booking begins or goes on within 24 hours.",
    SHEET_COLUMNS_OF(next_columns),
    .frozen = 2,
    .links = 1,
    .rows = next_rows,
    .title = next_title,
    .fill = next_fill,
};

/* ---- links and schedules ---- */

static const struct table_column pass_columns[] = {
    {"What", CELL_TEXT, 18, false, NULL},
    {"Name in Kisi", CELL_TEXT, 36, false, NULL},
    {"Whom it lets in", CELL_TEXT, 30, false, NULL},
    {"Group or door", CELL_TEXT, 26, false, NULL},
    {"From", CELL_INSTANT, 19.5, false, NULL},
    {"Until", CELL_INSTANT, 19.5, false, NULL},
    {"Why it is there", CELL_TEXT, 36, false, NULL},
    {"Basis", CELL_TEXT, 12, true, NULL},
    {"Kisi id", CELL_TEXT, 12, true, NULL},
};

static size_t
pass_rows(const struct view *view)
{
	const GPtrArray *all = run_access(view->run);
	size_t count = 0;
	for (guint i = 0; i < all->len; i++)
		count += ((const struct access_now *)all->pdata[i])->pass;
	return count;
}

static void
pass_fill(struct view *view, struct table *table)
{
	const GPtrArray *all = run_access(view->run);
	for (guint i = 0; i < all->len; i++) {
		const struct access_now *access = all->pdata[i];
		if (!access->pass || !table_row(table))
			continue;
		table_text(table, access->via);
		table_text(table, access->name);
		table_text(table, access->email);
		sheet_door(view, table, access->group, access->group_id, true);
		sheet_span_of(view, table, access->group_id, &access->valid);
		if (access->basis == BASIS_NONE)
			table_alarm(table, access->why);
		else
			table_text(table, access->why);
		table_text(table, basis_word(access->basis));
		sheet_id(view, table, access->assignment_id);
	}
}

static const char *
pass_title(struct view *view)
{
	return "Links and schedules: what lets people in besides their own rights";
}

const struct sheet_kind sheet_passes = {
    .name = "Links and schedules",
    .about = "Access links and single unlock schedules that are in force or start later.  Those "
	     "of this program carry its mark in their name.",
    .nothing = "There is no access link and no single unlock schedule.",
    SHEET_COLUMNS_OF(pass_columns),
    .frozen = 2,
    .links = 1,
    .rows = pass_rows,
    .title = pass_title,
    .fill = pass_fill,
};

/* ---- since last review ---- */

static const struct table_column since_columns[] = {
    {"Person", CELL_TEXT, 26, false, NULL},
    {"Group", CELL_TEXT, 26, false, NULL},
    {"New, gone or changed", CELL_TEXT, 20, false, NULL},
    {"Because", CELL_TEXT, 50, false, NULL},
    {"Run", CELL_TEXT, 14, true, NULL},
};

static size_t
since_rows(const struct view *view)
{
	return 0;
}

static void
since_fill(struct view *view, struct table *table)
{
}

static const char *
since_title(struct view *view)
{
	return "Since last review";
}

const struct sheet_kind sheet_since = {
    .name = "Since last review",
    .about = "What is new, gone or changed since somebody last reviewed these rights.",
    .nothing = "No review is recorded in this database, so every right on Access review counts as "
	       "new.  What this run changed stands on Changes made.",
    SHEET_COLUMNS_OF(since_columns),
    .frozen = 1,
    .rows = since_rows,
    .title = since_title,
    .fill = since_fill,
};
