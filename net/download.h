#ifndef NET_DOWNLOAD_H
#define NET_DOWNLOAD_H

#include "model/fetch_rules.h"
#include "net/saved.h"

/*
 * Fetching an export from an address, all pages of it, into a set on disk.  Every page is asked for again on 429, 5xx
 * and broken exchanges, with growing waits.  A few redirects are followed; from the first one that leads to another
 * scheme, host or port on, nobody is told who asks.
 */
struct download {
	const char *url; /* as address_export gave it */
	const char *const
	    *headers; /* who asks: header lines, NULL-terminated; NULL = nobody in particular */
	const struct fetch_rules *rules;
	instant as_of;	     /* `now` of the parameters */
	const char *version; /* for User-Agent */
	unsigned timeout_ms; /* for one exchange */
	unsigned attempts;   /* tries of one page */
	unsigned
	    backoff_ms; /* before the first repeat, doubled each time, jittered; or what the server asks for */
	int64_t deadline_ms; /* monotonic (g_get_monotonic_time / 1000); nothing is sent after it */
	size_t bytes_max;    /* of all pages together; 0 = 256 MiB */
};

/*
 * Put every page into the set, which the caller then finishes.  False and *error (EXIT_BAD_INPUT) unless all of them
 * came whole: the caller drops the set.  Messages show the host, never the rest of the address, nor what identifies.
 */
bool download(const struct download *what, struct saved *into, GError **error);

#endif
