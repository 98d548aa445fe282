/*
 * Requests to Kisi over one libcurl handle.  It decides what may be repeated and what an answer
 * means for the state behind it; what to do about that is the caller's.
 */
#include "kisi/client.h"

#include "base/json.h"
#include "base/text.h"
#include "kisi/address.h"
#include "kisi/answer.h"
#include "kisi/pace.h"

#include <curl/curl.h>
#include <string.h>

#define DEFAULT_RATE 4.0 /* Kisi: 5 a second for each user */
#define DEFAULT_ATTEMPTS 6
#define DEFAULT_BACKOFF_MS 1000
#define DEFAULT_TIMEOUT_MS 30000
#define CONNECT_TIMEOUT_MS 10000

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
	CURL *curl;
	struct curl_slist *headers;
	char *base;
	char *key;
	struct pace pace;
	GRand *jitter;
	int64_t deadline_ms;
	unsigned attempts;
	unsigned backoff_ms;
	GByteArray *received;
	bool too_large;
	char error_text[CURL_ERROR_SIZE];
	bool denied;
	uint64_t requests;
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

static size_t
take_body(char *bytes, size_t size, size_t count, void *user)
{
	struct kisi_client *client = user;

	if (client->received->len + count > BODY_MAX) {
		client->too_large = true;
		return 0;
	}
	g_byte_array_append(client->received, (const guint8 *)bytes, (guint)count);
	return count;
}

/*
 * The value of a header of the last answer, owned by libcurl; NULL when absent or there twice (then
 * who knows).
 */
static const char *
header(const struct kisi_client *client, const char *name)
{
	struct curl_header *found = NULL;

	if (curl_easy_header(client->curl, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK ||
	    found->amount != 1)
		return NULL;
	return found->value;
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
add_header(struct kisi_client *client, const char *name, const char *value)
{
	char *line = g_strconcat(name, ": ", value, NULL);

	client->headers = curl_slist_append(client->headers, line);
	explicit_bzero(line, strlen(line));
	g_free(line);
}

static void
set_up(struct kisi_client *client, const struct kisi_options *options)
{
	CURL *curl = client->curl;
	unsigned timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
	char *agent = g_strconcat(INTEGRATION "/", options->version, NULL);
	char *login = g_strconcat("KISI-LOGIN ", options->key, NULL);

	add_header(client, "Accept", "application/json");
	add_header(client, "Content-Type", "application/json");
	add_header(client, "Authorization", login);
	add_header(client, "X-Kisi-Integration-Identifier", INTEGRATION);
	client->headers = curl_slist_append(client->headers, "Expect:");
	explicit_bzero(login, strlen(login));
	g_free(login);

	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, client->headers);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, agent);
	/*
	 * HTTP/2 in the libcurl of Debian 12 loses requests on reused connections (curl issue
	 * 10634).
	 */
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	curl_easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)MIN(timeout_ms, CONNECT_TIMEOUT_MS));
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, client);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, client->error_text);
	g_free(agent);
}

struct kisi_client *
kisi_open(const struct kisi_options *options, GError **error)
{
	static gsize global;
	struct kisi_client *client = NULL;
	char *base = NULL;

	if (!check_key(options->key, error))
		return NULL;
	base = address_base(options->base_url, error);
	if (base == NULL)
		return NULL;
	if (g_once_init_enter(&global)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&global, 1);
	}
	client = g_new0(struct kisi_client, 1);
	client->curl = curl_easy_init();
	client->base = base;
	client->key = g_strdup(options->key);
	client->received = g_byte_array_new();
	client->deprecations = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(client->deprecations, NULL);
	client->jitter = options->jitter_seed > 0 ? g_rand_new_with_seed(options->jitter_seed)
						  : g_rand_new();
	client->deadline_ms = options->deadline_ms;
	client->attempts = options->attempts > 0 ? options->attempts : DEFAULT_ATTEMPTS;
	client->backoff_ms = options->backoff_ms > 0 ? options->backoff_ms : DEFAULT_BACKOFF_MS;
	pace_init(&client->pace, options->rate > 0 ? options->rate : DEFAULT_RATE);
	if (client->curl == NULL) {
		fail(error, EXIT_FAILED, NULL, "libcurl cannot be set up");
		g_clear_pointer(&client, kisi_close);
	} else {
		set_up(client, options);
	}
	return client;
}

