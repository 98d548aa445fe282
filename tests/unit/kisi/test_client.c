/* The client against a server that fails in every way, and the pure parts it is made of. */
#include "base/json.h"
#include "kisi/access.h"
#include "kisi/answer.h"
#include "kisi/client.h"

#include "../net/fake_http.h"

#define KEY "sesame-0123456789"

static struct kisi_client *
open_client_within(unsigned port, unsigned attempts, unsigned timeout_ms)
{
	char *url = g_strdup_printf("http://127.0.0.1:%u/", port);
	const struct kisi_options options = {
	    .base_url = url,
	    .key = KEY,
	    .rate = 100000,
	    .version = "test",
	    .attempts = attempts,
	    .backoff_ms = 1,
	    .timeout_ms = timeout_ms,
	    .jitter_seed = 1,
	};
	GError *error = NULL;
	struct kisi_client *client = kisi_open(&options, &error);

	g_assert_no_error(error);
	g_free(url);
	return client;
}

static struct kisi_client *
open_client(unsigned port, unsigned attempts)
{
	return open_client_within(port, attempts, 200);
}

/* --- keys --- */

static void
test_key(void)
{
	static const char *const keys[] = {
	    "", NULL, "a b", "abc\r\nX-Evil: 1", "abc\n", "a\x7f", "é"};

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		const struct kisi_options options = {
		    .base_url = "https://api.kisi.io", .key = keys[i], .version = "1"};
		GError *error = NULL;

		g_assert_null(kisi_open(&options, &error));
		g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
		g_assert_null(strstr(error->message, "Evil"));
		g_clear_error(&error);
	}
}

/* --- headers and messages --- */

static void
test_range(void)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t start, end, total;
	} cases[] = {
	    {"10-19/15", true, 10, 19, 15},
	    {"0-99/1", true, 0, 99, 1},
	    {"*/0", true, -1, -1, 0},
	    {"*/7", true, -1, -1, 7},
	    {NULL, false, -1, -1, -1},
	    {"", false, -1, -1, -1},
	    {"0-9", false, -1, -1, -1},
	    {"0-9/*", false, -1, -1, -1},
	    {"0-9/5/6", false, -1, -1, -1},
	    {"0-x/5", false, -1, -1, -1},
	    {"0-1-2/5", false, -1, -1, -1},
	    {"-9/5", false, -1, -1, -1},
	    {"a-9/5", false, -1, -1, -1},
	    {"0-9/-5", false, -1, -1, -1},
	    {"0-9/99999999999999999999", false, -1, -1, -1},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct answer_range range;

		g_test_message("%s", cases[i].text);
		g_assert_cmpint(answer_range(cases[i].text, &range), ==, cases[i].ok);
		g_assert_cmpint(range.start, ==, cases[i].start);
		g_assert_cmpint(range.end, ==, cases[i].end);
		g_assert_cmpint(range.total, ==, cases[i].total);
	}
}

