/* The page an auditor reads first and signs.  Its columns are narrow and texts run over them: nothing is merged. */
#include "reports/summary.h"

#include "reports/table.h"
#include "reports/tally.h"

#include <string.h>

#define COLUMNS 10
#define DECISIONS_SHOWN 6
#define CHART_ROWS 14
#define GROUPS_SHOWN 8
#define FIGURES 80 /* row of what the charts show: below the page, not printed */

static const double widths[COLUMNS] = {13, 11, 10, 10, 10, 10, 10, 10, 10, 10};

struct page {
	struct view *view;
	const struct run *run;
	struct tally tally;
	struct sheet *sheet;
	uint32_t row; /* the next free one */
};

static void
put(struct page *page, uint16_t column, enum style style, const char *text)
{
	sheet_text(page->sheet, page->row, column, style, text);
}

/* A line of one style over the whole page. */
static void
fill(struct page *page, uint16_t first, enum style style)
{
	for (uint16_t i = first; i < COLUMNS; i++)
		put(page, i, style, NULL);
}

static void
line(struct page *page, enum style style, const char *text)
{
	put(page, 0, style, text);
	page->row++;
}

static void
section(struct page *page, const char *title)
{
	page->row++;
	sheet_height(page->sheet, page->row, 19);
	put(page, 0, STYLE_SECTION, title);
	fill(page, 1, STYLE_SECTION);
	page->row++;
}

/* Break a text into lines of the page's width, at words; each is a row. */
static void
paragraph(struct page *page, enum style style, const char *text, size_t width, bool whole)
{
	while (*text != '\0') {
		const char *end = text, *space = NULL;
		size_t n = 0;
		for (; *end != '\0' && *end != '\n' && n < width;
		     end = g_utf8_next_char(end), n++) {
			if (*end == ' ')
				space = end;
		}
		if (*end != '\0' && *end != '\n' && space != NULL)
			end = space;
		g_autofree char *part = g_strndup(text, (gsize)(end - text));
		put(page, 0, style, part);
		if (whole)
			fill(page, 1, style);
		page->row++;
		for (text = end; *text == ' ' || *text == '\n'; text++)
			;
	}
}

/* ---- what it is ---- */

static const char *
venue(const struct view *view)
{
	return view->plan->snapshot.organization != NULL ? view->plan->snapshot.organization
							 : "the venue";
}

static const char *
time_words(struct view *view, instant t)
{
	static const char *const months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = zone_civil(view->face.zone, t);
	return view_printf(view, "%d %s %d %d:%02d (%s)", c.day, months[c.month - 1], c.year,
	    c.hour, c.minute, zone_name(view->face.zone));
}

#define CLOCK_SLACK (2 * INSTANT_MINUTE)

static void
write_title(struct page *page)
{
	struct view *view = page->view;
	const struct run *run = page->run;
	line(page, STYLE_TITLE, view_printf(view, "Access review: %s", venue(view)));
	line(page, STYLE_ABOUT,
	    "Who can open which door in Kisi, compared with bookings, memberships and manual "
	    "grants.");
	line(page, STYLE_ABOUT,
	    view_printf(view, "As of %s.  Kisi was read from %s.", time_words(view, run->as_of),
		phrase_place(run->snapshot_source)));
	bool known = run->started > 0;
	if (known && ABS(run->started - run->as_of) > CLOCK_SLACK)
		line(page, STYLE_LABEL,
		    view_printf(view,
			"The as-of time was set with --now.  By the clock the run began %s.",
			time_words(view, run->started)));
	page->row++;
}

/* ---- the verdict ---- */

static size_t
made(const struct page *page)
{
	return page->tally.by_outcome[OUTCOME_DONE];
}

static size_t
closed_people(const struct view *view)
{
	g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < view->plan->closed->len; i++) {
		const struct closed_door *closed = view->plan->closed->pdata[i];
		if (closed->from <= view->plan->as_of + INSTANT_DAY)
			g_hash_table_add(people, (gpointer)closed->email);
	}
	return g_hash_table_size(people);
}

