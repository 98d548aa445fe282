/* Every form of a date or time, and those that must not be taken for one. */
#include "importers/when.h"

#include "importers/duration.h"

#include <glib.h>

/* `@...` an instant, `L...` a local time, `D...` a date, `C...` a time of day, `?` unreadable, `!` other order, `w` a word that nobody knows. */
static char *
shown(enum when_result result, const struct when *w)
{
	char text[INSTANT_TEXT];
	const struct civil *c = &w->local;
	if (result != WHEN_READ)
		return g_strdup(result == WHEN_OTHER_ORDER    ? "!"
				: result == WHEN_UNKNOWN_WORD ? "w"
							      : "?");
	switch (w->shape) {
	case WHEN_INSTANT:
		return g_strconcat("@", instant_format(w->at, text), NULL);
	case WHEN_LOCAL:
		return g_strdup_printf("L%04d-%02d-%02d %02d:%02d:%02d", c->year, c->month, c->day,
		    c->hour, c->minute, c->second);
	case WHEN_DATE:
		return g_strdup_printf("D%04d-%02d-%02d", c->year, c->month, c->day);
	case WHEN_CLOCK:
		return g_strdup_printf("C%02d:%02d:%02d", c->hour, c->minute, c->second);
	}
	return NULL;
}

static void
test_read(void)
{
	static const struct {
		const char *format;
		enum date_order order;
		const char *text;
		const char *want;
	} cases[] = {
	    {"rfc3339", 0, "2026-11-14T09:00:00Z", "@2026-11-14T09:00:00Z"},
	    {"rfc3339", 0, "2026-11-14T09:00Z", "@2026-11-14T09:00:00Z"},
	    {"rfc3339", 0, "2026-11-14t09:00:00.999z", "@2026-11-14T09:00:00Z"},
	    {"rfc3339", 0, "2026-11-14T09:00:00+02:00", "@2026-11-14T07:00:00Z"},
	    {"rfc3339", 0, "2026-11-14 09:00:00+0200", "@2026-11-14T07:00:00Z"},
	    {"rfc3339", 0, "2026-11-14T09:00:00", "?"},
	    {"rfc3339", 0, "2026-11-14", "?"},
	    {"rfc3339", 0, "2026-13-14T09:00:00Z", "?"},
	    {"rfc3339", 0, "1969-12-31T23:59:59Z", "?"},
	    {"rfc3339", 0, "2200-01-01T00:00:00Z", "?"},
	    {"local", 0, "2026-11-14 09:00", "L2026-11-14 09:00:00"},
	    {"local", 0, "2026-11-14T09:00", "L2026-11-14 09:00:00"},
	    {"local", 0, "2026-11-14T09:00:30.5", "L2026-11-14 09:00:30"},
	    {"local", 0, "2026-11-14\xC2\xA0\x30\x39:00", "L2026-11-14 09:00:00"},
	    {"local", 0, "2026\xE2\x80\x91\x31\x31\xE2\x80\x91\x31\x34 09:00",
		"L2026-11-14 09:00:00"},
	    {"local", 0, "2026-11-14 24:00", "L2026-11-15 00:00:00"},
	    {"local", 0, "2026-12-31T24:00:00.000", "L2027-01-01 00:00:00"},
	    {"local", 0, "2026-11-14 24:01", "?"},
	    {"local", 0, "2199-12-31 24:00", "L2200-01-01 00:00:00"},
	    {"rfc3339", 0, "2026-11-14T24:00:00Z", "@2026-11-15T00:00:00Z"},
	    {"rfc3339", 0, "2026-11-14T24:00+02:00", "@2026-11-14T22:00:00Z"},
	    {"rfc3339", 0, "2026-11-14T24:00:01Z", "?"},
	    {"rfc3339", 0, "2199-12-31T24:00:00Z", "?"},
	    {"%x %T", ORDER_DMY, "31.12.2026 24:00", "L2027-01-01 00:00:00"},
	    {"%T", 0, "24:00", "C24:00:00"},
	    {"%T", 0, "24:00:00", "C24:00:00"},
	    {"%T", 0, "24:30", "?"},
	    {"%T", 0, "25:00", "?"},
	    {"%r", 0, "24:00 pm", "?"},
	    {"local", 0, "2026-02-29 09:00", "?"},
	    {"local", 0, "2026-11-14", "?"},
	    {"local", 0, "2026-11-14 09:00Z", "?"},
	    {"local", 0, "14-11-2026 09:00", "?"},
	    {"date", 0, "2026-11-14", "D2026-11-14"},
	    {"date", 0, "2028-02-29", "D2028-02-29"},
	    {"date", 0, "0000-00-00", "?"},
	    {"date", 0, "2026-11-14 09:00", "?"},
	    {"unix", 0, "1794646800", "@2026-11-14T09:00:00Z"},
	    {"unix", 0, "1794646800000", "?"},
	    {"unix", 0, "12", "?"},
	    {"unix_ms", 0, "1794646800000", "@2026-11-14T09:00:00Z"},
	    {"ticks", 0, "639302436000000000", "@2026-11-14T09:00:00Z"},
	    {"excel", 0, "46340", "D2026-11-14"},
	    {"excel", 0, "46340.395833", "L2026-11-14 09:30:00"},
	    {"excel", 0, "59", "?"},
	    {"excel", 0, "0.5", "?"},
	    {"excel", 0, "46340.", "?"},
	    {"excel1904", 0, "44878", "D2026-11-14"},
	    {"%x", ORDER_NONE, "14/11/2026", "?"},
	    {"%x", ORDER_DMY, "14/11/2026", "D2026-11-14"},
	    {"%x", ORDER_DMY, "14.11.26", "D2026-11-14"},
	    {"%x", ORDER_DMY, "3-4-2026", "D2026-04-03"},
	    {"%x", ORDER_MDY, "3/4/2026", "D2026-03-04"},
	    {"%x %T", ORDER_DMY, "16. 11. 2026 9:00", "L2026-11-16 09:00:00"},
	    {"%x", ORDER_DMY, "16/ 11/ 2026", "?"},
	    {"%x", ORDER_YMD, "2026/11/14", "D2026-11-14"},
	    {"%x", ORDER_YMD, "2026", "?"},
	    {"%x", ORDER_YMD, "2026-11", "?"},
	    {"%x", ORDER_DMY, "14", "?"},
	    {"%x", ORDER_DMY, "14/11", "?"},
	    {"%x", ORDER_DMY, "11/14/2026", "!"},
	    {"%x", ORDER_MDY, "14/11/2026", "!"},
	    {"%x", ORDER_MDY, "32/11/2026", "?"},
	    {"%x", ORDER_DMY, "31/02/2026", "?"},
	    {"%x", ORDER_DMY, "14/11-2026", "?"},
	    {"%x", ORDER_DMY, "14/11/126", "?"},
	    {"%x %T", ORDER_DMY, "14/11/2026 9:05", "L2026-11-14 09:05:00"},
	    {"%x %r", ORDER_MDY, "11/14/2026 7:00 AM", "L2026-11-14 07:00:00"},
	    {"%x %r", ORDER_MDY, "11/14/2026 12:15 AM", "L2026-11-14 00:15:00"},
	    {"%x %r", ORDER_MDY, "11/14/2026 12:15 PM", "L2026-11-14 12:15:00"},
	    {"%x %r", ORDER_MDY, "11/14/2026 13:15 PM", "?"},
	    {"%x %r", ORDER_MDY, "11/14/2026 0:15 AM", "?"},
	    {"%x %r", ORDER_MDY, "11/14/2026 7:15", "?"},
	    {"%r", 0, "9am", "C09:00:00"},
	    {"%r", 0, "9:30PM", "C21:30:00"},
	    {"%r", 0, "9:00 a.m.", "C09:00:00"},
	    {"%r", 0, "2:00\xE2\x80\xAFp. m.", "C14:00:00"},
	    {"%T", 0, "07:05:09", "C07:05:09"},
	    {"%T", 0, "7", "?"},
	    {"%I:%M %p", 0, "9:05 pm", "C21:05:00"},
	    {"%d %b %Y", 0, "14 Nov 2026", "D2026-11-14"},
	    {"%b %d, %Y", 0, "November 14, 2026", "D2026-11-14"},
	    {"%a, %b %d, %Y, %r", 0, "Sat, Nov 14, 2026, 10:30 AM", "L2026-11-14 10:30:00"},
	    {"%d %b %Y", 0, "14 Nox 2026", "w"},
	    {"%d %b %Y", 0, "14 Nox", "?"},
	    {"%b %d, %Y", 0, "To be announced", "?"},
	    {"%d %b %Y", 0, "14. November 2026", "D2026-11-14"},
	    {"%d %b %Y", 0, "16 de noviembre de 2026", "D2026-11-16"},
	    {"%d %b %Y", 0,
		"1er d\xC3\xA9"
		"c. 2026",
		"D2026-12-01"},
	    {"%d %b %Y", 0,
		"1 DE\xCC\x81"
		"C 2026",
		"D2026-12-01"},
	    {"%a, %d %b %Y", 0, "segunda-feira, 16 de novembro de 2026", "D2026-11-16"},
	    {"%a %d %b %Y %T", 0, "ma 16 maart 2026 9:00", "L2026-03-16 09:00:00"},
	    {"%a %x", ORDER_DMY, "So 14.11.2026", "D2026-11-14"},
	    {"%a %x", ORDER_DMY, "Xyz 14.11.2026", "w"},
	    {"%Y/%m/%d %T %z", 0, "2012/04/12 12:00:00 +0000", "@2012-04-12T12:00:00Z"},
	    {"%Y-%m-%d %H:%M", 0, "2026-11-14 09:00", "L2026-11-14 09:00:00"},
	    {"%Y-%m-%d %H:%M", 0, "2026-11-14 09:00 x", "?"},
	    {"%Y\xE2\x80\x93%m", 0, "", NULL},
	    {"local", 0, "2026-11-14 09:00:0", "?"},
	    {"local", 0, "2026-11-14 09", "?"},
	    {"local", 0, "2026-11-14 9:0", "?"},
	    {"local", 0, "2026-11-14t09:00", "L2026-11-14 09:00:00"},
	    {"local", 0, "2026-11-14x09:00", "?"},
	    {"zoned", 0, "2026-11-14T09:00[Europe/Amsterdam]", "L2026-11-14 09:00:00"},
	    {"zoned", 0, "2026-11-14T09:00[Mars/Base]", "?"},
	    {"zoned", 0, "2026-11-14T09:00[Europe/Amsterdam", "?"},
	    {"zoned", 0, "2026-11-14T09:00", "?"},
	    {"zoned", 0, "soon[Europe/Amsterdam]", "?"},
	    /* what a spreadsheet's number cannot be */
	    {"excel", 0, "", "?"},
	    {"excel", 0, "9999999", "?"},
	    {"excel", 0, "46340x", "?"},
	    {"excel", 0, "46340.5x", "?"},
	    {"excel", 0, "1000", "?"},
	    {"excel", 0, "200000", "?"},
	    {"%x", ORDER_DMY, "14/32/2026", "?"},
	    {"%x", ORDER_DMY, "13/13/2026", "?"},
	    {"%x", ORDER_DMY, "14x11x2026", "?"},
	    {"%x", ORDER_YMD, "2026x11x14", "?"},
	    {"%x", ORDER_YMD, "2026/11-14", "?"},
	    {"%x", ORDER_YMD, "2026/x", "?"},
	    {"%x %T", ORDER_DMY, "14/11/2026\t9:05", "L2026-11-14 09:05:00"},
	    {"%x %T", ORDER_DMY, "14/11/2026 9:05:3", "?"},
	    {"%x %T", ORDER_DMY, "14/11/2026 9:5", "?"},
	    {"%d.%m.%y", 0, "14.11.26", "D2026-11-14"},
	    {"%d.%m.%y", 0, "14.11.126", "?"},
	    {"%d.%m.%y", 0, "14.11.2026", "D2026-11-14"},
	    {"%Y%%%m%%%d", 0, "2026%11%14", "D2026-11-14"},
	    {"%a %d %b %Y", 0, "Satur 14 Nov 2026", "D2026-11-14"},
	    {"%a %d %b %Y", 0, "Sa 14 Nov 2026", "D2026-11-14"},
	    {"%a %d %b %Y", 0, "Sunda 14 Novembers 2026", "w"},
	    /* offsets: a wrong one would move the booking */
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 Z", "@2026-11-14T12:00:00Z"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00z", "@2026-11-14T12:00:00Z"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 -05:30", "@2026-11-14T17:30:00Z"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +0530", "@2026-11-14T06:30:00Z"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +02", "@2026-11-14T10:00:00Z"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +14:00", "@2026-11-13T22:00:00Z"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +15:00", "?"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +0260", "?"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +2", "?"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 +020", "?"},
	    {"%Y/%m/%d %T %z", 0, "2026/11/14 12:00 CET", "?"},
	    {"%Y/%m/%d %z", 0, "2026/11/14 Z", "?"},
	    {"%Y/%m/%d %T %z", 0, "1970/01/01 00:30 +0100", "?"},
	    {"%Y/%m/%d %T %z", 0, "2199/12/31 23:30 -0100", "?"},
	    /* what typographers and messengers make of blanks and dashes */
	    {"date", 0,
		"2026\xE2\x80\x93"
		"11\xE2\x88\x92"
		"14",
		"D2026-11-14"},
	    {"date", 0,
		"2026\xE2\x80\x90"
		"11\xE2\x80\x91"
		"14",
		"D2026-11-14"},
	    {"date", 0,
		"\xE2\x80\x8B"
		"2026-11-14\xE2\x80\x8E\xE2\x80\x8F\xE2\x81\xA0",
		"D2026-11-14"},
	    {"local", 0,
		"2026-11-14\xE2\x80\x83"
		"09:00",
		"L2026-11-14 09:00:00"},
	    {"date", 0,
		"2026\xC2\xB7"
		"11\xC2\xB7"
		"14",
		"?"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *formats[] = {cases[i].format, NULL};
		char *fault;
		struct when_formats *set = when_formats_new(formats, false, &fault);
		if (cases[i].want == NULL) {
			g_assert_null(set);
			g_assert_nonnull(fault);
			g_free(fault);
			continue;
		}
		g_assert_cmpstr(fault, ==, NULL);
		struct when w = {0};
		char *got = shown(when_read(set, cases[i].order, cases[i].text, &w), &w);
		if (g_strcmp0(got, cases[i].want) != 0)
			g_error("%s \"%s\": %s, not %s", cases[i].format, cases[i].text, got,
			    cases[i].want);
		g_free(got);
		when_formats_free(set);
	}
}

