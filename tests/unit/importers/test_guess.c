/* What a column looks like by its values: each row of a table is a column. */
#include "importers/guess.h"

#include <string.h>

static struct described_column *
conclude(const char *name, const char *values, enum expected expected)
{
	char **list = g_strsplit(values, "|", -1);
	struct guess *guess = guess_new(name);
	struct described_column *column = described_column_new(name);
	for (char **value = list; *value != NULL; value++)
		guess_add(guess, *value);
	guess_conclude(guess, expected, column);
	guess_free(guess);
	g_strfreev(list);
	return column;
}

/* A column has no free function of its own: a description owns it. */
static void
column_done(struct described_column *column)
{
	struct description *owner = description_new("f");
	g_ptr_array_add(owner->columns, column);
	description_free(owner);
}

static const struct {
	const char *name, *values, *format, *other;
	enum time_shape shape;
	enum date_answer answer;
} times[] = {
    {"Start", "2026-11-14T09:00:00Z|2026-11-14T09:00:00.000+02:00", "rfc3339", NULL, TIME_INSTANT,
	DATES_NONE},
    {"Start", "2026-11-14 09:00|2026-11-14T09:30:15", "local", NULL, TIME_LOCAL, DATES_NONE},
    {"Start", "2026-11-14 09:00|2026-11-14T09:00Z|2026-11-14 10:00", "local", "rfc3339", TIME_LOCAL,
	DATES_NONE},
    {"Joined", "2026-11-14|2026-01-02", "date", NULL, TIME_DATE, DATES_NONE},
    {"Joined", "2026/11/14|2026/1/2", "%Y/%m/%d", NULL, TIME_DATE, DATES_NONE},
    /* nothing decides */
    {"Start", "03/04/2026 9:00|05/06/2026 10:00", "%x %T", NULL, TIME_LOCAL, DATES_EITHER},
    {"Start", "05/05/2026", "%x", NULL, TIME_DATE, DATES_EITHER},
    /* one date decides for all */
    {"Start", "03/04/2026|25/03/2026|05/06/2026", "%x", NULL, TIME_DATE, DATES_DAY_FIRST},
    {"Start", "03/04/2026|03/25/2026|05/06/2026", "%x", NULL, TIME_DATE, DATES_MONTH_FIRST},
    {"Start", "13.11.2026|01.12.26", "%x", NULL, TIME_DATE, DATES_DAY_FIRST},
    {"Start", "12-11-2026|12-13-2026", "%x", NULL, TIME_DATE, DATES_MONTH_FIRST},
    /* two dates contradict each other */
    {"Start", "25/03/2026|03/25/2026|05/06/2026", "%x", NULL, TIME_DATE, DATES_BOTH},
    /* the clock of twelve hours */
    {"Start", "11/14/2026 9:00 AM|11/14/2026 12:15 p.m.", "%x %r", NULL, TIME_LOCAL,
	DATES_MONTH_FIRST},
    {"Start", "9:00 AM|9pm|2:00 p. m.", "%r", NULL, TIME_CLOCK, DATES_NONE},
    {"Start", "9:00|23:30", "%T", NULL, TIME_CLOCK, DATES_NONE},
    /* months by name */
    {"Start", "14 Nov 2026|1 Dec 2026", "%d %b %Y", NULL, TIME_DATE, DATES_NONE},
    {"Start", "Nov 14, 2026 10:30 AM", "%b %d, %Y %r", NULL, TIME_LOCAL, DATES_NONE},
    {"Start", "Sat, Nov 14, 2026, 10:30 AM", "%a, %b %d, %Y, %r", NULL, TIME_LOCAL, DATES_NONE},
    /* narrow blanks and dashes of typographers */
    {"Start",
	"9:00\xe2\x80\xaf"
	"a.m.|10:15\xe2\x80\xaf"
	"a.m.",
	"%r", NULL, TIME_CLOCK, DATES_NONE},
    /* numbers are times only where the header speaks of time */
    {"Start date", "46340|46341.5", "excel", NULL, TIME_DATE, DATES_NONE},
    {"Start", "1794646800|1794650400", "unix", NULL, TIME_INSTANT, DATES_NONE},
    {"Start", "1794646800000", "unix_ms", NULL, TIME_INSTANT, DATES_NONE},
    {"DTSTART", "20261114T090000Z", "%Y%m%dT%H%M%S%z", NULL, TIME_INSTANT, DATES_NONE},
};