void
kisi_close(struct kisi_client *client)
{
	if (client == NULL)
		return;
	curl_easy_cleanup(client->curl);
	for (struct curl_slist *item = client->headers; item != NULL; item = item->next)
		explicit_bzero(item->data, strlen(item->data));
	curl_slist_free_all(client->headers);
	explicit_bzero(client->key, strlen(client->key));
	g_free(client->key);
	g_free(client->base);
	g_byte_array_unref(client->received);
	g_ptr_array_unref(client->deprecations);
	g_rand_free(client->jitter);
	g_free(client);
}

/* --- one try --- */

/* Put *** in place of the key, should a server or proxy quote it. */
static void
hide_key(const struct kisi_client *client, char **text)
{
	char **parts = NULL;

	if (*text == NULL || strstr(*text, client->key) == NULL)
		return;
	parts = g_strsplit(*text, client->key, 0);
	g_free(*text);
	*text = g_strjoinv("***", parts);
	g_strfreev(parts);
}

/* Set the reply's message, taken, and return the verdict. */
static enum verdict
conclude(struct kisi_client *client, struct kisi_reply *reply, enum kisi_result result,
    enum verdict verdict, char *message)
{
	hide_key(client, &message);
	reply->result = result;
	g_free(reply->message);
	reply->message = message;
	return verdict;
}

/* Has the server not seen a byte of the request? */
static bool
nothing_sent(const struct kisi_client *client, CURLcode code)
{
	curl_off_t started = 0;
	long sent = 0;

	switch (code) {
	case CURLE_OPERATION_TIMEDOUT: /* while connecting, or later? */
		curl_easy_getinfo(client->curl, CURLINFO_PRETRANSFER_TIME_T, &started);
		curl_easy_getinfo(client->curl, CURLINFO_REQUEST_SIZE, &sent);
		return started == 0 && sent == 0;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return true;
	default:
		return false;
	}
}

/* Errors that the next try would meet again. */
static bool
hopeless(CURLcode code)
{
	switch (code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_URL_MALFORMAT:
	case CURLE_BAD_FUNCTION_ARGUMENT:
		return true;
	default:
		return false;
	}
}

static enum verdict
judge_failure(struct kisi_client *client, bool read, CURLcode code, struct kisi_reply *reply)
{
	char *reason = text_printable(
	    *client->error_text != '\0' ? client->error_text : curl_easy_strerror(code));
	char *message = NULL;

	if (client->too_large) {
		g_free(reason);
		reason = g_strdup_printf("the answer is larger than %zu MiB", BODY_MAX >> 20);
	}
	message = g_strdup_printf("no usable answer: %s", reason);
	g_free(reason);
	if (hopeless(code) || (read && client->too_large))
		return conclude(client, reply, KISI_DOWN, VERDICT_FINAL, message);
	if (read || nothing_sent(client, code))
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
judge_error(struct kisi_client *client, bool read, struct kisi_reply *reply)
{
	char *said = answer_message(
	    reply->body, (const char *)client->received->data, client->received->len);
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
	const char *deprecation = header(client, "Deprecation");
	const char *sunset = header(client, "Sunset");
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
	line = g_strconcat(what, "deprecated ", deprecation == NULL ? "" : deprecation,
	    sunset == NULL ? NULL : ", gone after ", sunset, NULL);
	printable = text_printable(line);
	hide_key(client, &printable);
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

	answer_range(header(client, "X-Collection-Range"), &range);
	reply->range_start = range.start;
	reply->range_end = range.end;
	reply->range_total = range.total;
	if (answer_date(header(client, "Date"), &date)) {
		client->offset = date - g_get_real_time() / G_USEC_PER_SEC;
		client->has_offset = true;
	}
	note_deprecation(client, method, path);
	return answer_retry_after(header(client, "Retry-After"), date);
}

static void
prepare(struct kisi_client *client, const char *method, const char *path, const char *body)
{
	CURL *curl = client->curl;
	bool read = strcmp(method, "GET") == 0;
	char *url = g_strconcat(client->base, path, NULL);

	curl_easy_setopt(curl, CURLOPT_URL, url);
	if (read) {
		curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, NULL);
	} else {
		curl_easy_setopt(curl, CURLOPT_POST, 1L);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body == NULL ? "" : body);
		curl_easy_setopt(
		    curl, CURLOPT_POSTFIELDSIZE, body == NULL ? 0L : (long)strlen(body));
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	}
	/*
	 * When a kept connection is closed without an answer, libcurl silently sends the request
	 * once more, writes too: a booking would be made twice.  On a new connection it does not.
	 */
	curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, read ? 0L : 1L);
	g_free(url);
	g_byte_array_set_size(client->received, 0);
	client->too_large = false;
	*client->error_text = '\0';
}

