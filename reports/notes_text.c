/* What a run noted besides its changes: in full for -v, in one line else. */
#include "reports/page.h"

#include <inttypes.h>

/* Does a section already say what this finding says? */
static bool
repeats(const struct finding *finding)
{
	switch (finding->kind) {
	case FINDING_ORPHAN:
	case FINDING_EMAIL_MISMATCH:
	case FINDING_MISSING_GROUP:
	case FINDING_AMBIGUOUS_GROUP:
	case FINDING_FOREIGN_GROUP:
	case FINDING_REFUSED_SOURCE:
	case FINDING_DOUBTFUL_SOURCE:
	case FINDING_SUSPENDED:
	case FINDING_UNCONFIRMED:
	case FINDING_BRIDGED:
		return true;
	default:
		return false;
	}
}

void
notes_print_exports(struct page *page)
{
	const GPtrArray *sources = page->plan->sources;
	if (sources->len == 0 || !page->style->verbose)
		return;
	page_heading(page, "EXPORTS", "%u", sources->len);
	struct grid *grid = grid_new(6);
	for (guint i = 0; i < sources->len; i++) {
		const struct source_result *source = sources->pdata[i];
		const struct import_facts *facts = source->facts;
		g_autofree char *age = phrase_age(source->age);
		grid_cell(grid, facts->source);
		grid_cell(grid, source->profile);
		grid_cellf(grid, "%" PRIu64 " rows", facts->rows);
		grid_cellf(grid, "%" PRIu64 " not readable", facts->rejected);
		grid_cellf(grid, "age %s", age);
		grid_cell(grid, source->refused ? "REFUSED" : source->doubtful ? "in doubt" : NULL);
		for (guint f = 0; f < facts->files->len; f++) {
			const struct file_facts *file = facts->files->pdata[f];
			g_autofree char *note = g_strdup_printf("%s: %" PRIu64 " rows, sha256 %s",
			    file->name, file->rows,
			    file->sha256 != NULL ? file->sha256 : "unknown");
			grid_note(grid, note);
		}
	}
	page_grid(page, grid, "  ");
}

void
notes_print_guards(struct page *page)
{
	if (!page->style->verbose || page->plan->verdicts->len == 0)
		return;
	page_heading(page, "GUARDS", "%u", page->plan->verdicts->len);
	struct grid *grid = grid_new(6);
	for (guint i = 0; i < page->plan->verdicts->len; i++) {
		const struct verdict *verdict = page->plan->verdicts->pdata[i];
		grid_cell(grid, guard_word(verdict->guard));
		grid_cell(grid, verdict->scope);
		grid_cell(grid, verdict->tripped      ? "TRIPPED"
				: verdict->not_judged ? "not judged"
						      : "ok");
		grid_cellf(grid, "%" PRId64, verdict->measured);
		if (verdict->limit >= 0)
			grid_cellf(grid, "limit %" PRId64, verdict->limit);
		else
			grid_cell(grid, NULL);
		grid_cell(grid, verdict->text);
	}
	page_grid(page, grid, "  ");
}

static void
print_finding(struct page *page, struct grid *grid, const struct finding *finding)
{
	grid_cell(grid, finding_word(finding->kind));
	if (finding->runs_seen > 1)
		grid_cellf(grid, "%" PRId64 " runs", finding->runs_seen);
	else
		grid_cell(grid, "new");
	grid_cell(grid, finding->email);
	grid_cell(grid, finding->group);
	grid_cell(grid, finding->text);
	if (!page->style->verbose)
		return;
	g_autofree char *since = phrase_instant(&page->face, finding->first_seen);
	g_autofree char *note = g_strdup_printf("%s, first seen %s", finding->id, since);
	grid_note(grid, note);
}

/* All of them for -v; a log has those that no other section says. */
void
notes_print_findings(struct page *page)
{
	const GPtrArray *findings = page->plan->findings;
	bool all = page->style->verbose;
	struct grid *grid = grid_new(5);
	size_t count = 0;
	for (guint i = 0; i < findings->len && (all || !page_is_terminal(page)); i++) {
		const struct finding *finding = findings->pdata[i];
		if (!all && (repeats(finding) || !page_may_concern(page, finding->email)))
			continue;
		count++;
		if (grid_rows(grid) < SECTION_ROWS)
			print_finding(page, grid, finding);
	}
	if (count > 0)
		page_heading(page, "NOTES", "%zu", count);
	page_grid(page, grid, "  ");
	page_more(page, count, SECTION_ROWS);
}

void
notes_print_rejects(struct page *page)
{
	const GPtrArray *rejects = page->plan->rejects;
	if (rejects->len == 0 || !page->style->verbose)
		return;
	page_heading(page, "ROWS THAT COULD NOT BE READ", "%u; they open no door", rejects->len);
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
	page_grid(page, grid, "  ");
	page_more(page, rejects->len, SECTION_ROWS);
}

/* Everything else in one line: all of it is listed by -v. */
void
notes_print_rest(struct page *page)
{
	size_t nowhere = 0, notes = 0;
	for (guint i = 0; i < page->plan->findings->len; i++) {
		const struct finding *finding = page->plan->findings->pdata[i];
		if (!page_may_concern(page, finding->email))
			continue;
		if (finding->kind == FINDING_UNMAPPED_RESOURCE ||
		    finding->kind == FINDING_UNMAPPED_PLAN)
			nowhere += page_is_terminal(page);
		else if (!repeats(finding))
			notes++;
	}
	g_autoptr(GString) text = g_string_new(NULL);
	page_count(
	    text, page->plan->rejects->len, "row could not be read", "rows could not be read");
	page_count(text, nowhere, "room or plan has no rule", "rooms or plans have no rule");
	if (page_is_terminal(page))
		page_count(text, notes, "other note", "other notes");
	if (text->len == 0 || page->style->verbose)
		return;
	g_autofree char *line = g_strdup_printf("Also: %s.  -v lists them.", text->str);
	g_string_append_c(page->out, '\n');
	page_paragraph(page, 0, line);
}
