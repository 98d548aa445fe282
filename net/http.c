/* One HTTP exchange over one libcurl handle. */
#include "net/http.h"

#include "base/text.h"

#include <curl/curl.h>
#include <string.h>

#define CONNECT_TIMEOUT_MS 10000
#define AGENT "kisi-reconcile"

struct http {
	CURL *curl;
	struct curl_slist *headers;
	GPtrArray *hidden; /* of char * */
	size_t body_max;
	GByteArray *received;
	bool too_large;
	char error_text[CURL_ERROR_SIZE];
	char *reason; /* of the last exchange */
};

static void
wipe(gpointer text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

static size_t
take_body(char *bytes, size_t size, size_t count, void *user)
{
	struct http *http = user;

	if (http->received->len + count > http->body_max) {
		http->too_large = true;
		return 0;
	}
	g_byte_array_append(http->received, (const guint8 *)bytes, (guint)count);
	return count;
}

static void
set_up(struct http *http, const struct http_options *options)
{
	CURL *curl = http->curl;
	char *agent = g_strconcat(AGENT "/", options->version, NULL);

	curl_easy_setopt(curl, CURLOPT_USERAGENT, agent);
	/*
	 * HTTP/2 in the libcurl of Debian 12 loses requests on reused connections (curl issue
	 * 10634).
	 */
	curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)options->timeout_ms);
	curl_easy_setopt(
	    curl, CURLOPT_CONNECTTIMEOUT_MS, (long)MIN(options->timeout_ms, CONNECT_TIMEOUT_MS));
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, http);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, http->error_text);
	g_free(agent);
}

struct http *
http_open(const struct http_options *options, GError **error)
{
	static gsize global;
	struct http *http = g_new0(struct http, 1);

	if (g_once_init_enter(&global)) {
		curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&global, 1);
	}
	http->curl = curl_easy_init();
	http->hidden = g_ptr_array_new_with_free_func(wipe);
	http->received = g_byte_array_new();
	http->body_max = options->body_max;
	if (http->curl == NULL) {
		fail(error, EXIT_FAILED, NULL, "libcurl cannot be set up");
		g_clear_pointer(&http, http_close);
	} else {
		set_up(http, options);
	}
	return http;
}

static void
drop_headers(struct http *http)
{
	for (struct curl_slist *item = http->headers; item != NULL; item = item->next)
		explicit_bzero(item->data, strlen(item->data));
	curl_slist_free_all(http->headers);
	http->headers = NULL;
}

void
http_close(struct http *http)
{
	if (http == NULL)
		return;
	curl_easy_cleanup(http->curl);
	drop_headers(http);
	g_ptr_array_unref(http->hidden);
	g_byte_array_unref(http->received);
	g_free(http->reason);
	g_free(http);
}

void
http_set_headers(struct http *http, const char *const *lines)
{
	drop_headers(http);
	for (; *lines != NULL; lines++)
		http->headers = curl_slist_append(http->headers, *lines);
	/* libcurl would otherwise wait for a 100 before it sends a large body. */
	http->headers = curl_slist_append(http->headers, "Expect:");
	curl_easy_setopt(http->curl, CURLOPT_HTTPHEADER, http->headers);
}

void
http_hide(struct http *http, const char *secret)
{
	if (*secret != '\0')
		g_ptr_array_add(http->hidden, g_strdup(secret));
}

char *
http_printable(const struct http *http, const char *text)
{
	char *line = text_printable(text);

	for (guint i = 0; i < http->hidden->len; i++) {
		const char *secret = g_ptr_array_index(http->hidden, i);
		char **parts = NULL;

		if (strstr(line, secret) == NULL)
			continue;
		parts = g_strsplit(line, secret, 0);
		g_free(line);
		line = g_strjoinv("***", parts);
		g_strfreev(parts);
	}
	return line;
}

/* Has the server not seen a byte of the request? */
static bool
nothing_sent(const struct http *http, CURLcode code)
{
	curl_off_t started = 0;
	long sent = 0;

	switch (code) {
	case CURLE_OPERATION_TIMEDOUT: /* while connecting, or later? */
		curl_easy_getinfo(http->curl, CURLINFO_PRETRANSFER_TIME_T, &started);
		curl_easy_getinfo(http->curl, CURLINFO_REQUEST_SIZE, &sent);
		return started == 0 && sent == 0;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_CONNECT:
	case CURLE_SSL_CONNECT_ERROR:
		return true;
	default:
		return false;
	}
}

/* Errors that the next try would meet again, before anything is sent. */
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

static void
explain_failure(struct http *http, CURLcode code, struct http_answer *answer)
{
	if (http->too_large) {
		answer->end = HTTP_TOO_LARGE;
		http->reason = g_strdup_printf(
		    "the answer is larger than %zu MiB", http->body_max >> 20);
	} else {
		answer->end = hopeless(code)		 ? HTTP_HOPELESS
			      : nothing_sent(http, code) ? HTTP_NOT_SENT
							 : HTTP_LOST;
		http->reason = http_printable(
		    http, *http->error_text != '\0' ? http->error_text : curl_easy_strerror(code));
	}
	answer->reason = http->reason;
}

static void
prepare(struct http *http, const char *method, const char *url, const char *body)
{
	CURL *curl = http->curl;
	bool read = strcmp(method, "GET") == 0;

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
	g_byte_array_set_size(http->received, 0);
	http->too_large = false;
	*http->error_text = '\0';
	g_clear_pointer(&http->reason, g_free);
}

void
http_exchange(struct http *http, const char *method, const char *url, const char *body,
    struct http_answer *answer)
{
	CURLcode code = CURLE_OK;

	*answer = (struct http_answer){.end = HTTP_ANSWERED};
	prepare(http, method, url, body);
	code = curl_easy_perform(http->curl);
	if (code != CURLE_OK) {
		explain_failure(http, code, answer);
		return;
	}
	curl_easy_getinfo(http->curl, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->body = (const char *)http->received->data;
	answer->length = http->received->len;
}

const char *
http_header(const struct http *http, const char *name)
{
	struct curl_header *found = NULL;

	if (curl_easy_header(http->curl, name, 0, CURLH_HEADER, -1, &found) != CURLHE_OK ||
	    found->amount != 1)
		return NULL;
	return found->value;
}
