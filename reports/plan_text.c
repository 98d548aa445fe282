/*
 * The plan for the person who says yes or no to it.  Decides what comes first and what is cut short; the words for a change
 * come from reports/change_text.c, all figures from reports/tally.c.
 */
#include "reports/plan_text.h"

#include "base/text.h"
#include "reports/change_text.h"
#include "reports/grid.h"
#include "reports/headline.h"
#include "reports/page.h"
#include "reports/paint.h"

#include <inttypes.h>
#include <string.h>

/* ---- shared by the parts ---- */

bool
page_is_terminal(const struct page *page)
{
	return page->style->width > 0;
}

void
page_heading(struct page *page, const char *title, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *rest = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *line = g_strdup_printf("%s%s%s", title, *rest != '\0' ? " " : "", rest);
	g_string_append_c(page->out, '\n');
	grid_paragraph(page->out, "", "    ", line, page->style->width);
}

void
page_paragraph(struct page *page, unsigned indent, const char *text)
{
	g_autofree char *lead = g_strnfill(indent, ' ');
	grid_paragraph(page->out, lead, lead, text, page->style->width);
}

void
page_do(struct page *page, unsigned indent, const char *hint)
{
	if (hint == NULL)
		return;
	g_autofree char *lead = g_strnfill(indent, ' ');
	g_autofree char *deeper = g_strnfill(indent + 6, ' ');
	const char *command = strstr(hint, "kisi-reconcile ");
	g_autofree char *first = g_strdup_printf("%sDo: ", lead);
	if (command == hint) {
		grid_command(page->out, first, deeper, hint, page->style->width);
		return;
	}
	g_autofree char *text = command != NULL ? g_strndup(hint, (gsize)(command - hint))
						: g_strdup(hint);
	grid_paragraph(page->out, first, deeper, g_strchomp(text), page->style->width);
	if (command != NULL)
		grid_command(page->out, deeper, deeper, command, page->style->width);
}

void
page_grid(struct page *page, struct grid *grid, const char *indent)
{
	grid_print_within(grid, page->out, indent, page->style->width);
	grid_free(grid);
}

void
page_more(struct page *page, size_t count, size_t shown)
{
	if (count > shown)
		g_string_append_printf(
		    page->out, "   ... and %zu more (see the workbook)\n", count - shown);
}

char *
page_people(size_t count)
{
	return count == 1 ? g_strdup("1 person") : g_strdup_printf("%zu people", count);
}

/* ---- one change ---- */

static void
append_id(GString *out, const char *word, int64_t id)
{
	if (id != 0)
		g_string_append_printf(out, ", %s %" PRId64, word, id);
}

/* Its id and those of what it is about: what a log is searched for. */
static char *
change_ids(const struct change *change)
{
	static const char *const words[] = {
	    [OBJECT_ASSIGNMENT] = "assignment",
	    [OBJECT_USER] = "user",
	    [OBJECT_LINK] = "link",
	    [OBJECT_SCHEDULE] = "schedule",
	};
	GString *ids = g_string_new("change ");
	g_string_append(ids, change->id);
	append_id(ids, "user", change->user_id);
	append_id(ids, "group", change->group_id);
	append_id(ids, "lock", change->lock_id);
	append_id(ids, words[change->object], change->have_id);
	if (change->label != NULL)
		g_string_append_printf(ids, ", \"%s\"", change->label);
	return g_string_free(ids, FALSE);
}

static const struct orphan *
orphan_of(const struct page *page, const struct change *change)
{
	g_autofree char *key = g_strdup_printf("%s %" PRId64, change->email, change->group_id);
	return g_hash_table_lookup(page->orphans, key);
}

/* Times and clause are one text where times alone would say little. */
static char *
times_and_clause(const struct page *page, const struct change *change, const char *times)
{
	enum turn turn = change_turn(change, page->now);
	char *clause = change_clause(&page->face, page->now, change, orphan_of(page, change));
	bool over = turn == TURN_CLEAR || change->cause == CAUSE_ENDED ||
		    change->cause == CAUSE_EXPIRED;
	bool bounded = strcmp(times, "without end") != 0 && *times != '\0';
	char *text;
	if (turn == TURN_CHANGE || !bounded || over)
		return clause;
	text = turn == TURN_GIVE ? g_strdup_printf("%s, %s", times, clause)
				 : g_strdup_printf("%s (%s)", clause, times);
	g_free(clause);
	return text;
}

