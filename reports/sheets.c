/* The columns of each table sheet and how its rows are filled.  Decides nothing: all of it is in the plan. */
#include "reports/sheets.h"

#include "reports/phrase.h"

/* What a reviewer may decide, row by row. */
static const char *const keep_or_remove[] = {"keep", "remove", "investigate", NULL};
static const char *const agree_or_not[] = {"agree", "disagree", "investigate", NULL};
static const char *const open_or_not[] = {"fixed", "accepted", "open", NULL};
static const char *const same_or_not[] = {"same person", "two people", "unsure", NULL};

/* Drift: every change, those held back behind those that go. */

static const struct table_column drift_columns[] = {
    {"Action", CELL_TEXT, 11, NULL},
    {"Person", CELL_TEXT, 26, NULL},
    {"Name", CELL_TEXT, 16, NULL},
    {"Group or lock", CELL_TEXT, 20, NULL},
    {"Link or schedule", CELL_TEXT, 24, NULL},
    {"Has from", CELL_INSTANT, 17, NULL},
    {"Has until", CELL_INSTANT, 17, NULL},
    {"Should have from", CELL_INSTANT, 17, NULL},
    {"Should have until", CELL_INSTANT, 17, NULL},
    {"Cause", CELL_TEXT, 13, NULL},
    {"Expected", CELL_FLAG, 10, NULL},
    {"Why", CELL_TEXT, 46, NULL},
    {"Outcome", CELL_TEXT, 18, NULL},
    {"Change", CELL_TEXT, 15, NULL},
    {"Decision", CELL_ENTRY, 13, agree_or_not},
    {"Reviewer", CELL_ENTRY, 14, NULL},
    {"Date", CELL_ENTRY, 11, NULL},
};

static size_t
drift_rows(const struct run *run)
{
	return run->plan->changes->len + run->plan->held->len;
}

static void
put_interval(struct table *table, bool there, const struct interval *span)
{
	if (there) {
		table_instant(table, span->from);
		table_instant(table, span->until);
		return;
	}
	table_empty(table);
	table_empty(table);
}

static void
put_door(struct table *table, const char *name, int64_t id)
{
	if (name != NULL || id == 0) {
		table_text(table, name);
		return;
	}
	char *text = g_strdup_printf("%" G_GINT64_FORMAT, id);
	table_text(table, text);
	g_free(text);
}

static void
put_outcome(struct table *table, const struct change *change, const struct change_outcome *outcome)
{
	if (change->held != GUARD_NONE) {
		char *held = g_strdup_printf("held: %s", guard_word(change->held));
		table_alarm(table, held);
		g_free(held);
		return;
	}
	if (outcome == NULL) {
		table_text(table, "planned");
		return;
	}
	const char *word = outcome_word(outcome->outcome);
	char *text = outcome->text != NULL ? g_strdup_printf("%s: %s", word, outcome->text)
					   : g_strdup(word);
	if (outcome->outcome == OUTCOME_DONE)
		table_text(table, text);
	else
		table_alarm(table, text);
	g_free(text);
}

static void
put_change(const struct run *run, struct table *table, const struct change *change,
    const struct change_outcome *outcome)
{
	struct clock_face face = clock_face_of(run->plan);
	enum action action = change_action(change, run->plan->as_of);
	if (change_removes(change, run->plan->as_of))
		table_alarm(table, action_word(action));
	else
		table_text(table, action_word(action));
	table_text(table, change->email);
	table_text(table, change->name);
	put_door(table, change_door(change),
	    change->object == OBJECT_SCHEDULE ? change->lock_id : change->group_id);
	table_text(table, change->label);
	put_interval(table, change->have_id != 0, &change->have);
	put_interval(table, change->wanted && action != ACTION_CREATE_USER, &change->want);
	table_text(table, cause_word(change->cause));
	table_flag(table, change_expected(change));
	char *why = phrase_why_full(&face, change);
	table_text(table, why);
	g_free(why);
	put_outcome(table, change, outcome);
	table_text(table, change->id);
}

static void
drift_fill(const struct run *run, struct table *table)
{
	const GPtrArray *changes = run->plan->changes;
	for (guint i = 0; i < changes->len && table_row(table); i++)
		put_change(run, table, changes->pdata[i],
		    run->outcomes != NULL ? &run->outcomes[i] : NULL);
	const GPtrArray *held = run->plan->held;
	for (guint i = 0; i < held->len && table_row(table); i++)
		put_change(run, table, held->pdata[i], NULL);
}

/* Orphaned users. */

