#ifndef RECONCILE_REPEATS_H
#define RECONCILE_REPEATS_H

#include "model/record.h"

#include <glib.h>

/*
 * Rows that carry the same id, in one source and of one kind: equal ones count once, across the files of a source too, and of different ones the
 * last counts.  Rows without an id are never repetitions.
 */
struct repeats;

/* A range of reasons: what one row gave rise to. */
struct reason_range {
	uint32_t first, count;
};

/* What is remembered of the row that counts for an id. */
struct kept_row {
	const char *id;
	uint64_t content; /* hash of everything the row says */
	struct reason_range gave;
	uint32_t source;
	enum record_kind kind;
	instant made; /* as struct record has them */
	bool undated, bare;
};

/* A row that counts no more, and what counts in its place, if anything does. */
struct superseded {
	struct reason_range former, by;
	bool bare; /* what counts in its place is an event without times */
};

enum repeat {
	REPEAT_NEW,	  /* no row had this id in this source, or the row has none */
	REPEAT_EQUAL,	  /* the row is there already */
	REPEAT_DIFFERENT, /* the former row with this id counts no more */
	REPEAT_OLDER,	  /* of a log: an event that was overtaken by the one that is known */
};

/* Returned, caller frees with repeats_free.  sources: how many there are. */
struct repeats *repeats_new(guint sources);
void repeats_free(struct repeats *repeats);

/*
 * How does the record stand to those kept so far?  *former is set for REPEAT_DIFFERENT only.  log: the records of its
 * source are events; of two that say when they happened the later one counts, whatever order they come in.
 */
enum repeat repeats_look(
    struct repeats *repeats, const struct record *record, bool log, struct reason_range *former);

/* Keep the record that was looked up last, with what it gave.  Without an id there is nothing to keep. */
void repeats_keep(struct repeats *repeats, const struct record *record, struct reason_range gave);

/* The row of that kind that counts for an id of the source; NULL when none was kept.  Owned by repeats. */
const struct kept_row *repeats_row(
    const struct repeats *repeats, uint32_t source, enum record_kind kind, const char *id);

/* Every row of the source that was kept, in the order in which the ids first came. */
void repeats_each(const struct repeats *repeats, uint32_t source,
    void (*take)(void *user, const char *id, const struct kept_row *row), void *user);

#endif
