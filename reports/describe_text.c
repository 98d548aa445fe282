/* What a file is, for a person.  What is wrong or must be decided stands where it is seen; nothing is decided here. */
#include "reports/describe_text.h"

#include "base/zone.h"
#include "reports/grid.h"

#include <string.h>

#define WORDS_SHOWN 25
#define INDENT "  "

static const char *
many(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static char *
size_text(int64_t bytes)
{
	if (bytes < 10 * 1024)
		return g_strdup_printf("%" G_GINT64_FORMAT " bytes", bytes);
	if (bytes < (int64_t)10 << 20)
		return g_strdup_printf("%" G_GINT64_FORMAT " KiB", bytes >> 10);
	return g_strdup_printf("%" G_GINT64_FORMAT " MiB", bytes >> 20);
}

static const char *
delimiter_text(char delimiter)
{
	switch (delimiter) {
	case ',':
		return "comma";
	case ';':
		return "semicolon";
	case '\t':
		return "tab";
	case '|':
		return "bar |";
	default:
		return "sign of its own";
	}
}

static bool
is_table(const struct description *d)
{
	return g_strcmp0(d->format, "csv") == 0;
}

/* ---- the file ---- */

static void
put_file(struct grid *grid, const struct description *d)
{
	char *size = size_text(d->bytes);
	grid_cell(grid, "file");
	grid_cellf(grid, "%s, %s", d->name, size);
	g_free(size);
	grid_cell(grid, "encoding");
	grid_cellf(grid, "%s%s", d->encoding,
	    strcmp(d->encoding, "windows-1252") == 0
		? ", since it is not UTF-8: names may look wrong"
		: "");
	grid_cell(grid, "format");
	if (is_table(d)) {
		grid_cellf(grid, "CSV, delimiter %s", delimiter_text(d->delimiter));
		grid_cell(grid, "header");
		if (d->header_row > 0)
			grid_cellf(grid, "row %u, %u columns", d->header_row, d->columns->len);
		else
			grid_cell(grid, "none found in the first ten rows");
	} else {
		grid_cell(grid, strcmp(d->format, "json") == 0 ? "JSON" : "iCalendar");
		if (d->lists != NULL && *d->lists != '\0') {
			grid_cell(grid, "records");
			grid_cell(
			    grid, strcmp(d->lists, ".") == 0 ? "the document itself" : d->lists);
		}
	}
	grid_cell(grid, "rows");
	grid_cellf(grid, "%" G_GUINT64_FORMAT, d->rows);
}

/* ---- the profile ---- */

static void
put_count(GString *text, uint64_t count, const char *what)
{
	if (count > 0)
		g_string_append_printf(text, ", %" G_GUINT64_FORMAT " %s", count, what);
}

static void
put_fit(struct grid *grid, const struct description *d)
{
	const struct described_profile *p = description_best(d);
	uint64_t read = p->rows - p->rejected;
	GString *text = g_string_new(NULL);
	g_string_append_printf(
	    text, "%s: %" G_GUINT64_FORMAT " row%s read", p->name, read, many(read));
	put_count(text, p->rejected, "rejected");
	put_count(text, d->dropped, "left out");
	g_string_append_printf(text, "; knows %u of %u columns", p->columns, d->columns->len);
	grid_cell(grid, "profile");
	grid_cell(grid, text->str);
	g_string_free(text, TRUE);
}

static void
put_profiles(struct grid *grid, const struct description *d)
{
	if (d->profiles->len > 0)
		put_fit(grid, d);
	for (guint i = 1; i < d->profiles->len && i < 3; i++) {
		const struct described_profile *p = d->profiles->pdata[i];
		grid_cell(grid, i == 1 ? "fits, too" : NULL);
		grid_cellf(
		    grid, "%s: knows %u of %u columns", p->name, p->columns, d->columns->len);
	}
	if (d->profiles->len > 0)
		return;
	grid_cell(grid, "profile");
	grid_cell(grid, d->nearest != NULL ? "none can use this file" : "none fits");
}

/* Columns that nothing reads, and fields that no column holds: what they decide is decided without them. */
static void
put_unmatched(struct grid *grid, const struct description *d)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < d->columns->len; i++) {
		const struct described_column *c = d->columns->pdata[i];
		if (c->fields == NULL && !c->in_rules && !c->ignored)
			g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", c->name);
	}
	if (list->len > 0) {
		grid_cell(grid, "not read");
		grid_cell(grid, list->str);
	}
	g_string_free(list, TRUE);
	if (d->missing != NULL) {
		grid_cell(grid, "not there");
		grid_cellf(grid, "%s%s%s", d->missing,
		    d->no_status != NULL ? "; without a status every row counts as " : "",
		    d->no_status != NULL ? d->no_status : "");
	}
}

