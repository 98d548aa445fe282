/*
 * The plan for the person who says yes or no to it.  Decides what comes first and what is cut short; all words come
 * from reports/phrase.c, all figures from reports/tally.c.
 */
#include "reports/plan_text.h"

#include "base/text.h"
#include "reports/grid.h"
#include "reports/headline.h"
#include "reports/phrase.h"
#include "reports/tally.h"

#include <inttypes.h>
#include <string.h>

#define SECTION_ROWS 200

struct page {
	const struct run *run;
	const struct plan *plan;
	struct clock_face face;
	struct tally tally;
	bool verbose;
	GString *out;
};

static void
heading(struct page *page, const char *title, size_t count, const char *remark)
{
	g_string_append_printf(page->out, "\n%s (%zu)%s%s\n", title, count,
	    remark != NULL ? "   -- " : "", remark != NULL ? remark : "");
}

static void
more(struct page *page, size_t count, size_t shown)
{
	if (count > shown)
		g_string_append_printf(
		    page->out, "  ... and %zu more (see the workbook)\n", count - shown);
}

static void
print_grid(struct page *page, struct grid *grid, const char *indent)
{
	grid_print(grid, page->out, indent);
	grid_free(grid);
}

/* The top: what this is, and what needs a person. */

static void
print_head(struct page *page)
{
	char when[ZONE_TEXT];
	g_string_append_printf(page->out, "kisi-reconcile plan %s  as of %s (%s)\n", page->plan->id,
	    zone_format(page->face.zone, page->plan->as_of, when), zone_name(page->face.zone));
	if (page->run->outcomes == NULL) {
		g_string_append(page->out, "Dry run: nothing was changed.\n");
		return;
	}
	char *who = text_printable(page->run->who != NULL ? page->run->who : "-");
	g_string_append_printf(page->out, "Applied in run %s by %s.\n", page->run->id, who);
	g_free(who);
}

static void
alarm_outcomes(struct page *page)
{
	const size_t *outcomes = page->tally.by_outcome;
	if (outcomes[OUTCOME_FAILED] > 0) {
		headline_count(page->out, outcomes[OUTCOME_FAILED], "change");
		g_string_append(page->out, " FAILED\n");
	}
	if (outcomes[OUTCOME_UNKNOWN] > 0) {
		headline_count(page->out, outcomes[OUTCOME_UNKNOWN], "change");
		g_string_append(page->out, " with UNKNOWN outcome\n");
	}
	if (page->run->outcomes != NULL && outcomes[OUTCOME_PENDING] > 0) {
		headline_count(page->out, outcomes[OUTCOME_PENDING], "change");
		g_string_append(page->out, " not tried\n");
	}
}

static void
alarm_plan(struct page *page)
{
	const struct tally *tally = &page->tally;
	if (tally->refused > 0) {
		headline_count(page->out, tally->refused, "source");
		g_string_append(page->out, " REFUSED: what people have from it is kept\n");
	}
	if (tally->held > 0) {
		headline_count(page->out, tally->held, "change");
		g_string_append(page->out, " HELD BACK by guards\n");
	}
	if (tally->surprising > 0) {
		headline_count(page->out, tally->surprising, "removal");
		g_string_append(page->out, " that nobody announced (marked !)\n");
	}
}

static void
print_alarms(struct page *page)
{
	GString *out = page->out;
	page->out = g_string_new(NULL);
	alarm_outcomes(page);
	alarm_plan(page);
	if (page->out->len > 0) {
		g_string_append(out, "\nLOOK AT THIS\n");
		grid_lines(out, "  ", page->out->str);
	}
	g_string_free(page->out, TRUE);
	page->out = out;
}

static void
print_input(struct page *page)
{
	const GPtrArray *sources = page->plan->sources;
	if (sources->len == 0)
		return;
	heading(page, "INPUT", sources->len, NULL);
	struct grid *grid = grid_new(6);
	for (guint i = 0; i < sources->len; i++) {
		const struct source_result *source = sources->pdata[i];
		const struct import_facts *facts = source->facts;
		char *age = phrase_age(source->age);
		grid_cell(grid, facts->source);
		grid_cell(grid, source->profile);
		grid_cellf(grid, "%" PRIu64 " rows", facts->rows);
		grid_cellf(grid, "%" PRIu64 " rejected", facts->rejected);
		grid_cellf(grid, "age %s", age);
		grid_cell(grid, source->refused ? "REFUSED" : NULL);
		g_free(age);
		for (guint f = 0; page->verbose && f < facts->files->len; f++) {
			const struct file_facts *file = facts->files->pdata[f];
			char *note = g_strdup_printf("%s: %" PRIu64 " rows, sha256 %s", file->name,
			    file->rows, file->sha256 != NULL ? file->sha256 : "unknown");
			grid_note(grid, note);
			g_free(note);
		}
	}
	print_grid(page, grid, "  ");
}

