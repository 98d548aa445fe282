#ifndef RECONCILE_NAMESAKES_H
#define RECONCILE_NAMESAKES_H

#include "model/snapshot.h"

/* Groups and locks of a snapshot by what people call them: looked up, not looked for. */
struct namesakes;

/* What groups and locks are found by. */
struct named {
	int64_t id, place_id; /* place 0: of every place */
	const char *name;     /* of the snapshot */
};

/* snapshot: borrowed until namesakes_free, which the caller calls (NULL is fine). */
struct namesakes *namesakes_new(const struct snapshot *snapshot);
void namesakes_free(struct namesakes *names);

/* The group, or the lock, with this id; false when there is none. */
bool namesakes_by_id(const struct namesakes *names, bool lock, int64_t id, struct named *out);

/*
 * All that are called so (of struct named, by id), to the letter or by text_key; NULL when none is.  Owned by names.
 */
const GArray *namesakes_called(
    const struct namesakes *names, bool lock, const char *text, bool exact);

/* The groups that hold this lock and no other (of struct named, by id); NULL when there is none.  Owned by names. */
const GArray *namesakes_of_lock(const struct namesakes *names, int64_t lock_id);

#endif