static void
test_messages(void)
{
	static const struct {
		const char *body, *message;
	} cases[] = {
	    {"{\"code\":\"afc516\",\"error\":\"Wrong email\"}", "Wrong email (afc516)"},
	    {"{\"error\":\"no code\"}", "no code"},
	    {"{\"errors\":{\"email\":[\"is taken\",\"is odd\"],\"name\":[\"is blank\"]}}",
		"email: is taken, is odd; name: is blank"},
	    {"{\"errors\":{\"base\":null,\"x\":[null,1]}}", "base: null; x: null, 1"},
	    {"{\"errors\":\"text\"}", "{\"errors\":\"text\"}"},
	    {"{\"message\":\"elsewhere\"}", "{\"message\":\"elsewhere\"}"},
	    {"<html>\n<b>Bad</b>\x1b[31m", "<html>?<b>Bad</b>?[31m"},
	    {"{\"error\":\"two\\nlines\"}", "two?lines"},
	    {"", NULL},
	    {"  \n", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct json_object *body = json_read(
		    cases[i].body, strlen(cases[i].body), "test", NULL);
		char *message = answer_message(body, cases[i].body, strlen(cases[i].body));

		g_assert_cmpstr(message, ==, cases[i].message);
		g_free(message);
		json_object_put(body);
	}
}

static void
test_long_message(void)
{
	char *body = g_strnfill(100000, 'x');
	char *message = answer_message(NULL, body, 100000);

	g_assert_cmpuint(strlen(message), <, 400);
	g_assert_true(g_str_has_suffix(message, "..."));
	g_free(message);
	g_free(body);
}

/* --- requests: one line of the script answers one request, the last one all that follow --- */

struct script {
	const struct fake_answer *lines;
	guint count;
};

static struct fake_answer
play(void *user, const struct fake_request *request)
{
	const struct script *script = user;
	struct fake_answer answer = script->lines[MIN(request->number, script->count) - 1];

	g_assert_nonnull(strstr(request->head, "\r\nAuthorization: KISI-LOGIN " KEY "\r\n"));
	g_assert_nonnull(strstr(request->head, "\r\nAccept: application/json\r\n"));
	g_assert_nonnull(strstr(request->head, "\r\nContent-Type: application/json\r\n"));
	g_assert_nonnull(strstr(request->head, "\r\nUser-Agent: kisi-reconcile/test\r\n"));
	g_assert_nonnull(
	    strstr(request->head, "\r\nX-Kisi-Integration-Identifier: kisi-reconcile\r\n"));
	answer.headers = g_strdup(answer.headers);
	answer.body = g_strdup(answer.body);
	return answer;
}

struct request_case {
	const char *name;
	const char *method;
	struct fake_answer lines[4];
	guint count;
	enum kisi_result result;
	guint requests;
	const char *message; /* a part of it */
};

#define OK_BODY                                                                                    \
	{                                                                                          \
		.body = (char *)"{\"id\":1}"                                                       \
	}
#define TAKEN (char *)"{\"code\":\"f00f00\",\"error\":\"The record already exists\"}"

static const struct request_case request_cases[] = {
    {"get", "GET", {OK_BODY}, 1, KISI_OK, 1, NULL},
    {"get/429-then-ok", "GET", {{.status = 429}, OK_BODY}, 2, KISI_OK, 2, NULL},
    {"get/429-retry-after", "GET",
	{{.status = 429, .headers = (char *)"Retry-After: 0\r\n"}, OK_BODY}, 2, KISI_OK, 2, NULL},
    {"get/429-for-ever", "GET", {{.status = 429}}, 1, KISI_DOWN, 3, "429"},
    {"get/5xx-then-ok", "GET", {{.status = 500}, {.status = 503}, OK_BODY}, 3, KISI_OK, 3, NULL},
    {"get/5xx-for-ever", "GET", {{.status = 502, .body = (char *)"<html>Bad gateway</html>"}}, 1,
	KISI_DOWN, 3, "Bad gateway"},
    {"get/cut-then-ok", "GET", {{.silent = true}, OK_BODY}, 2, KISI_OK, 2, NULL},
    {"get/cut-for-ever", "GET", {{.silent = true}}, 1, KISI_DOWN, 3, "no usable answer"},
    {"get/truncated", "GET", {{.body = (char *)"[1,2", .claim = 100}, OK_BODY}, 2, KISI_OK, 2,
	NULL},
    {"get/half-json", "GET", {{.body = (char *)"[1,2"}}, 1, KISI_DOWN, 3, "not JSON"},
    {"get/html", "GET", {{.body = (char *)"<html>hello</html>"}, OK_BODY}, 2, KISI_OK, 2, NULL},
    {"get/empty", "GET", {{.body = NULL}}, 1, KISI_DOWN, 3, "empty"},
    {"get/hang", "GET", {{.hang_ms = 300}, OK_BODY}, 2, KISI_OK, 2, NULL},
    {"get/401", "GET", {{.status = 401}}, 1, KISI_DENIED, 1, "401"},
    {"get/403", "GET", {{.status = 403}}, 1, KISI_REFUSED, 1, "403"},
    {"get/404", "GET", {{.status = 404}}, 1, KISI_GONE, 1, "404"},
    {"get/404-path", "GET",
	{{.status = 404,
	    .body = (char *)"{\"code\":\"000404\",\"error\":\"The endpoint does not exist\"}"}},
	1, KISI_REFUSED, 1, "endpoint"},
    {"get/302", "GET", {{.status = 302, .headers = (char *)"Location: http://127.0.0.1:1/\r\n"}}, 1,
	KISI_DOWN, 1, "302"},
    {"get/key-echoed", "GET", {{.status = 403, .body = (char *)"{\"error\":\"not " KEY "!\"}"}}, 1,
	KISI_REFUSED, 1, "not ***!"},
    {"post", "POST", {OK_BODY}, 1, KISI_OK, 1, NULL},
    {"post/409", "POST", {{.status = 409, .body = TAKEN}}, 1, KISI_EXISTS, 1,
	"The record already exists (f00f00)"},
    {"post/422", "POST",
	{{.status = 422, .body = (char *)"{\"errors\":{\"email\":[\"is taken\"]}}"}}, 1,
	KISI_REFUSED, 1, "email: is taken"},
    {"post/429-then-ok", "POST", {{.status = 429}, OK_BODY}, 2, KISI_OK, 2, NULL},
    {"post/429-for-ever", "POST", {{.status = 429}}, 1, KISI_DOWN, 3, "429"},
    {"post/500", "POST", {{.status = 500}}, 1, KISI_UNKNOWN, 1, "500"},
    {"post/302", "POST", {{.status = 302}}, 1, KISI_UNKNOWN, 1, "302"},
    {"post/cut", "POST", {{.silent = true}}, 1, KISI_UNKNOWN, 1, "no usable answer"},
    {"post/truncated", "POST", {{.body = (char *)"{\"id\":", .claim = 100}}, 1, KISI_UNKNOWN, 1,
	"no usable answer"},
    {"post/html", "POST", {{.body = (char *)"<html>"}}, 1, KISI_UNKNOWN, 1, "not JSON"},
    {"post/empty", "POST", {{.body = NULL}}, 1, KISI_UNKNOWN, 1, "empty"},
    {"post/hang", "POST", {{.hang_ms = 300, .body = (char *)"{\"id\":1}"}}, 1, KISI_UNKNOWN, 1,
	"no usable answer"},
    {"patch", "PATCH", {{.status = 204}}, 1, KISI_OK, 1, NULL},
    {"patch/500", "PATCH", {{.status = 500}}, 1, KISI_UNKNOWN, 1, "500"},
    {"patch/cut", "PATCH", {{.silent = true}}, 1, KISI_UNKNOWN, 1, "no usable answer"},
    {"delete", "DELETE", {{.status = 204}}, 1, KISI_OK, 1, NULL},
    {"delete/404", "DELETE", {{.status = 404}}, 1, KISI_GONE, 1, "404"},
    {"delete/500", "DELETE", {{.status = 503}}, 1, KISI_UNKNOWN, 1, "503"},
    {"delete/cut", "DELETE", {{.silent = true}}, 1, KISI_UNKNOWN, 1, "no usable answer"},
};

static void
test_request(gconstpointer data)
{
	const struct request_case *c = data;
	struct script script = {c->lines, c->count};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 3);
	struct json_object *body = json_object_new_object();
	struct kisi_reply reply;

	kisi_request(
	    client, c->method, "/things", strcmp(c->method, "POST") == 0 ? body : NULL, &reply);
	g_test_message("%s", reply.message);
	g_assert_cmpint(reply.result, ==, c->result);
	g_assert_cmpuint(kisi_traffic(client).requests, ==, c->requests);
	g_assert_cmpuint(fake->log->len, ==, c->requests);
	if (c->message == NULL) {
		g_assert_null(reply.message);
	} else {
		g_assert_nonnull(strstr(reply.message, c->message));
		g_assert_null(strstr(reply.message, KEY));
		g_assert_null(strchr(reply.message, '\n'));
	}
	kisi_reply_done(&reply);
	kisi_reply_done(&reply);
	json_object_put(body);
	kisi_close(client);
	fake_end(fake);
}