static void
test_times(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(times); i++) {
		struct described_column *c = conclude(
		    times[i].name, times[i].values, EXPECT_NOTHING);
		if (c->holds != HOLDS_TIMES || strcmp(c->format, times[i].format) != 0 ||
		    g_strcmp0(c->other_format, times[i].other) != 0 ||
		    date_evidence_answer(&c->dates) != times[i].answer || c->unread != 0)
			g_test_fail_printf("%s: holds %d, format %s and %s, answer %d, unread %d",
			    times[i].values, c->holds, c->format, c->other_format,
			    date_evidence_answer(&c->dates), (int)c->unread);
		if (times[i].other == NULL && strcmp(times[i].format, "excel") != 0)
			g_assert_cmpint(c->shape, ==, times[i].shape);
		column_done(c);
	}
}

static const struct {
	const char *name, *values;
	enum column_holds holds;
} others[] = {
    {"Booking ID", "46340|46341", HOLDS_NUMBERS},
    {"Price", "12,50|8.00|-3", HOLDS_NUMBERS},
    {"Email", "ada@example.org|Leo <leo@example.org>|nobody", HOLDS_ADDRESSES},
    {"Guests", "ada@example.org; leo@example.org|ivy@example.org", HOLDS_ADDRESSES},
    {"Plan", "Gold|Gold|Silver", HOLDS_WORDS},
    {"Version", "1.2.3|4.5.6", HOLDS_WORDS},
    {"Note", "a|b|c|d|e|f|g|h|i|j|k|l|m", HOLDS_TEXTS},
};

static void
test_others(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		struct described_column *c = conclude(
		    others[i].name, others[i].values, EXPECT_NOTHING);
		if (c->holds != others[i].holds)
			g_test_fail_printf("%s: holds %d", others[i].values, c->holds);
		column_done(c);
	}
}

static void
test_bad_addresses(void)
{
	struct described_column *c = conclude("Email",
	    "ada@example.org|not@|x at example.org|leo@example.org; ivy@@example.org",
	    EXPECT_ADDRESSES);
	static const char *const wanted[] = {"not@", "ivy@@example.org", "x at example.org"};
	g_assert_cmpint(c->holds, ==, HOLDS_ADDRESSES);
	g_assert_cmpuint(c->bad, ==, 3);
	g_assert_true(c->lists);
	g_assert_cmpuint(c->bad_addresses->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < c->bad_addresses->len; i++) {
		const struct bad_address *bad = c->bad_addresses->pdata[i];
		g_assert_cmpstr(bad->text, ==, wanted[i]);
		g_assert_nonnull(bad->why);
	}
	column_done(c);
}

static void
test_expected(void)
{
	struct described_column *c = conclude("Ends", "Never|Never|2026-11-14", EXPECT_TIMES);
	g_assert_cmpint(c->holds, ==, HOLDS_TIMES);
	g_assert_cmpuint(c->unread, ==, 2);
	g_assert_cmpstr(c->unread_example, ==, "Never");
	column_done(c);
	c = conclude("UID", "1@example.org|2@example.org", EXPECT_TEXTS);
	g_assert_cmpint(c->holds, ==, HOLDS_WORDS);
	column_done(c);
}

/* Words are counted up to a bound, and then not at all. */
static void
test_bound(void)
{
	GString *values = g_string_new("w0");
	for (int i = 1; i < 1000; i++)
		g_string_append_printf(values, "|w%d", i);
	struct described_column *c = conclude("Plan", values->str, EXPECT_NOTHING);
	g_assert_null(c->words);
	g_assert_cmpuint(c->filled, ==, 1000);
	g_assert_cmpint(c->holds, ==, HOLDS_TEXTS);
	column_done(c);
	g_string_free(values, TRUE);
}

static const struct {
	const char *name, *values;
	bool shown;
} public[] = {
    {"Colour", "red|blue|red", true},
    {"Colour", "red|blue", false}, /* each once: somebody's text */
    {"Captain", "Ada Moss|Leo Brandt|Ada Moss", false},
    {"Surname", "Moss|Moss|Brandt", false},
    {"Other phone", "none|none|+1 555 0100", false},
    {"Box", "+1 555 0100|+1 555 0100|x", false},
    {"Contact", "x|x|y", false},
};

static void
test_public(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(public); i++) {
		struct described_column *c = conclude(
		    public[i].name, public[i].values, EXPECT_NOTHING);
		if (words_are_public(c) != public[i].shown)
			g_test_fail_printf("%s: %s", public[i].name, public[i].values);
		column_done(c);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guess/times", test_times);
	g_test_add_func("/guess/others", test_others);
	g_test_add_func("/guess/bad_addresses", test_bad_addresses);
	g_test_add_func("/guess/expected", test_expected);
	g_test_add_func("/guess/bound", test_bound);
	g_test_add_func("/guess/public", test_public);
	return g_test_run();
}
