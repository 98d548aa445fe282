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

enum repeat {
	REPEAT_NEW,	  /* no row had this id in this source, or the row has none */
	REPEAT_EQUAL,	  /* the row is there already */
	REPEAT_DIFFERENT, /* the former row with this id counts no more */
};

/* Returned, caller frees with repeats_free.  sources: how many there are. */
struct repeats *repeats_new(guint sources);
void repeats_free(struct repeats *repeats);

/* How does the record stand to those kept so far?  *former is set for REPEAT_DIFFERENT only. */
enum repeat repeats_look(
    struct repeats *repeats, const struct record *record, struct reason_range *former);

/* Keep the record that was looked up last, with what it gave.  Without an id there is nothing to keep. */
void repeats_keep(struct repeats *repeats, const struct record *record, struct reason_range gave);

#endif
