/* Header lines. */
#include "net/header.h"

static void
test_dates(void)
{
	instant t = 7;

	g_assert_true(header_date("Sun, 06 Nov 1994 08:49:37 GMT", &t));
	g_assert_cmpint(t, ==, 784111777);
	g_assert_false(header_date("yesterday", &t));
	g_assert_false(header_date(NULL, &t));
	g_assert_cmpint(t, ==, 784111777);

	g_assert_cmpint(header_retry_after(NULL, 0), ==, -1);
	g_assert_cmpint(header_retry_after("17", 0), ==, 17);
	g_assert_cmpint(header_retry_after("soon", 0), ==, -1);
	g_assert_cmpint(header_retry_after("-3", 0), ==, -1);
	g_assert_cmpint(header_retry_after("99999999999999999999", 0), ==, 366 * 86400);
	g_assert_cmpint(header_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111770), ==, 7);
	g_assert_cmpint(header_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111779), ==, 0);
	g_assert_cmpint(header_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 0), ==, -1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/header/dates", test_dates);
	return g_test_run();
}
