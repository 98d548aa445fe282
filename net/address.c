/* Which addresses may be sent a secret, judged on the address as libcurl itself reads it. */
#include "net/address.h"

#include "base/failure.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>

#define LOOPBACK_NET 127 /* 127.0.0.0/8 */

/*
 * host: as CURLU gives it, which has turned 0x7f.1 and 2130706433 into dotted form, and puts
 * brackets round IPv6. The name localhost never leaves the machine: libcurl answers it itself.
 */
static bool
is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;
	size_t length = strlen(host);
	bool yes = false;

	if (g_ascii_strcasecmp(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == LOOPBACK_NET;
	if (length > 2 && host[0] == '[' && host[length - 1] == ']') {
		char *inner = g_strndup(host + 1, length - 2);

		yes = inet_pton(AF_INET6, inner, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
		g_free(inner);
	}
	return yes;
}

/* The part; NULL when the address has none.  Caller frees with curl_free. */
static char *
part(CURLU *url, CURLUPart which)
{
	char *text = NULL;

	return curl_url_get(url, which, &text, 0) == CURLUE_OK ? text : NULL;
}

/* What an address is for, and how messages speak of it. */
struct use {
	const char *what;
	const char *example;
	const char *elsewhere; /* where user names and passwords go */
	const char *shown;     /* what http would show to the network */
	bool query;	       /* may it have one? */
	int code;	       /* of failures */
};

static const struct use use_base = {.what = "base_url",
    .example = "write https://api.kisi.io",
    .elsewhere = "the key goes into api_key_file",
    .shown = "the key",
    .code = EXIT_BAD_CONFIG};
static const struct use use_export = {.what = "url",
    .example = "write https://...",
    .elsewhere = "they go into credentials_file",
    .shown = "who is in the building",
    .query = true,
    .code = EXIT_BAD_CONFIG};
static const struct use use_redirect = {
    .what = "redirect", .shown = "who is in the building", .query = true, .code = EXIT_BAD_INPUT};

static bool
has_part(CURLU *url, CURLUPart which)
{
	char *text = part(url, which);
	bool yes = text != NULL;

	curl_free(text);
	return yes;
}

static bool
check_parts(CURLU *url, const struct use *use, GError **error)
{
	if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) ||
	    has_part(url, CURLUPART_OPTIONS))
		return fail(error, use->code, use->elsewhere,
		    "%s: it must not hold a user name or password", use->what);
	if ((!use->query && has_part(url, CURLUPART_QUERY)) || has_part(url, CURLUPART_FRAGMENT))
		return fail(error, use->code, NULL, "%s: it must not hold a %sfragment", use->what,
		    use->query ? "" : "query or ");
	if (has_part(url, CURLUPART_ZONEID))
		return fail(error, use->code, NULL, "%s: it must not name an IPv6 zone", use->what);
	return true;
}

static bool
check_scheme(CURLU *url, const struct use *use, GError **error)
{
	char *scheme = part(url, CURLUPART_SCHEME);
	char *host = part(url, CURLUPART_HOST);
	bool ok = false;

	if (scheme == NULL || host == NULL || *host == '\0')
		fail(error, use->code, use->example, "%s: not an address of a server", use->what);
	else if (g_ascii_strcasecmp(scheme, "https") == 0)
		ok = true;
	else if (g_ascii_strcasecmp(scheme, "http") != 0)
		fail(error, use->code, use->example, "%s: neither https nor http", use->what);
	else if (!is_loopback(host))
		fail(error, use->code, use->example,
		    "%s: http would show %s to the network; it is only for this machine itself "
		    "(127.0.0.1, ::1, localhost)",
		    use->what, use->shown);
	else
		ok = true;
	curl_free(scheme);
	curl_free(host);
	return ok;
}

/* The address in url, once it is judged good; taken as it is after it was parsed. */
static char *
judge(CURLU *url, const struct use *use, GError **error)
{
	char *whole = NULL;
	char *copy = NULL;

	if (check_parts(url, use, error) && check_scheme(url, use, error))
		whole = part(url, CURLUPART_URL);
	copy = g_strdup(whole);
	curl_free(whole);
	return copy;
}

