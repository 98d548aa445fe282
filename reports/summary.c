/*
 * The page an auditor reads first and signs.  Seven columns carry all of its blocks; whatever may be long stands in
 * the last one, because merged cells do not grow with their text.
 */
#include "reports/summary.h"

#include "reports/phrase.h"
#include "reports/plan_text.h"
#include "reports/sheets.h"
#include "reports/tally.h"

enum { LABEL, DETAIL, FILE_NAME, FIGURE, SECOND, THIRD, LONG, COLUMNS };

static const double widths[COLUMNS] = {
    [LABEL] = 24,
    [DETAIL] = 24,
    [FILE_NAME] = 32,
    [FIGURE] = 10,
    [SECOND] = 10,
    [THIRD] = 15,
    [LONG] = 76,
};

struct page {
	const struct run *run;
	const struct plan *plan;
	struct tally tally;
	struct sheet *sheet;
	size_t room;
	uint32_t row; /* the next free one */
};

static void
put(struct page *page, uint16_t column, enum style style, const char *text)
{
	sheet_text(page->sheet, page->row, column, style, text);
}

static void
put_count(struct page *page, uint16_t column, size_t count)
{
	sheet_integer(page->sheet, page->row, column, STYLE_INTEGER, (int64_t)count);
}

static void
section(struct page *page, const char *title)
{
	page->row++;
	sheet_height(page->sheet, page->row, 20);
	put(page, LABEL, STYLE_SECTION, title);
	page->row++;
}

/* Header cells over a block; NULL leaves a gap. */
static void
captions(struct page *page, const char *const titles[static COLUMNS])
{
	for (uint16_t i = 0; i < COLUMNS; i++)
		put(page, i, i >= FIGURE && i <= THIRD ? STYLE_HEADER_RIGHT : STYLE_HEADER,
		    titles[i]);
	page->row++;
}

static void
fact(struct page *page, const char *label, enum style style, const char *text)
{
	put(page, LABEL, STYLE_LABEL, label);
	put(page, DETAIL, style, text != NULL ? text : "-");
	page->row++;
}

static void
fact_instant(struct page *page, const char *label, instant t)
{
	put(page, LABEL, STYLE_LABEL, label);
	sheet_instant(page->sheet, page->row, DETAIL, t);
	put(page, FILE_NAME, STYLE_PLAIN, sheet_zone(page->sheet));
	page->row++;
}

static void
fact_count(struct page *page, const char *label, size_t count)
{
	put(page, LABEL, STYLE_LABEL, label);
	sheet_integer(page->sheet, page->row, DETAIL, STYLE_FIGURE, (int64_t)count);
	page->row++;
}

static void
write_identity(struct page *page)
{
	const struct run *run = page->run;
	sheet_height(page->sheet, page->row, 28);
	put(page, LABEL, STYLE_TITLE, "Kisi access reconciliation");
	page->row++;
	put(page, LABEL, run->outcomes != NULL ? STYLE_LABEL : STYLE_PLAIN,
	    run->outcomes != NULL ? "Applied: the outcome of each change stands on the sheet Drift."
				  : "Dry run: nothing was changed.");
	page->row += 2;
	char *result = plan_text_summary(run);
	fact(page, "Result", STYLE_LABEL, result);
	g_free(result);
	if (run->proof != NULL)
		fact(page, "Proof", STYLE_PLAIN, run->proof);
	fact_instant(page, "As of", page->plan->as_of);
	fact(page, "Plan", STYLE_CODE, page->plan->id);
	fact(page, "Run", STYLE_CODE, run->id);
	fact(page, "Command", STYLE_PLAIN, run->command);
	fact(page, "Head of the audit trail", STYLE_CODE, run->head);
	fact(page, "Run by", STYLE_PLAIN, run->who);
	fact(page, "Program", STYLE_PLAIN, run->version);
	char *code = g_strdup_printf("%d", (int)run->exit_code);
	fact(page, "Exit code", STYLE_PLAIN, code);
	g_free(code);
	fact(page, "Configuration", STYLE_PLAIN, phrase_place(run->config_path));
	fact(page, "Hash of configuration", STYLE_CODE, page->plan->hash_config);
	fact(page, "Hash of inputs", STYLE_CODE, page->plan->hash_inputs);
	fact(page, "Hash of Kisi snapshot", STYLE_CODE, page->plan->hash_snapshot);
}

