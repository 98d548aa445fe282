#ifndef RECONCILE_GUARD_RUN_H
#define RECONCILE_GUARD_RUN_H

#include "reconcile/guards.h"

/* What the guards on changes share.  Inside reconcile/guard_*.c only. */
struct guard_run {
	struct world *world;
	const struct guard_facts *facts;
	struct plan *plan;
	GHashTable *refused_groups; /* set of group ids fed by what cannot be read; reused */
};

/* What a change does at now. */
enum action guard_action_of(const struct guard_run *run, const struct change *change);

/* Is it a removal of access that nobody announced? */
bool guard_is_surprising(const struct guard_run *run, const struct change *change);

/* Does somebody have less access after this change than now? */
bool guard_takes_away(const struct guard_run *run, const struct change *change);

/* The person of a change. */
uint32_t guard_person_of(const struct guard_run *run, const struct change *change);

/* How many different people the changes are about, those of others (of const char *; NULL) included. */
size_t guard_count_people(const GPtrArray *changes, const GPtrArray *others);

/* Is this change meant?  about: what the caller of guard_select_changes handed over. */
typedef bool (*change_test)(
    const struct guard_run *run, const struct change *change, gconstpointer about);

/* The changes that pass the test, in plan order.  Caller frees with g_ptr_array_unref. */
GPtrArray *guard_select_changes(const struct guard_run *run, change_test test, gconstpointer about);

/*
 * Record the verdict of a guard; a tripped one holds those of its changes (borrowed, may be NULL when it did not) that nothing holds
 * yet.
 * limit: -1 when the guard has no number.  scope, hint: copied, may be NULL; the hint shows only when it tripped.
 * text is taken.
 */
void guard_conclude(struct guard_run *run, const char *guard, const char *scope, bool tripped,
    int64_t measured, int64_t limit, const GPtrArray *changes, char *text, const char *hint);

/* The guards of reconcile/guard_limits.c. */
void guard_limits(struct guard_run *run);
void guard_grants(struct guard_run *run);

#endif
