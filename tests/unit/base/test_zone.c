/* Local times and instants, at every change of the clocks from 2024 to 2030. */
#include "base/zone.h"

#include <string.h>

#define CHANGES 14

/* The instants at which each zone's clocks change, alternately, and the offsets before the first and after it. */
static const struct {
	const char *name;
	int first, second;
	instant changes[CHANGES];
} zones[] = {
    {"Europe/Amsterdam", 3600, 7200,
	{1711846800, 1729990800, 1743296400, 1761440400, 1774746000, 1792890000, 1806195600,
	    1824944400, 1837645200, 1856394000, 1869094800, 1887843600, 1901149200, 1919293200}},
    /* Ireland's summer time is its standard time, and its winter time the exception. */
    {"Europe/Dublin", 0, 3600,
	{1711846800, 1729990800, 1743296400, 1761440400, 1774746000, 1792890000, 1806195600,
	    1824944400, 1837645200, 1856394000, 1869094800, 1887843600, 1901149200, 1919293200}},
    {"America/New_York", -18000, -14400,
	{1710054000, 1730613600, 1741503600, 1762063200, 1772953200, 1793512800, 1805007600,
	    1825567200, 1836457200, 1857016800, 1867906800, 1888466400, 1899356400, 1919916000}},
    {"America/Los_Angeles", -28800, -25200,
	{1710064800, 1730624400, 1741514400, 1762074000, 1772964000, 1793523600, 1805018400,
	    1825578000, 1836468000, 1857027600, 1867917600, 1888477200, 1899367200, 1919926800}},
    /* Half an hour. */
    {"Australia/Lord_Howe", 39600, 37800,
	{1712415600, 1728142200, 1743865200, 1759591800, 1775314800, 1791041400, 1806764400,
	    1822491000, 1838214000, 1853940600, 1869663600, 1885995000, 1901718000, 1917444600}},
    {"Pacific/Auckland", 46800, 43200,
	{1712412000, 1727532000, 1743861600, 1758981600, 1775311200, 1790431200, 1806760800,
	    1821880800, 1838210400, 1853330400, 1869660000, 1885384800, 1901714400, 1916834400}},
    /* An offset with minutes. */
    {"Pacific/Chatham", 49500, 45900,
	{1712412000, 1727532000, 1743861600, 1758981600, 1775311200, 1790431200, 1806760800,
	    1821880800, 1838210400, 1853330400, 1869660000, 1885384800, 1901714400, 1916834400}},
    /* Two hours. */
    {"Antarctica/Troll", 0, 7200,
	{1711846800, 1729990800, 1743296400, 1761440400, 1774746000, 1792890000, 1806195600,
	    1824944400, 1837645200, 1856394000, 1869094800, 1887843600, 1901149200, 1919293200}},
};

/* The civil time that a clock `offset` seconds ahead of UTC shows. */
static struct civil
civil_at(instant t, int offset)
{
	struct civil c = {0};
	instant local = t + offset;
	civil_from_days(local / INSTANT_DAY, &c.year, &c.month, &c.day);
	c.hour = (int)(local % INSTANT_DAY / 3600);
	c.minute = (int)(local / 60 % 60);
	c.second = (int)(local % 60);
	return c;
}

static void
assert_civil(struct civil a, struct civil b)
{
	g_assert_cmpint(a.year, ==, b.year);
	g_assert_cmpint(a.month, ==, b.month);
	g_assert_cmpint(a.day, ==, b.day);
	g_assert_cmpint(a.hour, ==, b.hour);
	g_assert_cmpint(a.minute, ==, b.minute);
	g_assert_cmpint(a.second, ==, b.second);
}

static void
assert_local(
    struct zone *zone, struct civil local, enum zone_fit fit, instant earlier, instant later)
{
	instant t;
	g_assert_cmpint(zone_instant(zone, &local, ZONE_EARLIER, &t), ==, fit);
	g_assert_cmpint(t, ==, earlier);
	g_assert_cmpint(zone_instant(zone, &local, ZONE_LATER, &t), ==, fit);
	g_assert_cmpint(t, ==, later);
}

/* Clocks go forward at t: what they skip becomes t. */
static void
check_gap(struct zone *zone, instant t, int before, int after)
{
	assert_local(zone, civil_at(t - 1, before), ZONE_EXACT, t - 1, t - 1);
	assert_local(zone, civil_at(t, after), ZONE_EXACT, t, t);
	for (int s = 0; s < after - before; s += 61)
		assert_local(zone, civil_at(t + s, before), ZONE_GAP, t, t);
	assert_local(zone, civil_at(t - 1, after), ZONE_GAP, t, t);
}