/* ---- what the best one read ---- */

static void
put_instant(GString *out, const struct description *d, instant t)
{
	char text[ZONE_TEXT];
	struct zone *zone = d->zone != NULL ? zone_get(d->zone) : NULL;
	g_string_append(out, zone_format(zone != NULL ? zone : zone_get("UTC"), t, text));
}

/* Times that were read in an order nobody settled are not shown. */
static bool
times_known(const struct description *d)
{
	return !d->needs_order || d->order != NULL;
}

static void
put_span(struct grid *grid, const struct description *d)
{
	if (d->from == INSTANT_NEVER && d->until == INSTANT_ALWAYS)
		return;
	GString *text = g_string_new(NULL);
	if (!times_known(d)) {
		g_string_append(text, "not known before the order of day and month is");
	} else {
		if (d->from != INSTANT_NEVER)
			put_instant(text, d, d->from);
		else
			g_string_append(text, "open");
		g_string_append(text, " to ");
		if (d->until != INSTANT_ALWAYS)
			put_instant(text, d, d->until);
		else
			g_string_append(text, "no end");
		g_string_append_printf(text, " (%s)",
		    d->zone != NULL ? d->zone
		    : d->needs_zone ? "as written: no time zone is known"
				    : "UTC");
		if (d->open_ends > 0 && d->until != INSTANT_ALWAYS)
			g_string_append_printf(
			    text, ", %" G_GUINT64_FORMAT " without an end", d->open_ends);
	}
	grid_cell(grid, "span");
	grid_cell(grid, text->str);
	g_string_free(text, TRUE);
}

/* ---- columns ---- */

static char *
times_text(const struct described_column *c)
{
	GString *text = g_string_new(NULL);
	g_string_append_printf(text, "times %s", c->format);
	if (c->other_format != NULL)
		g_string_append_printf(text, " and %s", c->other_format);
	for (size_t i = 0; i < EXAMPLES && c->examples[i] != NULL; i++)
		g_string_append_printf(text, "%s%s", i == 0 ? ": " : "; ", c->examples[i]);
	if (c->unread > 0)
		g_string_append_printf(text, "; %" G_GUINT64_FORMAT " in no format known: \"%s\"",
		    c->unread, c->unread_example != NULL ? c->unread_example : "");
	return g_string_free(text, FALSE);
}

/* Times that cannot be read are shown, whatever else they may be taken for. */
static bool
is_unread_time(const struct described_column *c)
{
	return c->fields != NULL && c->holds != HOLDS_TIMES && c->holds != HOLDS_NOTHING &&
	       (strstr(c->fields, "start") != NULL || strstr(c->fields, "end") != NULL);
}

static char *
holds_text(const struct described_column *c)
{
	switch (c->holds) {
	case HOLDS_NOTHING:
		return g_strdup("nothing");
	case HOLDS_ADDRESSES:
		return c->bad > 0
			   ? g_strdup_printf("addresses%s, %" G_GUINT64_FORMAT
					     " of %" G_GUINT64_FORMAT " wrong",
				 c->lists ? ", also several in a cell" : "", c->bad, c->filled)
			   : g_strdup_printf(
				 "addresses%s", c->lists ? ", also several in a cell" : "");
	case HOLDS_TIMES:
		return times_text(c);
	case HOLDS_NUMBERS:
		return g_strdup("numbers");
	case HOLDS_WORDS:
		return c->words->len == c->filled && c->filled > 1
			   ? g_strdup("texts, all different")
			   : g_strdup_printf(
				 "%u different text%s", c->words->len, many(c->words->len));
	case HOLDS_TEXTS:
		break;
	}
	return is_unread_time(c) ? g_strdup_printf("no time format known: \"%s\"", c->examples[0])
				 : g_strdup("texts");
}

