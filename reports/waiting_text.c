/* What waits for a person: exports that cannot be used, and one paragraph for each decision, with the command that makes it. */
#include "reports/grid.h"
#include "reports/page.h"

#include <inttypes.h>
#include <string.h>

bool
page_concerns(const struct page *page, const char *email)
{
	const char *only = page->style->only_person;
	return only == NULL || g_strcmp0(email, only) == 0;
}

bool
page_may_concern(const struct page *page, const char *email)
{
	return page->style->only_person == NULL || page_concerns(page, email);
}

bool
page_waits(const struct page *page, const struct change *change)
{
	return guard_type(change->held)->about != GUARD_OF_WISH &&
	       page_concerns(page, change->email);
}

size_t
page_count_waiting(const struct page *page)
{
	size_t count = 0;
	for (guint i = 0; i < page->plan->held->len; i++)
		count += page_waits(page, page->plan->held->pdata[i]);
	return count;
}

/* ---- exports ---- */

static bool
is_about(const struct verdict *verdict, enum guard guard, const char *scope)
{
	return verdict->guard == guard && g_strcmp0(verdict->scope, scope) == 0;
}

/* The line that tells what is wrong with it, without what to do. */
static char *
first_line(const char *text)
{
	const char *end = strchr(text, '\n');
	return g_strndup(text, end != NULL ? (gsize)(end - text) : strlen(text));
}

static const char *
hint_of(const char *text)
{
	const char *hint = text != NULL ? strstr(text, "\nhint: ") : NULL;
	return hint != NULL ? hint + strlen("\nhint: ") : NULL;
}

/* How to let it pass, or to mend it. */
static const char *
remedy_of(const struct page *page, const struct source_result *source)
{
	enum guard guard = source->refused ? GUARD_REFUSED_SOURCE : GUARD_DOUBTFUL_SOURCE;
	const GPtrArray *refusals = source->facts->refusals;
	const char *hint = refusals->len > 0 ? hint_of(refusals->pdata[0]) : NULL;
	if (hint != NULL)
		return hint;
	for (guint i = 0; i < page->plan->verdicts->len; i++) {
		const struct verdict *verdict = page->plan->verdicts->pdata[i];
		if (is_about(verdict, guard, source->facts->source) && verdict->hint != NULL)
			return verdict->hint;
	}
	return NULL;
}

static void
print_source(struct page *page, const struct source_result *source)
{
	const GPtrArray *refusals = source->facts->refusals;
	const char *why = refusals->len > 0	   ? refusals->pdata[0]
			  : source->reason != NULL ? source->reason
						   : "it cannot be used as it is";
	g_autofree char *line = first_line(why);
	g_autofree char *people = page_people(source->kept);
	g_autofree char *kept = source->kept > 0 ? g_strdup_printf("%s %s what they have", people,
						       source->kept == 1 ? "keeps" : "keep")
						 : g_strdup("nobody loses access because of it");
	page_heading(page, source->refused ? "REFUSED" : "IN DOUBT", "%s: %s; %s",
	    source->facts->source, line, kept);
	for (guint i = 1; i < refusals->len; i++) {
		g_autofree char *more = first_line(refusals->pdata[i]);
		page_paragraph(page, 3, more);
	}
	page_do(page, 3, remedy_of(page, source));
}

void
waiting_print_refused(struct page *page)
{
	for (guint i = 0; i < page->plan->sources->len; i++) {
		const struct source_result *source = page->plan->sources->pdata[i];
		if (source->refused || source->doubtful)
			print_source(page, source);
	}
}

/* ---- decisions ---- */

struct decisions {
	struct page *page;
	unsigned count;
	GHashTable *told; /* set of changes whose paragraph was printed */
};

static void
begin(struct decisions *d, const char *scope, const char *text)
{
	g_autofree char *number = g_strdup_printf("%2u ", ++d->count);
	g_autofree char *sentence = g_strconcat(
	    scope != NULL ? scope : "", scope != NULL ? ": " : "", text, NULL);
	if (scope == NULL)
		sentence[0] = g_ascii_toupper(sentence[0]);
	grid_paragraph(d->page->out, number, "   ", sentence, d->page->style->width);
}

/* Whom it holds and no paragraph told yet; all of them count as told.  Returned, of const char *; caller frees. */
static GPtrArray *
held_by(struct decisions *d, enum guard guard, const char *scope, bool any_scope)
{
	GPtrArray *emails = g_ptr_array_new();
	for (guint i = 0; i < d->page->plan->held->len; i++) {
		const struct change *change = d->page->plan->held->pdata[i];
		if (change->held != guard || !page_waits(d->page, change) ||
		    g_hash_table_contains(d->told, change) ||
		    (!any_scope && g_strcmp0(change->held_scope, scope) != 0))
			continue;
		g_hash_table_add(d->told, (gpointer)change);
		g_ptr_array_add(emails, (gpointer)change->email);
	}
	return emails;
}