/* --- what one request cannot show --- */

/* libcurl by itself would send such a write twice. */
static void
test_write_on_kept_connection(void)
{
	static const struct fake_answer lines[] = {OK_BODY, {.silent = true}, OK_BODY};
	static const char *const methods[] = {"POST", "PATCH", "DELETE"};

	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		struct script script = {lines, G_N_ELEMENTS(lines)};
		struct fake *fake = fake_begin(play, &script);
		struct kisi_client *client = open_client(fake->port, 3);
		struct kisi_reply reply;

		kisi_request(client, "GET", "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, KISI_OK);
		kisi_reply_done(&reply);
		kisi_request(client, methods[i], "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, KISI_UNKNOWN);
		kisi_reply_done(&reply);
		g_assert_cmpuint(fake->log->len, ==, 2);
		kisi_close(client);
		fake_end(fake);
	}
}

static void
test_nobody_listens(void)
{
	static const char *const methods[] = {"GET", "POST", "DELETE"};
	struct script script = {NULL, 0};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 2);

	fake_end(fake);
	for (size_t i = 0; i < G_N_ELEMENTS(methods); i++) {
		struct kisi_reply reply;

		kisi_request(client, methods[i], "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, KISI_DOWN);
		g_assert_cmpuint(kisi_traffic(client).requests, ==, 2 * (i + 1));
		kisi_reply_done(&reply);
	}
	kisi_close(client);
}

/* After a 401 nothing is sent any more. */
static void
test_denied_stays(void)
{
	static const struct fake_answer lines[] = {OK_BODY, {.status = 401}, OK_BODY};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 3);
	static const enum kisi_result results[] = {KISI_OK, KISI_DENIED, KISI_DENIED};

	for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
		struct kisi_reply reply;

		kisi_request(client, "GET", "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, results[i]);
		g_assert_true(kisi_denied(client) == (results[i] == KISI_DENIED));
		kisi_reply_done(&reply);
	}
	g_assert_cmpuint(fake->log->len, ==, 2);
	kisi_close(client);
	fake_end(fake);
}

