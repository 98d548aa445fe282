/* Zones that a calendar describes itself: those that are followed, and those that cannot be. */
#include "importers/vtimezone.h"

#include <string.h>

#define PART(kind, start, from, to, more)                                                          \
	"BEGIN:" kind "\nDTSTART:" start "\nTZOFFSETFROM:" from "\nTZOFFSETTO:" to "\n" more       \
	"END:" kind "\n"
#define WINTER PART("STANDARD", "16010101T030000", "+0200", "+0100", "RRULE:" OCTOBER "\n")
#define SUMMER PART("DAYLIGHT", "16010101T020000", "+0100", "+0200", "RRULE:" MARCH "\n")
#define OCTOBER "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10"
#define MARCH "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3"
#define TZID "TZID:Office\n"

static struct zone *
read_text(const char *text)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *tzid = NULL;
	char **all = g_strsplit(text, "\n", -1);
	for (char **line = all; *line != NULL; line++) {
		if (**line != '\0')
			g_ptr_array_add(lines, g_strdup(*line));
	}
	g_strfreev(all);
	return vtimezone_read(lines, &tzid);
}

/* As the machine's own zone for every hour of these years. */
static void
assert_like(const char *text, const char *name, int first_year, int last_year)
{
	struct zone *zone = read_text(text), *like = zone_get(name);
	g_assert_nonnull(zone);
	g_assert_true(zone_get(zone_name(zone)) == zone);
	instant until = civil_days(last_year + 1, 1, 1) * INSTANT_DAY;
	for (instant t = civil_days(first_year, 1, 1) * INSTANT_DAY; t < until;
	     t += INSTANT_HOUR / 2)
		g_assert_cmpint(zone_offset(zone, t), ==, zone_offset(like, t));
}

static void
test_followed(void)
{
	assert_like(TZID WINTER SUMMER, "Europe/Amsterdam", 1997, 2037);
	assert_like(TZID SUMMER WINTER "X-LIC-LOCATION:Here\nLAST-MODIFIED:\n", "Europe/Amsterdam",
	    1997, 2037);
	assert_like(TZID PART("STANDARD", "20071104T020000", "-0400", "-0500",
			"TZNAME:\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n")
			PART("DAYLIGHT", "20070311T020000", "-0500", "-0400",
			    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"),
	    "America/New_York", 2008, 2037);
	/* older rules that ended, by UNTIL in UTC and by dates */
	assert_like(TZID PART("DAYLIGHT", "19870405T020000", "-0500", "-0400",
			"RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z\n")
			PART("STANDARD", "19671029T020000", "-0400", "-0500",
			    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z\n")
			    PART("STANDARD", "20071104T020000", "-0400", "-0500",
				"RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\n")
				PART("DAYLIGHT", "20070311T020000", "-0500", "-0400",
				    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\n"),
	    "America/New_York", 1988, 2037);
	assert_like(TZID PART("DAYLIGHT", "20250330T020000", "+0100", "+0200",
			"RDATE:20260329T020000\n") PART("STANDARD", "20241027T030000", "+0200",
			"+0100", "RDATE:20251026T030000,20261025T030000\n"),
	    "Europe/Amsterdam", 2025, 2026);
	assert_like(TZID "BEGIN:STANDARD\nTZOFFSETTO:-0500\nEND:STANDARD\n", "UTC-05", 2026, 2026);
	/* one change for good: before it clocks showed something else */
	assert_like(
	    TZID PART("STANDARD", "20260601T000000", "-0400", "-0500", ""), "UTC-04", 2025, 2025);
	assert_like(
	    TZID PART("STANDARD", "20260601T000000", "-0400", "-0500", ""), "UTC-05", 2027, 2027);
}

static void
test_not_followed(void)
{
	static const char *const texts[] = {
	    "",
	    WINTER SUMMER, /* no name */
	    TZID,
	    TZID WINTER "BEGIN:DAYLIGHT\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n",
	    TZID WINTER PART("DAYLIGHT", "2026", "+0100", "+0200", ""),
	    TZID WINTER PART("DAYLIGHT", "20260230T020000", "+0100", "+0200", ""),
	    TZID WINTER PART("DAYLIGHT", "20260329T250000", "+0100", "+0200", ""),
	    TZID WINTER PART(
		"DAYLIGHT", "20260329T020000", "+0100", "+0200", "RDATE:20270229T020000\n"),
	    TZID WINTER PART("DAYLIGHT", "16010101T020000", "+0100", "+9900", ""),
	    TZID WINTER PART("DAYLIGHT", "16010101T020000", "+0100", "2", ""),
	    TZID WINTER PART(
		"DAYLIGHT", "16010101T020000", "+0100", "+0200", "RRULE:FREQ=YEARLX\n"),
	    TZID WINTER PART("DAYLIGHT", "16010101T020000", "+0100", "+0200", "RRULE:FREQ=DAILY\n"),
	    TZID WINTER PART("DAYLIGHT", "16010101T020000", "+0100", "+0200",
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=3x\n"),
	    TZID WINTER PART("DAYLIGHT", "16010101T020000", "+0100", "+0200",
		"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=MO,TU,WE,TH,FR,SA,SU\n"),
	    TZID WINTER PART(
		"DAYLIGHT", "20260329T020000", "+0100", "+0200", "RDATE:20270328T010000Z\n"),
	    TZID WINTER PART(
		"DAYLIGHT", "20260329T020000", "+0100", "+0200", "EXDATE:20270328T020000\n"),
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (read_text(texts[i]) != NULL)
			g_test_message("%s", texts[i]);
		g_assert_null(read_text(texts[i]));
	}
}

/* A part in which clocks change too often to be anybody's. */
static void
test_too_much(void)
{
	GString *text = g_string_new(TZID WINTER SUMMER);
	for (unsigned i = 0; i < 50; i++)
		g_string_append(text, WINTER SUMMER);
	g_assert_null(read_text(text->str));
	g_string_free(text, TRUE);
}

/* The same rules are one zone; others under the same name are another. */
static void
test_names(void)
{
	struct zone *one = read_text(TZID WINTER SUMMER);
	g_assert_true(read_text(TZID SUMMER WINTER) == one);
	g_assert_true(read_text("TZID:Other\n" WINTER SUMMER) != one);
	struct zone *half = read_text(
	    TZID WINTER PART("DAYLIGHT", "16010101T020000", "+0100", "+0130", "RRULE:" MARCH "\n"));
	g_assert_nonnull(half);
	g_assert_true(half != one);
	g_assert_nonnull(read_text("TZID:[x]\n" WINTER SUMMER));
	g_assert_null(strpbrk(zone_name(read_text("TZID:[x]\n" WINTER SUMMER)), "[]"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vtimezone/followed", test_followed);
	g_test_add_func("/vtimezone/not-followed", test_not_followed);
	g_test_add_func("/vtimezone/names", test_names);
	g_test_add_func("/vtimezone/too-much", test_too_much);
	return g_test_run();
}
