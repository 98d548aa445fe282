/* Limits of a download that a whole run cannot show quickly; the rest is in tests/e2e/test_fetch.py. */
#include "net/download.h"

#include "base/failure.h"

#include "fake_http.h"

#include <glib/gstdio.h>

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */

static struct fake_answer
answer_page(void *user, const struct fake_request *request)
{
	const bool *pages = user;

	return (struct fake_answer){
	    .body = *pages ? g_strdup_printf("{\"items\":[],\"next\":%u}", request->number)
			   : g_strdup("0123456789")};
}

/* The message of a download that must fail, and how many requests it took. */
static char *
failure(const struct fetch_rules *rules, size_t bytes_max, guint *requests)
{
	bool pages = rules->next != NULL;
	struct fake *fake = fake_begin(answer_page, &pages);
	char *dir = g_dir_make_tmp("download-XXXXXX", NULL);
	char *url = g_strdup_printf("http://127.0.0.1:%u/f", fake->port);
	char *message = NULL;
	GError *error = NULL;
	struct saved *saved = saved_begin(dir, "b", NOW, "r", &error);
	const struct download what = {.url = url,
	    .rules = rules,
	    .as_of = NOW,
	    .version = "test",
	    .timeout_ms = 5000,
	    .attempts = 1,
	    .deadline_ms = g_get_monotonic_time() / 1000 + 60000,
	    .bytes_max = bytes_max};

	g_assert_no_error(error);
	g_assert_false(download(&what, saved, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	message = g_strdup(error->message);
	*requests = fake->log->len;
	saved_close(saved);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
	fake_end(fake);
	g_error_free(error);
	g_free(url);
	g_free(dir);
	return message;
}

static void
test_limits(void)
{
	const struct fetch_rules pages = {
	    .next = (char *)"next", .next_parameter = (char *)"page", .rate = 1e6};
	const struct fetch_rules one = {.rate = 1e6};
	const struct {
		const struct fetch_rules *rules;
		size_t bytes_max;
		const char *message;
		guint requests;
	} cases[] = {
	    {&one, 9, "larger than", 1},
	    {&pages, 60, "page 3: the pages are larger than can be right", 3},
	    {&pages, 0, "page 1000: more pages than can be right", 1000},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		guint requests = 0;
		char *message = failure(cases[i].rules, cases[i].bytes_max, &requests);

		g_test_message("%s", message);
		g_assert_nonnull(strstr(message, cases[i].message));
		g_assert_cmpuint(requests, ==, cases[i].requests);
		g_free(message);
	}
}

/* Which answers lead on, and that a page without a next one is the last, however it says so. */
struct answer_case {
	int status; /* of /f */
	const char *body;
	const char *message; /* of the failure; NULL: a good download */
	guint requests;
};

static struct fake_answer
answer_case(void *user, const struct fake_request *request)
{
	const struct answer_case *c = user;

	if (!g_str_equal(request->target, "/f"))
		return (struct fake_answer){.body = g_strdup("{\"items\":[]}")};
	return (struct fake_answer){.status = c->status,
	    .headers = c->status >= 300 ? g_strdup("Location: /moved\r\n") : NULL,
	    .body = g_strdup(c->body)};
}

static void
test_answers(void)
{
	static const struct answer_case cases[] = {
	    {300, "", "answered 300", 1},
	    {301, "", NULL, 2},
	    {302, "", NULL, 2},
	    {303, "", NULL, 2},
	    {305, "", "answered 305", 1},
	    {306, "", "answered 306", 1},
	    {307, "", NULL, 2},
	    {308, "", NULL, 2},
	    {309, "", "answered 309", 1},
	    {200, "{\"next\":\"\"}", NULL, 1},
	    {200, "{\"next\":null}", NULL, 1},
	    {200, "{\"next\":7}", NULL, 2},
	    {200, "{\"next\":true}", "next is neither a text nor a number", 1},
	    {200, "{\"next\":", "not JSON", 1},
	    {200, "null", "nothing but null", 1},
	};
	const struct fetch_rules rules = {
	    .next = (char *)"next", .next_parameter = (char *)"page", .rate = 1e6};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fake *fake = fake_begin(answer_case, (void *)&cases[i]);
		char *dir = g_dir_make_tmp("download-XXXXXX", NULL);
		char *url = g_strdup_printf("http://127.0.0.1:%u/f", fake->port);
		GError *error = NULL;
		struct saved *saved = saved_begin(dir, "b", NOW, "r", &error);
		const struct download what = {.url = url,
		    .rules = &rules,
		    .as_of = NOW,
		    .version = "test",
		    .timeout_ms = 5000,
		    .attempts = 1,
		    .deadline_ms = g_get_monotonic_time() / 1000 + 60000};
		bool good = download(&what, saved, &error);

		g_test_message("%d %s: %s", cases[i].status, cases[i].body,
		    error != NULL ? error->message : "good");
		g_assert_true(good == (cases[i].message == NULL));
		if (!good)
			g_assert_nonnull(strstr(error->message, cases[i].message));
		g_assert_cmpuint(fake->log->len, ==, cases[i].requests);
		saved_close(saved);
		g_assert_cmpint(g_rmdir(dir), ==, 0);
		fake_end(fake);
		g_clear_error(&error);
		g_free(url);
		g_free(dir);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/download/limits", test_limits);
	g_test_add_func("/net/download/answers", test_answers);
	return g_test_run();
}
