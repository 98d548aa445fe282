/* What a file is, in lines that a person can act on: each thing that may be known, or missing. */
#include "reports/describe_text.h"

#include <string.h>

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */

static struct described_column *
add_column(struct description *d, const char *name, enum column_holds holds, uint64_t filled)
{
	struct described_column *column = described_column_new(name);

	column->holds = holds;
	column->filled = filled;
	g_ptr_array_add(d->columns, column);
	return column;
}

static void
add_word(struct described_column *column, const char *text, uint64_t count, const char *meaning)
{
	struct described_word *word = g_new0(struct described_word, 1);

	*word = (struct described_word){.text = g_strdup(text), .count = count, .meaning = meaning};
	g_ptr_array_add(column->words, word);
}

static struct described_profile *
profile(const char *name, uint64_t rows, uint64_t rejected)
{
	struct described_profile *p = g_new0(struct described_profile, 1);

	*p = (struct described_profile){
	    .name = g_strdup(name), .fits = true, .rows = rows, .rejected = rejected, .columns = 3};
	return p;
}

/* A table of bookings that one profile reads. */
static struct description *
table(void)
{
	struct description *d = description_new("bookings.csv");

	d->bytes = 1234;
	d->encoding = "UTF-8";
	d->format = "csv";
	d->delimiter = ',';
	d->header_row = 1;
	d->rows = 9;
	d->from = NOW;
	d->until = NOW + INSTANT_DAY;
	g_ptr_array_add(d->profiles, profile("generic-bookings", 9, 0));
	return d;
}

/* The text must have these parts, NULL-terminated; frees the description. */
static void
shows(struct description *d, ...)
{
	char *text = describe_text(d);
	va_list parts;

	va_start(parts, d);
	for (const char *part; (part = va_arg(parts, const char *)) != NULL;)
		if (strstr(text, part) == NULL)
			g_error("\"%s\" is not in:\n%s", part, text);
	va_end(parts);
	g_free(text);
	description_free(d);
}

static void
test_file(void)
{
	static const struct {
		int64_t bytes;
		char delimiter;
		const char *size, *format;
	} cases[] = {
	    {10239, ',', "10239 bytes", "delimiter comma"},
	    {10240, ';', ", 10 KiB", "delimiter semicolon"},
	    {(10 << 20) - 1, '\t', ", 10239 KiB", "delimiter tab"},
	    {10 << 20, '|', ", 10 MiB", "delimiter bar |"},
	    {0, '~', ", 0 bytes", "delimiter sign of its own"},
	};
	struct description *d = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		d = table();
		d->bytes = cases[i].bytes;
		d->delimiter = cases[i].delimiter;
		shows(d, cases[i].size, cases[i].format, "row 1, 0 columns", NULL);
	}
	d = table();
	d->header_row = 0;
	d->encoding = "windows-1252";
	shows(d, "none found in the first ten rows", "names may look wrong", NULL);
	d = table();
	d->format = "json";
	d->lists = g_strdup(".");
	shows(d, "JSON", "the document itself", NULL);
	d = table();
	d->format = "json";
	d->lists = g_strdup("data.items");
	shows(d, "data.items", NULL);
	d = table();
	d->format = "ics";
	shows(d, "iCalendar", NULL);
	d = description_new("x");
	d->fault = g_strdup("x: cannot be opened\nhint: is it there?");
	shows(d, "x: cannot be opened", "hint: is it there?", NULL);
}

