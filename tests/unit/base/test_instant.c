/* Instants as text, and dates as days. */
#include "base/instant.h"

static const struct {
	const char *text;
	instant want; /* -1: refused */
} texts[] = {
    {"1970-01-01T00:00:00Z", 0}, {"1970-01-01T00:00:01Z", 1}, {"2026-11-14T11:00:00Z", 1794654000},
    {"2026-11-14T11:00Z", 1794654000}, {"2026-11-14 11:00:00Z", 1794654000},
    {"2026-11-14t11:00:00z", 1794654000}, {"2026-11-14T12:00:00+01:00", 1794654000},
    {"2026-11-14T12:00:00+0100", 1794654000}, {"2026-11-14T12:00:00+01", 1794654000},
    {"2026-11-14T12:00:00 +01:00", 1794654000}, {"2026-11-14T06:30:00-04:30", 1794654000},
    {"2026-11-14T11:00:00-00:00", 1794654000}, {"2026-11-14T11:00:00.999999Z", 1794654000},
    {"2026-11-14T11:00:00,5Z", 1794654000}, {"2028-02-29T00:00:00Z", 1835395200},
    {"2000-02-29T00:00:00Z", 951782400}, {"2199-12-31T23:59:59Z", 7258118399},
    {"1970-01-01T01:00:00+01:00", 0},
    /* not a date, not a time */
    {"2027-02-29T00:00:00Z", -1}, {"2100-02-29T00:00:00Z", -1}, {"2026-00-14T11:00:00Z", -1},
    {"2026-13-14T11:00:00Z", -1}, {"2026-11-00T11:00:00Z", -1}, {"2026-11-31T11:00:00Z", -1},
    {"2026-11-14T24:00:00Z", -1}, {"2026-11-14T11:60:00Z", -1}, {"2026-11-14T11:00:60Z", -1},
    {"2026-11-14T11:00:00+24:00", -1}, {"2026-11-14T11:00:00+01:60", -1},
    /* outside the years that can be meant */
    {"1969-12-31T23:59:59Z", -1}, {"1970-01-01T00:00:00+01:00", -1}, {"2200-01-01T00:00:00Z", -1},
    {"2199-12-31T23:59:59-00:01", -1}, {"0001-01-01T00:00:00Z", -1}, {"9999-12-31T23:59:59Z", -1},
    /* another form */
    {"", -1}, {" 2026-11-14T11:00:00Z", -1}, {"2026-11-14T11:00:00Z ", -1},
    {"2026-11-14T11:00:00", -1}, {"2026-11-14", -1}, {"2026-11-14T11Z", -1},
    {"2026-11-14T1:00Z", -1}, {"2026-11-14T11-00Z", -1}, {"2026-11-14T11:0Z", -1},
    {"2026-11-14T11:00:0Z", -1}, {"2026-1-14T11:00Z", -1}, {"2026-11/14T11:00Z", -1},
    {"2026-11-1T11:00Z", -1}, {"2026-11-14x11:00Z", -1}, {"2026-11-14T11:00:00.Z", -1},
    {"2026-11-14T11:00:00+1:00", -1}, {"2026-11-14T11:00:00+01:0", -1},
    {"2026-11-14T11:00:00+01:000", -1}, {"2026-11-14T11:00:00ZZ", -1}, {"2026/11/14T11:00:00Z", -1},
    {"26-11-14T11:00:00Z", -1}, {"+2026-11-14T11:00:00Z", -1}, {"-026-11-14T11:00:00Z", -1},
    {"2026-11-14T11:00:00\xe2\x88\x92"
     "01:00",
	-1},						      /* U+2212 */
    {"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-11-14T11:00:00Z", -1}, /* Arabic digits */
};

static void
test_parse(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		instant t = -7;
		bool read = instant_parse(texts[i].text, &t);
		g_test_message("%s", texts[i].text);
		g_assert_cmpint(read, ==, texts[i].want >= 0);
		/* What cannot be read leaves the result alone. */
		g_assert_cmpint(t, ==, read ? texts[i].want : -7);
	}
}

static void
test_format(void)
{
	static const struct {
		instant t;
		const char *want;
	} cases[] = {
	    {0, "1970-01-01T00:00:00Z"},
	    {-1, "1969-12-31T23:59:59Z"},
	    {-86400, "1969-12-31T00:00:00Z"},
	    {951782399, "2000-02-28T23:59:59Z"},
	    {951782400, "2000-02-29T00:00:00Z"},
	    {INSTANT_LAST - 1, "2199-12-31T23:59:59Z"},
	};
	char buffer[INSTANT_TEXT];
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(instant_format(cases[i].t, buffer), ==, cases[i].want);
}

/* Every instant that can be written is read back as itself. */
static void
test_round_trip(void)
{
	char buffer[INSTANT_TEXT];
	for (instant t = INSTANT_FIRST; t < INSTANT_LAST; t += 86399 * 7) {
		instant back = -1;
		g_assert_true(instant_parse(instant_format(t, buffer), &back));
		g_assert_cmpint(back, ==, t);
	}
}