static void
note_reasons(struct page *page, struct grid *grid, const struct change *change)
{
	if (page_is_terminal(page)) {
		g_autofree char *ids = change_ids(change);
		g_autofree char *note = g_strconcat(change->email, ", ", ids, NULL);
		grid_note(grid, note);
	}
	for (size_t i = 0; i < change->n_reasons; i++) {
		g_autofree char *text = phrase_reason_full(&page->face, change->reasons[i]);
		grid_note(grid, text);
	}
}

/* Sorted by door, a group is what it opens. */
static char *
place_of(const struct page *page, const struct change *change)
{
	GHashTable *locks = page->style->by == ORDER_DOOR ? page->style->locks : NULL;
	const char *doors = locks != NULL && change->group_id != 0
				? g_hash_table_lookup(locks, &change->group_id)
				: NULL;
	return doors != NULL ? g_strdup(doors) : change_place(change);
}

/* Cells: sign, who, (address,) door, times, clause, (ids,) what became of it. */
void
page_change(struct page *page, struct grid *grid, const struct change *change, const char *sign,
    const char *name, const char *remark)
{
	bool terminal = page_is_terminal(page);
	enum turn turn = change_turn(change, page->now);
	g_autofree char *place = place_of(page, change);
	g_autofree char *times = change_times(&page->face, page->now, change);
	g_autofree char *text = times_and_clause(page, change, times);
	g_autofree char *ids = terminal ? NULL : change_ids(change);
	g_autofree char *own = change->name != NULL ? text_excerpt(change->name, NAME_MOST) : NULL;
	grid_cell(grid, sign != NULL ? sign : change_sign(change, page->now));
	grid_cell(grid, terminal ? name : change->email);
	grid_cell(grid, terminal ? NULL : own);
	grid_cell(grid, place);
	grid_cell(grid, turn == TURN_CHANGE ? times : NULL);
	grid_cell(grid, turn == TURN_CREATE ? "new in Kisi" : text);
	grid_cell(grid, NULL);
	grid_cell(grid, remark);
	grid_cell(grid, ids);
	if (page->style->verbose)
		note_reasons(page, grid, change);
}

/* ---- the top ---- */

static void
print_head(struct page *page)
{
	g_autofree char *date = phrase_date(&page->face, page->plan->as_of);
	const char *venue = page->plan->snapshot.organization;
	g_autofree char *line = g_strdup_printf(
	    "%s, %s (%s)", venue != NULL ? venue : "Kisi", date, zone_name(page->face.zone));
	page_paragraph(page, 0, line);
	const char *signs = "- removed  + given  ~ dates changed  ! unexplained";
	if (page->run->outcomes != NULL) {
		g_autofree char *applied = g_strdup_printf("Applied in run %s by %s.",
		    page->run->id, page->run->who != NULL ? page->run->who : "-");
		page_paragraph(page, 0, applied);
	}
	g_autofree char *key = g_strconcat(
	    page->run->outcomes == NULL ? "Dry run, nothing is changed.  " : "",
	    page->plan->changes->len > 0 ? signs : "", NULL);
	if (*key != '\0')
		page_paragraph(page, 0, g_strchomp(key));
}

/* What became of a change; NULL where it is done, or was not up for applying. */
static const struct change_outcome *
trouble_of(const struct page *page, guint i)
{
	const struct change_outcome *outcome = page->run->outcomes != NULL ? &page->run->outcomes[i]
									   : NULL;
	return outcome != NULL && outcome->outcome != OUTCOME_DONE ? outcome : NULL;
}

static void
print_not_done(struct page *page)
{
	const size_t *outcomes = page->tally.by_outcome;
	size_t count = outcomes[OUTCOME_FAILED] + outcomes[OUTCOME_UNKNOWN] +
		       outcomes[OUTCOME_PENDING];
	if (page->run->outcomes == NULL || count == 0)
		return;
	page_heading(page, "NOT DONE", "%zu of %u: the next run tries again, or run apply now",
	    count, page->plan->changes->len);
	struct grid *grid = grid_new(PAGE_CHANGE_COLUMNS);
	for (guint i = 0; i < page->plan->changes->len && grid_rows(grid) < SECTION_ROWS; i++) {
		const struct change_outcome *trouble = trouble_of(page, i);
		const struct change *change = page->plan->changes->pdata[i];
		if (trouble == NULL)
			continue;
		page_change(page, grid, change, "x", people_name(page->people, change->email),
		    headline_outcome(trouble->outcome));
		if (trouble->text != NULL)
			grid_note(grid, trouble->text);
	}
	page_grid(page, grid, " ");
	page_more(page, count, SECTION_ROWS);
}