/* So many a second and no more; after a 429 half as many. */
static void
test_pace(void)
{
	static const struct fake_answer lines[] = {
	    OK_BODY, OK_BODY, {.status = 429}, OK_BODY, OK_BODY, OK_BODY};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	char *url = g_strdup_printf("http://127.0.0.1:%u/", fake->port);
	const struct kisi_options options = {.base_url = url,
	    .key = KEY,
	    .rate = 20,
	    .version = "test",
	    .attempts = 2,
	    .backoff_ms = 1,
	    .jitter_seed = 1};
	struct kisi_client *client = kisi_open(&options, NULL);
	int64_t begun = g_get_monotonic_time();

	for (size_t i = 0; i < G_N_ELEMENTS(lines) - 1; i++) {
		struct kisi_reply reply;

		kisi_request(client, "GET", "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, KISI_OK);
		kisi_reply_done(&reply);
	}
	/* 50 ms three times, then 100 ms twice; the answer to the 429 changes what comes behind its repeat. */
	g_assert_cmpint(g_get_monotonic_time() - begun, >=, 350000);
	kisi_close(client);
	fake_end(fake);
	g_free(url);
}

/* A proxy that the environment names would see the key. */
static void
test_no_proxy(void)
{
	static const struct fake_answer lines[] = {OK_BODY};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = NULL;
	struct kisi_reply reply;

	g_setenv("http_proxy", "http://127.0.0.1:1", TRUE);
	g_setenv("all_proxy", "http://127.0.0.1:1", TRUE);
	client = open_client(fake->port, 1);
	kisi_request(client, "GET", "/things", NULL, &reply);
	g_assert_cmpint(reply.result, ==, KISI_OK);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
	g_unsetenv("http_proxy");
	g_unsetenv("all_proxy");
}

/* A wait that would pass the deadline is not begun. */
static void
test_deadline(void)
{
	static const struct fake_answer lines[] = {
	    {.status = 429, .headers = (char *)"Retry-After: 3600\r\n"}};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	char *url = g_strdup_printf("http://127.0.0.1:%u", fake->port);
	int64_t start = g_get_monotonic_time() / 1000;
	const struct kisi_options options = {
	    .base_url = url, .key = KEY, .version = "test", .deadline_ms = start + 5000};
	struct kisi_client *client = kisi_open(&options, NULL);
	struct kisi_reply reply;

	kisi_request(client, "POST", "/things", NULL, &reply);
	g_assert_cmpint(reply.result, ==, KISI_DOWN);
	g_assert_nonnull(strstr(reply.message, "time for this run is over"));
	g_assert_cmpint(g_get_monotonic_time() / 1000 - start, <, 4000);
	g_assert_cmpuint(fake->log->len, ==, 1);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
	g_free(url);
}

/* What must not end half-way goes on after the deadline, but waits for no hour. */
static void
test_see_through(void)
{
	static const struct fake_answer lines[] = {{.status = 200, .body = (char *)"{\"id\":1}"},
	    {.status = 429, .headers = (char *)"Retry-After: 3600\r\n"}};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	char *url = g_strdup_printf("http://127.0.0.1:%u", fake->port);
	const struct kisi_options options = {.base_url = url,
	    .key = KEY,
	    .rate = 100000,
	    .version = "test",
	    .attempts = 3,
	    .backoff_ms = 1,
	    .deadline_ms = 1};
	struct kisi_client *client = kisi_open(&options, NULL);
	struct kisi_reply reply;

	kisi_request(client, "POST", "/things", NULL, &reply);
	g_assert_cmpint(reply.result, ==, KISI_DOWN);
	g_assert_cmpuint(fake->log->len, ==, 0);
	kisi_reply_done(&reply);
	g_assert_false(kisi_again(client, 1));
	kisi_see_through(client, true);
	g_assert_true(kisi_again(client, 1));
	g_assert_true(kisi_again(client, 2));
	g_assert_false(kisi_again(client, 3));
	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		kisi_request(client, "POST", "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, i == 0 ? KISI_OK : KISI_DOWN);
		kisi_reply_done(&reply);
	}
	g_assert_cmpuint(fake->log->len, ==, 2);
	kisi_see_through(client, false);
	g_assert_false(kisi_again(client, 1));
	kisi_close(client);
	fake_end(fake);
	g_free(url);
}

/* More than can be right: reading it again would only bring it again. */
static struct fake_answer
answer_too_large(void *user, const struct fake_request *request)
{
	static const gsize length = ((gsize)64 << 20) + 1;

	return (struct fake_answer){.body = g_malloc0(length), .length = length};
}

static void
test_too_large(void)
{
	static const struct {
		const char *method;
		enum kisi_result result;
	} cases[] = {{"GET", KISI_DOWN}, {"POST", KISI_UNKNOWN}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fake *fake = fake_begin(answer_too_large, NULL);
		struct kisi_client *client = open_client_within(fake->port, 3, 60000);
		struct kisi_reply reply;

		kisi_request(client, cases[i].method, "/things", NULL, &reply);
		g_assert_cmpint(reply.result, ==, cases[i].result);
		g_assert_nonnull(strstr(reply.message, "larger than 64 MiB"));
		g_assert_cmpuint(fake->log->len, ==, 1);
		kisi_reply_done(&reply);
		kisi_close(client);
		fake_end(fake);
	}
}

/* --- being told to stop --- */

static bool stop;

static bool
told(void)
{
	return stop;
}

static unsigned asked;

static bool
told_in_a_while(void)
{
	return ++asked > 4;
}

/* Answers, and tells the client to stop meanwhile. */
static struct fake_answer
answer_and_stop(void *user, const struct fake_request *request)
{
	const int *status = user;

	stop = true;
	return (struct fake_answer){.status = *status};
}

/* A read may be left; a write that is decided goes out, since its intent stands in the journal. */
static void
test_stop(void)
{
	static const struct {
		const char *method;
		bool at_once; /* told before, not while the first try is answered */
		int status;
		enum kisi_result result;
		guint requests;
		const char *message;
	} cases[] = {
	    {"GET", true, 503, KISI_DOWN, 0, "not sent: the run was told to stop"},
	    {"GET", false, 503, KISI_DOWN, 1, "Kisi answered 503; the run was told to stop"},
	    {"POST", true, 204, KISI_UNKNOWN, 1, "answered 204 with a body that is empty"},
	    {"DELETE", true, 204, KISI_OK, 1, NULL},
	    {"DELETE", true, 429, KISI_DOWN, 2, "Kisi answered 429"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int status = cases[i].status;
		struct fake *fake = fake_begin(answer_and_stop, &status);
		struct kisi_client *client = open_client(fake->port, 2);
		struct kisi_reply reply;

		kisi_stop_when(client, told);
		stop = cases[i].at_once;
		kisi_request(client, cases[i].method, "/things", NULL, &reply);
		g_test_message("%s: %s", cases[i].method, reply.message);
		g_assert_cmpint(reply.result, ==, cases[i].result);
		g_assert_cmpuint(fake->log->len, ==, cases[i].requests);
		if (cases[i].message != NULL)
			g_assert_true(g_str_has_prefix(reply.message, cases[i].message));
		else
			g_assert_null(reply.message);
		kisi_reply_done(&reply);
		kisi_close(client);
		fake_end(fake);
	}
}

/* Nobody told it: it goes on as if it could not be told. */
static void
test_no_stop(void)
{
	static const struct fake_answer lines[] = {{.status = 503}, OK_BODY};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 2);
	struct kisi_reply reply;

	stop = false;
	kisi_stop_when(client, told);
	kisi_request(client, "GET", "/things", NULL, &reply);
	g_assert_cmpint(reply.result, ==, KISI_OK);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
}

/* A wait of a minute ends as soon as somebody says so. */
static void
test_stop_ends_wait(void)
{
	static const struct fake_answer lines[] = {
	    {.status = 429, .headers = (char *)"Retry-After: 60\r\n"}};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 2);
	int64_t start = g_get_monotonic_time();
	struct kisi_reply reply;

	asked = 0;
	kisi_stop_when(client, told_in_a_while);
	kisi_request(client, "GET", "/things", NULL, &reply);
	g_assert_cmpint(reply.result, ==, KISI_DOWN);
	g_assert_nonnull(strstr(reply.message, "told to stop"));
	g_assert_cmpint(g_get_monotonic_time() - start, <, 30 * G_USEC_PER_SEC);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
}