static const char *
count_words(struct view *view, size_t n, const char *one, const char *many)
{
	return view_printf(view, "%zu %s", n, n == 1 ? one : many);
}

static const char *
changes_words(struct page *page)
{
	struct view *view = page->view;
	size_t n = page->tally.changes;
	if (page->run->outcomes == NULL)
		return view_printf(view, "%s planned (dry run: nothing was changed); %zu wait.",
		    count_words(view, n, "change is", "changes are"), page->tally.held);
	return view_printf(view, "%s made and read back; %zu failed; %zu wait.",
	    count_words(view, made(page), "change was", "changes were"), n - made(page),
	    page->tally.held);
}

static void
write_verdict(struct page *page)
{
	struct view *view = page->view;
	size_t waits = view->decisions->len, closed = closed_people(view);
	enum style style = STYLE_BAR_GREEN;
	const char *text;
	if (page->run->no_plan != NULL) {
		style = STYLE_BAR_RED;
		text = view_printf(view, "\xe2\x9c\x98 THIS RUN CAME TO NO PLAN (exit %d): %s",
		    (int)page->run->exit_code, page->run->no_plan);
	} else if (page->tally.refused > 0) {
		style = STYLE_BAR_RED;
		text = view_printf(view,
		    "\xe2\x9c\x98 Only partly usable: %s refused.  %s  %s for a decision.",
		    count_words(view, page->tally.refused, "export was", "exports were"),
		    changes_words(page), count_words(view, waits, "matter waits", "matters wait"));
	} else if (waits > 0) {
		style = STYLE_BAR_YELLOW;
		text = view_printf(view,
		    "\xe2\x96\xb2 In step except for %s that need%s a decision.  %s%s",
		    count_words(view, waits, "matter", "matters"), waits == 1 ? "s" : "",
		    changes_words(page),
		    closed == 0 ? ""
				: view_printf(view, "  %s before a closed door within a day.",
				      count_words(view, closed, "person stands", "people stand")));
	} else {
		text = view_printf(view, "\xe2\x9c\x94 In step.  %s", changes_words(page));
	}
	paragraph(page, style, text, 94, true);
	page->row++;
}

/* ---- five figures ---- */

static void
write_figures(struct page *page)
{
	const struct view *view = page->view;
	const size_t *by = view->by_basis;
	const struct {
		size_t figure;
		const char *first, *second;
		bool bad;
	} all[] = {
	    {view->rights->len, "rights that open a door,", "now or later", false},
	    {by[BASIS_MEMBERSHIP] + by[BASIS_BOOKING] + by[BASIS_GRANT], "rest on a membership,",
		"booking or grant", false},
	    {by[BASIS_ROLE] + by[BASIS_TEAM] + by[BASIS_OUTSIDE], "rest on a Kisi role or",
		"team, or are out of scope", false},
	    {by[BASIS_NONE], "rest on NOTHING", "that we know", by[BASIS_NONE] > 0},
	    {by[BASIS_UNKNOWN], "cannot be known now:", "an export is refused",
		by[BASIS_UNKNOWN] > 0},
	};
	sheet_height(page->sheet, page->row, 28);
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		enum style style = all[i].bad ? STYLE_BIG_RED : STYLE_BIG;
		sheet_integer(
		    page->sheet, page->row, (uint16_t)(2 * i), style, (int64_t)all[i].figure);
		put(page, (uint16_t)(2 * i + 1), style, NULL);
	}
	page->row++;
	for (int second = 0; second < 2; second++) {
		for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
			put(page, (uint16_t)(2 * i), STYLE_BIG_NOTE,
			    second == 1 ? all[i].second : all[i].first);
			put(page, (uint16_t)(2 * i + 1), STYLE_BIG_NOTE, NULL);
		}
		page->row++;
	}
}

/* ---- decisions ---- */

static const char *
shorten(struct view *view, const char *text, glong most)
{
	if (text == NULL)
		return "";
	const char *end = strchr(text, '\n');
	g_autofree char *one = end != NULL ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
	if (g_utf8_strlen(one, -1) <= most)
		return view_printf(view, "%s", one);
	g_autofree char *cut = g_utf8_substring(one, 0, most - 3);
	return view_printf(view, "%s...", cut);
}

