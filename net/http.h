#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/failure.h"

#include <stddef.h>

/*
 * The one door to libcurl: a request goes out, an answer comes back, and what it means is the caller's.  One request
 * at a time over one kept connection; HTTP/1.1, certificates always verified, redirects never followed, proxies and
 * .netrc of the environment never used (they would decide where secrets travel).
 */
struct http;

struct http_options {
	const char *version; /* for User-Agent */
	unsigned timeout_ms; /* for one exchange; to connect at most 10 s of it */
	size_t body_max;     /* bytes of an answer's body, unpacked; more ends the exchange */
};

/* Nothing is sent yet.  Returned, caller frees with http_close (NULL is fine); NULL and *error (EXIT_FAILED). */
struct http *http_open(const struct http_options *options, GError **error);
void http_close(struct http *http);

/* The header lines (`Name: value`) of every request from now on, in place of those before.  Copied; wiped at the end. */
void http_set_headers(struct http *http, const char *const *lines);

/* Text that no message may show, should anybody quote it; copied, wiped at the end.  "" is fine. */
void http_hide(struct http *http, const char *secret);

/* A copy fit for one line of a log: printable, and *** in place of what is hidden.  Caller frees with g_free. */
char *http_printable(const struct http *http, const char *text);

/* How far an exchange came. */
enum http_end {
	HTTP_ANSWERED,	/* a whole answer, whatever its status */
	HTTP_LOST,	/* sent, at least in part; no whole answer came (cut, timeout) */
	HTTP_NOT_SENT,	/* the server has not seen a byte */
	HTTP_HOPELESS,	/* likewise, and another try would end the same way: certificate, address */
	HTTP_TOO_LARGE, /* the body is larger than body_max */
};

/* What is pointed to belongs to the connection and is valid until its next exchange. */
struct http_answer {
	enum http_end end;
	long status;	    /* 0 unless answered */
	const char *body;   /* not terminated */
	size_t length;	    /* of body */
	const char *reason; /* one printable line: why there is no answer; NULL when there is one */
};

/* Send one request and wait.  url: judged by the caller (net/address.h).  body: NULL for none. */
void http_exchange(struct http *http, const char *method, const char *url, const char *body,
    struct http_answer *answer);

/* A header of the last answer; NULL when absent or there twice (then who knows).  Valid like the answer. */
const char *http_header(const struct http *http, const char *name);

#endif