static void
print_names(struct decisions *d, const GPtrArray *emails)
{
	if (emails->len == 0)
		return;
	g_autofree char *names = people_list(d->page->people, emails, NAMES_SHOWN);
	page_paragraph(d->page, 5, names);
}

/* By its id a matter can be accepted as it is. */
static void
print_matters(struct decisions *d, enum guard guard, const char *matter)
{
	if (!d->page->style->verbose)
		return;
	for (guint i = 0; i < d->page->plan->matters->len; i++) {
		const struct matter *one = d->page->plan->matters->pdata[i];
		bool own = matter != NULL ? strcmp(one->id, matter) == 0
					  : strcmp(one->kind, guard_word(guard)) == 0;
		if (!own)
			continue;
		g_autofree char *line = g_strdup_printf("matter %s%s%s%s", one->id,
		    matter == NULL ? ": " : "", matter == NULL ? one->text : "",
		    one->accepted ? " (accepted as it is)" : "");
		page_paragraph(d->page, 5, line);
	}
}

/* ---- one person under two addresses? ---- */

static bool
holds_pair(const struct page *page, const struct mismatch *pair)
{
	for (guint i = 0; i < page->plan->held->len; i++) {
		const struct change *change = page->plan->held->pdata[i];
		if (change->held == GUARD_EMAIL_MISMATCH &&
		    g_ascii_strcasecmp(change->email, pair->kisi_email) == 0)
			return page_concerns(page, pair->email) ||
			       page_concerns(page, change->email);
	}
	return false;
}

static void
print_pairs(struct decisions *d, const GPtrArray *pairs)
{
	struct page *page = d->page;
	bool all = page->style->verbose || !page_is_terminal(page);
	struct grid *grid = grid_new(4);
	for (guint i = 0; i < pairs->len && (all || i < SECTION_ROWS); i++) {
		const struct mismatch *pair = pairs->pdata[i];
		grid_cell(grid, pair->name != NULL ? pair->name : pair->email);
		grid_cell(grid, all ? pair->email : NULL);
		grid_cellf(grid, "%s?", pair->kisi_email);
		grid_cell(grid, pair->evidence);
		if (all)
			grid_note(grid, pair->same);
	}
	page_grid(page, grid, "     ");
}

static void
decide_pairs(struct decisions *d)
{
	struct page *page = d->page;
	g_autoptr(GPtrArray) pairs = g_ptr_array_new();
	for (guint i = 0; i < page->plan->mismatches->len; i++) {
		if (holds_pair(page, page->plan->mismatches->pdata[i]))
			g_ptr_array_add(pairs, page->plan->mismatches->pdata[i]);
	}
	if (pairs->len == 0)
		return;
	g_autoptr(GPtrArray) held = held_by(d, GUARD_EMAIL_MISMATCH, NULL, true);
	g_autofree char *text = g_strdup_printf("%u %s may be in Kisi under another address "
						"(%u %s). Both addresses keep their access until "
						"you decide",
	    pairs->len, pairs->len == 1 ? "person" : "people", held->len,
	    held->len == 1 ? "removal waits" : "removals wait");
	begin(d, NULL, text);
	print_pairs(d, pairs);
	const struct mismatch *first = pairs->pdata[0];
	if (page->style->verbose || !page_is_terminal(page)) {
		page_do(
		    page, 3, "the command below each pair, or \"different\" instead of \"same\"");
	} else if (first->same != NULL) {
		page_do(page, 3, first->same);
		page_paragraph(page, 9,
		    pairs->len > 1
			? "(or \"different\" instead of \"same\"; likewise for the others)"
			: "(or \"different\" instead of \"same\")");
	}
	print_matters(d, GUARD_EMAIL_MISMATCH, NULL);
}

/* ---- groups that cannot be found ---- */

static bool
hits(const struct page *page, const struct missing_group *missing)
{
	if (page->style->only_person == NULL)
		return true;
	for (guint i = 0; missing->hit != NULL && i < missing->hit->len; i++) {
		if (page_concerns(
			page, ((const struct missing_hit *)missing->hit->pdata[i])->email))
			return true;
	}
	return false;
}

static void
decide_groups(struct decisions *d)
{
	for (guint i = 0; i < d->page->plan->missing_groups->len; i++) {
		const struct missing_group *missing = d->page->plan->missing_groups->pdata[i];
		guint waiting = missing->hit != NULL ? missing->hit->len : 0;
		if (missing->accepted || !hits(d->page, missing))
			continue;
		g_autofree char *people = page_people(waiting);
		g_autofree char *text = waiting > 0
					    ? g_strdup_printf("%s; %s %s for it", missing->text,
						  people, waiting == 1 ? "waits" : "wait")
					    : g_strdup(missing->text);
		begin(d, NULL, text);
		g_autoptr(GPtrArray)
		    held = held_by(d, guard_of_word(finding_word(missing->kind)), NULL, true);
		print_names(d, held);
		page_do(d->page, 3, missing->hint);
	}
}