/* ---- changes ---- */

struct row {
	const struct change *change;
	const char *name;
	char *place;
	guint number; /* in the plan */
};

static void
row_done(gpointer data)
{
	struct row *row = data;
	g_free(row->place);
	g_free(row);
}

static int
compare_texts(const char *a, const char *b)
{
	g_autofree char *x = g_utf8_casefold(a, -1);
	g_autofree char *y = g_utf8_casefold(b, -1);
	return strcmp(x, y);
}

static int
compare_rows(gconstpointer p, gconstpointer q, gpointer user)
{
	const struct row *a = *(struct row *const *)p, *b = *(struct row *const *)q;
	const struct page *page = user;
	enum text_order by = page->style->by;
	bool alarm = by == ORDER_TURN;
	if (alarm && a->change->surprising != b->change->surprising)
		return a->change->surprising ? 1 : -1;
	int order = 0;
	if (by == ORDER_GROUP || by == ORDER_DOOR)
		order = compare_texts(a->place, b->place);
	if (order == 0)
		order = compare_texts(a->name, b->name);
	if (order == 0)
		order = strcmp(a->change->email, b->change->email);
	return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

/* What is given soonest comes first; what is theirs without end has no hurry. */
static int
compare_gains(gconstpointer p, gconstpointer q, gpointer user)
{
	const struct row *a = *(struct row *const *)p, *b = *(struct row *const *)q;
	const struct page *page = user;
	instant x = a->change->want.until == INSTANT_NEVER ? INSTANT_NEVER
							   : MAX(a->change->want.from, page->now);
	instant y = b->change->want.until == INSTANT_NEVER ? INSTANT_NEVER
							   : MAX(b->change->want.from, page->now);
	if (page->style->by == ORDER_TURN && x != y)
		return x < y ? -1 : 1;
	return compare_rows(p, q, user);
}

/* The changes of this turn (TURN_COUNT: of all but those who are new), but for what was not done.  Caller frees. */
static GPtrArray *
rows_of(struct page *page, enum turn turn)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(row_done);
	for (guint i = 0; i < page->plan->changes->len; i++) {
		const struct change *change = page->plan->changes->pdata[i];
		enum turn own = change_turn(change, page->now);
		if ((turn != TURN_COUNT ? own != turn : own == TURN_CREATE || own == TURN_CLEAR) ||
		    trouble_of(page, i) != NULL)
			continue;
		struct row *row = g_new0(struct row, 1);
		*row = (struct row){.change = change,
		    .name = *change->email != '\0' ? people_name(page->people, change->email)
						   : "everybody",
		    .place = place_of(page, change),
		    .number = i};
		g_ptr_array_add(rows, row);
	}
	g_ptr_array_sort_with_data(
	    rows, turn == TURN_GIVE || turn == TURN_CREATE ? compare_gains : compare_rows, page);
	return rows;
}

static void
print_rows(struct page *page, const GPtrArray *rows)
{
	struct grid *grid = grid_new(PAGE_CHANGE_COLUMNS);
	const char *last = NULL;
	guint most = page_is_terminal(page) ? SECTION_ROWS : G_MAXUINT;
	for (guint i = 0; i < rows->len && i < most; i++) {
		const struct row *row = rows->pdata[i];
		bool again = last != NULL && strcmp(last, row->change->email) == 0 &&
			     !page->style->verbose;
		page_change(page, grid, row->change, NULL, again ? NULL : row->name, NULL);
		last = row->change->email;
	}
	page_grid(page, grid, " ");
	page_more(page, rows->len, most);
}

static size_t
count_people(const GPtrArray *rows)
{
	g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = rows->pdata[i];
		if (*row->change->email != '\0')
			g_hash_table_add(people, (gpointer)row->change->email);
	}
	return g_hash_table_size(people);
}