static void
write_decisions(struct page *page)
{
	struct view *view = page->view;
	section(page, "What needs a decision");
	for (guint i = 0; i < view->decisions->len && i < DECISIONS_SHOWN; i++) {
		const struct decision *one = view->decisions->pdata[i];
		put(page, 0, STYLE_LABEL, shorten(view, one->by, 16));
		put(page, 2, STYLE_PLAIN,
		    one->people > 0 && one->code != NULL && strstr(one->code, "source") == NULL
			? count_words(view, one->people, "person", "people")
			: "-");
		put(page, 3, STYLE_PLAIN,
		    shorten(view,
			view_printf(view, "%s: %s%s%s", one->what,
			    one->door != NULL  ? one->door
			    : one->who != NULL ? one->who
					       : "",
			    one->why != NULL ? "; " : "", one->why != NULL ? one->why : ""),
			78));
		g_autofree char *url = g_strdup_printf("internal:'To decide'!A%u", one->row);
		sheet_link(page->sheet, page->row, COLUMNS - 1, STYLE_LINK_PLAIN, url, "row");
		page->row++;
	}
	if (view->decisions->len == 0)
		line(page, STYLE_PLAIN, "Nothing waits for a decision.");
	if (view->decisions->len > DECISIONS_SHOWN) {
		g_autofree char *more = g_strdup_printf(
		    "and %u more on the sheet To decide", view->decisions->len - DECISIONS_SHOWN);
		sheet_link(
		    page->sheet, page->row, 3, STYLE_LINK_PLAIN, "internal:'To decide'!A5", more);
		page->row++;
	}
}

/* ---- totals ---- */

static void
tie(struct page *page, const char *what, const char *formula, bool ties, const char *text,
    const char *sheet)
{
	put(page, 0, STYLE_LABEL, what);
	sheet_formula(page->sheet, page->row, 2, STYLE_TICK, formula,
	    ties ? "\xe2\x9c\x94 ties" : "\xe2\x9c\x98 DOES NOT TIE");
	put(page, 3, STYLE_PLAIN, text);
	g_autofree char *url = g_strdup_printf("internal:'%s'!A1", sheet);
	sheet_link(page->sheet, page->row, COLUMNS - 1, STYLE_LINK_PLAIN, url, "sheet");
	page->row++;
}

#define TIES ",\"\xe2\x9c\x94 ties\",\"\xe2\x9c\x98 DOES NOT TIE\")"

static void
tie_rights(struct page *page)
{
	struct view *view = page->view;
	guint n = view->rights->len;
	g_autofree char *formula = g_strdup_printf(
	    "=IF(COUNTA('Access review'!A5:A%u)=%zu+%zu" TIES, MAX(n, 1) + TABLE_FIRST,
	    view->in_force, view->later);
	g_autofree char *none = g_strdup_printf("=IF(0=%zu+%zu" TIES, view->in_force, view->later);
	tie(page, "Rights in Kisi", n > 0 ? formula : none, n == view->in_force + view->later,
	    view_printf(view,
		"%u listed = %zu in force now + %zu that start later; a team counts for each "
		"member",
		n, view->in_force, view->later),
	    "Access review");
}

static void
tie_changes(struct page *page)
{
	struct view *view = page->view;
	size_t done = made(page), held = page->tally.held, all = page->tally.changes + held;
	size_t rest = page->tally.changes - done;
	bool dry = page->run->outcomes == NULL;
	g_autofree char *formula = g_strdup_printf(
	    "=IF(%zu=%zu+%zu+%zu" TIES, all, done, held, rest);
	tie(page, "Changes wanted", formula, all == done + held + rest,
	    dry ? view_printf(view, "%zu = %zu planned + %zu held back; none was made (dry run)",
		      all, rest, held)
		: view_printf(view, "%zu = %zu made and read back + %zu held back + %zu failed",
		      all, done, held, rest),
	    "Changes made");
}