static void
print_refused(struct page *page)
{
	if (page->tally.refused == 0)
		return;
	heading(page, "REFUSED SOURCES", page->tally.refused,
	    "what they gave at their last good import stays in force");
	for (guint i = 0; i < page->plan->sources->len; i++) {
		const struct source_result *source = page->plan->sources->pdata[i];
		if (!source->refused)
			continue;
		grid_lines(page->out, "  ", source->facts->source);
		for (guint r = 0; r < source->facts->refusals->len; r++)
			grid_lines(page->out, "    ", source->facts->refusals->pdata[r]);
	}
}

/* Changes. */

static void
cell_interval(struct page *page, struct grid *grid, const char *before, const struct interval *span)
{
	char *text = phrase_interval(&page->face, span);
	grid_cellf(grid, "%s%s", before, text);
	g_free(text);
}

static void
append_id(GString *out, const char *word, int64_t id)
{
	if (id != 0)
		g_string_append_printf(out, ", %s %" PRId64, word, id);
}

/* What the id of what is there belongs to. */
static const char *
object_word(enum object object)
{
	static const char *const words[] = {
	    [OBJECT_ASSIGNMENT] = "assignment",
	    [OBJECT_USER] = "user",
	    [OBJECT_LINK] = "link",
	    [OBJECT_SCHEDULE] = "schedule",
	};
	return words[object];
}

/* Everything about a change that its line leaves out. */
static void
note_details(struct page *page, struct grid *grid, const struct change *change)
{
	GString *ids = g_string_new("change ");
	g_string_append(ids, change->id);
	append_id(ids, "user", change->user_id);
	append_id(ids, "group", change->group_id);
	append_id(ids, "lock", change->lock_id);
	append_id(ids, object_word(change->object), change->have_id);
	if (change->label != NULL)
		g_string_append_printf(ids, ", \"%s\"", change->label);
	grid_note(grid, ids->str);
	g_string_free(ids, TRUE);
	for (size_t i = 0; i < change->n_reasons; i++) {
		char *text = phrase_reason_full(&page->face, change->reasons[i]);
		grid_note(grid, text);
		g_free(text);
	}
}

#define CHANGE_COLUMNS 9

/* outcome: NULL for a change that was not up for applying. */
static void
change_row(struct page *page, struct grid *grid, const struct change *change,
    const struct change_outcome *outcome, bool with_action)
{
	enum action action = change_action(change, page->plan->as_of);
	bool surprise = change->surprising;
	bool create = action == ACTION_CREATE_USER;
	grid_cell(grid, surprise ? "!" : NULL);
	grid_cell(grid, with_action ? action_word(action) : NULL);
	grid_cell(grid, change->email);
	if (change_door(change) != NULL || create)
		grid_cell(grid, create ? change->name : change_door(change));
	else if (change->object == OBJECT_SCHEDULE)
		grid_cellf(grid, "lock %" PRId64, change->lock_id);
	else
		grid_cellf(grid, "group %" PRId64, change->group_id);
	if (change->have_id != 0)
		cell_interval(page, grid, "", &change->have);
	else
		grid_cell(grid, NULL);
	if (change->wanted && !create)
		cell_interval(page, grid, change->have_id != 0 ? "-> " : "", &change->want);
	else
		grid_cell(grid, NULL);
	grid_cell(grid, cause_word(change->cause));
	char *why = phrase_why(change);
	grid_cell(grid, why);
	g_free(why);
	grid_cell(grid, outcome != NULL ? headline_outcome(outcome->outcome) : NULL);
	if (outcome != NULL && outcome->text != NULL)
		grid_note(grid, outcome->text);
	if (page->verbose)
		note_details(page, grid, change);
}