/* ---- limits and the other guards ---- */

/* The text of a verdict without the addresses that it ends with: names are shown instead. */
static char *
without_people(const char *text, const GPtrArray *emails)
{
	for (guint i = 0; text != NULL && i < emails->len; i++) {
		g_autofree char *lead = g_strconcat(": ", emails->pdata[i], NULL);
		const char *found = strstr(text, lead);
		if (found != NULL)
			return g_strndup(text, (gsize)(found - text));
	}
	return g_strdup(text != NULL ? text : "");
}

/* Is it said elsewhere: with its export, or with its group? */
static bool
is_told(const struct page *page, const struct verdict *verdict)
{
	enum guard guard = verdict->guard;
	bool group = guard == GUARD_AMBIGUOUS_GROUP || guard == GUARD_MISSING_GROUP;
	return guard_is_about_source(guard) || guard_type(guard)->about == GUARD_OF_WISH ||
	       guard == GUARD_EMAIL_MISMATCH || (group && page->plan->missing_groups->len > 0);
}

/* A limit on what nothing explains, in a sentence; NULL for any other verdict.  Caller frees. */
static char *
limit_said(const struct verdict *verdict)
{
	const char *lead = " of ";
	char *end = NULL;
	if (verdict->text == NULL || verdict->limit < 0 ||
	    guard_type(verdict->guard)->about != GUARD_OF_LIMIT)
		return NULL;
	int64_t figure = g_ascii_strtoll(verdict->text, &end, 10);
	if (end == verdict->text || !g_str_has_prefix(end, lead))
		return NULL;
	int64_t all = g_ascii_strtoll(end + strlen(lead), &end, 10);
	if (!g_str_has_prefix(end, " people"))
		return NULL;
	return g_strdup_printf("%" PRId64 " of the %" PRId64
			       " people would lose access, and nothing explains it%s; without "
			       "approval at most %" PRId64 " may",
	    figure, all, verdict->guard == GUARD_MAX_DAY_REMOVALS ? " (within 24 hours)" : "",
	    verdict->limit);
}

static void
decide_verdict(struct decisions *d, const struct verdict *verdict)
{
	g_autoptr(GPtrArray) emails = held_by(d, verdict->guard, verdict->scope, false);
	bool named = d->page->style->verbose || !page_is_terminal(d->page);
	/* What another paragraph tells already is one decision; a log names every guard. */
	if (emails->len == 0 && verdict->n_held > 0 && !named)
		return;
	g_autofree char *said = limit_said(verdict);
	if (said == NULL)
		said = without_people(verdict->text, emails);
	g_autofree char *what = named ? g_strdup_printf("%s (%s)", said, guard_word(verdict->guard))
				      : g_strdup(said);
	begin(d, verdict->scope, what);
	print_names(d, emails);
	print_matters(d, verdict->guard, verdict->matter);
	page_do(d->page, 3, verdict->hint);
}

static void
decide_verdicts(struct decisions *d)
{
	for (guint i = 0; i < d->page->plan->verdicts->len; i++) {
		const struct verdict *verdict = d->page->plan->verdicts->pdata[i];
		if (verdict->tripped && !verdict->accepted && !is_told(d->page, verdict))
			decide_verdict(d, verdict);
	}
}

/* ---- the section ---- */

/* In a log every change that waits has a line of its own, too. */
static void
print_lines(struct decisions *d)
{
	struct page *page = d->page;
	if (page_is_terminal(page) && !page->style->verbose)
		return;
	struct grid *grid = grid_new(PAGE_CHANGE_COLUMNS);
	for (guint i = 0; i < page->plan->held->len; i++) {
		const struct change *change = page->plan->held->pdata[i];
		g_autofree char *guard = g_strdup_printf("waits: %s", guard_word(change->held));
		if (page_waits(page, change))
			page_change(page, grid, change, NULL,
			    people_name(page->people, change->email), guard);
	}
	page_grid(page, grid, " ");
}

void
waiting_print(struct page *page)
{
	GString *out = page->out;
	struct decisions d = {.page = page, .told = g_hash_table_new(NULL, NULL)};
	page->out = g_string_new(NULL);
	decide_pairs(&d);
	decide_verdicts(&d);
	decide_groups(&d);
	GString *paragraphs = page->out;
	page->out = out;
	guint waiting = g_hash_table_size(d.told);
	if (d.count > 0 || waiting > 0) {
		page_heading(page, "WAITING", "%u %s, %u %s: nothing happens until you decide",
		    waiting, waiting == 1 ? "change" : "changes", d.count,
		    d.count == 1 ? "decision" : "decisions");
		g_string_append(page->out, paragraphs->str);
		print_lines(&d);
	}
	g_string_free(paragraphs, TRUE);
	g_hash_table_unref(d.told);
}
