/* Switches: defaults, words, numbers, and what is refused. */
#include "sandbox/switches.h"

#include "base/failure.h"

#include <string.h>

static void
test_defaults(void)
{
	struct switches switches;

	switches_init(&switches);
	g_assert_true(switch_is(&switches, SWITCH_LIMIT_OVER, "clamp"));
	g_assert_cmpint(switches.number[SWITCH_RATE], ==, 5);
	g_assert_null(switches.word[SWITCH_RATE]);
	g_assert_cmpint(switches.number[SWITCH_DUPLICATE], ==, 409);
	g_assert_true(switch_is(&switches, SWITCH_RETRY_AFTER, "off"));
}

static void
test_set(void)
{
	struct switches switches;

	switches_init(&switches);
	g_assert_true(switches_parse(&switches, "limit_over=422", NULL));
	g_assert_cmpint(switches.number[SWITCH_LIMIT_OVER], ==, 422);
	g_assert_true(switches_parse(&switches, "retry_after=3", NULL));
	g_assert_false(switch_is(&switches, SWITCH_RETRY_AFTER, "off"));
	g_assert_cmpint(switches.number[SWITCH_RETRY_AFTER], ==, 3);
	g_assert_true(switches_parse(&switches, "retry_after=off", NULL));
	g_assert_cmpint(switches.number[SWITCH_RETRY_AFTER], ==, 0);
}

static void
test_refused(void)
{
	static const char *const texts[] = {"limit_over", "limit_over=", "limit_over=401",
	    "limit_over=clamp ", "rate=-1", "rate=+1", "rate=1000001", "rate=five", "=clamp", "",
	    "limitover=clamp"};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct switches switches;
		g_autoptr(GError) error = NULL;
		switches_init(&switches);
		g_assert_false(switches_parse(&switches, texts[i], &error));
		g_assert_error(error, FAILURE, EXIT_BAD_USAGE);
		g_assert_true(switch_is(&switches, SWITCH_LIMIT_OVER, "clamp"));
		g_assert_cmpint(switches.number[SWITCH_RATE], ==, 5);
	}
}

/* The name that was meant is offered. */
static void
test_nearest(void)
{
	struct switches switches;
	g_autoptr(GError) error = NULL;

	switches_init(&switches);
	g_assert_false(switches_parse(&switches, "limitover=clamp", &error));
	g_assert_nonnull(strstr(error->message, "limit_over"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/switches/defaults", test_defaults);
	g_test_add_func("/switches/set", test_set);
	g_test_add_func("/switches/refused", test_refused);
	g_test_add_func("/switches/nearest", test_nearest);
	return g_test_run();
}