static void
put_column(struct grid *grid, const struct description *d, const struct described_column *c)
{
	grid_cell(grid, c->name);
	if (c->fields != NULL)
		grid_cell(grid, c->fields);
	else if (c->in_rules || c->ignored)
		grid_cell(grid, c->in_rules ? "(rules)" : "(left out)");
	else if (d->profiles->len == 0 && c->suggested != NULL)
		grid_cellf(grid, "%s?", c->suggested);
	else
		grid_cell(grid, "-");
	char *holds = holds_text(c);
	grid_cellf(grid, "%" G_GUINT64_FORMAT, c->filled);
	grid_cell(grid, holds);
	g_free(holds);
}

static void
put_columns(GString *out, const struct description *d)
{
	if (d->columns->len == 0)
		return;
	struct grid *grid = grid_new(4);
	g_string_append(out, "\nColumns\n");
	grid_cell(grid, is_table(d) ? "header" : "path");
	grid_cell(grid, "read as");
	grid_cell(grid, "filled");
	grid_cell(grid, "holds");
	for (guint i = 0; i < d->columns->len; i++)
		put_column(grid, d, d->columns->pdata[i]);
	grid_print(grid, out, INDENT);
	grid_free(grid);
}

/* ---- the order of day and month ---- */

static void
put_order(GString *out, const struct description *d)
{
	const struct date_evidence *e = &d->dates;
	enum date_answer answer = date_evidence_answer(e);
	if (answer == DATES_NONE)
		return;
	g_string_append(out, "\nDay or month first?\n");
	if (answer == DATES_DAY_FIRST || answer == DATES_MONTH_FIRST)
		g_string_append_printf(out,
		    INDENT "%s: %" G_GUINT64_FORMAT " date%s like %s can be read in no other way",
		    date_answer_word(answer), MAX(e->day_first, e->month_first),
		    many(MAX(e->day_first, e->month_first)),
		    e->day_first > 0 ? e->day_example : e->month_example);
	else if (answer == DATES_EITHER)
		g_string_append_printf(out,
		    INDENT "not known: %s and %" G_GUINT64_FORMAT
			   " more can be read both ways, and nothing decides",
		    e->either_example, e->either - 1);
	else
		g_string_append_printf(out,
		    INDENT "the file contradicts itself: %s has the day first (%" G_GUINT64_FORMAT
			   " such dates), %s the month (%" G_GUINT64_FORMAT ")",
		    e->day_example, e->day_first, e->month_example, e->month_first);
	g_string_append_c(out, '\n');
	if (answer == DATES_EITHER && d->order != NULL)
		g_string_append_printf(out,
		    INDENT "taken as %s here: compare with a booking that you know\n", d->order);
}

/* ---- words ---- */

static void
put_words(struct grid *grid, const struct described_column *c)
{
	for (guint i = 0; i < c->words->len && i < WORDS_SHOWN; i++) {
		const struct described_word *word = c->words->pdata[i];
		grid_cell(grid, i == 0 ? c->name : NULL);
		grid_cell(grid, word->text);
		grid_cellf(grid, "%" G_GUINT64_FORMAT, word->count);
		grid_cell(grid, !c->status		? NULL
				: word->meaning != NULL ? word->meaning
				: c->of_person		? "unknown: changes nothing"
							: "unknown: never lets anybody in");
	}
	if (c->words->len <= WORDS_SHOWN)
		return;
	grid_cell(grid, NULL);
	grid_cellf(grid, "and %u more", c->words->len - WORDS_SHOWN);
	grid_cell(grid, NULL);
	grid_cell(grid, NULL);
}

/* Words of a column that is read or that no profile knows; those of one left out on purpose tell nothing. */
static void
put_all_words(GString *out, const struct description *d)
{
	struct grid *grid = grid_new(4);
	for (guint i = 0; i < d->columns->len; i++) {
		const struct described_column *c = d->columns->pdata[i];
		bool shown = c->listed && !c->ignored && c->filled > 0 && c->holds != HOLDS_TIMES;
		if (shown && c->words != NULL) {
			put_words(grid, c);
		} else if (shown) {
			grid_cell(grid, c->name);
			grid_cell(grid, "(too many different ones to list)");
			grid_cell(grid, NULL);
			grid_cell(grid, NULL);
		}
	}
	if (grid_rows(grid) > 0) {
		g_string_append(out, "\nWords\n");
		grid_print(grid, out, INDENT);
	}
	grid_free(grid);
}

