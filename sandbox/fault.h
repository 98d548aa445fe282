#ifndef SANDBOX_FAULT_H
#define SANDBOX_FAULT_H

#include <glib.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Ways to go wrong.  Their words and meanings stand in the table of fault.c. */
enum fault_kind {
	FAULT_STATUS,
	FAULT_HTML,
	FAULT_EMPTY,
	FAULT_TRUNCATE,
	FAULT_SLOW,
	FAULT_HANG,
	FAULT_CUT_BEFORE,
	FAULT_CUT_AFTER,
	FAULT_NOOP,
	FAULT_IGNORE_PATCH,
	FAULT_GZIP,
	FAULT_CHUNKED,
	FAULT_HUGE,
	FAULT_PAGE_REPEAT,
	FAULT_PAGE_SKIP,
	FAULT_PAGE_REORDER,
	FAULT_PAGE_GROW,
	FAULT_PAGE_SHRINK,
	FAULT_TOTAL_LIES,
	FAULT_CLAMP,
	FAULT_CLOCK,
	FAULT_UNDATED,
	FAULT_NEW_WORDS,
	FAULT_BUSY,
	FAULT_KINDS
};

/* The terms of a fault; `NAME=NUMBER` in its text.  Those a kind has no use for are ignored. */
struct fault_terms {
	int64_t count;	 /* how many times; 0 = always */
	int64_t after;	 /* matching requests to let pass first */
	int64_t status;	 /* the HTTP status of FAULT_STATUS, FAULT_HTML and FAULT_EMPTY */
	int64_t ms;	 /* FAULT_SLOW, FAULT_HANG (0 = until the sandbox stops) */
	int64_t seconds; /* FAULT_CLOCK: how far Date is ahead */
	int64_t rows;	 /* FAULT_TOTAL_LIES: added to the total; FAULT_CLAMP: rows given at most */
	int64_t bytes;	 /* FAULT_HUGE: length; FAULT_TRUNCATE: length kept (default half) */
	int64_t commit;	 /* 1: the request is carried out before the answer is spoilt */
	int64_t cut; /* FAULT_TRUNCATE: 1 = Content-Length tells the whole, the connection is cut */
	int64_t retry; /* FAULT_STATUS: Retry-After in seconds; 0 = none */
	int64_t quote; /* FAULT_STATUS, FAULT_HTML: 1 = the answer quotes the key that was sent */
};

struct fault {
	char *method; /* or `*` */
	char *path;   /* with `*` for anything; compared with the path, and with path?query */
	enum fault_kind kind;
	struct fault_terms terms;
	int64_t seen; /* matching requests so far */
	int64_t used; /* times it fired */
};

/* The faults that fire on one request. */
struct fired {
	bool on[FAULT_KINDS];
	struct fault_terms terms[FAULT_KINDS];
};

/*
 * Read `METHOD PATH KIND [NAME=NUMBER ...]`; KIND is a word of the table or an HTTP status.
 * Returned, caller frees with fault_free; NULL and *error (EXIT_BAD_USAGE).
 */
struct fault *fault_parse(const char *text, GError **error);

/* The same from {"method","path","kind", "count":1, ...} or {"fault":"METHOD PATH KIND ..."}. */
struct fault *fault_from_json(struct json_object *object, GError **error);

/* As fault_from_json reads it, with seen and used.  Returned, caller frees with json_object_put. */
struct json_object *fault_json(const struct fault *fault);

/* NULL is fine; fits GDestroyNotify. */
void fault_free(gpointer fault);

/*
 * Count the request against every fault (struct fault *) of the array and tell which fire.  Of
 * several of one kind the first that is due fires.
 */
void faults_fire(const GPtrArray *faults, const char *method, const char *path, const char *query,
    struct fired *out);

/* The kinds as text, one a line.  Returned, caller frees with g_free. */
char *faults_help(void);

#endif