static const struct table_column orphan_columns[] = {
    {"Person", CELL_TEXT, 28, NULL},
    {"Name", CELL_TEXT, 18, NULL},
    {"Kisi user", CELL_INTEGER, 11, NULL},
    {"Group", CELL_TEXT, 24, NULL},
    {"Assignment", CELL_INTEGER, 12, NULL},
    {"From", CELL_INSTANT, 18, NULL},
    {"Until", CELL_INSTANT, 18, NULL},
    {"Why", CELL_TEXT, 44, NULL},
    {"Removal", CELL_TEXT, 24, NULL},
    {"Decision", CELL_ENTRY, 13, keep_or_remove},
    {"Reviewer", CELL_ENTRY, 14, NULL},
    {"Date", CELL_ENTRY, 11, NULL},
};

static size_t
orphan_rows(const struct run *run)
{
	return run_orphans(run)->len;
}

static void
put_removal(struct table *table, const struct orphan *orphan)
{
	char *text;
	if (orphan->held != GUARD_NONE)
		text = g_strdup_printf("held by %s", guard_word(orphan->held));
	else if (orphan->change_id != NULL)
		text = g_strdup_printf("change %s", orphan->change_id);
	else
		text = g_strdup("none planned");
	table_text(table, text);
	g_free(text);
}

static void
orphan_fill(const struct run *run, struct table *table)
{
	const GPtrArray *orphans = run_orphans(run);
	for (guint i = 0; i < orphans->len && table_row(table); i++) {
		const struct orphan *orphan = orphans->pdata[i];
		table_text(table, orphan->email);
		table_text(table, orphan->name);
		table_integer(table, orphan->user_id);
		put_door(table, orphan->group, orphan->group_id);
		table_integer(table, orphan->assignment_id);
		put_interval(table, true, &orphan->valid);
		table_text(table, orphan->why);
		put_removal(table, orphan);
	}
}

/* Missing groups: a row for each person hit, or one when nobody is. */

static const struct table_column missing_columns[] = {
    {"Group", CELL_TEXT, 26, NULL},
    {"Problem", CELL_TEXT, 18, NULL},
    {"Rules", CELL_TEXT, 26, NULL},
    {"What was found", CELL_TEXT, 44, NULL},
    {"Person hit", CELL_TEXT, 30, NULL},
    {"Next from", CELL_INSTANT, 18, NULL},
    {"Next until", CELL_INSTANT, 18, NULL},
    {"Decision", CELL_ENTRY, 13, open_or_not},
    {"Reviewer", CELL_ENTRY, 14, NULL},
    {"Date", CELL_ENTRY, 11, NULL},
};

static guint
hits(const struct missing_group *missing)
{
	return missing->hit != NULL ? missing->hit->len : 0;
}

static size_t
missing_rows(const struct run *run)
{
	size_t rows = 0;
	for (guint i = 0; i < run->plan->missing_groups->len; i++)
		rows += MAX(hits(run->plan->missing_groups->pdata[i]), 1);
	return rows;
}

static void
put_missing(struct table *table, const struct missing_group *missing)
{
	table_alarm(table, missing->group);
	table_text(table, finding_word(missing->kind));
	table_text(table, missing->rules);
	table_text(table, missing->text);
}

static void
missing_fill(const struct run *run, struct table *table)
{
	const GPtrArray *groups = run->plan->missing_groups;
	for (guint i = 0; i < groups->len; i++) {
		const struct missing_group *missing = groups->pdata[i];
		if (hits(missing) == 0 && table_row(table)) {
			put_missing(table, missing);
			table_text(table, "nobody");
			put_interval(table, false, NULL);
		}
		for (guint h = 0; h < hits(missing) && table_row(table); h++) {
			const struct missing_hit *hit = missing->hit->pdata[h];
			put_missing(table, missing);
			table_text(table, hit->email);
			put_interval(table, true, &hit->next);
		}
	}
}

/* E-mail mismatches. */

static const struct table_column mismatch_columns[] = {
    {"Wanted address", CELL_TEXT, 30, NULL},
    {"Wanted name", CELL_TEXT, 20, NULL},
    {"Kisi address", CELL_TEXT, 30, NULL},
    {"Kisi name", CELL_TEXT, 20, NULL},
    {"Kisi user", CELL_INTEGER, 11, NULL},
    {"Score", CELL_PERCENT, 8, NULL},
    {"Evidence", CELL_TEXT, 34, NULL},
    {"Waits for groups", CELL_TEXT, 34, NULL},
    {"Named by", CELL_TEXT, 30, NULL},
    {"If it is one person", CELL_TEXT, 44, NULL},
    {"If they are two people", CELL_TEXT, 44, NULL},
    {"Ruling", CELL_ENTRY, 13, same_or_not},
    {"Reviewer", CELL_ENTRY, 14, NULL},
    {"Date", CELL_ENTRY, 11, NULL},
};

static size_t
mismatch_rows(const struct run *run)
{
	return run_mismatches(run)->len;
}

