/* Header lines. */
#include "net/header.h"

#include "base/failure.h"

#include <string.h>

static void
test_dates(void)
{
	instant t = 7;

	g_assert_true(header_date("Sun, 06 Nov 1994 08:49:37 GMT", &t));
	g_assert_cmpint(t, ==, 784111777);
	g_assert_false(header_date("yesterday", &t));
	g_assert_false(header_date(NULL, &t));
	g_assert_false(header_date("Sat, 06 Nov 2294 08:49:37 GMT", &t));
	g_assert_cmpint(t, ==, 784111777);

	g_assert_cmpint(header_retry_after(NULL, 0), ==, -1);
	g_assert_cmpint(header_retry_after("17", 0), ==, 17);
	g_assert_cmpint(header_retry_after("soon", 0), ==, -1);
	g_assert_cmpint(header_retry_after("-3", 0), ==, -1);
	g_assert_cmpint(header_retry_after("99999999999999999999", 0), ==, 366 * 86400);
	g_assert_cmpint(header_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111770), ==, 7);
	g_assert_cmpint(header_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 784111779), ==, 0);
	g_assert_cmpint(header_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", 0), ==, -1);
	g_assert_cmpint(header_retry_after("soon", 784111770), ==, -1);
	g_assert_cmpint(
	    header_retry_after("Sat, 06 Nov 2094 08:49:37 GMT", 784111770), ==, 366 * 86400);
}

/* The lines, joined by `|`; `!` when they are refused.  Nothing of them may be in the message. */
static char *
joined(char **lines, GError *error)
{
	char *text = NULL;

	if (lines != NULL) {
		g_assert_no_error(error);
		text = g_strjoinv("|", lines);
		header_free(lines);
		return text;
	}
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_null(strstr(error->message, "s3same"));
	g_error_free(error);
	return g_strdup("!");
}

static void
test_lines(void)
{
	static const struct {
		const char *text, *lines;
	} cases[] = {
	    {"Authorization: Bearer s3same\n", "Authorization: Bearer s3same"},
	    {"\r\nX-Key:s3same  \r\n\r\nX-Venue: a b\r\n", "X-Key:s3same|X-Venue: a b"},
	    {"", "!"},
	    {"\n \n", "!"},
	    {"s3same\n", "!"},
	    {": s3same\n", "!"},
	    {"X Key: s3same\n", "!"},
	    {"X-Key:  \n", "!"},
	    {"X-Key: s3same\rX-Evil: 1\n", "!"},
	    {"X-Key: s3same\x7f\n", "!"},
	    {"X-Key: s3same\nhost: example.org\n", "!"},
	    {"Content-Length: 7\n", "!"},
	    {"RANGE: bytes=0-9\n", "!"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char **lines = header_lines(cases[i].text, &error);
		char *text = joined(lines, error);

		g_assert_cmpstr(text, ==, cases[i].lines);
		g_free(text);
	}
}

static void
test_login(void)
{
	static const struct {
		const char *text, *lines;
	} cases[] = {
	    /* The example of RFC 7617. */
	    {"Aladdin:open sesame\n", "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
	    {"a:b:c", "Authorization: Basic YTpiOmM="},
	    {"s3same\n", "!"},
	    {"", "!"},
	    {"me:s3same\nyou:s3same\n", "!"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char **lines = header_login(cases[i].text, &error);
		char *text = joined(lines, error);

		g_assert_cmpstr(text, ==, cases[i].lines);
		g_free(text);
	}
	header_free(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/header/dates", test_dates);
	g_test_add_func("/net/header/lines", test_lines);
	g_test_add_func("/net/header/login", test_login);
	return g_test_run();
}
