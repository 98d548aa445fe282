#ifndef MODEL_BASELINE_H
#define MODEL_BASELINE_H

#include "model/history.h"

/* A giver that the next run is to know, as long as its time is ahead. */
struct kept_giver {
	struct giver giver;
	int64_t
	    user_id; /* only if Kisi still shows that this user has some of its time; 0: in any case */
};

/*
 * What an apply leaves for the next run to compare with.  Strings are borrowed from the entitlement, the history and the
 * plan that it was made from.
 */
struct baseline {
	GArray *givers;		/* of struct kept_giver, in any order, some more than once */
	GArray *later;		/* of struct later_record, likewise */
	GHashTable *doors;	/* door key -> group id as text; both owned */
	GHashTable *pending;	/* set of gain units that wait, whatever holds them; owned */
	GHashTable *lookalikes; /* set of "email\nuser id"; owned */
	GHashTable *identities; /* "system\nid of a person" -> address; both owned */
};

/* An empty one.  Returned, caller frees with baseline_free (NULL is fine). */
struct baseline *baseline_new(void);
void baseline_free(struct baseline *baseline);

/*
 * Those of baseline->givers that hold by what Kisi shows now, in the order of giver_compare, each once: of struct giver.
 * Caller frees with g_array_unref; the strings stay borrowed.
 */
GArray *baseline_givers(
    const struct baseline *baseline, const struct snapshot *snapshot, instant now);

/* baseline->later by source and key, each once: of struct later_record.  Caller frees with g_array_unref. */
GArray *baseline_later(const struct baseline *baseline);

#endif