static void
test_headers(void)
{
	static const struct fake_answer lines[] = {
	    {.body = (char *)"[]",
		.headers = (char
			*)"x-collection-range: 20-29/7\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"},
	    {.body = (char *)"[]",
		.headers =
		    (char *)"Deprecation: Thu, 01 Jan 2026 00:00:00 GMT\r\nSunset: soon\r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Sunset: now\r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Sunset: now\r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Deprecation: @1\r\n"},
	    {.body = (char *)"[]",
		.headers = (char *)"X-Collection-Range: 0-9/7\r\nX-Collection-Range: 0-9/8\r\n"},
	};
	static const char *const paths[] = {
	    "/users", "/members?limit=1", "/members/7", "/shares", "/teams", "/users"};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 1);
	instant offset = 0;

	g_assert_false(kisi_clock_offset(client, &offset));
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct kisi_reply reply;

		kisi_request(client, "GET", paths[i], NULL, &reply);
		g_assert_cmpint(reply.result, ==, KISI_OK);
		g_assert_cmpint(reply.range_start, ==, i == 0 ? 20 : -1);
		g_assert_cmpint(reply.range_total, ==, i == 0 ? 7 : -1);
		kisi_reply_done(&reply);
	}
	g_assert_true(kisi_clock_offset(client, &offset));
	g_assert_cmpint(offset + g_get_real_time() / G_USEC_PER_SEC - 784111777, <, 60);
	g_assert_cmpstr(kisi_deprecations(client)[0], ==,
	    "GET /members: deprecated Thu, 01 Jan 2026 00:00:00 GMT, gone after soon");
	g_assert_cmpstr(kisi_deprecations(client)[1], ==, "GET /shares: gone after now");
	g_assert_cmpstr(kisi_deprecations(client)[2], ==, "GET /teams: deprecated @1");
	g_assert_null(kisi_deprecations(client)[3]);
	kisi_close(client);
	fake_end(fake);
}