/* ` (2 are new in Kisi: Ingrid Solheim, Sundara Yoga)`; "" for nobody.  Caller frees. */
static char *
new_people(struct page *page)
{
	g_autoptr(GPtrArray) rows = rows_of(page, TURN_CREATE);
	g_autoptr(GPtrArray) emails = g_ptr_array_new();
	if (rows->len == 0)
		return g_strdup("");
	for (guint i = 0; i < rows->len; i++)
		g_ptr_array_add(
		    emails, (gpointer)((const struct row *)rows->pdata[i])->change->email);
	g_autofree char *names = people_list(page->people, emails, 5);
	return g_strdup_printf(
	    " (%u %s new in Kisi: %s)", rows->len, rows->len == 1 ? "is" : "are", names);
}

static void
print_turn(struct page *page, enum turn turn)
{
	static const struct {
		const char *title, *done, *to;
	} words[] = {
	    [TURN_REMOVE] = {"REMOVE", "REMOVED", "from"},
	    [TURN_CHANGE] = {"CHANGE", "CHANGED", "of"},
	    [TURN_GIVE] = {"GIVE", "GIVEN", "to"},
	};
	g_autoptr(GPtrArray) rows = rows_of(page, turn);
	if (rows->len == 0)
		return;
	size_t n_people = count_people(rows);
	g_autofree char *count = page_people(n_people);
	g_autofree char *people = n_people > 0 ? g_strdup_printf(" %s %s", words[turn].to, count)
					       : g_strdup("");
	g_autofree char *fresh = turn == TURN_GIVE ? new_people(page) : g_strdup("");
	page_heading(page, page->run->outcomes != NULL ? words[turn].done : words[turn].title,
	    "%u %s%s%s", rows->len, rows->len == 1 ? "right" : "rights", people, fresh);
	print_rows(page, rows);
}

/* Who is new in Kisi has a line of their own only where lines are searched. */
static void
print_new(struct page *page)
{
	g_autoptr(GPtrArray) rows = rows_of(page, TURN_CREATE);
	if (rows->len == 0 || page_is_terminal(page))
		return;
	page_heading(
	    page, page->run->outcomes != NULL ? "CREATED" : "CREATE", "%u in Kisi", rows->len);
	print_rows(page, rows);
}

static void
print_cleared(struct page *page)
{
	g_autoptr(GPtrArray) rows = rows_of(page, TURN_CLEAR);
	if (rows->len == 0 || !page->style->verbose)
		return;
	page_heading(page, page->run->outcomes != NULL ? "CLEARED AWAY" : "CLEAR AWAY",
	    "%u that had expired; nobody loses access", rows->len);
	print_rows(page, rows);
}

static void
print_changes(struct page *page)
{
	if (page->style->by != ORDER_TURN) {
		g_autoptr(GPtrArray) rows = rows_of(page, TURN_COUNT);
		if (rows->len > 0)
			page_heading(page, "CHANGES", "%u, by %s", rows->len,
			    page->style->by == ORDER_PERSON  ? "person"
			    : page->style->by == ORDER_GROUP ? "group"
							     : "door");
		print_rows(page, rows);
	} else {
		print_turn(page, TURN_REMOVE);
		print_turn(page, TURN_CHANGE);
		print_turn(page, TURN_GIVE);
	}
	print_new(page);
	print_cleared(page);
}

/* ---- the end ---- */

void
page_count(GString *out, size_t count, const char *one, const char *many)
{
	if (count > 0)
		g_string_append_printf(
		    out, "%s%zu %s", out->len > 0 ? ", " : "", count, count == 1 ? one : many);
}

static void
print_in_step(struct page *page)
{
	const struct tally *tally = &page->tally;
	if (tally->changes + tally->held + tally->refused + tally->tripped == 0 &&
	    page->plan->missing_groups->len == 0 && closed_is_empty(page))
		g_string_append(
		    page->out, "\nKisi is as it should be: there is nothing to change.\n");
}

static void
print_proof(struct page *page)
{
	if (page->run->proof == NULL)
		return;
	const char *lead = "planned again: ", *proof = page->run->proof;
	g_autofree char *text = g_strconcat("Checked afterwards: ",
	    proof + (g_str_has_prefix(proof, lead) ? strlen(lead) : 0), NULL);
	g_string_append_c(page->out, '\n');
	page_paragraph(page, 0, text);
}