/* ---- what is wrong ---- */

static void
put_addresses(GString *out, const struct description *d)
{
	struct grid *grid = grid_new(3);
	uint64_t bad = 0;
	for (guint i = 0; i < d->columns->len; i++) {
		const struct described_column *c = d->columns->pdata[i];
		for (guint k = 0; c->holds == HOLDS_ADDRESSES && k < c->bad_addresses->len; k++) {
			const struct bad_address *address = c->bad_addresses->pdata[k];
			grid_cell(grid, c->name);
			grid_cellf(grid, "\"%s\"", address->text);
			grid_cell(grid, address->why);
		}
		bad += c->holds == HOLDS_ADDRESSES ? c->bad : 0;
	}
	if (bad > 0) {
		g_string_append_printf(
		    out, "\nAddresses that are none: %" G_GUINT64_FORMAT "\n", bad);
		grid_print(grid, out, INDENT);
		if (bad > grid_rows(grid))
			g_string_append_printf(
			    out, INDENT "and %" G_GUINT64_FORMAT " more\n", bad - grid_rows(grid));
	}
	grid_free(grid);
}

static bool
any_nameless(const struct description *d)
{
	for (guint i = 0; i < d->rejects->len; i++) {
		const struct described_reject *reject = d->rejects->pdata[i];
		if (strcmp(reject->reason, "email is blank") == 0)
			return true;
	}
	return false;
}

static void
put_rejects(GString *out, const struct description *d)
{
	const struct described_profile *best = description_best(d);
	if (best == NULL || best->rejected == 0)
		return;
	struct grid *grid = grid_new(2);
	g_string_append_printf(out, "\nRows rejected: %" G_GUINT64_FORMAT "\n", best->rejected);
	for (guint i = 0; i < d->rejects->len; i++) {
		const struct described_reject *reject = d->rejects->pdata[i];
		grid_cellf(grid, "row %u", reject->row);
		grid_cell(grid, reject->reason);
	}
	grid_print(grid, out, INDENT);
	bool nameless = best->kind == RECORD_BOOKING && any_nameless(d);
	if (best->rejected > d->rejects->len)
		g_string_append_printf(out, INDENT "and %" G_GUINT64_FORMAT " more\n",
		    best->rejected - d->rejects->len);
	if (nameless)
		g_string_append(out, INDENT
		    "walk-ins without an address?  With nobody = report in a profile of your "
		    "own they are listed, not rejected\n");
	grid_free(grid);
}

static void
put_refusal(GString *out, const struct description *d)
{
	const struct described_profile *nearest = d->nearest;
	if (d->fault != NULL) {
		g_string_append(out, "\nCannot be used\n");
		grid_lines(out, INDENT, d->fault);
	}
	if (d->profiles->len > 0 || nearest == NULL || g_strcmp0(d->fault, nearest->refusal) == 0)
		return;
	g_string_append_printf(out, "\nThe nearest profile is %s, but:\n", nearest->name);
	grid_lines(out, INDENT, nearest->refusal);
}

/* ---- what to do ---- */

/* The name of the source: that of the file, without its ending. */
static char *
section_name(const struct description *d)
{
	char *name = g_strndup(d->name, MAX(strcspn(d->name, "."), 1));
	return g_strdelimit(name, "[]\n\r\t\"", '-');
}

static void
put_key(GString *out, const char *key, const char *value)
{
	g_string_append_printf(out, INDENT "%-10s = %s\n", key, value);
}

/* A key that only somebody can know the value of: a comment until then, so that the lines can be pasted. */
static void
put_open_key(GString *out, const char *why, const char *key, const char *value)
{
	g_string_append_printf(out, INDENT "# %s:\n" INDENT "# %s = %s\n", why, key, value);
}