static void
test_z_is_local(void)
{
	static const char *const formats[] = {"rfc3339", "local", NULL};
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"2026-11-14T09:00:00Z", "L2026-11-14 09:00:00"},
	    {"2026-11-14T09:00Z", "L2026-11-14 09:00:00"},
	    {"2026-11-14T09:00:00+00:00", "L2026-11-14 09:00:00"},
	    {"2026-11-14T09:00:00", "L2026-11-14 09:00:00"},
	    {"2026-11-14T09:00:00+02:00", "?"},
	};
	char *fault;
	struct when_formats *set = when_formats_new(formats, true, &fault);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct when w = {0};
		char *got = shown(when_read(set, ORDER_NONE, cases[i].text, &w), &w);
		g_assert_cmpstr(got, ==, cases[i].want);
		g_free(got);
	}
	when_formats_free(set);
}

static void
test_wrong_formats(void)
{
	static const char *const wrong[] = {"rfc3338", "%", "%q", "%I:%M", "%H %p", "%Y-%m", "%M",
	    "%d %b", "iso %%", "when it is over", "%d%m%Y %S"};
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		const char *formats[] = {wrong[i], NULL};
		char *fault;
		g_assert_null(when_formats_new(formats, false, &fault));
		g_assert_nonnull(fault);
		g_free(fault);
	}
}