static void
write_contents(struct page *page)
{
	static const char *const titles[COLUMNS] = {
	    "Sheet", "What it lists", NULL, "Rows", NULL, NULL, "Complete?"};
	section(page, "Sheets of this workbook");
	captions(page, titles);
	for (size_t i = 0; i < SHEET_KINDS; i++) {
		size_t rows = sheet_kinds[i].rows(page->run);
		size_t left_out = table_left_out(rows, page->room);
		put(page, LABEL, STYLE_PLAIN, sheet_kinds[i].name);
		put(page, DETAIL, STYLE_PLAIN, sheet_kinds[i].about);
		put_count(page, FIGURE, rows);
		char *text = left_out == 0 ? g_strdup("complete")
					   : g_strdup_printf(
						 "NOT COMPLETE: %zu ROWS LEFT OUT, they are in the "
						 "JSON plan",
						 left_out);
		put(page, LONG, left_out == 0 ? STYLE_TEXT : STYLE_ALARM, text);
		g_free(text);
		page->row++;
	}
}

static void
write_files(struct page *page, const struct source_result *source)
{
	const struct import_facts *facts = source->facts;
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = facts->files->pdata[i];
		put(page, LABEL, STYLE_TEXT, facts->source);
		put(page, DETAIL, STYLE_TEXT, source->profile);
		put(page, FILE_NAME, STYLE_TEXT, file->name);
		put_count(page, FIGURE, file->rows);
		if (i == 0) {
			char *age = phrase_age(source->age);
			put_count(page, SECOND, facts->rejected);
			put(page, THIRD, STYLE_CENTRE, age);
			g_free(age);
		}
		put(page, LONG, STYLE_CODE, file->sha256);
		page->row++;
	}
}

static void
write_inputs(struct page *page)
{
	static const char *const titles[COLUMNS] = {"Source", "Profile", "File", "Rows", "Rejected",
	    "Age of oldest", "SHA-256 of the file, or why it was refused"};
	section(page, "Inputs");
	captions(page, titles);
	for (guint i = 0; i < page->plan->sources->len; i++) {
		const struct source_result *source = page->plan->sources->pdata[i];
		write_files(page, source);
		if (!source->refused && source->facts->files->len > 0)
			continue;
		put(page, LABEL, STYLE_ALARM, source->facts->source);
		put(page, DETAIL, STYLE_ALARM, source->refused ? "REFUSED" : "no file");
		for (guint r = 0; r < source->facts->refusals->len; r++) {
			put(page, LONG, STYLE_ALARM, source->facts->refusals->pdata[r]);
			page->row++;
		}
		page->row += source->facts->refusals->len == 0;
	}
}

static void
write_snapshot(struct page *page)
{
	static const char *const labels[SNAPSHOT_COUNTS] = {
	    [COUNT_USERS] = "Users",
	    [COUNT_GROUPS] = "Groups",
	    [COUNT_ASSIGNMENTS] = "Role assignments",
	    [COUNT_LOCKS] = "Locks",
	    [COUNT_GROUP_LOCKS] = "Group locks",
	    [COUNT_PLACES] = "Places",
	    [COUNT_LINKS] = "Access links",
	    [COUNT_SCHEDULES] = "Unlock schedules",
	    [COUNT_TEAMS] = "Teams",
	    [COUNT_TEAM_MEMBERS] = "Team members",
	    [COUNT_ROLES] = "Roles",
	};
	const struct snapshot_facts *snapshot = &page->plan->snapshot;
	section(page, "Kisi snapshot");
	fact(page, "Read from", STYLE_PLAIN, phrase_place(page->run->snapshot_source));
	fact_instant(page, "Read at", snapshot->fetched_at);
	fact(page, "Organisation", STYLE_PLAIN, snapshot->organization);
	for (size_t i = 0; i < SNAPSHOT_COUNTS; i++)
		fact_count(page, labels[i], snapshot->counts[i]);
	fact_count(page, "People in managed groups", page->plan->managed_people);
}

static void
write_actions(struct page *page)
{
	static const char *const titles[COLUMNS] = {
	    "Action", "What it does", NULL, "Planned", "Held", NULL, NULL};
	static const char *const meanings[ACTION_COUNT] = {
	    [ACTION_CREATE_USER] = "makes a Kisi user for a person who gets access",
	    [ACTION_GRANT] = "gives a group to a person who lacks it",
	    [ACTION_ADJUST] = "changes from when until when it is held",
	    [ACTION_REVOKE] = "takes a group away",
	    [ACTION_CLEANUP] = "removes what is past already",
	    [ACTION_CREATE_LINK] = "mails a link to a person for one booking",
	    [ACTION_DELETE_LINK] = "takes such a link away",
	    [ACTION_CREATE_SCHEDULE] = "keeps a door unlocked for one booking",
	    [ACTION_DELETE_SCHEDULE] = "keeps it locked again",
	};
	section(page, "Changes by action");
	captions(page, titles);
	for (int i = 0; i < ACTION_COUNT; i++) {
		put(page, LABEL, STYLE_PLAIN, action_word((enum action)i));
		put(page, DETAIL, STYLE_PLAIN, meanings[i]);
		put_count(page, FIGURE, page->tally.by_action[i]);
		put_count(page, SECOND, page->tally.held_by_action[i]);
		page->row++;
	}
	put(page, LABEL, STYLE_LABEL, "all");
	put_count(page, FIGURE, page->tally.changes);
	put_count(page, SECOND, page->tally.held);
	page->row++;
}

