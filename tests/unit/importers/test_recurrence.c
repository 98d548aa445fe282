/* Which local times a rule gives, over changes of the clocks, and which rules are refused. */
#include "importers/limits.h"
#include "importers/recurrence.h"

#include <string.h>

#define AMS "Europe/Amsterdam"
#define NY "America/New_York"
#define YEAR_2026 ((struct interval){1767225600, 1798761600})

static int64_t
local(const char *text)
{
	instant t;
	char *utc = g_strconcat(text, "Z", NULL);
	g_assert_true(instant_parse(utc, &t));
	g_free(utc);
	return t;
}

/* The starts as `MM-DDTHH:MM=` and the instant's hour, `; ` between; or `!` and the fault. */
static char *
expanded_within(struct recurrence_budget *budget, const char *rules, const char *start,
    const char *zone, struct interval span, bool z_is_local)
{
	struct series series = {.zone = zone_get(zone),
	    .start = local(start),
	    .length = INSTANT_HOUR,
	    .z_is_local = z_is_local};
	GArray *starts = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GString *out = g_string_new(NULL);
	char *fault = NULL;
	if (!recurrence_expand(rules, &series, span, budget, starts, &fault)) {
		g_string_printf(out, "!%s", fault);
		g_assert_cmpuint(starts->len, ==, 0);
	}
	for (guint i = 0; i < starts->len; i++) {
		struct civil c = civil_from_seconds(g_array_index(starts, int64_t, i));
		char text[INSTANT_TEXT];
		instant t;
		zone_instant(series.zone, &c, ZONE_EARLIER, &t);
		g_string_append_printf(out, "%s%02d-%02dT%02d:%02d=%.2s", i > 0 ? "; " : "",
		    c.month, c.day, c.hour, c.minute, instant_format(t, text) + 11);
	}
	g_free(fault);
	g_array_unref(starts);
	return g_string_free(out, FALSE);
}

static char *
expanded(
    const char *rules, const char *start, const char *zone, struct interval span, bool z_is_local)
{
	struct recurrence_budget budget = {RECURRENCE_BUDGET};
	return expanded_within(&budget, rules, start, zone, span, z_is_local);
}

