/* The sheets about what the run went by: exports and lists, checks, rows that nobody could read, and words. */
#include "reports/sheets.h"

#include "reports/figures.h"

#include <string.h>

/* ---- sources ---- */

static const struct table_column source_columns[] = {
    {"What was read", CELL_TEXT, 24, false, NULL},
    {"State", CELL_TEXT, 12, false, NULL},
    {"Why", CELL_TEXT, 42, false, NULL},
    {"File or list", CELL_TEXT, 30, false, NULL},
    {"Read by", CELL_TEXT, 24, false, NULL},
    {"Rows read", CELL_INTEGER, 10, false, NULL},
    {"Not readable", CELL_INTEGER, 10, false, NULL},
    {"Age of the oldest", CELL_TEXT, 12, false, NULL},
    {"SHA-256", CELL_TEXT, 66, true, NULL},
    {"Bytes", CELL_INTEGER, 12, true, NULL},
};

static size_t
source_rows(const struct view *view)
{
	size_t rows = SNAPSHOT_COUNTS;
	for (guint i = 0; i < view->plan->sources->len; i++) {
		const struct source_result *source = view->plan->sources->pdata[i];
		rows += MAX(source->facts->files->len, 1);
	}
	return rows;
}

static size_t
rejected_in(const struct plan *plan, const char *source, const char *file)
{
	size_t count = 0;
	for (guint i = 0; i < plan->rejects->len; i++) {
		const struct reject *reject = plan->rejects->pdata[i];
		count += g_strcmp0(reject->source, source) == 0 &&
			 g_strcmp0(reject->file, file) == 0;
	}
	return count;
}

static void
put_file(struct view *view, struct table *table, const struct source_result *source,
    const struct file_facts *file)
{
	const struct import_facts *facts = source->facts;
	g_autofree char *age = phrase_age(source->age);
	table_text(table, facts->source);
	if (source->refused)
		table_alarm(table, "refused");
	else if (source->doubtful)
		table_alarm(table, "in doubt");
	else
		table_text(table, file != NULL ? "used" : "no file");
	table_text(table, source->reason);
	table_text(table, file != NULL ? file->name : NULL);
	table_text(table, source->profile);
	if (file != NULL) {
		table_integer(table, (int64_t)file->rows);
		table_integer(table, (int64_t)rejected_in(view->plan, facts->source, file->name));
	} else {
		table_empty(table);
		table_empty(table);
	}
	table_text(table, source->age >= 0 ? age : NULL);
	table_text(table, file != NULL ? file->sha256 : NULL);
	if (file != NULL)
		table_integer(table, file->bytes);
	else
		table_empty(table);
}

static void
put_list(struct view *view, struct table *table, enum snapshot_count kind)
{
	table_text(table, "Kisi");
	table_text(table, view->plan->snapshot.organization != NULL ? "read" : "");
	table_empty(table);
	table_text(table, snapshot_count_word(kind));
	table_text(table, phrase_place(view->run->snapshot_source));
	table_integer(table, (int64_t)view->plan->snapshot.counts[kind]);
	for (int i = 0; i < 4; i++)
		table_empty(table);
}

static void
source_fill(struct view *view, struct table *table)
{
	const GPtrArray *sources = view->plan->sources;
	for (int bad = 1; bad >= 0; bad--) {
		for (guint i = 0; i < sources->len; i++) {
			const struct source_result *source = sources->pdata[i];
			const GPtrArray *files = source->facts->files;
			if ((source->refused || source->doubtful) != (bad == 1))
				continue;
			for (guint f = 0; f < MAX(files->len, 1) && table_row(table); f++)
				put_file(
				    view, table, source, f < files->len ? files->pdata[f] : NULL);
		}
	}
	for (int i = 0; i < SNAPSHOT_COUNTS && table_row(table); i++)
		put_list(view, table, (enum snapshot_count)i);
}

static const char *
source_title(struct view *view)
{
	return "Sources: every export and every list of Kisi that this run went by";
}

const struct sheet_kind sheet_sources = {
    .name = "Sources",
    .about = "Refused exports first.  A refused export gives nothing new and takes nothing; what "
	     "it gave at its last good import stays.",
    .nothing = "Nothing was read.",
    SHEET_COLUMNS_OF(source_columns),
    .frozen = 1,
    .rows = source_rows,
    .title = source_title,
    .fill = source_fill,
};