static void
write_outcomes(struct page *page)
{
	static const char *const titles[COLUMNS] = {
	    "Outcome", "What it means", NULL, "Changes", NULL, NULL, NULL};
	static const char *const meanings[OUTCOME_COUNT] = {
	    [OUTCOME_PENDING] = "not tried",
	    [OUTCOME_DONE] = "sent, answered, and read back as wanted",
	    [OUTCOME_FAILED] = "refused, or read back as something else",
	    [OUTCOME_UNKNOWN] = "sent, no answer, and reading back did not settle it",
	};
	if (page->run->outcomes == NULL)
		return;
	section(page, "Outcomes");
	captions(page, titles);
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		bool bad = i != OUTCOME_DONE && page->tally.by_outcome[i] > 0;
		put(page, LABEL, bad ? STYLE_ALARM : STYLE_PLAIN, outcome_word((enum outcome)i));
		put(page, DETAIL, STYLE_PLAIN, meanings[i]);
		put_count(page, FIGURE, page->tally.by_outcome[i]);
		page->row++;
	}
}

static void
write_causes(struct page *page)
{
	static const char *const titles[COLUMNS] = {
	    "Cause", NULL, NULL, "Planned", "Held", NULL, NULL};
	if (page->tally.causes->len == 0)
		return;
	section(page, "Changes by cause");
	captions(page, titles);
	for (guint i = 0; i < page->tally.causes->len; i++) {
		const struct tally_word *word = &g_array_index(
		    page->tally.causes, struct tally_word, i);
		put(page, LABEL, STYLE_PLAIN, word->word);
		put_count(page, FIGURE, word->count);
		put_count(page, SECOND, word->held);
		page->row++;
	}
}

static void
write_verdicts(struct page *page)
{
	static const char *const titles[COLUMNS] = {
	    "Guard", "About", "Verdict", "Figure", "Limit", "Holds", "What was found"};
	section(page, "Guards");
	captions(page, titles);
	for (guint i = 0; i < page->plan->verdicts->len; i++) {
		const struct verdict *verdict = page->plan->verdicts->pdata[i];
		enum style style = verdict->tripped ? STYLE_ALARM : STYLE_TEXT;
		put(page, LABEL, style, guard_word(verdict->guard));
		put(page, DETAIL, STYLE_TEXT, verdict->scope != NULL ? verdict->scope : "the run");
		put(page, FILE_NAME, style, verdict->tripped ? "TRIPPED" : "passed");
		sheet_integer(page->sheet, page->row, FIGURE, STYLE_INTEGER, verdict->measured);
		if (verdict->limit >= 0)
			sheet_integer(
			    page->sheet, page->row, SECOND, STYLE_INTEGER, verdict->limit);
		put_count(page, THIRD, verdict->n_held);
		char *text = verdict->hint != NULL
				 ? g_strdup_printf("%s\nNext: %s",
				       verdict->text != NULL ? verdict->text : "", verdict->hint)
				 : g_strdup(verdict->text);
		put(page, LONG, STYLE_TEXT, text);
		g_free(text);
		page->row++;
	}
}

static void
write_sign_off(struct page *page)
{
	static const char *const lines[] = {"Reviewed by", "Role", "Date", "Signature"};
	section(page, "Sign-off");
	put(page, LABEL, STYLE_PLAIN,
	    "I have read the sheets of this workbook. My decisions stand in their yellow columns.");
	page->row++;
	char *who = g_strdup_printf("The reviewer is somebody other than %s, who ran it.",
	    page->run->who != NULL ? page->run->who : "the person");
	put(page, LABEL, STYLE_PLAIN, who);
	g_free(who);
	page->row += 2;
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		sheet_height(page->sheet, page->row, 30);
		put(page, LABEL, STYLE_LABEL, lines[i]);
		sheet_merge(page->sheet, page->row, DETAIL, FILE_NAME, STYLE_ENTRY, NULL);
		page->row++;
	}
}

void
summary_write(const struct run *run, struct sheet *sheet, size_t room)
{
	static void (*const blocks[])(struct page *) = {
	    write_identity,
	    write_contents,
	    write_inputs,
	    write_snapshot,
	    write_actions,
	    write_outcomes,
	    write_causes,
	    write_verdicts,
	    write_sign_off,
	};
	struct page page = {.run = run, .plan = run->plan, .sheet = sheet, .room = room};
	tally_run(run, &page.tally);
	sheet_blank_paper(sheet);
	for (uint16_t i = 0; i < COLUMNS; i++)
		sheet_width(sheet, i, widths[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++)
		blocks[i](&page);
	tally_done(&page.tally);
}