static void
test_span(void)
{
	static const struct {
		instant from, until;
		uint64_t open_ends;
		const char *zone, *shown;
	} cases[] = {
	    {NOW, NOW + INSTANT_DAY, 0, "Europe/Amsterdam",
		"Mon 2026-11-16 09:00 to Tue 2026-11-17 09:00 (Europe/Amsterdam)"},
	    {NOW, NOW + INSTANT_DAY, 2, NULL, "(UTC), 2 without an end"},
	    {NOW, INSTANT_ALWAYS, 3, NULL, "Mon 2026-11-16 08:00 to no end (UTC)\n"},
	    {INSTANT_NEVER, NOW, 0, NULL, "open to Mon 2026-11-16 08:00 (UTC)"},
	};
	struct description *d = NULL;
	char *text = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		d = table();
		d->from = cases[i].from;
		d->until = cases[i].until;
		d->open_ends = cases[i].open_ends;
		d->zone = cases[i].zone;
		shows(d, cases[i].shown, NULL);
	}
	d = table();
	d->needs_zone = true;
	shows(d, "as written: no time zone is known", "= Area/City", NULL);
	/* Times in an order that nobody settled would be guessed. */
	d = table();
	d->needs_order = true;
	text = describe_text(d);
	g_assert_null(strstr(text, "2026-11-16"));
	g_free(text);
	shows(d, "not known before the order of day and month is", "= DMY or MDY",
	    "only you can know", NULL);
	d = table();
	d->needs_order = true;
	d->order = "MDY";
	shows(d, "2026-11-16", "= MDY", "# as its dates say", NULL);
	d = table();
	d->needs_order = d->order_assumed = true;
	d->order = "DMY";
	shows(d, "= DMY", "nothing in the file confirms it", NULL);
	d = table();
	d->from = INSTANT_NEVER;
	d->until = INSTANT_ALWAYS;
	text = describe_text(d);
	g_assert_null(strstr(text, "span"));
	g_free(text);
	description_free(d);
}

