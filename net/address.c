/* Which addresses may be sent the key, judged on the address as libcurl itself reads it. */
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

static bool
has_part(CURLU *url, CURLUPart which)
{
	char *text = part(url, which);
	bool yes = text != NULL;

	curl_free(text);
	return yes;
}

static bool
check_parts(CURLU *url, GError **error)
{
	if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD) ||
	    has_part(url, CURLUPART_OPTIONS))
		return fail(error, EXIT_BAD_CONFIG, "the key goes into api_key_file",
		    "base_url: it must not hold a user name or password");
	if (has_part(url, CURLUPART_QUERY) || has_part(url, CURLUPART_FRAGMENT))
		return fail(
		    error, EXIT_BAD_CONFIG, NULL, "base_url: it must not hold a query or fragment");
	if (has_part(url, CURLUPART_ZONEID))
		return fail(
		    error, EXIT_BAD_CONFIG, NULL, "base_url: it must not name an IPv6 zone");
	return true;
}

static bool
check_scheme(CURLU *url, GError **error)
{
	char *scheme = part(url, CURLUPART_SCHEME);
	char *host = part(url, CURLUPART_HOST);
	bool ok = false;

	if (scheme == NULL || host == NULL || *host == '\0')
		fail(error, EXIT_BAD_CONFIG, "write https://api.kisi.io",
		    "base_url: not an address of a server");
	else if (g_ascii_strcasecmp(scheme, "https") == 0)
		ok = true;
	else if (g_ascii_strcasecmp(scheme, "http") != 0)
		fail(error, EXIT_BAD_CONFIG, "write https://api.kisi.io",
		    "base_url: neither https nor http");
	else if (!is_loopback(host))
		fail(error, EXIT_BAD_CONFIG, "write https://",
		    "base_url: http would show the key to the network; it is only for this machine "
		    "itself (127.0.0.1, ::1, localhost)");
	else
		ok = true;
	curl_free(scheme);
	curl_free(host);
	return ok;
}

char *
address_base(const char *text, GError **error)
{
	CURLU *url = curl_url();
	char *whole = NULL;
	char *base = NULL;

	if (text == NULL ||
	    curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
		fail(error, EXIT_BAD_CONFIG, "write https://api.kisi.io",
		    "base_url: not an address that can be read");
	else if (check_parts(url, error) && check_scheme(url, error))
		whole = part(url, CURLUPART_URL);
	if (whole != NULL) {
		base = g_strdup(whole);
		while (g_str_has_suffix(base, "/"))
			base[strlen(base) - 1] = '\0';
	}
	curl_free(whole);
	curl_url_cleanup(url);
	return base;
}
