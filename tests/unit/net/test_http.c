/* One exchange; how its ends are taken is tested where they are judged (kisi/client.c, net/download.c). */
#include "net/http.h"

#include "fake_http.h"

static struct fake_answer
answer_by_path(void *user, const struct fake_request *request)
{
	const char *path = request->target;

	if (strcmp(path, "/moved") == 0)
		return (struct fake_answer){.status = 302,
		    .headers = g_strdup("Location: /other\r\nX-Twice: 1\r\nX-Twice: 2\r\n")};
	if (strcmp(path, "/large") == 0)
		return (struct fake_answer){.body = g_strnfill(101, 'x')};
	if (strcmp(path, "/cut") == 0)
		return (struct fake_answer){.body = g_strdup("half"), .claim = 8};
	if (strcmp(path, "/slow") == 0)
		return (struct fake_answer){.body = g_strdup("late"), .hang_ms = 1000};
	/* What was said, said again. */
	return (struct fake_answer){.body = g_strdup(request->head)};
}

struct server {
	struct fake *fake;
	struct http *http;
};

static struct server
begin(void)
{
	const struct http_options options = {
	    .version = "test", .timeout_ms = 200, .body_max = 1000};
	GError *error = NULL;
	struct server server = {
	    .fake = fake_begin(answer_by_path, NULL), .http = http_open(&options, &error)};

	g_assert_no_error(error);
	return server;
}

static void
end(struct server *server)
{
	http_close(server->http);
	fake_end(server->fake);
}

static struct http_answer
get(const struct server *server, const char *path)
{
	struct http_answer answer;
	char *url = g_strdup_printf("http://127.0.0.1:%u%s", server->fake->port, path);

	http_exchange(server->http, "GET", url, NULL, &answer);
	g_free(url);
	return answer;
}

static bool
said(const struct http_answer *answer, const char *text)
{
	return g_strstr_len(answer->body, (gssize)answer->length, text) != NULL;
}

/* Headers are those of the last call, and only they. */
static void
test_headers(void)
{
	static const char *const first[] = {"Authorization: one", "X-More: 1", NULL};
	static const char *const second[] = {"Authorization: two", NULL};
	static const char *const none[] = {NULL};
	struct server server = begin();
	struct http_answer answer;

	http_set_headers(server.http, first);
	answer = get(&server, "/");
	g_assert_cmpint(answer.end, ==, HTTP_ANSWERED);
	g_assert_true(said(&answer, "\r\nAuthorization: one\r\n"));
	g_assert_true(said(&answer, "\r\nX-More: 1\r\n"));
	g_assert_true(said(&answer, "\r\nUser-Agent: kisi-reconcile/test\r\n"));
	http_set_headers(server.http, second);
	answer = get(&server, "/");
	g_assert_true(said(&answer, "\r\nAuthorization: two\r\n"));
	g_assert_false(said(&answer, "X-More"));
	http_set_headers(server.http, none);
	answer = get(&server, "/");
	g_assert_false(said(&answer, "Authorization"));
	end(&server);
}

static void
test_redirect_is_an_answer(void)
{
	struct server server = begin();
	struct http_answer answer = get(&server, "/moved");

	g_assert_cmpint(answer.end, ==, HTTP_ANSWERED);
	g_assert_cmpint(answer.status, ==, 302);
	g_assert_cmpstr(http_header(server.http, "location"), ==, "/other");
	g_assert_null(http_header(server.http, "X-Twice"));
	g_assert_null(http_header(server.http, "X-Never"));
	g_assert_cmpuint(server.fake->log->len, ==, 1);
	end(&server);
}

static void
test_ends(void)
{
	const struct http_options small = {.version = "test", .timeout_ms = 200, .body_max = 100};
	static const struct {
		const char *path;
		enum http_end end;
	} cases[] = {{"/large", HTTP_TOO_LARGE}, {"/cut", HTTP_LOST}, {"/slow", HTTP_LOST}};
	struct server server = begin();
	struct http_answer answer;

	http_close(server.http);
	server.http = http_open(&small, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		answer = get(&server, cases[i].path);
		g_assert_cmpint(answer.end, ==, cases[i].end);
		g_assert_cmpint(answer.status, ==, 0);
		g_assert_nonnull(answer.reason);
		g_assert_null(answer.body);
	}
	http_exchange(server.http, "GET", "http://127.0.0.1:1/", NULL, &answer);
	g_assert_cmpint(answer.end, ==, HTTP_NOT_SENT);
	http_exchange(server.http, "GET", "ftp://127.0.0.1:1/", NULL, &answer);
	g_assert_cmpint(answer.end, ==, HTTP_HOPELESS);
	end(&server);
}

static void
test_hidden(void)
{
	struct server server = begin();
	char *line = NULL;

	http_hide(server.http, "");
	http_hide(server.http, "s3same");
	http_hide(server.http, "feedkey");
	line = http_printable(server.http, "s3same opens feedkey\nand s3samefeedkey");
	g_assert_cmpstr(line, ==, "*** opens ***?and ******");
	g_free(line);
	end(&server);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/http/headers", test_headers);
	g_test_add_func("/net/http/redirect-is-an-answer", test_redirect_is_an_answer);
	g_test_add_func("/net/http/ends", test_ends);
	g_test_add_func("/net/http/hidden", test_hidden);
	return g_test_run();
}
