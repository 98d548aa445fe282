/* Instants, intervals and reasons in words. */
#include "reports/phrase.h"

#include "sample_plan.h"

static void
test_interval(void)
{
	static const struct {
		const char *from, *until, *text;
	} cases[] = {
	    {"2026-11-14T10:30:00Z", "2026-11-14T15:30:00Z", "Sat 14 Nov 11:30 - 16:30"},
	    {"2026-11-14T10:30:00Z", "2026-11-15T01:00:00Z", "Sat 14 Nov 11:30 - Sun 15 Nov 02:00"},
	    {"2026-12-31T22:00:00Z", "2026-12-31T23:00:00Z",
		"Thu 31 Dec 23:00 - Fri 1 Jan 2027 00:00"},
	    {"2025-01-01T10:00:00Z", "2025-01-01T11:00:05Z", "Wed 1 Jan 2025 11:00 - 12:00:05"},
	    {NULL, "2026-11-14T15:30:00Z", "always - Sat 14 Nov 16:30"},
	    {"2026-11-14T15:30:00Z", NULL, "Sat 14 Nov 16:30 - no end"},
	    {NULL, NULL, "always - no end"},
	    /* clocks go back at 01:00Z: 02:30 is shown twice */
	    {"2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
		"Sun 25 Oct 02:30 (+02:00) - 02:30 (+01:00)"},
	    {"1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z",
		"Thu 1 Jan 1970 01:00 - Wed 1 Jan 2200 00:59:59"},
	};
	struct sample *sample = sample_empty();
	struct clock_face face = clock_face_of(sample->plan);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct interval interval = span(cases[i].from, cases[i].until);
		char *text = phrase_interval(&face, &interval);
		g_assert_cmpstr(text, ==, cases[i].text);
		g_free(text);
	}
	sample_free(sample);
}

/* As somebody says it at 11:00 of Saturday, 14 November. */
static void
test_span(void)
{
	static const struct {
		const char *from, *until, *text;
	} cases[] = {
	    {"2026-11-14T11:30:00Z", "2026-11-14T15:30:00Z", "today 12:30-16:30"},
	    {"2026-11-14T09:30:00Z", "2026-11-14T15:30:00Z", "until today 16:30"},
	    {"2026-11-15T08:00:00Z", "2026-11-15T09:00:00Z", "tomorrow 9:00-10:00"},
	    {"2026-11-18T21:00:00Z", "2026-11-19T01:00:00Z", "Wed 18 Nov 22:00 - Thu 19 Nov 2:00"},
	    {"2026-11-12T08:00:00Z", "2026-11-12T09:00:00Z", "Thu 12 Nov 9:00-10:00"},
	    {"2026-11-13T08:00:00Z", "2026-11-13T09:00:00Z", "yesterday 9:00-10:00"},
	    {"2026-11-01T23:00:00Z", "2026-11-19T23:00:00Z", "to the end of Thu 19 Nov"},
	    {"2026-11-01T23:00:00Z", NULL, "without end"},
	    {NULL, NULL, "without end"},
	    {"2026-11-22T23:00:00Z", NULL, "from Mon 23 Nov"},
	    {NULL, "2027-01-02T09:00:00Z", "until Sat 2 Jan 2027 10:00"},
	};
	struct sample *sample = sample_empty();
	struct clock_face face = clock_face_of(sample->plan);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct interval interval = span(cases[i].from, cases[i].until);
		g_autofree char *text = phrase_span(&face, sample->plan->as_of, &interval);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
	sample_free(sample);
}

static void
test_shift(void)
{
	static const struct {
		const char *have[2], *want[2], *text;
	} cases[] = {
	    {{"2026-11-14T09:00:00Z", "2026-11-14T12:00:00Z"},
		{"2026-11-14T09:00:00Z", "2026-11-14T13:00:00Z"}, "until 13:00 -> 14:00"},
	    {{"2026-11-14T11:30:00Z", "2026-11-14T14:30:00Z"},
		{"2026-11-14T13:30:00Z", "2026-11-14T16:30:00Z"},
		"today 12:30-15:30 -> 14:30-17:30"},
	    {{"2026-11-07T12:30:00Z", "2026-11-07T15:00:00Z"},
		{"2026-11-14T12:30:00Z", "2026-11-14T15:00:00Z"},
		"Sat 7 Nov 13:30-16:00 -> today 13:30-16:00"},
	    {{NULL, NULL}, {NULL, "2026-11-19T23:00:00Z"},
		"without end -> to the end of Thu 19 Nov"},
	};
	struct sample *sample = sample_empty();
	struct clock_face face = clock_face_of(sample->plan);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct interval have = span(cases[i].have[0], cases[i].have[1]),
				want = span(cases[i].want[0], cases[i].want[1]);
		g_autofree char *text = phrase_shift(&face, sample->plan->as_of, &have, &want);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
	g_autofree char *date = phrase_date(&face, sample->plan->as_of);
	g_assert_cmpstr(date, ==, "Saturday 14 Nov 2026, 11:00");
	sample_free(sample);
}

