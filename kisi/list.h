#ifndef KISI_LIST_H
#define KISI_LIST_H

#include "kisi/client.h"
#include "kisi/snapshot_file.h"

/*
 * Reading one list of Kisi's whole, or saying that it was not.
 *
 * Kisi pages by row offset without isolation: rows that come or go meanwhile shift the others.  So
 * pages of a sorted list overlap: each begins with the first row whose sort text equals that of the
 * last row before, and these rows must be there again.  That shows a shift, and keeps rows of equal
 * text, whose order nobody promises, on one page.
 */

/* Where rows go, and which are there already. */
struct list_sink {
	struct snapshot *snapshot;
	struct snapshot_raw *raw; /* or NULL */
	enum snapshot_array array;
	/* Not 0 (SNAPSHOT_GROUP_LOCKS only): rows are the groups that hold this lock. */
	int64_t lock_id;
	GHashTable *seen; /* int64_t * -> number of the pass that saw this id last */
	GArray *ids;	  /* of int64_t, in the order in which the array has their rows */
	unsigned passes;
};

/* Set up the caller's storage; the other arguments are borrowed until list_sink_done. */
void list_sink_init(struct list_sink *sink, struct snapshot *snapshot, struct snapshot_raw *raw,
    enum snapshot_array array);
void list_sink_done(struct list_sink *sink);

/* How many rows there are, and back to such a state. */
struct list_mark {
	guint ids;
	guint rows;
	guint doubts;
	size_t raw;
};
struct list_mark list_sink_mark(const struct list_sink *sink);
void list_sink_rollback(struct list_sink *sink, struct list_mark mark);

struct list_query {
	const char *path;   /* `/users` */
	const char *filter; /* `group_id=7&...`, already escaped; "" for none */
	/* Value of `sort`, ascending; NULL: none is offered, and each answer may be shuffled. */
	const char *sort;
	const char *tie;    /* the member that `sort` goes by: `name`, `user.name` */
	unsigned limit;	    /* rows asked for */
	int64_t max_offset; /* the server takes no larger one */
	bool can_split;	    /* the caller can read it in parts: stop as soon as that is better */
};

enum list_end {
	LIST_COMPLETE, /* every row is in the sink */
	/*
	 * can_split, and it does not fit a page in unknown order, or lies beyond max_offset; the
	 * sink is as before.
	 */
	LIST_SPLIT,
	/* Beyond max_offset from both ends: what could be reached is in the sink. */
	LIST_PARTIAL,
	/* *error is set: EXIT_NO_KISI, or EXIT_HELD after KISI_REREADS; the sink is as before. */
	LIST_FAILED,
};

/*
 * Read the query whole.  *total: rows it has, by the server's count (set unless LIST_FAILED).  Rows
 * whose id is in the sink already, from another query, are not added again.
 */
enum list_end list_read(struct kisi_client *client, const struct list_query *query,
    struct list_sink *sink, int64_t *total, GError **error);

/* How many rows the query has now; -1 and *error (EXIT_NO_KISI, EXIT_HELD). */
int64_t list_total(struct kisi_client *client, const struct list_query *query, GError **error);

/* Turn a failed GET into *error (EXIT_NO_KISI).  Always returns false. */
bool list_fail_reply(const char *path, const struct kisi_reply *reply, GError **error);

#endif