static void
test_rules(void)
{
	static const struct {
		const char *zone, *start, *rules, *want;
	} cases[] = {
	    {AMS, "2026-10-18T18:00", "RRULE:FREQ=WEEKLY;COUNT=3",
		"10-18T18:00=16; 10-25T18:00=17; 11-01T18:00=17"},
	    /* every second week, and weeks that begin on another day than the series */
	    {AMS, "2026-10-09T09:00", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;UNTIL=20261108",
		"10-09T09:00=07; 10-11T09:00=07; 10-25T09:00=08; 11-08T09:00=08"},
	    {AMS, "2026-01-27T09:00", "RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,FR,SU;WKST=SA;COUNT=4",
		"01-27T09:00=08; 01-30T09:00=08; 02-15T09:00=08; 02-17T09:00=08"},
	    {AMS, "2026-01-27T09:00", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260224",
		"01-27T09:00=08; 02-10T09:00=08; 02-24T09:00=08"},
	    {AMS, "2026-03-22T18:00", "RRULE:FREQ=WEEKLY;COUNT=2",
		"03-22T18:00=17; 03-29T18:00=16"},
	    {NY, "2026-10-25T18:00", "RRULE:FREQ=WEEKLY;COUNT=2", "10-25T18:00=22; 11-01T18:00=23"},
	    {NY, "2026-03-07T02:30", "RRULE:FREQ=DAILY;COUNT=3",
		"03-07T02:30=07; 03-08T02:30=07; 03-09T02:30=06"},
	    /* UNTIL is included; as a date it is that whole day; with Z it is an instant */
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;UNTIL=20260603T090000",
		"06-01T09:00=07; 06-02T09:00=07; 06-03T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;UNTIL=20260603T085959",
		"06-01T09:00=07; 06-02T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;UNTIL=20260602",
		"06-01T09:00=07; 06-02T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;UNTIL=20260602T070000Z",
		"06-01T09:00=07; 06-02T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;UNTIL=20260602T065959Z", "06-01T09:00=07"},
	    {NY, "2026-06-01T21:00", "RRULE:FREQ=DAILY;UNTIL=20260602T010000Z", "06-01T21:00=01"},
	    {NY, "2026-06-01T00:00", "RRULE:FREQ=DAILY;UNTIL=20260602T040000Z",
		"06-01T00:00=04; 06-02T00:00=04"},
	    /* by day, by month day, intervals */
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;COUNT=4",
		"06-01T09:00=07; 06-05T09:00=07; 06-08T09:00=07; 06-12T09:00=07"},
	    {AMS, "2026-06-30T09:00", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2;",
		"06-30T09:00=07; 07-31T09:00=07"},
	    {AMS, "2026-01-31T09:00", "RRULE:FREQ=MONTHLY;COUNT=3",
		"01-31T09:00=08; 03-31T09:00=07; 05-31T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=MONTHLY;BYDAY=2TU;INTERVAL=2;COUNT=2",
		"06-01T09:00=07; 06-09T09:00=07"},
	    /* the first occurrence counts though no rule gives it */
	    {AMS, "2026-06-03T09:00", "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2",
		"06-03T09:00=07; 06-08T09:00=07"},
	    /* several rules, and dates besides; each time once */
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2",
		"06-01T09:00=07; 06-02T09:00=07; 06-08T09:00=07"},
	    {AMS, "2026-06-01T09:00",
		"RDATE;TZID=America/New_York:20260603T030000\r\nRDATE;VALUE=DATE:20260604",
		"06-01T09:00=07; 06-03T09:00=07; 06-04T09:00=07"},
	    /* taken out: by local time, by instant, by another zone, by day */
	    {AMS, "2026-06-01T09:00",
		"RRULE:FREQ=DAILY;COUNT=6\nEXDATE:20260602T090000\nEXDATE:20260603T070000Z\n"
		"EXDATE;TZID=America/New_York:20260604T030000\nEXDATE;VALUE=DATE:20260605",
		"06-01T09:00=07; 06-06T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260601T090000",
		"06-02T09:00=07"},
	    {AMS, "2026-06-01T09:00", "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20260601T080000",
		"06-01T09:00=07; 06-02T09:00=07"},
	    /* lower case; DTSTART of its own: the record may be a later occurrence */
	    {AMS, "2026-06-08T09:00",
		"dtstart:20260601T090000\r\nDTEND:20260601T100000\r\nrrule:freq=weekly;count=3",
		"06-01T09:00=07; 06-08T09:00=07; 06-15T09:00=07"},
	    {AMS, "2026-06-08T09:00", "DTSTART;VALUE=DATE:20260601\nRRULE:FREQ=WEEKLY;COUNT=2",
		"06-01T09:00=07; 06-08T09:00=07"},
	    {AMS, "2020-06-01T09:00", "RRULE:FREQ=WEEKLY;COUNT=10", ""},
	    /* the rule without its name, alone or among lines */
	    {AMS, "2026-06-01T09:00", "FREQ=DAILY;COUNT=2", "06-01T09:00=07; 06-02T09:00=07"},
	    {AMS, "2026-06-01T09:00", "interval=2;freq=daily;count=3;\nEXDATE:20260603T090000",
		"06-01T09:00=07; 06-05T09:00=07"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = expanded(
		    cases[i].rules, cases[i].start, cases[i].zone, YEAR_2026, false);
		if (strcmp(got, cases[i].want) != 0)
			g_test_message("%s from %s gave %s", cases[i].rules, cases[i].start, got);
		g_assert_cmpstr(got, ==, cases[i].want);
		g_free(got);
	}
}

static void
test_refused(void)
{
	static const char *const rules[] = {
	    "RRULE:FREQ=HOURLY",
	    "RRULE:FREQ=SECONDLY;COUNT=2",
	    "RRULE:COUNT=2",
	    "RRULE:FREQ=DAILY;COUNT=2x",
	    "RRULE:FREQ=DAILY;COUNT=0",
	    "RRULE:FREQ=DAILY;COUNT=-1",
	    "RRULE:FREQ=DAILY;COUNT=999999",
	    "RRULE:FREQ=DAILY;;COUNT=2",
	    "RRULE:FREQ=DAILY;COUNT=2;COUNT=3",
	    "RRULE:FREQ=DAILY;COUNT=2;UNTIL=20260601",
	    "RRULE:FREQ=DAILY;INTERVAL=0",
	    "RRULE:FREQ=DAILY;UNTIL=20261301T000000",
	    "RRULE:FREQ=DAILY;UNTIL=2026",
	    "RRULE:FREQ=DAILY;UNTIL=",
	    "RRULE:FREQ=WEEKLY;BYDAY=XX",
	    "RRULE:FREQ=WEEKLY;BYFOO=1",
	    "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
	    "RRULE:FREQ=YEARLY;RSCALE=HEBREW",
	    "RRULE:FREQ=DAILY;BYHOUR=25",
	    "RRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23",
	    "RRULE:",
	    "RRULE",
	    "FREQ=HOURLY",
	    "EVERY=DAY",
	    "EXRULE:FREQ=DAILY",
	    "SUMMARY:x",
	    "RDATE:20260230T090000",
	    "RDATE;TZID=Mars/Olympus:20260203T090000",
	    "RDATE;VALUE=PERIOD:20260203T090000Z/PT1H",
	    "EXDATE:tomorrow",
	    "EXDATE;RANGE=THISANDFUTURE:20260203T090000",
	    "DTSTART:20260601T080000\nRRULE:FREQ=DAILY",
	    "every Monday",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rules); i++) {
		char *got = expanded(rules[i], "2026-06-01T09:00", AMS, YEAR_2026, false);
		if (got[0] != '!')
			g_test_fail_printf("%s gave %s", rules[i], got);
		g_free(got);
	}
	/* Daily since a date no calendar begins at. */
	char *old = expanded("RRULE:FREQ=DAILY;COUNT=90000", "1970-01-01T09:00", AMS,
	    (struct interval){INSTANT_LAST - 40 * INSTANT_DAY, INSTANT_LAST}, false);
	g_assert_cmpstr(old, ==, "!too long ago, or too often, to be followed");
	g_free(old);
}

