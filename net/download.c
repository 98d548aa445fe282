/* Fetching an export from an address: redirects, repeats, pages, and what is no export at all. */
#include "net/download.h"

#include "base/json.h"
#include "net/address.h"
#include "net/header.h"
#include "net/http.h"
#include "net/pace.h"

#include <string.h>

#define DEFAULT_RATE 4.0
#define BYTES_MAX ((size_t)256 << 20)
#define REDIRECTS_MAX 5
#define PAGES_MAX 1000
#define SECRET_MIN 6 /* characters; hiding less would spoil every message */

#define STATUS_OK 200
#define STATUS_TOO_MANY 429

/* One download in progress. */
struct walk {
	const struct download *what;
	struct http *http;
	struct pace pace;
	GRand *jitter;
	char *host;    /* for messages */
	unsigned page; /* from 1 */
	size_t left;   /* bytes that may still come */
};

static bool fail_page(const struct walk *walk, const char *hint, GError **error, const char *format,
    ...) G_GNUC_PRINTF(4, 5);

static bool
fail_page(const struct walk *walk, const char *hint, GError **error, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;
	char *line = NULL;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	line = http_printable(walk->http, text);
	if (walk->page > 1)
		fail(error, EXIT_BAD_INPUT, hint, "%s, page %u: %s", walk->host, walk->page, line);
	else
		fail(error, EXIT_BAD_INPUT, hint, "%s: %s", walk->host, line);
	g_free(line);
	g_free(text);
	return false;
}

/* ---- one page ---- */

static void
identify(const struct walk *walk, bool told)
{
	static const char *const nobody[] = {NULL};

	http_set_headers(
	    walk->http, told && walk->what->headers != NULL ? walk->what->headers : nobody);
}

/* Wait, unless the deadline comes first. */
static bool
wait_us(const struct walk *walk, int64_t us)
{
	if (g_get_monotonic_time() / 1000 + us / 1000 >= walk->what->deadline_ms)
		return false;
	if (us > 0)
		g_usleep((gulong)us);
	return true;
}