static void
test_order(void)
{
	static const struct {
		struct date_evidence evidence;
		const char *shown;
	} cases[] = {
	    {{.day_first = 1, .day_example = (char *)"25/03"},
		"DMY: 1 date like 25/03 can be read in no other way"},
	    {{.month_first = 2, .month_example = (char *)"03/25"},
		"MDY: 2 dates like 03/25 can be read in no other way"},
	    {{.either = 4, .either_example = (char *)"03/04"},
		"not known: 03/04 and 3 more can be read both ways"},
	    {{.day_first = 1,
		 .day_example = (char *)"25/03",
		 .month_first = 2,
		 .month_example = (char *)"03/25"},
		"25/03 has the day first (1 such dates), 03/25 the month (2)"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct description *d = table();

		date_evidence_add(&d->dates, &cases[i].evidence);
		shows(d, "Day or month first?", cases[i].shown, NULL);
	}
}

static void
test_columns(void)
{
	struct description *d = table();
	struct described_column *column = add_column(d, "start", HOLDS_TIMES, 9);
	struct bad_address *address = g_new0(struct bad_address, 1);

	column->fields = g_strdup("start");
	column->format = "YYYY-MM-DD";
	column->other_format = "DD.MM.YYYY";
	column->examples[0] = g_strdup("2026-11-16");
	column->unread = 2;
	column->unread_example = g_strdup("soon");
	column = add_column(d, "end", HOLDS_TEXTS, 9);
	column->fields = g_strdup("end");
	column->examples[0] = g_strdup("when it is over");
	column = add_column(d, "note", HOLDS_TEXTS, 3);
	add_column(d, "gap", HOLDS_NOTHING, 0)->ignored = true;
	add_column(d, "kind", HOLDS_NUMBERS, 4)->in_rules = true;
	column = add_column(d, "status", HOLDS_WORDS, 9);
	column->fields = g_strdup("status");
	column->status = column->listed = true;
	add_word(column, "Confirmed", 8, "confirmed");
	add_word(column, "perhaps", 1, NULL);
	column = add_column(d, "person", HOLDS_WORDS, 2);
	column->status = column->of_person = column->listed = true;
	add_word(column, "away", 2, NULL);
	column = add_column(d, "resource", HOLDS_TEXTS, 9);
	column->listed = true;
	g_ptr_array_unref(column->words);
	column->words = NULL;
	column = add_column(d, "room", HOLDS_WORDS, 41);
	column->listed = true;
	for (int i = 0; i < 41; i++) {
		char *word = g_strdup_printf("Room %d", i);

		add_word(column, word, 1, NULL);
		g_free(word);
	}
	column = add_column(d, "email", HOLDS_ADDRESSES, 9);
	column->lists = true;
	column->bad = 3;
	*address = (struct bad_address){g_strdup("ann at home"), "no @"};
	g_ptr_array_add(column->bad_addresses, address);
	add_column(d, "other", HOLDS_ADDRESSES, 9);
	d->missing = g_strdup("location");
	d->no_status = "confirmed";
	shows(d, "times YYYY-MM-DD and DD.MM.YYYY: 2026-11-16; 2 in no format known: \"soon\"",
	    "no time format known: \"when it is over\"", "(left out)", "(rules)",
	    "unknown: never lets anybody in", "unknown: changes nothing",
	    "(too many different ones to list)", "texts, all different",
	    "addresses, also several in a cell, 3 of 9 wrong", "\"ann at home\"", "no @",
	    "and 2 more\n", "2 different texts", "1 different text\n", "not read  ",
	    "location; without a status every row counts as confirmed", NULL);
}

static void
test_profiles(void)
{
	struct description *d = table();
	struct described_reject *reject = g_new0(struct described_reject, 1);
	struct described_profile *best = d->profiles->pdata[0];

	best->rejected = 3;
	d->dropped = 2;
	*reject = (struct described_reject){7, g_strdup("no address")};
	g_ptr_array_add(d->rejects, reject);
	for (int i = 0; i < 3; i++) {
		char *name = g_strdup_printf("other-%d", i);

		g_ptr_array_add(d->profiles, profile(name, 9, 0));
		g_free(name);
	}
	char *text = describe_text(d);
	/* The best three are enough. */
	g_assert_null(strstr(text, "other-2"));
	g_free(text);
	shows(d, "generic-bookings: 6 rows read, 3 rejected, 2 left out; knows 3 of 0 columns",
	    "fits, too", "other-1: knows 3", "Rows rejected: 3", "row 7  no address", "and 2 more",
	    "= generic-bookings", NULL);

	d = table();
	g_ptr_array_set_size(d->profiles, 0);
	add_column(d, "mail", HOLDS_TEXTS, 1)->suggested = "email";
	shows(d, "none fits", "email?", NULL);
	d = table();
	g_ptr_array_set_size(d->profiles, 0);
	d->nearest = profile("generic-grants", 0, 0);
	d->nearest->refusal = g_strdup("no column end");
	d->fault = g_strdup("row 4: a quote too many");
	shows(d, "none can use this file", "Cannot be used", "row 4: a quote too many",
	    "The nearest profile is generic-grants, but:", "no column end", NULL);
}

static void
test_proposal(void)
{
	static const struct {
		enum record_kind kind;
		const char *word;
	} kinds[] = {{RECORD_BOOKING, "for bookings"}, {RECORD_MEMBERSHIP, "for memberships"},
	    {RECORD_GRANT, "for grants"}, {RECORD_PERSON, "for people"}};

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		for (int fits = 0; fits <= 1; fits++) {
			struct description *d = table();

			d->proposed = profile("own", 9, 2);
			d->proposed->kind = kinds[i].kind;
			d->proposed->fits = fits;
			d->proposed->refusal = g_strdup("which column is the end?");
			shows(d, "A profile of its own", kinds[i].word,
			    fits ? "7 of 9 rows can be read" : "which column is the end?", NULL);
		}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/describe-text/file", test_file);
	g_test_add_func("/describe-text/span", test_span);
	g_test_add_func("/describe-text/order", test_order);
	g_test_add_func("/describe-text/columns", test_columns);
	g_test_add_func("/describe-text/profiles", test_profiles);
	g_test_add_func("/describe-text/proposal", test_proposal);
	return g_test_run();
}