static void
print_changes(struct page *page, enum action action, const char *title, const char *remark)
{
	size_t count = page->tally.by_action[action];
	if (count == 0)
		return;
	heading(page, title, count, remark);
	struct grid *grid = grid_new(CHANGE_COLUMNS);
	const GPtrArray *changes = page->plan->changes;
	for (guint i = 0; i < changes->len && grid_rows(grid) < SECTION_ROWS; i++) {
		const struct change *change = changes->pdata[i];
		if (change_action(change, page->plan->as_of) == action)
			change_row(page, grid, change,
			    page->run->outcomes != NULL ? &page->run->outcomes[i] : NULL, false);
	}
	print_grid(page, grid, "  ");
	more(page, count, SECTION_ROWS);
}

static void
print_all_changes(struct page *page)
{
	static const struct {
		enum action action;
		const char *title;
		const char *remark;
	} sections[] = {
	    {ACTION_REVOKE, "REVOKE", "these people lose access"},
	    {ACTION_DELETE_LINK, "DELETE LINK", "what Kisi mailed opens nothing any more"},
	    {ACTION_DELETE_SCHEDULE, "DELETE SCHEDULE", "these doors stay shut in that time"},
	    {ACTION_ADJUST, "ADJUST", NULL},
	    {ACTION_CREATE_USER, "CREATE USER", NULL},
	    {ACTION_GRANT, "GRANT", NULL},
	    {ACTION_CREATE_LINK, "CREATE LINK", "Kisi mails each to its person"},
	    {ACTION_CREATE_SCHEDULE, "CREATE SCHEDULE", "these doors open for anyone in that time"},
	    {ACTION_CLEANUP, "CLEANUP", "past already, nobody loses access"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		print_changes(page, sections[i].action, sections[i].title, sections[i].remark);
}

static void
print_not_done(struct page *page)
{
	const size_t *outcomes = page->tally.by_outcome;
	size_t count = outcomes[OUTCOME_FAILED] + outcomes[OUTCOME_UNKNOWN];
	if (count == 0)
		return;
	heading(page, "NOT DONE", count, "the next run tries again; look at what Kisi answered");
	struct grid *grid = grid_new(CHANGE_COLUMNS);
	for (guint i = 0; i < page->plan->changes->len && grid_rows(grid) < SECTION_ROWS; i++) {
		enum outcome outcome = page->run->outcomes[i].outcome;
		if (outcome == OUTCOME_FAILED || outcome == OUTCOME_UNKNOWN)
			change_row(page, grid, page->plan->changes->pdata[i],
			    &page->run->outcomes[i], true);
	}
	print_grid(page, grid, "  ");
	more(page, count, SECTION_ROWS);
}

/* What guards hold. */

/* By its id a matter can be accepted as it is. */
static void
print_matters(struct page *page, const struct verdict *verdict)
{
	for (guint i = 0; i < page->plan->matters->len; i++) {
		const struct matter *matter = page->plan->matters->pdata[i];
		bool own = verdict->matter != NULL ? strcmp(matter->id, verdict->matter) == 0
						   : strcmp(matter->kind, verdict->guard) == 0;
		if (!own)
			continue;
		g_autofree char *line = g_strdup_printf("matter %s%s%s%s", matter->id,
		    verdict->matter == NULL ? ": " : "",
		    verdict->matter == NULL ? matter->text : "",
		    matter->accepted ? " (accepted)" : "");
		grid_lines(page->out, "    ", line);
	}
}

static void
print_verdict(struct page *page, const struct verdict *verdict)
{
	GString *line = g_string_new(verdict->guard);
	if (verdict->scope != NULL)
		g_string_append_printf(line, " (%s)", verdict->scope);
	if (verdict->limit >= 0)
		g_string_append_printf(
		    line, ": %" PRId64 ", limit %" PRId64, verdict->measured, verdict->limit);
	if (verdict->n_held > 0) {
		g_string_append(line, ": holds ");
		headline_count(line, verdict->n_held, "change");
	}
	grid_lines(page->out, "  ", line->str);
	g_string_free(line, TRUE);
	if (verdict->text != NULL)
		grid_lines(page->out, "    ", verdict->text);
	print_matters(page, verdict);
	if (verdict->hint != NULL) {
		char *hint = g_strconcat("next: ", verdict->hint, NULL);
		grid_lines(page->out, "    ", hint);
		g_free(hint);
	}
}

/* The names of guards to show, each once: those that tripped, then any other that holds a change. */
static GPtrArray *
tripped_guards(const struct plan *plan)
{
	GPtrArray *guards = g_ptr_array_new();
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = plan->verdicts->pdata[i];
		if (verdict->tripped &&
		    !g_ptr_array_find_with_equal_func(guards, verdict->guard, g_str_equal, NULL))
			g_ptr_array_add(guards, (gpointer)verdict->guard);
	}
	for (guint i = 0; i < plan->held->len; i++) {
		const struct change *change = plan->held->pdata[i];
		if (!g_ptr_array_find_with_equal_func(guards, change->held, g_str_equal, NULL))
			g_ptr_array_add(guards, (gpointer)change->held);
	}
	return guards;
}

static void
print_guard(struct page *page, const char *guard, size_t *room)
{
	for (guint i = 0; i < page->plan->verdicts->len; i++) {
		const struct verdict *verdict = page->plan->verdicts->pdata[i];
		if (verdict->tripped && strcmp(verdict->guard, guard) == 0)
			print_verdict(page, verdict);
	}
	struct grid *grid = grid_new(CHANGE_COLUMNS);
	for (guint i = 0; i<page->plan->held->len && * room> 0; i++) {
		const struct change *change = page->plan->held->pdata[i];
		if (strcmp(change->held, guard) != 0)
			continue;
		change_row(page, grid, change, NULL, true);
		(*room)--;
	}
	print_grid(page, grid, "      ");
}

static void
print_held(struct page *page)
{
	if (page->tally.held == 0 && page->tally.tripped == 0)
		return;
	heading(page, page->tally.held > 0 ? "HELD BACK" : "GUARDS THAT TRIPPED, NOTHING HELD",
	    page->tally.held > 0 ? page->tally.held : page->tally.tripped,
	    page->tally.held > 0 ? "not done until somebody decides" : NULL);
	GPtrArray *guards = tripped_guards(page->plan);
	size_t room = SECTION_ROWS;
	for (guint i = 0; i < guards->len; i++)
		print_guard(page, guards->pdata[i], &room);
	g_ptr_array_unref(guards);
	more(page, page->tally.held, SECTION_ROWS);
}

/* Who will stand outside, the soonest first. */
static void
print_closed(struct page *page)
{
	const GPtrArray *closed = page->plan->closed;
	if (closed->len == 0)
		return;
	heading(page, "CLOSED DOORS", closed->len, "these people stay outside");
	struct grid *grid = grid_new(4);
	for (guint i = 0; i < closed->len && i < SECTION_ROWS; i++) {
		const struct closed_door *one = closed->pdata[i];
		bool later = !one->unread && one->from > page->plan->as_of;
		g_autofree char *from = later ? phrase_instant(&page->face, one->from) : NULL;
		grid_cell(grid, one->email);
		grid_cell(grid, one->unread ? NULL : one->door);
		if (later)
			grid_cellf(grid, "from %s", from);
		else
			grid_cell(grid, one->unread ? NULL : "now");
		grid_cell(grid, one->why);
		g_autofree char *hint = one->hint != NULL ? g_strconcat("next: ", one->hint, NULL)
							  : NULL;
		if (hint != NULL)
			grid_note(grid, hint);
	}
	print_grid(page, grid, "  ");
	more(page, closed->len, SECTION_ROWS);
}

static void
print_all_guards(struct page *page)
{
	if (!page->verbose || page->plan->verdicts->len == 0)
		return;
	heading(page, "GUARDS", page->plan->verdicts->len, NULL);
	struct grid *grid = grid_new(6);
	for (guint i = 0; i < page->plan->verdicts->len; i++) {
		const struct verdict *verdict = page->plan->verdicts->pdata[i];
		grid_cell(grid, verdict->guard);
		grid_cell(grid, verdict->scope);
		grid_cell(grid, verdict->tripped ? "TRIPPED" : "ok");
		grid_cellf(grid, "%" PRId64, verdict->measured);
		if (verdict->limit >= 0)
			grid_cellf(grid, "limit %" PRId64, verdict->limit);
		else
			grid_cell(grid, NULL);
		grid_cell(grid, verdict->text);
	}
	print_grid(page, grid, "  ");
}

/* The rest. */

/* `2 email_mismatch, 1 missing_group`: kinds whose rows are not shown count too. */
static void
print_kinds(struct page *page)
{
	const GArray *kinds = page->tally.findings;
	for (guint i = 0; i < kinds->len; i++) {
		const struct tally_word *kind = &g_array_index(kinds, struct tally_word, i);
		g_string_append_printf(
		    page->out, "%s%zu %s", i == 0 ? "  " : ", ", kind->count, kind->word);
	}
	g_string_append_c(page->out, '\n');
}

static void
print_findings(struct page *page)
{
	const GPtrArray *findings = page->plan->findings;
	if (findings->len == 0)
		return;
	heading(page, "FINDINGS", findings->len, "somebody should look");
	if (findings->len > SECTION_ROWS)
		print_kinds(page);
	struct grid *grid = grid_new(5);
	for (guint i = 0; i < findings->len && i < SECTION_ROWS; i++) {
		const struct finding *finding = findings->pdata[i];
		grid_cell(grid, finding->kind);
		if (finding->runs_seen > 1)
			grid_cellf(grid, "%" PRId64 " runs", finding->runs_seen);
		else
			grid_cell(grid, "new");
		grid_cell(grid, finding->email);
		grid_cell(grid, finding->group);
		grid_cell(grid, finding->text);
		if (page->verbose) {
			char *since = phrase_instant(&page->face, finding->first_seen);
			char *note = g_strdup_printf("%s, first seen %s", finding->id, since);
			grid_note(grid, note);
			g_free(note);
			g_free(since);
		}
	}
	print_grid(page, grid, "  ");
	more(page, findings->len, SECTION_ROWS);
}

static void
print_rejects(struct page *page)
{
	const GPtrArray *rejects = page->plan->rejects;
	if (rejects->len == 0)
		return;
	heading(page, "REJECTED ROWS", rejects->len, "they give nobody anything");
	struct grid *grid = grid_new(4);
	for (guint i = 0; i < rejects->len && i < SECTION_ROWS; i++) {
		const struct reject *reject = rejects->pdata[i];
		grid_cell(grid, reject->source);
		grid_cellf(grid, "%s:%u", reject->file, reject->row);
		if (reject->line != reject->row && reject->line > 0)
			grid_cellf(grid, "line %u", reject->line);
		else
			grid_cell(grid, NULL);
		grid_cell(grid, reject->reason);
	}
	print_grid(page, grid, "  ");
	more(page, rejects->len, SECTION_ROWS);
}

static void
print_in_step(struct page *page)
{
	const struct tally *tally = &page->tally;
	if (tally->changes + tally->held + tally->refused + tally->tripped == 0 &&
	    page->plan->missing_groups->len == 0 && page->plan->closed->len == 0)
		g_string_append(page->out, "\nIn step: Kisi holds what the inputs entitle.\n");
}

static void
print_proof(struct page *page)
{
	if (page->run->proof == NULL)
		return;
	g_string_append(page->out, "\nPROOF\n");
	grid_lines(page->out, "  ", page->run->proof);
}

char *
plan_text_summary(const struct run *run)
{
	struct tally tally;
	tally_run(run, &tally);
	GString *out = g_string_new(NULL);
	headline_append(out, run, &tally);
	tally_done(&tally);
	return g_string_free(out, FALSE);
}

char *
plan_text_format(const struct run *run, bool verbose)
{
	static void (*const parts[])(struct page *) = {
	    print_head,
	    print_alarms,
	    print_not_done,
	    print_input,
	    print_refused,
	    print_held,
	    print_closed,
	    print_all_changes,
	    print_findings,
	    print_rejects,
	    print_all_guards,
	    print_in_step,
	    print_proof,
	};
	struct page page = {
	    .run = run,
	    .plan = run->plan,
	    .face = clock_face_of(run->plan),
	    .verbose = verbose,
	    .out = g_string_new(NULL),
	};
	tally_run(run, &page.tally);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		parts[i](&page);
	g_string_append_c(page.out, '\n');
	headline_append(page.out, run, &page.tally);
	g_string_append_c(page.out, '\n');
	tally_done(&page.tally);
	return g_string_free(page.out, FALSE);
}