/* Lines that can be pasted into a configuration as they are. */
static void
put_source(GString *out, const struct description *d)
{
	const struct described_profile *best = description_best(d);
	bool own = d->profile_said != NULL && (strchr(d->profile_said, '/') != NULL ||
						  g_str_has_suffix(d->profile_said, ".ini"));
	if (d->source == NULL) {
		g_autofree char *name = section_name(d);
		g_autofree char *path = own ? g_canonicalize_filename(d->profile_said, NULL) : NULL;
		g_string_append_printf(out, "\nTo import it\n" INDENT "[source %s]\n", name);
		put_key(out, "profile",
		    own			      ? path
		    : d->profile_said != NULL ? d->profile_said
					      : best->name);
		put_key(out, "file", d->path);
		if (d->zone_said && d->zone != NULL)
			put_key(out, "timezone", d->zone);
		if (d->order_said && d->order != NULL)
			put_key(out, "date_order", d->order);
	} else if (d->needs_zone || d->order_assumed || d->needs_order) {
		g_string_append_printf(out, "\nTo be settled\n" INDENT "[source %s]\n", d->source);
	}
	if (d->needs_zone)
		put_open_key(out, "needed, since the times are local", "timezone", "Area/City");
	if (d->order_assumed)
		put_open_key(out, "usual for this profile; nothing in the file confirms it",
		    "date_order", d->order);
	else if (d->needs_order && d->order == NULL)
		put_open_key(out, "needed: only you can know", "date_order", "DMY or MDY");
	else if (d->needs_order) {
		g_string_append(out, INDENT "# as its dates say:\n");
		put_key(out, "date_order", d->order);
	}
}

static const char *
kind_word(enum record_kind kind)
{
	return kind == RECORD_BOOKING	   ? "bookings"
	       : kind == RECORD_MEMBERSHIP ? "memberships"
	       : kind == RECORD_GRANT	   ? "grants"
					   : "people";
}

/* What decides who may come in, and would be left out without a word. */
static void
put_overlooked(GString *out, const struct description *d)
{
	const struct described_profile *best = description_best(d);
	if (d->overlooked == NULL || best == NULL)
		return;
	g_string_append_printf(out,
	    "Look at this first\n" INDENT "profile %s does not read: %s\n" INDENT
	    "these look like plans, times or a status: they may decide who may come in\n",
	    best->name, d->overlooked);
	if (d->other_kind != RECORD_KINDS)
		g_string_append_printf(out,
		    INDENT "are these %s?  Then: describe --kind %s --write-profile FILE %s\n",
		    kind_word(d->other_kind), kind_word(d->other_kind), d->name);
	g_string_append_c(out, '\n');
}

static void
put_proposal(GString *out, const struct description *d)
{
	const struct described_profile *p = d->proposed;
	if (p == NULL)
		return;
	g_string_append_printf(out,
	    "\nA profile of its own\n" INDENT "--write-profile FILE writes one to edit, for %s",
	    kind_word(p->kind));
	if (p->fits)
		g_string_append_printf(out,
		    "; as it is, %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " rows can be read\n",
		    p->rows - p->rejected, p->rows);
	else
		g_string_append(out, "; this must be settled in it first:\n");
	if (!p->fits)
		grid_lines(out, INDENT INDENT, p->refusal);
}

char *
describe_text(const struct description *d)
{
	GString *out = g_string_new(NULL);
	if (d->format == NULL) {
		grid_lines(out, "", d->fault);
		return g_string_free(out, FALSE);
	}
	put_overlooked(out, d);
	struct grid *grid = grid_new(2);
	put_file(grid, d);
	if (d->source != NULL) {
		grid_cell(grid, "source");
		grid_cellf(grid, "%s: read with its settings", d->source);
	}
	put_profiles(grid, d);
	if (d->profiles->len > 0)
		put_unmatched(grid, d);
	put_span(grid, d);
	grid_print(grid, out, "");
	grid_free(grid);
	put_refusal(out, d);
	put_columns(out, d);
	put_order(out, d);
	put_all_words(out, d);
	put_addresses(out, d);
	put_rejects(out, d);
	if (description_best(d) != NULL)
		put_source(out, d);
	put_proposal(out, d);
	return g_string_free(out, FALSE);
}