/* Clocks go back at t: what they show twice has two instants. */
static void
check_overlap(struct zone *zone, instant t, int before, int after)
{
	int length = before - after;
	for (int s = 0; s < length; s += 61)
		assert_local(zone, civil_at(t + s, after), ZONE_OVERLAP, t + s - length, t + s);
	assert_local(zone, civil_at(t - 1, before), ZONE_OVERLAP, t - 1, t - 1 + length);
	assert_local(
	    zone, civil_at(t - length - 1, before), ZONE_EXACT, t - length - 1, t - length - 1);
	assert_local(zone, civil_at(t + length, after), ZONE_EXACT, t + length, t + length);
}

static void
test_changes(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
		struct zone *zone = zone_get(zones[i].name);
		g_assert_nonnull(zone);
		g_test_message("%s", zones[i].name);
		for (size_t j = 0; j < CHANGES; j++) {
			instant t = zones[i].changes[j];
			int before = j % 2 == 0 ? zones[i].first : zones[i].second;
			int after = j % 2 == 0 ? zones[i].second : zones[i].first;
			g_assert_cmpint(zone_offset(zone, t - 1), ==, before);
			g_assert_cmpint(zone_offset(zone, t), ==, after);
			assert_civil(zone_civil(zone, t - 1), civil_at(t - 1, before));
			assert_civil(zone_civil(zone, t), civil_at(t, after));
			if (after > before)
				check_gap(zone, t, before, after);
			else
				check_overlap(zone, t, before, after);
		}
	}
}

/* Every instant shows a local time that leads back to it, by one pick or the other. */
static void
test_there_and_back(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(zones); i++) {
		struct zone *zone = zone_get(zones[i].name);
		for (instant t = 1704067200; t < 1925000000; t += 3571) {
			struct civil c = zone_civil(zone, t);
			instant earlier, later;
			enum zone_fit fit = zone_instant(zone, &c, ZONE_EARLIER, &earlier);
			zone_instant(zone, &c, ZONE_LATER, &later);
			g_assert_cmpint(fit, !=, ZONE_GAP);
			g_assert_true(t == earlier || t == later);
			g_assert_true(fit == ZONE_OVERLAP ? earlier < later : earlier == later);
		}
	}
}

/* Samoa went to bed on 29 December 2011 and woke up on the 31st. */
static void
test_missing_day(void)
{
	struct zone *zone = zone_get("Pacific/Apia");
	instant change = 1325239200;
	instant t;
	struct civil noon = {2011, 12, 30, 12, 0, 0}, midnight = {2011, 12, 30, 0, 0, 0};
	g_assert_cmpint(zone_instant(zone, &noon, ZONE_EARLIER, &t), ==, ZONE_GAP);
	g_assert_cmpint(t, ==, change);
	g_assert_cmpint(zone_instant(zone, &midnight, ZONE_EARLIER, &t), ==, ZONE_GAP);
	g_assert_cmpint(t, ==, change);
	g_assert_cmpint(zone_day_start(zone, 2011, 12, 31, 0), ==, change);
	g_assert_cmpint(zone_day_start(zone, 2011, 12, 29, 0), ==, change - INSTANT_DAY);
	g_assert_cmpint(zone_offset(zone, change - 1), ==, -36000);
	g_assert_cmpint(zone_offset(zone, change), ==, 50400);
}

static void
test_midnight(void)
{
	static const struct {
		const char *zone;
		int year, month, day, days;
		instant want;
	} cases[] = {
	    {"UTC", 2026, 11, 14, 0, 1794614400},
	    {"UTC", 2026, 11, 14, 1, 1794700800},
	    {"UTC", 2026, 11, 14, -14, 1793404800},
	    {"UTC", 2026, 12, 31, 1, 1798761600},
	    {"UTC", 2028, 2, 28, 1, 1835395200},
	    {"Europe/Amsterdam", 2026, 11, 14, 0, 1794610800},
	    {"Pacific/Auckland", 2026, 11, 14, 0, 1794567600},
	    {"America/Los_Angeles", 2026, 11, 14, 0, 1794643200},
	    /* days of 23, 25 and, on Lord Howe Island, 24 and a half hours */
	    {"Europe/Amsterdam", 2026, 3, 29, 0, 1774738800},
	    {"Europe/Amsterdam", 2026, 3, 29, 1, 1774738800 + 23 * 3600},
	    {"Europe/Amsterdam", 2026, 10, 25, 0, 1792879200},
	    {"Europe/Amsterdam", 2026, 10, 25, 1, 1792879200 + 25 * 3600},
	    {"Australia/Lord_Howe", 2026, 4, 5, 0, 1775307600},
	    {"Australia/Lord_Howe", 2026, 4, 5, 1, 1775307600 + 24 * 3600 + 1800},
	    /* midnight that does not exist, and midnight that happens twice */
	    {"America/Santiago", 2024, 9, 8, 0, 1725768000},
	    {"America/Havana", 2024, 11, 3, 0, 1730606400},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s %d-%d-%d %+d", cases[i].zone, cases[i].year, cases[i].month,
		    cases[i].day, cases[i].days);
		struct zone *zone = zone_get(cases[i].zone);
		instant start = zone_day_start(
		    zone, cases[i].year, cases[i].month, cases[i].day, cases[i].days);
		g_assert_cmpint(start, ==, cases[i].want);
		g_assert_cmpint(zone_midnight(zone, start, 0), ==, start);
		g_assert_cmpint(zone_midnight(zone, start + 20 * INSTANT_HOUR, 0), ==, start);
		g_assert_cmpint(zone_midnight(zone, start - 1, 1), ==, start);
	}
}