/* ---- checks ---- */

static const struct table_column check_columns[] = {
    {"What was checked", CELL_TEXT, 38, false, NULL},
    {"About", CELL_TEXT, 26, false, NULL},
    {"Verdict", CELL_TEXT, 16, false, NULL},
    {"Figure", CELL_TEXT, 12, false, NULL},
    {"Limit", CELL_TEXT, 12, false, NULL},
    {"What was found", CELL_TEXT, 72, false, NULL},
    {"Code", CELL_TEXT, 20, true, NULL},
    {"First seen", CELL_INSTANT, 16, true, NULL},
    {"Runs seen", CELL_INTEGER, 9, true, NULL},
    {"Id", CELL_TEXT, 14, true, NULL},
};

/* Orphans have a sheet of their own, as things are after the run: they are not said again as they were before it. */
static bool
is_note(const struct finding *finding)
{
	return finding->kind != FINDING_ORPHAN;
}

static size_t
check_rows(const struct view *view)
{
	size_t rows = view->plan->verdicts->len;
	for (guint i = 0; i < view->plan->findings->len; i++)
		rows += is_note(view->plan->findings->pdata[i]);
	return rows;
}

static void
put_check(struct view *view, struct table *table, const struct verdict *verdict)
{
	g_autofree char *figure = figure_text(guard_word(verdict->guard), verdict->measured);
	g_autofree char *limit = verdict->limit >= 0
				     ? figure_text(guard_word(verdict->guard), verdict->limit)
				     : NULL;
	table_text(table, view_word(guard_word(verdict->guard)));
	table_text(table, verdict->scope != NULL ? verdict->scope : "the run");
	if (verdict->tripped)
		table_alarm(table, "held something");
	else
		table_text(table, verdict->not_judged ? "not judged" : "passed");
	table_text(table, verdict->not_judged && !verdict->tripped ? NULL : figure);
	table_text(table, limit);
	table_text(table, verdict->text);
	table_text(table, guard_word(verdict->guard));
	table_empty(table);
	table_empty(table);
	table_text(table, verdict->matter);
}

static void
put_note(struct view *view, struct table *table, const struct finding *finding)
{
	table_text(table, view_word(finding_word(finding->kind)));
	table_text(table, finding->email != NULL ? finding->email : finding->group);
	table_text(table, "noted");
	table_empty(table);
	table_empty(table);
	table_text(table, finding->text);
	table_text(table, finding_word(finding->kind));
	table_instant(table, NULL, finding->first_seen);
	table_integer(table, finding->runs_seen);
	table_text(table, finding->id);
}

static void
check_fill(struct view *view, struct table *table)
{
	const GPtrArray *verdicts = view->plan->verdicts, *findings = view->plan->findings;
	for (int held = 1; held >= 0; held--) {
		for (guint i = 0; i < verdicts->len; i++) {
			const struct verdict *verdict = verdicts->pdata[i];
			if (verdict->tripped == (held == 1) && table_row(table))
				put_check(view, table, verdict);
		}
	}
	for (guint i = 0; i < findings->len; i++) {
		if (is_note(findings->pdata[i]) && table_row(table))
			put_note(view, table, findings->pdata[i]);
	}
}

static const char *
check_title(struct view *view)
{
	return "Checks: what was compared with what, and what was noted on the way";
}

const struct sheet_kind sheet_checks = {
    .name = "Checks",
    .about = "passed; held something; not judged, since there was nothing to compare with.  "
	     "Below the checks: notes, as this run began.",
    .nothing = "Nothing was checked.",
    SHEET_COLUMNS_OF(check_columns),
    .frozen = 1,
    .rows = check_rows,
    .title = check_title,
    .fill = check_fill,
};

/* ---- rejected rows ---- */

static const struct table_column reject_columns[] = {
    {"Why", CELL_TEXT, 80, false, NULL},
    {"Export", CELL_TEXT, 24, false, NULL},
    {"File", CELL_TEXT, 36, false, NULL},
    {"Row", CELL_INTEGER, 9, false, NULL},
    {"Line", CELL_INTEGER, 9, true, NULL},
};

static size_t
reject_rows(const struct view *view)
{
	return view->plan->rejects->len;
}

