/* Times as people type them. */
#include "base/moment.h"

static void
test_moments(void)
{
	static const struct {
		const char *text, *wanted; /* NULL: no time */
	} cases[] = {
	    {"18:45", "2026-11-16T17:45:00Z"},
	    {"9:00", "2026-11-16T08:00:00Z"},
	    {"today 9:00", "2026-11-16T08:00:00Z"},
	    {"tomorrow 9:00", "2026-11-17T08:00:00Z"},
	    {"yesterday 23:59", "2026-11-15T22:59:00Z"},
	    {"2026-11-30 18:45", "2026-11-30T17:45:00Z"},
	    {"2026-07-01 18:45", "2026-07-01T16:45:00Z"},
	    {"2026-11-30T18:45:00Z", "2026-11-30T18:45:00Z"},
	    /* twice: the earlier one */
	    {"2026-10-25 02:30", "2026-10-25T00:30:00Z"},
	    {"24:00", NULL},
	    {"9:60", NULL},
	    {"9:5", NULL},
	    {"009:00", NULL},
	    {"9:00 ", NULL},
	    {"2026-02-30 9:00", NULL},
	    {"2026-11-30", NULL},
	    {"tomorrow", NULL},
	    {"", NULL},
	    {"noon", NULL},
	};
	instant now, got, wanted;
	g_assert_true(instant_parse("2026-11-16T07:30:00Z", &now));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		bool good = moment_parse(cases[i].text, zone_get("Europe/Amsterdam"), now, &got);
		g_test_message("%s", cases[i].text);
		g_assert_cmpint(good, ==, cases[i].wanted != NULL);
		if (!good)
			continue;
		g_assert_true(instant_parse(cases[i].wanted, &wanted));
		g_assert_cmpint(got, ==, wanted);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/moment/moments", test_moments);
	return g_test_run();
}
