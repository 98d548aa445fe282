/*
 * Requests to Kisi over one connection.  It decides what may be repeated and what an answer
 * means for the state behind it; what to do about that is the caller's.
 */
#include "kisi/client.h"

#include "base/json.h"
#include "base/text.h"
#include "kisi/answer.h"
#include "net/address.h"
#include "net/header.h"
#include "net/http.h"
#include "net/pace.h"

#include <string.h>

#define DEFAULT_RATE 4.0 /* Kisi: 5 a second for each user */
#define DEFAULT_ATTEMPTS 6
#define DEFAULT_BACKOFF_MS 1000
#define DEFAULT_TIMEOUT_MS 30000

#define SEE_THROUGH_US (60 * G_USEC_PER_SEC) /* the longest wait of what must be seen through */
#define SLICE_US 100000			     /* of a wait: how late a stop may be noticed */
#define BODY_MAX ((size_t)64 << 20)
#define INTEGRATION "kisi-reconcile"

/*
 * Kisi's `code` in a 404 that speaks of the path, not of the thing: nothing is gone then (kisi-api
 * 4.3).
 */
#define NO_ENDPOINT "000404"

#define STATUS_UNAUTHORIZED 401
#define STATUS_NOT_FOUND 404
#define STATUS_CONFLICT 409
#define STATUS_TOO_MANY 429

struct kisi_client {
	struct http *http;
	char *base;
	struct pace pace;
	GRand *jitter;
	int64_t deadline_ms;
	unsigned attempts;
	unsigned backoff_ms;
	bool denied;
	bool see_through;
	bool (*stopped)(void); /* NULL */
	struct kisi_traffic traffic;
	bool has_offset;
	instant offset;
	GPtrArray *deprecations; /* of char *, NULL-terminated */
};

/* What one try came to. */
enum verdict {
	VERDICT_FINAL,	/* the reply is filled in */
	VERDICT_REPEAT, /* the same, unless there is a try left */
};

static int64_t
now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

/* --- opening --- */

/* A key with a line break in it would write further headers. */
static bool
check_key(const char *key, GError **error)
{
	const char *hint = "put just the key, as Kisi shows it, into the file";

	if (key == NULL || *key == '\0')
		return fail(error, EXIT_BAD_CONFIG, hint, "the API key is empty");
	for (const char *c = key; *c != '\0'; c++)
		if (!g_ascii_isgraph(*c))
			return fail(error, EXIT_BAD_CONFIG, hint,
			    "the API key holds a character that no key has (byte %d of it)",
			    (int)(c - key) + 1);
	return true;
}

static void
set_headers(struct http *http, const char *key)
{
	char *login = g_strconcat("Authorization: KISI-LOGIN ", key, NULL);
	const char *const lines[] = {"Accept: application/json", "Content-Type: application/json",
	    login, "X-Kisi-Integration-Identifier: " INTEGRATION, NULL};

	http_set_headers(http, lines);
	http_hide(http, key);
	explicit_bzero(login, strlen(login));
	g_free(login);
}

struct kisi_client *
kisi_open(const struct kisi_options *options, GError **error)
{
	const struct http_options http_options = {.version = options->version,
	    .timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS,
	    .body_max = BODY_MAX};
	struct kisi_client *client = NULL;
	struct http *http = NULL;
	char *base = NULL;

	if (!check_key(options->key, error))
		return NULL;
	base = address_base(options->base_url, error);
	if (base != NULL)
		http = http_open(&http_options, error);
	if (http == NULL) {
		g_free(base);
		return NULL;
	}
	set_headers(http, options->key);
	client = g_new0(struct kisi_client, 1);
	client->http = http;
	client->base = base;
	client->deprecations = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(client->deprecations, NULL);
	client->jitter = options->jitter_seed > 0 ? g_rand_new_with_seed(options->jitter_seed)
						  : g_rand_new();
	client->deadline_ms = options->deadline_ms;
	client->attempts = options->attempts > 0 ? options->attempts : DEFAULT_ATTEMPTS;
	client->backoff_ms = options->backoff_ms > 0 ? options->backoff_ms : DEFAULT_BACKOFF_MS;
	pace_init(&client->pace, options->rate > 0 ? options->rate : DEFAULT_RATE);
	return client;
}

void
kisi_close(struct kisi_client *client)
{
	if (client == NULL)
		return;
	http_close(client->http);
	g_free(client->base);
	g_ptr_array_unref(client->deprecations);
	g_rand_free(client->jitter);
	g_free(client);
}

/* --- one try --- */

/* Set the reply's message, taken, without the key should a server or proxy quote it; return the verdict. */
static enum verdict
conclude(struct kisi_client *client, struct kisi_reply *reply, enum kisi_result result,
    enum verdict verdict, char *message)
{
	reply->result = result;
	g_free(reply->message);
	reply->message = message != NULL ? http_printable(client->http, message) : NULL;
	g_free(message);
	return verdict;
}