static void
tie_rows(struct page *page)
{
	struct view *view = page->view;
	uint64_t rows = 0, rejected = 0;
	guint n = view->plan->sources->len;
	for (guint i = 0; i < n; i++) {
		const struct source_result *source = view->plan->sources->pdata[i];
		rows += source->facts->rows;
		rejected += source->facts->rejected;
	}
	g_autofree char *formula = g_strdup_printf("=IF(%" G_GUINT64_FORMAT "=%" G_GUINT64_FORMAT
						   "+%" G_GUINT64_FORMAT TIES,
	    rows, rows - rejected, rejected);
	tie(page, "Rows of exports", formula, true,
	    view_printf(view,
		"%s: %" G_GUINT64_FORMAT " rows = %" G_GUINT64_FORMAT " read + %" G_GUINT64_FORMAT
		" rejected; %s",
		count_words(view, n, "export", "exports"), rows, rows - rejected, rejected,
		page->tally.refused == 0
		    ? "none refused"
		    : count_words(view, page->tally.refused, "refused", "refused")),
	    "Sources");
}

static void
tie_outside(struct page *page)
{
	struct view *view = page->view;
	size_t left = 0;
	for (guint i = 0; i < view->rights->len; i++)
		left += ((const struct right *)view->rights->pdata[i])->access->left != NULL;
	g_autofree char *formula = left > 0 ? g_strdup_printf(
						  "=IF(COUNTA('Out of scope'!A5:A%zu)=%zu" TIES,
						  left + TABLE_FIRST, left)
					    : g_strdup("=IF(0=0" TIES);
	tie(page, "Left out on purpose", formula, true,
	    view_printf(view, "%s by role, team or rule: listed, never changed",
		count_words(view, left, "right", "rights")),
	    "Out of scope");
}

static void
write_ties(struct page *page, size_t left_out)
{
	section(page, "Is it complete?  Every total ties to a sheet");
	if (page->run->no_plan != NULL) {
		line(page, STYLE_ALARM, "No: the run came to no plan, and Kisi was not compared.");
		return;
	}
	tie_rights(page);
	tie_changes(page);
	tie_rows(page);
	tie_outside(page);
	if (left_out > 0)
		line(page, STYLE_ALARM,
		    view_printf(page->view,
			"NOT COMPLETE: %zu ROWS LEFT OUT, they are in the JSON plan", left_out));
}

/* ---- charts ---- */

struct bars {
	const char *name;
	size_t supported, outside, nothing;
};

static int
compare_bars(gconstpointer p, gconstpointer q)
{
	const struct bars *a = p, *b = q;
	size_t n = a->supported + a->outside + a->nothing,
	       m = b->supported + b->outside + b->nothing;
	if (n != m)
		return n > m ? -1 : 1;
	return g_strcmp0(a->name, b->name);
}

/* Rights by group; of struct bars, the largest first.  Caller frees with g_array_unref. */
static GArray *
count_bars(const struct view *view)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct bars));
	g_autoptr(GHashTable) index = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < view->rights->len; i++) {
		const struct access_now *access =
		    ((const struct right *)view->rights->pdata[i])->access;
		const char *name = access->group != NULL ? access->group : "?";
		guint at = GPOINTER_TO_UINT(g_hash_table_lookup(index, name));
		if (at == 0) {
			struct bars fresh = {.name = name};
			g_array_append_val(out, fresh);
			at = out->len;
			g_hash_table_insert(index, (gpointer)name, GUINT_TO_POINTER(at));
		}
		struct bars *bars = &g_array_index(out, struct bars, at - 1);
		if (access->basis == BASIS_NONE || access->basis == BASIS_UNKNOWN)
			bars->nothing++;
		else if (access->basis <= BASIS_GRANT)
			bars->supported++;
		else
			bars->outside++;
	}
	g_array_sort(out, compare_bars);
	return out;
}

static const char *const kind_words[] = {"given", "dates changed", "removed", "other"};