static void
test_duration(void)
{
	static const struct {
		const char *text;
		instant want; /* 0: refused */
	} cases[] = {
	    {"90", 5400},
	    {"1.5", 90},
	    {"1:30", 5400},
	    {"01:30:00", 5400},
	    {"1h 30m", 5400},
	    {"90 min", 5400},
	    {"90 minutes", 5400},
	    {"1.5 hours", 5400},
	    {"PT1H30M", 5400},
	    {"P1DT1H", 90000},
	    {"0", 0},
	    {"", 0},
	    {"-5", 0},
	    {"1:75", 0},
	    {"0x10", 0},
	    {"1e3", 0},
	    {"ninety", 0},
	    {"90x", 0},
	    {"600000", 0},
	    {"PT", 0},
	    {"90s", 90},
	    {"45 sec", 45},
	    {"1d", 86400},
	    {"0:45:30", 2730},
	    {"1:30:75", 0},
	    {"1:30:", 0},
	    {"1:30x", 0},
	    {"1:", 0},
	    {":30", 0},
	    {"12345:00", 0},
	    {"1:123", 0},
	    {"1.2.3", 0},
	    {"1h30", 0},
	    {"P1W", 0},
	    {"0.000000000000000000000001", 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		instant got = 0;
		bool good = duration_parse(cases[i].text, INSTANT_MINUTE, &got);
		if (good != (cases[i].want != 0) || got != cases[i].want)
			g_error("\"%s\": %d", cases[i].text, (int)got);
	}
	/* Without a unit a number alone is no length. */
	instant got = 0;
	g_assert_false(duration_parse("90", 0, &got));
	g_assert_false(duration_parse("1.5", 0, &got));
	g_assert_true(duration_parse("90 min", 0, &got));
	g_assert_cmpint(got, ==, 5400);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/when/read", test_read);
	g_test_add_func("/when/z-is-local", test_z_is_local);
	g_test_add_func("/when/wrong-formats", test_wrong_formats);
	g_test_add_func("/when/duration", test_duration);
	return g_test_run();
}