static void
mismatch_fill(const struct run *run, struct table *table)
{
	const GPtrArray *mismatches = run_mismatches(run);
	for (guint i = 0; i < mismatches->len && table_row(table); i++) {
		const struct mismatch *mismatch = mismatches->pdata[i];
		table_text(table, mismatch->email);
		table_text(table, mismatch->name);
		table_text(table, mismatch->kisi_email);
		table_text(table, mismatch->kisi_name);
		table_integer(table, mismatch->user_id);
		table_percent(table, mismatch->score);
		table_text(table, mismatch->evidence);
		table_text(table, mismatch->groups);
		table_text(table, mismatch->record);
		table_text(table, mismatch->same);
		table_text(table, mismatch->different);
	}
}

/* Access now. */

static const struct table_column access_columns[] = {
    {"Person", CELL_TEXT, 30, NULL},
    {"Name", CELL_TEXT, 20, NULL},
    {"Group", CELL_TEXT, 26, NULL},
    {"Via", CELL_TEXT, 18, NULL},
    {"From", CELL_INSTANT, 18, NULL},
    {"Until", CELL_INSTANT, 18, NULL},
    {"Why", CELL_TEXT, 60, NULL},
};

static size_t
access_rows(const struct run *run)
{
	return run_access(run)->len;
}

static void
access_fill(const struct run *run, struct table *table)
{
	const GPtrArray *access = run_access(run);
	for (guint i = 0; i < access->len && table_row(table); i++) {
		const struct access_now *now = access->pdata[i];
		table_text(table, now->email);
		table_text(table, now->name);
		put_door(table, now->group, now->group_id);
		table_text(table, now->via);
		put_interval(table, true, &now->valid);
		table_text(table, now->why);
	}
}

/* Rejected rows. */

static const struct table_column reject_columns[] = {
    {"Source", CELL_TEXT, 20, NULL},
    {"File", CELL_TEXT, 34, NULL},
    {"Row", CELL_INTEGER, 9, NULL},
    {"Line", CELL_INTEGER, 9, NULL},
    {"Reason", CELL_TEXT, 90, NULL},
};

static size_t
reject_rows(const struct run *run)
{
	return run->plan->rejects->len;
}

static void
reject_fill(const struct run *run, struct table *table)
{
	const GPtrArray *rejects = run->plan->rejects;
	for (guint i = 0; i < rejects->len && table_row(table); i++) {
		const struct reject *reject = rejects->pdata[i];
		table_text(table, reject->source);
		table_text(table, reject->file);
		table_integer(table, reject->row);
		table_integer(table, reject->line);
		table_text(table, reject->reason);
	}
}

/* Findings. */

static const struct table_column finding_columns[] = {
    {"Kind", CELL_TEXT, 20, NULL},
    {"Person", CELL_TEXT, 28, NULL},
    {"Group", CELL_TEXT, 22, NULL},
    {"Text", CELL_TEXT, 70, NULL},
    {"First seen", CELL_INSTANT, 18, NULL},
    {"Runs seen", CELL_INTEGER, 9, NULL},
    {"Finding", CELL_TEXT, 15, NULL},
    {"Decision", CELL_ENTRY, 13, open_or_not},
    {"Reviewer", CELL_ENTRY, 14, NULL},
    {"Date", CELL_ENTRY, 11, NULL},
};

static size_t
finding_rows(const struct run *run)
{
	return run->plan->findings->len;
}

static void
finding_fill(const struct run *run, struct table *table)
{
	const GPtrArray *findings = run->plan->findings;
	for (guint i = 0; i < findings->len && table_row(table); i++) {
		const struct finding *finding = findings->pdata[i];
		table_text(table, finding_word(finding->kind));
		table_text(table, finding->email);
		table_text(table, finding->group);
		table_text(table, finding->text);
		table_instant(table, finding->first_seen);
		table_integer(table, finding->runs_seen);
		table_text(table, finding->id);
	}
}

#define COLUMNS(list) list, G_N_ELEMENTS(list)

const struct sheet_kind sheet_kinds[SHEET_KINDS] = {
    {"Drift", "every change that is due, held ones too", COLUMNS(drift_columns), drift_rows,
	drift_fill},
    {"Orphaned users", "who holds a managed group that nothing entitles", COLUMNS(orphan_columns),
	orphan_rows, orphan_fill},
    {"Missing groups", "groups that rules name and Kisi lacks, and whom it hits",
	COLUMNS(missing_columns), missing_rows, missing_fill},
    {"E-mail mismatches", "people who may be known to Kisi by another address",
	COLUMNS(mismatch_columns), mismatch_rows, mismatch_fill},
    {"Access now", "who can open which group's doors, and why", COLUMNS(access_columns),
	access_rows, access_fill},
    {"Rejected rows", "rows of the exports that could not be read", COLUMNS(reject_columns),
	reject_rows, reject_fill},
    {"Findings", "what somebody should look at", COLUMNS(finding_columns), finding_rows,
	finding_fill},
};