/* Days and weeks that are long past cost nothing, and the rhythm is kept. */
static void
test_long_past(void)
{
	static const struct {
		const char *rules, *want;
	} cases[] = {
	    {"RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,SU;UNTIL=20260201T090000",
		"01-05T09:00=08; 01-11T09:00=08; 01-26T09:00=08; 02-01T09:00=08"},
	    {"RRULE:FREQ=DAILY;INTERVAL=7;UNTIL=20260120T090000",
		"01-06T09:00=08; 01-13T09:00=08; 01-20T09:00=08"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct recurrence_budget budget = {30};
		char *got = expanded_within(
		    &budget, cases[i].rules, "1971-05-04T09:00", AMS, YEAR_2026, false);
		g_assert_cmpstr(got, ==, cases[i].want);
		g_free(got);
	}
}

/* All series of a source share what they may cost. */
static void
test_budget(void)
{
	struct series series = {
	    .zone = zone_get(AMS), .start = local("2026-01-01T09:00"), .length = 1};
	struct recurrence_budget budget = {100};
	GArray *starts = g_array_new(FALSE, FALSE, sizeof(int64_t));
	char *fault;
	g_assert_true(recurrence_expand(
	    "RRULE:FREQ=DAILY;COUNT=90", &series, YEAR_2026, &budget, starts, &fault));
	g_assert_false(recurrence_expand(
	    "RRULE:FREQ=DAILY;COUNT=90", &series, YEAR_2026, &budget, starts, &fault));
	g_clear_pointer(&fault, g_free);
	g_assert_false(recurrence_expand(
	    "RRULE:FREQ=DAILY;COUNT=1", &series, YEAR_2026, &budget, starts, &fault));
	g_free(fault);
	g_assert_cmpuint(starts->len, ==, 90);
	g_array_unref(starts);
}

/* Only what touches the time asked for; an occurrence that has begun before it belongs to it. */
static void
test_span(void)
{
	struct interval span = {local("2026-06-10T00:00"), local("2026-06-12T00:00")};
	char *got = expanded("RRULE:FREQ=DAILY", "2026-06-01T09:00", "UTC", span, false);
	g_assert_cmpstr(got, ==, "06-09T09:00=09; 06-10T09:00=09; 06-11T09:00=09");
	g_free(got);
}

/* Some systems write local times with a `Z` behind them. */
static void
test_z_is_local(void)
{
	static const char rules[] = "DTSTART:20260601T210000Z\r\nDTEND:20260601T220000Z\r\n"
				    "RRULE:FREQ=DAILY;UNTIL=20260602T210000Z";
	char *got = expanded(rules, "2026-06-01T21:00", NY, YEAR_2026, true);
	g_assert_cmpstr(got, ==, "06-01T21:00=01; 06-02T21:00=01");
	g_free(got);
	got = expanded(rules, "2026-06-01T21:00", NY, YEAR_2026, false);
	g_assert_cmpstr(got, ==, "!its DTSTART is at another time of day than the record");
	g_free(got);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recurrence/rules", test_rules);
	g_test_add_func("/recurrence/refused", test_refused);
	g_test_add_func("/recurrence/long-past", test_long_past);
	g_test_add_func("/recurrence/budget", test_budget);
	g_test_add_func("/recurrence/span", test_span);
	g_test_add_func("/recurrence/z-is-local", test_z_is_local);
	return g_test_run();
}