static size_t
kind_of(enum action action)
{
	switch (action) {
	case ACTION_GRANT:
	case ACTION_CREATE_LINK:
	case ACTION_CREATE_SCHEDULE:
		return 0;
	case ACTION_ADJUST:
		return 1;
	case ACTION_REVOKE:
	case ACTION_DELETE_LINK:
	case ACTION_DELETE_SCHEDULE:
		return 2;
	default:
		return 3;
	}
}

static void
write_charts(struct page *page)
{
	g_autoptr(GArray) bars = count_bars(page->view);
	guint n = MIN(bars->len, GROUPS_SHOWN);
	if (n == 0 || page->run->no_plan != NULL)
		return;
	section(page, "Why people have access, and what was drifting");
	struct sheet_chart groups = {.title = "Rights by group and by reason",
	    .data = "Summary",
	    .first = FIGURES,
	    .last = FIGURES + n - 1,
	    .series = {1, 2, 3},
	    .titles = {"membership, booking or grant", "role, team, out of scope",
		"nothing that we know"},
	    .across = true,
	    .hatched = {false, false, true},
	    .width = 385,
	    .height = 265};
	struct sheet_chart kinds = {.title = page->run->outcomes != NULL
						 ? "Changes of this run, and those that wait"
						 : "Changes planned, and those that wait",
	    .data = "Summary",
	    .first = FIGURES,
	    .last = FIGURES + G_N_ELEMENTS(kind_words) - 1,
	    .names = 5,
	    .series = {6, 7},
	    .titles = {page->run->outcomes != NULL ? "made" : "planned", "held back"},
	    .hatched = {false, true},
	    .width = 360,
	    .height = 265};
	sheet_chart(page->sheet, page->row, 0, &groups);
	sheet_chart(page->sheet, page->row, 5, &kinds);
	page->row += CHART_ROWS;
}

/* What the charts show, below the page. */
static void
write_chart_figures(struct page *page)
{
	g_autoptr(GArray) bars = count_bars(page->view);
	size_t goes[G_N_ELEMENTS(kind_words)] = {0}, held[G_N_ELEMENTS(kind_words)] = {0};
	guint n = MIN(bars->len, GROUPS_SHOWN);
	if (n == 0 || page->run->no_plan != NULL)
		return;
	for (int i = 0; i < ACTION_COUNT; i++) {
		goes[kind_of((enum action)i)] += page->tally.by_action[i];
		held[kind_of((enum action)i)] += page->tally.held_by_action[i];
	}
	for (guint i = 0; i < MAX(n, G_N_ELEMENTS(kind_words)); i++) {
		page->row = FIGURES + i;
		if (i < n) {
			const struct bars *one = &g_array_index(bars, struct bars, i);
			put(page, 0, STYLE_GREY, shorten(page->view, one->name, 26));
			const size_t figures[] = {one->supported, one->outside, one->nothing};
			for (uint16_t k = 0; k < 3; k++)
				sheet_integer(page->sheet, page->row, (uint16_t)(k + 1),
				    STYLE_FIGURE, (int64_t)figures[k]);
		}
		if (i < G_N_ELEMENTS(kind_words)) {
			put(page, 5, STYLE_GREY, kind_words[i]);
			sheet_integer(page->sheet, page->row, 6, STYLE_FIGURE, (int64_t)goes[i]);
			sheet_integer(page->sheet, page->row, 7, STYLE_FIGURE, (int64_t)held[i]);
		}
	}
}

/* ---- how it was made ---- */

static const char *
check_words(struct page *page)
{
	size_t passed = 0, held = 0, unjudged = 0;
	for (guint i = 0; i < page->view->plan->verdicts->len; i++) {
		const struct verdict *verdict = page->view->plan->verdicts->pdata[i];
		held += verdict->tripped;
		unjudged += !verdict->tripped && verdict->not_judged;
		passed += !verdict->tripped && !verdict->not_judged;
	}
	return view_printf(page->view,
	    "%zu checks: %zu passed, %zu held something, %zu not judged.", passed + held + unjudged,
	    passed, held, unjudged);
}

