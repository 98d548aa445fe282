#ifndef KISI_CLIENT_H
#define KISI_CLIENT_H

#include "base/failure.h"
#include "base/instant.h"

#include <json-c/json.h>

/*
 * One connection to the Kisi API: authentication, pacing, retries, and the difference between
 * "refused" and "nobody knows".  One request at a time, as Kisi asks; HTTP/1.1, certificates always
 * verified, redirects never followed, proxies of the environment never used (they would decide
 * where the key travels).  The key never appears in a message, not even when the server sends it
 * back.
 */
struct kisi_client;

struct kisi_options {
	/* https://host[:port][/path]; http only to loopback; no user name or password in it */
	const char *base_url;
	const char *key;     /* borrowed during kisi_open; printable ASCII */
	double rate;	     /* requests a second; halved on 429, recovers slowly; 0 = 4 */
	const char *version; /* for User-Agent */
	/* Monotonic time (g_get_monotonic_time / 1000) after which nothing is sent; 0 = none. */
	int64_t deadline_ms;
	unsigned attempts;   /* tries of one request that may be repeated; 0 = 6 */
	unsigned backoff_ms; /* first wait before a repeat, doubled each time, jittered; 0 = 1000 */
	unsigned timeout_ms; /* for one request; 0 = 30000 */
	uint32_t jitter_seed; /* makes the jitter repeatable; 0 = by chance */
};

/*
 * Nothing is sent yet.  Returned, caller frees with kisi_close (NULL is fine).  NULL and *error
 * (EXIT_BAD_CONFIG) for an address that must not be sent the key, and for a key that cannot stand
 * in a header.
 */
struct kisi_client *kisi_open(const struct kisi_options *options, GError **error);
void kisi_close(struct kisi_client *client);

/* How a request ended. */
enum kisi_result {
	KISI_OK,      /* 2xx, and JSON where JSON is due (answers to GET and POST) */
	KISI_REFUSED, /* a 4xx answer that settles it: nothing was changed */
	KISI_GONE,    /* 404, unless it says that there is no such endpoint */
	KISI_EXISTS,  /* 409 */
	/* 401: the key is gone.  Whatever is asked later ends so too, without being sent. */
	KISI_DENIED,
	/* A write without a usable answer (cut, timeout, 3xx, 5xx): it may have been done. */
	KISI_UNKNOWN,
	/* A read that failed after all repeats; a write that was not sent or always met 429. */
	KISI_DOWN,
};

struct kisi_reply {
	enum kisi_result result;
	long status; /* HTTP status; 0 when there was none */
	/* Owned by the reply; NULL when there is none or it is not JSON. */
	struct json_object *body;
	/* One line for a person: what Kisi says, or what went wrong; NULL when OK. */
	char *message;
	/* X-Collection-Range; -1 when absent; `*` gives start -1. */
	int64_t range_start, range_end, range_total;
};

/* Frees what the reply holds; fine on a zeroed one and after itself. */
void kisi_reply_done(struct kisi_reply *reply);

/*
 * Send one request.  path begins with `/` and may hold a query string already escaped.  body:
 * borrowed, NULL for none.  GET is repeated on 429, 5xx, broken connections and unusable bodies;
 * other methods only on 429 (which changed nothing) and when no connection could be opened (nothing
 * was sent). reply is always filled in; the caller ends it with kisi_reply_done.
 */
void kisi_request(struct kisi_client *client, const char *method, const char *path,
    struct json_object *body, struct kisi_reply *reply);

/*
 * From when this says so on nothing more is read, and no wait before a read goes on; such a read ends as KISI_DOWN.
 * Writes go out all the same: what was begun is brought to its end.  NULL: never.
 */
void kisi_stop_when(struct kisi_client *client, bool (*stopped)(void));

/*
 * While on, what is asked goes on after the deadline, and reads go on after a stop: for a sequence that must not end
 * half-way.  Only a wait of more than a minute is still not begun.
 */
void kisi_see_through(struct kisi_client *client, bool on);

/*
 * Wait before the caller's own repeat number `repeat` (from 1), as before those that are made here.  False: there have
 * been as many as `attempts` allows, or the wait may not be begun.
 */
bool kisi_again(struct kisi_client *client, unsigned repeat);

/* Has Kisi refused the key?  Then nothing is sent any more. */
bool kisi_denied(const struct kisi_client *client);

/*
 * The server's clock minus this machine's, in seconds, from the last `Date` header; false when no
 * answer had one yet.
 */
bool kisi_clock_offset(const struct kisi_client *client, instant *out);

/* What was sent so far. */
struct kisi_traffic {
	uint64_t requests;  /* repeats included */
	uint64_t repeated;  /* of them: repeats */
	uint64_t throttled; /* of them: answered that they were too many (429) */
};
struct kisi_traffic kisi_traffic(const struct kisi_client *client);

/*
 * Calls whose answers carried a Deprecation or Sunset header, one line for each collection: `GET
 * /members: deprecated <text>, gone after <text>`.  NULL-terminated, owned by the client, valid
 * until its next request.
 */
const char *const *kisi_deprecations(const struct kisi_client *client);

#endif