static void
test_names(void)
{
	static const struct {
		const char *name;
		int offset; /* 1: no such zone */
	} cases[] = {
	    {"UTC", 0},
	    {"GMT", 0},
	    {"Etc/UTC", 0},
	    {"Asia/Kolkata", 19800},
	    {"UTC-05", -18000},
	    {"UTC+05:30", 19800},
	    {"utc+0530", 19800},
	    {"+02:00", 7200},
	    {"-03", -10800},
	    {"", 1},
	    {"Europe", 1},
	    {"Europe/Amsterdan", 1},
	    {"Mars/Olympus", 1},
	    {"/etc/passwd", 1},
	    {"../../etc/passwd", 1},
	    {"Europe/../Europe/Amsterdam", 1},
	    {"localtime", 1},
	    {"posixrules", 1},
	    {"right/Europe/Amsterdam", 1},
	    {"+2", 1},
	    {"+15:00", 1},
	    {"+02:60", 1},
	    {"UTC+", 1},
	    {"UTC+5:30:00", 1},
	    {"+0a:00", 1},
	    {"+02:3", 1},
	    {"+02:3x", 1},
	    {"+023", 1},
	    {"+02300", 1},
	    {"+0:230", 1},
	    {"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1},
	    {"02:00", 1},
	    {"Etc/GMT+5", -18000},
	    {"Etc/GMT+99", 1},
	    {"UTC+1", 1},
	    {"GMT-3", 1},
	    {"X-3", 1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct zone *zone = zone_get(cases[i].name);
		g_test_message("\"%s\"", cases[i].name);
		g_assert_cmpint(zone != NULL, ==, cases[i].offset != 1);
		if (zone == NULL)
			continue;
		g_assert_cmpint(zone_offset(zone, 1794654000), ==, cases[i].offset);
		g_assert_cmpstr(zone_name(zone), ==, cases[i].name);
		g_assert_true(zone_get(cases[i].name) == zone);
	}
}

static void
test_format(void)
{
	static const struct {
		const char *zone;
		instant t;
		const char *want;
	} cases[] = {
	    {"UTC", 0, "Thu 1970-01-01 00:00"},
	    {"Europe/Amsterdam", 1794654000, "Sat 2026-11-14 12:00"},
	    {"Pacific/Auckland", 1794654000, "Sun 2026-11-15 00:00"},
	    {"America/New_York", 1794614459, "Fri 2026-11-13 19:00"},
	    {"UTC-05", 0, "Wed 1969-12-31 19:00"},
	};
	char buffer[ZONE_TEXT];
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(
		    zone_format(zone_get(cases[i].zone), cases[i].t, buffer), ==, cases[i].want);
}

/* A zone of somebody's own: its rules between their instants, and its local times as those of any other. */
static void
test_define(void)
{
	static const struct zone_change changes[] = {
	    {1774746000, 7200}, {1792890000, 3600}, {1806195600, 7200}};
	struct zone *zone = zone_define("Own #1", 3600, changes, G_N_ELEMENTS(changes));
	struct zone *like = zone_get("Europe/Amsterdam");
	g_assert_true(zone_get("Own #1") == zone);
	g_assert_true(zone_define("Own #1", 0, NULL, 0) == zone);
	for (instant t = 1767225600; t < 1809000000; t += 900)
		g_assert_cmpint(zone_offset(zone, t), ==, zone_offset(like, t));
	instant t;
	struct civil twice = {2026, 10, 25, 2, 30, 0}, never = {2026, 3, 29, 2, 30, 0};
	g_assert_cmpint(zone_instant(zone, &twice, ZONE_LATER, &t), ==, ZONE_OVERLAP);
	g_assert_cmpint(t, ==, 1792891800);
	g_assert_cmpint(zone_instant(zone, &never, ZONE_EARLIER, &t), ==, ZONE_GAP);
	g_assert_cmpint(t, ==, 1774746000);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zone/changes", test_changes);
	g_test_add_func("/zone/there-and-back", test_there_and_back);
	g_test_add_func("/zone/missing-day", test_missing_day);
	g_test_add_func("/zone/midnight", test_midnight);
	g_test_add_func("/zone/names", test_names);
	g_test_add_func("/zone/format", test_format);
	g_test_add_func("/zone/define", test_define);
	return g_test_run();
}