/* Walk every day of the calendar: the dates follow each other, and each gives back its number. */
static void
test_every_day(void)
{
	int year = 1970, month = 1, day = 1;
	for (int64_t days = 0; days < INSTANT_LAST / INSTANT_DAY; days++) {
		struct civil c = {0};
		civil_from_days(days, &c.year, &c.month, &c.day);
		g_assert_cmpint(
		    c.year * 10000 + c.month * 100 + c.day, ==, year * 10000 + month * 100 + day);
		g_assert_cmpint(civil_days(year, month, day), ==, days);
		g_assert_true(civil_valid(&c));
		c.day++;
		if (civil_valid(&c)) {
			day++;
			continue;
		}
		day = 1;
		month = month % 12 + 1;
		year += month == 1;
	}
	g_assert_cmpint(year, ==, 2200);
}

static void
test_valid(void)
{
	static const struct {
		struct civil c;
		bool want;
	} cases[] = {
	    {{2026, 11, 14, 0, 0, 0}, true},
	    {{2026, 11, 14, 23, 59, 59}, true},
	    {{1969, 12, 31, 0, 0, 0}, false},
	    {{2200, 1, 1, 0, 0, 0}, false},
	    {{2026, 0, 14, 0, 0, 0}, false},
	    {{2026, 13, 14, 0, 0, 0}, false},
	    {{2026, 4, 31, 0, 0, 0}, false},
	    {{2026, 2, 29, 0, 0, 0}, false},
	    {{2028, 2, 29, 0, 0, 0}, true},
	    {{2026, 11, 14, 24, 0, 0}, false},
	    {{2026, 11, 14, -1, 0, 0}, false},
	    {{2026, 11, 14, 0, 60, 0}, false},
	    {{2026, 11, 14, 0, 0, 60}, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(civil_valid(&cases[i].c), ==, cases[i].want);
}

static void
test_duration(void)
{
	static const struct {
		const char *text;
		instant seconds; /* -1: none */
	} cases[] = {{"0", 0}, {"90s", 90}, {"30m", 1800}, {"26h", 93600}, {"7d", 604800}, {"", -1},
	    {"90", -1}, {"-1d", -1}, {"1.5h", -1}, {"1w", -1}, {"d", -1}, {"1 d", -1},
	    {"100001d", -1}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		instant seconds = -1;
		g_assert_cmpint(
		    instant_parse_duration(cases[i].text, &seconds), ==, cases[i].seconds >= 0);
		g_assert_cmpint(seconds, ==, cases[i].seconds);
	}
}

static void
test_stamp(void)
{
	char stamp[INSTANT_TEXT];
	g_assert_cmpstr(instant_stamp(1794816000, stamp), ==, "2026-11-16T08-00-00Z");
}

static void
test_minutes(void)
{
	static const struct {
		struct interval span, want;
	} cases[] = {
	    {{60, 180}, {60, 180}},
	    {{61, 179}, {60, 120}},
	    {{-1, 59}, {-60, 0}},
	    {{INSTANT_ALWAYS, 119}, {INSTANT_ALWAYS, 60}},
	    {{119, INSTANT_NEVER}, {60, INSTANT_NEVER}},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct interval got = interval_to_minutes(cases[i].span);
		g_assert_cmpint(got.from, ==, cases[i].want.from);
		g_assert_cmpint(got.until, ==, cases[i].want.until);
	}
}

/* Half-open: what only touches has no time in common. */
static void
test_intervals(void)
{
	static const struct {
		struct interval a, b;
		bool overlap, covers; /* the first the second */
	} cases[] = {
	    {{10, 20}, {12, 18}, true, true},
	    {{10, 20}, {10, 20}, true, true},
	    {{10, 20}, {5, 11}, true, false},
	    {{10, 20}, {19, 21}, true, false},
	    {{10, 20}, {20, 30}, false, false},
	    {{10, 20}, {0, 10}, false, false},
	    {{INSTANT_ALWAYS, INSTANT_NEVER}, {10, 20}, true, true},
	    {{10, INSTANT_NEVER}, {15, INSTANT_NEVER}, true, true},
	    {{10, 20}, {INSTANT_ALWAYS, INSTANT_NEVER}, true, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(interval_overlap(cases[i].a, cases[i].b), ==, cases[i].overlap);
		g_assert_cmpint(interval_overlap(cases[i].b, cases[i].a), ==, cases[i].overlap);
		g_assert_cmpint(interval_covers(cases[i].a, cases[i].b), ==, cases[i].covers);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/instant/parse", test_parse);
	g_test_add_func("/instant/format", test_format);
	g_test_add_func("/instant/round-trip", test_round_trip);
	g_test_add_func("/instant/every-day", test_every_day);
	g_test_add_func("/instant/valid", test_valid);
	g_test_add_func("/interval/common", test_intervals);
	g_test_add_func("/instant/duration", test_duration);
	g_test_add_func("/instant/stamp", test_stamp);
	g_test_add_func("/instant/minutes", test_minutes);
	return g_test_run();
}