static char *
parse_and_judge(const char *text, const struct use *use, GError **error)
{
	CURLU *url = curl_url();
	char *good = NULL;

	if (text == NULL ||
	    curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		fail(error, use->code, use->example, "%s: not an address that can be read",
		    use->what);
	else
		good = judge(url, use, error);
	curl_url_cleanup(url);
	return good;
}

char *
address_base(const char *text, GError **error)
{
	char *base = parse_and_judge(text, &use_base, error);

	while (base != NULL && g_str_has_suffix(base, "/"))
		base[strlen(base) - 1] = '\0';
	return base;
}

char *
address_export(const char *text, GError **error)
{
	return parse_and_judge(text, &use_export, error);
}

/* A good address, parsed again.  Caller frees with curl_url_cleanup. */
static CURLU *
parsed(const char *good)
{
	CURLU *url = curl_url();

	curl_url_set(url, CURLUPART_URL, good, 0);
	return url;
}

char *
address_redirect(const char *from, const char *location, GError **error)
{
	CURLU *url = parsed(from);
	char *target = NULL;

	/* libcurl reads a relative Location against what it has. */
	if (curl_url_set(url, CURLUPART_URL, location, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
		fail(error, use_redirect.code, NULL, "redirect: not an address that can be read");
	} else {
		/* A fragment is for whoever shows the page; it is never sent. */
		curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
		target = judge(url, &use_redirect, error);
	}
	curl_url_cleanup(url);
	if (target != NULL && g_str_has_prefix(from, "https:") &&
	    !g_str_has_prefix(target, "https:")) {
		fail(error, use_redirect.code, NULL, "redirect: it leads from https to http");
		g_clear_pointer(&target, g_free);
	}
	return target;
}

bool
address_same_origin(const char *a, const char *b)
{
	static const CURLUPart parts[] = {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT};
	CURLU *one = parsed(a);
	CURLU *other = parsed(b);
	bool same = true;

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		char *x = NULL;
		char *y = NULL;

		curl_url_get(one, parts[i], &x, CURLU_DEFAULT_PORT);
		curl_url_get(other, parts[i], &y, CURLU_DEFAULT_PORT);
		same = same && x != NULL && y != NULL && g_ascii_strcasecmp(x, y) == 0;
		curl_free(x);
		curl_free(y);
	}
	curl_url_cleanup(one);
	curl_url_cleanup(other);
	return same;
}

char *
address_host(const char *text)
{
	CURLU *url = parsed(text);
	char *host = part(url, CURLUPART_HOST);
	char *port = part(url, CURLUPART_PORT);
	char *shown = port == NULL ? g_strdup(host) : g_strconcat(host, ":", port, NULL);

	curl_free(host);
	curl_free(port);
	curl_url_cleanup(url);
	return shown;
}

bool
address_has(const char *text, const char *name)
{
	CURLU *url = parsed(text);
	char *query = part(url, CURLUPART_QUERY);
	char **pairs = g_strsplit(query == NULL ? "" : query, "&", -1);
	bool found = false;

	for (char **pair = pairs; *pair != NULL; pair++) {
		char *key = g_uri_unescape_segment(*pair, *pair + strcspn(*pair, "="), NULL);

		found |= g_strcmp0(key, name) == 0;
		g_free(key);
	}
	g_strfreev(pairs);
	curl_free(query);
	curl_url_cleanup(url);
	return found;
}

char *
address_with(const char *text, const char *name, const char *value)
{
	CURLU *url = parsed(text);
	char *key = g_uri_escape_string(name, NULL, FALSE);
	char *escaped = g_uri_escape_string(value, NULL, FALSE);
	char *pair = g_strconcat(key, "=", escaped, NULL);
	char *whole = NULL;
	char *longer = NULL;

	curl_url_set(url, CURLUPART_QUERY, pair, CURLU_APPENDQUERY);
	whole = part(url, CURLUPART_URL);
	longer = g_strdup(whole);
	curl_free(whole);
	g_free(pair);
	g_free(escaped);
	g_free(key);
	curl_url_cleanup(url);
	return longer;
}