/* Without a Date that is a time nobody knows how far the clocks differ, and one that cannot be read hides none. */
static void
test_undated(void)
{
	static const struct fake_answer lines[] = {{.body = (char *)"[]"},
	    {.body = (char *)"[]", .headers = (char *)"Date: \r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Date: no time\r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Date: Mon, 06 Nov 3994 08:49:37 GMT\r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"},
	    {.body = (char *)"[]", .headers = (char *)"Date: no time\r\n"}};
	struct script script = {lines, G_N_ELEMENTS(lines)};
	struct fake *fake = fake_begin(play, &script);
	struct kisi_client *client = open_client(fake->port, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		struct kisi_reply reply;
		instant offset = 0;

		kisi_request(client, "GET", "/users", NULL, &reply);
		g_assert_cmpint(reply.result, ==, KISI_OK);
		kisi_reply_done(&reply);
		g_assert_true(kisi_clock_offset(client, &offset) == (i >= 4));
		g_assert_true((offset != 0) == (i >= 4));
	}
	kisi_close(client);
	fake_end(fake);
}

static struct fake_answer
answer_gzip(void *user, const struct fake_request *request)
{
	/* gzip of {"id":4711} */
	static const guint8 bytes[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
	    0xab, 0x56, 0xca, 0x4c, 0x51, 0xb2, 0x32, 0x31, 0x37, 0x34, 0xac, 0x05, 0x00, 0xbc,
	    0x79, 0x93, 0x50, 0x0b, 0x00, 0x00, 0x00};
	struct fake_answer answer = {.headers = g_strdup("Content-Encoding: gzip\r\n")};

	g_assert_nonnull(strstr(request->head, "gzip"));
	answer.body = g_memdup2(bytes, sizeof bytes);
	answer.length = sizeof bytes;
	return answer;
}