static enum verdict
judge_failure(struct kisi_client *client, bool read, const struct http_answer *answer,
    struct kisi_reply *reply)
{
	char *message = g_strdup_printf("no usable answer: %s", answer->reason);

	if (answer->end == HTTP_HOPELESS || (read && answer->end == HTTP_TOO_LARGE))
		return conclude(client, reply, KISI_DOWN, VERDICT_FINAL, message);
	if (read || answer->end == HTTP_NOT_SENT)
		return conclude(client, reply, KISI_DOWN, VERDICT_REPEAT, message);
	return conclude(client, reply, KISI_UNKNOWN, VERDICT_FINAL, message);
}

/* JSON is due; DELETE and PATCH answer 204 with nothing, and what else they say does not matter. */
static enum verdict
judge_success(struct kisi_client *client, bool read, bool json_due, struct kisi_reply *reply)
{
	if (reply->body != NULL || !json_due)
		return conclude(client, reply, KISI_OK, VERDICT_FINAL, NULL);
	return conclude(client, reply, read ? KISI_DOWN : KISI_UNKNOWN,
	    read ? VERDICT_REPEAT : VERDICT_FINAL,
	    g_strdup_printf("answered %ld with a body that is empty or not JSON", reply->status));
}

static enum verdict
judge_error(struct kisi_client *client, bool read, const struct http_answer *answer,
    struct kisi_reply *reply)
{
	char *said = answer_message(reply->body, answer->body, answer->length);
	char *message = said == NULL
			    ? g_strdup_printf("Kisi answered %ld", reply->status)
			    : g_strdup_printf("Kisi answered %ld: %s", reply->status, said);

	g_free(said);
	switch (reply->status) {
	case STATUS_UNAUTHORIZED:
		client->denied = true;
		return conclude(client, reply, KISI_DENIED, VERDICT_FINAL, message);
	case STATUS_NOT_FOUND:
		return conclude(client, reply,
		    g_strcmp0(json_text(reply->body, "code"), NO_ENDPOINT) == 0 ? KISI_REFUSED
										: KISI_GONE,
		    VERDICT_FINAL, message);
	case STATUS_CONFLICT:
		return conclude(client, reply, KISI_EXISTS, VERDICT_FINAL, message);
	case STATUS_TOO_MANY:
		return conclude(client, reply, KISI_DOWN, VERDICT_REPEAT, message);
	default:
		break;
	}
	if (reply->status >= 400 && reply->status < 500)
		return conclude(client, reply, KISI_REFUSED, VERDICT_FINAL, message);
	if (!read)
		return conclude(client, reply, KISI_UNKNOWN, VERDICT_FINAL, message);
	return conclude(client, reply, KISI_DOWN,
	    reply->status >= 500 ? VERDICT_REPEAT : VERDICT_FINAL, message);
}

/* Remember that this collection is on its way out. */
static void
note_deprecation(struct kisi_client *client, const char *method, const char *path)
{
	const char *deprecation = http_header(client->http, "Deprecation");
	const char *sunset = http_header(client->http, "Sunset");
	char *what = NULL;
	char *line = NULL;
	char *printable = NULL;

	if (deprecation == NULL && sunset == NULL)
		return;
	what = g_strdup_printf("%s /%.*s: ", method, (int)strcspn(path + 1, "/?"), path + 1);
	for (guint i = 0; i + 1 < client->deprecations->len; i++)
		if (g_str_has_prefix(client->deprecations->pdata[i], what)) {
			g_free(what);
			return;
		}
	if (deprecation == NULL)
		line = g_strconcat(what, "gone after ", sunset, NULL);
	else
		line = g_strconcat(what, "deprecated ", deprecation,
		    sunset == NULL ? NULL : ", gone after ", sunset, NULL);
	printable = http_printable(client->http, line);
	g_ptr_array_insert(client->deprecations, (gint)client->deprecations->len - 1, printable);
	g_free(line);
	g_free(what);
}

/* Read the answer's headers into the reply; returns the seconds of Retry-After, or -1. */
static int64_t
read_headers(
    struct kisi_client *client, const char *method, const char *path, struct kisi_reply *reply)
{
	struct answer_range range;
	instant date = 0;

	answer_range(http_header(client->http, "X-Collection-Range"), &range);
	reply->range_start = range.start;
	reply->range_end = range.end;
	reply->range_total = range.total;
	if (header_date(http_header(client->http, "Date"), &date)) {
		client->offset = date - g_get_real_time() / G_USEC_PER_SEC;
		client->has_offset = true;
	}
	note_deprecation(client, method, path);
	return header_retry_after(http_header(client->http, "Retry-After"), date);
}

static enum verdict
try_once(struct kisi_client *client, const char *method, const char *path, const char *body,
    struct kisi_reply *reply, int64_t *retry_after)
{
	bool read = strcmp(method, "GET") == 0;
	bool json_due = read || strcmp(method, "POST") == 0;
	char *url = g_strconcat(client->base, path, NULL);
	struct http_answer answer;