static enum verdict
try_once(struct kisi_client *client, const char *method, const char *path, const char *body,
    struct kisi_reply *reply, int64_t *retry_after)
{
	bool read = strcmp(method, "GET") == 0;
	bool json_due = read || strcmp(method, "POST") == 0;
	CURLcode code = CURLE_OK;

	*reply = (struct kisi_reply){.range_start = -1, .range_end = -1, .range_total = -1};
	*retry_after = -1;
	prepare(client, method, path, body);
	pace_sent(&client->pace, g_get_monotonic_time());
	client->requests++;
	code = curl_easy_perform(client->curl);
	if (code != CURLE_OK)
		return judge_failure(client, read, code, reply);

	curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &reply->status);
	*retry_after = read_headers(client, method, path, reply);
	if (client->received->len > 0)
		reply->body = json_read(
		    (const char *)client->received->data, client->received->len, "answer", NULL);
	if (reply->status == STATUS_TOO_MANY)
		pace_slow(&client->pace);
	else
		pace_calm(&client->pace);
	if (reply->status >= 200 && reply->status < 300)
		return judge_success(client, read, json_due, reply);
	return judge_error(client, read, reply);
}

/* --- all tries --- */

/* Wait, unless the deadline comes first. */
static bool
wait_us(const struct kisi_client *client, int64_t us)
{
	if (client->deadline_ms > 0 && now_ms() + us / 1000 >= client->deadline_ms)
		return false;
	if (us > 0)
		g_usleep((gulong)us);
	return true;
}

static void
stop_at_deadline(struct kisi_client *client, struct kisi_reply *reply)
{
	char *message = reply->message == NULL
			    ? g_strdup("not sent: the time for this run is over")
			    : g_strdup_printf("%s; the time for this run is over", reply->message);

	conclude(client, reply, KISI_DOWN, VERDICT_FINAL, message);
}

void
kisi_request(struct kisi_client *client, const char *method, const char *path,
    struct json_object *body, struct kisi_reply *reply)
{
	char *text = body == NULL ? NULL : g_strdup(json_compact(body));
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
		if (!wait_us(client, wait)) {
			stop_at_deadline(client, reply);
			break;
		}
		kisi_reply_done(reply);
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

bool
kisi_clock_offset(const struct kisi_client *client, instant *out)
{
	if (client->has_offset)
		*out = client->offset;
	return client->has_offset;
}

uint64_t
kisi_requests(const struct kisi_client *client)
{
	return client->requests;
}

const char *const *
kisi_deprecations(const struct kisi_client *client)
{
	return (const char *const *)client->deprecations->pdata;
}
