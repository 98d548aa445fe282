#ifndef RECONCILE_DUE_H
#define RECONCILE_DUE_H

#include "reconcile/entitle.h"

/*
 * Which locks are to be opened now: those of METHOD_UNLOCK rules whose bookings begin in (now - DUE_LATE, now] and are
 * not over.  Pure; whether a lock was opened before is for the caller to know.
 */

/* No door is opened later than this after the start of its booking: by then somebody else may stand there. */
#define DUE_LATE (2 * INSTANT_MINUTE)

struct due_unlock {
	char id
	    [PLAN_ID]; /* of the booking as it begins then: the same in every run, other for a moved booking */
	struct interval span; /* the booking's own time, without grace */
	uint32_t ref;	      /* index into entitled->refs: the lock */
	const char *source;   /* name in the configuration */
	const char *record;   /* the system's id of the booking; NULL */
	const char *rule;     /* the first rule that opens this lock for it */
	const char *email;    /* the first of the people who come with this booking; canonical */
};

/*
 * One for each booking and lock, however many people or rules share it, by start, source, record and lock.  Returned,
 * caller frees with g_array_unref (of struct due_unlock; strings borrowed from config and entitled).
 */
GArray *due_unlocks(const struct config *config, const struct entitled *entitled, instant now);

#endif
