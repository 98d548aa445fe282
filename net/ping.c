/* Telling a dead-man service that something began or ended. */
#include "net/ping.h"

#include "net/address.h"
#include "net/http.h"

#include <string.h>

#define TRIES 3
#define TIMEOUT_MS 10000
#define TEXT_MAX ((size_t)10 << 10)
#define ANSWER_MAX ((size_t)64 << 10)

static bool
send_to(const char *address, const char *text, const char *version, GError **error)
{
	const struct http_options options = {
	    .version = version, .timeout_ms = TIMEOUT_MS, .body_max = ANSWER_MAX};
	static const char *const headers[] = {"Content-Type: text/plain; charset=utf-8", NULL};
	struct http *http = http_open(&options, error);
	struct http_answer answer;
	if (http == NULL)
		return false;
	http_set_headers(http, headers);
	http_hide(http, address);
	bool good = false;
	for (int i = 0; i < TRIES && !good; i++) {
		http_exchange(http, "POST", address, text, &answer);
		good = answer.end == HTTP_ANSWERED && answer.status >= 200 && answer.status < 300;
	}
	if (!good && answer.end == HTTP_ANSWERED)
		fail(error, EXIT_FAILED, NULL, "it answered %ld", answer.status);
	else if (!good)
		fail(error, EXIT_FAILED, NULL, "%s", answer.reason);
	http_close(http);
	return good;
}

bool
ping(const char *url, const char *word, const char *text, const char *version, GError **error)
{
	g_autofree char *base = address_export(url, error);
	if (base == NULL)
		return false;
	size_t length = strcspn(base, "?");
	bool slash = length > 0 && base[length - 1] == '/';
	g_autofree char *address = g_strdup_printf(
	    "%.*s%s%s%s", (int)length, base, slash ? "" : "/", word, base + length);
	g_autofree char *cut = g_strndup(text, MIN(strlen(text), TEXT_MAX));
	return send_to(address, cut, version, error);
}