static bool
is_redirect(long status)
{
	return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

/* Where the redirect leads; NULL and *error.  Says no more who asks when that is elsewhere. */
static char *
redirected(struct walk *walk, const char *at, GError **error)
{
	const char *location = http_header(walk->http, "Location");
	GError *cause = NULL;
	char *target = location != NULL ? address_redirect(at, location, &cause) : NULL;

	if (location == NULL)
		fail_page(walk, NULL, error, "redirects nowhere");
	if (cause != NULL)
		fail_page(walk, NULL, error, "%s", cause->message);
	g_clear_error(&cause);
	if (target != NULL && !address_same_origin(at, target))
		identify(walk, false);
	return target;
}

/* One try: the first answer that is no redirect.  False and *error when a redirect may not be followed. */
static bool
try_once(struct walk *walk, const char *url, struct http_answer *answer, GError **error)
{
	char *at = g_strdup(url);
	bool good = true;

	identify(walk, true);
	for (unsigned hops = 0;; hops++) {
		char *target = NULL;

		pace_sent(&walk->pace, g_get_monotonic_time());
		http_exchange(walk->http, "GET", at, NULL, answer);
		if (answer->end != HTTP_ANSWERED || !is_redirect(answer->status))
			break;
		if (hops == REDIRECTS_MAX) {
			good = fail_page(walk, NULL, error, "redirects for ever");
			break;
		}
		target = redirected(walk, at, error);
		if (target == NULL) {
			good = false;
			break;
		}
		g_free(at);
		at = target;
	}
	g_free(at);
	return good;
}

static bool
worth_a_repeat(const struct http_answer *answer)
{
	if (answer->end != HTTP_ANSWERED)
		return answer->end == HTTP_LOST || answer->end == HTTP_NOT_SENT;
	return answer->status == STATUS_TOO_MANY || answer->status >= 500;
}

static const char *
hint_for(long status)
{
	switch (status) {
	case 401:
	case 403:
		return "is the login or key right, and may it read this?";
	case 404:
	case 410:
		return "is the address still right?";
	default:
		return NULL;
	}
}

/* Is this an export, whole as far as HTTP can tell? */
static bool
judge(const struct walk *walk, const struct http_answer *answer, GError **error)
{
	size_t blank = 0;

	if (answer->end != HTTP_ANSWERED)
		return fail_page(walk, NULL, error, "no usable answer: %s", answer->reason);
	if (answer->status != STATUS_OK)
		return fail_page(
		    walk, hint_for(answer->status), error, "answered %ld", answer->status);
	while (blank < answer->length && g_ascii_isspace(answer->body[blank]))
		blank++;
	if (blank == answer->length)
		return fail_page(walk, NULL, error, "answered with nothing");
	if (answer->body[blank] == '<')
		return fail_page(walk, "a login page? then the login or key is missing or wrong",
		    error, "answered with a web page (or XML), not with an export");
	if (answer->length > walk->left)
		return fail_page(walk, NULL, error, "the pages are larger than can be right");
	return true;
}

static bool
get_page(struct walk *walk, const char *url, struct http_answer *answer, GError **error)
{
	int64_t wait = 0;

	for (unsigned attempt = 1;; attempt++) {
		instant date = 0;
		int64_t retry_after = -1;

		wait = MAX(wait, pace_wait(&walk->pace, g_get_monotonic_time()));
		if (!wait_us(walk, wait))
			return fail_page(walk, "[fetch] deadline limits it", error,
			    "the time for this source is over");
		if (!try_once(walk, url, answer, error))
			return false;
		if (!worth_a_repeat(answer) || attempt >= walk->what->attempts)
			return judge(walk, answer, error);
		if (answer->end == HTTP_ANSWERED) {
			header_date(http_header(walk->http, "Date"), &date);
			retry_after = header_retry_after(
			    http_header(walk->http, "Retry-After"), date);
		}
		if (answer->status == STATUS_TOO_MANY)
			pace_slow(&walk->pace);
		wait = 1000 * pace_backoff(walk->what->backoff_ms, attempt, retry_after,
				  g_rand_double(walk->jitter));
	}
}

/* ---- all pages ---- */

/* The address of the first page: the parameters of the profile, unless the address has its own. */
static char *
first_url(const struct download *what)
{
	char *url = g_strdup(what->url);

	for (size_t i = 0; i < what->rules->n_query; i++) {
		const struct fetch_parameter *parameter = &what->rules->query[i];
		char moment[INSTANT_TEXT];
		char *longer = NULL;

		if (address_has(what->url, parameter->name))
			continue;
		longer = address_with(url, parameter->name,
		    parameter->value != NULL ? parameter->value
					     : instant_format(CLAMP(what->as_of + parameter->offset,
								  INSTANT_FIRST, INSTANT_LAST - 1),
						   moment));
		g_free(url);
		url = longer;
	}
	return url;
}

static struct json_object *
member_at(struct json_object *document, const char *path)
{
	char **steps = g_strsplit(path, ".", -1);

	for (char **step = steps; *step != NULL; step++)
		document = json_member(document, *step);
	g_strfreev(steps);
	return document;
}

/* The token of the next page, *token NULL when this is the last one.  False and *error when that cannot be told. */
static bool
next_token(const struct walk *walk, const struct http_answer *answer, char **token, GError **error)
{
	GError *cause = NULL;
	struct json_object *document = json_read(answer->body, answer->length, "answer", &cause);
	struct json_object *next = NULL;
	bool good = true;

	*token = NULL;
	if (document == NULL) {
		fail_page(walk, NULL, error, "not JSON, so that no next page can be found: %s",
		    cause->message);
		g_error_free(cause);
		return false;
	}
	next = member_at(document, walk->what->rules->next);
	if (json_object_is_type(next, json_type_string) || json_object_is_type(next, json_type_int))
		*token = g_strdup(json_object_get_string(next));
	else if (next != NULL)
		good = fail_page(walk, NULL, error, "%s is neither a text nor a number",
		    walk->what->rules->next);
	if (*token != NULL && **token == '\0')
		g_clear_pointer(token, g_free);
	json_object_put(document);
	return good;
}

/* Take the page at the address, and find the token of the next one. */
static bool
take_page(struct walk *walk, const char *url, struct saved *into, char **token, GError **error)
{
	struct http_answer answer;

	*token = NULL;
	if (!get_page(walk, url, &answer, error))
		return false;
	walk->left -= answer.length;
	return saved_page(into, answer.body, answer.length, error) &&
	       (walk->what->rules->next == NULL || next_token(walk, &answer, token, error));
}

static bool
take_pages(struct walk *walk, struct saved *into, GError **error)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	char *first = first_url(walk->what);
	char *url = g_strdup(first);
	char *token = NULL;
	bool good = true;

	do {
		walk->page++;
		good = take_page(walk, url, into, &token, error);
		g_clear_pointer(&url, g_free);
		if (!good || token == NULL)
			break;
		/* Every page asks for what the first one asked for, and for one token. */
		url = address_with(first, walk->what->rules->next_parameter, token);
		if (walk->page >= PAGES_MAX)
			good = fail_page(walk, NULL, error, "more pages than can be right");
		else if (!g_hash_table_add(seen, g_steal_pointer(&token)))
			good = fail_page(walk, NULL, error, "the pages go round in a circle");
	} while (good);
	g_free(token);
	g_free(url);
	g_free(first);
	g_hash_table_unref(seen);
	return good;
}

/* What identifies must not be shown, whatever quotes it. */
static void
hide(struct http *http, const struct download *what)
{
	http_hide(http, what->url);
	for (const char *const *line = what->headers; line != NULL && *line != NULL; line++) {
		const char *value = strchr(*line, ':') + 1;
		const char *word = strrchr(value, ' ');

		if (strlen(value) >= SECRET_MIN)
			http_hide(http, value + strspn(value, " "));
		if (word != NULL && strlen(word + 1) >= SECRET_MIN)
			http_hide(http, word + 1);
	}
}

bool
download(const struct download *what, struct saved *into, GError **error)
{
	const struct http_options options = {.version = what->version,
	    .timeout_ms = what->timeout_ms,
	    .body_max = what->bytes_max > 0 ? what->bytes_max : BYTES_MAX};
	struct walk walk = {.what = what, .left = options.body_max};
	bool good = false;

	walk.http = http_open(&options, error);
	if (walk.http == NULL)
		return false;
	hide(walk.http, what);
	walk.host = address_host(what->url);
	walk.jitter = g_rand_new();
	pace_init(&walk.pace, what->rules->rate > 0 ? what->rules->rate : DEFAULT_RATE);
	good = take_pages(&walk, into, error);
	g_rand_free(walk.jitter);
	g_free(walk.host);
	http_close(walk.http);
	return good;
}