static void
test_zone(void)
{
	static const struct {
		const char *zone, *text;
	} cases[] = {
	    {"Asia/Kolkata", "Sat 14 Nov 15:30"},
	    {"Pacific/Auckland", "Sat 14 Nov 23:00"},
	    {"Nowhere/AtAll", "Sat 14 Nov 10:00"},
	    {NULL, "Sat 14 Nov 10:00"},
	};
	struct sample *sample = sample_empty();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		sample->plan->zone = cases[i].zone;
		struct clock_face face = clock_face_of(sample->plan);
		char *text = phrase_instant(&face, sample->plan->as_of);
		g_assert_cmpstr(text, ==, cases[i].text);
		g_free(text);
	}
	sample_free(sample);
}

static void
test_reason(void)
{
	const struct interval open = {.from = INSTANT_ALWAYS, .until = INSTANT_NEVER};
	const struct {
		struct reason reason;
		const char *brief, *full;
	} cases[] = {
	    {{"bookings", "bookings.csv", "17", "room-1", 12, RECORD_BOOKING, open, 0},
		"booking 17 (bookings.csv:12)",
		"booking 17 (bookings.csv:12) by rule room-1, always - no end"},
	    {{"members", NULL, NULL, NULL, 0, RECORD_MEMBERSHIP, {0, 0}, 0}, "membership (members)",
		"membership (members)"},
	    {{"grants", "grants.csv", NULL, NULL, 3, RECORD_GRANT, {0, 0}, 0},
		"grant (grants.csv:3)", "grant (grants.csv:3)"},
	};
	struct sample *sample = sample_empty();
	struct clock_face face = clock_face_of(sample->plan);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *brief = phrase_reason(&cases[i].reason);
		char *full = phrase_reason_full(&face, &cases[i].reason);
		g_assert_cmpstr(brief, ==, cases[i].brief);
		g_assert_cmpstr(full, ==, cases[i].full);
		g_free(brief);
		g_free(full);
	}
	sample_free(sample);
}

static void
test_causes_have_words(void)
{
	for (int i = 0; i < CAUSE_COUNT; i++)
		g_assert_cmpuint(strlen(phrase_cause((enum cause)i)), >, 0);
}

static void
test_age(void)
{
	static const struct {
		instant seconds;
		const char *text;
	} cases[] = {
	    {-1, "unknown"},
	    {0, "0 min"},
	    {7199, "119 min"},
	    {7200, "2 h"},
	    {2 * 86400 - 1, "47 h"},
	    {3 * 86400, "3 days"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = phrase_age(cases[i].seconds);
		g_assert_cmpstr(text, ==, cases[i].text);
		g_free(text);
	}
}

static void
test_place(void)
{
	g_assert_cmpstr(phrase_place("/etc/kisi/kisi.ini"), ==, "kisi.ini");
	g_assert_cmpstr(phrase_place("kisi.ini"), ==, "kisi.ini");
	g_assert_cmpstr(phrase_place("https://api.kisi.io/"), ==, "https://api.kisi.io/");
	g_assert_cmpstr(phrase_place(NULL), ==, "-");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/phrase/interval", test_interval);
	g_test_add_func("/phrase/span", test_span);
	g_test_add_func("/phrase/shift", test_shift);
	g_test_add_func("/phrase/zone", test_zone);
	g_test_add_func("/phrase/reason", test_reason);
	g_test_add_func("/phrase/causes-have-words", test_causes_have_words);
	g_test_add_func("/phrase/age", test_age);
	g_test_add_func("/phrase/place", test_place);
	return g_test_run();
}