static void
reject_fill(struct view *view, struct table *table)
{
	const GPtrArray *rejects = view->plan->rejects;
	for (guint i = 0; i < rejects->len && table_row(table); i++) {
		const struct reject *reject = rejects->pdata[i];
		table_text(table, reject->reason);
		table_text(table, reject->source);
		table_text(table, reject->file);
		table_integer(table, reject->row);
		table_integer(table, reject->line);
	}
}

static const char *
reject_title(struct view *view)
{
	return view_printf(view, "Rejected rows: %s; they open no door",
	    sheet_count(
		view, view->plan->rejects->len, "row could not be read", "rows could not be read"));
}

const struct sheet_kind sheet_rejects = {
    .name = "Rejected rows",
    .about = "A row that cannot be read gives nobody anything, and takes nothing.  Row: as a "
	     "spreadsheet counts.",
    .nothing = "Every row could be read.",
    SHEET_COLUMNS_OF(reject_columns),
    .frozen = 1,
    .rows = reject_rows,
    .title = reject_title,
    .fill = reject_fill,
};

/* ---- words ---- */

static const struct table_column word_columns[] = {
    {"Word", CELL_TEXT, 30, false, NULL},
    {"What it means", CELL_TEXT, 130, false, NULL},
};

static const char *const words[][2] = {
    {"right", "One entry in Kisi that lets one person open the doors of one group, for a time."},
    {"group", "Kisi's name for a set of doors that people may open together."},
    {"basis",
	"What a right rests on: a membership, a booking, a manual grant, a Kisi role or team, "
	"nothing we know, or what cannot be known now."},
    {"membership",
	"A plan in the booking system that gives access from its first to its last day."},
    {"booking",
	"A room held for a time; it opens the door from a little before to a little after."},
    {"manual grant", "Access that staff gave by hand in the booking system."},
    {"none", "No booking, membership or grant in any export supports this right."},
    {"not known", "The export or row that would tell cannot be used now.  What it gave stays."},
    {"out of scope",
	"Read and listed, never changed: roles, teams, guests, protected people, groups "
	"without a rule."},
    {"always, no end", "The right has no first or no last moment in Kisi."},
    {"given", "A person got a right in Kisi."},
    {"removed", "A right was taken away."},
    {"dates changed", "From when until when a right holds was changed."},
    {"new in Kisi", "A Kisi user was made for a person who gets access."},
    {"expired entry cleared", "A right whose time was over was removed; nobody lost access."},
    {"made and read back", "The change was sent, and Kisi shows it."},
    {"FAILED", "Kisi refused the change, or shows something else.  The next run tries again."},
    {"not known (outcome)", "No answer came, and reading back did not settle it."},
    {"not tried", "The run ended before this change."},
    {"passed", "A check compared two things and found nothing wrong."},
    {"held something", "A check stopped changes until somebody decides."},
    {"not judged", "A check had nothing to compare with, for example in a first run."},
    {"refused export",
	"An export that cannot be used: nothing new comes of it, and nothing is taken."},
    {"export in doubt",
	"An export that gives access as always, but takes none until it is good again."},
    {"rejected row", "A row that cannot be read.  It opens no door."},
    {"look-alike", "Somebody in Kisi whose address or name is much like that of a customer."},
    {"protected", "A person whose access this program never changes."},
    {"as of", "The moment for which the run computed who should have access."},
    {"head",
	"The last seal of the audit trail.  Written down elsewhere, it shows later that nothing "
	"was altered."},
    {"seal", "A short hash of a row.  It tells whether the row was altered."},
    {"what a run cannot know", "Whether a card was lent, who walked in behind somebody, and what "
			       "happened in Kisi since it was read."},
};

static size_t
word_rows(const struct view *view)
{
	return G_N_ELEMENTS(words);
}

static void
word_fill(struct view *view, struct table *table)
{
	for (size_t i = 0; i < G_N_ELEMENTS(words) && table_row(table); i++) {
		table_strong(table, words[i][0]);
		table_text(table, words[i][1]);
	}
}

static const char *
word_title(struct view *view)
{
	return "Words of this workbook";
}

const struct sheet_kind sheet_words = {
    .name = "Words",
    .about = "A sentence for each.",
    .nothing = "-",
    SHEET_COLUMNS_OF(word_columns),
    .frozen = 1,
    .rows = word_rows,
    .title = word_title,
    .fill = word_fill,
};