static void
test_gzip(void)
{
	struct fake *fake = fake_begin(answer_gzip, NULL);
	struct kisi_client *client = open_client(fake->port, 1);
	struct kisi_reply reply;
	int64_t id = 0;

	kisi_request(client, "GET", "/things", NULL, &reply);
	g_assert_cmpint(reply.result, ==, KISI_OK);
	g_assert_true(json_integer(reply.body, "id", &id));
	g_assert_cmpint(id, ==, 4711);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/kisi/key", test_key);
	g_test_add_func("/kisi/answer/range", test_range);
	g_test_add_func("/kisi/answer/messages", test_messages);
	g_test_add_func("/kisi/answer/long-message", test_long_message);
	for (size_t i = 0; i < G_N_ELEMENTS(request_cases); i++) {
		char *path = g_strconcat("/kisi/request/", request_cases[i].name, NULL);

		g_test_add_data_func(path, &request_cases[i], test_request);
		g_free(path);
	}
	g_test_add_func("/kisi/client/write-on-kept-connection", test_write_on_kept_connection);
	g_test_add_func("/kisi/client/nobody-listens", test_nobody_listens);
	g_test_add_func("/kisi/client/denied-stays", test_denied_stays);
	g_test_add_func("/kisi/client/pace", test_pace);
	g_test_add_func("/kisi/client/no-proxy", test_no_proxy);
	g_test_add_func("/kisi/client/deadline", test_deadline);
	g_test_add_func("/kisi/client/see-through", test_see_through);
	g_test_add_func("/kisi/client/too-large", test_too_large);
	g_test_add_func("/kisi/client/stop", test_stop);
	g_test_add_func("/kisi/client/no-stop", test_no_stop);
	g_test_add_func("/kisi/client/stop-ends-wait", test_stop_ends_wait);
	g_test_add_func("/kisi/client/headers", test_headers);
	g_test_add_func("/kisi/client/undated", test_undated);
	g_test_add_func("/kisi/client/gzip", test_gzip);
	return g_test_run();
}