static void
write_making(struct page *page)
{
	struct view *view = page->view;
	const struct run *run = page->run;
	section(page, "How it was made");
	const char *clock = run->started > 0 && run->ended > 0
				? view_printf(view, ", %s to %s by the clock",
				      time_words(view, run->started), time_words(view, run->ended))
				: "";
	paragraph(page, STYLE_PLAIN,
	    view_printf(view, "%s, run %s%s, by %s.  kisi-reconcile %s.  Exit %d.%s%s  %s",
		run->command, run->id, clock, run->who != NULL ? run->who : "-", run->version,
		(int)run->exit_code, run->proof != NULL ? "  Checked afterwards: " : "",
		run->proof != NULL ? run->proof : "", check_words(page)),
	    122, false);
	if (run->head != NULL)
		line(page, STYLE_SMALL,
		    view_printf(view, "Audit trail ends at %s (kisi-reconcile verify --head %.12s)",
			run->head, run->head));
	line(page, STYLE_SMALL,
	    view_printf(view, "Hashes: configuration %.12s, exports %.12s, Kisi %.12s",
		view->plan->hash_config != NULL ? view->plan->hash_config : "-",
		view->plan->hash_inputs != NULL ? view->plan->hash_inputs : "-",
		view->plan->hash_snapshot != NULL ? view->plan->hash_snapshot : "-"));
}

/* ---- sign-off ---- */

static void
frame(struct page *page, uint16_t first, uint16_t last, enum style style, const char *text)
{
	put(page, first, style, text);
	for (uint16_t i = (uint16_t)(first + 1); i <= last; i++)
		put(page, i, style, NULL);
}

static void
write_sign_off(struct page *page)
{
	static const char *const lines[] = {"Name and role", "Conclusion", "Date and signature"};
	struct view *view = page->view;
	section(page, "Sign-off");
	put(page, 2, STYLE_CAPTION, "Prepared by");
	put(page, 5, STYLE_CAPTION, "Reviewed by (somebody else)");
	put(page, 8, STYLE_CAPTION, "Approved by");
	page->row++;
	struct civil day = zone_civil(view->face.zone, page->run->as_of);
	const char *prepared[] = {page->run->who != NULL ? page->run->who : "",
	    view_printf(view, "run %s", page->run->id),
	    view_printf(view, "%04d-%02d-%02d", day.year, day.month, day.day)};
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		sheet_height(page->sheet, page->row, 24);
		put(page, 0, STYLE_LABEL, lines[i]);
		put(page, 2, STYLE_PLAIN, prepared[i]);
		frame(page, 5, 7, STYLE_ENTRY, NULL);
		frame(page, 8, 9, STYLE_ENTRY, NULL);
		page->row++;
	}
	page->row++;
	guint n = view->rights->len;
	g_autofree char *formula = g_strdup_printf(
	    "=COUNTA('Access review'!E5:E%u)&\" of %u rights decided.\"", MAX(n, 1) + TABLE_FIRST,
	    n);
	g_autofree char *value = g_strdup_printf("0 of %u rights decided.", n);
	sheet_formula(page->sheet, page->row, 0, STYLE_LABEL, formula, value);
	if (page->run->review_every > 0) {
		struct civil due = zone_civil(
		    view->face.zone, page->run->as_of + page->run->review_every);
		put(page, 5, STYLE_LABEL,
		    view_printf(
			view, "Next review due by %04d-%02d-%02d.", due.year, due.month, due.day));
	}
	page->row++;
}

void
summary_write(struct view *view, struct sheet *sheet, size_t left_out)
{
	struct page page = {.view = view, .run = view->run, .sheet = sheet};
	tally_run(view->run, &page.tally);
	sheet_page(sheet);
	for (uint16_t i = 0; i < COLUMNS; i++)
		sheet_width(sheet, i, widths[i]);
	write_title(&page);
	write_verdict(&page);
	write_figures(&page);
	write_decisions(&page);
	write_charts(&page);
	write_ties(&page, left_out);
	write_making(&page);
	write_sign_off(&page);
	sheet_print(sheet, page.row, COLUMNS - 1);
	g_assert(page.row < FIGURES);
	write_chart_figures(&page);
	sheet_protect(sheet);
	tally_done(&page.tally);
}