	*reply = (struct kisi_reply){.range_start = -1, .range_end = -1, .range_total = -1};
	*retry_after = -1;
	pace_sent(&client->pace, g_get_monotonic_time());
	client->traffic.requests++;
	http_exchange(client->http, method, url, body, &answer);
	g_free(url);
	if (answer.end != HTTP_ANSWERED)
		return judge_failure(client, read, &answer, reply);

	reply->status = answer.status;
	*retry_after = read_headers(client, method, path, reply);
	if (answer.length > 0)
		reply->body = json_read(answer.body, answer.length, "answer", NULL);
	client->traffic.throttled += reply->status == STATUS_TOO_MANY;
	if (reply->status == STATUS_TOO_MANY)
		pace_slow(&client->pace);
	else
		pace_calm(&client->pace);
	if (reply->status >= 200 && reply->status < 300)
		return judge_success(client, read, json_due, reply);
	return judge_error(client, read, &answer, reply);
}

/* --- all tries --- */

static bool
told_to_stop(const struct kisi_client *client, bool read)
{
	return read && !client->see_through && client->stopped != NULL && client->stopped();
}

/* Would the wait take longer than there is time? */
static bool
too_long(const struct kisi_client *client, int64_t us)
{
	if (client->see_through)
		return us > SEE_THROUGH_US;
	return client->deadline_ms > 0 && now_ms() + us / 1000 >= client->deadline_ms;
}

/* Wait, unless the deadline or a stop comes first.  In slices: a signal does not end a sleep of GLib. */
static bool
wait_us(const struct kisi_client *client, bool read, int64_t us)
{
	if (too_long(client, us))
		return false;
	for (; us > 0 && !told_to_stop(client, read); us -= SLICE_US)
		g_usleep((gulong)MIN(us, SLICE_US));
	return !told_to_stop(client, read);
}

static void
stop_here(struct kisi_client *client, bool read, struct kisi_reply *reply)
{
	const char *why = told_to_stop(client, read) ? "the run was told to stop"
						     : "the time for this run is over";
	char *message = reply->message == NULL ? g_strdup_printf("not sent: %s", why)
					       : g_strdup_printf("%s; %s", reply->message, why);

	conclude(client, reply, KISI_DOWN, VERDICT_FINAL, message);
}

void
kisi_request(struct kisi_client *client, const char *method, const char *path,
    struct json_object *body, struct kisi_reply *reply)
{
	char *text = body == NULL ? NULL : g_strdup(json_compact(body));
	bool read = strcmp(method, "GET") == 0;
	int64_t retry_after = -1;
	int64_t wait = 0;

	*reply = (struct kisi_reply){.range_start = -1, .range_end = -1, .range_total = -1};
	if (client->denied) {
		conclude(client, reply, KISI_DENIED, VERDICT_FINAL,
		    g_strdup("not sent: Kisi refused the key before"));
		goto done;
	}
	for (unsigned attempt = 1;; attempt++) {
		wait = MAX(wait, pace_wait(&client->pace, g_get_monotonic_time()));
		if (!wait_us(client, read, wait)) {
			stop_here(client, read, reply);
			break;
		}
		kisi_reply_done(reply);
		client->traffic.repeated += attempt > 1;
		if (try_once(client, method, path, text, reply, &retry_after) == VERDICT_FINAL ||
		    attempt >= client->attempts)
			break;
		wait = 1000 * pace_backoff(client->backoff_ms, attempt, retry_after,
				  g_rand_double(client->jitter));
	}
done:
	g_free(text);
}

void
kisi_reply_done(struct kisi_reply *reply)
{
	json_object_put(reply->body);
	g_free(reply->message);
	*reply = (struct kisi_reply){.range_start = -1, .range_end = -1, .range_total = -1};
}

void
kisi_stop_when(struct kisi_client *client, bool (*stopped)(void))
{
	client->stopped = stopped;
}

void
kisi_see_through(struct kisi_client *client, bool on)
{
	client->see_through = on;
}

bool
kisi_again(struct kisi_client *client, unsigned repeat)
{
	int64_t wait = pace_backoff(client->backoff_ms, repeat, -1, g_rand_double(client->jitter));

	return repeat < client->attempts && wait_us(client, false, 1000 * wait);
}

bool
kisi_denied(const struct kisi_client *client)
{
	return client->denied;
}

bool
kisi_clock_offset(const struct kisi_client *client, instant *out)
{
	if (client->has_offset)
		*out = client->offset;
	return client->has_offset;
}

struct kisi_traffic
kisi_traffic(const struct kisi_client *client)
{
	return client->traffic;
}

const char *const *
kisi_deprecations(const struct kisi_client *client)
{
	return (const char *const *)client->deprecations->pdata;
}
