/* The arithmetic of pacing. */
#include "net/pace.h"

#include <glib.h>

static void
test_pace(void)
{
	struct pace pace;

	pace_init(&pace, 4);
	g_assert_cmpint(pace_wait(&pace, 1000), ==, 0);
	pace_sent(&pace, 1000);
	g_assert_cmpint(pace_wait(&pace, 1000), ==, 250000);
	g_assert_cmpint(pace_wait(&pace, 201000), ==, 50000);
	g_assert_cmpint(pace_wait(&pace, 251000), ==, 0);
	/* Idle time is not saved up: Kisi counts any second, a burst would break the limit. */
	pace_sent(&pace, 10000000);
	g_assert_cmpint(pace_wait(&pace, 10000000), ==, 250000);

	pace_slow(&pace);
	pace_sent(&pace, 0);
	g_assert_cmpint(pace_wait(&pace, 0), ==, 500000);
	for (int i = 0; i < 20; i++)
		pace_slow(&pace);
	g_assert_cmpfloat(pace.current, ==, PACE_FLOOR);
	for (int i = 0; i < PACE_CALM; i++)
		pace_calm(&pace);
	g_assert_cmpfloat(pace.current, ==, PACE_FLOOR * 1.25);
	for (int i = 0; i < 100 * PACE_CALM; i++)
		pace_calm(&pace);
	g_assert_cmpfloat(pace.current, ==, 4);

	pace_init(&pace, 0.1);
	pace_slow(&pace);
	g_assert_cmpfloat(pace.current, ==, 0.1);
}

static void
test_backoff(void)
{
	g_assert_cmpint(pace_backoff(1000, 1, -1, 1), ==, 1000);
	g_assert_cmpint(pace_backoff(1000, 1, -1, 0), ==, 500);
	g_assert_cmpint(pace_backoff(1000, 4, -1, 1), ==, 8000);
	g_assert_cmpint(pace_backoff(1000, 1000, -1, 1), ==, PACE_LONGEST_MS);
	g_assert_cmpint(pace_backoff(1000, 1, 30, 0), ==, 30000);
	g_assert_cmpint(pace_backoff(1000, 6, 1, 1), ==, 32000);
	g_assert_cmpint(pace_backoff(1000, 1, 366 * 86400, 0), ==, PACE_LONGEST_MS);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/pace", test_pace);
	g_test_add_func("/net/backoff", test_backoff);
	return g_test_run();
}