static char *
sum_of(const struct page *page)
{
	static const char *const plan[TURN_COUNT] = {
	    "to remove", "to change", "to give", "expired to clear away", "new in Kisi"};
	static const char *const done[TURN_COUNT] = {
	    "removed", "changed", "given", "expired cleared away", "new in Kisi"};
	static const enum turn order[] = {
	    TURN_REMOVE, TURN_GIVE, TURN_CHANGE, TURN_CREATE, TURN_CLEAR};
	const char *const *words = page->run->outcomes != NULL ? done : plan;
	size_t counts[TURN_COUNT] = {0};
	for (guint i = 0; i < page->plan->changes->len; i++) {
		if (trouble_of(page, i) == NULL)
			counts[change_turn(page->plan->changes->pdata[i], page->now)]++;
	}
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		page_count(out, counts[order[i]], words[order[i]], words[order[i]]);
	if (page->run->outcomes != NULL) {
		page_count(out, page->tally.by_outcome[OUTCOME_FAILED], "FAILED", "FAILED");
		page_count(out, page->tally.by_outcome[OUTCOME_UNKNOWN], "UNKNOWN", "UNKNOWN");
		page_count(out, page->tally.by_outcome[OUTCOME_PENDING], "not tried", "not tried");
	}
	if (out->len == 0)
		g_string_append(out, "No changes");
	size_t waiting = page_count_waiting(page);
	if (waiting > 0)
		g_string_append_printf(out, "; %zu %s", waiting, waiting == 1 ? "waits" : "wait");
	return g_string_free(out, FALSE);
}

/* The sum, and what to type next. */
static void
print_end(struct page *page)
{
	g_autofree char *sum = sum_of(page);
	g_string_append_c(page->out, '\n');
	page_paragraph(page, 0, sum);
	if (page->run->outcomes != NULL)
		return;
	g_string_append_printf(page->out, "Plan:  %s\n", page->plan->id);
	if (page->style->next != NULL && page->plan->changes->len > 0)
		grid_command(
		    page->out, "Do it: ", "         ", page->style->next, page->style->width);
}

char *
plan_text_question(const struct plan *plan)
{
	static const struct {
		enum turn turn;
		const char *verb;
	} words[] = {{TURN_REMOVE, "remove"}, {TURN_GIVE, "give"}, {TURN_CHANGE, "change"},
	    {TURN_CLEAR, "clear away"}};
	size_t counts[TURN_COUNT] = {0};
	for (guint i = 0; i < plan->changes->len; i++)
		counts[change_turn(plan->changes->pdata[i], plan->as_of)]++;
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (counts[words[i].turn] > 0)
			g_string_append_printf(out, "%s%s %zu", out->len > 0 ? ", " : "",
			    words[i].verb, counts[words[i].turn]);
	}
	if (out->len == 0)
		g_string_append(out, "make new people in Kisi");
	out->str[0] = g_ascii_toupper(out->str[0]);
	g_string_prepend_c(out, '\n');
	g_string_append(out, "?  Type yes: ");
	return g_string_free(out, FALSE);
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

static GHashTable *
index_orphans(const struct plan *plan)
{
	GHashTable *orphans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < plan->orphans->len; i++) {
		struct orphan *orphan = plan->orphans->pdata[i];
		g_hash_table_insert(orphans,
		    g_strdup_printf("%s %" PRId64, orphan->email, orphan->group_id), orphan);
	}
	return orphans;
}

char *
plan_text_format(const struct run *run, const struct text_style *style)
{
	static const struct {
		void (*print)(struct page *);
		bool result; /* it is about what became of the plan */
	} parts[] = {
	    {print_head, false},
	    {waiting_print_refused, false},
	    {print_not_done, true},
	    {notes_print_exports, false},
	    {print_changes, false},
	    {waiting_print, false},
	    {closed_print, false},
	    {notes_print_findings, false},
	    {notes_print_rejects, false},
	    {notes_print_guards, false},
	    {notes_print_rest, false},
	    {print_in_step, false},
	    {print_proof, true},
	    {print_end, true},
	};
	struct page page = {
	    .run = run,
	    .plan = run->plan,
	    .style = style,
	    .face = clock_face_of(run->plan),
	    .now = run->plan->as_of,
	    .people = people_of(run->plan),
	    .orphans = index_orphans(run->plan),
	    .out = g_string_new(NULL),
	};
	tally_run(run, &page.tally);
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		if (parts[i].result || !style->shown)
			parts[i].print(&page);
	tally_done(&page.tally);
	people_free(page.people);
	g_hash_table_unref(page.orphans);
	g_autofree char *text = g_string_free(page.out, FALSE);
	return style->colour ? paint(text) : g_steal_pointer(&text);
}
